"""Which verbs around a good have another good for object: what is said of that is not said of this: `entrega drones y compra gas`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.bearing import View
    from watcher.decide.places import Places

_PASSING = ("give", "get", "help")
_VERB_LAST = frozenset({"tr", "ja", "ko", "fa"})
_BESIDE = 3


def around(view: View, near: Places) -> list[str]:
    """Give the classes of words around three places, without verbs that have another good for object."""
    low, high = near.span
    first = max(0, low - _BESIDE)
    classes = view.classes[first : high + _BESIDE + 1]
    if view.sentence.language in _VERB_LAST:
        return classes
    return [
        "" if name in _PASSING and _is_freed(view, n, near.good) else name for n, name in enumerate(classes, first)
    ]


def _is_freed(view: View, verb: int, good: int) -> bool:
    following = range(verb + 1, min(verb + 1 + _BESIDE, len(view.signs)))
    objects = [n for n in following if view.signs[n] == "G"]
    return bool(objects) and objects[0] < good and not set(view.units[objects[0]].ids) & set(view.units[good].ids)
