"""Fetching, over real HTTP on loopback: politeness, bounds, and a named reason for everything that goes wrong."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from contextlib import aclosing
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.feed_server import SAMPLE, FeedServer
from watcher.collect import connect, guard
from watcher.collect.fetch import Failed, Fetched, Fetcher, NotModified, Outcome
from watcher.collect.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

PRIVATE = "http://10.0.0.1/feed"


@pytest.fixture(scope="module")
def web() -> Iterator[FeedServer]:
    """Serve all behaviours of feed_server.py."""
    with FeedServer() as server:
        yield server


def ask(*requests: Request, allow_private: bool = True, workers: int = 8) -> dict[str, Outcome]:
    """Fetch these, and give the outcomes by feed id."""

    async def collect() -> dict[str, Outcome]:
        async with Fetcher(contact="desk@example.org", allow_private=allow_private, workers=workers) as fetcher:
            return {request.feed: outcome async for request, outcome in fetcher.fetch_all(requests)}

    return asyncio.run(collect())


def get(url: str, **kind: Any) -> Outcome:
    """Fetch one address."""
    return ask(Request(feed="f", url=url, **kind))["f"]


def reason(outcome: Outcome) -> str:
    """Give why there is no body, or ""."""
    return outcome.reason if isinstance(outcome, Failed) else ""


def test_a_feed_comes_with_its_validators_and_goes_unchanged_when_they_are_sent_back(web: FeedServer) -> None:
    """ETag and Last-Modified are opaque: they go back as they came, and a 304 is no failure."""
    first = get(web.url("/ok"))
    assert isinstance(first, Fetched)
    assert (first.body, first.url, first.moved_to) == (SAMPLE, web.url("/ok"), "")
    again = get(web.url("/ok"), etag=first.etag, last_modified=first.last_modified)
    assert again == NotModified(etag=first.etag, last_modified=first.last_modified)
    sent = web.asked("/ok")[-1].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == (first.etag, first.last_modified)


def test_a_strange_validator_goes_back_byte_for_byte(web: FeedServer) -> None:
    """Even one without quotes and outside of ASCII; one that is too long to be kept is forgotten."""
    url = web.put("/strange", SAMPLE, headers={"ETag": "ünquoted ,W/"})
    first = get(url)
    assert isinstance(first, Fetched)
    assert isinstance(get(url, etag=first.etag), NotModified)
    long = get(web.put("/long", SAMPLE, headers={"ETag": "x" * 2000}))
    assert isinstance(long, Fetched)
    assert long.etag == ""


def test_publishers_learn_who_asks_and_no_cookies_come_back(web: FeedServer) -> None:
    """The User-Agent has the contact; codings are those that are inflated; nothing is remembered between requests."""
    get(web.url("/cookie"))
    get(web.url("/cookie"))
    sent = web.asked("/cookie")[-1].headers
    assert sent["user-agent"].startswith("Watcher/")
    assert sent["user-agent"].endswith("(+desk@example.org)")
    assert sent["accept-encoding"] == "gzip, deflate, br, zstd"
    assert "cookie" not in sent
    assert "if-none-match" not in sent


def test_proxies_of_the_environment_are_not_used(web: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable meant for other programs sends no feed elsewhere."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert isinstance(get(web.url("/ok")), Fetched)


@pytest.mark.parametrize("path", ["/gzip", "/deflate", "/raw-deflate", "/br", "/zstd"])
def test_packed_bodies_are_unpacked(web: FeedServer, path: str) -> None:
    """Gzip, deflate, what some servers call deflate, brotli and zstd."""
    outcome = get(web.url(path))
    assert isinstance(outcome, Fetched)
    assert outcome.body == SAMPLE


def test_a_body_that_is_called_packed_and_is_not_is_taken_as_it_is(web: FeedServer) -> None:
    """Servers say gzip and send the feed itself."""
    outcome = get(web.put("/unpacked", SAMPLE, headers={"Content-Encoding": "gzip"}))
    assert isinstance(outcome, Fetched)
    assert outcome.body == SAMPLE


@pytest.mark.parametrize("path", ["/short", "/broken-gzip", "/broken-br"])
def test_a_body_that_is_cut_off_is_kept_without_validators(web: FeedServer, path: str) -> None:
    """What came may hold articles; a validator would hide the rest of them."""
    outcome = get(web.url(path))
    assert isinstance(outcome, Fetched)
    assert SAMPLE.startswith(outcome.body)
    assert outcome.body
    assert outcome.etag == outcome.last_modified == ""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/404", "http-404"),
        ("/410", "gone"),
        ("/429", "rate-limited"),
        ("/500", "http-500"),
        ("/204", "http-204"),
        ("/304", "http-304"),
        ("/redirect-loop", "redirects"),
        ("/redirect-file", "blocked-address"),
        ("/redirect-nowhere", "http-302"),
        ("/lzma", "undecodable"),
        ("/stacked", "undecodable"),
        ("/bomb", "too-large"),
        ("/br-bomb", "too-large"),
        ("/zstd-bomb", "too-large"),
        ("/huge", "too-large"),
        ("/endless", "too-large"),
        ("/drip-body", "timeout"),
        ("/drip-headers", "timeout"),
        ("/silent", "timeout"),
        ("/reset", "unreachable"),
        ("/cut", "unreachable"),
    ],
)
def test_what_goes_wrong_has_a_named_reason(web: FeedServer, path: str, expected: str) -> None:
    """And ends within its limits of time and size."""
    started = time.monotonic()
    assert reason(get(web.url(path), timeout=0.5 if expected == "timeout" else 10.0)) == expected
    assert time.monotonic() - started < 8


def test_a_packed_body_with_damage_in_it_is_undecodable(web: FeedServer) -> None:
    """Bytes that no inflating makes sense of."""
    broken = {"gzip": b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 50, "br": b"\xff" * 50, "zstd": b"\xff" * 50}
    for coding, body in broken.items():
        assert reason(get(web.put("/damaged", body, headers={"Content-Encoding": coding}))) == "undecodable"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://no-such-host.invalid/", "dns"),
        ("http://127.0.0.1:1/", "unreachable"),
        ("http://[::1", "unreachable"),
        ("http:///nowhere", "blocked-address"),
        ("file:///etc/passwd", "blocked-address"),
        ("http://0.0.0.0/", "blocked-address"),
    ],
)
def test_an_address_that_leads_nowhere_has_a_named_reason(url: str, expected: str) -> None:
    """Unknown names, closed ports, and what is no address."""
    assert reason(get(url, timeout=5.0)) == expected


def test_plain_http_where_tls_is_expected_is_a_tls_failure(web: FeedServer) -> None:
    """A certificate or a handshake that fails is told apart from a server that is down."""
    assert reason(get(web.url("/ok").replace("http:", "https:"))) == "tls"


def test_retry_after_is_read_as_seconds_and_as_a_date(web: FeedServer) -> None:
    """For a rate limit and for an outage."""
    waits = [get(web.url(path)) for path in ("/429", "/503", "/429-date", "/500")]
    assert [wait.retry_after for wait in waits if isinstance(wait, Failed)] == [120.0, 120.0, 3600.0, None]


def test_freshness_is_read_from_cache_control_and_from_expires(web: FeedServer) -> None:
    """As seconds, by the server's own clock."""
    fresh, expires, neither = (get(web.url(path)) for path in ("/fresh", "/expires", "/ok"))
    assert isinstance(fresh, Fetched)
    assert isinstance(expires, Fetched)
    assert isinstance(neither, Fetched)
    assert (fresh.max_age, expires.max_age, neither.max_age) == (7200.0, 3600.0, None)


def test_a_redirect_is_followed_and_told_where_it_is_permanent(web: FeedServer) -> None:
    """301 and 308 name the new address, up to the first hop that is not for good."""
    for path, moved in (("/301/ok", "/ok"), ("/308/301/ok", "/ok"), ("/302/ok", ""), ("/301/302/ok", "/302/ok")):
        outcome = get(web.url(path))
        assert isinstance(outcome, Fetched)
        assert outcome.url == web.url("/ok")
        assert outcome.moved_to == (web.url(moved) if moved else "")


def test_the_desks_headers_go_to_the_feeds_own_site_only(web: FeedServer) -> None:
    """A secret doesn't follow a redirect to another host or port."""
    with FeedServer() as other:
        there = web.put("/elsewhere", b"", status=302, headers={"Location": other.url("/ok")})
        for url in (web.url("/302/ok"), there):
            assert isinstance(get(url, headers={"X-Key": "s3cret"}), Fetched)
        assert web.asked("/ok")[-1].headers["x-key"] == "s3cret"
        assert "x-key" not in other.asked("/ok")[-1].headers


@pytest.mark.parametrize("value", ["käse€", "a\r\nHost: b", "a\0b"])
def test_a_header_that_http_can_not_carry_is_told_without_its_value(web: FeedServer, value: str) -> None:
    """The value may be a secret of the environment."""
    outcome = get(web.url("/ok"), headers={"X-Key": value})
    assert isinstance(outcome, Failed)
    assert outcome.reason == "unreachable"
    assert value not in outcome.detail


def test_a_redirect_to_what_is_no_address_is_told(web: FeedServer) -> None:
    """The server's mistake, not ours."""
    assert reason(get(web.put("/odd", b"", status=301, headers={"Location": "http://[::1"}))) == "redirects"


def test_private_addresses_are_refused_without_the_opt_in(web: FeedServer) -> None:
    """Loopback in every spelling; nothing is sent there."""
    before = len(web.ledger)
    port = web.url("/ok").rpartition(":")[2]
    urls = [f"http://{host}:{port}" for host in ("127.0.0.1", "2130706433", "0x7f.1", "localhost", "[::ffff:7f00:1]")]
    outcomes = ask(*(Request(feed=url, url=url) for url in urls), allow_private=False)
    assert {reason(outcome) for outcome in outcomes.values()} == {"blocked-address"}
    assert len(web.ledger) == before


def test_a_redirect_to_a_private_address_is_refused(web: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every hop is guarded, and the address that was checked is the one connected to."""
    monkeypatch.setattr(guard, "allowed", lambda address, **_: "" if address == "127.0.0.1" else "not public")
    blocked = web.put("/to-private", b"", status=302, headers={"Location": PRIVATE})
    assert reason(get(blocked)) == "blocked-address"


def test_one_private_address_among_public_ones_blocks_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves to both could lead to either."""
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    (outcome,) = ask(Request(feed="f", url="http://both.example/"), allow_private=False).values()
    assert reason(outcome) == "blocked-address"


def test_the_next_address_is_tried_where_the_first_is_dead(web: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts announce IPv6 that leads nowhere."""
    monkeypatch.setattr(connect, "_resolve", lambda *_: ["127.0.0.99", "127.0.0.1"])
    assert isinstance(get(web.url("/ok").replace("127.0.0.1", "two.example")), Fetched)


def test_a_host_is_asked_one_at_a_time_with_a_pause(web: FeedServer) -> None:
    """However many workers there are; a pause that is set counts on loopback too."""
    urls = [web.put(f"/paused~{number}", SAMPLE) for number in range(4)]
    outcomes = ask(*(Request(feed=url, url=url, host_pause=0.15) for url in urls))
    times = sorted(asked.at for asked in web.ledger if asked.path.startswith("/paused"))
    assert all(isinstance(outcome, Fetched) for outcome in outcomes.values())
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.14


def test_whoever_stops_waiting_for_a_host_leaves_its_lane_to_others(web: FeedServer) -> None:
    """A fetch that is given up during a pause takes no turn."""
    request = Request(feed="f", url=web.url("/ok"), host_pause=0.4)

    async def give_up() -> Outcome:
        async with Fetcher(contact="", allow_private=True) as fetcher:
            await fetcher.fetch(request)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(fetcher.fetch(request), 0.05)
            return await asyncio.wait_for(fetcher.fetch(request), 2)

    assert isinstance(asyncio.run(give_up()), Fetched)


def test_loopback_needs_no_pause(web: FeedServer) -> None:
    """A desk's own server may be asked as fast as it answers."""
    started = time.monotonic()
    ask(*(Request(feed=str(number), url=web.url(f"/ok~{number}")) for number in range(20)))
    assert time.monotonic() - started < 2


def test_a_public_host_has_its_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """One second between two requests, redirects' included, unless feeds.yaml says otherwise."""
    asked = []

    def resolve(host: str, _: int) -> list[str]:
        asked.append((host, time.monotonic()))
        raise OSError(8, "unknown")

    monkeypatch.setattr(connect, "_resolve", resolve)
    ask(*(Request(feed=str(number), url="http://busy.example/") for number in range(2)))
    (_, first), (_, second) = asked
    assert second - first >= guard.HOST_PAUSE


def test_a_hanging_feed_delays_no_other_host(web: FeedServer) -> None:
    """One worker waits for it; the others go on, and its time-out ends it."""
    with FeedServer("127.0.0.2") as slow:
        requests = [Request(feed="slow", url=slow.url("/silent"), timeout=1.0)]
        requests += [Request(feed=str(number), url=web.url(f"/ok~{number}")) for number in range(10)]
        done: list[str] = []

        async def collect() -> None:
            async with Fetcher(contact="", allow_private=True, workers=2) as fetcher:
                async for request, _ in fetcher.fetch_all(requests):
                    done.append(request.feed)

        asyncio.run(collect())
    assert len(done) == 11
    assert done[-1] == "slow"


def test_a_closed_iterator_stops_what_is_in_flight(web: FeedServer) -> None:
    """Whoever stops reading outcomes waits for none of them."""

    async def first() -> str:
        requests = [Request(feed="ok", url=web.url("/ok"))]
        with FeedServer("127.0.0.3") as slow:
            requests += [Request(feed="slow", url=slow.url("/silent"))]
            async with (
                Fetcher(contact="", allow_private=True) as fetcher,
                aclosing(fetcher.fetch_all(requests)) as outcomes,
            ):
                async for request, _ in outcomes:
                    return request.feed
        return ""

    started = time.monotonic()
    assert asyncio.run(first()) == "ok"
    assert time.monotonic() - started < 3


def test_nothing_to_fetch_is_done_at_once() -> None:
    """No requests, no workers, no outcomes."""
    assert ask() == {}


def test_a_bug_stops_the_run(web: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not a feed's fault is not swallowed by a worker."""

    def broken(*_: object, **__: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(guard, "allowed", broken)
    with pytest.raises(ZeroDivisionError):
        ask(*(Request(feed=str(number), url=web.url("/ok")) for number in range(5)))


def test_a_request_that_can_not_be_read_is_an_outcome_among_others(web: FeedServer) -> None:
    """One bad address doesn't keep the others from being fetched."""
    outcomes = ask(Request(feed="bad", url="http://[::1"), Request(feed="good", url=web.url("/ok")))
    assert reason(outcomes["bad"]) == "unreachable"
    assert isinstance(outcomes["good"], Fetched)


def test_a_broken_connection_is_named_by_its_cause() -> None:
    """The system's words where there are some; never an exception's own, which may quote a header."""
    error = connect.BrokenError("X-Key: s3cret")
    error.__cause__ = ssl.SSLCertVerificationError(1, "certificate verify failed")
    assert connect.explain(error).reason == "tls"
    assert connect.explain(connect.BrokenError("X-Key: s3cret")).detail.startswith("the server broke off")
    assert "s3cret" not in str(connect.explain(OSError("X-Key: s3cret")))
