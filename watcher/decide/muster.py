"""Whose men a sentence tells of, and what is only made: neither a host's troops nor a plant's arms are sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.fact import Relation
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence

_HOSTED = frozenset({("mercenaries", "from_russia"), ("training", "any"), ("training", "from_russia")})
_UNNAMED = "UNNAMED"
_TIES = ("trade", "trade-agreement", "political-support", "mediation")
# What arms are made by and of; where it passes, the arms are only what it is for.
_MEANS = frozenset({"labour", "chemicals", "machinery"})
_MADE = re.compile(
    r"\b(?:factor|plants?\b|works\b|workers?\b|industr|makers?\b|manufactur|production|facilit|assembl|labour|labor)",
    re.IGNORECASE,
)
_MAKING = re.compile(
    r"(?:used (?:in|to make|for)|to (?:make|build|assemble|produce|manufacture)|making|building|assembling|producing"
    r"|manufacturing|ingredients? (?:in|for|of)|(?:production|manufacture|assembly) of)\W+(?:[\w’'-]+\W+){0,2}\Z",
    re.IGNORECASE,
)
_BEHIND = 24
_BEFORE = 60


def muster(found: list[Relation], sentence: Sentence, lexicon: Lexicon) -> list[Relation]:
    """Leave out troops where a partner hosts Russia's hired men, or drills with it, and nobody joins or fights."""
    found = _without_made(found, sentence, lexicon)
    if _is_sent(sentence, lexicon) or _HOSTED.isdisjoint((each.good, each.direction) for each in found):
        return found
    return [each for each in found if each.good != "troops"]


def goods_told(found: list[Relation], sentence: Sentence, lexicon: Lexicon) -> set[str]:
    """Give the goods that need no more reading; who is sent to work isn't sent to fight."""
    goods = {each.good for each in found}
    return goods | {"troops"} if "labour" in goods and not _is_sent(sentence, lexicon) else goods


def goods_of(partner: str, found: list[Relation]) -> list[Relation]:
    """Of whom a text leaves unnamed, leave only what passes: `ties in Asia` tell nothing of anybody."""
    if partner != _UNNAMED:
        return found
    return [each for each in found if each.good not in _TIES]


def _is_sent(sentence: Sentence, lexicon: Lexicon) -> bool:
    return lexicon.symbols["serve"] in sentence.signs or lexicon.symbols["fight"] in sentence.signs


def _without_made(found: list[Relation], sentence: Sentence, lexicon: Lexicon) -> list[Relation]:
    """`workers for a drone plant`, `a powder used in shells`: the arms are what it is for, and don't pass."""
    if _MEANS.isdisjoint(each.good for each in found):
        return found
    return [each for each in found if lexicon.goods[each.good].group != "weapons" or not _is_made(each.good, sentence)]


def _is_made(good: str, sentence: Sentence) -> bool:
    places = [(unit.start, unit.end) for unit in sentence.units if good in unit.ids]
    return all(
        _MADE.search(sentence.text, start, end + _BEHIND)
        or _MAKING.search(sentence.text[max(0, start - _BEFORE) : start])
        for start, end in places
    )
