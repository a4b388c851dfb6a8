"""
Outbox → channel → receipt: each part in order, exactly once where the channel can be read back.

A part is durable as `sending` before the call and `sent` with its receipt after it. What a call, or a run that ended,
left as `sending` may stand in the channel: it is looked for there, and posted again only if it isn't found after the
settle window. Whoever sends is alone in it (`Database.alone`), so that what is `sending` is nobody's any more.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from watcher.deliver.channel import Doubt
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.deliver.channel import Channel, Fanout, Receipt
    from watcher.state.outbox import StoredPart
    from watcher.state.store import Store

# How often a part is tried at one go, and the pauses between that double from try to try.
TRIES = 4
PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)
SETTLE = timedelta(seconds=90)
# By hand a pause of this length is waited out.
PATIENCE = timedelta(seconds=60)
UNHEARD = "it was being posted when the program ended"
UNREAD = "; it can't be looked for: "
UNREADABLE = "the message may have been posted, and this channel can't be read back: look there"


@dataclass(frozen=True, slots=True)
class Terms:
    """
    How parts are sent.

    One whose fate is unknown, and that isn't found, is sent again after `settle`; where the channel can't be read back
    `on_doubt` decides. What takes longer than `patience` is put off; with None, a doubt is waited out.
    """

    settle: timedelta = SETTLE
    patience: timedelta | None = None
    on_doubt: Literal["resend", "hold"] = "resend"

    @property
    def longest(self) -> timedelta:
        """The longest wait for one thing."""
        return max(PATIENCE, self.settle + PAUSE) if self.patience is None else self.patience


@dataclass(frozen=True, slots=True)
class Posted:
    """What a delivery came to: parts sent now, and all of this digest's that wait or are held, with their reasons."""

    digest: str
    sent: tuple[StoredPart, ...] = ()
    waiting: tuple[StoredPart, ...] = ()
    held: tuple[StoredPart, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is kept undelivered."""
        return not self.waiting and not self.held

    @property
    def articles(self) -> int:
        """How many articles the parts sent now link."""
        return sum(len(part.articles) for part in self.sent)


class Sender:
    """Brings a digest's parts out of the outbox into their channels."""

    def __init__(
        self,
        store: Store,
        fanout: Fanout,
        digest: str,
        now: datetime,
        terms: Terms | None = None,
        refused: set[str] | None = None,
    ) -> None:
        """
        Take over a digest. `refused` names the channels whose token was refused: all their senders share it.

        Raises SettingError while a channel lacks something.
        """
        fanout.ready()
        self._store = store
        self._fanout = fanout
        self._digest = digest
        self._terms = terms or Terms()
        self._refused = refused if refused is not None else set()
        self._started = (now, time.monotonic())
        self._blocked: set[str] = set()
        self._tries: Counter[int] = Counter()
        self._sent: list[StoredPart] = []

    @property
    def now(self) -> datetime:
        """The time by now: posting takes a second a part."""
        now, began = self._started
        return now + timedelta(seconds=time.monotonic() - began)

    def send(self) -> None:
        """Send all parts in order; one that can't be sent now stops those behind it on their way to the same place."""
        while (part := self._next()) is not None and not self._fanout.wait(0):
            if not self._deliver(part):
                self._blocked.add(part.destination)

    def result(self) -> Posted:
        """Say what was sent and what is kept."""
        outbox = self._store.outbox
        return Posted(
            digest=self._digest,
            sent=tuple(self._sent),
            waiting=tuple(outbox.parts("pending", "sending", digest=self._digest)),
            held=tuple(outbox.parts("held", digest=self._digest)),
        )

    def _next(self) -> StoredPart | None:
        parts = self._store.outbox.parts("pending", "sending", digest=self._digest)
        return next((part for part in parts if part.destination not in self._blocked), None)

    def _deliver(self, part: StoredPart) -> bool:
        """Bring a part one step on: settle its doubt or post it; False if it has to wait."""
        channel = self._fanout.at(part.destination)
        if channel is None:
            reason = f"the channel {part.channel} no longer leads to {part.destination}"
            self._store.posting.requeue(part, reason, self.now)
            return False
        if channel.name in self._refused or (part.due_at and not self._wait(part.due_at)):
            return False
        if part.doubt_since is not None:
            is_settled = self._settle(part, channel)
            if is_settled is not None:
                return is_settled
        return self._post(part, channel)

    def _settle(self, part: StoredPart, channel: Channel) -> bool | None:
        """Look for a part that may have been posted; None if it may be posted now, else as `_deliver`."""
        posting = self._store.posting
        if not channel.is_readable:
            if self._terms.on_doubt == "resend":
                return None
            posting.hold(part.id, UNREADABLE, self.now)
            return True
        try:
            receipt = channel.find(self._doubt(part))
        except DeliveryError as error:
            return self._unread(part, channel, error)
        if receipt is not None:
            return self._arrived(part, receipt)
        over = part.changed_at + self._terms.settle
        if part.status == "pending" or max(self.now, part.due_at or self.now) >= over:
            return None
        posting.doubt(part.id, part.reason or UNHEARD, part.changed_at, over)
        return True

    def _doubt(self, part: StoredPart) -> Doubt:
        since = part.doubt_since or part.changed_at
        return Doubt(
            destination=part.destination,
            payload=part.payload,
            since=since,
            after=self._store.posting.receipt(part.destination, since),
            thread=part.thread,
        )

    def _unread(self, part: StoredPart, channel: Channel, error: DeliveryError) -> bool:
        """Keep a part in doubt that could not be looked for, and look again if that may help soon."""
        reason = f"{part.reason.partition(UNREAD)[0] or UNHEARD}{UNREAD}{error}"
        is_mendable = error.fate in ("destination", "token")
        due = None if is_mendable else self._again(error, part)
        if part.status == "sending":
            self._store.posting.doubt(part.id, reason, part.changed_at, due)
        else:
            self._store.posting.requeue(part, reason, self.now, due)
        return self._go_on(part, channel, error)

    def _post(self, part: StoredPart, channel: Channel) -> bool:
        """Make one attempt, at the pace of the place; as `_deliver`."""
        posting, destination = self._store.posting, channel.address(part.destination)
        touched = posting.touched(destination) if channel.pause else None
        if touched and not self._wait(touched + timedelta(seconds=channel.pause)):
            return False
        if destination != part.destination:
            posting.redirect(part.id, destination)
            part = replace(part, destination=destination, thread="")
        if not posting.begin(part, self.now):
            return True
        try:
            receipt = channel.post(destination, part.payload, part.thread)
        except DeliveryError as error:
            return self._failed(part, channel, error)
        return self._arrived(part, receipt)

    def _arrived(self, part: StoredPart, receipt: Receipt) -> bool:
        self._store.posting.sent(part.id, receipt.ts, self.now)
        self._sent.append(part)
        return True

    def _failed(self, part: StoredPart, channel: Channel, error: DeliveryError) -> bool:
        """Keep what an attempt came to; as `_deliver`."""
        posting, reason = self._store.posting, str(error)
        if error.fate == "payload":
            smaller = channel.halve(part.payload)
            if smaller:
                posting.split(part, smaller, reason, self.now, channel.named)
            else:
                posting.hold(part.id, reason, self.now)
            return True
        if error.fate == "ambiguous":
            # Where it can be looked for, at once; else it is posted again, or held, after a pause.
            posting.doubt(part.id, reason, self.now, self.now if channel.is_readable else self._again(error, part))
        else:
            posting.requeue(part, reason, self.now, self._again(error, part) if error.fate == "retry" else None)
        return self._go_on(part, channel, error)

    def _go_on(self, part: StoredPart, channel: Channel, error: DeliveryError) -> bool:
        """Whether trying on makes sense after a failure."""
        if error.fate == "token":
            self._refused.add(channel.name)
        self._tries[part.id] += 1
        return error.fate in ("retry", "ambiguous") and self._tries[part.id] < TRIES

    def _again(self, error: DeliveryError, part: StoredPart) -> datetime:
        """Say when the next attempt makes sense."""
        if error.retry_after is not None:
            return self.now + timedelta(seconds=error.retry_after)
        return self.now + min(LONGEST_PAUSE, PAUSE * (1 << min(part.attempts, 10)))

    def _wait(self, until: datetime) -> bool:
        """Wait for a time; False if that takes too long, or the program is to end."""
        left = until - self.now
        if left > self._terms.longest:
            return False
        return left <= timedelta() or not self._fanout.wait(left.total_seconds())
