"""What an update of a story says that was not said before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.decide.origin import origins
from watcher.decide.traits import VAGUE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.decide.figure import Figure
    from watcher.decide.match import Finding
    from watcher.decide.relation import Relation
    from watcher.decide.story import Story

# So many more who tell it by themselves make a story weightier than it was.
MORE_ORIGINS = 3


@dataclass(frozen=True, slots=True)
class Change:
    """What changed since a story was told: new relations or statuses of known ones, new figures, more origins."""

    relations: tuple[Relation, ...] = ()
    figures: tuple[Figure, ...] = ()
    origins: int = 0

    @property
    def is_any(self) -> bool:
        """Whether there is anything that a reader has not read."""
        return bool(self.relations or self.figures or self.origins)


def change(story: Story) -> Change:
    """Compare an update's findings with what was told before."""
    known = {_kind(relation) for relation in _relations(story.before)}
    known |= {(partner, good, way, "alleged") for partner, good, way, status in known if status == "reported"}
    # Of another language, the same figure has another unit's name.
    counted = {figure.value for relation in _relations(story.before) for figure in relation.figures}
    new = {
        _kind(relation): relation
        for relation in _relations(story.findings)
        if _kind(relation) not in known and relation.good not in VAGUE
    }
    figures = {
        figure.value: figure
        for relation in _relations(story.findings)
        for figure in relation.figures
        if figure.value not in counted
    }
    more = origins((*story.before, *story.findings)) - origins(story.before)
    return Change(tuple(new.values()), tuple(figures.values()), more if more >= MORE_ORIGINS else 0)


def _relations(findings: Iterable[Finding]) -> Iterable[Relation]:
    return (relation for finding in findings for relation in finding.relations)


def _kind(relation: Relation) -> tuple[str, str, str, str]:
    return relation.partner, relation.good, relation.direction, relation.status
