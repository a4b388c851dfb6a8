"""
Story → Line: one story in the words that every channel says it with.

Titles are cleaned here, times put into the digest's zone, relations drawn. Nothing here reads a clock or opens a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.decide.lexicon import base_language
from watcher.decide.origin import origins
from watcher.decide.update import change
from watcher.deliver.drawn import NAME, clean, draw
from watcher.deliver.evidence import evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from watcher.collect.article import Article
    from watcher.decide.match import Finding, Match
    from watcher.decide.relation import Relation
    from watcher.decide.rules import Priority
    from watcher.decide.story import Story
    from watcher.decide.update import Change
    from watcher.deliver.digests import DigestPlan
    from watcher.deliver.drawn import Drawn, Names, Span

PRIORITIES: tuple[Priority, ...] = ("critical", "high", "normal", "low")

HEADLINE = 300
RELATIONS = 4
FIGURES = 4
# What the digest's own words are in, and so what its readers read.
READ = "en"

# Control characters and lone surrogates in an address would reach a terminal, or no channel at all.
_LINK = re.compile(r"https?://[^\s\x00-\x20\x7f-\x9f\ud800-\udfff]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who published an article, where, and when by the clock of the digest's zone."""

    name: str
    url: str
    when: str
    article: str
    is_state: bool = False

    @property
    def label(self) -> str:
        """The outlet's name, marked where a state speaks through it."""
        return f"{self.name} (state media)" if self.is_state else self.name


@dataclass(frozen=True, slots=True)
class Line:
    """
    One story: the headline links to its outlet's article, which is that of number `head`, each other name to its own.

    The outlets stand in the order of their publication; `origins` counts those who tell it by themselves, `unshown` the
    relations that are not drawn. `partner` is the id of the first one's, `bold` are places in the evidence. `update`
    says what changed since the story was told before; `is_known` that nothing did. `notes` say what is new about it.
    `articles` holds the ids of the story's articles.
    """

    headline: str
    priority: Priority
    outlets: tuple[Outlet, ...]
    head: int = 0
    origins: int = 1
    relations: tuple[Drawn, ...] = ()
    unshown: int = 0
    partner: str = ""
    figures: tuple[str, ...] = ()
    evidence: str = ""
    bold: tuple[Span, ...] = ()
    update: str = ""
    is_known: bool = False
    notes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The headline's link, or nothing."""
        return self.headed.url

    @property
    def headed(self) -> Outlet:
        """The headline's outlet."""
        return self.outlets[self.head]

    @property
    def others(self) -> tuple[Outlet, ...]:
        """The other outlets."""
        return self.outlets[: self.head] + self.outlets[self.head + 1 :]

    @property
    def counted(self) -> str:
        """`7 outlets, 2 origins`; nothing where there is one outlet."""
        outlets = len({outlet.name.casefold() for outlet in self.outlets})
        if outlets == 1:
            return ""
        return f"{outlets} outlets, {self.origins} origin{'' if self.origins == 1 else 's'}"

    @property
    def listed(self) -> Iterator[tuple[str, Outlet, bool]]:
        """
        The outlets as small print names them, `7 outlets, 2 origins · first: Yonhap 06:14 · also …`.

        Each with the words before it, and whether its name bears its link, which the headline's doesn't.
        """
        first = f"{self.counted} · first: " if self.counted else ""
        for number, outlet in enumerate(self.outlets):
            before = (first, " · also ", ", ")[min(number, 2)]
            yield before, outlet, number != self.head

    @property
    def quoted(self) -> Iterator[tuple[str, bool]]:
        """The evidence in pieces, each with whether it is to be bold."""
        at = 0
        for start, end in self.bold:
            if at < start:
                yield self.evidence[at:start], False
            yield self.evidence[start:end], True
            at = end
        if at < len(self.evidence):
            yield self.evidence[at:], False


def line(story: Story, plan: DigestPlan, names: Names, at: datetime) -> Line:
    """Say a story for this digest; times are shown by the clock of `at`'s zone."""
    story = _readable(story)
    matches = _matches(story, plan)
    relations = relations_of(story, plan)
    drawn = draw(relations, names)
    head = _head(story)
    said = evidence(story, head, relations)
    changed = change(story) if story.before else None
    outlets = _outlets(story, at)
    return Line(
        headline=clean(head.article.title, HEADLINE) or clean(head.article.summary, HEADLINE) or "Untitled",
        priority=min((match.priority for match in matches), key=PRIORITIES.index, default="normal"),
        outlets=outlets,
        head=next(number for number, outlet in enumerate(outlets) if _is_of(outlet, head.article)),
        origins=origins(story.findings),
        relations=drawn[:RELATIONS],
        unshown=len(drawn[RELATIONS:]),
        partner=relations[0].partner if relations else "",
        figures=_figures(relations),
        evidence=said.text,
        bold=said.bold(matches, names),
        update=_update(changed, names) if changed else "",
        is_known=changed is not None and not changed.is_any,
        rules=tuple(dict.fromkeys(clean(names.rules.get(match.rule, match.rule), NAME) for match in matches)),
        articles=tuple(finding.article.id for finding in story.findings),
    )


def _readable(story: Story) -> Story:
    """Leave out speakers and figures in other languages' words where a report that readers can read is among them."""
    if not any(map(_is_read, story.findings)):
        return story
    first, *others = (finding if _is_read(finding) else _wordless(finding) for finding in story.findings)
    return replace(story, lead=first, others=tuple(others))


def _wordless(finding: Finding) -> Finding:
    return replace(finding, relations=tuple(replace(each, attributed_to="", figures=()) for each in finding.relations))


def _is_read(found: Finding) -> bool:
    return base_language(found.article.language) == READ


def _head(story: Story) -> Finding:
    """Give the finding whose headline stands for the story: the earliest that readers of this digest can read."""
    return next(filter(_is_read, story.findings), story.lead)


def relations_of(story: Story, plan: DigestPlan) -> list[Relation]:
    """Give the relations that the digest's rules asked for; all of them where the rules asked for words alone."""
    asked = [relation for finding in story.findings for relation in _asked(finding, plan)]
    return asked or [relation for finding in story.findings for relation in finding.relations]


def _matches(story: Story, plan: DigestPlan) -> list[Match]:
    """Give the matches of the rules that this digest takes, the most important first."""
    found = [match for finding in story.findings for match in finding.matches if plan.takes(match.rule)]
    return sorted(found, key=lambda match: PRIORITIES.index(match.priority))


def _asked(finding: Finding, plan: DigestPlan) -> list[Relation]:
    taken = sorted(
        (match for match in finding.matches if plan.takes(match.rule)),
        key=lambda match: PRIORITIES.index(match.priority),
    )
    indexes = dict.fromkeys(index for match in taken for index in match.relations)
    return [finding.relations[index] for index in indexes]


def _update(changed: Change, names: Names) -> str:
    """`now ✕ denied by Tehran: Iran → Russia · missiles · new figure: 500 missiles · 4 more origins`."""
    found = draw(changed.relations, names)[:RELATIONS]
    said = [f"now {drawn.sign} {drawn.said}: {drawn.way} · {', '.join(drawn.goods)}" for drawn in found]
    figures = tuple(dict.fromkeys(clean(figure.text, NAME) for figure in changed.figures))[:FIGURES]
    if figures:
        said.append(f"new figure{'s' if len(figures) > 1 else ''}: {', '.join(figures)}")
    if changed.origins:
        said.append(f"{changed.origins} more origins")
    return " · ".join(said)


def _figures(relations: Iterable[Relation]) -> tuple[str, ...]:
    texts = dict.fromkeys(clean(figure.text, NAME) for relation in relations for figure in relation.figures)
    return tuple(texts)[:FIGURES]


def _outlets(story: Story, at: datetime) -> tuple[Outlet, ...]:
    """Give an outlet for each article, the lead's first; a link that stood before doesn't stand again."""
    seen: set[str] = set()
    kept = []
    for outlet in (_outlet(finding.article, at) for finding in story.findings):
        if outlet.url not in seen:
            kept.append(outlet)
        seen |= {outlet.url} - {""}
    return tuple(kept)


def _outlet(article: Article, at: datetime) -> Outlet:
    # What gathers others' articles is no outlet; it names the outlet, or nobody does.
    named = article.source if article.kind == "aggregator" else article.source or article.feed
    return Outlet(
        name=clean(named, NAME) or "unnamed outlet",
        url=_link(article),
        when=when(article.published, at),
        article=article.id,
        is_state=article.kind == "state-media",
    )


def _is_of(outlet: Outlet, article: Article) -> bool:
    """Whether an outlet stands for an article: its own, or one with the same link."""
    return outlet.article == article.id or (bool(outlet.url) and outlet.url == article.url)


def _link(article: Article) -> str:
    return article.url if _LINK.fullmatch(article.url) else ""


def when(published: datetime | None, at: datetime) -> str:
    """Give a time by the clock of `at`'s zone, with the day where it is another: `06:14`, `12 Jan, 23:50`."""
    if published is None:
        return "undated"
    local = published.astimezone(at.tzinfo)
    if local.date() == at.date():
        return f"{local:%H:%M}"
    year = f" {local.year}" if local.year != at.year else ""
    return f"{local.day} {local:%b}{year}, {local:%H:%M}"
