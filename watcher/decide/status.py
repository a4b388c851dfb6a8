"""Whether a relation is reported, alleged, planned, denied or negated."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.mark import Sentence

_BEFORE = 6
_AFTER = 2


def status_of(sentence: Sentence, span: tuple[int, int], good: str, lexicon: Lexicon) -> str:
    """Give the status of a good that passes where the sentence's signs stand at `span`."""
    signs = sentence.signs
    start = max(signs.rfind(";", 0, span[0]) + 1, span[0] - _BEFORE)
    near = signs[start : span[1] + _AFTER]
    is_favour = lexicon.goods[good].group == "favours"
    for status, scope in (("denied", signs), ("negated", near), ("alleged", "" if is_favour else signs), ("planned", near)):
        for frame in lexicon.frames[status]:
            if frame.pattern.search(scope):
                return status
    return "reported"
