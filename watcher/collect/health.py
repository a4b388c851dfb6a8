"""What is wrong with a feed, in a word and a sentence: pure, from what is remembered of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watcher.collect.due import ADOPT_AFTER

if TYPE_CHECKING:
    from watcher.collect.due import FeedState

DEAD = timedelta(days=7)
SILENT = 2  # empty answers in a row
GAP = timedelta(days=1)  # how long a gap is told: the next answer rarely shows another
STALE = timedelta(days=30)  # for a feed whose usual gap is not known
WEEKEND = timedelta(days=3)
_BLOCKED = ("http-401", "http-402", "http-403", "http-406", "http-451", "blocked-address")
_DEFINITE = ("http-404", "http-400", "html-page", "not-a-feed", "tls", "too-large", "redirects", "unset-variable")


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What is wrong.

    `word` is one of `dead blocked login-page failing truncated moved silent gap undated stale`; `sentence` says the
    same to an analyst, in words that stay the same as long as nothing changes.
    """

    word: str
    sentence: str


def verdict(state: FeedState, now: datetime) -> Verdict | None:
    """Say what is wrong with a feed; None where it is well, or where one bad answer says nothing yet."""
    if state.reason == "rate-limited":
        return None
    if state.failures:
        return _failing(state, now)
    if state.reason:
        return Verdict(state.reason, state.detail or "it came cut off, and only its whole entries are read")
    return _moved(state) or _silent(state) or _gap(state, now) or _undated(state) or _stale(state, now)


def _failing(state: FeedState, now: datetime) -> Verdict | None:
    why = f"{state.reason}: {state.detail}" if state.detail else state.reason
    since = state.last_success
    if state.reason == "gone":
        return Verdict("dead", state.detail)
    if since is not None and now - since > DEAD:
        return Verdict("dead", f"nothing came since {since:%Y-%m-%d} ({why})")
    if state.reason in _BLOCKED:
        return Verdict("blocked", why)
    if state.reason == "login-page":
        return Verdict("login-page", state.detail)
    return Verdict("failing", why) if state.failures > 1 or state.reason in _DEFINITE else None


def _moved(state: FeedState) -> Verdict | None:
    if state.moved_count < ADOPT_AFTER:
        return None
    return Verdict("moved", f"moved for good to {state.moved_to}: write that into feeds.yaml")


def _silent(state: FeedState) -> Verdict | None:
    return Verdict("silent", "it answers, without a single entry") if state.empties >= SILENT else None


def _gap(state: FeedState, now: datetime) -> Verdict | None:
    if state.gap_at is None or now - state.gap_at > GAP:
        return None
    return Verdict("gap", "more entries came than it holds, so some were missed: it is asked more often now")


def _undated(state: FeedState) -> Verdict | None:
    return Verdict("undated", "none of its entries has a date that can be used") if state.is_undated else None


def _stale(state: FeedState, now: datetime) -> Verdict | None:
    last = state.newest or state.rated_at
    usual = max(WEEKEND, timedelta(seconds=3 * state.usual_gap)) if state.usual_gap else STALE
    if last is None or now - last <= usual:
        return None
    often = f", while three times its usual gap is {_span(usual)}" if state.usual_gap else ""
    return Verdict("stale", f"nothing new since {last:%Y-%m-%d}{often}")


def _span(span: timedelta) -> str:
    return f"{span.days} days"
