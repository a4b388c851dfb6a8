"""Article + Rulebook → Finding: which rules an article meets, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.decide import relation
from watcher.decide.subject import Subject

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.collect.article import Article
    from watcher.decide.clause import Found
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.relation import Relation
    from watcher.decide.rules import Priority, Rule, Rulebook

_ARROWS = {"to_russia": "→", "from_russia": "→", "any": "↔"}


@dataclass(frozen=True, slots=True)
class Match:
    """One rule that an article meets: reasons for an analyst, and which of the Finding's relations meet it."""

    rule: str
    priority: Priority
    reasons: tuple[str, ...]
    relations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """An article, what it says, and which rules ask for it (in the order of the rulebook)."""

    article: Article
    relations: tuple[Relation, ...] = ()
    matches: tuple[Match, ...] = ()

    @property
    def relevant(self) -> bool:
        """True exactly when the article has a relation, whatever the rules say."""
        return bool(self.relations)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of an article: `is_match` with its reasons, or why not."""

    rule: Rule
    reasons: tuple[str, ...]
    is_match: bool


def match(article: Article, rulebook: Rulebook, *, now: datetime) -> Finding:
    """Decide one article; disabled rules and those expired at `now` (aware, UTC) don't match."""
    return apply_rules(article, relation.read(article, rulebook.lexicon), rulebook, now=now)


def apply_rules(article: Article, relations: tuple[Relation, ...], rulebook: Rulebook, *, now: datetime) -> Finding:
    """Decide one article whose relations are known."""
    subject = Subject(article, relations)
    matches = []
    for number in rulebook.index.candidates(subject):
        watch = rulebook.watches[number]
        if watch.rule.is_active(now.date()) and (found := watch.clause.find(subject)) is not None:
            reasons = _reasons(found, relations, rulebook.lexicon)
            matches.append(Match(watch.rule.id, watch.rule.priority, reasons, found.relations))
    return Finding(article, relations, tuple(matches))


def judge(article: Article, relations: tuple[Relation, ...], rulebook: Rulebook, *, now: datetime) -> list[Verdict]:
    """Say for every rule why the article meets it, or why not."""
    subject = Subject(article, relations)
    verdicts = []
    for watch in rulebook.watches:
        found = watch.clause.find(subject) if watch.rule.is_active(now.date()) else None
        if found is not None:
            verdicts.append(Verdict(watch.rule, _reasons(found, relations, rulebook.lexicon), is_match=True))
        else:
            verdicts.append(Verdict(watch.rule, _idle(watch.rule, now) or watch.clause.lacks(subject), is_match=False))
    return verdicts


def describe(one: Relation, lexicon: Lexicon) -> str:
    """Give a relation in a line: `Iran → Russia · missiles · denied`, `China ↔ Russia · trade · reported`."""
    partner = lexicon.partners[one.partner].name if one.partner in lexicon.partners else one.partner
    good = lexicon.goods[one.good].name if one.good in lexicon.goods else one.good
    ends = ("Russia", partner) if one.direction == "from_russia" else (partner, "Russia")
    return f"{ends[0]} {_ARROWS[one.direction]} {ends[1]} · {good} · {one.status}"


def _reasons(found: Found, relations: tuple[Relation, ...], lexicon: Lexicon) -> tuple[str, ...]:
    return (*(describe(relations[number], lexicon) for number in found.relations), *found.reasons)


def _idle(rule: Rule, now: datetime) -> tuple[str, ...]:
    if not rule.enabled:
        return ("the rule is not enabled",)
    return () if rule.is_active(now.date()) else (f"the rule expired on {rule.expires}",)
