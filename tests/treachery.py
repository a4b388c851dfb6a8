"""Rulebooks for tests of the worker processes: a true one, one that won't load, and one with a treacherous parser."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.shipped import shipped_lexicon
from watcher import reading
from watcher.collect import parse
from watcher.decide import rules
from watcher.decide.clause import Clause, Found, View
from watcher.decide.rule import Rule, Watch
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
        return rules.load(SHIPPED, shipped_lexicon())


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


@dataclass(frozen=True)
class Faulty:
    """The shipped rules, and one that falls over titles with a word, or takes its process with it."""

    word: str = "FAULT"
    is_deadly: bool = False

    def load(self) -> Rulebook:
        """Load them."""
        shipped = Shipped().load()
        clause = Deadly(self.word) if self.is_deadly else Falling(self.word)
        return rules.bind(
            [*shipped.watches, Watch(Rule(id="faulty", title="A rule with a bug", query=self.word), clause, clause)],
            shipped.lexicon,
        )


class Falling(Clause):
    """A condition with a bug that some texts bring to light."""

    def find(self, view: View) -> Found | None:
        """Fall over a title with the word."""
        if self.shown in view.article.title:
            raise ZeroDivisionError("a bug")
        return None


class Deadly(Clause):
    """A condition that some texts crash."""

    def find(self, view: View) -> Found | None:
        """Die of a title with the word."""
        if self.shown in view.article.title:
            os.kill(os.getpid(), signal.SIGKILL)
        return None


def _parse(body: bytes, *args: Any, **more: Any) -> parse.Parsed:
    if b"CRASH" in body:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"HANG" in body:
        time.sleep(600)
    return parse.parse(body, *args, **more)
