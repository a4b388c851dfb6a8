"""Clauses on what is known of an article besides its text: language, feed, tags, outlet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.decide.clause import Clause, Found

if TYPE_CHECKING:
    from watcher.collect.article import Article
    from watcher.decide.clause import View
    from watcher.decide.words import Words


@dataclass(frozen=True, slots=True)
class Label(Clause):
    """`lang`, `feed`, `tag` or `kind` is one of `values` (lower case), or begins so where a value ends in `*`."""

    name: str
    values: tuple[str, ...]

    def find(self, view: View) -> Found | None:
        """Give the query's own words."""
        given = [value.lower() for value in self._given(view.article)]
        if self.name == "lang":
            given += [value.partition("-")[0] for value in given]
        has_value = any(_fits(value, wanted) for value in given for wanted in self.values)
        return Found((self.shown,)) if has_value else None

    def lacks(self, view: View) -> tuple[str, ...]:
        """Say what the article has instead."""
        given = ", ".join(value for value in self._given(view.article) if value)
        return (f"not {self.shown} but {given or 'none'}",)

    def _given(self, article: Article) -> tuple[str, ...]:
        if self.name == "tag":
            return article.tags
        return ({"lang": article.language, "feed": article.feed, "kind": article.kind}[self.name],)


@dataclass(frozen=True, slots=True)
class Outlet(Clause):
    """The outlet's name has these words."""

    words: Words

    def find(self, view: View) -> Found | None:
        """Give the outlet."""
        return None if self.words.text_in(view.source) is None else Found((f"source: {view.article.source}",))

    def lacks(self, view: View) -> tuple[str, ...]:
        """Give the outlet, too."""
        return (f"not {self.shown} but {view.article.source or 'none'}",)


def _fits(given: str, wanted: str) -> bool:
    return given.startswith(wanted[:-1]) if wanted.endswith("*") else given == wanted
