"""Dates as feeds write them → aware datetimes in UTC: the right one or none, never a wrong one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from watcher.collect.months import DISPUTED, MONTHS

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_FUTURE = timedelta(days=366)
_BUDDHIST = 543  # years by which the Thai calendar is ahead

# Names that mean one offset (hours) wherever a publisher writes them; for the others see _LOCAL_ZONES.
_ZONES = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "MET": 1, "MEZ": 1, "CEST": 2, "MEST": 2,
    "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "MSD": 4, "TRT": 3, "EAT": 3, "CAT": 2, "WAT": 1, "SAST": 2, "IRST": 3.5,
    "IRDT": 4.5, "PKT": 5, "NPT": 5.75, "ICT": 7, "WIB": 7, "WITA": 8, "WIT": 9, "HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8,
    "JST": 9, "KST": 9, "AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
    "NST": -3.5, "NDT": -2.5, "ADT": -3, "BRT": -3, "ART": -3, "CLT": -4, "PET": -5, "COT": -5, "VET": -4,
}  # fmt: skip
# Names that mean different offsets in different countries: the feed's country decides; else _ZONES, or nothing does.
_LOCAL_ZONES: dict[str, dict[str, float]] = {
    "BST": {"GB": 1, "IE": 1, "BD": 6},
    "CST": {"US": -6, "CA": -6, "MX": -6, "CN": 8, "TW": 8, "HK": 8, "CU": -5},
    "IST": {"IN": 5.5, "IL": 2, "IE": 1},
    "AST": {"CA": -4, "PR": -4, "SA": 3, "KW": 3, "BH": 3, "QA": 3, "IQ": 3},
    "GST": {"AE": 4, "OM": 4},
    "AMT": {"AM": 4, "BR": -4},
    "EST": {"AU": 10},
    "EDT": {"AU": 11},
}
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?"
_ISO = re.compile(
    r"(?P<year>\d{4})(?P<dash>[-/.]?)(?P<month>\d{1,2})(?P=dash)(?P<day>\d{1,2})"
    rf"(?:(?:[Tt_,]|\s|\s-\s|\sat\s)\s*(?:{_TIME}|(?P<clock>\d{{4}}(?:\d{{2}})?)(?![\d:])))?\s*(?P<zone>.*)",
    re.DOTALL,
)
# A letter of a name, with the signs around it that Hindi and Thai write vowels as.
_LETTER = r"(?:[^\W\d]|[\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])"
_NAMED = re.compile(
    rf"(?:[^\d,]{{2,30}},\s*|{_LETTER}+\.?\s+)?"
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[\s-]+(?:del?\s+|of\s+)?(?P<month>{_LETTER}+)[.,]?"
    rf"|(?P<month_first>{_LETTER}+)\.?\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?,?)"
    rf"(?:[\s-]+(?:del?\s+)?(?P<year>\d{{4}}|\d{{2}}(?![\d:])))?,?(?:\s*(?:T|-|at)?\s*{_TIME})?\s*(?P<zone>.*)",
    re.IGNORECASE | re.DOTALL,
)
# Other ways of writing → those that the expressions here read.
_RESPELT = (
    (re.compile(r"[\u200e\u200f\u202a-\u202e\u00a0\u202f]+"), " "),
    (re.compile("،"), ","),
    (re.compile(r"(?<=\d{4})\s*(?:г|р)(?:ода?|оку)?\.?(?=[\s,]|$)"), ""),
    (re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]"), r"\1-\2-\3 "),
    (re.compile(r"(?:上午|午前|오전)\s*(\d[\d:]*)"), r"\1 am"),
    (re.compile(r"(?:下午|午後|오후)\s*(\d[\d:]*)"), r"\1 pm"),
    (re.compile(r"^(\d{4})\. ([^\W\d]{3,})\.? (\d{1,2})\.", re.IGNORECASE), r"\3 \2 \1"),
    (re.compile(r"(\d{1,2}) tháng (\d{1,2}),? (\d{4})", re.IGNORECASE), r"\3-\2-\1"),
    (re.compile(r"(كانون|تشرين) (?=ال)"), r"\1_"),
    (re.compile(r"(?<=[^\W\d])\.(?=[^\W\d])"), ""),
)
_NUMERIC = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<mark>[./-])(?P<b>\d{{1,2}})(?P=mark)(?P<year>\d{{4}})(?:[\s,T]+(?:at\s+)?{_TIME})?\s*(?P<zone>.*)",
    re.IGNORECASE | re.DOTALL,
)
_OFFSET = re.compile(r"(?:GMT|UTC|Z)?\s*([+-])\s?(\d{1,2}):?(\d{2})?(?:\s*[\[(]?[A-Za-z/_ ]*[\])]?)", re.IGNORECASE)
_ZONE_THEN_YEAR = re.compile(r"(?P<zone>.*?)\s*(?P<year>\d{4})")
_EPOCH = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})")


def read_date(text: str, *, now: datetime, country: str = "") -> datetime | None:
    """
    Read a publication date; `country` (ISO 3166) settles zone names that several countries use.

    None for what could mean two days (03/04/2026), an unknown zone name, a year before 1990 or one to come.
    A time without any zone is taken as UTC, a day without a time as its midnight.
    """
    text = text.strip()[:100]
    try:
        date = _read(text if text.isascii() else _respell(text), country)
    except (ValueError, OverflowError):
        return None
    return date if date and _EARLIEST <= date <= now + _FUTURE else None


def _respell(text: str) -> str:
    for pattern, usual in _RESPELT:
        text = pattern.sub(usual, text)
    return text.strip()


def _read(text: str, country: str) -> datetime | None:
    if epoch := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(float(epoch[1]) if epoch[1] else int(epoch[2]) / 1000, UTC)
    if (found := _ISO.fullmatch(text)) and (found["dash"] or len(found["month"] + found["day"]) == 4):
        return _assemble(found, (found["year"], found["month"], found["day"]), found["zone"], country)
    if found := _NUMERIC.fullmatch(text):
        order = _day_and_month(found)
        return _assemble(found, (found["year"], *order), found["zone"], country) if order else None
    if found := _NAMED.fullmatch(text):
        return _read_named(found, country)
    return None


def _read_named(found: re.Match[str], country: str) -> datetime | None:
    name = (found["month"] or found["month_first"]).lower()
    month = MONTHS.get(name) if country not in DISPUTED.get(name, ()) else None
    day, year, zone = found["day"] or found["day_after"], found["year"], found["zone"]
    if year is None:  # Mon Jan  5 10:00:00 CET 2026
        last = _ZONE_THEN_YEAR.fullmatch(zone)
        year, zone = (last["year"], last["zone"]) if last else ("", "")
    if not month or not year:
        return None
    if len(year) == 2:  # RFC 2822, 4.3
        year = f"{'20' if int(year) < 50 else '19'}{year}"
    return _assemble(found, (year, str(month), day), zone, country)


def _day_and_month(found: re.Match[str]) -> tuple[str, str] | None:
    """Give (month, day) where only one reading exists; a dot between them means that the day comes first."""
    a, b = found["a"], found["b"]
    if found["mark"] == "." or int(a) > 12 or a == b:
        return b, a
    return (a, b) if int(b) > 12 else None


def _assemble(found: re.Match[str], ymd: tuple[str, str, str], zone: str, country: str) -> datetime | None:
    offset = _offset(zone.strip(), country)
    if offset is None:
        return None
    year, month, day = map(int, ymd)
    year -= _BUDDHIST if year > 2400 else 0
    hour, minute, second = _clock(found)
    local = datetime(year, month, day, tzinfo=UTC) + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    return local - offset


def _clock(found: re.Match[str]) -> tuple[int, int, int]:
    parts = found.groupdict()
    if digits := parts.get("clock"):
        hour, minute, second = int(digits[:2]), int(digits[2:4]), int(digits[4:] or 0)
    else:
        hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    if half := parts["half"]:
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError("not a time of day")
    return hour, minute, second


def _offset(zone: str, country: str) -> timedelta | None:
    if not zone:
        return timedelta()
    if found := _OFFSET.fullmatch(zone):
        hours, minutes = int(found[2]), int(found[3] or 0)
        if hours > 14 or minutes > 59:
            return None
        return timedelta(hours=hours, minutes=minutes) * (-1 if found[1] == "-" else 1)
    name = zone.strip("()[] ").upper()
    hour = _LOCAL_ZONES.get(name, {}).get(country, _ZONES.get(name))
    return None if hour is None else timedelta(hours=hour)
