"""The files that a process loads its rulebook from; it remembers the lexicon that it loaded last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.decide import lexicon, rules

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.decide.lexicon import Lexicon
    from watcher.decide.rules import Rulebook

_LEXICONS: dict[str, Lexicon] = {}


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """Where the rulebook is loaded from, in whatever process: small to send, and equal where the folders are."""

    shipped: Path
    added: Path | None
    rules: Path

    def load(self) -> Rulebook:
        """Load the rulebook, whose files were found good before. Raises DocumentError."""
        return rules.load(self.rules, load_lexicon(self.shipped, self.added), None)


def load_lexicon(shipped: Path, added: Path | None) -> Lexicon:
    """Load the lexicon, or give it as it was loaded before: it takes most of the time, and changes least."""
    loaded = _LEXICONS.get(lexicon.fingerprint(shipped, added))
    if loaded is None:
        loaded = lexicon.load(shipped, added)
        _LEXICONS.clear()
        _LEXICONS[loaded.hash] = loaded
    return loaded
