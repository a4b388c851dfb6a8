"""Whose men a sentence tells of: those of a host of Wagner's, or at joint drills, are not sent to the war."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.event import Relation
    from watcher.decide.lexicon import Lexicon

_HOSTED = frozenset({("mercenaries", "from_russia"), ("training", "any")})


def muster(found: list[Relation], signs: str, lexicon: Lexicon) -> list[Relation]:
    """Leave out troops where a partner hosts Russia's hired men, or drills with it, and nobody joins or fights."""
    is_sent = lexicon.symbols["serve"] in signs or lexicon.symbols["fight"] in signs
    if is_sent or _HOSTED.isdisjoint((each.good, each.direction) for each in found):
        return found
    return [each for each in found if each.good != "troops"]
