"""Entries parsed a second: watcher.collect.parse beside plain feedparser.parse, over the captured feeds."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

import feedparser  # noqa: TID251  what we are measured beside

from bench.race import Contender, race, rate, table
from watcher.collect import parse, pieces
from watcher.collect.feeds import Feed
from watcher.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from bench.race import Lap

NOW = datetime(2026, 7, 1, tzinfo=UTC)
FEED = Feed(id="bench", url="https://example.org/feed.xml")


def report(shared: Path, rounds: int) -> str:
    """Measure, and say how many entries a second each of the two reads."""
    bodies = [path.read_bytes() for path in sorted((shared / "feeds").iterdir()) if path.suffix not in (".md", ".tsv")]
    bodies = [body for body in bodies if _theirs(body) and _ours(body)]
    marked = [(body, marks) for body in bodies if len(marks := _marks(body)) > 1]
    laps = race(
        [
            Contender("feedparser.parse", lambda: sum(map(_theirs, bodies))),
            Contender("watcher", lambda: sum(map(_ours, bodies))),
            Contender("feedparser, one new", lambda: sum(bool(_theirs(body)) for body, _ in marked)),
            Contender("one new", lambda: sum(_ours(body, marks) for body, marks in marked)),
        ],
        rounds,
    )
    theirs, ours = rate(laps["feedparser.parse"]), rate(laps["watcher"])
    size = sum(map(len, bodies)) / 1e6
    return table(
        f"parse: {len(bodies)} captured feeds, {size:.1f} MB; by CPU time",
        [
            ("", "entries", "entries/s", "of feedparser"),
            ("feedparser.parse", f"{laps['feedparser.parse'][0].units:,}", f"{theirs:,.0f}", "1.00"),
            ("watcher.collect.parse", f"{laps['watcher'][0].units:,}", f"{ours:,.0f}", f"{ours / theirs:.2f}"),
        ],
    ) + _one_new(laps, len(marked))


def _theirs(body: bytes) -> int:
    return len(feedparser.parse(io.BytesIO(body)).entries)


def _ours(body: bytes, known: str = "") -> int:
    try:
        return len(parse.parse(body, FEED, known=known, now=NOW).articles)
    except SourceError:
        return 0


def _marks(body: bytes) -> str:
    """Give the marks of all entries but the first, "" where they have none."""
    try:
        return parse.parse(body, FEED, now=NOW).marks[pieces.WIDTH :]
    except SourceError:
        return ""


def _one_new(laps: dict[str, list[Lap]], feeds: int) -> str:
    """Lay out feeds a second where one entry of each is new."""
    rates = [feeds / median(lap.cpu for lap in laps[name]) for name in ("feedparser, one new", "one new")]
    return "\n" + table(
        f"parse: {feeds} captured feeds, one entry of each new; by CPU time",
        [
            ("", "feeds/s", "of feedparser"),
            ("feedparser.parse, all entries", f"{rates[0]:,.0f}", "1.00"),
            ("watcher.collect.parse, the new one", f"{rates[1]:,.0f}", f"{rates[1] / rates[0]:.2f}"),
        ],
    )
