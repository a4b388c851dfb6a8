"""A firm's own business: what it gives where a text says only that it supports Russia, or has ties with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.frame import Frame
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence

# Who is recruited there is recruited to work.
_PLANT = "Alabuga"


def of_trade(frame: Frame, sentence: Sentence, lexicon: Lexicon) -> Frame:
    """Give a frame that means vague support the good that a firm in the sentence deals in."""
    if frame.good == "troops" and _PLANT in sentence.text:
        return replace(frame, good="labour")
    trade = next((good for firm, good in lexicon.trades.items() if firm in sentence.text), "")
    if not trade or frame.good != "political-support":
        return frame
    return replace(frame, good=trade, direction=frame.direction if frame.direction == "to_russia" else "")
