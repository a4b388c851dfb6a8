"""A feed's address and validators → its body, or that nothing changed, or a named reason why neither came."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import httpx  # noqa: TID251  the one seam to HTTP

from watcher.collect import guard, manners
from watcher.collect.connect import Dialler, explain
from watcher.collect.inflate import CODINGS, Inflater
from watcher.collect.line import Lane, Line
from watcher.collect.request import Request
from watcher.collect.wire import Transport, Wire
from watcher.errors import SourceError

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Iterable, Mapping

WORKERS = 100  # requests in flight: so many that a few dozen hosts which never answer leave enough for the others
WAITING = 32  # outcomes that wait to be taken
RESOLVING = 32  # names looked up at a time
_NOTHING = httpx.ByteStream(b"")
_UNCARRIED = "one of the feed's headers has a value that HTTP can't carry"
_BREAKS = re.compile(rb"[\r\n\0]")
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The feed has nothing new; `max_age` in seconds, `moved_to` the target of a permanent redirect or ""."""

    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    max_age: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """
    A body, unpacked; `url` is where it came from in the end, `max_age` and `moved_to` as in NotModified.

    A body that was cut off is given as far as it came, without validators: they would hide the rest for ever.
    """

    body: bytes
    content_type: str
    url: str
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    max_age: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """One of the named reasons, a sentence's worth of detail without secrets, and the server's wish in seconds."""

    reason: str
    detail: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class _Redirect:
    url: httpx.URL
    is_permanent: bool


Outcome = Fetched | NotModified | Failed
_Results = asyncio.Queue[tuple[Request, Outcome | Exception]]


class Fetcher:
    """
    Fetches feeds with `workers` requests in flight at most, one for each host, and a pause after it.

    Use as an async context manager. Every connection, redirects' included, goes to an address that the guard allowed;
    there are no cookies and no proxies; no answer outlasts its timeout or outgrows the guard's limit.
    """

    def __init__(self, *, contact: str, allow_private: bool, workers: int = WORKERS) -> None:
        self.workers = workers
        self._free = asyncio.Semaphore(workers)
        self._agent = f"Watcher/{version('watcher')}" + (f" (+{contact})" if contact else "")
        self._resolving = ThreadPoolExecutor(min(workers, RESOLVING), thread_name_prefix="dns")
        self._dialler = Dialler(allow_private=allow_private, resolving=self._resolving, tls=_tls())
        self._transport = Transport(Wire(self._dialler))
        self._lanes: defaultdict[str, Lane] = defaultdict(Lane)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._transport.aclose()
        self._resolving.shutdown(wait=False, cancel_futures=True)

    async def fetch(self, request: Request) -> Outcome:
        """Fetch one feed, when its host's turn comes."""
        try:
            return await self._follow(request)
        except SourceError as error:
            return Failed(reason=error.reason, detail=error.detail)

    async def fetch_all(self, requests: Iterable[Request]) -> AsyncGenerator[tuple[Request, Outcome], None]:
        """
        Fetch many feeds and give each outcome as it comes; close the iterator to stop what is in flight.

        Several may be under way beside each other: they share the workers, and the hosts' turns.
        """
        line = Line(requests, _host)
        total = line.waiting
        results: _Results = asyncio.Queue(WAITING)  # bounded: bodies wait in servers, not here
        tasks = [asyncio.create_task(self._work(line, results)) for _ in range(min(self.workers, line.hosts))]
        try:
            for _ in range(total):
                request, outcome = await results.get()
                if isinstance(outcome, Exception):
                    raise outcome
                yield request, outcome
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, line: Line[Request], results: _Results) -> None:
        while True:
            host, request = await line.take()
            try:
                async with self._free:
                    outcome: Outcome | Exception = await self.fetch(request)
            except Exception as bug:  # noqa: BLE001  a bug is raised where the results are read, not lost in a task
                outcome = bug
            line.give_back(host, self._lanes[host].free_at)
            await results.put((request, outcome))

    async def _follow(self, request: Request) -> Outcome:
        """Follow redirects; each hop waits for its own host's turn, which the request's time does not pay for."""
        url = home = _read_url(request.url)
        moved_to, is_permanent = "", True
        budget = request.timeout
        for _ in range(guard.MAX_REDIRECTS + 1):
            lane = self._lanes[url.host]
            async with lane:
                started = time.monotonic()
                try:
                    answer = await self._exchange(request, _headers(request, home, url, self._agent), url, budget)
                finally:
                    ended = time.monotonic()
                    lane.free_at = ended + self._pause(url.host, request.host_pause)
            budget -= ended - started
            if isinstance(answer, Failed):
                return answer
            if not isinstance(answer, _Redirect):
                return replace(answer, moved_to=moved_to) if moved_to else answer
            url, is_permanent = answer.url, is_permanent and answer.is_permanent
            moved_to = str(url) if is_permanent else moved_to
        raise SourceError("redirects", f"more than {guard.MAX_REDIRECTS} redirects in a row")

    def _pause(self, host: str, wanted: float | None) -> float:
        if wanted is not None:
            return wanted
        return 0.0 if host in self._dialler.near else guard.HOST_PAUSE

    async def _exchange(
        self, request: Request, headers: list[tuple[bytes, bytes]], url: httpx.URL, budget: float
    ) -> Outcome | _Redirect:
        # With a stream it isn't made ready for whatever a request might carry, which takes longer than sending it.
        host = [] if any(name == b"host" for name, _ in headers) else [(b"Host", url.netloc)]
        question = httpx.Request("GET", url, headers=host + headers, stream=_NOTHING)
        try:
            async with asyncio.timeout(budget):
                answer = await self._transport.handle_async_request(question)
                try:
                    return await _read(answer, request, url)
                finally:
                    await answer.aclose()
        except TimeoutError as error:
            raise SourceError("timeout", f"no whole answer within {request.timeout:g} s") from error
        except httpx.HTTPError as error:
            raise explain(error) from error


async def _read(answer: httpx.Response, request: Request, url: httpx.URL) -> Outcome | _Redirect:
    """Say what an answer means."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers.raw}
    now = datetime.now(UTC)
    status, location = answer.status_code, headers.get("location", "")
    if status in (301, 302, 303, 307, 308) and location:
        return _Redirect(_redirected(url, location), status in (301, 308))
    etag, last_modified = manners.validator(headers, "etag"), manners.validator(headers, "last-modified")
    max_age = manners.max_age(headers, now)
    if status == 304 and (request.etag or request.last_modified):
        return NotModified(etag=etag, last_modified=last_modified, max_age=max_age)
    if status not in (200, 203):
        return _refused(status, manners.retry_after(headers, now))
    body, is_whole = await _read_body(answer, headers)
    return Fetched(
        body=body,
        content_type=headers.get("content-type", ""),
        url=str(url),
        etag=etag if is_whole else "",
        last_modified=last_modified if is_whole else "",
        max_age=max_age,
    )


def _refused(status: int, retry_after: float | None) -> Failed:
    if status == 410:
        return Failed(reason="gone", detail="the publisher says that this feed is gone for good")
    if status == 429:
        return Failed(reason="rate-limited", detail="the server asks for fewer requests", retry_after=retry_after)
    detail = "not modified, though nothing was asked" if status == 304 else f"the server answered {status}"
    return Failed(reason=f"http-{status}", detail=detail, retry_after=retry_after)


async def _read_body(answer: httpx.Response, headers: Mapping[str, str]) -> tuple[bytes, bool]:
    """Read and unpack a body within its limit; tell whether it came whole."""
    inflater = Inflater(headers.get("content-encoding", ""))
    length = headers.get("content-length", "")
    if len(length) > 12 or (length.isdecimal() and int(length) > guard.MAX_BYTES):
        raise SourceError("too-large", f"more than {guard.MAX_BYTES >> 20} MiB")
    try:
        async for chunk in answer.aiter_raw():
            inflater.feed(chunk)
    except httpx.ReadError:
        if not inflater.body:
            raise
        return bytes(inflater.body), False
    return bytes(inflater.body), inflater.is_whole


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    try:
        target = url.join(location)
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceError("redirects", "redirected to what is not an address") from error
    if target.scheme not in ("http", "https"):
        raise SourceError("blocked-address", f"redirected to {target.scheme}:, which is not fetched")
    return target


@cache
def _tls() -> ssl.SSLContext:
    """Read the authorities once: it takes as long as a hundred feeds."""
    return httpx.create_ssl_context(trust_env=False)


def _read_url(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceError("unreachable", "the feed's address can't be read") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise SourceError("blocked-address", "the feed's address is not http or https")
    return url


def _host(request: Request) -> str:
    """Give the host in whose line a request stands; where the address can't be read, fetching it will say so."""
    try:
        return urlsplit(request.url).hostname or ""
    except ValueError:
        return ""


def _headers(request: Request, home: httpx.URL, url: httpx.URL, agent: str) -> list[tuple[bytes, bytes]]:
    """Give a hop's headers; the desk's own, which may hold secrets, go to the feed's own site only."""
    headers = {"user-agent": agent, "accept": _ACCEPT, "accept-encoding": CODINGS}
    if request.etag:
        headers["if-none-match"] = request.etag
    if request.last_modified:
        headers["if-modified-since"] = request.last_modified
    if _is_same_site(home, url):
        headers |= {name.lower(): value for name, value in request.headers.items()}
    try:
        sent = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]
    except UnicodeEncodeError as error:
        raise SourceError("unreachable", _UNCARRIED) from error
    if any(_BREAKS.search(part) for header in sent for part in header):
        raise SourceError("unreachable", _UNCARRIED)
    return sent


def _is_same_site(home: httpx.URL, url: httpx.URL) -> bool:
    is_upgrade = home.scheme == "http" and url.scheme == "https" and home.port is None and url.port is None
    return home.host == url.host and (is_upgrade or (home.scheme, home.port) == (url.scheme, url.port))
