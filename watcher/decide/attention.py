"""
Which sentences of an English text grammar looks at; marking one takes as long as cutting it up and finding its terms.

A sentence matters that names somebody, stands for one, or denies. Late in a body, whose first sentences have told what
it is about, a Western state or another country matters only where Russia, Ukraine or a partner is named beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.decide.mark import STANDINS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.decide.choice import Hit, Token
    from watcher.decide.entry import Sense
    from watcher.decide.lexicon import Lexicon

# From which sentence of a body on; and above how many tokens no line is a heading, whatever its terms are put into.
_LATE_FROM = 3
_LONG = 24
_TELLING = frozenset((*STANDINS, "deny", "those", "fleet", "russian"))
_LATE = _TELLING | {"firm", "csto"}
_HELPERS = ("people", "firms")
_OTHERS = frozenset({"UA", "EU"})


def is_late(number: int, tokens: Sequence[Token]) -> bool:
    """Tell a body's sentence, by its number in the article, that nothing before depends on, and that is no heading."""
    return number >= _LATE_FROM and len(tokens) > _LONG


def matters(hits: Iterable[Hit], lexicon: Lexicon, *, is_late: bool) -> bool:
    """Tell whether a sentence with these terms can matter; of a body's late and long ones fewer do."""
    if is_late:
        return any(_matters_late(hit.sense, lexicon) for hit in hits)
    return any(_matters(hit.sense) for hit in hits)


def _matters(sense: Sense) -> bool:
    if sense.kind == "word":
        return sense.id in _TELLING
    return sense.kind in ("russia", "partner", "other") or sense.role == "russian"


def _matters_late(sense: Sense, lexicon: Lexicon) -> bool:
    if sense.kind == "partner":
        return sense.role in _HELPERS or lexicon.partners[sense.id].tier != "western"
    if sense.kind == "word":
        return sense.id in _LATE
    return sense.kind == "russia" or sense.role == "russian" or (sense.kind == "other" and sense.id in _OTHERS)
