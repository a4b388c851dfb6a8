"""
Stories → Digest: which line stands in which section, and in which order.

Pure: the same stories make the same digest, and every channel says it from the same values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.deliver.line import NAME, PRIORITIES, SIGNS, clean, line, when

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.decide.story import Story
    from watcher.deliver.digests import DigestPlan
    from watcher.deliver.line import Line, Names

# The tiers of TAXONOMY.md in its order, as headings.
TIERS = {
    "core": "Core partners",
    "trade": "Trade partners",
    "neighbours": "Neighbours",
    "political": "Political partners",
    "africa": "Africa",
    "western": "Western figures and firms",
    "unnamed": "No country named",
}
PARTNERS = "Other partners"
WORDS = "Free-text watches"
LOW = "Low priority"
_LAST = len(TIERS) + 2

# So many feeds are named that failed; `watcher status` lists them all.
FAILED = 8


@dataclass(frozen=True, slots=True)
class Silent:
    """A feed that could not be read, and the named reason."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the digest rests on: feeds read and failed, articles read and matched since the last digest (or ever)."""

    feeds: int = 0
    failed: tuple[Silent, ...] = ()
    read: int = 0
    matched: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading; the first `limit` are shown at once, the rest are counted and follow later."""

    title: str
    lines: tuple[Line, ...]
    limit: int
    is_collapsed: bool = False

    @property
    def shown(self) -> tuple[Line, ...]:
        """What stands in the digest's body."""
        return () if self.is_collapsed else self.lines[: self.limit]

    @property
    def rest(self) -> tuple[Line, ...]:
        """What follows after all sections."""
        return self.lines if self.is_collapsed else self.lines[self.limit :]


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest, ready to be said anywhere; `at` is aware and in the digest's zone."""

    id: str
    title: str
    at: datetime
    zone: str
    summary: str
    sections: tuple[Section, ...] = ()
    footer: tuple[str, ...] = ()

    @property
    def dateline(self) -> str:
        """`Tuesday 13 January 2026, 08:00, Europe/Madrid`."""
        return f"{self.at:%A} {self.at.day} {self.at:%B %Y, %H:%M}, {self.zone}"

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines of all sections."""
        return tuple(line for section in self.sections for line in section.lines)

    @property
    def articles(self) -> tuple[str, ...]:
        """The ids of all articles, each once."""
        return tuple(article for line in self.lines for article in line.articles)


# A line's rank within its section, and its section's order and title.
_Rank = tuple[int, int, float, str]
_Heading = tuple[int, str]


def compose(stories: Sequence[Story], plan: DigestPlan, *, names: Names, coverage: Coverage, now: datetime) -> Digest:
    """Make the digest of these stories at `now` (aware); each story stands in exactly one section."""
    at = now.astimezone(plan.zone)
    told = sorted(((story, line(story, plan, names, at)) for story in stories), key=lambda pair: _rank(*pair))
    lines = [said for _, said in told]
    return Digest(
        id=plan.id,
        title=clean(plan.name, NAME),
        at=at,
        zone=plan.timezone,
        summary=_summary(lines),
        sections=_sections(lines, plan, names),
        footer=_footer(coverage, at),
    )


def _rank(story: Story, said: Line) -> _Rank:
    """Order by priority, then by how many outlets tell it, then the newest first."""
    published = story.lead.article.published
    return (
        PRIORITIES.index(said.priority),
        -len(said.outlets),
        -published.timestamp() if published else 0.0,
        story.lead.article.id,
    )


def _heading(said: Line, plan: DigestPlan, names: Names) -> _Heading:
    """Say which section the line belongs to; what is of low priority stands apart at the end."""
    if said.priority == "low":
        return _LAST, LOW
    if plan.sections == "rule" and said.rules:
        return 0, said.rules[0]
    if not said.partner:
        return len(TIERS) + 1, WORDS
    if plan.sections == "partner":
        return 0, names.partners.get(said.partner, said.partner)
    tier = names.tiers.get(said.partner, "")
    return (list(TIERS).index(tier), TIERS[tier]) if tier in TIERS else (len(TIERS), PARTNERS)


def _sections(lines: Sequence[Line], plan: DigestPlan, names: Names) -> tuple[Section, ...]:
    """Gather ranked lines under their headings; headings of one order stand as their first lines do."""
    gathered: dict[_Heading, list[Line]] = {}
    for said in lines:
        gathered.setdefault(_heading(said, plan, names), []).append(said)
    return tuple(
        Section(title, tuple(found), plan.limit, is_collapsed=order == _LAST)
        for (order, title), found in sorted(gathered.items(), key=lambda item: item[0][0])
    )


def _summary(lines: Sequence[Line]) -> str:
    """`14 stories from 23 articles · 9 reported · 3 denied`: what a reader wants to know first."""
    if not lines:
        return "Nothing new"
    articles = sum(len(said.articles) for said in lines)
    statuses = [drawn.status for each in lines for drawn in each.relations[:1]]
    counts = [f"{statuses.count(status)} {status}" for status in SIGNS if status in statuses]
    return " · ".join([f"{_count(len(lines), 'story', 'stories')} from {_count(articles, 'article')}", *counts])


def _footer(coverage: Coverage, at: datetime) -> tuple[str, ...]:
    """Say what the digest rests on, and what it could not see."""
    answered = coverage.feeds - len(coverage.failed)
    since = f" since {when(coverage.since, at)}" if coverage.since else ""
    read = f"{_count(coverage.read, 'article')} read{since}, {coverage.matched:,} matched"
    lines = [f"{answered:,} of {_count(coverage.feeds, 'feed')} answered · {read}"]
    if coverage.failed:
        named = ", ".join(f"{clean(silent.name, NAME)} ({silent.reason})" for silent in coverage.failed[:FAILED])
        more = f" and {len(coverage.failed) - FAILED:,} more" if len(coverage.failed) > FAILED else ""
        lines.append(f"Not read: {named}{more}. What they published is missing here.")
    return tuple(lines)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
