"""Articles that Watcher fell over: kept, told, and tried again under another rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from watcher.state.archive import COLUMNS, StoredArticle, stored
from watcher.state.bulk import chunks
from watcher.state.health import Health
from watcher.state.recording import Brought, Recording
from watcher.state.tables import articles, rulebooks, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.decide.match import Finding
    from watcher.state.database import Database


@dataclass(frozen=True, slots=True)
class Fallen:
    """How many articles couldn't be read, and the last one's title and reason."""

    count: int
    title: str
    reason: str


class Unread:
    """The articles that couldn't be read. Every method but `note` is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def found(self) -> Fallen | None:
        """Give how many there are, and which was the last."""
        last = select(articles.c.title, unread.c.reason).join(articles, articles.c.key == unread.c.article)
        with self._database.read() as connection:
            row = connection.execute(last.order_by(unread.c.at.desc(), unread.c.article.desc()).limit(1)).first()
            count = connection.execute(select(func.count()).select_from(unread)).scalar_one()
        return Fallen(int(count), row.title, row.reason) if row else None

    def note(self, now: datetime) -> None:
        """Have the health channel told that there are some, or none any more."""
        found = self.found()
        problem = f"articles can't be read, and are told by no digest: {found.reason}" if found else ""
        Health(self._database).note("archive", {"reading": problem}, now)

    def waiting(self, rulebook: str, limit: int) -> list[StoredArticle]:
        """Give those that another rulebook than that of this hash has failed on."""
        asked = (
            select(*COLUMNS)
            .join(unread, unread.c.article == articles.c.key)
            .join(rulebooks, rulebooks.c.key == articles.c.rulebook)
            .where(rulebooks.c.hash != rulebook)
            .order_by(unread.c.article)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [stored(row) for row in connection.execute(asked)]

    def settle(self, key: int, finding: Finding, rulebook: str, now: datetime) -> None:
        """Keep what came of another try: it is decided, or still unread, under the rulebook of this hash."""
        with self._database.write() as connection:
            Recording(connection, [Brought(None, [finding], rulebook)], now).retry(key, finding)

    def keep(self, reasons: Mapping[int, str], now: datetime) -> None:
        """Keep, and have told, that these articles couldn't be read, whatever was once decided of them."""
        with self._database.write() as connection:
            for chunk in chunks(sorted(reasons)):
                connection.execute(delete(unread).where(unread.c.article.in_(chunk)))
                rows = [{"article": key, "reason": reasons[key], "at": now} for key in chunk]
                connection.execute(insert(unread), rows)
        self.note(now)
