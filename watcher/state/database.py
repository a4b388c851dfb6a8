"""The one place that knows which engine is beneath: how it is opened, locked and told to write through."""

from __future__ import annotations

import fcntl
import time
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import OperationalError as SQLiteError
from typing import IO, TYPE_CHECKING

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from watcher.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from sqlite3 import Connection as SQLiteConnection

    from sqlalchemy import URL, Connection

PATIENCE = 30.0  # seconds that one writer waits for another
LOOK = 0.1  # seconds between looks at whether another process is done


class Database:
    """An engine whose transactions are either reads or, one at a time, writes; its errors come as StateError."""

    def __init__(self, url: str) -> None:
        parsed = _parse(url)
        self.name = parsed.database or str(parsed)
        _make_folder(parsed)
        self.engine = create_engine(parsed)
        event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", _begin)
        self._writers = self.engine.execution_options(is_writer=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the archive and changes nothing."""
        with self._told(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that is durable when it ends and, on an error, never was."""
        with self._told(), self._writers.begin() as connection:
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Open a write in which tables may be rebuilt: SQLite would cascade a dropped table's references."""
        with self._told(), self._writers.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()
            connection.invalidate()

    @contextmanager
    def alone(self, purpose: str, wait: Callable[[float], object], patience: float = 0.0) -> Iterator[bool]:
        """
        Be the only process that does this with the archive, however the last one that did ended.

        False, and nobody is alone, if another still does after `patience` seconds, or `wait` says to end.
        """
        try:
            file = Path(f"{self.name}.{purpose}").open("a", encoding="utf-8")  # noqa: SIM115  open as long as the block
        except OSError as error:
            raise StateError(f"{self.name}.{purpose} can't be written: {error.strerror}") from error
        with file:
            deadline = time.monotonic() + patience
            while not (is_alone := _lock(file)) and time.monotonic() < deadline and not wait(LOOK):
                pass
            yield is_alone

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if not isinstance(error, OperationalError) and "not a database" not in str(error.orig):
                raise
            raise StateError(f"the archive {self.name} can't be used: {error.orig}") from error


def _lock(file: IO[str]) -> bool:
    """Take the kernel's lock on a file, which ends with its process."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StateError(
            "WATCHER_DATABASE_URL is not a database address such as sqlite:////path/to/watcher.db"
        ) from error
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        # Not the address itself: passwords may stand in its query, too.
        name = parsed.get_backend_name()
        raise StateError(
            f"WATCHER_DATABASE_URL leads to no archive that Watcher can use ({name}): it needs sqlite:////path/to/watcher.db"
        )
    return parsed


def _make_folder(url: URL) -> None:
    """Make the file's folder, for this user alone: an archive tells what a desk is interested in."""
    folder = Path(url.database or "").parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StateError(f"the folder {folder} can't be made: {error.strerror}") from error


def _prepare(connection: SQLiteConnection, _record: object) -> None:
    """Write through to the disk, hold references, wait for another writer; begin is ours to say (see `_begin`)."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={int(PATIENCE * 1000)}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    switch(connection)


def switch(connection: SQLiteConnection, *, patience: float = PATIENCE) -> None:
    """Turn a file to WAL; where two do that to a new file at once, SQLite fails one instead of letting it wait."""
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except SQLiteError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin(connection: Connection) -> None:
    """Take the write lock at once for a write: upgraded halfway, two writers would fail each other."""
    is_writer = connection.get_execution_options().get("is_writer", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")
