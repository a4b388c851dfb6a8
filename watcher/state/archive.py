"""Everything that was ever fetched, matched or not, and what is still to be announced of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, or_, select, tuple_

from watcher.collect.article import Article, canonical
from watcher.state.recording import Brought, Recorded, record
from watcher.state.silences import is_hidden
from watcher.state.tables import articles, deliveries, digests, matches, relations

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from watcher.collect.due import FeedState
    from watcher.decide.match import Finding
    from watcher.state.database import Database

__all__ = ["Archive", "Brought", "Counts", "Recorded", "StoredArticle"]

PAGE = 1000
# A row is stamped before it is committed, and clocks differ: this far back a settled past is looked at again.
LATE = timedelta(hours=1)
_LISTS = ("tags", "categories")
COLUMNS = tuple(column for column in articles.c if column.name not in ("rulebook", "content", "twin", "told"))
_NAMES = tuple(column.name for column in COLUMNS)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article in the archive, as it reads now; `key` names its row, `is_backfill` that it is never announced."""

    article: Article
    first_seen: datetime
    is_backfill: bool
    key: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many articles were first seen in a span, how many of them have a relation, how many met a rule."""

    articles: int
    relevant: int
    matched: int


class Archive:
    """The articles. Every method is one transaction, but `articles`, which reads page by page."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        state: FeedState | None,
        findings: Sequence[Finding],
        *,
        rulebook: str,
        now: datetime,
        is_backfill: bool = False,
    ) -> Recorded:
        """
        Store what a feed brought, as decided under the rulebook of this hash, together with the feed's state.

        The state's validators are thus never kept without the articles they stand for. `state` is None for articles
        that came by no poll. What is new with `is_backfill`, or undated in its feed's first poll, is never announced.
        """
        return self.record_polls([Brought(state, findings, rulebook, is_backfill)], now=now)[0]

    def record_polls(self, brought: Sequence[Brought], *, now: datetime) -> list[Recorded]:
        """
        Store what several feeds brought, each with its state.

        It is one transaction, since making it durable costs more than what one feed brings.
        """
        if not brought:
            return []
        with self._database.write() as connection:
            return record(connection, brought, now)

    def candidates(
        self,
        digest: str,
        *,
        announce_within: timedelta,
        now: datetime,
        beside: Collection[str] = (),
        priorities: Collection[str] = (),
    ) -> list[StoredArticle]:
        """
        Give what a digest may still announce, in the order it was first seen; the caller decides it again.

        That is: no delivery row under this digest or one `beside` it, not hidden by a silence, no backfill, not older
        than `announce_within` when first seen, and either stored as matched (not only in hindsight) or first seen
        inside that window, where a new rule may still find it; with `priorities`, only what is stored as matched by
        a rule of one of these.
        """
        opens = now - announce_within
        names = sorted({digest, *beside})
        is_delivered = exists().where(deliveries.c.digest.in_(names), deliveries.c.article == articles.c.key)
        met = select(matches.c.rule).where(matches.c.article == articles.c.key, matches.c.in_hindsight.is_(False))
        # With a limit PostgreSQL asks article by article; a bare `exists` beside an `or` makes it read all matches.
        is_matched = met.limit(1).scalar_subquery().is_not(None)
        with self._database.read() as connection:
            floor = _floor(connection, digest, announce_within, now)
            asked = (
                select(*COLUMNS)
                .where(articles.c.first_seen >= floor, articles.c.is_backfill.is_(False), ~is_delivered, ~is_hidden())
                .order_by(articles.c.first_seen, articles.c.key)
            )
            if priorities:
                urgent = select(matches.c.article).where(matches.c.priority.in_(sorted(priorities)))
                asked = asked.where(articles.c.key.in_(urgent.where(matches.c.in_hindsight.is_(False))))
            else:
                asked = asked.where(or_(articles.c.first_seen >= opens, is_matched))
            rows = connection.execute(asked)
            return [stored(row) for row in rows if _is_fresh(row, announce_within)]

    def articles(
        self, *, since: datetime | None = None, until: datetime | None = None, ids: Collection[str] | None = None
    ) -> Iterator[StoredArticle]:
        """Give the articles first seen from `since` on and before `until`, or those of these ids, oldest first."""
        last: tuple[datetime, int] | None = None
        while True:
            asked = select(*COLUMNS).where(*within(since, until)).order_by(articles.c.first_seen, articles.c.key)
            if ids is not None:
                asked = asked.where(articles.c.id.in_(sorted(ids)))
            if last is not None:
                asked = asked.where(tuple_(articles.c.first_seen, articles.c.key) > tuple_(*last))
            with self._database.read() as connection:
                page = connection.execute(asked.limit(PAGE)).all()
            yield from map(stored, page)
            if len(page) < PAGE:
                return
            last = (page[-1].first_seen, page[-1].key)

    def find(self, name: str) -> Article | None:
        """Give the article of that id or address, as it reads now; of several the newest."""
        asked = select(*COLUMNS).where(or_(articles.c.id == name, articles.c.url == (canonical(name) or name)))
        with self._database.read() as connection:
            row = connection.execute(asked.order_by(articles.c.key.desc()).limit(1)).first()
        return stored(row).article if row else None

    def counts(self, since: datetime | None = None, until: datetime | None = None) -> Counts:
        """Count what was first seen from `since` on and before `until`."""
        total = select(func.count()).select_from(articles).where(*within(since, until))
        relevant = total.where(exists().where(relations.c.article == articles.c.key))
        matched = total.where(exists().where(matches.c.article == articles.c.key))
        with self._database.read() as connection:
            return Counts(*(int(connection.execute(asked).scalar_one()) for asked in (total, relevant, matched)))


def _floor(connection: Connection, digest: str, window: timedelta, now: datetime) -> datetime:
    """
    Give the first-seen time before which everything is settled for a digest.

    What it last considered, or what there was before it existed, comes no more, so that a new digest floods nobody
    and the cost of one doesn't grow with the archive. The very first digest of an archive has all of it before it.
    """
    known: dict[str, datetime] = {row.id: row.considered_at for row in connection.execute(select(digests))}
    if digest in known:
        return known[digest] - window - LATE
    earliest: datetime | None = None if known else connection.execute(select(func.min(articles.c.first_seen))).scalar()
    return earliest or now - window


def _is_fresh(row: Row[Any], window: timedelta) -> bool:
    return row.published is None or row.published >= row.first_seen - window


def within(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    """Give the conditions for what was first seen from `since` on and before `until`."""
    bounds: list[ColumnElement[bool]] = []
    if since:
        bounds.append(articles.c.first_seen >= since)
    if until:
        bounds.append(articles.c.first_seen < until)
    return bounds


def stored(row: Row[Any]) -> StoredArticle:
    """Read a row of COLUMNS."""
    found = dict(zip(_NAMES, row, strict=False))  # more may follow COLUMNS
    key, first_seen, is_backfill = found.pop("key"), found.pop("first_seen"), found.pop("is_backfill")
    found.update({name: tuple(found[name]) for name in _LISTS})
    return StoredArticle(Article(**found), first_seen, is_backfill, key)
