"""What two cooperate in, in a language other than English: `太空和核能领域的合作`, `التعاون في مجال الفضاء`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.decide.places import Places
    from watcher.decide.unit import Sentence

_COOPERATION = re.compile(r"(?i)合作|协作|協作|協力|협력|협조|(?:ال)?تعاون|همکاری")
_REACH = 4
_PASSES = frozenset({"give", "get", "make", "stop", "use"})


def is_field(sentence: Sentence, classes: Sequence[str], near: Places) -> bool:
    """Tell whether a good is a field in which a word of cooperation beside says that two named as one join hands."""
    good = near.good
    if near.partner != near.russia:
        return False
    for n in range(max(0, good - _REACH), min(len(sentence.units), good + _REACH + 1)):
        unit = sentence.units[n]
        if unit.sign == "J" and _COOPERATION.search(sentence.text, unit.start, unit.end):
            return _PASSES.isdisjoint(classes[max(0, min(n, good) - 1) : max(n, good) + 2])
    return False
