"""What is wrong with feeds, rule files, digests and the outbox by now, and how much of it has been told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import delete, insert, select, update

from watcher.state.tables import health

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from watcher.state.database import Database

Kind = Literal["feed", "rules", "digest", "outbox", "archive"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """
    A subject's state: its `problem` since a time, "" while it is well, and the problem that was told last.

    The one that was told stays where it is until the other is told, so that what comes and goes between is never told.
    """

    kind: Kind
    name: str
    problem: str
    since: datetime
    told: str = ""


class Health:
    """The states of all subjects that ever had a problem. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, kind: Kind, problems: Mapping[str, str], now: datetime) -> None:
        """
        Keep what is wrong with each of these subjects by now, "" for nothing; only what changed is written.

        The problem is told once for each wording: leave out what differs from one attempt to the next.
        """
        with self._database.read() as connection:
            known = _known(connection, kind, problems)
        if any(known.get(name, "") != problem for name, problem in problems.items()):
            with self._database.write() as connection:
                note(connection, kind, problems, now)

    def troubles(self, kind: Kind | None = None) -> list[Trouble]:
        """Give what is wrong now, of one kind or all, the oldest first."""
        return self._listed(kind, is_untold=False)

    def untold(self) -> list[Trouble]:
        """Give the subjects that turned bad, worse or well again and were not told of, the oldest first."""
        return self._listed(None, is_untold=True)

    def _listed(self, kind: Kind | None, *, is_untold: bool) -> list[Trouble]:
        which = health.c.problem != (health.c.told if is_untold else "")
        asked = select(health).where(which).order_by(health.c.since, health.c.kind, health.c.name)
        if kind:
            asked = asked.where(health.c.kind == kind)
        with self._database.read() as connection:
            return [Trouble(**row._asdict()) for row in connection.execute(asked)]


def note(connection: Connection, kind: Kind, problems: Mapping[str, str], now: datetime) -> None:
    """Do as `Health.note` does, within the transaction that stores the subjects themselves."""
    known = _known(connection, kind, problems)
    new = [
        {"kind": kind, "name": name, "problem": problem, "since": now, "told": ""}
        for name, problem in problems.items()
        if problem and name not in known
    ]
    if new:
        connection.execute(insert(health), new)
    for name, problem in problems.items():
        if name in known and known[name] != problem:
            place = (health.c.kind == kind, health.c.name == name)
            connection.execute(update(health).where(*place).values(problem=problem, since=now))


def forget(connection: Connection, kind: Kind, names: Sequence[str]) -> None:
    """Drop subjects that are no longer watched: neither well again nor bad."""
    connection.execute(delete(health).where(health.c.kind == kind, health.c.name.in_(names)))


def _known(connection: Connection, kind: Kind, names: Collection[str]) -> dict[str, str]:
    asked = select(health.c.name, health.c.problem).where(health.c.kind == kind, health.c.name.in_(names))
    return {row.name: row.problem for row in connection.execute(asked)}


def tell(connection: Connection, troubles: Iterable[Trouble]) -> None:
    """Keep that these states have been told, within the transaction that plans the message."""
    for trouble in troubles:
        place = (health.c.kind == trouble.kind, health.c.name == trouble.name)
        connection.execute(update(health).where(*place).values(told=trouble.problem))
