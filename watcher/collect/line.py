"""Hosts in line: one request in flight for each, and a pause after it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

R = TypeVar("R")


class Lane:
    """One host: whose turn it is, and when the next may ask (time.monotonic)."""

    __slots__ = ("free_at", "lock")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0

    async def __aenter__(self) -> None:
        await self.lock.acquire()
        try:
            if (wait := self.free_at - time.monotonic()) > 0:
                await asyncio.sleep(wait)
        except BaseException:
            self.lock.release()
            raise

    async def __aexit__(self, *error: object) -> None:
        self.lock.release()


class Line(Generic[R]):
    """Requests by host: a host stands in line once, steps out while asked, and back in when its pause is over."""

    def __init__(self, requests: Iterable[R], host_of: Callable[[R], str]) -> None:
        self._queues: dict[str, deque[R]] = {}
        for request in requests:
            self._queues.setdefault(host_of(request), deque()).append(request)
        self._ready: asyncio.Queue[str] = asyncio.Queue()
        for host in self._queues:
            self._ready.put_nowait(host)
        self.hosts = len(self._queues)
        self.waiting = sum(len(queue) for queue in self._queues.values())

    async def take(self) -> tuple[str, R]:
        """Give the next host in line and its next request."""
        host = await self._ready.get()
        return host, self._queues[host].popleft()

    def give_back(self, host: str, free_at: float) -> None:
        """Put the host back into line at `free_at` if it has requests left."""
        if not self._queues[host]:
            return
        wait = free_at - time.monotonic()
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._ready.put_nowait, host)
        else:
            self._ready.put_nowait(host)
