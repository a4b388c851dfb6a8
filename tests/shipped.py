"""The shipped lexicon, read once for all tests of a process: it takes a second, and nobody changes it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.cli.workspace import Workspace

if TYPE_CHECKING:
    from watcher.decide.lexicon import Lexicon

RULES = Path(__file__).resolve().parent.parent / "rules"


@cache
def shipped_lexicon() -> Lexicon:
    """Give the lexicon that commands run in this process find, too, as long as no workspace adds to it."""
    return Workspace(RULES.parent).load_lexicon()
