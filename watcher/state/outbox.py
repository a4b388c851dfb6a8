"""What is to be posted, what was, and which digest slots are done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, insert, select, update

from watcher.state.health import tell
from watcher.state.tables import deliveries, digests, parts, slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from watcher.state.database import Database
    from watcher.state.health import Trouble

PartStatus = Literal["pending", "sending", "sent", "held"]
# A slot claimed and left by a process that died is claimed anew after this long; composing takes seconds.
LEASE = timedelta(minutes=2)
CHUNK = 500  # values in one question


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPart:
    """One message to be: `key` and `part` name it for ever, `articles` are the row keys of those it links."""

    key: str
    part: int
    of: int
    channel: str
    destination: str
    payload: Mapping[str, Any]
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart(PlannedPart):
    """A part in the outbox; `ts` is the channel's receipt, `changed_at` when its status last changed."""

    id: int
    digest: str
    slot: datetime
    status: PartStatus
    reason: str
    ts: str
    attempts: int
    changed_at: datetime


class Outbox:
    """The outbox and the slots. Every method is one durable transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(self, ids: Iterable[str], now: datetime) -> None:
        """Note which digests there are: what was announceable from then on is theirs, even if they first run late."""
        with self._database.write() as connection:
            _register(connection, ids, now)

    def plan(
        self,
        digest: str,
        slot: datetime,
        planned: Sequence[PlannedPart],
        now: datetime,
        *,
        told: Iterable[Trouble] = (),
    ) -> bool:
        """
        Put a digest's parts into the outbox and its articles under its name, and finish its slot: all or nothing.

        `told` are the troubles that the parts speak of: they are not spoken of again.

        With no parts it notes that everything announceable was considered and nothing was to be said. False, and
        nothing is planned, if another process planned any of these articles for this digest meanwhile.
        """
        linked = [article for part in planned for article in part.articles]
        with self._database.write() as connection:
            if _is_delivered(connection, digest, linked):
                return False
            _register(connection, [digest], now)
            for part in planned:
                key = _add_part(connection, part, digest=digest, slot=slot, planned_at=now)
                rows = [{"digest": digest, "article": article, "part": key} for article in part.articles]
                if rows:
                    connection.execute(insert(deliveries), rows)
            connection.execute(update(digests).where(digests.c.id == digest).values(considered_at=now))
            _finish(connection, digest, slot, "planned" if planned else "empty", now)
            tell(connection, told)
        return True

    def parts(self, status: PartStatus | None = None, digest: str | None = None) -> list[StoredPart]:
        """Give the parts, in the order they were planned: of one status, of one digest, or all."""
        asked = select(parts).order_by(parts.c.id)
        if status:
            asked = asked.where(parts.c.status == status)
        if digest:
            asked = asked.where(parts.c.digest == digest)
        with self._database.read() as connection:
            return [_stored(connection, row) for row in connection.execute(asked).all()]

    def sending(self, part: int, now: datetime) -> bool:
        """Take a pending part for the one attempt that follows; False if it is no longer pending: leave it alone."""
        asked = update(parts).where(parts.c.id == part, parts.c.status == "pending")
        with self._database.write() as connection:
            taken = connection.execute(
                asked.values(status="sending", attempts=parts.c.attempts + 1, reason="", changed_at=now)
            )
            return taken.rowcount == 1

    def sent(self, part: int, ts: str, now: datetime) -> None:
        """Keep the channel's receipt: the part is posted."""
        self._change(part, now, status="sent", ts=ts, reason="")

    def hold(self, part: int, reason: str, now: datetime) -> None:
        """Keep a part back, and say why."""
        self._change(part, now, status="held", reason=reason)

    def requeue(self, part: int, reason: str, now: datetime) -> None:
        """Let a part be posted again, as nothing of it was: `reason` says why it wasn't."""
        self._change(part, now, status="pending", reason=reason)

    def redirect(self, part: int, destination: str, now: datetime) -> None:
        """Send a part that waits to where its channel leads by now."""
        self._change(part, now, destination=destination)

    def last_slot(self, digest: str) -> datetime | None:
        """Give the latest slot that is finished."""
        asked = select(func.max(slots.c.slot)).where(slots.c.digest == digest, slots.c.finished_at.is_not(None))
        with self._database.read() as connection:
            found: datetime | None = connection.execute(asked).scalar()
            return found

    def claim_slot(self, digest: str, slot: datetime, now: datetime) -> bool:
        """Take a slot; False if it is finished, or claimed by someone who may still be composing."""
        place = (slots.c.digest == digest, slots.c.slot == slot)
        with self._database.write() as connection:
            row = connection.execute(select(slots).where(*place).with_for_update()).one_or_none()
            if row is None:
                values = {"digest": digest, "slot": slot, "claimed_at": now, "outcome": ""}
                connection.execute(insert(slots).values(values))
                return True
            if row.finished_at is not None or row.claimed_at > now - LEASE:
                return False
            connection.execute(update(slots).where(*place).values(claimed_at=now))
            return True

    def _change(self, part: int, now: datetime, **values: str) -> None:
        with self._database.write() as connection:
            place = (parts.c.id == part, parts.c.status != "sent")  # what is posted stays posted
            connection.execute(update(parts).where(*place).values(**values, changed_at=now))


def _is_delivered(connection: Connection, digest: str, linked: Sequence[int]) -> bool:
    for start in range(0, len(linked), CHUNK):
        chunk = linked[start : start + CHUNK]
        asked = select(deliveries.c.article).where(deliveries.c.digest == digest, deliveries.c.article.in_(chunk))
        if connection.execute(asked.limit(1)).first():
            return True
    return False


def _register(connection: Connection, ids: Iterable[str], now: datetime) -> None:
    known = set(connection.execute(select(digests.c.id)).scalars())
    new = [{"id": name, "considered_at": now} for name in dict.fromkeys(ids) if name not in known]
    if new:
        connection.execute(insert(digests), new)


def _add_part(connection: Connection, part: PlannedPart, *, digest: str, slot: datetime, planned_at: datetime) -> int:
    values = {
        "digest": digest,
        "slot": slot,
        "key": part.key,
        "part": part.part,
        "of": part.of,
        "channel": part.channel,
        "destination": part.destination,
        "payload": dict(part.payload),
        "status": "pending",
        "reason": "",
        "ts": "",
        "attempts": 0,
        "planned_at": planned_at,
        "changed_at": planned_at,
    }
    key: int = connection.execute(insert(parts).values(values).returning(parts.c.id)).scalar_one()
    return key


def _finish(connection: Connection, digest: str, slot: datetime, outcome: str, now: datetime) -> None:
    place = (slots.c.digest == digest, slots.c.slot == slot)
    connection.execute(update(slots).where(*place).values(finished_at=now, outcome=outcome))


def _stored(connection: Connection, row: Row[Any]) -> StoredPart:
    linked = select(deliveries.c.article).where(deliveries.c.part == row.id).order_by(deliveries.c.article)
    values = {name: value for name, value in row._asdict().items() if name != "planned_at"}
    return StoredPart(**values, articles=tuple(connection.execute(linked).scalars()))
