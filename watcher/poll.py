"""One pass over the due feeds: fetch → parse and match, in worker processes → state."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from watcher.attempt import Attempt, Changed, poll_of, poll_of_read, state_after
from watcher.claims import HAND, Batches, named
from watcher.collect.feeds import shown_address
from watcher.collect.fetch import Failed, Fetched, Fetcher
from watcher.collect.request import request_for
from watcher.errors import SettingError
from watcher.reading import Body, Read
from watcher.state.archive import Brought

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from watcher.claims import Chosen, Claims
    from watcher.collect.due import FeedState
    from watcher.collect.feeds import Feed, FeedList
    from watcher.collect.fetch import Outcome
    from watcher.reading import Readers
    from watcher.state.store import Store

WAITING = 64  # outcomes that wait for the archive; more would pile up bodies in memory
TOGETHER = 32  # outcomes that are worth a transaction at once
PAUSE = 0.25  # seconds that fewer wait for more
LOOK = 0.1  # seconds between looks at whether to stop


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """
    How a pass is made.

    `force` takes feeds that aren't due yet, but none that a server asked to leave alone for now. `environ` fills in
    ${NAME}. `claims`, where others ask feeds, too, say which ones are this process's: whoever keeps them also keeps the
    list of feeds in the state. `on_progress` is told how many of how many feeds are done. `stop`, once set, ends the
    pass early: what is decided by then is kept, the rest stays due.
    """

    force: bool = False
    claims: Claims | None = None
    allow_private: bool = False
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    clock: Callable[[], datetime] = _utc_now
    on_progress: Callable[[int, int], None] | None = None
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True)
class PollSummary:
    """What a pass brought. `failed` has feed id, reason and detail; a truncated feed is among them and has articles."""

    feeds: int = 0
    unchanged: int = 0
    changed: int = 0
    failed: list[tuple[str, str, str]] = field(default_factory=list)
    new: int = 0
    edited: int = 0
    matched: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        counts = f"{self.unchanged} unchanged, {self.changed} changed, {len(self.failed)} failed"
        found = f"{self.new} new articles, {self.matched} matched"
        return f"polled {self.feeds} feeds: {counts}; {found}; {self.seconds:.1f} s"


def poll(store: Store, feeds: FeedList, readers: Readers, options: Options) -> PollSummary:
    """
    Poll the due feeds once, and store what they brought.

    A feed that fails is a line of the summary. Raises StateError, and InputError where the readers' rules don't load.
    """
    started = time.monotonic()
    batches = _choose(store, feeds, options)
    asked = _Pass(store, batches, readers, options)
    if batches.chosen:
        asyncio.run(asked.run(feeds.contact))
    asked.summary.failed.sort()
    asked.summary.seconds = time.monotonic() - started
    return asked.summary


def _choose(store: Store, feeds: FeedList, options: Options) -> Batches:
    """Give the feeds to ask."""
    listed = {feed.id: feed for feed in feeds.feeds if feed.enabled}
    if options.claims is not None:
        return Batches(named(options.claims.claim((), HAND), listed), listed, options.claims)
    now = options.clock()
    store.feeds.sync(feeds.feeds, now)
    states = list(store.feeds.states().values()) if options.force else store.feeds.due(now)
    ready = [state for state in states if not (state.retry_at and state.retry_at > now)]
    return Batches(named(ready, listed), listed, None)


class _Pass:
    """One pass: fetching, reading and writing run beside each other, with short queues between them."""

    def __init__(self, store: Store, batches: Batches, readers: Readers, options: Options) -> None:
        self.store = store
        self.batches = batches
        self.readers = readers
        self.options = options
        self.summary = PollSummary()
        self.bodies: asyncio.Queue[Changed | None] = asyncio.Queue(readers.count)
        self.attempts: asyncio.Queue[Attempt | None] = asyncio.Queue(WAITING)
        self.is_enough = asyncio.Event()

    async def run(self, contact: str) -> None:
        """Make the pass, or as much of it as there is time for until `stop` is set."""
        work = asyncio.create_task(self._work(contact))
        while not work.done() and not self.options.stop.is_set():
            await asyncio.wait({work}, timeout=LOOK)
        if not work.done():
            work.cancel()
            await asyncio.wait({work})
        if not work.cancelled():
            try:
                work.result()
            except ExceptionGroup as group:
                raise _first(group) from None

    async def _work(self, contact: str) -> None:
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(self._write())
            reading = [group.create_task(self._read(number)) for number in range(self.readers.count)]
            await self._fetch(contact)
            for _ in reading:
                await self.bodies.put(None)
            await asyncio.gather(*reading)
            await self._settle(None)
            await writing

    async def _fetch(self, contact: str) -> None:
        async with (
            Fetcher(contact=contact, allow_private=self.options.allow_private) as fetcher,
            asyncio.TaskGroup() as asking,
        ):
            async for batch in self.batches:
                asking.create_task(self._ask(fetcher, batch))

    async def _ask(self, fetcher: Fetcher, batch: Chosen) -> None:
        requests = []
        for feed, state in batch.values():
            try:
                asked = request_for(feed, state, self.options.environ)
                requests.append(replace(asked, etag=state.etag, last_modified=state.last_modified))
            except SettingError as error:
                failed = Failed(reason="unset-variable", detail=str(error))
                await self._settle(Attempt(feed, state, poll_of(failed)))
        async with contextlib.aclosing(fetcher.fetch_all(requests)) as outcomes:
            async for request, outcome in outcomes:
                await self._sort(*batch[request.feed], outcome)

    async def _sort(self, feed: Feed, state: FeedState, outcome: Outcome) -> None:
        """Send a changed body to the readers; all else is settled here."""
        digest = hashlib.blake2b(outcome.body, digest_size=16).hexdigest() if isinstance(outcome, Fetched) else ""
        if isinstance(outcome, Fetched) and digest != state.body_hash:
            await self.bodies.put(Changed(feed, state, outcome, digest))
        else:
            await self._settle(Attempt(feed, state, poll_of(outcome)))

    async def _read(self, number: int) -> None:
        while (changed := await self.bodies.get()) is not None:
            fetched = changed.fetched
            body = Body(
                feed=changed.feed,
                content=fetched.body,
                content_type=fetched.content_type,
                url=shown_address(changed.feed, fetched.url),
                known=changed.state.entries,
            )
            read = await self.readers.read(number, body, self.options.clock())
            poll = poll_of_read(read, changed)
            found = read if isinstance(read, Read) else None
            await self._settle(Attempt(changed.feed, changed.state, poll, found))

    async def _settle(self, attempt: Attempt | None) -> None:
        """Hand over what came of a feed; None once that is all."""
        await self.attempts.put(attempt)
        if attempt is None or self.attempts.qsize() >= TOGETHER:
            self.is_enough.set()

    async def _write(self) -> None:
        """Write together what comes within a moment: a transaction costs more than what a feed brings."""
        is_open = True
        while is_open:
            ready = [await self.attempts.get()]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.is_enough.wait(), PAUSE)
            self.is_enough.clear()
            while not self.attempts.empty():
                ready.append(self.attempts.get_nowait())
            is_open = ready[-1] is not None
            kept = [attempt for attempt in ready if attempt]
            await asyncio.to_thread(self._keep, kept)
            for attempt in kept:
                self.batches.settle(attempt.feed.id)
            if self.options.on_progress:
                self.options.on_progress(self.summary.feeds, len(self.batches.chosen))

    def _keep(self, attempts: Sequence[Attempt]) -> None:
        """Store outcomes; a feed's new state goes with its articles, and into the summary once it is stored."""
        barren = [attempt for attempt in attempts if attempt.read is None]
        now = self.options.clock()
        if barren:
            before = {attempt.feed.id: attempt.state for attempt in barren}
            self.store.feeds.save((state_after(attempt, now) for attempt in barren), before)
        for attempt in barren:
            self._count(attempt)
        brought = [(attempt, attempt.read) for attempt in attempts if attempt.read is not None]
        polled = [Brought(state_after(attempt, now), read.findings, read.rulebook) for attempt, read in brought]
        for (attempt, _), recorded in zip(brought, self.store.archive.record_polls(polled, now=now), strict=True):
            self._count(attempt)
            self.summary.new += recorded.new
            self.summary.edited += recorded.edited
            self.summary.matched += recorded.matched

    def _count(self, attempt: Attempt) -> None:
        self.summary.feeds += 1
        if attempt.poll.reason:
            self.summary.failed.append((attempt.feed.id, attempt.poll.reason, attempt.poll.detail))
        elif attempt.poll.status == "changed":
            self.summary.changed += 1
        else:
            self.summary.unchanged += 1


def _first(group: ExceptionGroup[Exception]) -> Exception:
    """Give what went wrong first: what followed upon it was cancelled, or is the same trouble."""
    error: Exception = group
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
