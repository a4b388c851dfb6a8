"""The archive: what is new, seen again or edited, and what is still to be announced."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.remembered import NOW, WINDOW, address, announceable, article, feed, finding, listed, opened, part, record
from watcher.state import archive
from watcher.state.archive import Counts

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.collect.article import Article
    from watcher.state.store import Store

pytestmark = pytest.mark.usefixtures("engine")

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def texts(store: Store) -> list[str]:
    """Give every article's title."""
    return [each.article.title for each in store.archive.articles()]


def deliver(store: Store, *, now: object = NOW) -> None:
    """Plan the daily digest with everything that it may announce."""
    found = store.archive.candidates("daily", announce_within=WINDOW, now=NOW)
    store.outbox.plan("daily", NOW, [part(1, *found)], NOW)


def test_an_article_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    """Nothing of it is lost, matched or not."""
    whole = article(
        "1",
        summary="A summary.",
        body="A body.",
        source="A wire",
        author="A. B.",
        kind="wire",
        tags=("x",),
        categories=("a", "b"),
        enclosure="https://o.example/1.mp3",
    )
    with opened(tmp_path) as store:
        listed(store, "wire")
        record(store, "wire", finding(whole, "arms"))
        record(store, "wire", finding(article("2")))
        first, second = store.archive.articles()
    assert (first.article, first.first_seen, first.is_backfill) == (whole, NOW, False)
    assert second.article.published == NOW - HOUR


def test_an_article_seen_again_is_not_new(tmp_path: Path) -> None:
    """A feed shows its articles for days: they are stored once and keep their first-seen time."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        told = finding(article("1"), "arms")
        assert record(store, "wire", told) == (1, 0, 0)
        assert record(store, "wire", told, now=NOW + HOUR) == (0, 0, 1)
        assert [each.first_seen for each in store.archive.articles()] == [NOW]
        assert store.feeds.states()["wire"].articles == 1


def test_an_edit_is_kept_as_an_edit(tmp_path: Path) -> None:
    """The archive reads as the article reads now, the text before it is kept, and the first date stays."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        record(store, "wire", finding(article("1", summary="As first told."), "arms"))
        edited = article("1", summary="As corrected.", published=NOW + HOUR)
        assert record(store, "wire", finding(edited), now=NOW + HOUR) == (0, 1, 0)
        (now_reads,) = store.archive.articles()
        with store.database.read() as connection:
            before = connection.exec_driver_sql("SELECT summary, feed FROM edits").all()
            matched = connection.exec_driver_sql("SELECT rule FROM matches").all()
    assert (now_reads.article.summary, now_reads.article.published) == ("As corrected.", NOW - HOUR)
    assert (before, matched) == ([("As first told.", "wire")], [])


def test_an_edit_that_comes_to_matter_is_announced(tmp_path: Path) -> None:
    """What met no rule at first and does after its edit is a candidate."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        record(store, "wire", finding(article("1")), now=NOW - 2 * DAY)
        deliver_nothing(store)
        record(store, "wire", finding(article("1", summary="With drones."), "arms"))
        assert len(announceable(store, now=NOW + 2 * DAY)) == 1


def deliver_nothing(store: Store) -> None:
    """Consider everything for the daily digest, and say nothing."""
    store.outbox.plan("daily", NOW, [], NOW)


def test_one_article_of_two_feeds_is_one_article(tmp_path: Path) -> None:
    """A guid that is an address is the same everywhere: the second feed only saw it too, and changes nothing."""
    guid = "https://wire.example/1"
    with opened(tmp_path) as store:
        listed(store, "wire", "copy", "section")
        record(store, "wire", finding(article(guid, url=guid), "arms"))
        record(store, "copy", finding(article(guid, url=guid, name="copy"), "arms"))
        other = finding(article(guid, url=guid, name="section", summary="Told otherwise."), "arms")
        for _ in range(3):
            assert record(store, "section", other)[:2] == (0, 0)
        assert [each.article.feed for each in store.archive.articles()] == ["wire"]
        assert {name: state.articles for name, state in store.feeds.states().items()} == {
            "copy": 1,
            "section": 1,
            "wire": 1,
        }


def test_another_feeds_rendition_that_meets_more_rules_takes_over(tmp_path: Path) -> None:
    """A bare headline in one feed doesn't hide what the other tells; and back it doesn't go."""
    guid = "https://wire.example/1"
    bare = finding(article(guid, url=guid))
    full = finding(article(guid, url=guid, name="full", summary="With drones for Russia."), "arms")
    with opened(tmp_path) as store:
        listed(store, "wire", "full")
        record(store, "wire", bare)
        assert record(store, "full", full) == (0, 1, 0)
        assert record(store, "wire", bare) == (0, 0, 1)
        assert [each.article.summary for each in store.archive.articles()] == ["With drones for Russia."]
        assert len(announceable(store)) == 1


def test_another_feeds_own_edit_counts_unless_it_loses_a_rule(tmp_path: Path) -> None:
    """The feed that first brought it may show it no longer: a change elsewhere is still an edit."""
    guid = "https://wire.example/1"

    def told(summary: str, *rules: str) -> object:
        return record(store, "b", finding(article(guid, url=guid, name="b", summary=summary), *rules))

    with opened(tmp_path) as store:
        listed(store, "a", "b")
        record(store, "a", finding(article(guid, url=guid, name="a"), "arms"))
        assert told("As b tells it.", "arms") == (0, 0, 1)
        assert told("As b tells it now.", "arms") == (0, 1, 0)
        assert told("No longer about arms.") == (0, 1, 0)  # by now the text is b's own
        assert record(store, "a", finding(article(guid, url=guid, name="a", summary="a again"))) == (0, 1, 0)
        assert told("b without arms", "arms") == (0, 1, 0)
        assert record(store, "a", finding(article(guid, url=guid, name="a", summary="a without"))) == (0, 0, 1)


def test_the_same_address_and_headline_under_another_id_is_no_news(tmp_path: Path) -> None:
    """Feeds of one outlet with guids of their own bring one article; a new headline at that address is another."""
    url = "https://wire.example/story"
    with opened(tmp_path) as store:
        listed(store, "wire", "section")
        record(store, "wire", finding(article("w1", url=url, title="Tehran denies it")))
        record(store, "section", finding(article("s1", url=url, name="section", title="TEHRAN  denies it")))
        assert texts(store) == ["Tehran denies it"]
        record(store, "section", finding(article("s2", url=url, name="section", title="Tehran admits it")))
        assert texts(store) == ["Tehran denies it", "Tehran admits it"]


def test_one_feed_with_an_article_twice_has_it_once(tmp_path: Path) -> None:
    """Repeated ids and twins within one document count for the first, however often it is polled."""
    repeated = [
        finding(article("1", title="Told first")),
        finding(article("1", title="Told second", summary="The same id.")),
        finding(article("2", url="https://wire.example/1", title="told FIRST")),
        finding(article("3", url="", title="Told first")),
    ]
    with opened(tmp_path) as store:
        listed(store, "wire")
        assert record(store, "wire", *repeated) == (2, 0, 2)
        assert record(store, "wire", *repeated) == (0, 0, 4)
        assert texts(store) == ["Told first", "Told first"]


def test_a_reused_id_loses_no_article(tmp_path: Path) -> None:
    """Another address and another headline under an old guid is a new article, and known from then on."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        record(store, "wire", finding(article("latest", url="https://wire.example/a", title="Drones are shipped")))
        other = article("latest", url="https://wire.example/b", title="Grain arrives by sea")
        assert record(store, "wire", finding(other)) == (1, 0, 0)
        assert record(store, "wire", finding(other)) == (0, 0, 1)
        moved = article("latest", url="https://wire.example/c", title="Drones are shipped, says desk")
        assert record(store, "wire", finding(moved)) == (0, 1, 0)
        assert texts(store) == ["Drones are shipped, says desk", "Grain arrives by sea"]


def test_undated_articles_of_a_first_poll_are_backfill(tmp_path: Path) -> None:
    """A new feed floods nobody: its undated past is never announced; what it brings later is."""
    with opened(tmp_path) as store:
        store.outbox.register(["daily"], NOW)
        store.feeds.sync([feed("new")], NOW)
        record(
            store, "new", finding(article("1", name="new", published=None), "arms"), finding(article("2", name="new"))
        )
        record(store, "new", finding(article("3", name="new", published=None, title="Later"), "arms"))
        assert [each.is_backfill for each in store.archive.articles()] == [True, False, False]
        assert announceable(store) == ["Samples are shipped, part 2", "Later"]


def test_what_is_saved_by_a_scan_is_never_announced(tmp_path: Path) -> None:
    """It comes by no poll, touches no feed, and stays backfill when a feed brings it again."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        told = finding(article("1"), "arms")
        before = store.feeds.states()
        saved = store.archive.record(None, [told], rulebook="r1", now=NOW, is_backfill=True)
        assert (saved.new, saved.matched, store.feeds.states()) == (1, 1, before)
        record(store, "wire", told)
        assert announceable(store) == []


def test_what_is_old_when_first_seen_is_never_announced(tmp_path: Path) -> None:
    """The limit is the digest's window; an undated article of a known feed counts as fresh."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        old = article("1", published=NOW - WINDOW - HOUR, title="Old")
        fresh = article("2", published=NOW - WINDOW + HOUR, title="Fresh")
        undated = article("3", published=None, title="Undated")
        record(store, "wire", *(finding(each, "arms") for each in (old, fresh, undated)))
        assert announceable(store) == ["Fresh", "Undated"]


def test_nothing_is_announced_twice_by_one_digest(tmp_path: Path) -> None:
    """A delivery row is the end of it under that digest; another digest has its own."""
    with opened(tmp_path) as store:
        store.outbox.register(["daily", "weekly"], NOW - DAY)
        listed(store, "wire")
        record(store, "wire", finding(article("1"), "arms"))
        deliver(store)
        record(store, "wire", finding(article("1", summary="Edited since."), "arms"))
        assert announceable(store, "daily", now=NOW + HOUR) == []
        assert len(announceable(store, "weekly", now=NOW + HOUR)) == 1


def test_a_new_rule_reaches_back_as_far_as_the_window(tmp_path: Path) -> None:
    """Unmatched articles are candidates while they are inside the window, and no longer."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        record(store, "wire", finding(article("1")))
        assert len(announceable(store, now=NOW + WINDOW)) == 1
        assert announceable(store, now=NOW + WINDOW + HOUR) == []


def test_what_matched_waits_for_its_digest_however_long(tmp_path: Path) -> None:
    """After two weeks without a digest, everything that matched meanwhile is announced."""
    with opened(tmp_path) as store:
        store.outbox.register(["daily"], NOW)
        listed(store, "wire")
        record(store, "wire", finding(article("1"), "arms"))
        assert len(announceable(store, now=NOW + 14 * DAY)) == 1


def test_a_row_committed_late_is_still_announced(tmp_path: Path) -> None:
    """An article stamped before a digest was made and stored after it comes with the next."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        deliver(store)
        record(store, "wire", finding(article("1"), "arms"), now=NOW - timedelta(minutes=50))
        assert len(announceable(store, now=NOW + DAY)) == 1


def test_a_new_digest_on_an_old_archive_floods_nobody(tmp_path: Path) -> None:
    """It announces what was first seen inside its window before it came to be, even if it first runs late."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        record(store, "wire", finding(article("1", title="Long ago"), "arms"), now=NOW - 30 * DAY)
        assert announceable(store) == ["Long ago"]  # the first digest ever has everything before it
        store.outbox.register(["daily"], NOW)
        record(store, "wire", finding(article("2", title="Lately"), "arms"))
        assert announceable(store, "daily", now=NOW + 30 * DAY) == ["Lately"]
        assert announceable(store, "unknown") == ["Lately"]


def test_what_a_digest_has_considered_costs_nothing_again(tmp_path: Path) -> None:
    """Matched by a rule that isn't the digest's, an article is looked at while it may matter, and then let be."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        record(store, "wire", finding(article("1"), "another-digests-rule"))
        deliver_nothing(store)
        assert len(announceable(store, now=NOW + 9 * DAY)) == 1
        store.outbox.plan("daily", NOW + 9 * DAY, [], NOW + 9 * DAY)
        assert announceable(store, now=NOW + 10 * DAY) == []


def test_articles_stream_by_time_or_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of any size make one stream, in the order of first sight; a span includes its start, not its end."""
    monkeypatch.setattr(archive, "PAGE", 3)
    with opened(tmp_path) as store:
        listed(store, "wire")
        for hour in range(4):
            told = [finding(article(f"{hour}-{number}", title=f"{hour}-{number}")) for number in range(2)]
            record(store, "wire", *told, now=NOW + hour * HOUR)
        assert texts(store) == [f"{hour}-{number}" for hour in range(4) for number in range(2)]
        within = store.archive.articles(since=NOW + HOUR, until=NOW + 2 * HOUR)
        assert [each.article.title for each in within] == ["1-0", "1-1"]
        wanted = [article("3-1").id, article("0-0").id, "unknown"]
        assert [each.article.title for each in store.archive.articles(ids=wanted)] == ["0-0", "3-1"]


def test_counts_tell_read_relevant_and_matched(tmp_path: Path) -> None:
    """A span's articles, those with a relation, and those that met a rule."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        plain = type(finding(article("1")))(article("3"))
        record(store, "wire", finding(article("1"), "arms", "all"), finding(article("2")), plain)
        assert store.archive.counts(NOW, NOW + HOUR) == Counts(3, 2, 1)
        assert store.archive.counts(until=NOW) == Counts(0, 0, 0)


def test_a_large_feed_is_stored_whole(tmp_path: Path) -> None:
    """More articles than one statement takes values."""
    told = [finding(article(str(number)), "arms") for number in range(1300)]
    with opened(tmp_path) as store:
        listed(store, "wire")
        assert record(store, "wire", *told) == (1300, 0, 0)
        assert record(store, "wire", *told) == (0, 0, 1300)


# Forks a child for each statement: one start of an interpreter, and each child killed with connections of its own.
KILLED = """
import os, signal, sys
from dataclasses import replace
from tests.remembered import *
from sqlalchemy import event

def record(last):
    store = Store.open(sys.argv[1])
    state = replace(store.feeds.states()["wire"], etag='"new"')
    written = 0
    def kill(connection, cursor, statement, *more):
        nonlocal written
        written += statement.startswith(("INSERT", "UPDATE"))
        if written == last:
            os.kill(os.getpid(), signal.SIGKILL)
    event.listen(store.database.engine, "after_cursor_execute", kill)
    store.archive.record(state, [finding(article("1"), "arms")], rulebook="r2", now=NOW)
    os._exit(0)

for last in range(1, 8):
    child = os.fork()
    if child == 0:
        record(last)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with Store.open(sys.argv[1]) as store:
        print(code, store.feeds.states()["wire"].etag, sum(1 for _ in store.archive.articles()))
"""


def test_validators_are_kept_only_with_their_articles(tmp_path: Path, root: Path) -> None:
    """Killed after any statement of a record, the archive has both or neither."""
    with opened(tmp_path) as store:
        listed(store, "wire")
    command = [sys.executable, "-c", KILLED, address(tmp_path)]
    environ = {**os.environ, "PYTHONPATH": str(root)}
    ended = subprocess.run(command, cwd=root, check=True, env=environ, stdout=subprocess.PIPE, text=True)
    assert ended.stdout.splitlines() == ["-9  0"] * 6 + ['0 "new" 1']


@given(st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9), st.text(max_size=9)), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_feed_says_is_seen_the_second_time(tmp_path: Path, told: list[tuple[str, str, str]]) -> None:
    """Any titles, addresses and guids at all, in an archive without others: polled twice, nothing is new or edited."""
    findings = [finding(_strange(guid, url, title), "arms") for guid, url, title in told]
    with opened(tmp_path) as store:
        listed(store, "wire")
        with store.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM articles")  # of the example before
        record(store, "wire", *findings)
        assert record(store, "wire", *findings) == (0, 0, len(findings))


def _strange(guid: str, url: str, title: str) -> Article:
    return article(guid, url=url, title=title)
