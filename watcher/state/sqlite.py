"""SQLite beneath the archive: one file, write-ahead log, written through to the disk, one writer."""

from __future__ import annotations

import fcntl
import time
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import OperationalError as SQLiteError
from typing import IO, TYPE_CHECKING

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from watcher.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from sqlite3 import Connection as SQLiteConnection

    from sqlalchemy import URL, Connection

PATIENCE = 30.0  # seconds that one writer waits for another


class SQLite:
    """A database file. Raises StateError where its folder can't be made."""

    def __init__(self, url: URL) -> None:
        self.name = url.database or ""
        _make_folder(Path(self.name).parent)
        self.engine = create_engine(url)
        event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", _begin)

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Open a write in which tables may be rebuilt: SQLite would cascade a dropped table's references."""
        with self.engine.execution_options(is_writer=True).connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()
            connection.invalidate()

    @contextmanager
    def lock(self, purpose: str) -> Iterator[Callable[[], bool]]:
        """Give what tries to take the kernel's lock on a file beside the archive, which ends with its process."""
        path = Path(f"{self.name}.{purpose}")
        try:
            file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise StateError(f"{path} can't be written: {error.strerror}") from error
        with file:
            yield lambda: _take(file)

    def vacuum(self) -> None:
        """Give the disk back what removed rows leave free; others wait meanwhile."""
        self._run("VACUUM")

    def copy(self, target: Path) -> None:
        """Write the archive as it is at this moment into a new file, while others read and write it."""
        self._run("VACUUM INTO ?", str(target))

    def _run(self, statement: str, *values: str) -> None:
        """Run what stands in no transaction."""
        with closing(self.engine.raw_connection()) as connection:
            try:
                connection.cursor().execute(statement, values)
            except SQLiteError as error:
                raise StateError(f"the archive {self.name} can't be rewritten: {error}") from error

    def examine(self, connection: Connection) -> tuple[str, str]:
        """Say what engine this is, and what is wrong with the file, "" for nothing."""
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        # https://sqlite.org/wal.html: several connections that restart the log at one moment; mended in 3.51.3.
        is_old = tuple(int(part) for part in version.split(".")) < (3, 51, 3)
        remark = "; from 3.51.3 on a rare damage by several writers is mended" if is_old else ""
        return f"SQLite {version}{remark}", "" if found == "ok" else str(found)

    def is_outside(self, error: DBAPIError) -> bool:
        """Tell what the machine or the user is to blame for from a mistake of ours."""
        return isinstance(error, OperationalError) or "not a database" in str(error.orig)


def _take(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_folder(folder: Path) -> None:
    """Make the file's folder, for this user alone: an archive tells what a desk is interested in."""
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
