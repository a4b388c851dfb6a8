"""When a feed is next due and what an attempt leaves behind: the old state and what happened in, the new out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=6)
LONGEST_RARE = timedelta(hours=24)
LONGEST_BACKOFF = timedelta(days=7)
RARE = timedelta(days=30)
JITTER = 0.25
ADOPT_AFTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """
    What is remembered of a feed between polls.

    `url` is the one of feeds.yaml, unexpanded. `etag`, `last_modified` and `body_hash` belong to the last body whose
    articles are stored. `reason` is "" while the feed is well; `failures` counts those in a row. `retry_at` is the
    time before which the server asked to be left alone. `newest` is the latest publication time seen.
    """

    id: str
    url: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    next_due: datetime | None = None
    retry_at: datetime | None = None
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    first_polled: datetime | None = None
    newest: datetime | None = None
    failures: int = 0
    reason: str = ""
    detail: str = ""
    moved_to: str = ""
    moved_count: int = 0
    articles: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """
    What one attempt brought.

    `unchanged` is a 304 or a body with the known hash. `retry_after`, `max_age` and `ttl` are the server's and the
    feed's own wishes in seconds. Validators and hash are those of this answer; `newest` the latest date in it.
    """

    status: Literal["changed", "unchanged", "failed"]
    reason: str = ""
    detail: str = ""
    retry_after: float | None = None
    max_age: float | None = None
    ttl: float | None = None
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    moved_to: str = ""
    newest: datetime | None = None


def after(state: FeedState, poll: Poll, *, interval: timedelta, now: datetime, jitter: float) -> FeedState:
    """Give the feed's state after an attempt at `now`; `jitter` in [0, 1) spreads the next one by up to a quarter."""
    state = replace(_moved(state, poll), last_attempt=now, retry_at=_retry_at(poll, now))
    state = _failed(state, poll) if poll.status == "failed" else _succeeded(state, poll, now)
    delay = _delay(state, poll, interval, now)
    return replace(state, next_due=now + delay * (1 + JITTER * jitter))


def address(state: FeedState) -> str:
    """Give the address to ask: a permanent redirect's target once it has been given often enough to be meant."""
    return state.moved_to if state.moved_count >= ADOPT_AFTER else state.url


def _succeeded(state: FeedState, poll: Poll, now: datetime) -> FeedState:
    newest = max((date for date in (state.newest, poll.newest) if date), default=None)
    return replace(
        state,
        etag=poll.etag or (state.etag if poll.status == "unchanged" else ""),
        last_modified=poll.last_modified or (state.last_modified if poll.status == "unchanged" else ""),
        body_hash=poll.body_hash or state.body_hash,
        last_success=now,
        first_polled=state.first_polled or now,
        newest=newest,
        failures=0,
        reason=poll.reason,
        detail=poll.detail,
    )


def _failed(state: FeedState, poll: Poll) -> FeedState:
    if poll.reason == "rate-limited":  # the server is well and said when to come back
        return replace(state, reason=poll.reason, detail=poll.detail)
    # Without validators the next answer is a whole one: a 304 can't pass for a recovery that nobody saw.
    failures = state.failures + 1
    return replace(state, etag="", last_modified="", failures=failures, reason=poll.reason, detail=poll.detail)


def _delay(state: FeedState, poll: Poll, interval: timedelta, now: datetime) -> timedelta:
    """Take the longest of what the desk, the feed and the server ask for; only the desk's own may exceed the limits."""
    if poll.reason == "gone":
        return max(interval, LONGEST_BACKOFF)
    is_rare = state.newest is not None and now - state.newest > RARE
    longest = LONGEST_RARE if is_rare else LONGEST
    wishes = [_bounded(wish, longest) for wish in (poll.retry_after, poll.max_age, poll.ttl) if wish is not None]
    return max([interval, SHORTEST, _backoff(state.failures), *wishes])


def _backoff(failures: int) -> timedelta:
    return min(SHORTEST * 2 ** min(failures - 1, 20), LONGEST_BACKOFF) if failures else timedelta()


def _bounded(seconds: float, longest: timedelta) -> timedelta:
    return timedelta(seconds=min(max(seconds, 0.0), longest.total_seconds()))


def _retry_at(poll: Poll, now: datetime) -> datetime | None:
    return now + _bounded(poll.retry_after, LONGEST) if poll.retry_after else None


def _moved(state: FeedState, poll: Poll) -> FeedState:
    """Count a permanent redirect; one that isn't repeated, or whose address may hold a secret, is forgotten."""
    if state.moved_count >= ADOPT_AFTER:
        return _settled(state, poll)
    if not poll.moved_to or "${" in state.url:
        return replace(state, moved_to="", moved_count=0) if poll.status != "failed" else state
    count = state.moved_count + 1 if poll.moved_to == state.moved_to else 1
    return replace(state, moved_to=poll.moved_to, moved_count=count)


def _settled(state: FeedState, poll: Poll) -> FeedState:
    """Keep an adopted address, follow it when it moves on, and go back to the desk's own when it is gone."""
    if poll.reason in ("gone", "http-404"):
        return replace(state, moved_to="", moved_count=0)
    return replace(state, moved_to=poll.moved_to or state.moved_to)
