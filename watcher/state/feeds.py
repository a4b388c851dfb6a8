"""What is remembered of each feed between polls."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from watcher.collect.due import FeedState
from watcher.collect.feeds import host_of
from watcher.collect.health import verdict
from watcher.state import tables
from watcher.state.bulk import add, change
from watcher.state.health import forget, note
from watcher.state.tables import health

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from watcher.collect.feeds import Feed
    from watcher.state.database import Database

_NAMES = tuple(field.name for field in fields(FeedState))
STATE = tuple(tables.feeds.c[name] for name in _NAMES)
# With an address goes what was learnt of it: a feed that is given another one meanwhile is begun anew.
_WHOSE = ("id", "url")
# What a feed that moved to another address in feeds.yaml keeps: how many articles it ever brought.
_FORGOTTEN = tuple(name for name in _NAMES if name not in ("id", "url", "articles", "next_due"))


# What feeds.yaml says of a feed and readers of a digest want to know.
_DESCRIBED = ("name", "language", "country")


@dataclass(frozen=True, slots=True)
class Asked:
    """A feed that was asked: how it is described, since when, and why it can't be read, "" where it answers."""

    id: str
    name: str
    language: str
    country: str
    first_polled: datetime | None
    reason: str


class FeedStates:
    """The feeds' rows. A feed that leaves feeds.yaml keeps its row, so that its return floods nobody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sync(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Bring the rows in line with feeds.yaml: new feeds are due at once, a changed address is a new feed."""
        with self._database.write() as connection:
            asked = select(*(tables.feeds.c[name] for name in ("id", "url", "is_active", *_DESCRIBED)))
            known = {row.id: row for row in connection.execute(asked)}
            listed = {feed.id: feed for feed in feeds}
            unknown = [feed for feed in feeds if feed.id not in known]
            new = [{**_afresh(feed, now), "is_active": feed.enabled, "articles": 0} for feed in unknown]
            moved = [row.id for row in known.values() if row.id in listed and listed[row.id].url != row.url]
            add(connection, tables.feeds, new)
            change(connection, tables.feeds.c.id, [_afresh(listed[name], now) for name in moved])
            active = {feed.id for feed in feeds if feed.enabled}
            turned = [row.id for row in known.values() if row.is_active != (row.id in active)]
            change(connection, tables.feeds.c.id, [{"id": name, "is_active": name in active} for name in turned])
            described = {feed.id: {name: getattr(feed, name) for name in _DESCRIBED} for feed in feeds}
            before = {name: {each: getattr(row, each) for each in _DESCRIBED} for name, row in known.items()}
            changed = [{"id": name, **says} for name, says in described.items() if before.get(name) != says]
            change(connection, tables.feeds.c.id, changed)
            forget(connection, "feed", [name for name in turned if name not in active])

    def states(self) -> dict[str, FeedState]:
        """Give what is known of every feed that feeds.yaml has ever listed, by id."""
        with self._database.read() as connection:
            rows = connection.execute(select(*STATE).order_by(tables.feeds.c.id))
            return {row.id: state_of(row) for row in rows}

    def active(self) -> list[FeedState]:
        """Give what is known of the feeds that feeds.yaml listed and enabled at the last poll, by id."""
        asked = select(*STATE).where(tables.feeds.c.is_active.is_(True)).order_by(tables.feeds.c.id)
        with self._database.read() as connection:
            return [state_of(row) for row in connection.execute(asked)]

    def asked(self) -> list[Asked]:
        """Give the enabled feeds that were ever asked, by id."""
        table = tables.feeds.c
        columns = [table[name] for name in ("id", *_DESCRIBED, "first_polled", "reason", "failures")]
        asked = select(*columns).where(table.is_active.is_(True), table.last_attempt.is_not(None)).order_by(table.id)
        with self._database.read() as connection:
            return [
                Asked(row.id, row.name, row.language, row.country, row.first_polled, row.reason if row.failures else "")
                for row in connection.execute(asked)
            ]

    def due(self, now: datetime) -> list[FeedState]:
        """Give the enabled feeds whose time has come, the longest overdue first."""
        table = tables.feeds.c
        asked = select(*STATE).where(table.is_active.is_(True), table.next_due <= now).order_by(table.next_due)
        with self._database.read() as connection:
            return [state_of(row) for row in connection.execute(asked)]

    def save(self, states: Iterable[FeedState], before: Mapping[str, FeedState] | None = None) -> None:
        """
        Keep the outcome of attempts that brought no article; those that did go through `Archive.record`.

        What a feed's state `before` says already isn't written again.
        """
        with self._database.write() as connection:
            write_states(connection, list(states), before or {})


def state_of(row: Iterable[Any]) -> FeedState:
    """Read a row of STATE."""
    return FeedState(**dict(zip(_NAMES, row, strict=True)))


def write_states(
    connection: Connection, states: Sequence[FeedState], before: Mapping[str, FeedState] | None = None
) -> None:
    """Keep feeds' states, and what is wrong with them by now, within a transaction that may store articles, too."""
    rows: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for state in states:
        row = _row(state, (before or {}).get(state.id))
        rows.setdefault(tuple(row), []).append(row)
    for alike in rows.values():
        change(connection, tables.feeds.c.id, alike)
    names = [state.id for state in states]
    asked = select(health.c.name, health.c.problem).where(health.c.kind == "feed", health.c.name.in_(names))
    known = {row.name: row.problem for row in connection.execute(asked)}
    noted: dict[datetime, dict[str, str]] = {}
    for state in states:
        now = state.last_attempt or datetime.min.replace(tzinfo=UTC)
        found = verdict(state, now)
        if found is None and (state.reason or state.id not in known):
            continue  # well as ever, or one bad answer, which says nothing yet
        problem = f"{found.word}: {found.sentence}" if found else ""
        # The first wording stays as long as the trouble is of one kind: its details may differ from try to try.
        if problem.partition(":")[0] != known.get(state.id, "").partition(":")[0]:
            noted.setdefault(now, {})[state.id] = problem
    for now, problems in noted.items():
        note(connection, "feed", problems, now)


def _row(state: FeedState, before: FeedState | None) -> dict[str, object]:
    """Give what a state changes, by column, and whose it is; dataclasses.asdict would copy every value, deeply."""
    names = [
        name for name in _NAMES if before is None or name in _WHOSE or getattr(state, name) != getattr(before, name)
    ]
    return {name: getattr(state, name) for name in names}


def _afresh(feed: Feed, now: datetime) -> dict[str, object]:
    """Give the row of an address that was never asked, without the count of articles."""
    blank = asdict(FeedState(id=feed.id, url=feed.url))
    place = {"url": feed.url, "host": host_of(feed.url)}
    return {"id": feed.id, **place, "next_due": now, **{name: blank[name] for name in _FORGOTTEN}}
