"""What a rule wants of a relation: its fields and the relation terms of its query, all to hold of one relation."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.decide.clause import Clause, Found, rarest
from watcher.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from watcher.decide.clause import Needs, View
    from watcher.decide.lexicon import Good, Lexicon, Partner
    from watcher.decide.relation import Relation

STATUSES = ("reported", "alleged", "planned", "denied", "negated")
DIRECTIONS = ("to_russia", "from_russia", "any")
_RUSSIA = "RU"


@dataclass(frozen=True, slots=True)
class Term:
    """One wish, such as `partner:IR`: None where it doesn't care. `directions` has `any` wherever it has another."""

    shown: str
    partners: frozenset[str] | None = None
    goods: frozenset[str] | None = None
    directions: frozenset[str] | None = None
    statuses: frozenset[str] | None = None

    def holds_of(self, relation: Relation) -> bool:
        """Say whether a relation is as wished."""
        return (
            (self.partners is None or relation.partner in self.partners)
            and (self.goods is None or relation.good in self.goods)
            and (self.directions is None or relation.direction in self.directions)
            and (self.statuses is None or relation.status in self.statuses)
        )

    def needs(self) -> frozenset[str]:
        """Give keys of which a subject must have one."""
        if self.partners is not None:
            return frozenset(f"@{partner}" for partner in self.partners)
        return frozenset({"@"}) if self.goods is None else frozenset(f"#{good}" for good in self.goods)


@dataclass(frozen=True, slots=True)
class Wanted(Clause):
    """One relation for which all of `terms` hold and none of `unwanted`."""

    terms: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()

    def find(self, view: View) -> Found | None:
        """Give the relations that are as wished, or None."""
        numbers = tuple(number for number, one in enumerate(view.relations) if not self._faults(one))
        return Found((), numbers) if numbers else None

    def lacks(self, view: View) -> tuple[str, ...]:
        """Say what the relation that comes nearest is not."""
        if not view.relations:
            return ("the text has no relation",)
        nearest = min(view.relations, key=self._distance)
        shown = f"{nearest.partner} {nearest.good} {nearest.direction} {nearest.status}"
        return (f"the nearest relation, {shown}, is {' and '.join(self._faults(nearest))}",)

    def one_fault(self, view: View) -> str:
        """Say what the nearest relation is not, if that is one thing of several; else ""."""
        if not view.relations or len(self.terms) + len(self.unwanted) == 1:
            return ""
        faults = self._faults(min(view.relations, key=self._distance))
        return faults[0] if len(faults) == 1 else ""

    def needs(self) -> Needs:
        """Give keys of which a subject must have one."""
        return rarest(term.needs() for term in self.terms)

    def _distance(self, relation: Relation) -> tuple[int, int]:
        return sum(not term.holds_of(relation) for term in self.terms), len(self._faults(relation))

    def _faults(self, relation: Relation) -> list[str]:
        lacking = [f"not {term.shown}" for term in self.terms if not term.holds_of(relation)]
        return lacking + [term.shown for term in self.unwanted if term.holds_of(relation)]


class Vocabulary:
    """The ids that rules may speak of, as the lexicon has them; case doesn't matter. Raises QueryError, position 0."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def partners(self, value: str) -> frozenset[str]:
        """Give the ids that `IR` or `tier:core` stands for."""
        kind, _, name = value.rpartition(":")
        if kind == "tier":
            tier = _known("tier", name, self.lexicon.tiers)
            return frozenset(one.id for one in self.lexicon.partners.values() if one.tier == tier)
        return frozenset({_known("partner", value, self.lexicon.partners, self.lexicon.partners)})

    def goods(self, value: str) -> frozenset[str]:
        """Give the ids that `drones` or `group:weapons` stands for."""
        kind, _, name = value.rpartition(":")
        if kind == "group":
            group = _known("group", name, self.lexicon.groups)
            return frozenset(one.id for one in self.lexicon.goods.values() if one.group == group)
        return frozenset({_known("good", value, self.lexicon.goods, self.lexicon.goods)})

    def term(self, name: str, value: str, shown: str) -> Term:
        """Give the term that a query's field stands for."""
        if name in ("from", "to"):
            return self._end(name, value, shown)
        if name == "status":
            return Term(shown, statuses=frozenset({_known("status", value, STATUSES)}))
        if name in ("good", "group"):
            return Term(shown, goods=self.goods(value if name == "good" else f"group:{value}"))
        return Term(shown, partners=self.partners(value if name == "partner" else f"tier:{value}"))

    def _end(self, name: str, value: str, shown: str) -> Term:
        """Read where a good comes from or goes to: Russia at one end, a partner at the other."""
        is_russia = value.upper() == _RUSSIA
        is_to = (name == "to") == is_russia
        ways = frozenset({"to_russia" if is_to else "from_russia", "any"})
        return Term(shown, partners=None if is_russia else self.partners(value), directions=ways)


def directions(value: str) -> frozenset[str]:
    """Give the directions in a text that satisfy a rule's: what goes both ways goes either way."""
    return frozenset({value, "any"})


def _known(
    kind: str, value: str, ids: Collection[str], named: Mapping[str, Partner] | Mapping[str, Good] | None = None
) -> str:
    """Find an id whatever its case. Raises QueryError with the nearest, be it by id or by name."""
    if value in ids:
        return value
    by_id = {one.lower(): one for one in ids}
    if value.lower() in by_id:
        return by_id[value.lower()]
    by_word = {one.name.lower(): one.id for one in (named or {}).values()} | by_id
    near = difflib.get_close_matches(value.lower(), list(by_word), n=1, cutoff=0.6)
    hint = f' (did you mean "{by_word[near[0]]}"?)' if near else ""
    raise QueryError(f'unknown {kind} "{value}"{hint}', 0)
