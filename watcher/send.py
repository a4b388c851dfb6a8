"""
Outbox → channel → receipt: each part in order, each at most once.

A part is durable as `sending` before the call and `sent` with its receipt after it. What an earlier run left as
`sending`, or what a call left in doubt, may stand in the channel: it is held and told, and never sent again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.deliver.channel import Channel
    from watcher.state.outbox import Outbox, StoredPart

# How often a post that certainly never arrived is tried, and the pauses between, in seconds.
TRIES = 4
PAUSE = 2.0
LONGEST_PAUSE = 60.0
IN_DOUBT = "it was being posted when the program ended: look into the channel, it is not posted again by itself"


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
    """Brings a digest's parts out of the outbox into its channel."""

    def __init__(self, outbox: Outbox, channel: Channel, digest: str, now: datetime) -> None:
        """Raise SettingError while the channel lacks something."""
        channel.ready()
        self._outbox = outbox
        self._channel = channel
        self._digest = digest
        self._started = (now, time.monotonic())
        self._sent: set[int] = set()

    @property
    def now(self) -> datetime:
        """The time by now: posting takes a second a part."""
        now, began = self._started
        return now + timedelta(seconds=time.monotonic() - began)

    def finish(self) -> bool:
        """Hold what an earlier run left in doubt, send what it left pending; whether more can be sent."""
        for part in self._outbox.parts(status="sending", digest=self._digest):
            self._outbox.hold(part.id, IN_DOUBT, self.now)
        return self.send()

    def send(self) -> bool:
        """Send all pending parts in order, until one can't be; whether more can be sent."""
        parts = self._outbox.parts(status="pending", digest=self._digest)
        return all(not self._channel.wait(0) and self._send(part) for part in parts)

    def result(self) -> Posted:
        """Say what was sent and what is kept."""
        sent = self._outbox.parts(status="sent", digest=self._digest) if self._sent else []
        return Posted(
            digest=self._digest,
            sent=tuple(part for part in sent if part.id in self._sent),
            waiting=tuple(self._outbox.parts(status="pending", digest=self._digest)),
            held=tuple(self._outbox.parts(status="held", digest=self._digest)),
        )

    def _send(self, part: StoredPart) -> bool:
        """Send one part, waiting where that helps; whether the next may be sent."""
        destination = self._channel.address(part.destination)
        if not destination:
            self._outbox.requeue(part.id, f"the channel {part.channel} no longer leads to {part.destination}", self.now)
            return True
        if destination != part.destination:
            self._outbox.redirect(part.id, destination, self.now)
        for _ in range(TRIES):
            error = self._try(part, destination)
            if error is None or error.fate != "retry":
                return error is None or error.fate == "payload"
            pause = error.retry_after or PAUSE
            if pause > LONGEST_PAUSE or self._channel.wait(pause):
                return False
        return False

    def _try(self, part: StoredPart, destination: str) -> DeliveryError | None:
        """Make one attempt, unless another process makes it; give the error that ended it."""
        if not self._outbox.sending(part.id, self.now):
            return None
        try:
            receipt = self._channel.post(destination, part.payload)
        except DeliveryError as error:
            keep = self._outbox.hold if error.fate in ("ambiguous", "payload") else self._outbox.requeue
            keep(part.id, str(error), self.now)
            return error
        self._outbox.sent(part.id, receipt.ts, self.now)
        self._sent.add(part.id)
        return None
