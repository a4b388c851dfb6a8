"""Feeds fetched for a command that stores no validators: unconditionally, whether due or not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from watcher import scan as scanning
from watcher.collect.fetch import Fetcher
from watcher.collect.request import request_for
from watcher.errors import SettingError, SourceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
    from datetime import datetime

    from watcher.cli.workspace import Workspace
    from watcher.collect.due import FeedState
    from watcher.collect.feeds import Feed
    from watcher.collect.request import Request
    from watcher.scan import Desk, Scanned


class Web:
    """Fetches feeds and has them decided."""

    def __init__(self, workspace: Workspace, contact: str, desk: Desk) -> None:
        self.workspace = workspace
        self.contact = contact
        self.desk = desk

    def results(self, feeds: Sequence[Feed]) -> Iterator[Scanned]:
        """Give what the feeds hold, in the order of arrival; one that may not or can't be asked comes first."""
        requests = []
        states = self.workspace.feed_states()
        for feed in feeds:
            try:
                requests.append(_request(feed, states.get(feed.id), self.desk.now, self.workspace.settings.environ))
            except SourceError as error:
                yield scanning.Scanned(feed.id, reason=error.reason, detail=error.detail)
        fetcher = Fetcher(contact=self.contact, allow_private=self.workspace.settings.allow_private)
        yield from _driven(scanning.scan_web(requests, {feed.id: feed for feed in feeds}, self.desk, fetcher))


def _request(feed: Feed, state: FeedState | None, now: datetime, environ: Mapping[str, str]) -> Request:
    """Make an unconditional request. Raises SourceError for a feed that must be left alone or lacks its variable."""
    if state and state.url == feed.url and state.retry_at and state.retry_at > now:
        until = f"{state.retry_at:%Y-%m-%d %H:%M} UTC"
        raise SourceError("rate-limited", f"the server asked to be left alone until {until}")
    try:
        return request_for(feed, state, environ)
    except SettingError as error:
        raise SourceError("unset-variable", str(error)) from error


def _driven(results: AsyncIterator[Scanned]) -> Iterator[Scanned]:
    """Give an asynchronous stream's results as they come."""

    async def step() -> Scanned | None:
        return await anext(results, None)

    with asyncio.Runner() as runner:
        while result := runner.run(step()):
            yield result
