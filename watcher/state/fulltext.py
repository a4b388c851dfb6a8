"""
The index of words, in SQLite's FTS5: the seam behind which another engine's own full-text search can stand.

It lies in a file of its own beside the archive and can be deleted at any time: it is made again from the archive. It
holds the tokens that queries speak of (`decide/subject.py`), set apart by spaces, so that both mean the same by a
word in every script. It only ever grows: a text that was replaced or removed lets through what its query then refuses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import func, select

from watcher.decide.edition import edition
from watcher.decide.sieve import Every, Row
from watcher.decide.subject import tokens
from watcher.state.database import Database
from watcher.state.recording import CHUNK
from watcher.state.tables import articles, edits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Connection

    from watcher.decide.sieve import Sieve

BATCH = 2000
RANKED = 20_000  # hits that are weighed against each other: the newest
# Where a field's words stand: labels are one token each, in a column of their own.
_COLUMNS = {"": "{title summary body}", "title": "title", "body": "{summary body}", "source": "source"}
# The tokenizer "ascii" parts at what is neither a letter nor a digit of ASCII, and takes all else as it is.
_TABLE = "CREATE VIRTUAL TABLE texts USING fts5(title, summary, body, source, labels, content='', tokenize='ascii')"
_ADD = "INSERT INTO texts (rowid, title, summary, body, source, labels) VALUES (?, ?, ?, ?, ?, ?)"
_NEWEST = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT ?"
_BEST = "SELECT rowid FROM texts WHERE texts MATCH ? AND rowid >= ? AND rank MATCH 'bm25(6, 2, 1, 1, 0)' ORDER BY rank"
# A text that was edited is added again, under a number that still tells its article.
_EDITION = 1 << 36
_MARKS = "CREATE TABLE mark (form TEXT, article INTEGER, id TEXT, edit INTEGER)"
_PARTED = re.compile(r"[\0-/:-@\[-`{-\x7f]")
_NEEDED = ("key", "id", "title", "summary", "body", "source", "language", "feed", "kind", "tags")
_LINE = select(*(articles.c[name] for name in _NEEDED))


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far the index has come: the last article (and its id, to know the archive by) and the last edit."""

    form: str
    article: int = 0
    id: str = ""
    edit: int = 0


class Words(Protocol):
    """What a search asks of whatever knows where words stand; None where it doesn't, and every text is to be read."""

    def refresh(self, tell: Callable[[int, int], None] = ...) -> None:
        """Take in what is new; `tell` is told how many articles of how many are done."""
        ...

    def newest(self, sieve: Sieve, limit: int) -> list[int] | None:
        """Give the keys of at most `limit` articles that the sieve lets through, of the newest texts."""
        ...

    def best(self, sieve: Sieve) -> list[int] | None:
        """Give the keys of the newest articles that the sieve lets through, the most relevant first."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Unindexed:
    """No index: on PostgreSQL every text that the other filters leave is read, the newest first."""

    def refresh(self, tell: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """There is nothing to do."""

    def newest(self, sieve: Sieve, limit: int) -> None:
        """Nothing is known."""

    def best(self, sieve: Sieve) -> None:
        """Nothing is known."""

    def close(self) -> None:
        """There is nothing to let go of."""


def words_of(archive: Database) -> Words:
    """Give what knows an archive's words."""
    return Unindexed() if archive.is_shared else FullText(archive)


class FullText:
    """The index of one archive's words."""

    def __init__(self, archive: Database) -> None:
        self._archive = archive
        self._opened: Database | None = None

    def close(self) -> None:
        """Let go of the file."""
        if self._opened is not None:
            self._opened.close()

    def refresh(self, tell: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """
        Take in what the archive has that the index hasn't, batch by batch, each in one transaction.

        `tell` is told how many articles of how many are done.
        """
        with self._index.write() as connection:
            mark = self._mark(connection)
        with self._archive.read() as archive:
            newest = archive.execute(select(func.max(articles.c.key))).scalar() or 0
        while self._step():
            with self._index.read() as connection:
                tell(_read(connection).article - mark.article, newest - mark.article)

    def newest(self, sieve: Sieve, limit: int) -> list[int]:
        """Give the keys of at most `limit` articles that the sieve lets through, of the newest texts."""
        with self._index.read() as connection:
            rows = connection.exec_driver_sql(_NEWEST, (_expression(sieve), limit)).scalars()
            return _keys(rows)

    def best(self, sieve: Sieve) -> list[int]:
        """Give the keys of the newest RANKED texts that the sieve lets through, the most relevant first."""
        expression = _expression(sieve)
        with self._index.read() as connection:
            oldest = connection.exec_driver_sql(_NEWEST, (expression, RANKED)).scalars().all()[-1:]
            return _keys(connection.exec_driver_sql(_BEST, (expression, *(oldest or [0]))).scalars())

    @property
    def _index(self) -> Database:
        if self._opened is None:
            path = Path(self._archive.name)
            self._opened = Database(f"sqlite:///{path.with_name(f'{path.stem}.words{path.suffix}')}")
        return self._opened

    def _mark(self, connection: Connection) -> _Mark:
        """Give how far the index has come; make it anew where there is none, or it is of another form or archive."""
        form = edition("subject.py", "text.py")
        is_made = connection.exec_driver_sql("SELECT 1 FROM sqlite_schema WHERE name = 'mark'").first()
        mark = _read(connection) if is_made else None
        with self._archive.read() as archive:
            last = archive.execute(select(articles.c.id).where(articles.c.key == mark.article)).scalar() if mark else ""
            edit = archive.execute(select(func.max(edits.c.key))).scalar() or 0
        if mark is not None and mark.form == form and mark.id == (last or ""):
            return mark
        for statement in ("DROP TABLE IF EXISTS texts", "DROP TABLE IF EXISTS mark", _TABLE, _MARKS):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("INSERT INTO mark VALUES (?, 0, '', ?)", (form, edit))
        return _Mark(form, edit=edit)

    def _step(self) -> bool:
        """Take in one batch of new articles or, where there are none, of edits; say whether there may be more."""
        with self._index.write() as connection:
            mark = _read(connection)
            with self._archive.read() as archive:
                beyond = _LINE.where(articles.c.key > mark.article).order_by(articles.c.key)
                new = archive.execute(beyond.limit(BATCH)).all()
                changed = {} if new else _edited(archive, mark.edit)
                again = archive.execute(_LINE.where(articles.c.key.in_(changed))).all() if changed else []
            rows = [(row.key + _EDITION * changed.get(row.key, 0), *_texts(row)) for row in (*new, *again)]
            if rows:
                connection.exec_driver_sql(_ADD, rows)
            last = (new[-1].key, new[-1].id) if new else (mark.article, mark.id)
            values = (*last, max(changed.values(), default=mark.edit))
            connection.exec_driver_sql("UPDATE mark SET article = ?, id = ?, edit = ?", values)
        return bool(rows)


def _read(connection: Connection) -> _Mark:
    return _Mark(*connection.exec_driver_sql("SELECT form, article, id, edit FROM mark").one())


def _edited(archive: Connection, after: int) -> dict[int, int]:
    """Give the articles of the next edits, each with the number of its last one."""
    asked = select(edits.c.key, edits.c.article).where(edits.c.key > after).order_by(edits.c.key).limit(CHUNK)
    return {article: key for key, article in archive.execute(asked)}


def _texts(row: Any) -> tuple[str, ...]:  # noqa: ANN401  a row of _LINE
    """Give an article's fields as the index takes them."""
    fields = (" ".join(tokens(text)) for text in (row.title, row.summary, row.body, row.source))
    languages = {row.language, row.language.partition("-")[0]}
    labels = [("feed", row.feed), ("kind", row.kind), *(("tag", tag) for tag in row.tags)]
    labels += [("lang", language) for language in languages]
    return (*fields, " ".join(_label(name, value) for name, value in labels if value))


def _label(name: str, value: str) -> str:
    """Write a label as one token."""
    return f"{name}\ue000{_PARTED.sub(chr(0xE001), value.lower())}"


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
        run.append(token if row.field in _COLUMNS else _label(row.field, token))
        if is_prefix or number == len(row.tokens):
            written.append(f'{column} : "{" ".join(run)}"{" *" if is_prefix else ""}')
            run = []
    return f"({' AND '.join(written)})"


def _keys(numbers: Iterable[int]) -> list[int]:
    """Give the articles of texts, each once, in their order."""
    return list(dict.fromkeys(number % _EDITION for number in numbers))
