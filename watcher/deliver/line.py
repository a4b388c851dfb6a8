"""
Story → Line: one story in the words that every channel says it with.

Titles are cleaned here, times put into the digest's zone, relations drawn. Nothing here reads a clock or opens a file.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from watcher.collect.article import Article
    from watcher.decide.match import Finding, Match
    from watcher.decide.relation import Relation
    from watcher.decide.rules import Priority
    from watcher.decide.story import Story
    from watcher.deliver.digests import DigestPlan

# Each status has a sign of its own shape, so that it is told without colour.
SIGNS = {"reported": "●", "alleged": "◐", "planned": "○", "denied": "✕", "negated": "⊘"}
PRIORITIES: tuple[Priority, ...] = ("critical", "high", "normal", "low")

HEADLINE = 300
EVIDENCE = 400
NAME = 80
RELATIONS = 4
FIGURES = 4

# Two joiners are kept of the invisible format characters: Persian and emoji need them. The others may reorder a line.
_JOINERS = "\u200c\u200d"
# Control characters and lone surrogates in an address would reach a terminal, or no channel at all.
_LINK = re.compile(r"https?://[^\s\x00-\x20\x7f-\x9f\ud800-\udfff]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called: partners, goods and rules by id, and each partner's tier."""

    partners: Mapping[str, str] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)
    goods: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A relation as a reader sees it: from whom, to whom, what, and how certain."""

    giver: str
    arrow: Literal["→", "↔"]
    taker: str
    goods: tuple[str, ...]
    status: str
    by: str = ""

    @property
    def sign(self) -> str:
        """The status as a sign of its own shape."""
        return SIGNS.get(self.status, "·")

    @property
    def way(self) -> str:
        """`Iran → Russia`."""
        return f"{self.giver} {self.arrow} {self.taker}"

    @property
    def said(self) -> str:
        """`denied by Tehran`."""
        if not self.by:
            return self.status
        link = " by " if self.status in ("reported", "alleged", "denied") else ", says "
        return f"{self.status}{link}{self.by}"

    @property
    def text(self) -> str:
        """`Iran → Russia · drones, missiles · ✕ denied by Tehran`."""
        return f"{self.way} · {', '.join(self.goods)} · {self.sign} {self.said}"


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
    One story: the headline links to the first outlet's article, each other outlet's name to its own.

    `unshown` counts the relations that are not drawn, `partner` is the id of the first one's, `articles` holds the ids
    of the story's articles.
    """

    headline: str
    priority: Priority
    outlets: tuple[Outlet, ...]
    relations: tuple[Drawn, ...] = ()
    unshown: int = 0
    partner: str = ""
    figures: tuple[str, ...] = ()
    evidence: str = ""
    rules: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The headline's link, or nothing."""
        return self.outlets[0].url


def line(story: Story, plan: DigestPlan, names: Names, at: datetime) -> Line:
    """Say a story for this digest; times are shown by the clock of `at`'s zone."""
    matches = _matches(story, plan)
    relations = _relations(story, plan)
    drawn = _drawn(relations, names)
    lead = story.lead.article
    return Line(
        headline=clean(lead.title, HEADLINE) or clean(lead.summary, HEADLINE) or "Untitled",
        priority=min((match.priority for match in matches), key=PRIORITIES.index, default="normal"),
        outlets=_outlets(story, at),
        relations=drawn[:RELATIONS],
        unshown=len(drawn[RELATIONS:]),
        partner=relations[0].partner if relations else "",
        figures=_figures(relations),
        evidence=_evidence(story, relations),
        rules=tuple(dict.fromkeys(clean(names.rules.get(match.rule, match.rule), NAME) for match in matches)),
        articles=tuple(finding.article.id for finding in story.findings),
    )


def clean(text: str, limit: int) -> str:
    """Make a stranger's text one line without control characters, shortened at a word to `limit` characters."""
    spaced = "".join(_plain(letter) for letter in text[: limit * 20])
    line = " ".join(spaced.split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    word = head.rfind(" ", limit * 2 // 3)
    return head[: word if word > 0 else None].rstrip() + "…"


def _plain(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    return "" if kind in ("Cf", "Cs") and letter not in _JOINERS else letter


def _matches(story: Story, plan: DigestPlan) -> list[Match]:
    """Give the matches of the rules that this digest takes, the most important first."""
    found = [match for finding in story.findings for match in finding.matches if plan.takes(match.rule)]
    return sorted(found, key=lambda match: PRIORITIES.index(match.priority))


def _relations(story: Story, plan: DigestPlan) -> list[Relation]:
    """Give the relations that the rules asked for; all of them where the rules asked for words alone."""
    asked = [relation for finding in story.findings for relation in _asked(finding, plan)]
    return asked or [relation for finding in story.findings for relation in finding.relations]


def _asked(finding: Finding, plan: DigestPlan) -> list[Relation]:
    taken = sorted(
        (match for match in finding.matches if plan.takes(match.rule)),
        key=lambda match: PRIORITIES.index(match.priority),
    )
    indexes = dict.fromkeys(index for match in taken for index in match.relations)
    return [finding.relations[index] for index in indexes]


def _drawn(relations: Iterable[Relation], names: Names) -> tuple[Drawn, ...]:
    """Draw relations, the goods of one partner, direction and status together."""
    goods: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for relation in relations:
        key = (relation.partner, relation.direction, relation.status, clean(relation.attributed_to, NAME))
        goods.setdefault(key, {})[names.goods.get(relation.good, relation.good)] = None
    return tuple(
        _draw(names.partners.get(partner, partner), direction, tuple(what), status, by)
        for (partner, direction, status, by), what in goods.items()
    )


def _draw(partner: str, direction: str, goods: tuple[str, ...], status: str, by: str) -> Drawn:
    if direction == "from_russia":
        return Drawn("Russia", "→", partner, goods, status, by)
    return Drawn(partner, "→" if direction == "to_russia" else "↔", "Russia", goods, status, by)


def _figures(relations: Iterable[Relation]) -> tuple[str, ...]:
    texts = dict.fromkeys(clean(figure.text, NAME) for relation in relations for figure in relation.figures)
    return tuple(texts)[:FIGURES]


def _evidence(story: Story, relations: Iterable[Relation]) -> str:
    """Give the first sentence that says more than the headline; the summary where a watch asked for words alone."""
    headline = clean(story.lead.article.title, EVIDENCE).rstrip(".").casefold()
    for relation in relations:
        sentence = clean(relation.evidence, EVIDENCE)
        if sentence and sentence.rstrip(".").casefold() != headline:
            return sentence
    return "" if story.lead.relations else clean(story.lead.article.summary, EVIDENCE)


def _outlets(story: Story, at: datetime) -> tuple[Outlet, ...]:
    """Give an outlet for each article, the lead's first; a link that stood before doesn't stand again."""
    found = [_outlet(finding.article, at) for finding in story.findings]
    seen: set[str] = set()
    kept = []
    for outlet in found:
        if outlet.url not in seen:
            kept.append(outlet)
        seen |= {outlet.url} - {""}
    return tuple(kept)


def _outlet(article: Article, at: datetime) -> Outlet:
    return Outlet(
        name=clean(article.source, NAME) or clean(article.feed, NAME) or "unnamed outlet",
        url=article.url if _LINK.fullmatch(article.url) else "",
        when=when(article.published, at),
        article=article.id,
        is_state=article.kind == "state-media",
    )


def when(published: datetime | None, at: datetime) -> str:
    """Give a time by the clock of `at`'s zone, with the day where it is another: `06:14`, `12 Jan, 23:50`."""
    if published is None:
        return "undated"
    local = published.astimezone(at.tzinfo)
    if local.date() == at.date():
        return f"{local:%H:%M}"
    year = f" {local.year}" if local.year != at.year else ""
    return f"{local.day} {local:%b}{year}, {local:%H:%M}"
