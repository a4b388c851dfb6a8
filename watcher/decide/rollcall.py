"""Whether a text is of a vote in the UN on what Russia does: its lists of who voted how needn't name Russia."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.decide.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence

_PARTNERS = "PpZz"
_RUSSIA = frozenset("RrZzXm")
_WAR = frozenset("UuXm")
_BALLOT = re.compile(r"(?i)\bresolution\b|\b(?:UN|U\.N\.|General|Nations) assembly\b|\bUNGA\b")
_LEAD = 3
_COUNCIL = re.compile(r"\b(?:UN|U\.N\.|United Nations)(?!\w| sanction)")
_AT_WAR = frozenset("RrmUu")


def is_of_ballot(title: Sentence, symbols: Mapping[str, str]) -> bool:
    """Tell by its title, which names the council or what it passes, or the UN that condemns or demands something."""
    passes = {symbols[name] for name in ("condemn", "slam", "will", "request", "stop", "vote")}
    is_passed = _COUNCIL.search(title.text) is not None and not passes.isdisjoint(title.signs)
    return (is_passed or symbols["council"] in title.signs) and not _AT_WAR.isdisjoint(title.signs)


def is_of_vote(sentences: Iterable[Sentence]) -> bool:
    """Tell a text that begins with a resolution and with Russia's war in Ukraine."""
    lead = [each for each in sentences if each.number < _LEAD]
    signs = {sign for each in lead for sign in each.signs}
    is_of_war = not _RUSSIA.isdisjoint(signs) and not _WAR.isdisjoint(signs)
    return is_of_war and any(_BALLOT.search(each.text) for each in lead)


def called(sentence: Sentence, lexicon: Lexicon) -> Sentence | None:
    """Give all whom a body's sentence says to have voted or abstained, in one row: they did it for Russia."""
    partners = tuple(sentence.ids(_PARTNERS))
    vote = next((unit for unit in sentence.units if unit.sign == lexicon.symbols["vote"]), None)
    if sentence.part != "body" or vote is None or not partners:
        return None
    units = [Unit("P", partners, 0, 0, "group"), vote, Unit("R", ("RU",), 0, 0, "implied")]
    return replace(sentence, units=units, signs="".join(unit.sign for unit in units))
