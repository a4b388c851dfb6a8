"""A long text of Russia and one partner: what it says of these two where it names one of them, or neither."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.unit import Sentence

_RUSSIA = frozenset("RrZzXm")
_PARTNERS = "PpZz"
_THIRD = frozenset("WUOXwuo")


def couple_of(sentence: Sentence) -> tuple[str, ...]:
    """Give the one partner that a sentence names beside Russia, where it names nobody else."""
    partners = tuple(sentence.ids(_PARTNERS))
    is_of_two = len(partners) == 1 and not _RUSSIA.isdisjoint(sentence.signs) and _THIRD.isdisjoint(sentence.signs)
    return partners if is_of_two else ()


def coupled(sentence: Sentence, partner: str, *, is_of_talks: bool) -> Sentence | None:
    """
    Give a sentence with both put in of whom it speaks; None where it doesn't, or names somebody else.

    `The two sides` are these two; in a text of talks whatever the partner says of ties is of those with Russia.
    """
    signs = set(sentence.signs)
    if not _THIRD.isdisjoint(signs) or any(id_ != partner for id_ in sentence.ids(_PARTNERS)):
        return None
    units = [
        replace(unit, sign="Z", ids=(partner,), role="group") if unit.ids == ("pair",) else unit
        for unit in sentence.units
    ]
    if units == sentence.units and "J" in signs and is_of_talks and _RUSSIA.isdisjoint(signs):
        beside = {"P": "Z", "p": "z"}
        units = [replace(unit, sign=beside.get(unit.sign, unit.sign)) for unit in units]
    if units == sentence.units:
        return None
    return replace(sentence, units=units, signs="".join(unit.sign for unit in units))
