"""A pass over the due feeds: real HTTP on loopback, real worker processes, a real archive."""

from __future__ import annotations

import itertools
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.feed_server import PAGE, SAMPLE, FeedServer, feed, item
from tests.remembered import opened
from tests.treachery import Broken, Shipped, Treacherous
from watcher.collect.article import Article
from watcher.collect.feeds import Feed, FeedList
from watcher.decide.match import Finding
from watcher.errors import InputError, StateError
from watcher.poll import Options, poll
from watcher.reading import Readers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.poll import PollSummary
    from watcher.state.store import Store

pytestmark = pytest.mark.usefixtures("engine")

NOW = datetime(2026, 1, 13, 7, 0, tzinfo=UTC)
ARMS = item("Iran supplied drones to Russia", guid="arms", date="Mon, 12 Jan 2026 10:00:00 GMT")


@pytest.fixture
def web() -> Iterator[FeedServer]:
    """Give a web of feeds."""
    with FeedServer() as server:
        yield server


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """Give worker processes with the shipped rules and a parser that falls over CRASH and HANG."""
    with Readers(Treacherous(), count=2, patience=6) as started:
        yield started


def feeds(web: FeedServer, *paths: str, **more: object) -> FeedList:
    """List these paths as feeds; their ids are the paths without what ids can't have."""
    named = {path.strip("/").replace("/", "-").replace("~", "-"): web.url(path) for path in paths}
    return FeedList(
        "desk@example.org", tuple(Feed.model_validate({"id": i, "url": u, **more}) for i, u in named.items())
    )


def options(**more: object) -> Options:
    """Poll loopback feeds, at a fixed time."""
    values: dict[str, Any] = {"allow_private": True, "clock": lambda: NOW, **more}
    return Options(**values)


def failures(summary: PollSummary) -> dict[str, str]:
    """Give the reasons by feed."""
    return {name: reason for name, reason, _ in summary.failed}


def titles(store: Store) -> set[str]:
    """Give every title in the archive."""
    return {each.article.title for each in store.archive.articles()}


def test_a_pass_stores_what_is_new_and_the_second_nothing(tmp_path: Path, web: FeedServer, readers: Readers) -> None:
    """Articles, matches and validators are kept; asked again, an unchanged feed says so by 304 or by the same body."""
    web.put("/arms", feed(ARMS, item("Weather", guid="weather")))
    listed = feeds(web, "/arms", "/ok", "/no-validators")
    with opened(tmp_path) as store:
        first = poll(store, listed, readers, options())
        assert (first.feeds, first.changed, first.unchanged, first.failed) == (3, 3, 0, [])
        assert (first.new, first.matched) == (3, 1)  # the samples of /ok and /no-validators are one article
        second = poll(store, listed, readers, options(force=True))
        assert (second.feeds, second.changed, second.unchanged, second.new, second.edited) == (3, 0, 3, 0, 0)
        assert store.archive.counts().articles == 3
    assert [bool(asked.headers.get("if-none-match")) for asked in web.asked("/arms")] == [False, True]
    assert str(second).startswith("polled 3 feeds: 3 unchanged, 0 changed, 0 failed; 0 new articles, 0 matched; ")


def test_only_due_feeds_are_asked(tmp_path: Path, web: FeedServer, readers: Readers) -> None:
    """After a pass nothing is due until the interval is over, and the interval is the feed's own."""
    listed = feeds(web, "/ok", interval="30m")
    with opened(tmp_path) as store:
        poll(store, listed, readers, options())
        assert poll(store, listed, readers, options()).feeds == 0
        soon, later = NOW + timedelta(minutes=29), NOW + timedelta(minutes=40)
        assert poll(store, listed, readers, options(clock=lambda: soon)).feeds == 0
        assert poll(store, listed, readers, options(clock=lambda: later)).feeds == 1


def test_one_bad_feed_is_a_line_of_the_summary(tmp_path: Path, web: FeedServer, readers: Readers) -> None:
    """Each has its named reason, in the summary and in the archive; the good ones beside them are stored."""
    bad = [
        "/html",
        "/login",
        "/empty",
        "/410",
        "/404",
        "/500",
        "/redirect-loop",
        "/huge",
        "/bomb",
        "/reset",
        "/truncated",
    ]
    with opened(tmp_path) as store:
        summary = poll(store, feeds(web, "/ok", *bad), readers, options())
        remembered = {state.id: state.reason for state in store.feeds.states().values() if state.reason}
    assert failures(summary) == remembered == {
        "html": "html-page", "login": "login-page", "empty": "empty", "410": "gone", "404": "http-404",
        "500": "http-500", "redirect-loop": "redirects", "huge": "too-large", "bomb": "too-large",
        "reset": "unreachable", "truncated": "truncated",
    }  # fmt: skip
    assert (summary.feeds, summary.changed, summary.new) == (12, 1, 1)


def test_a_document_that_kills_or_hangs_its_worker_costs_that_document(
    tmp_path: Path, web: FeedServer, readers: Readers
) -> None:
    """The reasons are `crashed` and `timeout`; every other feed's articles arrive."""
    good = [web.put(f"/good~{number}", feed(item(f"News {number}", guid=f"n{number}"))) for number in range(8)]
    web.put("/crash", b"<rss>CRASH</rss>")
    web.put("/hang", b"<rss>HANG</rss>")
    listed = feeds(web, "/crash", "/hang", *(f"/good~{number}" for number in range(len(good))))
    with opened(tmp_path) as store:
        summary = poll(store, listed, readers, options())
        assert failures(summary) == {"crash": "crashed", "hang": "timeout"}
        assert titles(store) == {f"News {number}" for number in range(8)}
        assert store.feeds.states()["crash"].etag == ""


def test_a_truncated_feed_is_told_and_its_articles_are_kept(tmp_path: Path, web: FeedServer, readers: Readers) -> None:
    """It keeps no validators, which would hide the rest of it, and is well once it comes whole."""
    whole = feed(ARMS, item("The rest", guid="rest"))
    web.put("/cut", whole[: whole.index(b"The rest")])
    with opened(tmp_path) as store:
        summary = poll(store, feeds(web, "/cut"), readers, options())
        assert (failures(summary), summary.new) == ({"cut": "truncated"}, 1)
        assert (store.feeds.states()["cut"].etag, store.feeds.states()["cut"].body_hash) == ("", "")
        web.put("/cut", whole)
        mended = poll(store, feeds(web, "/cut"), readers, options(force=True))
        assert (mended.failed, mended.new) == ([], 1)


def test_entries_that_are_known_are_not_read_again(tmp_path: Path, web: FeedServer, readers: Readers) -> None:
    """Of a changed feed only what is new or edited comes to be recorded; what a scan stored is compared anew."""
    old, new = item("Old news", guid="old"), item("Fresh news", guid="fresh")
    edited = item("Old news, corrected", guid="old")
    web.put("/feed", feed(old, ARMS))
    with opened(tmp_path) as store:
        listed = feeds(web, "/feed")
        poll(store, listed, readers, options())
        marks = store.feeds.states()["feed"].entries
        web.put("/feed", feed(new, old, ARMS))
        second = poll(store, listed, readers, options(force=True))
        assert (second.changed, second.new, second.edited) == (1, 1, 0)
        assert marks in store.feeds.states()["feed"].entries
        web.put("/feed", feed(new, edited, ARMS))
        third = poll(store, listed, readers, options(force=True))
        assert (third.new, third.edited) == (0, 1)
        store.archive.record(None, [Finding(Article(id="x", title="Elsewhere", feed="feed"))], rulebook="", now=NOW)
        assert store.feeds.states()["feed"].entries == ""


def test_a_first_poll_floods_nobody(tmp_path: Path, web: FeedServer, readers: Readers) -> None:
    """Undated articles of a new feed are backfill; the next that appears there is news."""
    web.put("/undated", feed(item("Old news", guid="old")))
    with opened(tmp_path) as store:
        store.outbox.register(["daily"], NOW)
        poll(store, feeds(web, "/undated"), readers, options())
        web.put("/undated", feed(item("Fresh news", guid="fresh"), item("Old news", guid="old")))
        poll(store, feeds(web, "/undated"), readers, options(force=True))
        found = store.archive.candidates("daily", announce_within=timedelta(days=3), now=NOW)
        assert [each.article.title for each in found] == ["Fresh news"]


def test_a_server_that_asks_for_rest_gets_it_even_from_force(tmp_path: Path, web: FeedServer, readers: Readers) -> None:
    """`Retry-After` is kept; it is no failure of the feed's."""
    with opened(tmp_path) as store:
        assert failures(poll(store, feeds(web, "/429"), readers, options())) == {"429": "rate-limited"}
        assert store.feeds.states()["429"].failures == 0
        assert poll(store, feeds(web, "/429"), readers, options(force=True)).feeds == 0
        later = NOW + timedelta(seconds=121)
        assert poll(store, feeds(web, "/429"), readers, options(force=True, clock=lambda: later)).feeds == 1


def test_a_move_for_good_is_followed_but_secrets_stay_at_home(
    tmp_path: Path, web: FeedServer, readers: Readers
) -> None:
    """After three redirects the new address is asked directly, unless the feed has a secret header for the old one."""
    open_feed = feeds(web, "/301/ok~a").feeds[0]
    secret = feeds(web, "/301/ok~b", headers={"X-Key": "${FEED_KEY}"}).feeds[0]
    listed = FeedList("", (open_feed, secret))
    with opened(tmp_path) as store:
        for _ in range(4):
            poll(store, listed, readers, options(force=True, environ={"FEED_KEY": "hunter2"}))
        stored = repr(store.feeds.states())
    assert (len(web.asked("/301/ok~a")), len(web.asked("/301/ok~b"))) == (3, 4)
    assert "hunter2" not in stored
    assert {asked.headers.get("x-key") for asked in web.asked("/301/ok~b")} == {"hunter2"}


def test_secrets_of_addresses_are_neither_stored_nor_told(tmp_path: Path, web: FeedServer, readers: Readers) -> None:
    """${NAME} is filled in for the request alone; a missing one is that feed's failure."""
    web.put("/hunter2/feed.xml", feed(item("Relative", link="story.html", guid="r"), ARMS))
    listed = FeedList("", tuple(
        Feed(id=name, url=web.url(path)) for name, path in (
            ("keyed", "/${FEED_KEY}/feed.xml"), ("lost", "/${FEED_KEY}/404"), ("unset", "/${NOWHERE}/x")
        )
    ))  # fmt: skip
    with opened(tmp_path) as store:
        summary = poll(store, listed, readers, options(environ={"FEED_KEY": "hunter2"}))
        with store.database.read() as connection:
            rows = [connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in ("feeds", "articles")]
    assert failures(summary) == {"lost": "http-404", "unset": "unset-variable"}
    assert summary.new == 2
    assert "hunter2" not in repr((summary, rows))
    assert not [file for file in tmp_path.glob("state/*") if b"hunter2" in file.read_bytes()]


def test_feeds_that_share_a_host_wait_only_for_their_host(tmp_path: Path, web: FeedServer, readers: Readers) -> None:
    """A host's pause is kept between its feeds, while feeds of another host go on."""
    with FeedServer("127.0.0.2") as other, opened(tmp_path) as store:
        slow = feeds(web, *(f"/ok~slow{number}" for number in range(3)), host_pause="0.5s").feeds
        quick = feeds(other, *(f"/ok~quick{number}" for number in range(6))).feeds
        summary = poll(store, FeedList("", slow + quick), readers, options())
        times = sorted(asked.at for asked in web.ledger)
        assert (summary.feeds, summary.failed) == (9, [])
        assert all(b - a >= 0.45 for a, b in itertools.pairwise(times))
        assert max(asked.at for asked in other.ledger) < times[1]


def test_bodies_do_not_pile_up_in_memory(tmp_path: Path, web: FeedServer) -> None:
    """While the only worker is busy, feeds wait at their servers, not here."""
    web.put("/hang", b"<rss>HANG</rss>")
    for number in range(400):
        web.put(f"/feed~{number}", feed(ARMS))
    listed = feeds(web, "/hang", *(f"/feed~{number}" for number in range(400)))
    asked: list[int] = []

    def look() -> None:
        time.sleep(4)
        asked.append(len(web.ledger))
        stop.set()

    stop = threading.Event()
    thread = threading.Thread(target=look)
    with Readers(Treacherous(), count=1) as readers, opened(tmp_path) as store:
        thread.start()
        poll(store, listed, readers, options(stop=stop))
        thread.join()
    assert 1 < asked[0] < 150


def test_a_pass_ends_early_when_told_to(tmp_path: Path, web: FeedServer, readers: Readers) -> None:
    """A feed that never answers doesn't hold it up; what is done is kept, the rest stays due."""
    stop = threading.Event()
    listed = feeds(web, "/ok", "/silent")
    with opened(tmp_path) as store:
        started = time.monotonic()
        tell = lambda done, of: stop.set() if (done, of) == (1, 2) else None  # noqa: E731
        summary = poll(store, listed, readers, options(stop=stop, on_progress=tell))
        assert time.monotonic() - started < 5
        assert (summary.feeds, summary.new) == (1, 1)
        assert [state.id for state in store.feeds.due(NOW)] == ["silent"]


def test_rules_that_do_not_load_leave_feeds_as_they_were(tmp_path: Path, web: FeedServer) -> None:
    """The pass fails as a whole, and everything stays due."""
    with opened(tmp_path) as store, Readers(Broken(), count=1) as broken:
        with pytest.raises(InputError, match="half"):
            poll(store, feeds(web, "/ok"), broken, options())
        assert [state.id for state in store.feeds.due(NOW)] == ["ok"]


def test_an_archive_that_cannot_be_written_ends_the_pass(tmp_path: Path, web: FeedServer, readers: Readers) -> None:
    """It is told as such, and feeds that are still being fetched don't hold that up."""
    with opened(tmp_path) as store:
        with store.database.write() as connection:
            connection.exec_driver_sql("DROP TABLE sightings")
        with pytest.raises(StateError, match=r"can't be used: .*sightings"):
            poll(store, feeds(web, "/ok", "/silent"), readers, Options(allow_private=True))


def test_a_changed_page_that_is_no_feed_clears_nothing(tmp_path: Path, web: FeedServer, readers: Readers) -> None:
    """A feed that turns into a web page fails, and is unchanged when it comes back as it was."""
    web.put("/feed", SAMPLE)
    with opened(tmp_path) as store:
        poll(store, feeds(web, "/feed"), readers, options())
        web.put("/feed", PAGE, content_type="text/html")
        assert failures(poll(store, feeds(web, "/feed"), readers, options(force=True))) == {"feed": "html-page"}
        web.put("/feed", SAMPLE)
        back = poll(store, feeds(web, "/feed"), readers, options(force=True))
        assert (back.unchanged, back.failed, store.feeds.states()["feed"].reason) == (1, [], "")


def test_the_captured_feeds_bring_nothing_new_the_second_time(tmp_path: Path, web: FeedServer, shared: Path) -> None:
    """Every captured feed yields articles or a named reason; polled again, nothing of them is new or edited."""
    web.serve(shared / "feeds")
    paths = [f"/{path.name}" for path in sorted((shared / "feeds").iterdir()) if path.suffix == ".xml"]
    listed = FeedList("", tuple(Feed(id=path.strip("/"), url=web.url(path)) for path in paths))
    with opened(tmp_path) as store, Readers(Shipped()) as readers:
        first = poll(store, listed, readers, options())
        second = poll(store, listed, readers, options(force=True))
    assert first.feeds == second.feeds == len(paths)
    assert first.new > 3000
    assert (second.new, second.edited, second.matched) == (0, 0, 0)
    assert failures(first) == failures(second)
