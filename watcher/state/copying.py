"""An archive copied whole to another database, of whichever engine, and compared row by row."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, func, insert, or_, select, tuple_
from sqlalchemy.exc import IntegrityError

from watcher.errors import StateError
from watcher.state.tables import leases, metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Column, Connection, Table

    from watcher.state.database import Database

PAGE = 1000  # rows that are copied in one transaction
_ASKED = 300  # rows looked for in one question
_ANOTHER = (
    "the copy differs from the archive in {}: copy into an empty database, and let no other process write to either "
    "meanwhile"
)


@dataclass(frozen=True, slots=True)
class Copied:
    """A table's rows, and how many of them this copy brought: fewer where an earlier one was interrupted."""

    table: str
    rows: int
    new: int


def copy(
    source: Database, target: Database, tell: Callable[[int, int], None] = lambda _done, _all: None
) -> list[Copied]:
    """
    Copy all tables, page by page, each in one transaction, and compare what arrived.

    Rows that are there already stay, so that an interrupted copy goes on where it ended; `tell` is told how many rows
    of how many are done. Raises StateError where the target ends up with other rows than the source's: it held
    another archive, or the source changed meanwhile.
    """
    tables = [table for table in metadata.sorted_tables if table is not leases]
    total = sum(_count(source, table) for table in tables)
    copied, done = [], 0
    for table in tables:
        new = 0
        for page in _pages(source, table):
            new += _add(target, table, page)
            done += len(page)
            tell(done, total)
        copied.append(Copied(table.name, _count(source, table), new))
    _go_on_counting(target, tables)
    for table in tables:
        if _fingerprint(source, table) != _fingerprint(target, table):
            raise StateError(_ANOTHER.format(table.name))
    return copied


def _count(database: Database, table: Table) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _pages(database: Database, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Give a table's rows by its primary key, in this engine's order."""
    key = list(table.primary_key.columns)
    last: Sequence[Any] | None = None
    while True:
        asked = select(table).order_by(*key).limit(PAGE)
        if last is not None:
            asked = asked.where(tuple_(*key) > tuple_(*last))
        with database.read() as connection:
            rows = [dict(row) for row in connection.execute(asked).mappings()]
        if rows:
            yield rows
        if len(rows) < PAGE:
            return
        last = [rows[-1][column.name] for column in key]


def _add(target: Database, table: Table, page: list[dict[str, Any]]) -> int:
    """Add the rows that the target lacks; give how many."""
    key = list(table.primary_key.columns)
    with target.write() as connection:
        there: set[tuple[Any, ...]] = set()
        for start in range(0, len(page), _ASKED):
            there |= _found(connection, key, page[start : start + _ASKED])
        missing = [row for row in page if tuple(row[column.name] for column in key) not in there]
        if missing:
            try:
                connection.execute(insert(table), missing)
            except IntegrityError as error:
                raise StateError(_ANOTHER.format(table.name)) from error
        return len(missing)


def _found(connection: Connection, key: list[Column[Any]], rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    wanted = or_(*(and_(*(column == row[column.name] for column in key)) for row in rows))
    return {tuple(row) for row in connection.execute(select(*key).where(wanted))}


def _go_on_counting(target: Database, tables: list[Table]) -> None:
    """Have PostgreSQL number new rows after those that came with their numbers; SQLite does by itself."""
    if not target.is_shared:
        return
    with target.write() as connection:
        for table in tables:
            (column, *more) = table.primary_key.columns
            if more or not isinstance(column.type, Integer) or column.foreign_keys:
                continue
            last = connection.execute(select(func.max(column))).scalar()
            if last is not None:
                sequence = func.pg_get_serial_sequence(table.name, column.name)
                connection.execute(select(func.setval(sequence, last)))


def _fingerprint(database: Database, table: Table) -> tuple[int, int]:
    """Give how many rows a table has and a sum of their hashes, which doesn't depend on their order."""
    rows = total = 0
    for page in _pages(database, table):
        for row in page:
            written = json.dumps(row, sort_keys=True, default=_plain).encode()
            total += int.from_bytes(hashlib.blake2b(written, digest_size=16).digest())
            rows += 1
    return rows, total % (1 << 128)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else repr(value)
