"""Article + Rulebook → Finding: which rules an article meets, and why."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.collect.article import Article
from watcher.decide import relation
from watcher.decide.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.decide.clause import Found
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.relation import Relation
    from watcher.decide.rules import Priority, Rule, Rulebook, Watch

LONGEST_FAULT = 200
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
    """An article, what it says, and which rules ask for it (in the order of the rulebook); or why it is `unread`."""

    article: Article
    relations: tuple[Relation, ...] = ()
    matches: tuple[Match, ...] = ()
    unread: str = field(default="", kw_only=True)

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


@dataclass(frozen=True, slots=True)
class Trial:
    """One test of a rule, and why the text met the rule or didn't; `kind` is match or skip."""

    rule: str
    kind: str
    text: str
    reasons: tuple[str, ...]
    is_passed: bool


def match(
    article: Article, rulebook: Rulebook, *, now: datetime, relations: tuple[Relation, ...] | None = None
) -> Finding:
    """
    Decide one article; disabled rules and those expired at `now` (aware, UTC) don't match.

    `relations` are not read again where they are known. A bug that a text brings to light costs this article alone:
    it is unread, and says why.
    """
    try:
        known = relation.read(article, rulebook.lexicon) if relations is None else relations
        return apply_rules(article, known, rulebook, now=now)
    except Exception as bug:  # noqa: BLE001  told with the article: others must not be lost for it
        return Finding(article, unread=_fault(bug))


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
    """Say for every rule why a text meets it, or why not, whatever feed it came by."""
    subject = Subject(article, relations)
    return [_judge(watch, subject, rulebook.lexicon, now) for watch in rulebook.watches]


def refusal(
    article: Article, relations: tuple[Relation, ...], rulebook: Rulebook, rule: str, *, now: datetime
) -> tuple[str, ...]:
    """Say why an article doesn't meet a rule; asked only where it doesn't."""
    watch = next((watch for watch in rulebook.watches if watch.rule.id == rule), None)
    if watch is None:
        return ("there is no such rule any more",)
    idle = _idle(watch.rule, now)
    return (idle,) if idle else watch.clause.lacks(Subject(article, relations))


def try_rules(rulebook: Rulebook, ids: Sequence[str] = ()) -> list[Trial]:
    """Run the rules' own tests, those of `ids` or all: each sentence as a title, whatever feed it came by."""
    chosen = [watch for watch in rulebook.watches if not ids or watch.rule.id in ids]
    tests = ((watch, test) for watch in chosen for test in watch.rule.tests if not test.items)
    return [
        _try(watch, Article(id="", title=test.text), rulebook.lexicon, is_wanted=test.match is not None)
        for watch, test in tests
    ]


def try_item(rulebook: Rulebook, rule: str, article: Article, *, is_wanted: bool) -> Trial:
    """Run a rule on a labelled item, whatever feed it came by."""
    (watch,) = (watch for watch in rulebook.watches if watch.rule.id == rule)
    return _try(watch, article, rulebook.lexicon, is_wanted=is_wanted)


def describe(one: Relation, lexicon: Lexicon) -> str:
    """Give a relation in a line: `Iran → Russia · missiles · denied`, `China ↔ Russia · trade · reported`."""
    partner = lexicon.partners[one.partner].name if one.partner in lexicon.partners else one.partner
    good = lexicon.goods[one.good].name if one.good in lexicon.goods else one.good
    ends = ("Russia", partner) if one.direction == "from_russia" else (partner, "Russia")
    return f"{ends[0]} {_ARROWS[one.direction]} {ends[1]} · {good} · {one.status}"


def _fault(bug: Exception) -> str:
    """Say what a bug is and where it showed, for whoever mends it."""
    place = traceback.extract_tb(bug.__traceback__)[-1]
    return f"{type(bug).__name__} in {Path(place.filename).name}:{place.lineno}: {bug}"[:LONGEST_FAULT]


def _reasons(found: Found, relations: tuple[Relation, ...], lexicon: Lexicon) -> tuple[str, ...]:
    return (*(describe(relations[number], lexicon) for number in found.relations), *found.reasons)


def _judge(watch: Watch, subject: Subject, lexicon: Lexicon, now: datetime) -> Verdict:
    rule = watch.rule
    if idle := _idle(rule, now):
        return Verdict(rule, (idle,), is_match=False)
    found = watch.on_text.find(subject)
    if found is None:
        return Verdict(rule, watch.on_text.lacks(subject), is_match=False)
    return Verdict(rule, _reasons(found, subject.relations, lexicon), is_match=True)


def _idle(rule: Rule, now: datetime) -> str:
    """Say why a rule doesn't count at all; "" where it does."""
    if rule.is_active(now.date()):
        return ""
    return f"it expired on {rule.expires}" if rule.enabled else "it is not enabled"


def _try(watch: Watch, article: Article, lexicon: Lexicon, *, is_wanted: bool) -> Trial:
    subject = Subject(article, relation.read(article, lexicon))
    found = watch.on_text.find(subject)
    reasons = watch.on_text.lacks(subject) if found is None else _reasons(found, subject.relations, lexicon)
    kind = "match" if is_wanted else "skip"
    return Trial(watch.rule.id, kind, article.title, reasons, is_passed=(found is not None) == is_wanted)
