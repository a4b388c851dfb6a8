"""Which verbs around a good have another good for object, and say nothing of it: `entrega drones y compra gas`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.places import Places
    from watcher.decide.unit import Sentence

_PASSING = ("give", "get", "help")
_VERB_LAST = frozenset({"tr", "ja", "ko", "fa"})
_BESIDE = 3


def around(sentence: Sentence, classes: list[str], near: Places) -> list[str]:
    """Give the classes of words around three places, without verbs that have another good for object."""
    low, high = near.span
    first = max(0, low - _BESIDE)
    named = classes[first : high + _BESIDE + 1]
    if sentence.language in _VERB_LAST:
        return named
    return [
        "" if name in _PASSING and _is_freed(sentence, n, near.good) else name for n, name in enumerate(named, first)
    ]


def _is_freed(sentence: Sentence, verb: int, good: int) -> bool:
    units = sentence.units
    objects = [n for n in range(verb + 1, min(verb + 1 + _BESIDE, len(units))) if units[n].sign == "G"]
    return bool(objects) and objects[0] < good and not set(units[objects[0]].ids) & set(units[good].ids)
