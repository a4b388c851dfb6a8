"""When a feed is next due and what an attempt leaves behind: the old state and what happened in, the new out."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=6)
LONGEST_RARE = timedelta(hours=24)
LONGEST_BACKOFF = timedelta(days=7)
RARE = timedelta(days=30)
JITTER = 0.25
ADOPT_AFTER = 3
QUIET = timedelta(days=7)
FORGET = timedelta(days=60)  # in which a long silence of a feed fades from its usual ones
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """
    What is remembered of a feed between polls.

    `url` is the one of feeds.yaml, unexpanded. `etag`, `last_modified`, `body_hash` and `entries`, the marks of its
    entries, belong to the last body whose articles are stored. `reason` is "" while the feed is well; `failures` counts
    those in a row. `retry_at` is the time before which the server asked to be left alone. `newest` is the latest
    publication time seen.

    `held` is how many entries the last document had, `empties` counts those without any in a row. `rate` (articles a
    day) is as of `rated_at`, when something new last came; `usual_gap` (seconds) is the longest silence that is usual
    with this feed. `gap_at` is when entries were last missed between two polls.
    """

    id: str
    url: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    entries: str = ""
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
    held: int = 0
    empties: int = 0
    is_undated: bool = False
    rate: float = 0.0
    rated_at: datetime | None = None
    usual_gap: float = 0.0
    gap_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """
    What one attempt brought.

    `unchanged` is a 304 or a body with the known hash. `retry_after`, `max_age` and `ttl` are the server's and the
    feed's own wishes in seconds. Validators and hash are those of this answer; `newest` the latest date in it.
    `held` is how many entries its document has, `fresh` how many of them were read, as not known before, and `dates`
    are these ones' publication times, none of them in the future.
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
    entries: str = ""
    moved_to: str = ""
    newest: datetime | None = None
    held: int = 0
    fresh: int = 0
    dates: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a desk wants a feed asked; where that is nobody's explicit wish, a quiet feed is asked less often."""

    interval: timedelta
    is_wish: bool = False


def after(state: FeedState, poll: Poll, *, pace: Pace, now: datetime, jitter: float) -> FeedState:
    """Give the feed's state after an attempt at `now`; `jitter` in [0, 1) spreads the next one by up to a quarter."""
    state, retry_at = _moved(state, poll), _retry_at(poll, now)
    if poll.status == "failed":
        state = replace(_failed(state, poll), last_attempt=now, retry_at=retry_at)
    else:
        state = _succeeded(_read(state, poll, now), poll, now, retry_at)
    delay = _delay(state, poll, pace, now)
    return replace(state, next_due=now + delay * (1 + JITTER * jitter))


def grown(state: FeedState, new: int, now: datetime) -> FeedState:
    """Give the state of a feed that has just brought so many articles that weren't known."""
    state = replace(state, articles=state.articles + new)
    if not new or state.first_polled in (None, now):  # a first document's dates have told more
        return state
    silence = now - (state.rated_at or now)
    usual = max(silence.total_seconds(), state.usual_gap * math.exp(-silence / FORGET))
    return replace(state, rate=_rate(state, now) + new, rated_at=now, usual_gap=usual)


def address(state: FeedState) -> str:
    """Give the address to ask: a permanent redirect's target once it has been given often enough to be meant."""
    return state.moved_to if state.moved_count >= ADOPT_AFTER else state.url


def _read(state: FeedState, poll: Poll, now: datetime) -> FeedState:
    """Note what a document's entries say of the feed: how many, how dated, how often, and whether some were missed."""
    if poll.status == "unchanged":
        return replace(state, empties=state.empties + 1) if state.empties else state
    state = replace(state, held=poll.held, empties=0 if poll.held else state.empties + 1)
    if poll.fresh:
        state = replace(state, is_undated=not poll.dates)
    if state.first_polled is None and poll.dates:
        dates = sorted(poll.dates)
        longest = max((later - earlier for earlier, later in pairwise(dates)), default=timedelta())
        lately = sum(now - date < DAY for date in dates)
        return replace(state, rate=float(lately), rated_at=dates[-1], usual_gap=longest.total_seconds())
    last, is_whole = state.last_success, poll.held == poll.fresh == len(poll.dates) > 1
    if last is not None and is_whole and min(poll.dates) > last:
        rate = max(_rate(state, now), poll.held * (DAY / (now - last)))
        return replace(state, gap_at=now, rate=rate, rated_at=now)
    return state


def _rate(state: FeedState, now: datetime) -> float:
    """Give articles a day by now: each counts less the longer ago it came."""
    return state.rate * math.exp(-max(now - state.rated_at, timedelta()) / DAY) if state.rated_at else 0.0


def _own(state: FeedState, pace: Pace, now: datetime) -> timedelta:
    """
    Fit the desk's interval to how often the feed posts.

    A busy one is asked again before half of its document has been pushed out of it, a quiet one half as often or less.
    """
    rate = _rate(state, now)
    if state.held > 1 and rate * (pace.interval / DAY) * 2 > state.held:
        return DAY * (state.held / rate / 2)
    silence = now - (state.newest or state.rated_at or now)
    times = 1 if pace.is_wish or silence <= QUIET else 2 if silence <= RARE else 4
    return max(pace.interval, min(pace.interval * times, LONGEST))


def _succeeded(state: FeedState, poll: Poll, now: datetime, retry_at: datetime | None) -> FeedState:
    newest = max((date for date in (state.newest, poll.newest) if date), default=None)
    return replace(
        state,
        etag=poll.etag or (state.etag if poll.status == "unchanged" else ""),
        last_modified=poll.last_modified or (state.last_modified if poll.status == "unchanged" else ""),
        body_hash=poll.body_hash or state.body_hash,
        entries=poll.entries if poll.status == "changed" else state.entries,
        last_attempt=now,
        retry_at=retry_at,
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


def _delay(state: FeedState, poll: Poll, pace: Pace, now: datetime) -> timedelta:
    """Take the longest of what the desk, the feed and the server ask for; only the desk's own may exceed the limits."""
    if poll.reason == "gone":
        return max(pace.interval, LONGEST_BACKOFF)
    is_rare = state.newest is not None and now - state.newest > RARE
    longest = LONGEST_RARE if is_rare else LONGEST
    ttl = None if state.gap_at and now - state.gap_at < DAY else poll.ttl  # what a feed loses by its own wish
    wishes = [_bounded(wish, longest) for wish in (poll.retry_after, poll.max_age, ttl) if wish is not None]
    return max([_own(state, pace, now), SHORTEST, _backoff(state.failures), *wishes])


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
        is_forgotten = poll.status != "failed" and (state.moved_to or state.moved_count)
        return replace(state, moved_to="", moved_count=0) if is_forgotten else state
    count = state.moved_count + 1 if poll.moved_to == state.moved_to else 1
    return replace(state, moved_to=poll.moved_to, moved_count=count)


def _settled(state: FeedState, poll: Poll) -> FeedState:
    """Keep an adopted address, follow it when it moves on, and go back to the desk's own when it is gone."""
    if poll.reason in ("gone", "http-404"):
        return replace(state, moved_to="", moved_count=0)
    return replace(state, moved_to=poll.moved_to or state.moved_to)
