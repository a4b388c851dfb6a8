"""One digest: state → digest → outbox, and from there by `send` into its channel."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from watcher.decide.emphasis import emphasis
from watcher.decide.match import match
from watcher.decide.story import stories
from watcher.deliver.channel import Fanout
from watcher.deliver.coverage import Coverage, Source
from watcher.deliver.digest import compose
from watcher.deliver.drawn import Names
from watcher.deliver.page import PageChannel
from watcher.deliver.slack import SlackChannel
from watcher.deliver.slots import due
from watcher.deliver.terminal import TerminalChannel
from watcher.errors import WatcherError
from watcher.send import Posted, Sender
from watcher.state.outbox import PlannedPart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import IO

    from watcher.decide.match import Finding
    from watcher.decide.rules import Rulebook
    from watcher.deliver.channel import Channel, Part
    from watcher.deliver.digest import Digest
    from watcher.deliver.digests import ChannelPlan, DigestBook, DigestPlan
    from watcher.state.store import Store

# What waits outside a slot, for Slack to come back or for a person to mend something, is tried again this often.
AGAIN = timedelta(minutes=5)


def preview(store: Store, rulebook: Rulebook, plan: DigestPlan, now: datetime) -> Digest:
    """Give what the digest would say at `now`, decided anew under the rulebook; changes nothing."""
    edition = _Edition(store, rulebook, plan)
    return edition.digest([finding for finding, _ in edition.candidates(now)], now)


def post(
    store: Store, rulebook: Rulebook, plan: DigestPlan, channel: Channel, *, now: datetime, slot: datetime | None = None
) -> Posted:
    """
    Post what is pending, then what is new, once: `slot` is the time it is due at, None for a post by hand.

    Raises SettingError, before anything is planned, while the channel lacks its token.
    """
    sender = Sender(store.outbox, channel, plan.id, now)
    is_open = sender.finish()
    if slot is None or store.outbox.claim_slot(plan.id, slot, sender.now):
        _plan(_Edition(store, rulebook, plan), channel, sender.now, slot)
        if is_open:
            sender.send()
    return sender.result()


def finish(store: Store, plan: DigestPlan, channel: Channel, now: datetime) -> Posted:
    """Post what is pending of a digest under its old keys, and plan nothing new. Raises SettingError."""
    sender = Sender(store.outbox, channel, plan.id, now)
    sender.finish()
    return sender.result()


def post_due(
    store: Store, rulebook: Rulebook, book: DigestBook, open_channel: Callable[[ChannelPlan], Channel], now: datetime
) -> Iterator[Posted | WatcherError]:
    """Post each digest whose slot has come, and now and then what waits; one that fails doesn't stop the others."""
    store.outbox.register((plan.id for plan in book.digests), now)
    for plan in book.digests:
        slot = due(plan, store.outbox.last_slot(plan.id), now)
        if slot is None and not _is_waiting(store, plan, now):
            continue
        try:
            channel = open_channel(book.channels[plan.channel])
            if slot is None:
                yield finish(store, plan, channel, now)
            else:
                yield post(store, rulebook, plan, channel, now=now, slot=slot)
        except WatcherError as error:
            yield error


def _is_waiting(store: Store, plan: DigestPlan, now: datetime) -> bool:
    """Whether something of the digest is kept, and was not touched for a while."""
    kept = [*store.outbox.parts("pending", plan.id), *store.outbox.parts("sending", plan.id)]
    return bool(kept) and max(part.changed_at for part in kept) <= now - AGAIN


def open_channel(
    plan: ChannelPlan,
    *,
    token: str,
    api_url: str,
    folder: Path,
    out: IO[str],
    wait: Callable[[float], object] = time.sleep,
) -> Channel:
    """Open the places that a channel of digests.yaml names; `folder` is the workspace, `out` the terminal."""
    channels: list[Channel] = []
    if plan.slack:
        channels.append(SlackChannel(plan.slack, token=token, api_url=api_url, wait=wait))
    if plan.page:
        channels.append(PageChannel(plan.page, folder))
    if plan.terminal:
        channels.append(TerminalChannel(out))
    return channels[0] if len(channels) == 1 else Fanout(channels)


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

    def parts(self, channel: Channel, key: str, found: list[tuple[Finding, int]], now: datetime) -> list[PlannedPart]:
        """Say these findings as the channel's messages."""
        rows = {finding.article.id: row for finding, row in found}
        digest = self.digest([finding for finding, _ in found], now)
        return [_planned(part, self.plan.channel, rows) for part in channel.plan(digest, key)]

    def digest(self, findings: list[Finding], now: datetime) -> Digest:
        """Compose the digest of these findings."""
        return compose(stories(findings), self.plan, names=self.names, coverage=self.coverage(), now=now)

    @property
    def names(self) -> Names:
        """What the lexicon and the rules call things."""
        lexicon = self.rulebook.lexicon
        return Names(
            partners={partner.id: partner.name for partner in lexicon.partners.values()},
            tiers={partner.id: partner.tier for partner in lexicon.partners.values()},
            goods={good.id: good.name for good in lexicon.goods.values()},
            rules={rule.id: rule.title for rule in self.rulebook.rules},
            terms=partial(emphasis, lexicon=lexicon),
        )

    def coverage(self) -> Coverage:
        """Say what was read since the last slot, and which feeds have failed."""
        since = self.store.outbox.last_slot(self.plan.id)
        feeds = [state for state in self.store.feeds.active() if state.last_attempt is not None]
        counts = self.store.archive.counts(since=since)
        return Coverage(
            sources=tuple(Source(state.id, reason=state.reason if state.failures else "") for state in feeds),
            read=counts.articles,
            matched=counts.matched,
            since=since,
        )


def _plan(edition: _Edition, channel: Channel, now: datetime, slot: datetime | None) -> None:
    """Write the digest's parts into the outbox; anew if another process plans the same digest at this moment."""
    outbox, plan = edition.store.outbox, edition.plan
    # A digest that never ran has nothing to say "nothing new" against.
    is_empty_said = slot is not None and plan.empty == "post" and outbox.last_slot(plan.id) is not None
    key = f"{plan.id}-{slot or now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    while found := edition.candidates(now):
        if outbox.plan(plan.id, slot or now, edition.parts(channel, key, found, now), now):
            return
    if slot is not None:
        outbox.plan(plan.id, slot, edition.parts(channel, key, [], now) if is_empty_said else [], now)


def _planned(part: Part, channel: str, rows: Mapping[str, int]) -> PlannedPart:
    return PlannedPart(
        key=part.key,
        part=part.part,
        of=part.of,
        channel=channel,
        destination=part.destination,
        payload=part.payload,
        articles=tuple(rows[article] for article in part.articles),
    )
