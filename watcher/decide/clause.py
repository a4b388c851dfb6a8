"""What a query is made of once it is read: clauses that find their evidence in a view, or say what it lacks."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.collect.article import Article
    from watcher.decide.relation import Relation
    from watcher.decide.subject import Passage

Needs = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Found:
    """Evidence: reasons in words, and indexes of the view's relations."""

    reasons: tuple[str, ...] = ()
    relations: tuple[int, ...] = ()


class View(Protocol):
    """What clauses look at: a Subject, or one sentence of it."""

    @property
    def article(self) -> Article:
        """The article."""
        ...

    @property
    def relations(self) -> tuple[Relation, ...]:
        """What it says."""
        ...

    @property
    def source(self) -> Passage:
        """The outlet's name."""
        ...

    def passages(self, scope: str) -> tuple[Passage, ...]:
        """Give the passages of `title`, of `body`, or of all ("")."""
        ...


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition on a view; `shown` is how the query wrote it."""

    # No ABC: which kind a clause is gets asked a million times, and of one that costs ten times as much.

    shown: str

    @abstractmethod
    def find(self, view: View) -> Found | None:
        """Give the evidence, or None."""

    def lacks(self, view: View) -> tuple[str, ...]:  # noqa: ARG002  others look
        """Say why there is none; asked only where `find` gives None."""
        return (f"no {self.shown}",)

    def needs(self) -> Needs:
        """
        Give keys of which a subject must have at least one; None: it may have none.

        A key is a token, `prefix*`, `@partner`, `#good`, or `@` for any relation.
        """
        return None


@dataclass(frozen=True, slots=True)
class AllOf(Clause):
    """Every clause holds."""

    clauses: tuple[Clause, ...]

    def find(self, view: View) -> Found | None:
        """Give the evidence of all."""
        every = []
        for clause in self.clauses:
            found = clause.find(view)
            if found is None:
                return None
            every.append(found)
        return _merged(every)

    def lacks(self, view: View) -> tuple[str, ...]:
        """Say what each clause lacks that doesn't hold."""
        return tuple(why for clause in self.clauses if clause.find(view) is None for why in clause.lacks(view))

    def needs(self) -> Needs:
        """Choose the rarest."""
        return rarest(clause.needs() for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class AnyOf(Clause):
    """At least one clause holds."""

    clauses: tuple[Clause, ...]

    def find(self, view: View) -> Found | None:
        """Give the evidence of those that hold."""
        every = [found for clause in self.clauses if (found := clause.find(view)) is not None]
        return _merged(every) if every else None

    def lacks(self, view: View) -> tuple[str, ...]:  # noqa: ARG002
        """Name the choices."""
        return (f"none of {self.shown}",)

    def needs(self) -> Needs:
        """Give all, or None where one clause needs nothing."""
        return joined([clause.needs() for clause in self.clauses])


@dataclass(frozen=True, slots=True)
class Not(Clause):
    """A clause doesn't hold."""

    clause: Clause

    def find(self, view: View) -> Found | None:
        """Give no reason: what isn't there can't be shown."""
        return Found() if self.clause.find(view) is None else None

    def lacks(self, view: View) -> tuple[str, ...]:
        """Show what is there."""
        found = self.clause.find(view)
        return (f"{self.shown}, but {'; '.join(found.reasons) if found and found.reasons else 'it holds'}",)


def rarest(choices: Iterable[Needs]) -> Needs:
    """Choose the needs that the fewest subjects meet: relations are rarer than words, few keys rarer than many."""
    return min((needs for needs in choices if needs is not None), key=_commonness, default=None)


def joined(choices: Sequence[Needs]) -> Needs:
    """Give the needs of alternatives: all of them, or None where one needs nothing."""
    known = [needs for needs in choices if needs is not None]
    return frozenset().union(*known) if len(known) == len(choices) else None


def _commonness(needs: frozenset[str]) -> tuple[int, int, int]:
    if "@" in needs:
        return 1, 0, 0
    kind = 0 if all(key[0] in "@#" for key in needs) else 2
    return kind, len(needs), -min((len(key) for key in needs), default=0)


def _merged(every: list[Found]) -> Found:
    reasons = dict.fromkeys(reason for found in every for reason in found.reasons)
    relations = {number for found in every for number in found.relations}
    return Found(tuple(reasons), tuple(sorted(relations)))
