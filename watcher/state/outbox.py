"""What is to be posted, what was, and which digest slots are done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, insert, select, update

from watcher.state.health import tell
from watcher.state.silences import hide
from watcher.state.tables import deliveries, digests, parts, slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from watcher.state.database import Database
    from watcher.state.health import Trouble

PartStatus = Literal["pending", "sending", "sent", "held", "dropped"]
# What is kept undelivered.
KEPT: tuple[PartStatus, ...] = ("pending", "sending", "held")
CHUNK = 500  # values in one question


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPart:
    """
    One message to be: `key` and `part` name it for ever, `articles` are the row keys of those it links.

    One that `is_reply` goes into the thread of the first part of its key, or of the part whose id is `reply_to`.
    """

    key: str
    part: int
    of: int
    channel: str
    destination: str
    payload: Mapping[str, Any]
    articles: tuple[int, ...] = ()
    is_reply: bool = False
    reply_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart(PlannedPart):
    """
    A part in the outbox; `ts` is the channel's receipt, `thread` that of the part it replies to.

    It is `changed_at` when its status last changed, put off until `due_at`, and perhaps posted since `doubt_since`.
    """

    id: int
    digest: str
    slot: datetime
    status: PartStatus
    reason: str
    ts: str
    attempts: int
    changed_at: datetime
    due_at: datetime | None
    doubt_since: datetime | None
    thread: str


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
        hidden: Mapping[int, Sequence[int]] | None = None,
    ) -> bool:
        """
        Put a digest's parts into the outbox and its articles under its name, and finish its slot: all or nothing.

        `told` are the troubles that the parts speak of: they are not spoken of again. `hidden` are the articles (by
        key) that each silence (by number) hides: they are never announced.

        With no parts it notes that everything announceable was considered and nothing was to be said. False, and
        nothing is planned, if another process planned any of these articles for this digest meanwhile.
        """
        linked = [article for part in planned for article in part.articles]
        with self._database.write() as connection:
            if _is_delivered(connection, digest, linked):
                return False
            _register(connection, [digest], now)
            heads: dict[str, int] = {}
            for part in planned:
                thread = heads.get(part.key) if part.is_reply else part.reply_to
                key = _add_part(connection, part, digest=digest, slot=slot, planned_at=now, reply_to=thread)
                heads.setdefault(part.key, key)
                rows = [{"digest": digest, "article": article, "part": key} for article in part.articles]
                if rows:
                    connection.execute(insert(deliveries), rows)
            connection.execute(update(digests).where(digests.c.id == digest).values(considered_at=now))
            _finish(connection, digest, slot, "planned" if planned else "empty", now)
            tell(connection, told)
            hide(connection, hidden or {}, now)
        return True

    def parts(self, *statuses: PartStatus, digest: str | None = None) -> list[StoredPart]:
        """Give the parts, in the order they are posted: of these statuses, of one digest, or all."""
        asked = select(parts)
        if statuses:
            asked = asked.where(parts.c.status.in_(statuses))
        if digest:
            asked = asked.where(parts.c.digest == digest)
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
            # What was cut off a part comes after it.
            rows = sorted(rows, key=lambda row: (row.id if row.rank is None else row.rank, row.id))
            return [_stored(connection, row) for row in rows]

    def counts(self) -> dict[str, int]:
        """Count the parts by status."""
        asked = select(parts.c.status, func.count()).group_by(parts.c.status)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(asked)}

    def head(self, digest: str, destination: str) -> StoredPart | None:
        """Give the newest message of a digest in a place that is no reply, unless it is held or was dropped."""
        is_on_its_way = parts.c.status.not_in(("held", "dropped"))
        which = (parts.c.digest == digest, parts.c.destination == destination, is_on_its_way)
        asked = select(parts).where(*which, parts.c.reply_to.is_(None), parts.c.part == 1)
        with self._database.read() as connection:
            row = connection.execute(asked.order_by(parts.c.id.desc()).limit(1)).first()
            return _stored(connection, row) if row else None

    def told(self, digests: Sequence[str], since: datetime | None) -> int:
        """Count the articles that these digests or alerts planned from `since` on, or ever."""
        asked = select(func.count()).select_from(deliveries).join(parts, parts.c.id == deliveries.c.part)
        asked = asked.where(deliveries.c.digest.in_(digests))
        if since is not None:
            asked = asked.where(parts.c.slot >= since)
        with self._database.read() as connection:
            return int(connection.execute(asked).scalar_one())

    def considered(self, digest: str, now: datetime) -> datetime:
        """Give when a digest last looked at what there is, or since when it is known: `now` for an unknown one."""
        with self._database.read() as connection:
            found = connection.execute(select(digests.c.considered_at).where(digests.c.id == digest)).scalar()
            return found or now

    def last_slot(self, digest: str) -> datetime | None:
        """Give the latest slot that is finished."""
        asked = select(func.max(slots.c.slot)).where(slots.c.digest == digest, slots.c.finished_at.is_not(None))
        with self._database.read() as connection:
            found: datetime | None = connection.execute(asked).scalar()
            return found

    def claim_slot(self, digest: str, slot: datetime, now: datetime) -> bool:
        """Take a slot; False if it is finished. One that was left unfinished, by a process that died, is taken anew."""
        place = (slots.c.digest == digest, slots.c.slot == slot)
        with self._database.write() as connection:
            row = connection.execute(select(slots).where(*place).with_for_update()).one_or_none()
            if row is None:
                values = {"digest": digest, "slot": slot, "claimed_at": now, "outcome": ""}
                connection.execute(insert(slots).values(values))
                return True
            return row.finished_at is None


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


def _add_part(connection: Connection, part: PlannedPart, **more: object) -> int:
    values = {
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
        "changed_at": more["planned_at"],
        **more,
    }
    key: int = connection.execute(insert(parts).values(values).returning(parts.c.id)).scalar_one()
    return key


def _finish(connection: Connection, digest: str, slot: datetime, outcome: str, now: datetime) -> None:
    place = (slots.c.digest == digest, slots.c.slot == slot)
    connection.execute(update(slots).where(*place).values(finished_at=now, outcome=outcome))


def _stored(connection: Connection, row: Row[Any]) -> StoredPart:
    linked = select(deliveries.c.article).where(deliveries.c.part == row.id).order_by(deliveries.c.article)
    head = select(parts.c.ts).where(parts.c.id == row.reply_to, parts.c.destination == row.destination)
    values = {name: value for name, value in row._asdict().items() if name not in ("planned_at", "rank")}
    thread = connection.execute(head).scalar() or "" if row.reply_to else ""
    return StoredPart(**values, articles=tuple(connection.execute(linked).scalars()), thread=thread)
