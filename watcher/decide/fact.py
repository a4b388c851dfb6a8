"""What is read in a text: who gives what to whom; apart from what reads it, since rules speak of it, and read none."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.decide.figure import Figure  # noqa: TC001  pydantic reads it, where the archive is brought in


@dataclass(frozen=True, slots=True)
class Relation:
    """One partner, good, direction and status, the sentence that says so and its number, and who says it."""

    partner: str
    good: str
    direction: str
    status: str
    evidence: str
    attributed_to: str = ""
    figures: tuple[Figure, ...] = ()
    sentence: int = 0
