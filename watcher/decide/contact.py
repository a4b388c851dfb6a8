"""Who turns to whom: `Lukashenko asks Putin for missiles` tells of a meeting too, whatever is asked for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence, Unit

_PEOPLE = frozenset({"people", "role", "leaders"})
_LOWER = {"P": "q", "R": "r", "Z": "y"}
# Of words that tell, wish or request, those whose object is whom one speaks with; not `Putin says Xi …`.
_SPOKEN = re.compile(
    r"t(?:ell|old)|urg|press|push|lobb|woo|ask|beg|plead|promis|pledg|offer|propos|warn|remind|request|demand|appeal|call",
    re.IGNORECASE,
)


def in_person(sentence: Sentence, partner: str, lexicon: Lexicon) -> Sentence | None:
    """Give a sentence with words of speaking made plain, and countries small; None where nobody is named."""
    if not (_is_named(sentence, "PZ", partner) or _is_named(sentence, "R", "RU")):
        return None
    address = lexicon.symbols["address"]
    spoken = {lexicon.symbols[name] for name in ("say", "will", "request")}
    units = [_plain(unit, sentence.text, spoken, address) for unit in sentence.units]
    return replace(sentence, units=units, signs="".join(unit.sign for unit in units))


def _is_named(sentence: Sentence, signs: str, id_: str) -> bool:
    """Tell whether a person of a country is named."""
    return any(unit.sign in signs and unit.role in _PEOPLE and id_ in unit.ids for unit in sentence.units)


def _plain(unit: Unit, text: str, spoken: set[str], address: str) -> Unit:
    if unit.sign in spoken and _SPOKEN.match(text, unit.start, unit.end):
        return replace(unit, sign=address)
    if unit.sign in _LOWER and unit.role not in _PEOPLE:
        return replace(unit, sign=_LOWER[unit.sign])
    return unit
