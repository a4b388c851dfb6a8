"""
The index of words: where a search's words stand, behind a seam that each engine's own full-text search fills.

It can be deleted at any time: it is made again from the archive. It holds the tokens that queries speak of
(`decide/subject.py`), so that both mean the same by a word in every script. It only ever grows: a text that was
replaced or removed lets through what its query then refuses.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Integer, MetaData, Table, Text, func, insert, inspect, select, update

from watcher.decide.edition import edition
from watcher.decide.subject import tokens
from watcher.state.bulk import CHUNK
from watcher.state.tables import articles, edits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection

    from watcher.decide.sieve import Sieve
    from watcher.state.database import Database

BATCH = 2000
RANKED = 20_000  # hits that are weighed against each other: the newest
# A text that was edited is added again, under a number that still tells its article.
_EDITION = 1 << 36
_PARTED = re.compile(r"[\0-/:-@\[-`{-\x7f]")
_NEEDED = ("key", "id", "title", "summary", "body", "source", "language", "feed", "kind", "tags")
_LINE = select(*(articles.c[name] for name in _NEEDED))
# How far the index has come: the last article (and its id, to know the archive by) and the last edit.
MARK = Table(
    "words_mark",
    MetaData(),
    Column("form", Text),
    Column("article", Integer),
    Column("id", Text),
    Column("edit", Integer),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A row of MARK."""

    form: str
    article: int = 0
    id: str = ""
    edit: int = 0


@dataclass(frozen=True, slots=True)
class Texts:
    """An article's words: the row's number, its fields as tokens set apart by spaces, and its labels, a token each."""

    number: int
    title: str
    summary: str
    body: str
    source: str
    labels: str


class Words(ABC):
    """The words of one archive; `index` opens the database that they are kept in."""

    def __init__(self, archive: Database, index: Callable[[], Database]) -> None:
        self._archive = archive
        self._index = index

    @abstractmethod
    def newest(self, sieve: Sieve, limit: int) -> list[int]:
        """Give the keys of at most `limit` articles that the sieve lets through, of the newest texts."""

    @abstractmethod
    def best(self, sieve: Sieve) -> list[int]:
        """Give the keys of the newest RANKED texts that the sieve lets through, the most relevant first."""

    @abstractmethod
    def _make(self, connection: Connection) -> None:
        """Make the table of texts anew."""

    @abstractmethod
    def _add(self, connection: Connection, rows: Sequence[Texts]) -> None:
        """Add texts to it."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what it opened."""

    def refresh(self, tell: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """
        Take in what the archive has that the index hasn't, batch by batch, each in one transaction.

        `tell` is told how many articles of how many are done.
        """
        with self._index().write() as connection:
            mark = self._mark(connection)
        with self._archive.read() as archive:
            newest = archive.execute(select(func.max(articles.c.key))).scalar() or 0
        while self._step():
            with self._index().read() as connection:
                tell(_read(connection).article - mark.article, newest - mark.article)

    def _mark(self, connection: Connection) -> Mark:
        """Give how far the index has come; make it anew where there is none, or it is of another form or archive."""
        form = edition("subject.py", "text.py")
        mark = _read(connection) if inspect(connection).has_table(MARK.name) else None
        with self._archive.read() as archive:
            last = archive.execute(select(articles.c.id).where(articles.c.key == mark.article)).scalar() if mark else ""
            edit = archive.execute(select(func.max(edits.c.key))).scalar() or 0
        if mark is not None and mark.form == form and mark.id == (last or ""):
            return mark
        MARK.drop(connection, checkfirst=True)
        self._make(connection)
        MARK.create(connection)
        made = Mark(form, edit=edit)
        connection.execute(insert(MARK).values(astuple(made)))
        return made

    def _step(self) -> bool:
        """Take in one batch of new articles or, where there are none, of edits; say whether there may be more."""
        with self._index().write() as connection:
            mark = _read(connection)
            with self._archive.read() as archive:
                beyond = _LINE.where(articles.c.key > mark.article).order_by(articles.c.key)
                new = archive.execute(beyond.limit(BATCH)).all()
                changed = {} if new else _edited(archive, mark.edit)
                again = archive.execute(_LINE.where(articles.c.key.in_(changed))).all() if changed else []
            if new or again:
                self._add(connection, [_texts(row, changed.get(row.key, 0)) for row in (*new, *again)])
            last = (new[-1].key, new[-1].id) if new else (mark.article, mark.id)
            edit = max(changed.values(), default=mark.edit)
            connection.execute(update(MARK).values(article=last[0], id=last[1], edit=edit))
        return bool(new or again)


def label(name: str, value: str) -> str:
    """Write a label (lang, feed, tag, kind) as one token."""
    return f"{name}\ue000{_PARTED.sub(chr(0xE001), value.lower())}"


def keys(numbers: Iterable[int]) -> list[int]:
    """Give the articles of texts, each once, in their order."""
    return list(dict.fromkeys(number % _EDITION for number in numbers))


def _read(connection: Connection) -> Mark:
    return Mark(*connection.execute(select(MARK)).one())


def _edited(archive: Connection, after: int) -> dict[int, int]:
    """Give the articles of the next edits, each with the number of its last one."""
    asked = select(edits.c.key, edits.c.article).where(edits.c.key > after).order_by(edits.c.key).limit(CHUNK)
    return {article: key for key, article in archive.execute(asked)}


def _texts(row: Any, edit: int) -> Texts:  # noqa: ANN401  a row of _LINE
    title, summary, body, source = (" ".join(tokens(text)) for text in (row.title, row.summary, row.body, row.source))
    languages = {row.language, row.language.partition("-")[0]}
    labels = [("feed", row.feed), ("kind", row.kind), *(("tag", tag) for tag in row.tags)]
    labels += [("lang", language) for language in languages]
    labelled = " ".join(label(name, value) for name, value in labels if value)
    return Texts(row.key + _EDITION * edit, title, summary, body, source, labelled)
