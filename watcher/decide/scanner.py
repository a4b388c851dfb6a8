"""A query's text → its tokens, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.document import suggest
from watcher.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = ("title", "body", "source", "lang", "feed", "tag", "partner", "good", "group", "tier", "from", "to", "status")
_QUOTES = '"“”„«»'
_PHRASE = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]")
_PATTERN = re.compile(r"/((?:[^/\\]|\\.)+)/(?=[\s()]|\Z)", re.DOTALL)
_FIELD = re.compile(r"([^\W\d][\w-]*):")
_NO_WORD = re.compile(rf"[\s(){_QUOTES}]")
_NEAR = re.compile(r"(NEAR|BEFORE)(?:/(.*))?\Z")
_DISTANCE = re.compile(r"0*[1-9]\d{0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query; `kind` is ( ) AND OR NOT NEAR BEFORE SAME phrase pattern field word or end."""

    kind: str
    text: str
    position: int
    end: int
    number: int = 0


def scan(query: str) -> Iterator[Token]:
    """Give the tokens, the last of them `end`. Raises QueryError."""
    at = 0
    while True:
        while at < len(query) and query[at].isspace():
            at += 1
        if at == len(query):
            yield Token("end", "", at, at)
            return
        token = _next(query, at)
        yield token
        at = token.end


def _next(query: str, at: int) -> Token:
    character = query[at]
    if character in "()":
        return Token(character, character, at, at + 1)
    if character in _QUOTES:
        return _phrase(query, at)
    if character == "/":
        return _pattern(query, at)
    if field := _FIELD.match(query, at):
        return _field(query, field)
    beyond = _NO_WORD.search(query, at)
    end = beyond.start() if beyond else len(query)
    return _word(query[at:end], at, end)


def _phrase(query: str, at: int) -> Token:
    found = _PHRASE.match(query, at)
    if found is None:
        raise QueryError("opens a quote that isn't closed", at)
    return Token("phrase", found[1], at, found.end())


def _pattern(query: str, at: int) -> Token:
    found = _PATTERN.match(query, at)
    if found is None:
        raise QueryError(
            'opens an expression that isn\'t closed: expected "/", then a space (write \\/ for a slash)', at
        )
    return Token("pattern", found[1], at, found.end())


def _field(query: str, found: re.Match[str]) -> Token:
    name, at, end = found[1], found.start(), found.end()
    if name not in FIELDS:
        hint = suggest(name, FIELDS) or "; put it in quotes if it is text"
        raise QueryError(f'unknown field "{name}:"{hint}', at)
    if end == len(query) or query[end].isspace():
        raise QueryError(f'expected something right after "{name}:"', end)
    return Token("field", name, at, end)


def _word(text: str, at: int, end: int) -> Token:
    if text in ("AND", "OR", "NOT", "SAME"):
        return Token(text, text, at, end)
    if found := _NEAR.match(text):
        if not _DISTANCE.fullmatch(found[2] or ""):
            raise QueryError(f"expected a distance in words, such as {found[1]}/10", at)
        return Token(found[1], text, at, end, int(found[2]))
    if text[0] in "-!" and len(text) > 1:
        raise QueryError(f'expected NOT {text[1:]} instead of {text} (or quotes: "{text}")', at)
    return Token("word", text, at, end)
