"""The archive as a whole: opened, migrated, and its rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from sqlalchemy import inspect, text

from watcher.errors import StateError
from watcher.state.archive import Archive
from watcher.state.database import Database
from watcher.state.feeds import FeedStates
from watcher.state.finder import Finder
from watcher.state.fulltext import FullText
from watcher.state.health import Health
from watcher.state.keeping import Keeping
from watcher.state.leases import Leases
from watcher.state.lexemes import Lexemes
from watcher.state.outbox import Outbox
from watcher.state.pages import Pages
from watcher.state.past import Past
from watcher.state.posting import Posting
from watcher.state.silences import Silences
from watcher.state.told import Told
from watcher.state.transfer import Transfer
from watcher.state.trend import Trends
from watcher.state.unread import Unread

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from watcher.state.words import Words

SCHEMA = "0014"  # the newest of migrations/versions


class Store:
    """What is remembered, in one database, by rooms. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.feeds = FeedStates(database)
        self.archive = Archive(database)
        self.pages = Pages(database)
        self.unread = Unread(database)
        self.outbox = Outbox(database)
        self.posting = Posting(database)
        self.silences = Silences(database)
        self.health = Health(database)
        self.past = Past(database)
        self.finder = Finder(database)
        self.keeping = Keeping(database)
        self.transfer = Transfer(database)
        self.words: Words = Lexemes(database) if database.is_shared else FullText(database)
        self.trends = Trends(database)
        self.told = Told(database)
        self.leases = Leases(database)

    @classmethod
    def open(cls, url: str) -> Store:
        """Open an archive, made or brought to this program's schema if need be. Raises StateError."""
        database = Database(url)
        try:
            _bring_up(database)
        except BaseException:
            database.close()
            raise
        database.schema = SCHEMA
        return cls(database)

    def now(self) -> datetime:
        """Give the time that all go by who share this archive."""
        with self.database.read() as connection:
            return self.database.now(connection)

    def close(self) -> None:
        """Let go of the database."""
        self.words.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _bring_up(database: Database) -> None:
    with database.read() as connection:
        if _schema(connection, database.name) == SCHEMA:
            return
    # Others may open a new archive at this very moment: who gets the lock first migrates, the rest find it done.
    with database.migrating() as connection:
        if _schema(connection, database.name) != SCHEMA:
            from watcher.state.migrations import upgrade  # noqa: PLC0415  Alembic takes a third of a second to import

            upgrade(connection)


def _schema(connection: Connection, name: str) -> str:
    """Give the archive's schema, "" for a new one. Raises StateError where it is newer than this program."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    found = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
    if found > SCHEMA:
        message = f"the archive {name} was written by a newer Watcher (schema {found}, this one knows {SCHEMA})"
        raise StateError(f"{message}: upgrade Watcher, or choose another folder with --dir")
    return found
