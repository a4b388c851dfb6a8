"""Where a text names Russia, a partner or a good: what a reader's eye is led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.decide import text
from watcher.decide.lexicon import base_language

if TYPE_CHECKING:
    from watcher.decide.lexicon import Lexicon

_SHOWN = frozenset({"russia", "partner", "good"})


def emphasis(shown: str, language: str, lexicon: Lexicon) -> tuple[tuple[int, int], ...]:
    """Give the places of the lexicon's terms in a text of a language, in order, apart from each other."""
    matcher = lexicon.matcher(base_language(language or "en"))
    tokens = matcher.tokens(text.fold(shown))
    spans: list[tuple[int, int]] = []
    for hit in matcher.find(tokens, shown):
        start, end = tokens[hit.first].start, tokens[hit.last].end
        if hit.sense.kind not in _SHOWN:
            continue
        if spans and not shown[spans[-1][1] : start].strip():
            start = spans.pop()[0]
        spans.append((start, end))
    return tuple(spans)
