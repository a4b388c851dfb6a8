"""Men whom Russia hires, in a language other than English: words of recruiting, and where a title tells of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.decide.unit import Unit

if TYPE_CHECKING:
    from watcher.decide.unit import Sentence

_RECRUITING = re.compile(
    r"(?i)모집|입대|징집|모병|자원입대|被?招募|入伍|[征徵]兵|[参參]军|參軍|募集|勧誘|入隊|徴兵|(?:ال)?[يت]?تجن[يّ]?د|جند[وت]?|سربازگیری|جذب|"
    r"recrut|reclut|arruol|enrol|rekrut|завербо|вербов|вербува|мобилиз|anwerb|angeworben|z?werbow"
)
# An army that is where Russia fights for no other reason.
_ARMY = re.compile(r"북한 ?군|北朝鮮[軍兵]|朝军|朝軍|北韓軍")
# Whoever helps to free prisoners of Russia's or in Russia mediates between it and another.
_SWAP = re.compile(
    r"(?i)prison|prigionier|gefangen|häftling|пленн|полонен|jeńc|więźni|esir|战俘|戰俘|换囚|換囚|포로|捕虜|囚人|أسر[ىي]|سجناء|اسرا|زندانی"
)
_TROOPS, _MERCENARIES = ("troops",), ("mercenaries",)


def is_hiring(sentence: Sentence, good: int, group: str) -> bool:
    """Tell whether people are named by a word of recruiting: whoever stands beside is hired."""
    return group == "people" and _RECRUITING.match(sentence.text, sentence.units[good].start) is not None


def men(sentence: Sentence) -> int:
    """Give where a sentence names soldiers or hired men, or -1."""
    named = (n for n, unit in enumerate(sentence.units) if unit.sign == "G" and unit.ids in (_TROOPS, _MERCENARIES))
    return next(named, -1)


def tells_of_hiring(title: Sentence) -> bool:
    """Tell whether a title's men are others' than Russia's own: neither its soldiers nor Wagner's."""
    at = men(title)
    if at < 0 or (title.units[at].role == "russian" and title.units[at].ids == _MERCENARIES):
        return False
    return "r" not in title.signs[max(0, at - 1) : at + 2] or title.units[at].role == "russian"


def with_men(sentence: Sentence) -> Sentence:
    """Put soldiers behind the name of Pyongyang's army, where a sentence names no good of its own."""
    if any(unit.sign == "G" for unit in sentence.units):
        return sentence
    for n, unit in enumerate(sentence.units, 1):
        if unit.sign == "P" and _ARMY.fullmatch(sentence.text, unit.start, unit.end):
            men_ = Unit("G", _TROOPS, unit.end, unit.end, "terms")
            units = [*sentence.units[:n], men_, *sentence.units[n:]]
            return replace(sentence, units=units, signs="".join(each.sign for each in units))
    return sentence


def is_swap(sentence: Sentence, good: int) -> bool:
    """Tell whether a word of mediation is about prisoners."""
    unit = sentence.units[good]
    return _SWAP.search(sentence.text, unit.start, unit.end) is not None
