"""What a pass asks: all that is due, or, in a fleet, hosts that it claims bit by bit, so that it is never idle."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from watcher.collect.feeds import host_of
from watcher.collect.fetch import WORKERS
from watcher.state.leases import Want

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence
    from datetime import timedelta

    from watcher.collect.due import FeedState
    from watcher.collect.feeds import Feed

Chosen = dict[str, tuple["Feed", "FeedState"]]
# What a pass has in hand: a host for each request that may be in flight, and feeds for a while.
HAND = Want(WORKERS, 3 * WORKERS)
# It claims more when so much of it is done, and not later than so many seconds after a look that found nothing.
DONE = 0.25
LOOK = 1.0
# After so many seconds it claims nothing more, so that what follows upon a pass gets its turn.
LONGEST = 60.0


class Claims(Protocol):
    """A process's right to ask hosts that others would ask, too."""

    def claim(self, done: Collection[str], want: Want) -> Sequence[FeedState]:
        """Give up the hosts that are done, and give the feeds of others that may be asked from now on."""

    def lease(self, pauses: Mapping[str, float]) -> tuple[frozenset[str], timedelta]:
        """Give those of these hosts, with their pauses in seconds, that may be asked, and after how long."""

    def slow(self, pauses: Mapping[str, float]) -> None:
        """Have hosts rest for longer than was said: their sites ask for it."""


class Batches:
    """Feeds to ask, batch by batch: `first`, then more whenever enough of what is in hand was settled."""

    def __init__(self, first: Chosen, listed: Mapping[str, Feed], claims: Claims | None) -> None:
        self.chosen: Chosen = {}
        self._hosts: dict[str, str] = {}
        self._open: Counter[str] = Counter()
        self._listed = listed
        self._claims = claims
        self._take(first)
        self._done: set[str] = set()
        self._is_roomy = asyncio.Event()

    def settle(self, name: str) -> None:
        """Note that what a feed brought is stored."""
        host = self._hosts[name]
        self._open[host] -= 1
        if not self._open[host]:
            del self._open[host]
            self._done.add(host)
        if len(self._open) <= HAND.hosts * (1 - DONE) or self._open.total() <= HAND.feeds * (1 - DONE):
            self._is_roomy.set()

    async def __aiter__(self) -> AsyncIterator[Chosen]:
        """Give the batches, the last one once nothing is in hand and nothing more can be claimed."""
        yield dict(self.chosen)
        ends = time.monotonic() + LONGEST
        while self._claims is not None and time.monotonic() < ends:
            await self._is_roomy.wait()
            self._is_roomy.clear()
            done, self._done = self._done, set()
            room = Want(HAND.hosts - len(self._open), HAND.feeds - self._open.total())
            batch = named(await asyncio.to_thread(self._claims.claim, done, room), self._listed)
            if not batch and not self._open:
                return
            self._take(batch)
            if batch:
                yield batch
            else:
                asyncio.get_running_loop().call_later(LOOK, self._is_roomy.set)

    def _take(self, batch: Chosen) -> None:
        hosts = {name: host_of(state.url) for name, (_, state) in batch.items()}
        self.chosen.update(batch)
        self._hosts.update(hosts)
        self._open.update(hosts.values())


def named(states: Sequence[FeedState], listed: Mapping[str, Feed]) -> Chosen:
    """Put feeds.yaml's words to states; what it doesn't list is not asked."""
    return {state.id: (listed[state.id], state) for state in states if state.id in listed}
