"""Where in a text a query's words stand, to be shown to whoever searched for them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.decide import text
from watcher.decide.clause import AllOf, AnyOf, Clause
from watcher.decide.match import Finding
from watcher.decide.subject import Passage, placed
from watcher.decide.words import Near, Pattern, Same, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from watcher.collect.article import Article

Span = tuple[int, int]
FIELDS = ("title", "summary", "body")
LONGEST = 200_000  # characters of a field that are looked at
AROUND = 120  # characters shown before and after what was found


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a field, as it is shown, and the spans in it that were searched for."""

    field: str
    text: str
    spans: tuple[Span, ...]

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """The text in pieces, each with whether it was searched for."""
        cuts = [0, *(place for span in self.spans for place in span), len(self.text)]
        cut = [(self.text[start:end], bool(number % 2)) for number, (start, end) in enumerate(pairwise(cuts))]
        return tuple(piece for piece in cut if piece[0])


@dataclass(frozen=True, slots=True)
class Hit(Finding):
    """A finding that was searched for: the whole title, then one piece of each other field that has a word of it."""

    excerpts: tuple[Excerpt, ...] = ()


def excerpts(clause: Clause, article: Article) -> tuple[Excerpt, ...]:
    """Show where an article's text has what a clause asks for."""
    leaves = list(_leaves(clause))
    found = []
    for name in FIELDS:
        shown = _one_line(getattr(article, name))
        scope = "title" if name == "title" else "body"
        passage, places = Passage(shown, ""), placed(shown)
        spans = _joined(span for leaf in leaves if leaf.scope in ("", scope) for span in _spans(leaf, passage, places))
        if spans:
            found.append(_cut(name, shown, spans))
    return tuple(found)


def marked(clauses: Sequence[Clause], shown: str) -> tuple[Span, ...]:
    """Give where a sentence of an article's text has what clauses ask for."""
    leaves = [leaf for clause in clauses for leaf in _leaves(clause) if leaf.scope != "title"]
    if not leaves:
        return ()
    passage, places = Passage(shown, ""), placed(shown)
    return tuple(_joined(span for leaf in leaves for span in _spans(leaf, passage, places)))


def _one_line(written: str) -> str:
    """Give a stranger's text as one line, without what a terminal would obey."""
    kinds = ((letter, unicodedata.category(letter)) for letter in text.clean(written[:LONGEST]))
    plain = (" " if kind in ("Cc", "Zl", "Zp") else letter for letter, kind in kinds if kind not in ("Cf", "Cs"))
    return " ".join("".join(plain).split())


def _leaves(clause: Clause) -> Iterator[Words | Pattern]:
    """Give what a clause looks for in the text; nothing of what it doesn't want."""
    if isinstance(clause, Words | Pattern):
        yield clause
    elif isinstance(clause, Near):
        yield from (*clause.left, *clause.right)
    elif isinstance(clause, Same):
        yield from _leaves(clause.clause)
    elif isinstance(clause, AllOf | AnyOf):
        for each in clause.clauses:
            yield from _leaves(each)


def _spans(leaf: Words | Pattern, passage: Passage, places: Sequence[Span]) -> Iterator[Span]:
    if isinstance(leaf, Pattern):
        found = leaf.expression.find(passage)
        start = passage.shown.find(found) if found else -1
        if found and start >= 0:
            yield start, start + len(found)
        return
    for first, last in leaf.spans(passage):
        yield places[first][0], places[last][1]


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Put spans in their order, those that touch into one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _cut(name: str, shown: str, spans: list[Span]) -> Excerpt:
    """Cut out what stands around the first span, at words; a title is shown whole."""
    start, end = 0, len(shown)
    if name != "title":
        start = max(0, spans[0][0] - AROUND)
        end = min(len(shown), spans[0][1] + AROUND)
        start = shown.find(" ", start, spans[0][0]) + 1 if start else 0
        end = max(shown.rfind(" ", spans[0][1], end), spans[0][1]) if end < len(shown) else end
    before, after = "… " if start else "", " …" if end < len(shown) else ""
    inside = tuple((a - start + len(before), b - start + len(before)) for a, b in spans if start <= a and b <= end)
    return Excerpt(name, f"{before}{shown[start:end]}{after}", inside)
