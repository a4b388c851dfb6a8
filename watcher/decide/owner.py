"""Whose a good is, where a partner's name stands right with it: `Iranian drones`, `shells from North Korea`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence


def apart(sentence: Sentence, partner: str, lexicon: Lexicon) -> Sentence:
    """Give the sentence with the goods that are another partner's taken for any other word."""
    theirs = _owned(sentence.signs, lexicon)
    lost = [good for good, owner in theirs.items() if partner not in sentence.units[owner].ids]
    if not lost:
        return sentence
    units = list(sentence.units)
    for n in lost:
        units[n] = replace(units[n], sign="g", ids=())
    return replace(sentence, units=units)


def _owned(signs: str, lexicon: Lexicon) -> dict[int, int]:
    """Give where a good stands and where its owner: `p G`, `G from P`, `P buys Russian G`."""
    source, give, takes, of = (
        "".join(lexicon.symbols.get(name, "") for name in names)
        for names in (("from", "by", "of"), ("give",), ("get", "hub"), ("of",))
    )
    owned = {found.end(1) - 1: found.start(1) for found in re.finditer(r"(?=((?:p|Ps)x{0,2}G))", signs)}
    owned |= {found.start(): found.end() - 1 for found in re.finditer(rf"G[x{give}]?[{source}][pP]", signs)}
    bought = rf"P[^;PRZWUOXG]{{0,8}}[{takes}]{of}?r?x{{0,2}}G"
    return owned | {found.end() - 1: found.start() for found in re.finditer(bought, signs)}
