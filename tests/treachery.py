"""Rulebooks for tests of the worker processes: a true one, one that won't load, and one with a treacherous parser."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher import reading
from watcher.collect import parse
from watcher.decide import lexicon, rules
from watcher.document import Problem
from watcher.errors import DocumentError

if TYPE_CHECKING:
    from watcher.decide.rules import Rulebook

SHIPPED = Path(__file__).resolve().parent.parent / "rules"


@dataclass(frozen=True)
class Shipped:
    """The shipped rules."""

    def load(self) -> Rulebook:
        """Load lexicon and watch rules."""
        return rules.load(SHIPPED, lexicon.load(SHIPPED))


@dataclass(frozen=True)
class Broken:
    """Rules that an editor has half saved."""

    def load(self) -> Rulebook:
        """Fail as a file with a mistake does."""
        raise DocumentError([Problem("rules/watch/half.yaml", 3, 1, 'unknown key "parners"')])


@dataclass(frozen=True)
class Treacherous:
    """The shipped rules, for a process whose parser dies of documents that say CRASH, and never ends with HANG."""

    def load(self) -> Rulebook:
        """Load them, and spoil this process."""
        setattr(reading, "parse", _parse)  # noqa: B010  the name as that module sees it
        return Shipped().load()


def _parse(body: bytes, *args: Any, **more: Any) -> parse.Parsed:
    if b"CRASH" in body:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"HANG" in body:
        time.sleep(600)
    return parse.parse(body, *args, **more)
