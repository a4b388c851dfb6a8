"""What two give each other in exchange, in a language other than English: one goes one way, the other the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.bearing import View
    from watcher.decide.favour import Reading

_OTHER = {"to_russia": "from_russia", "from_russia": "to_russia"}


def exchanged(view: View, passed: list[tuple[int, Reading]]) -> list[Reading]:
    """Turn round what stands on the price's side of `in exchange for`; each reading comes with its good's place."""
    at = next(iter(view.classed("exchange")), -1)
    price = [each for place, each in passed if at >= 0 and (place < at) == _is_price_before(view, at)]
    main = [each for _, each in passed if each not in price and each.direction in _OTHER]
    if not price or not main:
        return [each for _, each in passed]
    direction = _OTHER[main[0].direction]
    return [replace(each, direction=direction) if each in price else each for _, each in passed]


def _is_price_before(view: View, at: int) -> bool:
    """`포탄 대가로 기술`: where verbs come last, the price stands right before the word; elsewhere behind it."""
    return view.is_postposed and "G" in view.signs[max(0, at - 2) : at]
