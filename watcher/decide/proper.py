"""Words that are part of a name: `Najm Energy` is a firm, not energy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.choice import Hit, Token

# A headline that writes every word large tells nothing of names.
_SMALL = re.compile(r"\b[a-z]{5,}")


def common(hits: list[Hit], tokens: list[Token], shown: str) -> list[Hit]:
    """Leave out what only ends a name: a weak good's word, large, behind an unknown word that is large too."""
    last = {hit.last for hit in hits}
    found = [hit for hit in hits if not _ends_name(hit, tokens, last, shown)]
    return found if len(found) < len(hits) and _SMALL.search(shown) else hits


def _ends_name(hit: Hit, tokens: list[Token], known: set[int], shown: str) -> bool:
    before = hit.first - 1
    if hit.sense.role != "weak" or hit.sense.kind != "good" or before < 1 or before in known:
        return False
    return shown[tokens[hit.first].start].isupper() and shown[tokens[before].start].isupper()
