"""Full texts: pages fetched as robots.txt allows, read in a worker, and decided again."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import trafilatura  # noqa: TID251  made to fall over

from tests.command import Command, furnish
from tests.feed_server import HTML, FeedServer, feed, item
from tests.remembered import opened
from tests.treachery import Shipped
from watcher.collect import prose
from watcher.collect.feeds import Feed, FeedList
from watcher.collect.fetch import Failed, Fetched, NotModified
from watcher.collect.robots import Robots
from watcher.complete import Completion, complete
from watcher.errors import SourceError
from watcher.poll import Options, poll
from watcher.reading import Readers
from watcher.share import Share

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.collect.article import Article
    from watcher.state.store import Store

NOW = datetime(2026, 1, 13, 7, 0, tzinfo=UTC)
SAID = "Iran supplied ballistic missiles to Russia last month, officials said on Monday."
MORE = "<p>The harbour was quiet that day, and the cranes stood still until the evening came at last.</p>" * 6
STORY = f"<html><body><nav>Home</nav><article><h1>Quiet</h1><p>{SAID}</p>{MORE}</article></body></html>"
PATHS = ("/story", "/private/secret", "/404", "/bare", "/500")


@pytest.fixture
def web() -> Iterator[FeedServer]:
    """Serve a feed whose entries lead to a story, a page robots shun, none, one without an article, and an error."""
    with FeedServer() as server:
        server.put("/story", STORY, content_type=HTML)
        server.put("/bare", "<html><body></body></html>", content_type=HTML)
        server.put("/robots.txt", "User-agent: *\nDisallow: /private/\n", content_type="text/plain")
        server.put("/feed", entries(server))
        yield server


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """Give a worker with the shipped rules."""
    with Readers(Shipped(), count=1) as started:
        yield started


def entries(web: FeedServer, *more: str) -> bytes:
    """Write the feed."""
    return feed(
        *(item(f"Report on {path}", link=web.url(path), date="Tue, 13 Jan 2026 06:00:00 GMT") for path in PATHS), *more
    )


def listed(web: FeedServer, **more: Any) -> FeedList:
    """List the feed."""
    return FeedList("", (Feed.model_validate({"id": "f", "url": web.url("/feed"), "fulltext": True, **more}),))


def options(hours: int = 0, **more: Any) -> Options:
    """Work on loopback, some hours later."""
    return Options(allow_private=True, clock=lambda: NOW + timedelta(hours=hours), **more)


def story(store: Store) -> Article:
    """Give the article whose page has a text."""
    (found,) = (each.article for each in store.archive.articles() if each.article.url.endswith("/story"))
    return found


def asked(web: FeedServer, *paths: str) -> list[int]:
    """Count the requests for these paths."""
    return [len(web.asked(path)) for path in paths]


def test_a_pages_text_takes_the_place_of_the_feeds_and_is_decided(
    tmp_path: Path, web: FeedServer, readers: Readers
) -> None:
    """An article that only its page tells of is matched; one that robots.txt shuts is never asked for."""
    with opened(tmp_path) as store:
        poll(store, listed(web), readers, options())
        assert story(store).body == ""
        assert store.archive.counts().matched == 0
        done = complete(store, listed(web), readers, options())
        assert str(done) == "fetched 5 pages: 1 full texts, 4 without"
        assert sorted(reason for _, reason in done.failed) == ["http-404", "http-500", "no-text", "robots"]
        assert SAID in story(store).body
        assert store.archive.counts().matched == 1
        assert asked(web, "/robots.txt", "/private/secret") == [1, 0]
        assert "cookie" not in web.asked("/story")[0].headers
        web.put("/feed", entries(web, item("Another", guid="7")))
        poll(store, listed(web), readers, options(force=True))
        assert SAID in story(store).body  # the feed's own text hasn't changed, and doesn't undo it


def test_a_page_that_fails_is_tried_three_times_and_no_other_again(
    tmp_path: Path, web: FeedServer, readers: Readers
) -> None:
    """After an hour, after four, and then no more; what is settled stays so."""
    with opened(tmp_path) as store:
        poll(store, listed(web), readers, options())
        for hours in (0, 0, 1, 2, 5, 40):
            complete(store, listed(web), readers, options(hours))
        assert asked(web, "/500", "/story", "/404", "/bare") == [3, 1, 1, 1]


def test_only_feeds_that_ask_for_it_have_their_pages_fetched(
    tmp_path: Path, web: FeedServer, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does anything happen without the extra, or once the bot is to stop."""
    stopped = threading.Event()
    stopped.set()
    with opened(tmp_path) as store:
        poll(store, listed(web), readers, options())
        assert complete(store, listed(web, fulltext=False), readers, options()) == Completion()
        assert complete(store, listed(web), readers, options(stop=stopped)).filled == 0
        monkeypatch.setattr(prose, "find_spec", lambda _: None)
        assert complete(store, listed(web), readers, options()) == Completion()
        assert asked(web, "/story") == [0]


def test_the_command_says_what_it_fetched_or_what_is_missing(
    tmp_path: Path, web: FeedServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`fulltext: true` is never passed over in silence."""
    furnish(tmp_path, f"{{id: f, url: '{web.url('/feed')}', fulltext: true}}")
    watcher = Command(tmp_path, capsys, monkeypatch)
    assert "fetched 5 pages: 1 full texts, 4 without" in watcher("poll").err
    monkeypatch.setattr(prose, "find_spec", lambda _: None)
    assert "pip install 'watcher[fulltext]'" in watcher("poll").err


def answered(text: str) -> Robots:
    """Give the rules of a robots.txt."""
    return Robots(Fetched(body=text.encode(), content_type="text/plain", url=""))


def test_what_a_site_asks_of_robots_is_read() -> None:
    """No robots.txt allows everything, one that can't be had nothing for now; a pause is kept within a minute."""
    url = "https://a.example/x"
    assert Robots(Failed(reason="http-404", detail="")).allows(url)
    assert Robots(Failed(reason="gone", detail="")).allows(url)
    assert not Robots(Failed(reason="timeout", detail="")).allows(url)
    assert not Robots(Failed(reason="http-503", detail="")).allows(url)
    assert Robots(NotModified()).allows(url)
    assert not answered("User-agent: watcher\nDisallow: /x").allows(url)
    assert answered("User-agent: other\nDisallow: /").allows(url)
    assert answered("User-agent: *\nCrawl-delay: 7").pause == 7.0
    assert answered("User-agent: *\nCrawl-delay: 7000").pause == 60.0
    assert answered("").pause is None


def test_a_page_that_breaks_the_reader_is_a_page_without_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it raises; so is one without an article."""
    assert SAID in prose.text_of(STORY.encode())
    with pytest.raises(SourceError, match="no-text: the page has no article"):
        prose.text_of(b"<html>")

    def broken(*_: object, **__: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(trafilatura, "extract", broken)
    with pytest.raises(SourceError, match="no-text: the page can't be read"):
        prose.text_of(b"<html>")


def test_a_fleet_asks_each_page_once_and_leaves_alone_whose_host_another_asks(
    tmp_path: Path, web: FeedServer, readers: Readers
) -> None:
    """Pages wait until their host is free, are fetched then, and give it back."""
    with opened(tmp_path) as store:
        poll(store, listed(web), readers, Options(allow_private=True))
        host = {"127.0.0.1": 0.0}
        assert store.leases.lease("another", host) == (frozenset(host), timedelta())
        share = Share(store, readers)
        assert share.complete(listed(web), Options(allow_private=True)) == Completion()
        assert asked(web, "/story", "/robots.txt") == [0, 0]
        store.leases.release("another", list(host))
        assert share.complete(listed(web), Options(allow_private=True)).filled == 1
        assert asked(web, "/story", "/robots.txt") == [1, 1]
        assert share.complete(listed(web), Options(allow_private=True)) == Completion()
        assert store.leases.lease("another", host) == (frozenset(host), timedelta())


def test_the_pause_that_a_site_asks_for_holds_for_the_whole_fleet(
    tmp_path: Path, web: FeedServer, readers: Readers
) -> None:
    """Who asked last gives the host back with the pause of its robots.txt."""
    web.put("/robots.txt", "User-agent: *\nCrawl-delay: 30\nDisallow: /", content_type="text/plain")
    with opened(tmp_path) as store:
        poll(store, listed(web), readers, Options(allow_private=True))
        Share(store, readers).complete(listed(web), Options(allow_private=True))
        assert store.leases.lease("another", {"127.0.0.1": 0.0}, timedelta(seconds=20)) == (frozenset(), timedelta())
        taken, rest = store.leases.lease("another", {"127.0.0.1": 0.0}, timedelta(seconds=40))
        assert (taken, timedelta(seconds=20) < rest < timedelta(seconds=31)) == (frozenset({"127.0.0.1"}), True)
