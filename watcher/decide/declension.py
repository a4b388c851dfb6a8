"""What a Slavic name's ending says together with its preposition."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.unit import Unit


def by_case(preposition: str, unit: Unit, text: str) -> str:
    """`в Россию` is to, `в России` in; `z Rosji` is from, `z Rosją` with."""
    ending = text[unit.start : unit.end].lower()[-1:]
    if preposition == "in":
        return "in" if ending in "иеіїeij" else "to"
    if preposition == "from":
        return "with" if ending in "ąюмm" else "from"
    if not preposition:
        return "to" if ending == "у" and unit.sign in "RP" and unit.role == "names" else ""
    return preposition if preposition in ("to", "with") else ""
