"""Whether a text is about a vote in the United Nations on what Russia does: those it lists then vote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.decide.unit import Sentence

_COUNCIL = re.compile(r"\b(?:UN|U\.N\.|United Nations)(?!\w| sanction)")
_AT_WAR = frozenset("RrmUu")


def is_of_ballot(title: Sentence, symbols: Mapping[str, str]) -> bool:
    """Tell by its title, which names the council or what it passes, or the UN that condemns or demands something."""
    passes = {symbols[name] for name in ("condemn", "slam", "will", "request", "stop", "vote")}
    is_passed = _COUNCIL.search(title.text) is not None and not passes.isdisjoint(title.signs)
    return (is_passed or symbols["council"] in title.signs) and not _AT_WAR.isdisjoint(title.signs)
