"""
An article as queries see it: fields of text, each as tokens, each with its sentences.

A token is a word in lower case without the diacritics of Latin, Greek and Arabic letters; each Han and Kana character
is a token by itself, so that no word has to be cut out of running text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING

from watcher.decide import text

if TYPE_CHECKING:
    from watcher.collect.article import Article
    from watcher.decide.relation import Relation


def _ranges(codes: list[int]) -> str:
    """Write code points as the inside of a character class."""
    spans: list[tuple[int, int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1] = (spans[-1][0], code)
        else:
            spans.append((code, code))
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in spans)


_ARABIC = "\u0620-\u064a\u066e-\u06d3\u0750-\u077f\u08a0-\u08c7"
# All but Han, Yi, Hangul and private letters, which have no marks and no small forms; this runs at every start.
_CODES = (*range(0x80, 0x3400), *range(0xA490, 0xAC00), *range(0xFB00, 0x12000), *range(0x16A00, 0x1F000))
_MARK_CODES = [code for code in _CODES if code >= 0x300 and unicodedata.category(chr(code))[0] == "M"]
_MARKS = _ranges(_MARK_CODES)
_SINGLE = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"[{_SINGLE}]|[^\W_{_SINGLE}]+(?:[{_MARKS}]+[^\W_{_SINGLE}]*)*")
_ASCII_TOKEN = re.compile(r"[a-z0-9]+")
_MARKED = re.compile(rf"([a-z\u00c0-\u02af\u0370-\u03ff\u1e00-\u1fff{_ARABIC}])[{_MARKS}]+")
_COMPOSED = {
    code: base
    for code in range(0x620, 0x6D4)
    if (base := unicodedata.normalize("NFD", chr(code))[0]) != chr(code)
}  # fmt: skip
# Where folding differs from reading's: at marks, at letters with other small forms, and, for speed, in rare scripts.
_CASED = "".join(chr(code) for code in _CODES if code < 0x10000 and chr(code).casefold() != chr(code).lower())
_LOW = _ranges([code for code in (*_MARK_CODES, *_COMPOSED) if code < 0x10000])
_RARE = re.compile(f"[{_LOW}{_CASED}\U00010000-\U0001efff]")
_WORD = re.compile(rf"[\w{_MARKS}]+")
BOUNDARY = "\ufdd0"


def tokens(shown: str) -> list[str]:
    """Cut a text into its folded tokens."""
    if shown.isascii():
        return _ASCII_TOKEN.findall(shown.lower())
    cut: list[str] = _TOKEN.findall(folded(shown))
    return cut


def folded(shown: str) -> str:
    """Give a text as its tokens stand in it, folded."""
    if shown.isascii():
        return shown.lower()
    cleaned, shadow = text.shadow(shown)
    if not _RARE.search(cleaned):
        return shadow
    return _MARKED.sub(r"\1", text.fold(cleaned.casefold()).translate(_COMPOSED))


def placed(shown: str) -> list[tuple[int, int]]:
    """Give where each token of a cleaned text stands in it."""
    return [found.span() for found in _TOKEN.finditer(shown) for _ in tokens(found[0])]


class Passage:
    """One run of text, a field or a sentence: no phrase and no NEAR reaches beyond it."""

    def __init__(self, shown: str, name: str) -> None:
        self.shown = shown
        self.name = name
        self.tokens = tokens(shown)

    @cached_property
    def joined(self) -> str:
        """The tokens with a space before and after each."""
        return f" {' '.join(self.tokens)} "

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each token stands, in rising order."""
        places: dict[str, list[int]] = {}
        for place, token in enumerate(self.tokens):
            places.setdefault(token, []).append(place)
        return places

    @cached_property
    def sentences(self) -> tuple[Passage, ...]:
        """The sentences, each a passage of its own."""
        cleaned = text.clean(self.shown)
        return tuple(Passage(cleaned[start:end], self.name) for start, end in text.sentences(cleaned))

    @cached_property
    def raw(self) -> bytes:
        """The text as it is, composed, in UTF-8."""
        return text.clean(self.shown).encode(errors="replace")

    @cached_property
    def bounded(self) -> bytes:
        """The same with two BOUNDARY around each word: what backslash-b of an expression meets, even twice."""
        cleaned = text.clean(self.shown).replace(BOUNDARY, " ")
        return _WORD.sub(rf"{BOUNDARY * 2}\g<0>{BOUNDARY * 2}", cleaned).encode(errors="replace")


class Subject:
    """An article and its relations, cut up once for all queries that look at it."""

    def __init__(self, article: Article, relations: tuple[Relation, ...] = ()) -> None:
        self.article = article
        self.relations = relations

    @cached_property
    def title(self) -> tuple[Passage, ...]:
        """The title's passage."""
        return (Passage(self.article.title, "title"),)

    @cached_property
    def body(self) -> tuple[Passage, ...]:
        """The passages of summary and body, those that aren't empty."""
        parts = ((self.article.summary, "summary"), (self.article.body, "body"))
        return tuple(Passage(shown, name) for shown, name in parts if shown)

    def passages(self, scope: str) -> tuple[Passage, ...]:
        """Give the passages of `title`, of `body` (the summary too), or of all ("")."""
        if scope == "title":
            return self.title
        return self.body if scope == "body" else self.title + self.body

    @cached_property
    def folded(self) -> str:
        """The folded text of all passages."""
        return "\n".join(map(folded, filter(None, (self.article.title, self.article.summary, self.article.body))))

    @cached_property
    def source(self) -> Passage:
        """The outlet's name."""
        return Passage(self.article.source, "source")
