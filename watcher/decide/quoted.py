"""What stands in the quotation that a headline in Japanese or Korean begins with: whoever says so is left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.unit import Sentence

_LANGUAGES = ("ja", "ko")
_QUOTE, _UNQUOTE = re.compile('["“«「]'), re.compile('["”»」]')


def is_quoted(sentence: Sentence, good: int) -> bool:
    """Tell whether a good stands in that quotation."""
    if sentence.language not in _LANGUAGES or not _QUOTE.match(sentence.text):
        return False
    end = _UNQUOTE.search(sentence.text, 1)
    return end is None or sentence.units[good].start < end.start()
