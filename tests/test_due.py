"""When a feed is next due, and what an attempt leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.collect.due import FeedState, Pace, Poll, address, after, grown

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
OLD = "https://old.example.org/"
NEW = "https://new.example.org/"


def state(**known: Any) -> FeedState:
    """Give a feed that was polled well an hour ago."""
    before = NOW - timedelta(hours=1)
    usual: dict[str, Any] = {"etag": '"1"', "body_hash": "h1", "last_success": before, "first_polled": before}
    return FeedState(id="f", url=OLD, **(usual | known))


def then(
    before: FeedState, *polls: Poll, interval: timedelta = HALF_HOUR, is_wish: bool = False, jitter: float = 0.0
) -> FeedState:
    """Give the state after these attempts, all at the same time."""
    for poll in polls:
        before = after(before, poll, pace=Pace(interval, is_wish), now=NOW, jitter=jitter)
    return before


def wait(before: FeedState, poll: Poll, **kind: Any) -> timedelta:
    """Give how long the feed is left alone after an attempt."""
    due = then(before, poll, **kind).next_due
    assert due is not None
    return due - NOW


UNCHANGED = Poll(status="unchanged")
FAILED = Poll(status="failed", reason="timeout", detail="no answer")


@pytest.mark.parametrize(
    ("wish", "minutes"),
    [
        ({}, 30),
        ({"ttl": 3600.0}, 60),
        ({"max_age": 7200.0}, 120),
        ({"max_age": 60.0}, 30),
        ({"ttl": 3600.0, "max_age": 5400.0}, 90),
        ({"ttl": 10.0**9}, 360),
        ({"max_age": -5.0}, 30),
    ],
)
def test_the_longest_wish_counts_within_six_hours(wish: dict[str, Any], minutes: int) -> None:
    """Interval, ttl, max-age: the longest, but no publisher hides its news for longer than six hours."""
    assert wait(state(), Poll(status="unchanged", **wish)) == timedelta(minutes=minutes)


def test_no_feed_is_asked_more_often_than_every_five_minutes() -> None:
    """Whatever interval feeds.yaml has; a longer one than six hours is the desk's own choice."""
    assert wait(state(), UNCHANGED, interval=timedelta(seconds=1)) == timedelta(minutes=5)
    assert wait(state(), UNCHANGED, interval=timedelta(hours=12)) == timedelta(hours=12)


def test_a_feed_that_rarely_posts_may_ask_for_a_day() -> None:
    """Thirty days without news lift the limit to twenty-four hours."""
    rare = state(newest=NOW - timedelta(days=40))
    assert wait(rare, Poll(status="unchanged", max_age=10.0**9)) == timedelta(hours=24)
    assert wait(rare, Poll(status="changed", newest=NOW, max_age=10.0**9)) == timedelta(hours=6)


def test_failures_back_off_up_to_a_week_and_are_never_given_up() -> None:
    """Five minutes, doubled each time, but never sooner than the feed's own interval."""
    expected = [30, 30, 30, 40, 80, 160]
    for count, minutes in enumerate(expected):
        assert wait(state(failures=count), FAILED) == timedelta(minutes=minutes)
    assert wait(state(failures=500), FAILED) == timedelta(days=7)


def test_a_failure_drops_the_validators_and_a_success_clears_it() -> None:
    """So that the next answer is a whole one: a 304 can't pass for a recovery that nobody saw."""
    failed = then(state(last_modified="yesterday"), FAILED, FAILED)
    assert (failed.etag, failed.last_modified, failed.body_hash) == ("", "", "h1")
    assert (failed.failures, failed.reason, failed.detail) == (2, "timeout", "no answer")
    assert failed.last_success == NOW - timedelta(hours=1)
    well = then(failed, Poll(status="changed", etag='"2"', body_hash="h2"))
    assert (well.failures, well.reason, well.detail) == (0, "", "")
    assert (well.etag, well.body_hash, well.last_success, well.last_attempt) == ('"2"', "h2", NOW, NOW)


def test_validators_are_those_of_the_last_answer() -> None:
    """An unchanged feed keeps them where the answer has none; a changed one doesn't."""
    assert then(state(), UNCHANGED).etag == '"1"'
    assert then(state(), Poll(status="unchanged", etag='"1b"')).etag == '"1b"'
    assert then(state(last_modified="x"), Poll(status="changed", body_hash="h2")).last_modified == ""


def test_the_first_success_is_the_first_poll() -> None:
    """A feed that only failed so far has not been polled yet: its first articles still flood nobody."""
    fresh = FeedState(id="f", url=OLD)
    assert then(fresh, FAILED).first_polled is None
    assert then(fresh, UNCHANGED).first_polled == NOW
    assert then(state(), UNCHANGED).first_polled == NOW - timedelta(hours=1)


def test_a_rate_limit_is_no_failure_and_keeps_the_validators() -> None:
    """The server is well: it says when to come back, and until then it is left alone."""
    limited = then(state(), Poll(status="failed", reason="rate-limited", retry_after=5400.0))
    assert (limited.failures, limited.etag, limited.reason) == (0, '"1"', "rate-limited")
    assert limited.retry_at == limited.next_due == NOW + timedelta(minutes=90)
    assert then(limited, UNCHANGED).retry_at is None


def test_a_retry_after_of_years_is_cut() -> None:
    """Retry-After is obeyed within the same limits as other wishes."""
    busy = Poll(status="failed", reason="http-503", retry_after=10.0**9)
    assert then(state(), busy).retry_at == NOW + timedelta(hours=6)
    assert wait(state(), busy) == timedelta(hours=6)


def test_a_feed_that_is_gone_is_left_alone_for_a_week() -> None:
    """410 stops a feed and is told; once a week is enough to notice that it came back."""
    gone = Poll(status="failed", reason="gone")
    assert wait(state(), gone) == timedelta(days=7)
    assert then(state(), gone).reason == "gone"


def test_a_warning_stays_with_a_success() -> None:
    """A truncated feed brings articles, and still says what is wrong with it."""
    cut = then(state(), Poll(status="changed", reason="truncated"))
    assert (cut.reason, cut.failures, cut.last_success) == ("truncated", 0, NOW)


def test_a_redirect_is_adopted_once_it_has_been_repeated() -> None:
    """Three times the same new address; another one, or none, starts the count again."""
    moved = Poll(status="unchanged", moved_to=NEW)
    twice = then(state(), moved, moved)
    assert (address(twice), twice.moved_count) == (OLD, 2)
    assert address(then(twice, moved)) == NEW
    assert then(twice, UNCHANGED).moved_count == 0
    assert then(twice, Poll(status="unchanged", moved_to="https://third.example.org/")).moved_count == 1
    assert then(twice, FAILED).moved_count == 2


def test_an_adopted_address_is_followed_and_left_when_it_is_gone() -> None:
    """The desk's own address is the way back."""
    adopted = state(moved_to=NEW, moved_count=3)
    assert address(then(adopted, UNCHANGED)) == NEW
    assert address(then(adopted, Poll(status="unchanged", moved_to="https://third.example.org/"))) != NEW
    assert address(then(adopted, FAILED)) == NEW
    for reason in ("gone", "http-404"):
        assert address(then(adopted, Poll(status="failed", reason=reason))) == OLD


def test_a_redirect_of_an_address_with_a_secret_is_not_kept() -> None:
    """Its target may hold the secret's value."""
    secret = FeedState(id="f", url="https://example.org/${KEY}/rss")
    assert then(secret, Poll(status="unchanged", moved_to=NEW)).moved_to == ""


def test_the_newest_article_is_never_an_older_one() -> None:
    """A feed that shows old articles again has not become older."""
    later = state(newest=NOW)
    assert then(later, Poll(status="changed", newest=NOW - timedelta(days=1))).newest == NOW
    assert then(state(), Poll(status="changed", newest=NOW)).newest == NOW


def test_a_first_document_tells_how_often_a_feed_posts() -> None:
    """What came in its last day is its rate, its longest silence the usual one; later documents add to that."""
    dates = (NOW - timedelta(hours=1), NOW - timedelta(hours=3), NOW - timedelta(days=3))
    first = then(FeedState(id="f", url=OLD), Poll(status="changed", held=3, fresh=3, dates=dates))
    assert (first.rate, first.rated_at, first.usual_gap) == (2.0, dates[0], (dates[1] - dates[2]).total_seconds())
    assert grown(first, 3, NOW) == replace(first, articles=3)
    later = NOW + timedelta(hours=1)
    more = grown(first, 4, later)
    assert more.articles == 4
    assert 4 + 1.8 < more.rate < 4 + 2
    assert more.usual_gap == pytest.approx(first.usual_gap, rel=0.01)
    slept = grown(more, 1, later + timedelta(days=10))
    assert slept.usual_gap == timedelta(days=10).total_seconds()
    assert grown(first, 0, later) == first


def test_a_busy_feed_is_asked_before_half_of_its_document_is_gone() -> None:
    """Twenty entries at four hundred a day are gone in 72 minutes; never sooner than five minutes, never later."""
    busy = state(rate=800.0, rated_at=NOW, held=20, newest=NOW)
    assert wait(busy, UNCHANGED) == timedelta(minutes=18)
    assert wait(busy, UNCHANGED, interval=timedelta(minutes=10)) == timedelta(minutes=10)
    assert wait(state(rate=9e9, rated_at=NOW, held=20), UNCHANGED) == timedelta(minutes=5)
    was_busy = state(rate=9e9, rated_at=NOW - timedelta(days=60), held=20)
    assert wait(was_busy, UNCHANGED, is_wish=True) == HALF_HOUR


def test_a_quiet_feed_is_asked_less_often_unless_the_desk_said_how_often() -> None:
    """Half as often after a week without news, a quarter after a month, within six hours."""
    week, month = state(newest=NOW - timedelta(days=8)), state(newest=NOW - timedelta(days=40))
    assert [wait(week, UNCHANGED), wait(month, UNCHANGED)] == [timedelta(hours=1), timedelta(hours=2)]
    assert wait(month, UNCHANGED, is_wish=True) == HALF_HOUR
    assert wait(month, UNCHANGED, interval=timedelta(hours=5)) == timedelta(hours=6)
    assert wait(month, UNCHANGED, interval=timedelta(hours=9)) == timedelta(hours=9)


def document(*minutes_ago: int, **kind: Any) -> Poll:
    """Give a document that was read whole, with entries of these ages."""
    dates = tuple(NOW - timedelta(minutes=minutes) for minutes in minutes_ago)
    usual: dict[str, Any] = {"held": len(dates), "fresh": len(dates), "dates": dates}
    return Poll(status="changed", **(usual | kind))


def test_a_gap_shortens_the_interval_whatever_the_feed_wishes() -> None:
    """All entries are newer than the last poll: the next comes in half the time, for all of a day."""
    missed = then(state(), document(10, 20, 30))
    assert missed.gap_at == NOW
    assert wait(state(), document(10, 20, 30, ttl=7200.0), interval=timedelta(hours=2)) == HALF_HOUR
    assert wait(missed, UNCHANGED, interval=timedelta(hours=2)) == HALF_HOUR


@pytest.mark.parametrize(
    "poll",
    [
        document(10, 20, 61),
        document(10),
        document(10, 20, held=30),
        document(10, 20, fresh=3, held=3),
        UNCHANGED,
    ],
)
def test_what_is_no_gap_is_not_taken_for_one(poll: Poll) -> None:
    """One entry older than the last poll, a lone entry, known entries that were not read again, an undated one."""
    assert then(state(), poll).gap_at is None
    assert then(FeedState(id="f", url=OLD), poll).gap_at is None


def test_empty_documents_are_counted_until_one_has_entries() -> None:
    """An unchanged empty feed is a further empty answer."""
    empty = document()
    assert then(state(), empty).empties == 1
    assert then(state(), empty, UNCHANGED, empty).empties == 3
    assert then(state(), empty, document(3)).empties == 0
    assert then(state(), UNCHANGED).empties == 0


def test_a_document_without_dates_is_noted_until_one_has_some() -> None:
    """Only entries that were read can tell."""
    bare = then(state(), document(held=4, fresh=4))
    assert bare.is_undated
    assert then(bare, document(held=4)).is_undated
    assert not then(bare, document(5, held=4)).is_undated


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 40), st.floats(0, 1e12))
def test_jitter_spreads_by_a_quarter_and_never_hastens(jitter: float, failures: int, wish: float) -> None:
    """No feed is asked earlier than decided, and none much later."""
    poll = Poll(status="failed", reason="http-500", retry_after=wish)
    exact, spread = wait(state(failures=failures), poll), wait(state(failures=failures), poll, jitter=jitter)
    assert exact <= spread <= exact * 1.25
    assert timedelta(minutes=5) <= exact <= timedelta(days=7)
