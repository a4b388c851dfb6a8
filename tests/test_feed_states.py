"""What is remembered of feeds, while feeds.yaml changes around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.remembered import NOW, article, feed, finding, opened, record

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.state.store import Store

pytestmark = pytest.mark.usefixtures("engine")

HOUR = timedelta(hours=1)


def test_a_new_feed_is_due_at_once(tmp_path: Path) -> None:
    """What was just listed is polled first."""
    with opened(tmp_path) as store:
        store.feeds.sync([feed("a"), feed("b")], NOW)
        assert {state.id for state in store.feeds.due(NOW)} == {"a", "b"}
        assert store.feeds.due(NOW - HOUR) == []


def test_due_feeds_come_the_longest_overdue_first(tmp_path: Path) -> None:
    """Feeds that wait longest are served first."""
    with opened(tmp_path) as store:
        store.feeds.sync([feed("a"), feed("b"), feed("c")], NOW)
        states = store.feeds.states()
        later = {"a": 2, "b": 3, "c": 1}
        store.feeds.save(replace(states[name], next_due=NOW + hours * HOUR) for name, hours in later.items())
        assert [state.id for state in store.feeds.due(NOW + 2 * HOUR)] == ["c", "a"]


def test_everything_known_of_a_feed_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    """A state survives the archive unchanged, its times aware and in UTC."""
    with opened(tmp_path) as store:
        store.feeds.sync([feed("a")], NOW)
        state = replace(
            store.feeds.states()["a"], etag='W/"1"', last_modified="yesterday", body_hash="ab", next_due=NOW,
            retry_at=NOW, last_attempt=NOW, last_success=NOW, first_polled=NOW, newest=NOW, failures=2,
            reason="timeout", detail="no answer", moved_to="https://new.example/", moved_count=1, articles=7,
        )  # fmt: skip
        store.feeds.save([state])
        assert store.feeds.states() == {"a": state}


def test_a_feed_that_leaves_and_returns_is_known(tmp_path: Path) -> None:
    """While it is off the list it isn't due; when it returns, its past articles are no news."""
    with opened(tmp_path) as store:
        store.feeds.sync([feed("a")], NOW)
        record(store, "a", finding(article("1", name="a")))
        store.feeds.sync([], NOW)
        assert store.feeds.due(NOW + HOUR) == []
        store.feeds.sync([feed("a")], NOW)
        assert store.feeds.states()["a"].first_polled == NOW
        assert [state.articles for state in store.feeds.due(NOW + HOUR)] == [1]


def test_a_disabled_feed_is_not_due(tmp_path: Path) -> None:
    """`enabled: false` rests a feed, listed before or not, and `true` wakes it."""
    with opened(tmp_path) as store:
        store.feeds.sync([feed("a", enabled=False), feed("b")], NOW)
        assert [state.id for state in store.feeds.due(NOW)] == ["b"]
        store.feeds.sync([feed("a"), feed("b", enabled=False)], NOW)
        assert [state.id for state in store.feeds.due(NOW)] == ["a"]


def test_a_changed_address_is_asked_afresh(tmp_path: Path) -> None:
    """Validators and failures belonged to the old address; the count of articles stays."""
    with opened(tmp_path) as store:
        store.feeds.sync([feed("a")], NOW)
        old = store.feeds.states()["a"]
        store.feeds.save([replace(old, etag="x", failures=3, reason="dns", next_due=NOW + 9 * HOUR, articles=5)])
        store.feeds.sync([feed("a", url="https://new.example/")], NOW + HOUR)
        assert store.feeds.due(NOW + HOUR) == [
            replace(old, url="https://new.example/", next_due=NOW + HOUR, articles=5)
        ]


def test_an_address_that_changes_while_it_is_asked_is_asked_afresh(tmp_path: Path) -> None:
    """What the old one answered, in a pass that was under way, is nothing that the new one has said."""
    with opened(tmp_path) as store:
        store.feeds.sync([feed("a")], NOW)
        old = store.feeds.states()["a"]
        moved = [feed("a", url="https://new.example/")]
        store.feeds.sync(moved, NOW)
        store.feeds.save([replace(old, etag="x", last_success=NOW, next_due=NOW + 9 * HOUR)], {"a": old})
        store.feeds.sync(moved, NOW + HOUR)
        assert store.feeds.due(NOW + HOUR) == [replace(old, url="https://new.example/", next_due=NOW + HOUR)]


def troubles(store: Store) -> dict[str, str]:
    """Give what is wrong by feed."""
    return {trouble.name: trouble.problem for trouble in store.health.troubles("feed")}


def test_what_is_wrong_with_a_feed_is_kept_for_the_health_channel(tmp_path: Path) -> None:
    """From the second answer that doesn't come, until one does; a failure of the same kind keeps its first wording."""
    with opened(tmp_path) as store:
        store.feeds.sync([feed("a"), feed("b")], NOW)
        well = replace(store.feeds.states()["a"], last_attempt=NOW, last_success=NOW)
        once = replace(well, reason="timeout", detail="slow", failures=1)
        told = []
        for state in (well, once, replace(once, failures=2), replace(once, reason="dns", failures=3), once, well):
            store.feeds.save([state])
            told.append(troubles(store).get("a", ""))
        assert told == ["", "", *["failing: timeout: slow"] * 3, ""]


def test_articles_and_health_are_kept_together(tmp_path: Path) -> None:
    """A feed that answers again is well, and grows by what it brought."""
    with opened(tmp_path) as store:
        store.feeds.sync([feed("a")], NOW)
        before = replace(store.feeds.states()["a"], last_attempt=NOW, first_polled=NOW - HOUR, rated_at=NOW - HOUR)
        store.feeds.save([replace(before, reason="gone", detail="it says so", failures=1)])
        assert troubles(store) == {"a": "dead: it says so"}
        store.archive.record(before, [finding(article("1", name="a"))], rulebook="h", now=NOW)
        assert troubles(store) == {}
        assert store.feeds.states()["a"].rate == 1.0


def test_a_feed_that_is_no_longer_read_is_neither_well_nor_bad(tmp_path: Path) -> None:
    """Taking it off the list is no recovery that anybody should be told of."""
    with opened(tmp_path) as store:
        store.feeds.sync([feed("a")], NOW)
        state = replace(store.feeds.states()["a"], last_attempt=NOW, reason="gone", failures=1)
        store.feeds.save([state])
        assert len(store.health.untold()) == 1
        store.feeds.sync([], NOW)
        assert store.health.untold() == []
