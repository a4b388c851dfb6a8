"""Article + Rulebook → Finding: which rules an article meets, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.collect.article import Article
    from watcher.decide.relation import Relation
    from watcher.decide.rules import Priority, Rulebook


@dataclass(frozen=True, slots=True)
class Match:
    """One rule that an article meets: reasons for an analyst, and which of the Finding's relations meet it."""

    rule: str
    priority: Priority
    reasons: tuple[str, ...]
    relations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """An article, what it says, and which rules ask for it (in the order of the rulebook)."""

    article: Article
    relations: tuple[Relation, ...] = ()
    matches: tuple[Match, ...] = ()

    @property
    def relevant(self) -> bool:
        """True exactly when the article has a relation, whatever the rules say."""
        return bool(self.relations)


def match(article: Article, rulebook: Rulebook, *, now: datetime) -> Finding:
    """Decide one article; disabled rules and those expired at `now` (aware, UTC) don't match."""
    raise NotImplementedError
