"""Which article a text belongs to: feeds that reuse their ids, show old copies, or share articles."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.remembered import NOW, feed, finding, listed, opened, record
from watcher.collect.article import digest_of
from watcher.collect.entry import Channel, Entry, articles_of
from watcher.state.archive import Brought

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.collect.article import Article
    from watcher.state.store import Store

pytestmark = pytest.mark.usefixtures("engine")

ONE = Entry(guid="live", link="https://wire.example/one", title="Grain leaves the harbour", dates=("2026-01-12",))
TWO = Entry(guid="live", link="https://wire.example/two", title="Drones cross a border", dates=("2026-01-12",))
NEXT = Entry(guid="live", link="https://wire.example/next", title="Grain leaves a harbour", dates=("2026-01-12",))
HOUR = timedelta(hours=1)


def read(name: str, *entries: Entry) -> list[Article]:
    """Give the articles of a document."""
    channel = Channel(title="", link="", language="en", entries=entries)
    return list(articles_of(channel, feed(name), url="", now=NOW))


def poll(store: Store, turn: int, *entries: Entry) -> tuple[int, int, int]:
    """Have the feed show these entries; give how many were new, edited and seen."""
    found = [finding(article, "arms") for article in read("wire", *entries)]
    return record(store, "wire", *found, now=NOW + turn * HOUR)


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        ([ONE, TWO, ONE, TWO], [(1, 0), (1, 0), (0, 0), (0, 0)]),
        ([ONE, NEXT, ONE, NEXT], [(1, 0), (0, 1), (0, 0), (0, 0)]),
        ([ONE, TWO, NEXT, TWO, ONE, TWO], [(1, 0), (1, 0), (0, 1), (0, 0), (0, 0), (0, 0)]),
    ],
)
def test_a_feed_that_reuses_an_id_in_turn_tells_each_text_once(
    tmp_path: Path, turns: list[Entry], told: list[tuple[int, int]]
) -> None:
    """One id for other articles, or for old and new copies of one, over many polls: the second time is no news."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        assert [poll(store, turn, entry)[:2] for turn, entry in enumerate(turns)] == told


def test_a_second_id_of_a_text_is_remembered_when_its_address_goes(tmp_path: Path) -> None:
    """A text without an id, then with one, then without its address: one article, told once."""
    bare, named, lost = (
        Entry(guid=guid, link=link, title=TWO.title, dates=TWO.dates)
        for guid, link in (("", TWO.link), ("a", TWO.link), ("a", ""))
    )
    with opened(tmp_path) as store:
        listed(store, "wire")
        assert [poll(store, turn, entry)[:2] for turn, entry in enumerate((bare, named, lost))] == [
            (1, 0),
            (0, 0),
            (0, 0),
        ]


def test_an_article_with_an_id_of_its_own_keeps_its_edits(tmp_path: Path) -> None:
    """What was told apart from its id's first article stays apart, however like the two become."""
    later = Entry(guid="live", link=TWO.link, title="Grain leaves the harbour under drones", dates=TWO.dates)
    with opened(tmp_path) as store:
        listed(store, "wire")
        for turn, entry in enumerate((ONE, TWO, later)):
            poll(store, turn, entry)
        read_now = {each.article.url: each.article.title for each in store.archive.articles()}
    assert read_now == {ONE.link: ONE.title, TWO.link: later.title}


def test_two_entries_of_a_document_are_two_articles(tmp_path: Path) -> None:
    """One keeps a known article's address and headline, the other its id for another report: neither is lost."""
    kept = Entry(guid="other", link=ONE.link, title=ONE.title, dates=ONE.dates)
    bare = Entry(guid="live", title=TWO.title, dates=TWO.dates)
    with opened(tmp_path) as store:
        listed(store, "wire")
        turns = [(ONE,), (bare, kept), (bare,), (kept,)]
        assert [poll(store, turn, *entries) for turn, entries in enumerate(turns)] == [
            (1, 0, 0),
            (1, 0, 1),
            (0, 0, 1),
            (0, 0, 1),
        ]
        assert {each.article.title for each in store.archive.articles()} == {ONE.title, TWO.title}


def test_copies_of_a_text_in_one_document_are_remembered_under_each_id(tmp_path: Path) -> None:
    """The same report in two sections, which later loses its address in one of them, is told once."""
    first, second, lost = (
        Entry(guid=guid, link=link, title=TWO.title, dates=TWO.dates)
        for guid, link in (("a", TWO.link), ("b", TWO.link), ("b", ""))
    )
    with opened(tmp_path) as store:
        listed(store, "wire")
        found = [finding(article, "arms") for entry in (first, second) for article in read("wire", entry)]
        assert record(store, "wire", *found) == (1, 0, 1)
        assert poll(store, 1, lost) == (0, 0, 1)


def test_feeds_that_are_stored_together_share_their_articles(tmp_path: Path) -> None:
    """One transaction for several feeds: the second to show an article has only seen it, too."""
    with opened(tmp_path) as store:
        listed(store, "wire", "other", "third")
        states = store.feeds.states()
        brought = [
            Brought(states[name], [finding(article, "arms") for article in read(name, *entries)], "r1")
            for name, entries in (("wire", [ONE, TWO]), ("other", [TWO]), ("third", [NEXT]))
        ]
        recorded = store.archive.record_polls(brought, now=NOW)
        assert [(each.new, each.edited, each.seen) for each in recorded] == [(2, 0, 0), (0, 0, 1), (1, 0, 0)]
        assert {each.id: each.articles for each in store.feeds.states().values()} == {"wire": 2, "other": 1, "third": 1}


ENTRIES = st.builds(
    Entry,
    guid=st.sampled_from(("", "a", "b", "https://wire.example/g")),
    link=st.sampled_from(("", "https://wire.example/1", "https://wire.example/2", "https://wire.example/3")),
    title=st.sampled_from((ONE.title, TWO.title, NEXT.title, "Drones leave the harbour")),
    summary=st.sampled_from(("", "At noon.")),
    dates=st.just(("2026-01-12",)),
)
# Within one document each name stands once; what a document repeats is told apart before it gets here.
DOCUMENTS = st.lists(
    ENTRIES, min_size=1, max_size=3, unique_by=(lambda each: each.guid, lambda each: each.link, lambda each: each.title)
)
HISTORIES = st.lists(st.tuples(st.sampled_from(("wire", "other")), DOCUMENTS), min_size=2, max_size=8)


@given(HISTORIES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_told_twice_and_no_article_is_lost(tmp_path: Path, history: list[tuple[str, list[Entry]]]) -> None:
    """
    Whatever ids collide over whatever polls, held against a list of what was shown and taken in.

    A text that a feed showed under an id is neither new nor an edit the second time, and what shares neither id, nor
    address, nor headline with anything before is there afterwards.
    """
    shown: set[tuple[str, str, str]] = set()
    words: set[str] = set()
    with opened(tmp_path) as store:
        listed(store, "wire", "other")
        with store.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM articles")  # of the example before
        before: dict[int, str] = {}
        for turn, (name, entries) in enumerate(history):
            found = read(name, *entries)
            record(store, name, *(finding(article, "arms") for article in found), now=NOW + turn * HOUR)
            after = {each.key: digest_of(each.article) for each in store.archive.articles()}
            news = {content for key, content in after.items() if before.get(key) != content}
            fresh = {digest_of(each) for each in found if (name, each.id, digest_of(each)) not in shown}
            assert news <= fresh
            unheard = [each for each in found if words.isdisjoint(told(each))]
            assert {digest_of(each) for each in unheard} <= set(after.values())
            shown |= {(name, each.id, digest_of(each)) for each in found if digest_of(each) in after.values()}
            words |= {word for each in found for word in told(each)}
            before = after


def told(article: Article) -> set[str]:
    """Give what an article may be known by."""
    return {article.id, article.url, article.title} - {""}
