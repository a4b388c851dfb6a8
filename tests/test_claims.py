"""A pass of a fleet's: hosts claimed bit by bit, asked while they are its own, and given back."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

import pytest

from tests.feed_server import SAMPLE, FeedServer
from tests.remembered import opened
from tests.treachery import Shipped
from watcher import claims
from watcher.collect.feeds import Feed, FeedList
from watcher.poll import Options
from watcher.reading import Readers
from watcher.share import Share
from watcher.state import leases
from watcher.state.leases import Want

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.state.store import Store

pytestmark = pytest.mark.usefixtures("engine")

HOSTS = ("127.0.0.2", "127.0.0.3", "127.0.0.4")


@pytest.fixture
def webs() -> Iterator[list[FeedServer]]:
    """Give three hosts with two feeds each."""
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(FeedServer(host)) for host in HOSTS]
        for server in servers:
            server.put("/0.xml", SAMPLE)
            server.put("/1.xml", SAMPLE)
        yield servers


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """Give a worker with the shipped rules."""
    with Readers(Shipped(), count=1) as started:
        yield started


def listed(store: Store, webs: list[FeedServer]) -> FeedList:
    """List the feeds, all due."""
    feeds = [Feed(id=f"f{host}-{n}", url=web.url(f"/{n}.xml")) for host, web in enumerate(webs) for n in range(2)]
    store.feeds.sync(feeds, store.now())
    return FeedList("", tuple(feeds))


def test_a_pass_takes_further_hosts_while_it_goes_on(
    tmp_path: Path, webs: list[FeedServer], readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for one host at a time it still asks all that is due, each feed once, and keeps none."""
    monkeypatch.setattr(claims, "HAND", Want(1))
    with opened(tmp_path) as store:
        feeds = listed(store, webs)
        summary = Share(store, readers).poll(feeds, Options(allow_private=True))
        assert summary is not None
        assert summary.feeds == 6
        assert [sorted(each.path for each in web.ledger) for web in webs] == [["/0.xml", "/1.xml"]] * 3
        assert store.leases.lease("another", dict.fromkeys(HOSTS, 0.0))[0] == frozenset(HOSTS)
        assert Share(store, readers).poll(feeds, Options(allow_private=True)) is None


def test_what_another_asks_is_left_to_it(tmp_path: Path, webs: list[FeedServer], readers: Readers) -> None:
    """A host that another holds is not asked."""
    with opened(tmp_path) as store:
        feeds = listed(store, webs)
        store.leases.lease("another", {HOSTS[0]: 0.0})
        summary = Share(store, readers).poll(feeds, Options(allow_private=True))
        assert summary is not None
        assert (summary.feeds, len(webs[0].ledger)) == (4, 0)


def test_a_pass_that_has_lost_its_hosts_ends(
    tmp_path: Path, webs: list[FeedServer], readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It doesn't go on asking what is another's by now, and stores nothing of it."""
    monkeypatch.setattr(leases, "LEASE", leases.LEASE / 60)
    with opened(tmp_path) as store:
        feeds = listed(store, webs)
        webs[0].put("/0.xml", b"", status=302, headers={"Location": "/silent"})
        share = Share(store, readers)
        with _stolen(store, share):
            summary = share.poll(feeds, Options(allow_private=True))
        assert summary is not None
        assert (summary.feeds, summary.failed) == (4, [])  # nor is it waited for until it has failed


@contextlib.contextmanager
def _stolen(store: Store, share: Share) -> Iterator[None]:
    """Let another take a host over half a second from now, as if its lease had ended."""

    def steal() -> None:
        store.leases.release(share.holder, [HOSTS[0]])
        store.leases.lease("another", {HOSTS[0]: 0.0})

    thief = threading.Timer(0.5, steal)
    thief.start()
    yield
    thief.join()
