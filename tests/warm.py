"""What the tests' worker processes are forked with: all modules and the lexicon, read once instead of by each."""

from __future__ import annotations

from tests.shipped import shipped_lexicon
from watcher import reading

__all__ = ["reading"]
shipped_lexicon().matcher("en")
