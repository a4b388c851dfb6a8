"""How often something was said: articles counted by day, partner, good, direction and status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import func, select

from watcher.state.tables import articles, relations

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement

    from watcher.state.database import Database

Facet = Literal["partner", "good", "direction", "status"]
Kind = tuple[str, ...]
FACETS: tuple[Facet, ...] = ("partner", "good", "direction", "status")

# UTC days: every time in the archive is UTC.
_DAY = func.date(articles.c.told)
_TOLD = relations.join(articles, articles.c.key == relations.c.article)


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many articles said something of one kind on one day (UTC); `kind` has a value for each facet asked for."""

    day: date
    kind: Kind
    articles: int


class Trends:
    """
    What the archive's relations add up to. Every method is one transaction.

    An article counts on the day it was published; on the day it was first seen where it bears no date, or a later one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_day(
        self,
        facets: Sequence[Facet] = FACETS,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        only: Mapping[Facet, Collection[str]] | None = None,
    ) -> list[DayCount]:
        """
        Count articles by day and facets from `since` on and before `until`, days and kinds in rising order.

        `only` keeps the relations with one of these values in each facet it names; a facet without values asks
        nothing. An article that says two things of one kind counts once.
        """
        columns = [relations.c[facet] for facet in facets]
        asked = select(_DAY, *columns, func.count(relations.c.article.distinct())).select_from(_TOLD)
        asked = asked.where(*_within(since, until), *said(only or {})).group_by(_DAY, *columns).order_by(_DAY, *columns)
        with self._database.read() as connection:
            return [DayCount(_day(day), tuple(kind), count) for day, *kind, count in connection.execute(asked)]

    def last_days(
        self, kinds: Collection[Kind], facets: Sequence[Facet] = FACETS[:3], *, before: datetime
    ) -> dict[Kind, date]:
        """
        Give the last day before that time on which each of these kinds was told; those never told are left out.

        Each is a question that the index answers with one look, however often the kind was told.
        """
        found: dict[Kind, date] = {}
        with self._database.read() as connection:
            for kind in sorted(set(kinds)):
                same = [relations.c[facet] == value for facet, value in zip(facets, kind, strict=True)]
                asked = select(func.max(relations.c.told)).where(*same, relations.c.told < before)
                told: datetime | None = connection.execute(asked).scalar()
                if told is not None:
                    found[kind] = told.date()
        return found

    def first_day(self) -> date | None:
        """Give the day since when the archive has seen anything: before that, silence means nothing."""
        with self._database.read() as connection:
            found: datetime | None = connection.execute(select(func.min(articles.c.first_seen))).scalar()
        return found.date() if found else None


def _within(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    bounds = []
    if since:
        bounds.append(articles.c.told >= since)
    if until:
        bounds.append(articles.c.told < until)
    return bounds


def said(wanted: Mapping[Facet, Collection[str]]) -> list[ColumnElement[bool]]:
    """Give the conditions for relations that have one of these values in each facet that names any."""
    return [relations.c[facet].in_(sorted(values)) for facet, values in wanted.items() if values]


def _day(found: object) -> date:
    """Read a day, which SQLite gives as text."""
    return date.fromisoformat(str(found))
