"""PostgreSQL beneath the archive, for desks that outgrow one machine: the same tables, the same promises."""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from watcher.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import psycopg
    from sqlalchemy import URL, Connection

PATIENCE = 30  # seconds that one writer waits for another, as in SQLite
# Any number that no other program on the database uses: "watcher" in ASCII.
_WRITERS = 0x77617463686572
_LOCKS = 0x77617463
# Insufficient privilege, undefined table: https://www.postgresql.org/docs/current/errcodes-appendix.html
_OUTSIDE = {"42501", "42P01"}


class PostgreSQL:
    """
    A database on a server. Raises StateError where the driver isn't installed.

    Writers take turns by an advisory lock, as SQLite's do by the file's: a decision on what is in the archive holds
    until it is written. It is taken in READ COMMITTED, so that what the writer before committed is seen; readers see
    one state of the archive (REPEATABLE READ).
    """

    def __init__(self, url: URL) -> None:
        self.name = f"{url.database} on {url.host or 'this machine'}"
        try:
            self.engine = create_engine(
                url.set(drivername="postgresql+psycopg"),
                pool_pre_ping=True,  # a restarted server leaves closed connections behind
                connect_args={"connect_timeout": 10, "application_name": "watcher"},
            )
        except ModuleNotFoundError as error:
            raise StateError('PostgreSQL needs its driver: pip install "watcher[postgres]"') from error
        event.listen(self.engine, "begin", _begin)

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Open a write; PostgreSQL's tables may be rebuilt in any."""
        with self.engine.execution_options(is_writer=True).begin() as connection:
            yield connection

    @contextmanager
    def lock(self, purpose: str) -> Iterator[Callable[[], bool]]:
        """Give what tries to take a lock of this session's, which the server ends with its connection."""
        connection = self.engine.raw_connection()
        connection.detach()
        try:
            session = cast("psycopg.Connection", connection.dbapi_connection)
            session.autocommit = True
            asked = "SELECT pg_try_advisory_lock(%s, %s)"
            place = (_LOCKS, zlib.crc32(purpose.encode()) >> 1)
            yield lambda: session.execute(asked, place).fetchone() == (True,)
        finally:
            connection.close()

    def vacuum(self) -> None:
        """Let the server use again what removed rows leave free."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")

    def copy(self, target: Path) -> None:
        """Refuse: the server has tools of its own."""
        raise StateError(f"{target} was not written: back a PostgreSQL archive up with pg_dump")

    def examine(self, connection: Connection) -> tuple[str, str]:
        """Say what engine this is; a server looks after its files itself."""
        return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}", ""

    def is_outside(self, error: DBAPIError) -> bool:
        """Tell what the server or the user is to blame for from a mistake of ours."""
        return isinstance(error, OperationalError) or getattr(error.orig, "sqlstate", "") in _OUTSIDE


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("is_writer", False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
