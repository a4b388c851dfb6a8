"""What is due, or asked for by hand: alerts, digests, health → outbox, and from there by `send` into their channels."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from watcher.deliver import alert as alerts
from watcher.deliver import bulletin
from watcher.deliver.slots import due
from watcher.edition import Edition, planned_part
from watcher.errors import HeldError, WatcherError
from watcher.send import SETTLE, Posted, Sender, Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from watcher.decide.rules import Rulebook
    from watcher.deliver.channel import Fanout
    from watcher.deliver.digest import Digest
    from watcher.deliver.digests import Alert, ChannelPlan, DigestBook, DigestPlan
    from watcher.state.outbox import StoredPart
    from watcher.state.store import Store

# What waits for a person to mend something is tried again this often.
AGAIN = timedelta(minutes=5)
# So long a run waits for one thing: it comes back at its next tick.
BRIEF = timedelta(seconds=2)
# Seconds that a post by hand waits for another process to end posting.
BUSY = 300.0
# An alert that found nothing notes so as often as this, so that looking stays cheap.
LOOKED = timedelta(hours=1)
# What isn't delivered after this time is told, though nobody needs to mend anything; and so is a crowded outbox.
LATE = timedelta(minutes=15)
CROWD = 50


@dataclass(frozen=True, slots=True)
class Publisher:
    """Posts for one workspace; `settle` is the time after which a post of unknown fate, not found, is sent again."""

    store: Store
    rulebook: Rulebook
    book: DigestBook
    open_channel: Callable[[ChannelPlan], Fanout]
    settle: timedelta = SETTLE
    # The channels whose token was refused in this look.
    refused: set[str] = field(default_factory=set)

    def preview(self, plan: DigestPlan, now: datetime) -> Digest:
        """Give what the digest would say at `now`, decided anew under the rulebook; changes nothing."""
        edition = Edition(self.store, self.rulebook, self.book, plan)
        return edition.digest(edition.found(now), now)

    def post(self, plan: DigestPlan, now: datetime) -> Iterator[Posted]:
        """
        Post by hand: what is pending, then what is new, once; then alerts, and what is to be told of health.

        Raises SettingError, before anything is planned, while a channel lacks its token; HeldError while another
        process goes on posting.
        """
        wait = self.open_channel(self.book.channels[plan.channel]).wait
        with self.store.database.alone("posting", wait, BUSY) as is_alone:
            if not is_alone:
                raise HeldError("another process is posting: wait until it ends")
            yield self._digest(plan, now, None, is_by_hand=True)
            for alert in self.book.alerts:
                yield self._alert(alert, now, is_by_hand=True)
            yield from self._health(now, is_by_hand=True)

    def post_due(self, now: datetime) -> Iterator[Posted | WatcherError]:
        """
        Post what is due, and what waits once it may go; what fails doesn't stop the others.

        Nothing while another process posts: the next look will do.
        """
        self.store.outbox.register(self.book.names, now)
        with self.store.database.alone("posting", bool) as is_alone:
            for work in self._works(now) if is_alone else ():
                try:
                    yield from work()
                except WatcherError as error:
                    yield error

    def _works(self, now: datetime) -> list[Callable[[], list[Posted]]]:
        """Give what there may be to do, the most urgent first."""
        return [
            *(partial(self._alert_due, alert, now) for alert in self.book.alerts),
            *(partial(self._digest_due, plan, now) for plan in self.book.digests),
            partial(self._health, now),
        ]

    def _digest_due(self, plan: DigestPlan, now: datetime) -> list[Posted]:
        slot = due(plan, self.store.outbox.last_slot(plan.id), now)
        if slot is None and not self._is_ready(plan.id, now):
            return []
        return [self._digest(plan, now, slot)]

    def _digest(self, plan: DigestPlan, now: datetime, slot: datetime | None, *, is_by_hand: bool = False) -> Posted:
        sender, fanout = self._sender(plan, now, is_by_hand=is_by_hand)
        sender.send()
        if is_by_hand or (slot is not None and self.store.outbox.claim_slot(plan.id, slot, sender.now)):
            self._plan(Edition(self.store, self.rulebook, self.book, plan), fanout, sender.now, slot)
            sender.send()
        return self._noted(sender)

    def _alert_due(self, alert: Alert, now: datetime) -> list[Posted]:
        return [self._alert(alert, now)] if self._is_alarming(alert, now) or self._is_ready(alert.name, now) else []

    def _alert(self, alert: Alert, now: datetime, *, is_by_hand: bool = False) -> Posted:
        edition = Edition.of(self.store, self.rulebook, self.book, alert)
        sender, fanout = self._sender(edition.plan, now, is_by_hand=is_by_hand)
        sender.send()
        if self._is_alarming(alert, now, is_by_hand=is_by_hand):
            self._plan(edition, fanout, sender.now, None)
            sender.send()
        return self._noted(sender)

    def _is_alarming(self, alert: Alert, now: datetime, *, is_by_hand: bool = False) -> bool:
        """Whether there may be something for an alert to tell now; by hand nobody waits for more to come."""
        if alerts.is_quiet(alert.quiet, now):
            return False
        stored = Edition.of(self.store, self.rulebook, self.book, alert).stored(now)
        if not stored and self.store.outbox.considered(alert.name, now) <= now - LOOKED:
            self.store.outbox.plan(alert.name, now, [], now)
        return bool(stored) and (is_by_hand or alerts.is_gathered((each.first_seen for each in stored), now))

    def _health(self, now: datetime, *, is_by_hand: bool = False) -> list[Posted]:
        """Tell what turned bad or well since the last time."""
        if self.book.health is None:
            return []
        news = self.store.health.untold()
        is_due = bool(news) if is_by_hand else bulletin.is_due(news, now)
        if not is_due and not self._is_ready(bulletin.NAME, now):
            return []
        plan = bulletin.plan_of(self.book.health, self.book)
        sender, fanout = self._sender(plan, now, is_by_hand=is_by_hand)
        sender.send()
        if is_due:
            digest = bulletin.bulletin(news, plan, sender.now)
            planned = [planned_part(part, plan.channel, {}) for part in fanout.plan(digest, _key(plan, sender.now))]
            self.store.outbox.plan(plan.id, sender.now, planned, sender.now, told=news)
            sender.send()
        return [sender.result()]

    def _sender(self, plan: DigestPlan, now: datetime, *, is_by_hand: bool) -> tuple[Sender, Fanout]:
        fanout = self.open_channel(self.book.channels[plan.channel])
        terms = Terms(self.settle, None if is_by_hand else BRIEF, plan.on_doubt)
        return Sender(self.store, fanout, plan.id, now, terms, self.refused), fanout

    def _plan(self, edition: Edition, fanout: Fanout, now: datetime, slot: datetime | None) -> None:
        """Write what there is to say into the outbox; anew if another process plans the same at this moment."""
        outbox, plan = self.store.outbox, edition.plan
        # A digest that never ran has nothing to say "nothing new" against.
        is_empty_said = slot is not None and plan.empty == "post" and outbox.last_slot(plan.id) is not None
        key, is_planned = _key(plan, slot or now), False
        while not is_planned:
            found = edition.found(now)
            if found.unread:
                self.store.unread.keep(found.unread, now)
            planned = edition.parts(fanout, key, found, now) if found.told or is_empty_said else []
            if not (planned or found.hidden or slot):
                return
            is_planned = outbox.plan(plan.id, slot or now, planned, now, hidden=found.hidden)

    def _is_ready(self, name: str, now: datetime) -> bool:
        """Whether anything that is kept may go on: of each place the first part, which others wait for."""
        first: dict[str, StoredPart] = {}
        for part in self.store.outbox.parts("pending", "sending", digest=name):
            first.setdefault(part.destination, part)
        return any(_may_go(part, now) for part in first.values())

    def _noted(self, sender: Sender) -> Posted:
        """Give what came of it, and keep for the health channel what a person should know."""
        posted = sender.result()
        waiting = len(self.store.outbox.parts("pending", "sending"))
        crowd = f"more than {CROWD} messages wait to be posted" if waiting > CROWD else ""
        self.store.health.note("digest", {posted.digest: _problem(posted, sender.now)}, sender.now)
        self.store.health.note("outbox", {"outbox": crowd}, sender.now)
        return posted


def _key(plan: DigestPlan, slot: datetime) -> str:
    """Give a name for ever to what is said of a slot, or at this moment by hand."""
    return f"{plan.id}-{slot:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def _may_go(part: StoredPart, now: datetime) -> bool:
    if part.due_at is not None:
        return part.due_at <= now
    # Never tried, or left by a run that ended: at once. What a person must mend: now and then.
    return not part.reason or part.changed_at <= now - AGAIN


def _problem(posted: Posted, now: datetime) -> str:
    """Say what a person should know of a delivery: not what will settle itself soon."""
    for part in (*posted.held, *posted.waiting):
        if part.reason and part.due_at is None:
            return f"not delivered to {part.channel}: {part.reason}"
    late = [part.slot for part in posted.waiting if part.slot <= now - LATE]
    return f"not delivered yet, due {min(late):%d %b %H:%M} UTC" if late else ""
