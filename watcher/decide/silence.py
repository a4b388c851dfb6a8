"""What a silence hides: findings that say nothing but what an analyst doesn't want to hear for a while. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from watcher.decide.match import Finding, Match
    from watcher.decide.relation import Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """
    Partners, goods, directions, statuses and rules that are not announced from `starts` until `ends`.

    What is empty means any; all that is not must hold of one relation, or of the rule that asks for it. `wording` is
    what the analyst asked for, `author` and `reason` say who and why.
    """

    id: int = 0
    partners: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    wording: str
    author: str
    reason: str
    starts: datetime
    ends: datetime

    def is_active(self, now: datetime) -> bool:
        """Whether it holds at `now`."""
        return self.starts <= now < self.ends

    def covers(self, rule: str, relation: Relation) -> bool:
        """Whether a relation for which a rule asks is not to be heard of."""
        return (
            (not self.rules or rule in self.rules)
            and (not self.partners or relation.partner in self.partners)
            and (not self.goods or relation.good in self.goods)
            and (not self.directions or relation.direction in self.directions)
            and (not self.statuses or relation.status in self.statuses)
        )

    @property
    def is_of_rules(self) -> bool:
        """Whether it hides all that some rules ask for, whatever relation it has."""
        return not (self.partners or self.goods or self.directions or self.statuses)

    def reaches(self, first_seen: datetime, now: datetime) -> bool:
        """Whether it may hide what was first seen then: during it, or before and still waiting while it holds."""
        return first_seen < self.ends and (first_seen >= self.starts or self.is_active(now))


def silencing(
    finding: Finding, silences: Iterable[Silence], takes: Callable[[str], bool], first_seen: datetime, now: datetime
) -> Silence | None:
    """
    Give the silence that hides a finding, None where it says anything else to whoever takes these rules.

    Where several hide it together, the first of them is given.
    """
    active = [silence for silence in silences if silence.reaches(first_seen, now)]
    found: list[Silence] = []
    for match in finding.matches if active else ():
        if not takes(match.rule):
            continue
        hiding = _hiding(match, finding, active)
        if not hiding:
            return None
        found += hiding
    return found[0] if found else None


def _hiding(match: Match, finding: Finding, active: list[Silence]) -> list[Silence]:
    """Give the silences that together cover all for which a rule asks; none where something is left."""
    for silence in active:
        if silence.is_of_rules and match.rule in silence.rules:
            return [silence]
    hiding = []
    for number in match.relations:
        relation = finding.relations[number]
        first = next((each for each in active if not each.is_of_rules and each.covers(match.rule, relation)), None)
        if first is None:
            return []
        hiding.append(first)
    return hiding
