"""The terms of one language by their first words, as all languages that look there find them."""

from __future__ import annotations

import itertools
import re
import sys
import unicodedata
from typing import TYPE_CHECKING

from watcher.decide import inflect, script, text
from watcher.decide.choice import Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from watcher.decide.choice import Candidate
    from watcher.decide.entry import Sense

# Quotation marks are no tokens: `use its "influence" on` says what it says without them.
_TOKEN = re.compile(r"[^\W\d_][^\W_]+|(?:[^\W\d_]\.){2,}|\d{1,3}(?:,\d{3})+|'s\b|[^\W_]+|(?<=\w)'(?=\w|\Z)|[^\w\s\"']")
# The same for texts of ASCII alone, of which each letter is looked up in a map of bits.
_ASCII_TOKEN = re.compile(
    r"[a-zA-Z][a-zA-Z0-9]+|(?:[a-zA-Z]\.){2,}|\d{1,3}(?:,\d{3})+|'s\b|[a-zA-Z0-9]+|(?<=\w)'(?=\w|\Z)|[^\w\s\"'\x1c-\x1f]",
    re.ASCII,
)
_STAR = "\ue000"
_MARKS = "\u02bc\u0640"  # an apostrophe and a lengthening that Unicode counts among the letters
# A form that, once folded, is cut between its words alone: they are of letters, with a star or none.
_PLAIN = re.compile(rf"[^\W\d_{_MARKS}]+\*?(?: [^\W\d_{_MARKS}]+\*?)*")


class Shelf:
    """
    `terms` by the first word of each of their forms, and `stems` by its beginning where a star ends it.

    `letters` are abbreviations of one letter, `unspaced` the first words in scripts without spaces between them.
    """

    def __init__(self, terms: Mapping[str, Sense]) -> None:
        self.terms: dict[str, tuple[Candidate, ...]] = {}
        self.stems: dict[str, tuple[Candidate, ...]] = {}
        self.letters: dict[str, Sense] = {}
        self._apart: list[tuple[str, Sense]] = []
        for term, sense in terms.items():
            if len(term) == 1 and (sense.role == "letters" or sense.kind == "russia"):
                self.letters[text.fold(term)] = sense
            if sense.role == "letters":
                self._apart.append((term, sense))
        alone: tuple[Candidate, ...] = ()
        for word, candidate in candidates(each for each in terms.items() if each[1].role != "letters"):
            place, head = (self.stems, word.rstrip("*")) if word[-1] == "*" else (self.terms, word)
            if not alone or candidate is not alone[0]:
                alone = (candidate,)
            place[head] = (*place[head], candidate) if head in place else alone
        self.unspaced = [word for word in self.terms if script.is_unspaced(word)]

    def forms(self, mark: Callable[[Sense], int]) -> Iterator[tuple[tuple[str, ...], Sense, int]]:
        """Give the folded words of every form whose sense has a mark, the sense, and the mark."""
        for star, kept in (("", self.terms), ("*", self.stems)):
            for word, found in kept.items():
                for rest, sense, _ in found:
                    if marked := mark(sense):
                        yield (word + star, *rest), sense, marked
        for word, (rest, sense, _) in candidates(self._apart):
            if marked := mark(sense):
                yield (word, *rest), sense, marked


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

    def inner(self) -> Iterator[str]:
        """Give the words that stand behind a term's first, hidden terms' too."""
        for kept in itertools.chain.from_iterable((shelf.terms, shelf.stems) for shelf in self._shelves):
            for found in kept.values():
                for rest, _, _ in found:
                    yield from rest

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


def candidates(terms: Iterable[tuple[str, Sense]]) -> Iterator[tuple[str, Candidate]]:
    """Give each form of terms: its first word, and what is compared once that was met."""
    forms = list(_forms(terms))
    plain = _folded([form for form, _, _, is_plain in forms if is_plain])
    alone: Candidate | None = None
    for form, sense, is_cased, is_plain in forms:
        words = next(plain) if is_plain else _words(form)
        if len(words) == 1 and not is_cased:
            if alone is None or alone[1] is not sense:
                alone = ((), sense, "")  # the words of one sense follow each other, and share it
            yield form if form == words[0] else words[0], alone
        elif words:
            first, *rest = map(sys.intern, words)
            yield first, (tuple(rest), sense, form if is_cased else "")


def cut(folded: str) -> list[Token]:
    """Cut a folded text into tokens."""
    new = tuple.__new__  # what Token() calls in the end: a text has hundreds
    token = _ASCII_TOKEN if folded.isascii() else _TOKEN
    return [new(Token, (found[0], *found.span())) for found in token.finditer(folded)]


def _forms(terms: Iterable[tuple[str, Sense]]) -> Iterator[tuple[str, Sense, bool, bool]]:
    """Give each form of terms in its own letters, whether they count, and whether it is a plain one."""
    for term, sense in terms:
        is_cased = term[0] == "="
        bare = term[1:] if is_cased else term
        if _is_plain(bare):
            yield bare, sense, is_cased, True
        else:
            yield from ((form, sense, is_cased, _is_plain(form)) for form in inflect.spell(bare))


def _is_plain(form: str) -> bool:
    if form.isalpha():
        return form.isascii() or not any(mark in form for mark in _MARKS)
    return _PLAIN.fullmatch(form) is not None


def _folded(forms: list[str]) -> Iterator[list[str]]:
    """Give the folded words of plain forms, all at once where they are composed."""
    together = "\n".join(forms)
    if not unicodedata.is_normalized("NFC", together):
        return map(_words, forms)
    folded = text.fold(together).split("\n")
    if "ال" in together:
        return ([_unmark(word) for word in form.split(" ")] for form in folded)
    return (form.split(" ") for form in folded)


def _words(form: str) -> list[str]:
    """Give the folded words of a form, cut as a text is; none of one that nobody can see."""
    words = [script.unmark(token.text) for token in cut(text.fold(text.clean(form)).replace("*", _STAR))]
    return [word.replace(_STAR, "*") for word in _joined(words)]


def _unmark(word: str) -> str:
    return script.unmark(word[:-1]) + "*" if word[-1] == "*" else script.unmark(word)


def _joined(words: list[str]) -> list[str]:
    """Put a star back on the word it stands behind."""
    joined: list[str] = []
    for word in words:
        if word == _STAR and joined:
            joined[-1] += word
        else:
            joined.append(word)
    return joined
