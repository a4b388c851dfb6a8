"""
Many rows, and questions about many values, each in one statement.

SQLAlchemy makes every value of every row ready by itself, and writes every question anew, which takes longer than
storing and finding them: here a column's values are made ready together.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy import Column, Connection, Dialect, Row, Table

T = TypeVar("T")
CHUNK = 500  # rows, or values in one question: SQLite takes 32,766 values


def add(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, object]], *returning: Column[Any]
) -> list[Row[Any]]:
    """Add rows that name the same columns; give these columns of each, in any order: texts and numbers."""
    quote = connection.dialect.identifier_preparer.quote
    found: list[Row[Any]] = []
    for chunk in chunks(rows):
        columns = [table.c[name] for name in chunk[0]]
        ready = (_ready(column, [row[column.name] for row in chunk], connection.dialect) for column in columns)
        names = ", ".join(quote(column.name) for column in columns)
        marks = ", ".join([f"({_marks(connection.dialect, len(columns))})"] * len(chunk))
        back = f" RETURNING {', '.join(quote(column.name) for column in returning)}" if returning else ""
        made = connection.exec_driver_sql(
            f"INSERT INTO {quote(table.name)} ({names}) VALUES {marks}{back}",  # noqa: S608  names of our own
            tuple(chain.from_iterable(zip(*ready, strict=True))),
        )
        found += made if returning else ()
    return found


def change(connection: Connection, key: Column[Any], rows: Sequence[Mapping[str, object]]) -> None:
    """Change rows that name the same columns, each the one that has its value in the column `key`."""
    if not rows:
        return
    quote, table = connection.dialect.identifier_preparer.quote, key.table
    columns = [*(table.c[name] for name in rows[0] if name != key.name), key]
    ready = (_ready(column, [row[column.name] for row in rows], connection.dialect) for column in columns)
    *set_, found = (f"{quote(column.name)} = {_marks(connection.dialect, 1)}" for column in columns)
    connection.exec_driver_sql(
        f"UPDATE {quote(table.name)} SET {', '.join(set_)} WHERE {found}",  # noqa: S608  names of our own
        list(zip(*ready, strict=True)),
    )


def which(
    connection: Connection, wanted: Sequence[Column[Any]], column: Column[Any], values: Collection[Any]
) -> Iterator[Row[Any]]:
    """Give columns of the rows that have one of these values in another column of theirs: texts and numbers."""
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(each.name) for each in wanted)
    asked = f"SELECT {names} FROM {quote(column.table.name)} WHERE {quote(column.name)}"  # noqa: S608  names of our own
    for chunk in chunks(sorted(values)):
        marks = _marks(connection.dialect, len(chunk))
        yield from connection.exec_driver_sql(f"{asked} IN ({marks})", tuple(chunk))


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Give the values in runs that one question can hold."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _marks(dialect: Dialect, count: int) -> str:
    return ", ".join(["?" if dialect.paramstyle == "qmark" else "%s"] * count)


def _ready(column: Column[Any], values: list[object], dialect: Dialect) -> list[object]:
    """Turn a column's values into what the driver stores; most columns say much the same in all rows."""
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    if values.count(values[0]) == len(values):
        return [process(values[0])] * len(values)
    return list(map(process, values))
