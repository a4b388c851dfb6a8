"""What was told before: by a digest, of which an update links only what is new, and by the news at large."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from watcher.collect.article import Article
from watcher.decide.match import Finding
from watcher.decide.relation import Relation
from watcher.state.past import DECIDED, complete
from watcher.state.tables import articles, deliveries, parts, relations

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from watcher.state.database import Database

# So much of the news is looked at, the newest first; a digest isn't to take minutes.
MOST = 20_000
# Of a text, what is compared.
_BEGINNING = func.substr(articles.c.summary, 1, 300)
_HEADLINE = tuple(articles.c[name] for name in ("key", "id", "title", "url", "source", "language", "told"))
_SAID = tuple(relations.c[name] for name in ("partner", "good", "direction", "status"))


class Told:
    """What was told. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by(self, names: Collection[str], since: datetime) -> list[Finding]:
        """Give what digests or alerts said of articles first seen from `since` on, as it was decided, oldest first."""
        is_told = exists().where(
            deliveries.c.digest.in_(names),
            deliveries.c.article == articles.c.key,
            deliveries.c.part == parts.c.id,
            parts.c.status != "dropped",
        )
        asked = DECIDED.where(articles.c.first_seen >= since, is_told).order_by(articles.c.first_seen, articles.c.key)
        with self._database.read() as connection:
            found = complete(connection, connection.execute(asked))
        return [Finding(each.article, each.relations, each.matches) for each in found]

    def headlines(self, since: datetime) -> list[Finding]:
        """
        Give the headlines with relations told from `since` on; what was no news when it was seen isn't.

        Their `published` is when they were told, and of their text the beginning is there. Of very many the newest.
        """
        asked = (
            select(*_HEADLINE, _BEGINNING, *_SAID)
            .select_from(relations.join(articles, relations.c.article == articles.c.key))
            .where(relations.c.told >= since, articles.c.is_backfill.is_(False))
            .order_by(relations.c.told.desc(), relations.c.article.desc())
            .limit(MOST)
        )
        said: dict[int, list[Relation]] = {}
        read: dict[int, Article] = {}
        with self._database.read() as connection:
            for key, id_, title, url, source, language, told, summary, *kind in connection.execute(asked):
                read.setdefault(
                    key,
                    Article(
                        id=id_, title=title, summary=summary, url=url, source=source, language=language, published=told
                    ),
                )
                said.setdefault(key, []).append(Relation(kind[0], kind[1], kind[2], kind[3], ""))
        return [Finding(article, tuple(said[key])) for key, article in reversed(read.items())]

    def unbroken_since(self, now: datetime, longest: timedelta, pause: timedelta) -> date | None:
        """
        Give the day since when the archive brought something without a longer pause, at most `longest` back.

        None where nothing came for as long as that before `now`.
        """
        # From day to day, each time as far back as the pause allows: by the index, and not by reading all of it.
        last, before, unbroken = now.date(), now.date() + timedelta(days=1), None
        with self._database.read() as connection:
            while (found := _earliest(connection, last - pause, before, now - longest)) is not None:
                last = before = unbroken = found
        return unbroken


def _earliest(connection: Connection, since: date, before: date, bound: datetime) -> date | None:
    """Give the first day from one on and before another on which news came, after a bound."""
    begins = max(datetime.combine(since, time.min, UTC), bound)
    seen = (articles.c.first_seen >= begins, articles.c.first_seen < datetime.combine(before, time.min, UTC))
    asked = select(articles.c.first_seen).where(*seen, articles.c.is_backfill.is_(False))
    found: datetime | None = connection.execute(asked.order_by(articles.c.first_seen, articles.c.key).limit(1)).scalar()
    return found.date() if found else None
