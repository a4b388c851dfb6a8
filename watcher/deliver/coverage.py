"""What a digest rests on, and what it could not see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.deliver.drawn import NAME, clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from watcher.deliver.drawn import Names

# So many feeds are named that failed; `watcher status` lists them all.
FAILED = 8
# What a language is called, and the partners of which mostly its feeds tell.
_LANGUAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "ar": ("Arabic", ("SY", "EG", "YE", "LY", "SD")),
    "az": ("Azerbaijani", ("AZ",)),
    "be": ("Belarusian", ("BY",)),
    "de": ("German", ()),
    "el": ("Greek", ("GR",)),
    "en": ("English", ()),
    "es": ("Spanish", ("CU", "VE", "NI", "BO")),
    "fa": ("Persian", ("IR",)),
    "fr": ("French", ("ML", "BF", "NE", "CF")),
    "he": ("Hebrew", ()),
    "hi": ("Hindi", ("IN",)),
    "hu": ("Hungarian", ("HU",)),
    "hy": ("Armenian", ("AM",)),
    "id": ("Indonesian", ("ID",)),
    "it": ("Italian", ()),
    "ja": ("Japanese", ()),
    "ka": ("Georgian", ("GE",)),
    "kk": ("Kazakh", ("KZ",)),
    "ko": ("Korean", ("KP",)),
    "mn": ("Mongolian", ("MN",)),
    "pl": ("Polish", ()),
    "pt": ("Portuguese", ("BR",)),
    "ro": ("Romanian", ("MD",)),
    "ru": ("Russian", ()),
    "sk": ("Slovak", ("SK",)),
    "sr": ("Serbian", ("RS",)),
    "tr": ("Turkish", ("TR",)),
    "uk": ("Ukrainian", ()),
    "uz": ("Uzbek", ("UZ",)),
    "vi": ("Vietnamese", ("VN",)),
    "zh": ("Chinese", ("CN", "HK")),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A feed that was asked: `reason` is why it could not be read, "" where it answered."""

    name: str
    language: str = ""
    country: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    What the digest rests on: the feeds asked, and articles read, matched and `held` by silences since the last digest.

    `broken` are the rule files that don't load. Alerts told `alerted` articles meanwhile, and are yet to tell
    `awaiting` more.
    """

    sources: tuple[Source, ...] = ()
    read: int = 0
    matched: int = 0
    held: int = 0
    broken: tuple[str, ...] = ()
    alerted: int = 0
    awaiting: int = 0
    since: datetime | None = None


def footer(coverage: Coverage, names: Names, since: str) -> tuple[str, ...]:
    """Say what the digest rests on, and what it could not see; `since` is when the last one was, or nothing."""
    failed = [source for source in coverage.sources if source.reason]
    answered = len(coverage.sources) - len(failed)
    read = f"{count(coverage.read, 'article')} read{f' since {since}' if since else ''}, {coverage.matched:,} matched"
    held = f", {coverage.held:,} held back by silences" if coverage.held else ""
    lines = [f"{answered:,} of {count(len(coverage.sources), 'feed')} answered · {read}{held}"]
    if coverage.alerted or coverage.awaiting:
        waits = f", {coverage.awaiting:,} will be" if coverage.awaiting else ""
        lines.append(f"Not here: {count(coverage.alerted, 'article')} told by alerts{waits}.")
    if failed:
        named = ", ".join(f"{clean(source.name, NAME)} ({source.reason})" for source in failed[:FAILED])
        more = f" and {len(failed) - FAILED:,} more" if len(failed) > FAILED else ""
        lines.append(f"Not read: {named}{more}. What they published is missing here.")
    lines += _weak(coverage, names)
    if coverage.broken:
        files = ", ".join(clean(name, NAME) for name in coverage.broken[:FAILED])
        lines.append(f"Not loaded: {files}. The last good rules went on; `watcher rules check` says what is wrong.")
    return tuple(lines)


def count(number: int, one: str, many: str = "") -> str:
    """Give `1 feed`, `1,204 feeds`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _weak(coverage: Coverage, names: Names) -> Iterator[str]:
    """Say of which partners little would be heard, as feeds of their language or country failed."""
    told: set[str] = set()
    for code, (answered, asked) in _tally(coverage, lambda source: source.language.partition("-")[0]).items():
        language, partners = _LANGUAGES.get(code, (f'"{code}"', ()))
        told.update(partners)
        yield _share(answered, asked, f"{language} feed", [names.partners.get(each, each) for each in partners])
    for code, (answered, asked) in _tally(coverage, lambda source: source.country).items():
        if code in names.partners and code not in told:
            yield _share(answered, asked, f"feed from {names.partners[code]}", [names.partners[code]])


def _tally(coverage: Coverage, group: Callable[[Source], str]) -> dict[str, tuple[int, int]]:
    """Count who answered and who was asked, by groups of which at least half failed."""
    asked = Counter(group(source) for source in coverage.sources)
    failed = Counter(group(source) for source in coverage.sources if source.reason)
    return {
        name: (asked[name] - failed[name], asked[name])
        for name in sorted(failed)
        if name and failed[name] * 2 >= asked[name]
    }


def _share(answered: int, asked: int, what: str, partners: list[str]) -> str:
    """Give `0 of 3 Korean feeds answered: silence on North Korea is weak.`."""
    feed = what if asked == 1 else what.replace("feed", "feeds", 1)
    silent = f": silence on {' and '.join(partners)} is weak" if partners else ""
    return f"{answered:,} of {asked:,} {feed} answered{silent}."
