"""What a server's headers ask of us: pure, header names in lower case, spans in seconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_AGE = re.compile(r'(?:^|[\s,])max-age\s*=\s*"?([0-9]{1,9})\b', re.IGNORECASE)
_LONGEST_VALIDATOR = 1000


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read Retry-After, which is a number of seconds or a date."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    return _until(value, headers, now)


def max_age(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read how long the answer stays good: Cache-Control's max-age, else Expires."""
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    return float(found[1]) if found else _until(headers.get("expires", ""), headers, now)


def validator(headers: Mapping[str, str], name: str) -> str:
    """Give a validator verbatim, or "" for one too long to be kept."""
    value = headers.get(name, "")
    return value if len(value) <= _LONGEST_VALIDATOR else ""


def _until(value: str, headers: Mapping[str, str], now: datetime) -> float | None:
    """Measure against the server's own clock where it tells it: many are wrong."""
    date = _date(value)
    if date is None:
        return None
    return max(0.0, (date - (_date(headers.get("date", "")) or now)).total_seconds())


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date
