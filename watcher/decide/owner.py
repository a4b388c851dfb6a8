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
    source = "".join(lexicon.symbols.get(name, "") for name in ("from", "by", "of"))
    give = lexicon.symbols.get("give", "")
    signs = sentence.signs
    theirs = {found.end(1) - 1: found.start(1) for found in re.finditer(r"(?=((?:p|Ps)x{0,2}G))", signs)} | {
        found.start(): found.end() - 1 for found in re.finditer(rf"G[x{give}]?[{source}][pP]", signs)
    }
    lost = [good for good, owner in theirs.items() if partner not in sentence.units[owner].ids]
    if not lost:
        return sentence
    units = list(sentence.units)
    for n in lost:
        units[n] = replace(units[n], sign="g", ids=())
    return replace(sentence, units=units)
