"""The one place that knows which engine is beneath, SQLite or PostgreSQL; its errors come as StateError."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError

from watcher.errors import OutdatedError, StateError
from watcher.state.postgres import PostgreSQL
from watcher.state.sqlite import SQLite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import URL, Connection

LOOK = 0.1  # seconds between looks at whether another process is done
_EXAMPLES = "sqlite:////path/to/watcher.db or postgresql+psycopg://user@host/database"


class Database:
    """An engine whose transactions are either reads or, one at a time, writes; its errors come as StateError."""

    def __init__(self, url: str) -> None:
        parsed = _parse(url)
        self._beneath = PostgreSQL(parsed) if parsed.get_backend_name() == "postgresql" else SQLite(parsed)
        self.name = self._beneath.name
        self.engine = self._beneath.engine
        self._writers = self.engine.execution_options(is_writer=True)
        # What this program's writes are for, once the archive has it: another one may bring it up at any time.
        self.schema = ""

    @property
    def is_shared(self) -> bool:
        """Whether other machines may write to it, too: then leases part the work, and no lock of this machine's."""
        return isinstance(self._beneath, PostgreSQL)

    @property
    def dsn(self) -> str:
        """The address as PostgreSQL's own tools take it, password and all."""
        url = self.engine.url.set(drivername="postgresql")
        return url.render_as_string(hide_password=False)

    def now(self, connection: Connection) -> datetime:
        """Give the time that all go by who share the archive: the server's, as no two machines' clocks agree."""
        if not self.is_shared:
            return datetime.now(UTC)
        found: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return found.astimezone(UTC)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the archive and changes nothing."""
        with self._told(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """
        Open a transaction that is durable when it ends and, on an error, never was.

        Raises OutdatedError where the archive's schema is no longer this program's.
        """
        with self._told(), self._writers.begin() as connection:
            self._check(connection)
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Open a write in which tables may be rebuilt."""
        with self._told(), self._beneath.migrating() as connection:
            yield connection

    @contextmanager
    def alone(self, purpose: str, wait: Callable[[float], object], patience: float = 0.0) -> Iterator[bool]:
        """
        Be the only process that does this with the archive, however the last one that did ended.

        False, and nobody is alone, if another still does after `patience` seconds, or `wait` says to end.
        """
        with self._told(), self._beneath.lock(purpose) as take:
            deadline = time.monotonic() + patience
            while not (is_alone := take()) and time.monotonic() < deadline and not wait(LOOK):
                pass
            yield is_alone

    def vacuum(self) -> None:
        """Give back the space of what was removed."""
        with self._told():
            self._beneath.vacuum()

    def copy(self, target: Path) -> None:
        """Write a copy of the archive as it is at this moment, while others use it. Raises StateError."""
        if target.exists() and Path(self.name).exists() and target.samefile(self.name):
            raise StateError(f"{target} is the archive itself: name another file")
        aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with self._told():
                self._beneath.copy(aside)
            with aside.open("rb+") as file:
                os.fsync(file.fileno())
            aside.chmod(0o600)
            aside.replace(target)
        except OSError as error:
            raise StateError(f"{target} can't be written: {error.strerror}") from error
        finally:
            aside.unlink(missing_ok=True)

    def examine(self) -> tuple[str, str]:
        """Say what engine this is, and what is wrong with the archive, "" for nothing."""
        with self.read() as connection:
            return self._beneath.examine(connection)

    def close(self) -> None:
        """Let go of the file or the server."""
        self.engine.dispose()

    def _check(self, connection: Connection) -> None:
        if not self.schema:
            return
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if found != self.schema:
            raise OutdatedError(
                f"the archive {self.name} was brought to schema {found} by another Watcher while this one, which knows "
                f"{self.schema}, ran: it ends; start the same version everywhere"
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if not self._beneath.is_outside(error):
                raise
            raise StateError(f"the archive {self.name} can't be used: {error.orig}") from error


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StateError(f"WATCHER_DATABASE_URL is not a database address such as {_EXAMPLES}") from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql") or not parsed.database:
        # Not the address itself: passwords may stand in its query, too.
        name = parsed.get_backend_name()
        raise StateError(
            f"WATCHER_DATABASE_URL leads to no archive that Watcher can use ({name}): it needs {_EXAMPLES}"
        )
    return parsed
