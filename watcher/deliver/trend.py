"""Counts by day → how often something was said, period by period. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = tuple[str, ...]
Length = Literal["day", "week", "month"]
BARS = "▁▂▃▄▅▆▇█"
# How far back a trend looks by itself.
REACH: dict[Length, timedelta] = {"day": timedelta(days=30), "week": timedelta(weeks=26), "month": timedelta(days=730)}


@dataclass(frozen=True, slots=True)
class Row:
    """One kind, and how many articles said so in each period."""

    kind: Kind
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)

    @property
    def usual(self) -> float:
        """How many a period had on average, the last one, which may not be over, apart."""
        before = self.counts[:-1]
        return sum(before) / len(before) if before else 0.0

    @property
    def sparkline(self) -> str:
        """The counts as bars; a period without any is left blank."""
        most = max(self.counts)
        return "".join(BARS[(count * len(BARS) - 1) // most] if count else " " for count in self.counts)


@dataclass(frozen=True, slots=True)
class Trend:
    """Kinds, the most told first, over periods named by their first day."""

    length: Length
    periods: tuple[date, ...]
    rows: tuple[Row, ...]


def trend(counts: Iterable[tuple[date, Kind, int]], length: Length, first: date, last: date) -> Trend:
    """Add counts of days up to the periods from that of the first day to that of the last."""
    periods = [start_of(first, length)]
    while (following := _next(periods[-1], length)) <= last:
        periods.append(following)
    place = {period: number for number, period in enumerate(periods)}
    found: dict[Kind, list[int]] = defaultdict(lambda: [0] * len(periods))
    for day, kind, count in counts:
        found[kind][place[start_of(day, length)]] += count
    rows = (Row(kind, tuple(row)) for kind, row in found.items())
    return Trend(length, tuple(periods), tuple(sorted(rows, key=lambda row: (-row.total, row.kind))))


def start_of(day: date, length: Length) -> date:
    """Give the first day of a day's period: a week begins on Monday."""
    if length == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if length == "week" else day


def _next(period: date, length: Length) -> date:
    if length == "month":
        return (period + timedelta(days=31)).replace(day=1)
    return period + timedelta(days=7 if length == "week" else 1)
