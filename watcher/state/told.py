"""What was told before: by a digest, of which an update links only what is new, and by the news at large."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from watcher.collect.article import Article
from watcher.decide.match import Finding
from watcher.decide.relation import Relation
from watcher.state.past import DECIDED, complete
from watcher.state.tables import articles, deliveries, parts, relations

if TYPE_CHECKING:
    from collections.abc import Collection

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
            .select_from(articles.join(relations, relations.c.article == articles.c.key))
            .where(articles.c.told >= since, articles.c.is_backfill.is_(False))
            .order_by(articles.c.told.desc(), articles.c.key.desc())
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
        day = func.date(articles.c.first_seen)
        asked = select(day).where(articles.c.first_seen >= now - longest, articles.c.is_backfill.is_(False)).distinct()
        with self._database.read() as connection:
            days = sorted(date.fromisoformat(str(found)) for found in connection.execute(asked).scalars())
        last = now.date()
        for found in reversed(days):
            if last - found > pause:
                break
            last = found
        return last if days and now.date() - days[-1] <= pause else None
