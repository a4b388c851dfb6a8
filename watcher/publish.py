"""One digest: state → digest → outbox, and from there by `send` into its channel."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.background import Background
from watcher.decide.match import match
from watcher.deliver.slots import due
from watcher.errors import HeldError, WatcherError
from watcher.send import SETTLE, Posted, Sender, Terms
from watcher.state.outbox import PlannedPart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from watcher.decide.match import Finding
    from watcher.decide.rules import Rulebook
    from watcher.deliver.channel import Fanout, Part
    from watcher.deliver.digest import Digest
    from watcher.deliver.digests import ChannelPlan, DigestBook, DigestPlan
    from watcher.state.outbox import StoredPart
    from watcher.state.store import Store

# What waits for a person to mend something is tried again this often.
AGAIN = timedelta(minutes=5)
# So long a run waits for one thing: it comes back at its next tick.
BRIEF = timedelta(seconds=2)
# Seconds that a post by hand waits for another process to end posting.
BUSY = 300.0


def preview(store: Store, rulebook: Rulebook, plan: DigestPlan, now: datetime) -> Digest:
    """Give what the digest would say at `now`, decided anew under the rulebook; changes nothing."""
    edition = _Edition(store, rulebook, plan)
    return edition.digest([finding for finding, _ in edition.candidates(now)], now)


def post(
    store: Store,
    rulebook: Rulebook,
    plan: DigestPlan,
    fanout: Fanout,
    *,
    now: datetime,
    terms: Terms | None = None,
) -> Posted:
    """
    Post by hand: what is pending, then what is new, once.

    Raises SettingError, before anything is planned, while the channel lacks its token; HeldError while another process
    goes on posting.
    """
    with store.database.alone("posting", fanout.wait, BUSY) as is_alone:
        if not is_alone:
            raise HeldError("another process is posting: wait until it ends")
        sender = Sender(store, fanout, plan.id, now, terms)
        sender.send()
        _plan(_Edition(store, rulebook, plan), fanout, sender.now, None)
        sender.send()
        return sender.result()


def post_due(
    store: Store,
    rulebook: Rulebook,
    book: DigestBook,
    open_channel: Callable[[ChannelPlan], Fanout],
    now: datetime,
    settle: timedelta = SETTLE,
) -> Iterator[Posted | WatcherError]:
    """
    Post each digest whose slot has come, and what waits once it may go; one that fails doesn't stop the others.

    Nothing while another process posts: the next look will do.
    """
    store.outbox.register((plan.id for plan in book.digests), now)
    refused: set[str] = set()
    with store.database.alone("posting", bool) as is_alone:
        for plan in book.digests if is_alone else ():
            slot = due(plan, store.outbox.last_slot(plan.id), now)
            if slot is None and not _is_ready(store, plan, now):
                continue
            terms = Terms(settle=settle, patience=BRIEF, on_doubt=plan.on_doubt)
            try:
                fanout = open_channel(book.channels[plan.channel])
                sender = Sender(store, fanout, plan.id, now, terms, refused)
                sender.send()
                if slot is not None and store.outbox.claim_slot(plan.id, slot, sender.now):
                    _plan(_Edition(store, rulebook, plan), fanout, sender.now, slot)
                    sender.send()
                yield sender.result()
            except WatcherError as error:
                yield error


def _is_ready(store: Store, plan: DigestPlan, now: datetime) -> bool:
    """Whether anything that is kept of the digest may go on: of each place the first part, which others wait for."""
    first: dict[str, StoredPart] = {}
    for part in store.outbox.parts("pending", "sending", digest=plan.id):
        first.setdefault(part.destination, part)
    return any(_may_go(part, now) for part in first.values())


def _may_go(part: StoredPart, now: datetime) -> bool:
    if part.due_at is not None:
        return part.due_at <= now
    # Never tried, or left by a run that ended: at once. What a person must mend: now and then.
    return not part.reason or part.changed_at <= now - AGAIN


@dataclass(frozen=True, slots=True)
class _Edition:
    """A digest of this archive under this rulebook."""

    store: Store
    rulebook: Rulebook
    plan: DigestPlan

    def candidates(self, now: datetime) -> list[tuple[Finding, int]]:
        """Give what has no delivery row and meets one of the digest's rules by now, with the row's key."""
        stored = self.store.archive.candidates(self.plan.id, announce_within=self.plan.announce_within, now=now)
        decided = ((match(each.article, self.rulebook, now=now), each.key) for each in stored)
        return [(finding, key) for finding, key in decided if any(self.plan.takes(m.rule) for m in finding.matches)]

    def parts(self, fanout: Fanout, key: str, found: list[tuple[Finding, int]], now: datetime) -> list[PlannedPart]:
        """Say these findings as the channel's messages."""
        rows = {finding.article.id: row for finding, row in found}
        digest = self.digest([finding for finding, _ in found], now)
        return [_planned(part, self.plan.channel, rows) for part in fanout.plan(digest, key)]

    def digest(self, findings: list[Finding], now: datetime) -> Digest:
        """Compose the digest of these findings."""
        return Background(self.store, self.rulebook, self.plan).digest(findings, now)


def _plan(edition: _Edition, fanout: Fanout, now: datetime, slot: datetime | None) -> None:
    """Write the digest's parts into the outbox; anew if another process plans the same digest at this moment."""
    outbox, plan = edition.store.outbox, edition.plan
    # A digest that never ran has nothing to say "nothing new" against.
    is_empty_said = slot is not None and plan.empty == "post" and outbox.last_slot(plan.id) is not None
    key = f"{plan.id}-{slot or now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    while found := edition.candidates(now):
        if outbox.plan(plan.id, slot or now, edition.parts(fanout, key, found, now), now):
            return
    if slot is not None:
        outbox.plan(plan.id, slot, edition.parts(fanout, key, [], now) if is_empty_said else [], now)


def _planned(part: Part, channel: str, rows: Mapping[str, int]) -> PlannedPart:
    return PlannedPart(
        key=part.key,
        part=part.part,
        of=part.of,
        channel=channel,
        destination=part.destination,
        payload=part.payload,
        articles=tuple(rows[article] for article in part.articles),
        is_reply=part.is_reply,
    )
