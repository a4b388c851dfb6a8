"""One machine's share of what a fleet polls: hosts that it leases, asks and gives back."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from watcher.collect.feeds import host_of
from watcher.collect.guard import HOST_PAUSE, is_near
from watcher.complete import complete
from watcher.errors import StateError
from watcher.poll import poll
from watcher.state import leases

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from watcher.collect.due import FeedState
    from watcher.collect.feeds import FeedList
    from watcher.complete import Completion
    from watcher.poll import Options, PollSummary
    from watcher.reading import Readers
    from watcher.state.leases import Leases, Want
    from watcher.state.store import Store

LOOK = 0.1  # seconds between looks at whether to stop
RESTING = timedelta(seconds=5)  # a host that rests no longer is waited for, where its page is wanted
# Parts of the lease: it is renewed after the one, and taken for lost after the other.
RENEWAL, LOSS = 0.25, 0.75


class Share:
    """What this process polls of a fleet's feeds; one pass at a time."""

    def __init__(self, store: Store, readers: Readers) -> None:
        self.store = store
        self.readers = readers
        self.holder = f"{socket.gethostname()}-{secrets.token_hex(4)}"
        self._hand = _Hand(store.leases, self.holder)

    def poll(self, feeds: FeedList, options: Options, *, at_once: bool = False) -> PollSummary | None:
        """
        Lease hosts with due feeds, poll those and give the hosts back; None where nothing is due.

        While the pass goes on it takes further hosts, or, `at_once`, all that are due before it begins. Times go by the
        database's clock. Raises what `poll` raises; what wasn't given back then is with the next pass.
        """
        self._hand.begin(feeds, at_once=at_once, force=options.force)
        with self._held(options.stop) as ends:
            mine = replace(options, claims=self._hand, stop=ends, clock=self._hand.clock)
            summary = poll(self.store, feeds, self.readers, mine)
            if self._hand.hosts:
                self._hand.give_back()
        return summary if summary.feeds else None

    def complete(self, feeds: FeedList, options: Options) -> Completion:
        """Lease the hosts of pages that are wanted, as far as nobody asks them, and fetch the full texts."""
        self._hand.begin(feeds, at_once=False, force=False)
        with self._held(options.stop) as ends:
            mine = replace(options, claims=self._hand, stop=ends, clock=self._hand.clock)
            done = complete(self.store, feeds, self.readers, mine)
            if self._hand.hosts:
                self._hand.give_back()
        return done

    @contextmanager
    def _held(self, stop: threading.Event) -> Iterator[threading.Event]:
        """Renew the leases meanwhile; gives an event that is set when `stop` is, or when they are lost."""
        ends, done = threading.Event(), threading.Event()
        renewing = threading.Thread(target=self._renew, args=(stop, ends, done), daemon=True)
        renewing.start()
        try:
            yield ends
        finally:
            done.set()
            renewing.join()

    def _renew(self, stop: threading.Event, ends: threading.Event, done: threading.Event) -> None:
        renewed = time.monotonic()
        while not done.wait(LOOK):
            since = (time.monotonic() - renewed) / leases.LEASE.total_seconds()
            if stop.is_set() or since > LOSS:
                ends.set()
            elif since > RENEWAL:
                with suppress(StateError):  # the server is away: tried again until the leases are lost
                    if not self._hand.is_renewed():
                        ends.set()
                    renewed = time.monotonic()


class _Hand:
    """The hosts that are leased to this process."""

    def __init__(self, leases: Leases, holder: str) -> None:
        self.leases = leases
        self.holder = holder
        self.hosts: set[str] = set()
        self.ahead = timedelta()  # the database's clock, of this machine's
        self._lock = threading.Lock()  # taking and renewing go by what is in hand
        self._left: set[str] = set()
        self._pauses: Mapping[str, float] = {}
        self._is_whole = self._is_forced = self._has_all = False

    def begin(self, feeds: FeedList, *, at_once: bool, force: bool) -> None:
        """Begin a pass: what an earlier one that failed has left is given back with its first claim."""
        self._left = self.hosts
        self._pauses = _pauses(feeds)
        self._is_whole, self._is_forced, self._has_all = at_once, force, False

    def clock(self) -> datetime:
        """Tell the time by the database's clock."""
        return datetime.now(UTC) + self.ahead

    def claim(self, done: Collection[str], want: Want) -> Sequence[FeedState]:
        """Give hosts back, and take others."""
        if self._has_all:
            return ()
        with self._lock:
            given = self._left.union(done)
            asked = datetime.now(UTC)
            wanted = None if self._is_whole else want
            taken = self.leases.take(self.holder, wanted, self._pauses, done=given, force=self._is_forced)
            self.ahead = taken.now - asked
            self.hosts = (self.hosts - given) | set(taken.hosts)
            self._left = set()
            self._has_all = self._is_whole
        return [state for states in taken.hosts.values() for state in states]

    def lease(self, pauses: Mapping[str, float]) -> tuple[frozenset[str], timedelta]:
        """Take those of these hosts that are free, or will be in a moment."""
        with self._lock:
            longest = {host: max(pause, self._pauses.get(host, 0.0)) for host, pause in pauses.items()}
            taken, rest = self.leases.lease(self.holder, longest, RESTING)
            self.hosts |= taken
        return taken, rest

    def slow(self, pauses: Mapping[str, float]) -> None:
        """Have hosts rest for longer."""
        self.leases.slow(self.holder, pauses)

    def give_back(self) -> None:
        """Give all back."""
        with self._lock:
            self.leases.release(self.holder, self.hosts)
            self.hosts = set()

    def is_renewed(self) -> bool:
        """Renew what is in hand; False if some of it is another's by now."""
        with self._lock:
            return not self.hosts or self.leases.renew(self.holder) >= len(self.hosts)


def _pauses(feeds: FeedList) -> dict[str, float]:
    """Give the pause after a request, in seconds, by host: the longest that any of its feeds asks for."""
    pauses: dict[str, float] = {}
    for feed in feeds.feeds:
        host = host_of(feed.url)
        usual = 0.0 if is_near(host) else HOST_PAUSE
        pauses[host] = max(pauses.get(host, 0.0), usual if feed.host_pause is None else feed.host_pause)
    return pauses
