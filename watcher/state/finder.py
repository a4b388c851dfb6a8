"""Which stored articles answer a search, as far as their rows can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, or_, select, tuple_

from watcher.state.archive import within
from watcher.state.bulk import chunks
from watcher.state.past import DECIDED, SLICE, complete
from watcher.state.tables import articles, matches, relations
from watcher.state.trend import said

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from watcher.state.database import Database
    from watcher.state.past import Decided
    from watcher.state.trend import Facet

FIRST_PAGE = 100  # articles; the first answer is to come soon


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """
    What can be asked of articles by what is stored of them; what is empty asks nothing.

    `relations` has groups of facets with their values: each group is to hold of one relation.
    """

    since: datetime | None = None
    until: datetime | None = None
    languages: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    relations: tuple[Mapping[Facet, Collection[str]], ...] = ()


class Finder:
    """Finds articles with what was decided of them. Every method is one transaction; `newest` takes one a page."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, narrowing: Narrowing, keys: Sequence[int] | None, limit: int) -> list[int] | None:
        """
        Give the articles of `keys` that are asked for, the last told first; None where they are more than `limit`.

        Without keys, those that have what is asked of relations or rules; None, too, where nothing is.
        """
        found: list[tuple[datetime, int]] = []
        with self._database.read() as connection:
            if keys is None:
                keys = _related(connection, narrowing, limit + 1)
            if keys is None or len(keys) > limit:
                return None
            for chunk in chunks(keys):
                asked = select(articles.c.told, articles.c.key).where(articles.c.key.in_(chunk), *_narrowed(narrowing))
                found += [(told, key) for told, key in connection.execute(asked)]
        return [key for _, key in sorted(found, reverse=True)]

    def named(self, keys: Sequence[int], narrowing: Narrowing) -> list[Decided]:
        """Give those of these articles that are asked for, in the order of the keys."""
        with self._database.read() as connection:
            found: dict[int, Decided] = {}
            for chunk in chunks(keys):
                asked = DECIDED.where(articles.c.key.in_(chunk), *_narrowed(narrowing))
                found.update((each.key, each) for each in complete(connection, connection.execute(asked)))
        return [found[key] for key in keys if key in found]

    def newest(self, narrowing: Narrowing) -> Iterator[Decided]:
        """Give the articles that are asked for, the last told first, page by page."""
        place = (articles.c.told, articles.c.key)
        size, last = FIRST_PAGE, None
        while True:
            asked = DECIDED.add_columns(articles.c.told).where(*_narrowed(narrowing))
            if last is not None:
                asked = asked.where(tuple_(*place) < tuple_(*last))
            with self._database.read() as connection:
                rows = connection.execute(asked.order_by(*(column.desc() for column in place)).limit(size)).all()
                found = complete(connection, rows)
            yield from found
            if len(rows) < size:
                return
            size, last = SLICE, (rows[-1].told, rows[-1].key)


def _narrowed(narrowing: Narrowing) -> list[ColumnElement[bool]]:
    """Give the conditions on an article's row."""
    asked = within(narrowing.since, narrowing.until)
    if narrowing.languages:
        folded = func.lower(articles.c.language)
        spoken = (or_(folded == each, folded.startswith(f"{each}-", autoescape=True)) for each in narrowing.languages)
        asked.append(or_(*spoken))
    if narrowing.rules:
        asked.append(exists().where(matches.c.article == articles.c.key, matches.c.rule.in_(sorted(narrowing.rules))))
    asked += [exists().where(relations.c.article == articles.c.key, *said(facets)) for facets in narrowing.relations]
    return asked


def _related(connection: Connection, narrowing: Narrowing, limit: int) -> list[int] | None:
    """Give articles that have the first thing that is asked of relations or rules; None where nothing is."""
    if narrowing.relations:
        asked = select(relations.c.article).where(*said(narrowing.relations[0]))
    elif narrowing.rules:
        asked = select(matches.c.article).where(matches.c.rule.in_(sorted(narrowing.rules)))
    else:
        return None
    return list(connection.execute(asked.distinct().limit(limit)).scalars())
