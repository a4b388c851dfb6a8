"""Clauses on the text: words, prefixes and phrases, expressions, words near each other, words in one sentence."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.decide.clause import Clause, Found, joined, rarest

if TYPE_CHECKING:
    from watcher.collect.article import Article
    from watcher.decide.clause import Needs, View
    from watcher.decide.expression import Expression
    from watcher.decide.relation import Relation
    from watcher.decide.subject import Passage

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Words(Clause):
    """A word, a prefix or a phrase: tokens in a row, each whole or (True) only the beginning of one."""

    parts: tuple[tuple[str, bool], ...]
    scope: str = ""

    def find(self, view: View) -> Found | None:
        """Give the first place."""
        for passage in view.passages(self.scope):
            if (found := self.text_in(passage)) is not None:
                return Found((f'"{found}" in the {passage.name}',))
        return None

    def lacks(self, view: View) -> tuple[str, ...]:  # noqa: ARG002
        """Name the words, and where they were looked for."""
        return (f"no {self.shown}" + (f" in the {self.scope}" if self.scope else ""),)

    def needs(self) -> Needs:
        """Give the longest of the words."""
        token, is_prefix = max(self.parts, key=lambda part: len(part[0]))
        return frozenset({f"{token}*" if is_prefix else token})

    def text_in(self, passage: Passage) -> str | None:
        """Give the tokens found, as one text."""
        if any(is_prefix for _, is_prefix in self.parts[:-1]):
            spans = self.spans(passage)
            return " ".join(passage.tokens[spans[0][0] : spans[0][1] + 1]) if spans else None
        text = " ".join(token for token, _ in self.parts)
        start = passage.joined.find(f" {text}" if self.parts[-1][1] else f" {text} ")
        if start < 0:
            return None
        end = passage.joined.index(" ", start + 1 + len(text))
        return passage.joined[start + 1 : end]

    def spans(self, passage: Passage) -> list[Span]:
        """Give the first and last token of each place where the words stand."""
        last = len(self.parts) - 1
        return [
            (start, start + last)
            for start in _places(passage, *self.parts[0])
            if start + last < len(passage.tokens) and self._stand_at(passage.tokens, start)
        ]

    def _stand_at(self, tokens: list[str], start: int) -> bool:
        return all(
            tokens[start + step].startswith(token) if is_prefix else tokens[start + step] == token
            for step, (token, is_prefix) in enumerate(self.parts)
        )


@dataclass(frozen=True, slots=True)
class Pattern(Clause):
    """A regular expression, met by a field of the text."""

    expression: Expression
    scope: str = ""

    def find(self, view: View) -> Found | None:
        """Give the first text that meets it."""
        for passage in view.passages(self.scope):
            if (found := self.expression.find(passage)) is not None:
                return Found((f'"{found}" in the {passage.name}',))
        return None


@dataclass(frozen=True, slots=True)
class Near(Clause):
    """Two words, or alternatives of words, at most `distance` tokens apart, in order if `is_ordered`."""

    left: tuple[Words, ...]
    right: tuple[Words, ...]
    distance: int
    is_ordered: bool
    scope: str = ""

    def find(self, view: View) -> Found | None:
        """Give the words from one to the other."""
        for passage in view.passages(self.scope):
            left, right = _all_spans(self.left, passage), _all_spans(self.right, passage)
            span = _reach(left, right, self.distance)
            if span is None and not self.is_ordered:
                span = _reach(right, left, self.distance)
            if span is not None:
                return Found((f'"{" ".join(passage.tokens[span[0] : span[1] + 1])}" in the {passage.name}',))
        return None

    def needs(self) -> Needs:
        """Choose the rarer side."""
        return rarest(joined([words.needs() for words in side]) for side in (self.left, self.right))


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as a view of its own; it has no relations."""

    article: Article
    source: Passage
    passage: Passage
    relations: tuple[Relation, ...] = ()

    def passages(self, scope: str) -> tuple[Passage, ...]:  # noqa: ARG002  the clause around it has chosen the scope
        """Give the sentence."""
        return (self.passage,)


@dataclass(frozen=True, slots=True)
class Same(Clause):
    """A clause holds within one sentence."""

    clause: Clause
    scope: str = ""

    def find(self, view: View) -> Found | None:
        """Give the first such sentence."""
        for passage in view.passages(self.scope):
            for sentence in passage.sentences:
                found = self.clause.find(Sentence(view.article, view.source, sentence))
                if found is not None:
                    return Found((*found.reasons, f"in one sentence: {sentence.shown}"))
        return None

    def needs(self) -> Needs:
        """Give those of the clause: what a sentence has, the text has."""
        return self.clause.needs()


def _places(passage: Passage, token: str, is_prefix: bool) -> list[int]:
    if not is_prefix:
        return passage.places.get(token, [])
    return sorted(place for word, places in passage.places.items() if word.startswith(token) for place in places)


def _all_spans(choices: tuple[Words, ...], passage: Passage) -> list[Span]:
    return [span for words in choices for span in words.spans(passage)]


def _reach(left: list[Span], right: list[Span], distance: int) -> Span | None:
    """Find a left span that ends before a right one starts, at most `distance` tokens on."""
    ends = sorted((end, start) for start, end in left)
    for start, end in right:
        nearest = bisect_left(ends, (start, -1)) - 1
        if nearest >= 0 and start - ends[nearest][0] <= distance:
            return ends[nearest][1], end
    return None
