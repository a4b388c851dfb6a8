"""
What an index of words can tell of a query: a sieve that lets through every text that meets it, and few others.

The query itself has the last word: a sieve knows no distances, no sentences, no expressions, and nothing negated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING

from watcher.decide.clause import AllOf, AnyOf, Clause
from watcher.decide.label import Label, Outlet
from watcher.decide.term import Term, Wanted
from watcher.decide.words import Near, Same, Words

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Row:
    """
    Tokens in a row, each whole or (True) only the beginning of one, in a field.

    `field` is title, body (the summary too), source, or "" for title and body; for the name of a label (lang, feed,
    tag, kind) there is one token, its value.
    """

    tokens: tuple[tuple[str, bool], ...]
    field: str = ""


@dataclass(frozen=True, slots=True)
class Every:
    """All of these."""

    sieves: tuple[Sieve, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of these."""

    sieves: tuple[Sieve, ...]


Sieve = Row | Every | Some


@singledispatch
def sieve(_clause: Clause) -> Sieve | None:
    """Give the sieve of a clause; None where any text may meet it."""
    return None


@sieve.register(Words)
def _of_words(clause: Words) -> Sieve:
    return Row(clause.parts, clause.scope)


@sieve.register(Outlet)
def _of_outlet(clause: Outlet) -> Sieve:
    return Row(clause.words.parts, "source")


@sieve.register(Label)
def _of_label(clause: Label) -> Sieve | None:
    return _some(Row(((value.removesuffix("*"), value.endswith("*")),), clause.name) for value in clause.values)


@sieve.register(Near)
def _of_near(clause: Near) -> Sieve | None:
    return _every(_some(map(sieve, side)) for side in (clause.left, clause.right))


@sieve.register(Same)
def _of_same(clause: Same) -> Sieve | None:
    return sieve(clause.clause)


@sieve.register(AllOf)
def _of_all(clause: AllOf) -> Sieve | None:
    return _every(map(sieve, clause.clauses))


@sieve.register(AnyOf)
def _of_any(clause: AnyOf) -> Sieve | None:
    return _some(map(sieve, clause.clauses))


def wanted(clause: Clause) -> tuple[Term, ...]:
    """Give the relation terms of which a text must meet each, whatever else it must."""
    if isinstance(clause, Wanted):
        return clause.terms
    return tuple(term for each in clause.clauses for term in wanted(each)) if isinstance(clause, AllOf) else ()


def _every(sieves: Iterable[Sieve | None]) -> Sieve | None:
    known = tuple(each for each in sieves if each is not None)
    return known[0] if len(known) == 1 else Every(known) if known else None


def _some(sieves: Iterable[Sieve | None]) -> Sieve | None:
    known = tuple(sieves)
    told = tuple(each for each in known if each is not None)
    if len(told) < len(known):
        return None
    return told[0] if len(told) == 1 else Some(told)
