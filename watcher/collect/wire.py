"""
HTTP/1.1 on the wire: requests sent and answers taken apart by llhttp, over connections that are kept for a while.

httpx's own transport spends a millisecond of processor time on a request that a feed answers with 304; this one spends
a tenth of that. It does only what fetching needs: one GET at a time on a connection, whose body is read or dropped.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, cast

import httptools  # noqa: TID251  the one seam to the wire
import httpx  # noqa: TID251  whose transport this is

from watcher.collect.connect import BrokenError, Dialler, Place

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

HEAD = 64 << 10  # bytes of status line and headers
AHEAD = 256 << 10  # bytes of a body that wait to be read, before the server is made to wait
KEPT = 400  # connections that wait for a next request
KEPT_FOR = 5.0  # seconds
_LENIENT = {
    "lenient_headers": True,
    "lenient_chunked_length": True,
    "lenient_optional_cr_before_lf": True,
    "lenient_optional_lf_after_cr": True,
    "lenient_spaces_after_chunk_size": True,
}
Headers = list[tuple[bytes, bytes]]


class Connection(asyncio.Protocol):
    """One connection, with at most one exchange on it; `waiting` bytes of its body have come and were not read yet."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.idle_since = 0.0
        self.is_open = False
        self.is_fresh = True
        self._begin()

    def _begin(self) -> None:
        """Get ready for an answer."""
        self.status = 0
        self.headers: Headers = []
        self.is_done = False
        self.has_head = False
        self._is_kept = False
        self._size = 0
        self._chunks: deque[bytes] = deque()
        self.waiting = 0
        self._error: BrokenError | OSError | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(**_LENIENT)  # odd servers have news, too, and nobody stands behind us

    async def ask(self, question: bytes) -> None:
        """Send a request, and wait for the answer's status and headers. Raises BrokenError, OSError."""
        if self.transport is None or not self.is_open:
            raise BrokenError("the connection was closed")
        self._begin()
        self.transport.write(question)
        while not self.has_head:
            await self._wait()

    async def body(self) -> AsyncGenerator[bytes, None]:
        """Give the body as it comes. Raises BrokenError, OSError."""
        while True:
            while self._chunks:
                chunk = self._chunks.popleft()
                self.waiting -= len(chunk)
                yield chunk
            if self.is_done:
                return
            if self.transport is not None and self.is_open:
                self.transport.resume_reading()
            await self._wait()

    @property
    def is_reusable(self) -> bool:
        """Whether a further request may be sent."""
        return self.is_open and self.is_done and self._is_kept

    def close(self) -> None:
        """Drop the connection, whatever is still to come."""
        self.is_open = False
        if self.transport is not None:
            self.transport.abort()

    async def _wait(self) -> None:
        if self._error is not None:
            raise self._error
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _fail(self, error: BrokenError | OSError) -> None:
        self._error = self._error or error
        self.close()
        self._wake()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection over."""
        self.transport, self.is_open = cast("asyncio.Transport", transport), True

    def data_received(self, data: bytes) -> None:
        """Take the next bytes apart; what comes unasked ends the connection."""
        self.is_fresh = False
        if self.is_done:
            self._fail(BrokenError("more came than was asked for"))
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._fail(BrokenError(str(error)))
            return
        if not self.has_head and (size := self._size + len(data)) > HEAD:
            self._fail(BrokenError("its headers have no end"))
        elif not self.has_head:
            self._size = size
        elif self.waiting > AHEAD:
            cast("asyncio.Transport", self.transport).pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the answer where the connection is its end, or break it off."""
        self.is_open = False
        if self.has_head and not self.is_done and not exc and not self._is_measured():
            self.is_done = True
            self._wake()
        elif not self.is_done:
            self._fail(exc if isinstance(exc, OSError) else BrokenError("the server broke off"))

    def _is_measured(self) -> bool:
        return any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in self.headers)

    # What the parser calls.

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header; those after the body are none."""
        if not self.has_head:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Give the answer out, but for an interim one."""
        self.status = self._parser.get_status_code()
        if self.status < 200:
            self.headers = []
        else:
            self.has_head = True
            self._is_kept = self._parser.should_keep_alive()  # known now: the parser forgets it with the body

    def on_body(self, chunk: bytes) -> None:
        """Put a piece of the body where its reader takes it."""
        self._chunks.append(chunk)
        self.waiting += len(chunk)

    def on_message_complete(self) -> None:
        """Note that nothing more is to come."""
        self.is_done = self.has_head


class Wire:
    """The connections: one is kept for each place that answered well, the longest unused are dropped first."""

    def __init__(self, dialler: Dialler) -> None:
        self._dialler = dialler
        self._kept: dict[Place, Connection] = {}

    async def ask(self, place: Place, question: bytes) -> Connection:
        """Send a GET; give the connection that its answer has begun on. Raises BrokenError, OSError, SourceError."""
        kept = self._kept.pop(place, None)
        if kept is not None and time.monotonic() - kept.idle_since < KEPT_FOR:
            kept.is_fresh = True
            try:
                return await self._begun(kept, question)
            except (BrokenError, OSError):
                if not kept.is_fresh:
                    raise
        elif kept is not None:
            kept.close()
        # Here too where the server closed a connection while it waited.
        return await self._begun(await self._dialler.connect(Connection, place), question)

    async def _begun(self, connection: Connection, question: bytes) -> Connection:
        try:
            await connection.ask(question)
        except BaseException:
            connection.close()
            raise
        return connection

    def give_back(self, place: Place, connection: Connection) -> None:
        """Keep a connection whose answer came to its end, drop any other."""
        if not connection.is_reusable:
            connection.close()
            return
        if len(self._kept) >= KEPT:
            self._kept.pop(next(iter(self._kept))).close()
        connection.idle_since = time.monotonic()
        self._kept[place] = connection

    async def close(self) -> None:
        """Drop all that is kept."""
        for connection in self._kept.values():
            connection.close()
        self._kept.clear()
        await asyncio.sleep(0)  # asyncio closes sockets at its next turn


class Transport(httpx.AsyncBaseTransport):
    """httpx's interface to our wire; without its client, which has cookies, proxies and redirects of its own."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a GET, and give its answer with a body that is still to be read. Raises httpx.HTTPError, SourceError."""
        url = request.url
        is_secure = url.scheme == "https"
        place = (is_secure, url.raw_host.decode("ascii"), url.port or (443 if is_secure else 80))
        lines = [b"GET %b HTTP/1.1" % url.raw_path, *(b"%b: %b" % header for header in request.headers.raw), b"", b""]
        try:
            connection = await self._wire.ask(place, b"\r\n".join(lines))
        except (BrokenError, OSError) as error:
            raise httpx.ConnectError("") from error
        body = _Body(self._wire, place, connection)
        return httpx.Response(connection.status, headers=connection.headers, stream=body)

    async def aclose(self) -> None:
        """Drop all connections."""
        await self._wire.close()


class _Body(httpx.AsyncByteStream):
    """An answer's body; closing it gives the connection back."""

    def __init__(self, wire: Wire, place: Place, connection: Connection) -> None:
        self._wire, self._place, self._connection = wire, place, connection

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        try:
            async for chunk in self._connection.body():
                yield chunk
        except (BrokenError, OSError) as error:
            raise httpx.ReadError("") from error

    async def aclose(self) -> None:
        self._wire.give_back(self._place, self._connection)
