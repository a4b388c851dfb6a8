"""
Stories → Digest: which line stands in which section, and in which order.

Pure: the same stories make the same digest, and every channel says it from the same values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.decide.novelty import notes
from watcher.deliver.coverage import count, footer
from watcher.deliver.drawn import NAME, SIGNS, clean
from watcher.deliver.line import PRIORITIES, line, relations_of, when
from watcher.deliver.matrix import matrix
from watcher.deliver.notes import said

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.decide.novelty import History
    from watcher.decide.story import Story
    from watcher.deliver.coverage import Coverage
    from watcher.deliver.digests import DigestPlan
    from watcher.deliver.drawn import Names
    from watcher.deliver.line import Line
    from watcher.deliver.matrix import Matrix

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
KNOWN = "More on stories told before"
LOW = "Low priority"
_KNOWN = len(TIERS) + 2
_LAST = _KNOWN + 1


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
    """A digest, ready to be said anywhere; `at` is aware and in the digest's zone, `week` is a picture of the week."""

    id: str
    title: str
    at: datetime
    zone: str
    summary: str
    sections: tuple[Section, ...] = ()
    footer: tuple[str, ...] = ()
    week: Matrix | None = None

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
_Rank = tuple[int, int, int, float, str]
_Heading = tuple[int, str]


def compose(
    stories: Sequence[Story],
    plan: DigestPlan,
    *,
    names: Names,
    coverage: Coverage,
    now: datetime,
    history: History | None = None,
) -> Digest:
    """Make the digest of these stories at `now` (aware); each story stands in exactly one section."""
    at = now.astimezone(plan.zone)
    told = sorted(((story, _line(story, plan, names, at, history)) for story in stories), key=lambda pair: _rank(*pair))
    lines = [said for _, said in told]
    return Digest(
        id=plan.id,
        title=clean(plan.name, NAME),
        at=at,
        zone=plan.timezone,
        summary=_summary(lines),
        sections=_sections(lines, plan, names),
        week=matrix(history, names) if history and lines else None,
        footer=footer(coverage, names, when(coverage.since, at) if coverage.since else ""),
    )


def _line(story: Story, plan: DigestPlan, names: Names, at: datetime, history: History | None) -> Line:
    made = line(story, plan, names, at)
    if history is None:
        return made
    kinds = [(relation.partner, relation.good, relation.direction) for relation in relations_of(story, plan)]
    return replace(made, notes=said(notes(story, kinds, history), names, at))


def _rank(story: Story, said: Line) -> _Rank:
    """Order by priority, then by how new it is, then by who tells it by themselves, then the newest first."""
    published = story.lead.article.published
    return (
        PRIORITIES.index(said.priority),
        -len(said.notes),
        -said.origins,
        -published.timestamp() if published else 0.0,
        story.lead.article.id,
    )


def _heading(said: Line, plan: DigestPlan, names: Names) -> _Heading:
    """Say which section the line belongs to; what is known, or of low priority, stands apart at the end."""
    if said.is_known:
        return _KNOWN, KNOWN
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
    for each in lines:
        gathered.setdefault(_heading(each, plan, names), []).append(each)
    return tuple(
        Section(title, tuple(found), plan.limit, is_collapsed=order >= _KNOWN)
        for (order, title), found in sorted(gathered.items(), key=lambda item: item[0][0])
    )


def _summary(lines: Sequence[Line]) -> str:
    """`14 stories from 23 articles · 2 updates · 9 reported · 3 denied`: what a reader wants to know first."""
    if not lines:
        return "Nothing new"
    articles = sum(len(said.articles) for said in lines)
    new = [said for said in lines if not said.is_known]
    if not new:
        return f"Nothing new · {count(articles, 'more article')} on stories told before"
    updates = sum(bool(said.update) for said in new)
    statuses = [drawn.status for each in new for drawn in each.relations[:1]]
    counts = [f"{statuses.count(status)} {status}" for status in SIGNS if status in statuses]
    counts = [count(updates, "update"), *counts] if updates else counts
    return " · ".join([f"{count(len(new), 'story', 'stories')} from {count(articles, 'article')}", *counts])
