"""
What is new about a story: the first of its kind in so long, more than usual, or the return for something.

Nothing is claimed of a span that the archive and the partner's feeds don't cover.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from watcher.decide.traits import VAGUE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.decide.story import Story

# Partner, good, direction.
Kind = tuple[str, str, str]

WEEK = timedelta(days=7)
# Looked back on, week by week; before that only the last day counts.
WEEKS = 13
# A pause of so many days is worth a word, and so is a first report in an archive of so many.
PAUSE = 14
# From so many days on, "never before" means more than that the archive is young.
LONG = 180
# Of so many a week, and so many weeks to compare with, "more than usual" is said.
MANY = 3
USUAL_WEEKS = 4
# What came back within so many days may be the return for what went.
RETURN = timedelta(days=30)
# How a thing went, which its own name says less drily.
_WAYS = frozenset({"shipping", "transshipment", "railway", "trade", "trade-agreement", "finance"})
_OTHER = {"to_russia": "from_russia", "from_russia": "to_russia"}


@dataclass(frozen=True, slots=True)
class First:
    """The first report of a kind in `days`, or since the archive began on `since`, or (both None) at all."""

    kind: Kind
    days: int | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Often:
    """The `nth` report of a kind in seven days, usually `usual`; `weeks` are the counts, this week's last."""

    kind: Kind
    nth: int
    usual: int
    weeks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Return:
    """So many days after the newest report of what went the other way."""

    kind: Kind
    days: int


Note = First | Often | Return


@dataclass(frozen=True, slots=True)
class Report:
    """A story as history counts it: when it was first told, of which kinds, by which articles."""

    when: datetime
    kinds: frozenset[Kind]
    articles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class History:
    """
    The reports of the last weeks up to `now`, the digest's own among them; copies of one story are one report.

    `earlier` is the last day of each kind before those weeks. `since` is the day from which on each partner's feeds
    were read without a gap; of partners that are missing there nothing is claimed.
    """

    now: datetime
    reports: Sequence[Report] = ()
    earlier: Mapping[Kind, date] = field(default_factory=dict)
    since: Mapping[str, date] = field(default_factory=dict)

    @cached_property
    def times(self) -> Mapping[Kind, list[datetime]]:
        """When each kind was reported, the oldest first."""
        found: defaultdict[Kind, list[datetime]] = defaultdict(list)
        for report in sorted(self.reports, key=lambda report: report.when):
            for kind in report.kinds:
                found[kind].append(report.when)
        return found

    @cached_property
    def begun(self) -> Mapping[str, datetime]:
        """When the report that an article belongs to was first told."""
        return {article: report.when for report in self.reports for article in report.articles}


def notes(story: Story, kinds: Iterable[Kind], history: History) -> tuple[Note, ...]:
    """Say what is new about a story of these kinds, the weightiest kind first: at most one note of each sort."""
    if story.before:
        return ()
    when = min((history.begun[name] for name in _articles(story) if name in history.begun), default=None)
    telling = [kind for kind in dict.fromkeys(kinds) if kind[1] not in VAGUE]
    if when is None:
        return ()
    rare = [note for kind in telling if (note := _rare(kind, when, history))]
    back = [found for kind in telling if (found := _return(kind, when, history))]
    return (*rare[:1], *back[:1])


def _articles(story: Story) -> Iterable[str]:
    return (finding.article.id for finding in story.findings)


def _rare(kind: Kind, when: datetime, history: History) -> First | Often | None:
    """Say that a report is the first of its kind in a while, or one of unusually many."""
    since = history.since.get(kind[0])
    if since is None:
        return None
    times = history.times.get(kind, [])
    before = bisect_left(times, when)
    last = times[before - 1].date() if before else history.earlier.get(kind)
    if last is None:
        span = (when.date() - since).days
        if span < PAUSE:
            return None
        return First(kind, since=since if span < LONG else None)
    pause = (when.date() - last).days
    if pause >= PAUSE:
        return First(kind, days=pause) if since <= last else None
    return _often(kind, (times, before), since, history.now)


def _often(kind: Kind, place: tuple[list[datetime], int], since: date, now: datetime) -> Often | None:
    times, before = place
    covered = min((now.date() - since).days // 7, WEEKS)
    if covered <= USUAL_WEEKS:
        return None
    edges = [bisect_left(times, now - week * WEEK) for week in range(covered, -1, -1)]
    weeks = tuple(end - start for start, end in pairwise(edges))
    usual = round(median(weeks[:-1]))
    nth = before - edges[-2] + 1
    return Often(kind, nth, usual, weeks) if nth >= MANY and nth >= 2 * max(usual, 1) else None


def _return(kind: Kind, when: datetime, history: History) -> Return | None:
    """Find what went the other way between the same two shortly before."""
    partner, _, direction = kind
    other = _OTHER.get(direction, "")
    newest: tuple[datetime, bool, Kind] | None = None
    for found, times in history.times.items():
        if found[0] == partner and found[2] == other and found[1] not in VAGUE:
            before = bisect_left(times, when)
            if before and when - times[before - 1] <= RETURN:
                last = times[before - 1], found[1] not in _WAYS, found
                newest = max(newest or last, last)
    return Return(newest[2], (when.date() - newest[0].date()).days) if newest else None
