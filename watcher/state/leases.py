"""Which hosts a machine of a fleet may ask now: a host has one asker at a time, and a killed one delays it a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, insert, or_, select, update

from watcher.state.bulk import chunks
from watcher.state.feeds import STATE, state_of
from watcher.state.tables import feeds, leases

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from watcher.collect.due import FeedState
    from watcher.state.database import Database

# So long a machine that was killed, or cut off, keeps others from its hosts. A living one renews it long before.
LEASE = timedelta(seconds=60)
LOOKED = 4  # due feeds looked at for each one wanted: those of the next hosts are looked at when these are done


@dataclass(frozen=True, slots=True)
class Want:
    """How much to take: so many hosts, and further ones while they have fewer feeds than that between them."""

    hosts: int
    feeds: int = 0


@dataclass(frozen=True, slots=True)
class Leased:
    """The feeds that may be asked now, by host, and the time by the database's clock, which a fleet goes by."""

    now: datetime
    hosts: Mapping[str, tuple[FeedState, ...]]


class Leases:
    """
    The hosts' rows: who asks a host, and until when nobody else may.

    Times are the database's, as no two machines' clocks agree. Every method is one transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(
        self,
        holder: str,
        want: Want | None,
        pauses: Mapping[str, float],
        *,
        done: Collection[str] = (),
        force: bool = False,
    ) -> Leased:
        """
        Give back the hosts that are `done`, and take others that nobody asks, with all their due feeds.

        The longest due come first; all come where `want` is None, and with `force` also what isn't due. A host rests
        for its pause, in seconds, once it is given back, or its holder's lease has ended because that was killed; it
        has none where `pauses` doesn't say one.
        """
        with self._database.write() as connection:
            now = self._database.now(connection)
            _rest(connection, holder, done, now)
            free = _free(now) if force else [*_free(now), feeds.c.next_due <= now]
            taken = _of(connection, free, _hosts(connection, free, want))
            _lease(connection, holder, list(taken), pauses, now)
            return Leased(now, {host: tuple(states) for host, states in taken.items()})

    def lease(
        self, holder: str, pauses: Mapping[str, float], patience: timedelta = timedelta()
    ) -> tuple[frozenset[str], timedelta]:
        """
        Take those of these hosts, each with its pause in seconds, that nobody asks; say how long they still rest.

        What rests for longer than `patience` is left alone.
        """
        with self._database.write() as connection:
            now = self._database.now(connection)
            rests: dict[str, timedelta] = {}
            for chunk in chunks(sorted(pauses)):
                asked = select(leases).where(leases.c.host.in_(chunk), leases.c.until > now)
                for row in connection.execute(asked):
                    rests[row.host] = timedelta.max if row.holder else row.until - now
            taken = [host for host in pauses if rests.get(host, patience) <= patience]
            _lease(connection, holder, taken, pauses, now)
            return frozenset(taken), max((rests[host] for host in taken if host in rests), default=timedelta())

    def slow(self, holder: str, pauses: Mapping[str, float]) -> None:
        """Lengthen the pauses, in seconds, of a holder's hosts: their sites ask for it."""
        with self._database.write() as connection:
            for host, pause in pauses.items():
                mine = (leases.c.host == host, leases.c.holder == holder, leases.c.pause < pause)
                connection.execute(update(leases).where(*mine).values(pause=pause))

    def renew(self, holder: str) -> int:
        """Keep a holder's hosts for another while; gives how many it still has: fewer than it took if it was late."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            return _extend(connection, _held(holder, now), now + LEASE)

    def release(self, holder: str, done: Collection[str]) -> None:
        """Give these of a holder's hosts back, each to be asked again after its pause."""
        with self._database.write() as connection:
            _rest(connection, holder, done, self._database.now(connection))

    def is_any_free(self) -> bool:
        """Tell whether a feed is due that nobody asks."""
        with self._database.read() as connection:
            now = self._database.now(connection)
            asked = select(feeds.c.id).where(feeds.c.next_due <= now, *_free(now)).limit(1)
            return connection.execute(asked).first() is not None

    def waiting(self) -> int:
        """Count the due feeds, those of hosts that are being asked included."""
        with self._database.read() as connection:
            due = feeds.c.is_active.is_(True), feeds.c.next_due <= self._database.now(connection)
            asked = select(func.count()).select_from(feeds).where(*due)
            return int(connection.execute(asked).scalar_one())


def _free(now: datetime) -> list[ColumnElement[bool]]:
    """Say which feeds nobody asks, and no server asked to leave alone for now."""
    is_taken = exists().where(leases.c.host == feeds.c.host, leases.c.until > now)
    return [feeds.c.is_active.is_(True), or_(feeds.c.retry_at.is_(None), feeds.c.retry_at <= now), ~is_taken]


def _hosts(connection: Connection, free: Sequence[ColumnElement[bool]], want: Want | None) -> list[str]:
    """Give the hosts of free feeds, the longest due first, until there are enough."""
    asked = (
        select(feeds.c.host)
        .where(*free)
        .order_by(feeds.c.next_due)
        .limit(LOOKED * max(want.hosts, want.feeds, 1) if want else None)
    )
    found: dict[str, None] = {}
    for number, host in enumerate(connection.execute(asked).scalars()):
        if want and host not in found and len(found) >= want.hosts and number >= want.feeds:
            break
        found[host] = None
    return list(found)


def _of(
    connection: Connection, free: Sequence[ColumnElement[bool]], hosts: Sequence[str]
) -> dict[str, list[FeedState]]:
    """Give these hosts' free feeds: all of them, so that none needs to be leased twice."""
    taken: dict[str, list[FeedState]] = {}
    for chunk in chunks(hosts):
        asked = select(*STATE, feeds.c.host).where(feeds.c.host.in_(chunk), *free)
        for *state, host in connection.execute(asked):
            taken.setdefault(host, []).append(state_of(state))
    return taken


def _lease(
    connection: Connection, holder: str, hosts: Sequence[str], pauses: Mapping[str, float], now: datetime
) -> None:
    for chunk in chunks(hosts):
        # What was said of them before is over, or they would not have been chosen.
        connection.execute(delete(leases).where(leases.c.host.in_(chunk)))
        rows = [{"host": host, "holder": holder, "pause": pauses.get(host, 0.0), "until": now} for host in chunk]
        connection.execute(insert(leases), rows)
        _extend(connection, [leases.c.host.in_(chunk)], now + LEASE)


def _rest(connection: Connection, holder: str, hosts: Collection[str], now: datetime) -> None:
    for chunk in chunks(sorted(hosts)):
        _extend(connection, [*_held(holder, now), leases.c.host.in_(chunk)], now, holder="")


def _held(holder: str, now: datetime) -> list[ColumnElement[bool]]:
    return [leases.c.holder == holder, leases.c.until > now]


def _extend(connection: Connection, which: Sequence[ColumnElement[bool]], start: datetime, **values: object) -> int:
    """Let leases end as long after a time as their hosts' pauses are; gives how many there were."""
    pauses = connection.execute(select(leases.c.pause).where(*which).distinct()).scalars().all()
    moved = (
        update(leases).where(*which, leases.c.pause == pause).values(until=start + timedelta(seconds=pause), **values)
        for pause in pauses
    )
    return sum(int(connection.execute(each).rowcount) for each in moved)
