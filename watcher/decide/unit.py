"""What a sentence is made of: units of one sign each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Unit:
    """One sign, what it stands for, and the part of the sentence it covers."""

    sign: str
    ids: tuple[str, ...]
    start: int
    end: int
    role: str = ""


@dataclass(slots=True)
class Sentence:
    """A sentence's units and its place in the article; `part` is title, summary or body; `told`: whom that is about."""

    text: str
    number: int
    part: str
    units: list[Unit]
    signs: str = ""
    paragraph: int = 0
    language: str = "en"
    told: frozenset[str] = frozenset()

    def ids(self, signs: str) -> dict[str, None]:
        """Give the distinct ids under any of these signs, in order."""
        return {id_: None for unit in self.units if unit.sign in signs for id_ in unit.ids}
