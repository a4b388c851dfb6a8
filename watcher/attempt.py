"""What came of asking a feed: its outcome for `due`, and what it says if it changed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.collect import due
from watcher.collect.due import FeedState, Poll
from watcher.collect.fetch import Failed, Fetched
from watcher.reading import Read, Unread

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.collect.feeds import Feed
    from watcher.collect.fetch import Outcome


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one feed: for `due`, and what it says if it changed."""

    feed: Feed
    state: FeedState
    poll: Poll
    read: Read | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A body on its way to a reader, with its hash."""

    feed: Feed
    state: FeedState
    fetched: Fetched
    digest: str


def state_after(attempt: Attempt, now: datetime) -> FeedState:
    """Give the feed's state after it, of which its articles may still tell more."""
    jitter = random.random()  # noqa: S311  spreads load, hides nothing
    pace = due.Pace(attempt.feed.interval, is_wish="interval" in attempt.feed.model_fields_set)
    return due.after(attempt.state, attempt.poll, pace=pace, now=now, jitter=jitter)


def poll_of(outcome: Outcome) -> Poll:
    """Say what came of a feed without a new body."""
    if isinstance(outcome, Failed):
        return Poll(status="failed", reason=outcome.reason, detail=outcome.detail, retry_after=outcome.retry_after)
    return Poll(
        status="unchanged",
        etag=outcome.etag,
        last_modified=outcome.last_modified,
        moved_to=outcome.moved_to,
        max_age=outcome.max_age,
    )


def poll_of_read(read: Read | Unread, changed: Changed) -> Poll:
    """Say what came of a new body. One that is damaged leaves no validators: they would hide the rest of it."""
    fetched = changed.fetched
    if isinstance(read, Unread):
        return Poll(status="failed", reason=read.reason, detail=read.detail, moved_to=fetched.moved_to)
    is_whole = not read.warning
    dates = (finding.article.published for finding in read.findings)
    return Poll(
        status="changed",
        # A feed may have nothing to say; two such answers in a row are another matter.
        reason="" if read.warning == "no-entries" else read.warning,
        max_age=fetched.max_age,
        ttl=read.ttl,
        etag=fetched.etag if is_whole else "",
        last_modified=fetched.last_modified if is_whole else "",
        body_hash=changed.digest if is_whole else "",
        entries=read.marks,
        moved_to=fetched.moved_to,
        newest=read.newest,
        held=len(read.findings) + read.known,
        fresh=len(read.findings),
        dates=tuple(date for date in dates if date and read.newest and date <= read.newest),
    )
