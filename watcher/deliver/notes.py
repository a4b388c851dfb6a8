"""What is new about a story, in words: `first in 94 days`, `7th this week, usually 2`, `2 days after: …`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.decide.novelty import First, Often

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from watcher.decide.novelty import Note
    from watcher.deliver.drawn import Names

_BARS = "▁▂▃▄▅▆▇█"


def said(notes: Iterable[Note], names: Names, at: datetime) -> tuple[str, ...]:
    """Say notes to a reader of `at`'s year."""
    return tuple(_say(note, names, at) for note in notes)


def sparkline(counts: Sequence[int]) -> str:
    """Draw counts as bars of text, none of them lower than the lowest."""
    most = max(counts, default=0) or 1
    return "".join(_BARS[round(count / most * (len(_BARS) - 1))] for count in counts)


def _say(note: Note, names: Names, at: datetime) -> str:
    if isinstance(note, First):
        if note.days is not None:
            return f"first in {note.days:,} days"
        return f"first in our archive since {_day(note.since, at)}" if note.since else "first report of this pair"
    if isinstance(note, Often):
        return f"{_ordinal(note.nth)} this week, usually {note.usual} {sparkline(note.weeks)}"
    after = f"{note.days} day{'' if note.days == 1 else 's'} after" if note.days else "the same day"
    return f"{after}: {names.kind(*note.kind)}"


def _day(day: date, at: datetime) -> str:
    return f"{day.day} {day:%B}" + ("" if day.year == at.year else f" {day.year}")


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
