"""Where a text names Russia, a partner or a good: what a reader's eye is led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.decide import text
from watcher.decide.lexicon import base_language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.decide.lexicon import Lexicon

Span = tuple[int, int]
_SHOWN = frozenset({"russia", "partner", "good"})


def emphasis(shown: str, language: str, lexicon: Lexicon) -> tuple[Span, ...]:
    """Give the places of the lexicon's terms in a text of a language, in order, apart from each other."""
    matcher = lexicon.matcher(base_language(language or "en"))
    tokens = matcher.tokens(text.fold(shown))
    hits = (hit for hit in matcher.find(tokens, shown) if hit.sense.kind in _SHOWN)
    return joined(((tokens[hit.first].start, tokens[hit.last].end) for hit in hits), shown)


def joined(spans: Iterable[Span], shown: str) -> tuple[Span, ...]:
    """Put spans of a text in order, those that overlap or have nothing but spaces between them into one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and not shown[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)
