"""Documents that mean harm, polled beside one that doesn't: each ends in its reason, and costs nobody else anything."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.feed_server import PAGE, FeedServer, feed, item
from tests.remembered import opened
from tests.treachery import Shipped
from watcher.collect.feeds import Feed, FeedList
from watcher.collect.parse import parse
from watcher.poll import Options, poll
from watcher.reading import Readers

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 13, 7, 0, tzinfo=UTC)
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
ENTITIES = f'<!DOCTYPE r [<!ENTITY a0 "ha">{LAUGHS}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
ATTRIBUTES = " ".join(f"a{n}='1'" for n in range(200_000))
NEWS = item("News", guid="news", link="https://example.org/news")
# Each document, how many articles it gives, and its reason.
HOSTILE: dict[str, tuple[bytes, int, str]] = {
    "truncated": (feed(NEWS, item("Lost", guid="lost")).partition(b"Lost")[0], 1, "truncated"),
    "laughs": (f"{ENTITIES}<rss><channel><item><title>ha &a9; &f;</title></item></channel></rss>".encode(), 1, ""),
    "charset": (b"<?xml version='1.0' encoding='utf-16'?>" + feed(NEWS, item("\x93Odd\x94", guid="odd")), 2, ""),
    "nuls": (feed(NEWS).replace(b"News", b"N\0e\0w\0s"), 1, ""),
    "reused": (feed(*(item(f"Of {n}", guid="same", link=f"https://example.org/{n}") for n in range(9))), 9, ""),
    "bare": (feed("<item/>", "<item><title>Bare</title></item>", "<item><author>A</author></item>"), 1, ""),
    "scripts": (feed(item("Script", link="javascript:alert(1)"), item("Data", link="data:text/html,x")), 2, ""),
    "path": (b"/etc/passwd", 0, "not-a-feed"),
    "page": (PAGE, 0, "html-page"),
    "deep": (("<rss version='2.0'><channel>" + "<a>" * 50_000 + "</a>" * 50_000 + "</channel></rss>").encode(), 0, ""),
    "attributes": (feed(NEWS, f"<item {ATTRIBUTES}><title>x</title></item>"), 2, ""),
    "unquoted": (feed(NEWS, f"<item {ATTRIBUTES.replace(chr(39), '')}><title>x</title></item>"), 2, ""),
    "author": (feed("<item><title>Author</title><author>" + "a" * 90_000 + " b@c.example</author></item>"), 1, ""),
    "entry": (feed(NEWS, item("Big", guid="big", summary="Iran shipped drones to Russia. " * 160_000)), 2, ""),
}  # fmt: skip


def test_each_ends_in_its_reason_and_costs_no_other_feed_anything(tmp_path: Path) -> None:
    """All are polled at once with a good one, whose news arrives; what can be read of the others does, too."""
    with FeedServer() as web, opened(tmp_path) as store, Readers(Shipped()) as readers:
        web.put("/good", feed(item("Good news", guid="good")))
        for name, (body, _, _) in HOSTILE.items():
            web.put(f"/{name}", body)
        listed = FeedList("", tuple(Feed(id=name, url=web.url(f"/{name}")) for name in ("good", *HOSTILE)))
        summary = poll(store, listed, readers, Options(allow_private=True, clock=lambda: NOW))
        texts = [each.article for each in store.archive.articles()]
    assert {name: reason for name, reason, _ in summary.failed} == {
        name: reason for name, (_, _, reason) in HOSTILE.items() if reason
    }
    assert "Good news" in {article.title for article in texts}
    assert all(article.url.startswith(("https://", "http://")) or not article.url for article in texts)
    assert not any("root:" in article.title or "\0" in article.title for article in texts)


@pytest.mark.parametrize("name", [name for name, (_, count, _) in HOSTILE.items() if count])
def test_what_can_be_read_is_read_within_seconds(name: str) -> None:
    """Each gives the articles that it has, within seconds."""
    body, count, _ = HOSTILE[name]
    began = time.process_time()
    found = parse(body, Feed(id="x", url="https://example.org/"), now=NOW)
    assert len(found.articles) == count
    assert time.process_time() - began < 4


def test_fifty_thousand_entries_are_read(tmp_path: Path) -> None:
    """A document is limited by its bytes, not by its entries; past a few thousand they aren't remembered one by one."""
    many = feed(*(f"<item><guid>{n}</guid><title>News {n}</title></item>" for n in range(50_000)))
    with FeedServer() as web, opened(tmp_path) as store, Readers(Shipped()) as readers:
        web.put("/good", feed(item("Good news", guid="good")))
        web.put("/many", many)
        listed = FeedList("", tuple(Feed(id=name, url=web.url(f"/{name}")) for name in ("good", "many")))
        summary = poll(store, listed, readers, Options(allow_private=True, clock=lambda: NOW))
        assert (summary.failed, summary.new) == ([], 50_001)
        assert store.feeds.states()["many"].entries == ""
