"""An article that Watcher falls over costs that article: it is kept, told, and tried again under another rulebook."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.command import Command, furnish
from tests.desk import channel, post
from tests.feed_server import FeedServer, feed, item
from tests.invented import plan
from tests.remembered import address, announceable, opened
from tests.treachery import Faulty, Shipped
from watcher import reading
from watcher.again import again
from watcher.backtest import Rescan, rescan
from watcher.collect.article import Article
from watcher.collect.feeds import Feed, FeedList
from watcher.poll import Options, poll
from watcher.reading import Completed, Page, Readers
from watcher.scan import Batch, Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fake_slack import FakeSlack
    from watcher.state.store import Store

pytestmark = pytest.mark.usefixtures("engine")

NOW = datetime(2026, 1, 13, 7, 0, tzinfo=UTC)
TOLD = "Iran supplied drones to Russia"
FAULT = "Iran supplied FAULT missiles to Russia"


@pytest.fixture
def listed() -> Iterator[FeedList]:
    """Serve a feed of three articles, of which one brings a bug to light."""
    with FeedServer() as web:
        titles = (TOLD, FAULT, "The harbour was quiet")
        entries = [item(title, guid=title, date="Mon, 12 Jan 2026 10:00:00 GMT") for title in titles]
        web.put("/feed", feed(*entries))
        yield FeedList("", (Feed(id="wire", url=web.url("/feed")),))


def polled(store: Store, listed: FeedList, readers: Readers) -> str:
    """Poll; give the summary without its seconds."""
    summary = poll(store, listed, readers, Options(allow_private=True, force=True, clock=lambda: NOW))
    return str(summary).rpartition(";")[0]


def matched(store: Store) -> set[str]:
    """Give the titles of what is stored as matched."""
    return {each.article.title for each in store.past.read(next(store.past.slices())) if each.matches}


def test_it_costs_that_article_and_is_told(tmp_path: Path, listed: FeedList) -> None:
    """The feed's others are decided; the health channel is told once, and again when it has been mended."""
    with opened(tmp_path) as store, Readers(Faulty(), count=1) as readers:
        assert (
            polled(store, listed, readers)
            == "polled 1 feeds: 0 unchanged, 1 changed, 0 failed; 3 new articles, 1 matched"
        )
        book = Faulty().load()
        again(store, readers, book.hash, NOW)
        found = store.unread.found()
        assert found is not None
        assert (found.count, found.title) == (1, FAULT)
        assert found.reason.startswith("ZeroDivisionError in treachery.py:")
        (trouble,) = store.health.untold()
        assert trouble.problem == f"articles can't be read, and are told by no digest: {found.reason}"
        assert store.unread.waiting(book.hash, 9) == []

        readers.rules = Shipped()
        again(store, readers, Shipped().load().hash, NOW + timedelta(hours=1))
        assert store.unread.found() is None
        assert store.health.troubles() == []
        assert matched(store) == {TOLD, FAULT}
        assert set(announceable(store)) >= {TOLD, FAULT}


def test_a_rescan_keeps_what_was_decided_before_the_bug(tmp_path: Path, listed: FeedList) -> None:
    """A newer rulebook that falls over an article takes nothing away from it, and the next one tries again."""
    with opened(tmp_path) as store, Readers(Shipped(), count=1) as readers:
        polled(store, listed, readers)
        assert matched(store) == {TOLD, FAULT}
        done = rescan(Rescan(url=address(tmp_path), rules=Faulty(), now=NOW), lambda *_: None)
        assert str(done) == "rescanned 3 articles: 0 matches found, 0 lost"
        found = store.unread.found()
        assert found is not None
        assert found.title == FAULT
        assert matched(store) == {TOLD, FAULT}
        done = rescan(Rescan(url=address(tmp_path), rules=Faulty("NOWHERE"), now=NOW), lambda *_: None)
        assert done.articles == 3
        assert store.unread.found() is None


def test_it_is_missing_in_a_digest_which_is_told(tmp_path: Path, listed: FeedList, slack: FakeSlack) -> None:
    """A digest under rules that fall over an article says all else; the next one under others says it."""
    with opened(tmp_path) as store, Readers(Shipped(), count=1) as readers:
        polled(store, listed, readers)
        posted = post(store, Faulty().load(), plan(), channel(slack), now=NOW)
        assert (posted.articles, FAULT in str(slack.messages)) == (1, False)
        assert [each.name for each in store.health.untold()] == ["reading"]
        posted = post(store, Shipped().load(), plan(), channel(slack), now=NOW)
        assert (posted.articles, FAULT in str(slack.messages)) == (1, True)


def test_what_kills_its_reader_again_is_not_tried_for_ever(tmp_path: Path, listed: FeedList) -> None:
    """A process that dies of it counts as a try under that rulebook."""
    with opened(tmp_path) as store, Readers(Faulty(), count=1) as readers:
        polled(store, listed, readers)
        readers.rules = Faulty("FAULT", is_deadly=True)
        again(store, readers, "another", NOW)
        found = store.unread.found()
        assert found is not None
        assert found.reason == "reading this feed killed the process that read it"
        assert store.unread.waiting("another", 9) == []


def test_a_page_that_brings_a_bug_to_light_leaves_what_the_feed_said() -> None:
    """The article keeps its feed's text."""
    page = f"<html><body><article><p>{'The harbour was quiet that day. ' * 20}</p></article></body></html>"
    told = Page(article=Article(id="1", title=FAULT), content=page.encode())
    assert reading.complete(Faulty(), told, NOW) == Completed(None, reason="unread")


def test_a_scan_names_it() -> None:
    """A source with an article that can't be decided has failed in part, and says which."""
    scanned = Desk(Faulty(), NOW).decide(Batch("items", (Article(id="1", title=FAULT), Article(id="2", title=TOLD))))
    assert (scanned.articles, scanned.matched, scanned.reason) == (2, 1, "unread")
    assert scanned.detail.startswith(f"1 of its articles, “{FAULT}”: ZeroDivisionError in treachery.py:")


def test_status_counts_what_could_not_be_read(
    tmp_path: Path, listed: FeedList, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the title and the reason of the last one."""
    furnish(tmp_path)
    with opened(tmp_path) as store, Readers(Faulty(), count=1) as readers:
        polled(store, listed, readers)
    told = Command(tmp_path, capsys, monkeypatch)("status")
    assert f"1 can't be read, the last one “{FAULT}”: ZeroDivisionError in treachery.py:" in told.out
