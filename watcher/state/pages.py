"""Which articles' pages were asked for, and the full texts that they brought."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select

from watcher.state.archive import COLUMNS, StoredArticle, stored
from watcher.state.recording import Brought, Recording
from watcher.state.tables import articles, pages

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from watcher.decide.match import Finding
    from watcher.state.database import Database

NEW = timedelta(days=3)
TRIES = 3
LATER = timedelta(hours=1)  # four times as long with every try
# What another try won't change.
_FINAL = ("robots", "no-text", "gone", "http-404", "http-401", "http-403", "too-large", "blocked-address")


class Pages:
    """The pages. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def wanted(self, feeds: Collection[str], now: datetime, *, limit: int) -> list[StoredArticle]:
        """Give the new articles of these feeds whose pages are still to be asked for, the newest first."""
        asked = (
            select(*COLUMNS)
            .outerjoin(pages, pages.c.article == articles.c.key)
            .where(articles.c.feed.in_(sorted(feeds)), articles.c.url != "", articles.c.first_seen >= now - NEW)
            .where(or_(pages.c.article.is_(None), pages.c.next_try <= now))
            .order_by(articles.c.first_seen.desc(), articles.c.key.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [stored(row) for row in connection.execute(asked)]

    def settle(self, key: int, reason: str, now: datetime, *, finding: Finding | None, rulebook: str) -> None:
        """Keep what came of a page: the article with its full text, as decided, or the reason why there is none."""
        with self._database.write() as connection:
            tries = 1 + (connection.execute(select(pages.c.tries).where(pages.c.article == key)).scalar() or 0)
            is_over = not reason or reason in _FINAL or tries >= TRIES
            row = {"article": key, "tries": tries, "reason": reason, "tried_at": now}
            row["next_try"] = None if is_over else now + LATER * 4 ** (tries - 1)
            connection.execute(delete(pages).where(pages.c.article == key))
            connection.execute(insert(pages).values(row))
            if finding is not None:
                Recording(connection, [Brought(None, [finding], rulebook)], now).fill(key, finding)
