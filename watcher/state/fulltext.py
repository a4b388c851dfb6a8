"""The index of words in SQLite's FTS5, in a file of its own beside the archive."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.decide.sieve import Every, Row
from watcher.state import words
from watcher.state.database import Database
from watcher.state.words import Words, keys, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from watcher.decide.sieve import Sieve
    from watcher.state.words import Texts

# Where a field's words stand: labels are one token each, in a column of their own.
_COLUMNS = {"": "{title summary body}", "title": "title", "body": "{summary body}", "source": "source"}
# The tokenizer "ascii" parts at what is neither a letter nor a digit of ASCII, and takes all else as it is.
_TABLE = "CREATE VIRTUAL TABLE texts USING fts5(title, summary, body, source, labels, content='', tokenize='ascii')"
_ADD = "INSERT INTO texts (rowid, title, summary, body, source, labels) VALUES (?, ?, ?, ?, ?, ?)"
_NEWEST = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT ?"
_BEST = "SELECT rowid FROM texts WHERE texts MATCH ? AND rowid >= ? AND rank MATCH 'bm25(6, 2, 1, 1, 0)' ORDER BY rank"


class FullText(Words):
    """The words of an archive that is a SQLite file."""

    def __init__(self, archive: Database) -> None:
        super().__init__(archive, self._open)
        self._opened: Database | None = None

    def close(self) -> None:
        """Let go of the file."""
        if self._opened is not None:
            self._opened.close()

    def newest(self, sieve: Sieve, limit: int) -> list[int]:
        """Give the keys of at most `limit` articles that the sieve lets through, of the newest texts."""
        with self._index().read() as connection:
            return keys(connection.exec_driver_sql(_NEWEST, (_expression(sieve), limit)).scalars())

    def best(self, sieve: Sieve) -> list[int]:
        """Give the keys of the newest texts that the sieve lets through, the most relevant first."""
        expression = _expression(sieve)
        with self._index().read() as connection:
            oldest = connection.exec_driver_sql(_NEWEST, (expression, words.RANKED)).scalars().all()[-1:]
            return keys(connection.exec_driver_sql(_BEST, (expression, *(oldest or [0]))).scalars())

    def _open(self) -> Database:
        if self._opened is None:
            path = Path(self._archive.name)
            self._opened = Database(f"sqlite:///{path.with_name(f'{path.stem}.words{path.suffix}')}")
        return self._opened

    def _make(self, connection: Connection) -> None:
        connection.exec_driver_sql("DROP TABLE IF EXISTS texts")
        connection.exec_driver_sql(_TABLE)

    def _add(self, connection: Connection, rows: Sequence[Texts]) -> None:
        connection.exec_driver_sql(_ADD, [astuple(row) for row in rows])


def _expression(sieve: Sieve) -> str:
    """Write a sieve as FTS5 reads it."""
    if isinstance(sieve, Row):
        return _row(sieve)
    joined = (" AND " if isinstance(sieve, Every) else " OR ").join(_expression(each) for each in sieve.sieves)
    return f"({joined})"


def _row(row: Row) -> str:
    """Write tokens in a row; FTS5 knows beginnings of words only at the end of one, so that others part it."""
    column = _COLUMNS.get(row.field, "labels")
    written: list[str] = []
    run: list[str] = []
    for number, (token, is_prefix) in enumerate(row.tokens, start=1):
        run.append(token if row.field in _COLUMNS else label(row.field, token))
        if is_prefix or number == len(row.tokens):
            written.append(f'{column} : "{" ".join(run)}"{" *" if is_prefix else ""}')
            run = []
    return f"({' AND '.join(written)})"
