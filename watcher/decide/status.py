"""Whether a relation is reported, alleged, planned, denied or negated."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.mark import Sentence


def status_of(sentence: Sentence, span: tuple[int, int], lexicon: Lexicon) -> str:
    """Give the status of what stands at `span` of the sentence's signs."""
    for frame in lexicon.frames["status"]:
        for found in frame.pattern.finditer(sentence.signs):
            if found.start() < span[1] and found.end() > span[0]:
                return frame.status
    return "reported"
