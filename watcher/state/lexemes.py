"""The index of words in PostgreSQL's full-text search, in a table beside the archive's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.decide.sieve import Every, Row
from watcher.state import words
from watcher.state.words import Words, keys, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from watcher.decide.sieve import Sieve
    from watcher.state.database import Database
    from watcher.state.words import Texts

# Which weights a field's words have: title A, summary B, body C, source and labels D.
_WEIGHTS = {"": "ABC", "title": "A", "body": "BC"}
_TABLE = (
    "DROP TABLE IF EXISTS words_texts",
    "CREATE TABLE words_texts (number bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX words_texts_words ON words_texts USING gin (words)",
)
_ADD = "INSERT INTO words_texts (number, words) VALUES (%s, %s::tsvector)"
_NEWEST = "SELECT number FROM words_texts WHERE words @@ %s::tsquery ORDER BY number DESC LIMIT %s"
_BEST = (
    "SELECT number FROM words_texts WHERE words @@ %(asked)s::tsquery AND number >= %(oldest)s "
    "ORDER BY ts_rank('{0.1, 0.2, 0.4, 1.0}', words, %(asked)s::tsquery, 1) DESC, number DESC"
)
# PostgreSQL refuses longer words and longer texts; what is cut off is not found.
# https://www.postgresql.org/docs/current/textsearch-limitations.html
_WORD, _TEXT = 2000, 1_000_000


class Lexemes(Words):
    """The words of an archive in PostgreSQL: which stand in a text and in which field, not in which order."""

    def __init__(self, archive: Database) -> None:
        super().__init__(archive, lambda: archive)

    def close(self) -> None:
        """There is nothing of its own to let go of."""

    def newest(self, sieve: Sieve, limit: int) -> list[int]:
        """Give the keys of at most `limit` articles that the sieve lets through, of the newest texts."""
        with self._archive.read() as connection:
            return keys(connection.exec_driver_sql(_NEWEST, (_expression(sieve), limit)).scalars())

    def best(self, sieve: Sieve) -> list[int]:
        """Give the keys of the newest texts that the sieve lets through, the most relevant first."""
        asked = _expression(sieve)
        with self._archive.read() as connection:
            oldest = connection.exec_driver_sql(_NEWEST, (asked, words.RANKED)).scalars().all()[-1:]
            values = {"asked": asked, "oldest": (oldest or [0])[0]}
            return keys(connection.exec_driver_sql(_BEST, values).scalars())

    def _make(self, connection: Connection) -> None:
        for statement in _TABLE:
            connection.exec_driver_sql(statement)

    def _add(self, connection: Connection, rows: Sequence[Texts]) -> None:
        connection.exec_driver_sql(_ADD, [(row.number, _vector(row)) for row in rows])


def _vector(row: Texts) -> str:
    """Write a text's words as a tsvector: each once, with a place for each time that a field has it."""
    places: dict[str, list[str]] = {}
    fields = (("A", row.title), ("B", row.summary), ("C", row.body), ("D", f"{row.source} {row.labels}"))
    for weight, field in fields:
        for place, token in enumerate(field.split(), start=1):
            places.setdefault(token, []).append(f"{min(place, 16_383)}{weight}")
    written: list[str] = []
    size = 0
    for token, where in places.items():
        size += len(token.encode()) + 8
        if len(token.encode()) <= _WORD and size < _TEXT:
            written.append(f"{_quoted(token)}:{','.join(where[:200])}")
    return " ".join(written)


def _expression(sieve: Sieve) -> str:
    """Write a sieve as a tsquery; what stands in a row is only asked to stand somewhere in the field."""
    if isinstance(sieve, Row):
        weights = _WEIGHTS.get(row_field := sieve.field, "D")
        is_label = row_field not in (*_WEIGHTS, "source")
        named = ((label(row_field, token) if is_label else token, is_prefix) for token, is_prefix in sieve.tokens)
        return " & ".join(f"{_quoted(token)}:{'*' if is_prefix else ''}{weights}" for token, is_prefix in named)
    joined = (" & " if isinstance(sieve, Every) else " | ").join(f"({_expression(each)})" for each in sieve.sieves)
    return f"({joined})"


def _quoted(token: str) -> str:
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
