"""A planned part on its way: tried, in doubt, put off, posted, held, or cut into smaller ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from watcher.state.health import note
from watcher.state.tables import parts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from watcher.state.database import Database
    from watcher.state.outbox import StoredPart

# Says a payload under another number.
Named = Callable[[Mapping[str, Any], int, int], Mapping[str, Any]]


class Posting:
    """What becomes of parts. Every method is one durable transaction, and none takes back what was sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, part: StoredPart, now: datetime) -> bool:
        """
        Note that a part is about to be posted; False if it is sent, held or tried by another by now: leave it alone.

        Who posts is alone, but may not know yet that the server which vouched for it was started anew.
        """
        is_as_read = parts.c.id == part.id, parts.c.attempts == part.attempts
        asked = update(parts).where(*is_as_read, parts.c.status.in_(("pending", "sending")))
        values = {
            "status": "sending",
            "attempts": parts.c.attempts + 1,
            "reason": "",
            "changed_at": now,
            "due_at": None,
            "doubt_since": func.coalesce(parts.c.doubt_since, now),
        }
        with self._database.write() as connection:
            return connection.execute(asked.values(values)).rowcount == 1

    def sent(self, part: int, ts: str, now: datetime) -> None:
        """Keep the channel's receipt: the part is posted."""
        self._change(part, status="sent", ts=ts, reason="", due_at=None, changed_at=now)

    def hold(self, part: int, reason: str, now: datetime) -> None:
        """Keep a part back, and say why."""
        self._change(part, status="held", reason=reason, due_at=None, changed_at=now)

    def requeue(self, part: StoredPart, reason: str, now: datetime, due_at: datetime | None = None) -> None:
        """
        Let a part be posted again, from `due_at` on, as nothing of this attempt was: `reason` says why.

        `part` is as it was before the attempt: an earlier doubt stays.
        """
        values = {"reason": reason, "changed_at": now, "due_at": due_at, "doubt_since": part.doubt_since}
        self._change(part.id, status="pending", **values)

    def doubt(self, part: int, reason: str, ended: datetime, due_at: datetime | None = None) -> None:
        """Note that an attempt, over since `ended`, may have posted the part; it is looked for from `due_at` on."""
        self._change(part, status="sending", reason=reason, changed_at=ended, due_at=due_at)

    def retry(self, part: StoredPart, now: datetime, *, is_looked_for: bool) -> None:
        """
        Let a kept part be tried at once.

        One that may have been posted is looked for first, unless somebody has looked for it where this can't.
        """
        if part.status == "sending":
            self._change(part.id, due_at=now)
            return
        doubt = part.doubt_since if is_looked_for else None
        self._change(part.id, status="pending", reason="", changed_at=now, due_at=None, doubt_since=doubt)

    def drop(self, part: StoredPart, reason: str, now: datetime) -> None:
        """Give a kept part up for good, with the articles that it links; the health channel hears of it."""
        said = f"{reason} (articles in it: {len(part.articles):,})"
        with self._database.write() as connection:
            _update(connection, part.id, {"status": "dropped", "reason": reason, "due_at": None, "changed_at": now})
            note(connection, "outbox", {f"{part.digest} part {part.part} of {part.of}, {part.key}": said}, now)

    def redirect(self, part: int, destination: str) -> None:
        """Send a part that waits to where its channel leads by now."""
        self._change(part, destination=destination)

    def split(
        self, part: StoredPart, payloads: Sequence[Mapping[str, Any]], reason: str, now: datetime, named: Named
    ) -> None:
        """
        Put smaller messages in the place of one that was refused as it is.

        The first keeps key, number and articles; each other is numbered after the last of all, which `named` writes
        into its payload.
        """
        with self._database.write() as connection:
            row = connection.execute(select(parts).where(parts.c.id == part.id)).one()
            below = _next_rank(connection, row)
            here = row.id if row.rank is None else row.rank
            count = connection.execute(select(func.max(parts.c.part)).where(parts.c.key == part.key)).scalar_one()
            total = count + len(payloads) - 1
            values = {"status": "pending", "reason": reason, "of": total, "due_at": None, "changed_at": now}
            first = dict(named(payloads[0], part.part, total))
            _update(connection, part.id, values | {"payload": first, "doubt_since": part.doubt_since})
            copied = {name: value for name, value in row._asdict().items() if name != "id"} | values
            copied |= {"attempts": 0, "planned_at": now, "doubt_since": None}
            for step, payload in enumerate(payloads[1:], 1):
                number, rank = count + step, here + (below - here) * step / len(payloads)
                place = {"part": number, "rank": rank, "payload": dict(named(payload, number, total))}
                connection.execute(insert(parts).values(copied | place))

    def touched(self, destination: str) -> datetime | None:
        """Give when a place was last posted to, or tried."""
        asked = select(func.max(parts.c.changed_at)).where(parts.c.destination == destination, parts.c.attempts > 0)
        with self._database.read() as connection:
            found: datetime | None = connection.execute(asked).scalar()
            return found

    def receipt(self, destination: str, before: datetime) -> str:
        """Give the last receipt that a place gave by `before`, "" if it gave none."""
        which = (parts.c.destination == destination, parts.c.status == "sent", parts.c.changed_at <= before)
        asked = select(parts.c.ts).where(*which).order_by(parts.c.changed_at.desc()).limit(1)
        with self._database.read() as connection:
            return connection.execute(asked).scalar() or ""

    def _change(self, part: int, **values: object) -> None:
        with self._database.write() as connection:
            _update(connection, part, values)


def _update(connection: Connection, part: int, values: Mapping[str, object]) -> None:
    place = (parts.c.id == part, parts.c.status.not_in(("sent", "dropped")))  # what is posted stays posted
    connection.execute(update(parts).where(*place).values(values))


def _next_rank(connection: Connection, row: Row[Any]) -> float:
    """Give the rank of the part that follows in its digest."""
    here, rank = row.id if row.rank is None else row.rank, func.coalesce(parts.c.rank, parts.c.id)
    which = (parts.c.digest == row.digest, parts.c.status.in_(("pending", "sending")), here < rank)
    found = connection.execute(select(func.min(rank)).where(*which)).scalar()
    return here + 1.0 if found is None else float(found)
