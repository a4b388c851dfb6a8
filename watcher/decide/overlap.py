"""
What the forms of rules tell without any text: that one can't match, or that another matches whenever it does.

Both answers are safe: a conflict or an implication that is found holds for every article; one that would take more
than a look at the forms is not found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.collect.article import Article
from watcher.decide.clause import AllOf, AnyOf, Clause, Not
from watcher.decide.fact import Relation
from watcher.decide.label import Label, Outlet
from watcher.decide.subject import Subject
from watcher.decide.term import Term, Wanted
from watcher.decide.words import Near, Pattern, Same, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.decide.rules import Rulebook

STEPS = 2000  # of a proof; what strangers nest deeper stays unproven
_PARTS = ("partners", "goods", "directions", "statuses")
_ONE_VALUE = ("lang", "feed", "kind")


def conflict(clause: Clause) -> str:
    """Say why no article at all can meet a clause; "" where nothing speaks against it."""
    if isinstance(clause, Wanted):
        return _unmet(clause)
    if isinstance(clause, Same):
        return conflict(clause.clause)
    if isinstance(clause, AnyOf):
        found = [conflict(one) for one in clause.clauses]
        return found[0] if all(found) else ""
    if not isinstance(clause, AllOf):
        return ""
    return next((why for one in clause.clauses if (why := conflict(one))), "") or _contradiction(clause.clauses)


def is_open(clause: Clause, article: Article) -> bool:
    """Whether an article of this feed, language and tags could meet a clause, whatever its text; "" is any language."""
    if isinstance(clause, AllOf):
        return all(is_open(one, article) for one in clause.clauses)
    if isinstance(clause, AnyOf):
        return any(is_open(one, article) for one in clause.clauses)
    label = clause.clause if isinstance(clause, Not) else clause
    if not isinstance(label, Label) or (label.name == "lang" and not article.language):
        return True
    return clause.find(Subject(article)) is not None


def implies(one: Clause, other: Clause) -> bool:
    """Whether every article that meets `one` meets `other`."""
    return _Proof().holds(one, other)


def swallowed(rulebook: Rulebook) -> Iterator[tuple[int, int]]:
    """Give the numbers of two rules of which the second matches whenever the first does."""
    clauses = [_merged(watch.clause) for watch in rulebook.watches]
    for number, clause in enumerate(clauses):
        for other in rulebook.index.candidates(_witness(clause)):
            if other != number and implies(clause, clauses[other]):
                yield number, other


def _merged(clause: Clause) -> Clause:
    """Give a clause whose wishes for one relation are one term: each is compared with hundreds."""
    if isinstance(clause, Wanted):
        return replace(clause, terms=(_joined(clause.terms),))
    if isinstance(clause, AllOf | AnyOf):
        return replace(clause, clauses=tuple(map(_merged, clause.clauses)))
    return clause


def patterns(clause: Clause) -> Iterator[Pattern]:
    """Give the regular expressions of a clause."""
    if isinstance(clause, Pattern):
        yield clause
    for one in _members(clause):
        yield from patterns(one)


def words(clause: Clause) -> Iterator[Words]:
    """Give the words of a clause that have to be found, those behind NOT left out."""
    if isinstance(clause, Words):
        yield clause
    if isinstance(clause, Near):
        yield from (*clause.left, *clause.right)
    for one in () if isinstance(clause, Not) else _members(clause):
        yield from words(one)


def _members(clause: Clause) -> tuple[Clause, ...]:
    if isinstance(clause, AllOf | AnyOf):
        return clause.clauses
    return (clause.clause,) if isinstance(clause, Not | Same) else ()


def _unmet(wanted: Wanted) -> str:
    for name in _PARTS:
        asked = [(term, getattr(term, name)) for term in wanted.terms if getattr(term, name) is not None]
        for (term, values), (other, others) in ((a, b) for at, a in enumerate(asked) for b in asked[at + 1 :]):
            if not values & others:
                return f"{term.shown} and {other.shown} exclude each other"
    whole = _joined(wanted.terms)
    return next((f"NOT {term.shown} takes away all it asks for" for term in wanted.unwanted if _lies(whole, term)), "")


def _contradiction(clauses: Sequence[Clause]) -> str:
    for negated in clauses:
        if isinstance(negated, Not):
            for one in clauses:
                if implies(one, negated.clause):
                    return f"{one.shown} and {negated.shown} exclude each other"
    labels = [one for one in clauses if isinstance(one, Label) and one.name in _ONE_VALUE]
    for at, one in enumerate(labels):
        for other in labels[at + 1 :]:
            if one.name == other.name and not any(_meet(a, b) for a in one.values for b in other.values):
                return f"{one.shown} and {other.shown} exclude each other"
    return ""


def _meet(value: str, other: str) -> bool:
    first, second = value.removesuffix("*"), other.removesuffix("*")
    return first.startswith(second) or second.startswith(first)


def _joined(terms: tuple[Term, ...]) -> Term:
    """Give all terms as one."""
    if len(terms) == 1:
        return terms[0]
    parts: dict[str, frozenset[str] | None] = {}
    for name in _PARTS:
        sets = [values for term in terms if (values := getattr(term, name)) is not None]
        parts[name] = frozenset.intersection(*sets) if sets else None
    return Term("", **parts)


def _lies(inner: Term, outer: Term) -> bool:
    """Whether every relation that is as one term wishes is as another does."""
    return (
        _is_within(inner.partners, outer.partners)
        and _is_within(inner.goods, outer.goods)
        and _is_within(inner.directions, outer.directions)
        and _is_within(inner.statuses, outer.statuses)
    )


def _is_within(narrow: frozenset[str] | None, wide: frozenset[str] | None) -> bool:
    return wide is None or (narrow is not None and narrow <= wide)


def _are_apart(one: Term, other: Term) -> bool:
    """Whether no relation is as both terms wish."""
    pairs = ((getattr(one, name), getattr(other, name)) for name in _PARTS)
    return any(first is not None and second is not None and not first & second for first, second in pairs)


@dataclass(slots=True)
class _Proof:
    """One question of what implies what."""

    steps: int = STEPS

    def holds(self, one: Clause, other: Clause) -> bool:
        """Take both apart, the one that every part must hold of first."""
        self.steps -= 1
        if self.steps < 0:
            return False
        if type(one) is AnyOf:  # clauses have no heirs, and which they are is asked a million times
            return all(self.holds(part, other) for part in one.clauses)
        if type(other) is AllOf:
            return all(self.holds(one, part) for part in other.clauses)
        parts = one.clauses if type(one) is AllOf else ()
        if type(other) is AnyOf:
            return any(self.holds(one, part) for part in other.clauses) or any(
                self.holds(part, other) for part in parts if type(part) is AnyOf
            )
        return any(self.holds(part, other) for part in parts) if parts else self.simple(one, other)

    def simple(self, one: Clause, other: Clause) -> bool:
        """Compare what has no parts, or has them within a sentence or behind NOT."""
        if type(one) is Not or type(other) is Not:
            return type(one) is Not and type(other) is Not and self.holds(other.clause, one.clause)
        if type(other) is Same:
            return type(one) is Same and _covers(other.scope, one.scope) and self.holds(one.clause, other.clause)
        if type(one) is Same:
            return self.holds(one.clause, other)
        if type(one) is Near and type(other) is Words:
            return any(all(_says(choice, other) for choice in side) for side in (one.left, one.right))
        return type(one) is type(other) and _is_told(one, other)


def _is_told(one: Clause, other: Clause) -> bool:
    told = False
    match one, other:
        case Wanted(), Wanted():
            whole = _joined(one.terms)
            told = _lies(whole, _joined(other.terms)) and all(
                _are_apart(whole, term) or any(_lies(term, gone) for gone in one.unwanted) for term in other.unwanted
            )
        case Words(), Words():
            told = _says(one, other)
        case Near(), Near():
            told = _is_nearer(one, other)
        case Outlet(), Outlet():
            told = _says(one.words, other.words)
        case Pattern(), Pattern():
            told = one.expression.source == other.expression.source and _covers(other.scope, one.scope)
        case Label(), Label() if one.name == other.name:
            told = all(any(_fits(value, wide, one.name) for wide in other.values) for value in one.values)
    return told


def _fits(value: str, wide: str, name: str) -> bool:
    return (
        value == wide
        or (wide.endswith("*") and value.startswith(wide[:-1]))
        or (name == "lang" and not value.endswith("*") and value.partition("-")[0] == wide)
    )


def _covers(scope: str, inner: str) -> bool:
    return scope in ("", inner)


def _says(one: Words, other: Words) -> bool:
    """Whether a place of one holds a place of the other."""
    length = len(other.parts)
    runs = (one.parts[start : start + length] for start in range(len(one.parts) - length + 1))
    return _covers(other.scope, one.scope) and any(_is_run(run, other.parts) for run in runs)


def _is_run(run: Sequence[tuple[str, bool]], wanted: Sequence[tuple[str, bool]]) -> bool:
    return all(
        token.startswith(wide) if is_wide else (token == wide and not is_prefix)
        for (token, is_prefix), (wide, is_wide) in zip(run, wanted, strict=True)
    )


def _is_nearer(one: Near, other: Near) -> bool:
    if (
        one.distance > other.distance
        or (other.is_ordered and not one.is_ordered)
        or not _covers(other.scope, one.scope)
    ):
        return False
    turns = [(other.left, other.right), *([] if other.is_ordered else [(other.right, other.left)])]
    return any(_are_among(one.left, left) and _are_among(one.right, right) for left, right in turns)


def _are_among(choices: Sequence[Words], others: Sequence[Words]) -> bool:
    return all(any(choice.parts == other.parts for other in others) for choice in choices)


def _witness(clause: Clause) -> Subject:
    """Give an article that a rule which swallows this clause can't do without looking at (see Index)."""
    relations: list[Relation] = []
    told: list[str] = []
    _gather(clause, relations, told)
    return Subject(Article(id="", title=" ".join(told)), tuple(relations))


def _gather(clause: Clause, relations: list[Relation], told: list[str]) -> None:
    if isinstance(clause, Wanted):
        whole = _joined(clause.terms)
        partner, good = (next(iter(values or ("",)), "") for values in (whole.partners, whole.goods))
        relations.append(Relation(partner, good, "any", "reported", ""))
    elif isinstance(clause, AllOf):
        for one in clause.clauses:
            _gather(one, relations, told)
    elif isinstance(clause, AnyOf):
        _gather(clause.clauses[0], relations, told)
    else:
        told += [token for one in words(clause) for token, _ in one.parts]
