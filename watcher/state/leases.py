"""Which hosts a machine of a fleet may ask now: a host has one asker at a time, and a killed one delays it a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import delete, func, insert, select, update

from watcher.state.tables import feeds, leases

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection

    from watcher.state.database import Database

# So long a machine that was killed, or cut off, keeps others from its hosts. A living one renews it long before.
LEASE = timedelta(seconds=60)
MOST = 100_000  # due feeds looked at in one go


@dataclass(frozen=True, slots=True)
class Leased:
    """The feeds that may be asked now, and the time by the database's clock, which a fleet goes by."""

    feeds: frozenset[str]
    now: datetime


class Leases:
    """
    The hosts' rows: who asks a host, and until when nobody else may.

    Times are the database's, as no two machines' clocks agree. Every method is one transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, holder: str, limit: int, *, force: bool = False) -> Leased:
        """
        Take hosts that nobody asks until they have about `limit` due feeds between them, the longest due first.

        `force` takes feeds that aren't due, too.
        """
        with self._database.write() as connection:
            now = self._now(connection)
            taken = {row.host for row in connection.execute(select(leases.c.host).where(leases.c.until > now))}
            chosen = _choose(connection, None if force else now, taken, limit)
            hosts = sorted(set(chosen.values()))
            _drop(connection, hosts)
            if hosts:
                rows = [{"host": host, "holder": holder, "until": now + LEASE} for host in hosts]
                connection.execute(insert(leases), rows)
            return Leased(frozenset(chosen), now)

    def renew(self, holder: str) -> int:
        """Keep a holder's hosts for another while; gives how many it still has: fewer than it took if it was late."""
        with self._database.write() as connection:
            now = self._now(connection)
            mine = update(leases).where(leases.c.holder == holder, leases.c.until > now)
            return int(connection.execute(mine.values(until=now + LEASE)).rowcount)

    def release(self, holder: str, pauses: Mapping[str, float]) -> None:
        """Give a holder's hosts back, each to be asked again after its pause in seconds; at once where none is said."""
        with self._database.write() as connection:
            now = self._now(connection)
            mine = select(leases.c.host).where(leases.c.holder == holder, leases.c.until > now)
            for host in list(connection.execute(mine).scalars()):
                pause = timedelta(seconds=pauses.get(host, 0.0))
                connection.execute(update(leases).where(leases.c.host == host).values(holder="", until=now + pause))

    def waiting(self) -> int:
        """Count the due feeds, those of hosts that are being asked included."""
        with self._database.read() as connection:
            due = feeds.c.is_active.is_(True), feeds.c.next_due <= self._now(connection)
            return int(connection.execute(select(func.count()).select_from(feeds).where(*due)).scalar_one())

    def _now(self, connection: Connection) -> datetime:
        if not self._database.is_shared:
            return datetime.now(UTC)
        found: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return found.astimezone(UTC)


def host_of(url: str) -> str:
    """Give the host of a feed's address as feeds.yaml has it, in lower case."""
    return (urlsplit(url).hostname or "").lower()


def _choose(connection: Connection, now: datetime | None, taken: Collection[str], limit: int) -> dict[str, str]:
    """Give due feeds of free hosts with their hosts: all of a host's, so that it needn't be leased twice."""
    chosen: dict[str, str] = {}
    hosts: set[str] = set()
    asked = select(feeds.c.id, feeds.c.url).where(feeds.c.is_active.is_(True))
    due = asked if now is None else asked.where(feeds.c.next_due <= now)
    rows = connection.execute(due.order_by(feeds.c.next_due).limit(MOST))
    for row in rows:
        host = host_of(row.url)
        if host in taken or (host not in hosts and len(chosen) >= limit):
            continue
        hosts.add(host)
        chosen[row.id] = host
    return chosen


def _drop(connection: Connection, hosts: list[str]) -> None:
    """Forget what was said of hosts before: it is over, or they would not have been chosen."""
    for start in range(0, len(hosts), 500):
        connection.execute(delete(leases).where(leases.c.host.in_(hosts[start : start + 500])))
