"""One machine's share of what a fleet polls: hosts that it leases, asks and gives back."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from watcher.collect.guard import HOST_PAUSE, is_near
from watcher.errors import StateError
from watcher.poll import poll
from watcher.state import leases
from watcher.state.leases import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.collect.feeds import FeedList
    from watcher.poll import Options, PollSummary
    from watcher.reading import Readers
    from watcher.state.store import Store

LOOK = 0.1  # seconds between looks at whether to stop
# Parts of the lease: it is renewed after the one, and taken for lost after the other.
RENEWAL, LOSS = 0.25, 0.75


class Share:
    """What this process polls of a fleet's feeds; one pass at a time."""

    def __init__(self, store: Store, readers: Readers) -> None:
        self.store = store
        self.readers = readers
        self.holder = f"{socket.gethostname()}-{secrets.token_hex(4)}"

    def poll(self, feeds: FeedList, options: Options, limit: int) -> PollSummary | None:
        """
        Lease hosts with about `limit` due feeds, poll those and give the hosts back; None where nothing is due.

        Times go by the database's clock. Raises what `poll` raises; leases that were not given back end by themselves.
        """
        asked = datetime.now(UTC)
        leased = self.store.leases.take(self.holder, limit, force=options.force)
        if not leased.feeds:
            return None
        ahead = leased.now - asked  # of this machine's clock
        with self._held(options.stop) as ends:
            among = replace(options, among=leased.feeds, stop=ends, clock=lambda: datetime.now(UTC) + ahead)
            summary = poll(self.store, feeds, self.readers, among)
        self.store.leases.release(self.holder, _pauses(feeds))
        return summary

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
            if since > RENEWAL and self._is_renewed():
                renewed = time.monotonic()
            elif since > LOSS or stop.is_set():
                ends.set()

    def _is_renewed(self) -> bool:
        try:
            return self.store.leases.renew(self.holder) > 0
        except StateError:  # the server is away: tried again until the lease is lost
            return False


def _pauses(feeds: FeedList) -> dict[str, float]:
    """Give the pause after a request, in seconds, by host: the longest that any of its feeds asks for."""
    pauses: dict[str, float] = {}
    for feed in feeds.feeds:
        host = host_of(feed.url)
        usual = 0.0 if is_near(host) else HOST_PAUSE
        pauses[host] = max(pauses.get(host, 0.0), usual if feed.host_pause is None else feed.host_pause)
    return pauses
