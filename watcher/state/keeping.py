"""How long the archive keeps what: old articles, full texts and matches are removed, bit by bit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, insert, select, tuple_, update

from watcher.state.bulk import CHUNK
from watcher.state.outbox import KEPT
from watcher.state.tables import articles, deliveries, edits, forgotten, matches, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement

    from watcher.state.database import Database

_PLACE = (articles.c.first_seen, articles.c.key)


@dataclass(frozen=True, slots=True)
class Removed:
    """How many articles, full texts and matches were removed."""

    articles: int = 0
    bodies: int = 0
    matches: int = 0

    def __str__(self) -> str:
        return f"removed {self.articles:,} articles, {self.bodies:,} full texts, {self.matches:,} matches"


class Keeping:
    """
    Removes what is too old, each bit of it in a transaction of its own, so that others wait for none of it.

    What the outbox still has to say stays, and so does the newest article, by which the index of words knows where it
    stands. An article that is removed leaves its id, so that its feed's showing it again is no news.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def remove(
        self, now: datetime, *, articles: timedelta | None, bodies: timedelta | None, matches: timedelta | None
    ) -> Removed:
        """Remove what was first seen longer ago than that; None keeps it for ever."""
        return Removed(
            self._articles(now - articles) if articles else 0,
            self._bodies(now - bodies) if bodies else 0,
            self._matches(now - matches) if matches else 0,
        )

    def _articles(self, before: datetime) -> int:
        removed = 0
        newest = select(func.max(articles.c.key)).scalar_subquery()
        is_free = [articles.c.key != newest, *_is_free()]
        for keys in self._chunks(before, is_free):
            with self._database.write() as connection:
                chosen = (articles.c.key.in_(keys), *is_free)  # it may have been planned meanwhile
                rows = connection.execute(select(articles.c.key, articles.c.id, articles.c.twin).where(*chosen)).all()
                if rows:
                    connection.execute(insert(forgotten), [{"id": row.id, "twin": row.twin} for row in rows])
                    connection.execute(delete(articles).where(articles.c.key.in_([row.key for row in rows])))
            removed += len(rows)
        return removed

    def _bodies(self, before: datetime) -> int:
        removed = 0
        for keys in self._chunks(before, [articles.c.body != ""]):
            with self._database.write() as connection:
                connection.execute(update(articles).where(articles.c.key.in_(keys)).values(body=""))
                connection.execute(update(edits).where(edits.c.article.in_(keys)).values(body=""))
            removed += len(keys)
        return removed

    def _matches(self, before: datetime) -> int:
        removed = 0
        has_match = exists().where(matches.c.article == articles.c.key)
        for keys in self._chunks(before, [has_match, *_is_free()]):
            with self._database.write() as connection:
                removed += connection.execute(delete(matches).where(matches.c.article.in_(keys))).rowcount
        return removed

    def _chunks(self, before: datetime, conditions: Sequence[ColumnElement[bool]]) -> Iterator[list[int]]:
        """Give the articles first seen before that time, oldest first."""
        last: tuple[datetime, int] | None = None
        while True:
            asked = select(*_PLACE).where(articles.c.first_seen < before, *conditions)
            if last is not None:
                asked = asked.where(tuple_(*_PLACE) > tuple_(*last))
            with self._database.read() as connection:
                rows = connection.execute(asked.order_by(*_PLACE).limit(CHUNK)).all()
            if not rows:
                return
            last = (rows[-1].first_seen, rows[-1].key)
            yield [row.key for row in rows]


def _is_free() -> list[ColumnElement[bool]]:
    """Give the condition that no part which is still to be sent links an article."""
    waits = exists().where(
        deliveries.c.article == articles.c.key, deliveries.c.part == parts.c.id, parts.c.status.in_(KEPT)
    )
    return [~waits]
