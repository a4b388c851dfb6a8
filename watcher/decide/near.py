"""What a rule misses by one clause: where it may be too narrow, and where its edge runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.decide.clause import AllOf, Not
from watcher.decide.subject import Subject
from watcher.decide.term import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from watcher.decide.clause import Clause
    from watcher.decide.match import Finding
    from watcher.decide.rules import Rulebook


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule that an article meets but for one clause, as it is written, and what the article has instead."""

    rule: str
    clause: str
    reasons: tuple[str, ...]


def near_misses(finding: Finding, rulebook: Rulebook, *, now: datetime) -> Iterator[NearMiss]:
    """Give the rules in use that miss an article by one clause."""
    subject = Subject(finding.article, finding.relations)
    for watch in rulebook.watches:
        if watch.rule.is_active(now.date()) and (lacking := _lacking(watch.clause, subject)):
            clause, reasons = lacking
            yield NearMiss(watch.rule.id, clause, reasons)


def _lacking(clause: Clause, subject: Subject) -> tuple[str, tuple[str, ...]] | None:
    """
    Give the one part that isn't met, and why.

    Of the rest something must be there to be found: an article that merely hasn't what NOT excludes isn't near. A
    relation that is one term away from what is wanted is near by itself.
    """
    parts = list(_parts(clause))
    unmet = [part for part in parts if part.find(subject) is None]
    if len(unmet) != 1:
        return None
    (part,) = unmet
    if isinstance(part, Wanted):
        fault = part.one_fault(subject)
        return (fault, part.lacks(subject)) if fault else None
    is_near = any(other is not part and not isinstance(other, Not) for other in parts)
    return (part.shown, part.lacks(subject)) if is_near else None


def _parts(clause: Clause) -> Iterator[Clause]:
    if isinstance(clause, AllOf):
        for one in clause.clauses:
            yield from _parts(one)
    else:
        yield clause
