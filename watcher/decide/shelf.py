"""The terms of one language by their first words, as all languages that look there find them."""

from __future__ import annotations

import itertools
import re
import sys
from typing import TYPE_CHECKING

from watcher.decide import inflect, script, text
from watcher.decide.choice import Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from watcher.decide.choice import Candidate
    from watcher.decide.entry import Sense

# Quotation marks are no tokens: `use its "influence" on` says what it says without them.
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|\d{1,3}(?:,\d{3})+|'s\b|[^\W_]+|(?<=\w)'(?=\w|\Z)|[^\w\s\"']")
_STAR = "\ue000"
# A term that is spelt as it stands: words of letters alone.
_PLAIN = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")


class Shelf:
    """
    `terms` by the first word of each of their forms, and `stems` by its beginning where a star ends it.

    `letters` are abbreviations of one letter, `unspaced` the first words in scripts without spaces between them.
    """

    def __init__(self, terms: Mapping[str, Sense]) -> None:
        heads: dict[str, list[Candidate]] = {}
        stems: dict[str, list[Candidate]] = {}
        self.letters: dict[str, Sense] = {}
        self._apart: list[tuple[str, Sense]] = []
        for term, sense in terms.items():
            if len(term) == 1 and (sense.role == "letters" or sense.kind == "russia"):
                self.letters[text.fold(term)] = sense
            if sense.role == "letters":
                self._apart.append((term, sense))
                continue
            for word, candidate in candidates(term, sense):
                (stems if word.endswith("*") else heads).setdefault(word.rstrip("*"), []).append(candidate)
        self.terms = {word: tuple(found) for word, found in heads.items()}  # lists keep room for more
        self.stems = {word: tuple(found) for word, found in stems.items()}
        self.unspaced = [word for word in heads if script.is_unspaced(word)]

    def forms(self) -> Iterator[tuple[tuple[str, ...], Sense]]:
        """Give the words of every form, folded, and what it means."""
        for word, found in self.terms.items():
            yield from (((word, *rest), sense) for rest, sense, _ in found)
        for word, found in self.stems.items():
            yield from (((f"{word}*", *rest), sense) for rest, sense, _ in found)
        yield from ((tuple(words), sense) for term, sense in self._apart for _, words in _spell(term))


class Shelves:
    """The shelves that one language looks on; `hidden` are forms of terms to which a later one gives another sense."""

    def __init__(self, shelves: Sequence[Shelf], hidden: frozenset[tuple[str, Candidate]]) -> None:
        self._shelves = shelves
        self._hidden = hidden
        self._longest = max((len(word) for shelf in shelves for word in shelf.stems), default=0)

    @property
    def letters(self) -> dict[str, Sense]:
        """The abbreviations of one letter."""
        every = [each for shelf in self._shelves for each in shelf.letters.items()]
        return {letter: sense for letter, sense in every if (letter, ((), sense, "")) not in self._hidden}

    @property
    def unspaced(self) -> list[str]:
        """The first words in scripts without spaces between them."""
        return [word for shelf in self._shelves for word in shelf.unspaced if self.found(word)]

    def forms(self) -> Iterator[tuple[tuple[str, ...], Sense]]:
        """Give the words of every form, folded, and what it means, hidden ones too."""
        return itertools.chain.from_iterable(shelf.forms() for shelf in self._shelves)

    def found(self, word: str) -> list[Candidate]:
        """Give the terms that begin with this word."""
        return self._visible(word, [shelf.terms[word] for shelf in self._shelves if word in shelf.terms])

    def begun(self, word: str) -> Iterator[Candidate]:
        """Give the terms whose first word begins this one, the longest first."""
        for length in range(min(len(word), self._longest), 1, -1):
            start = word[:length]
            if found := [shelf.stems[start] for shelf in self._shelves if start in shelf.stems]:
                yield from self._visible(f"{start}*", found)

    def _visible(self, word: str, found: Sequence[Sequence[Candidate]]) -> list[Candidate]:
        every = list(itertools.chain.from_iterable(found))
        return [each for each in every if (word, each) not in self._hidden] if self._hidden else every


def candidates(term: str, sense: Sense) -> Iterator[tuple[str, Candidate]]:
    """Give each form of a term: its first word, and what is compared once that was met."""
    is_cased = term.startswith("=")
    for form, words in _spell(term):
        first, *rest = map(sys.intern, words)
        yield first, (tuple(rest), sense, form if is_cased else "")


def cut(folded: str) -> list[Token]:
    """Cut a folded text into tokens."""
    new = tuple.__new__  # what Token() calls in the end: a text has hundreds
    return [new(Token, (found[0], *found.span())) for found in _TOKEN.finditer(folded)]


def _spell(term: str) -> Iterator[tuple[str, list[str]]]:
    """Give each form of a term, and its folded words."""
    if _PLAIN.fullmatch(term):
        yield term, list(map(script.unmark, text.fold(term).split(" ")))
        return
    for form in inflect.spell(term.removeprefix("=")):
        words = [script.unmark(token.text) for token in cut(text.fold(text.clean(form)).replace("*", _STAR))]
        joined = [word.replace(_STAR, "*") for word in _joined(words)]
        if joined:
            yield form, joined


def _joined(words: list[str]) -> list[str]:
    """Put a star back on the word it stands behind."""
    joined: list[str] = []
    for word in words:
        if word == _STAR and joined:
            joined[-1] += word
        else:
            joined.append(word)
    return joined
