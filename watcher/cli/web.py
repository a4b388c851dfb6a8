"""Feeds fetched for a command that stores no validators: unconditionally, whether due or not."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from watcher import scan as scanning
from watcher.collect.article import Article
from watcher.collect.body import read_text
from watcher.collect.fetch import Failed, Fetched, Fetcher
from watcher.collect.markup import line, plain
from watcher.collect.request import Request, request_for
from watcher.errors import SettingError, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from watcher.cli.workspace import Workspace
    from watcher.collect.due import FeedState
    from watcher.collect.feeds import Feed
    from watcher.collect.fetch import Outcome
    from watcher.scan import Desk, Scanned

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


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
        yield from scanning.driven(scanning.scan_web(requests, {feed.id: feed for feed in feeds}, self.desk, fetcher))


def read_page(workspace: Workspace, url: str) -> Article:
    """Fetch a web page and take its text for an article's. Raises SourceError."""
    contact = workspace.load_feeds().contact
    fetcher = Fetcher(contact=contact, allow_private=workspace.settings.allow_private)

    async def fetch() -> Outcome:
        async with fetcher:
            return await fetcher.fetch(Request(feed=url, url=url))

    outcome = asyncio.run(fetch())
    if not isinstance(outcome, Fetched):
        failed = outcome if isinstance(outcome, Failed) else Failed(reason="http-304", detail="nothing came")
        raise SourceError(failed.reason, f"{failed.detail}: {url}")
    text = read_text(outcome.body, outcome.content_type)
    title = _TITLE.search(text)
    shown = plain(text[title.end() :] if title else text)
    return Article(id="", title=line(title[1]) if title else "", body=shown, url=outcome.url)


def _request(feed: Feed, state: FeedState | None, now: datetime, environ: Mapping[str, str]) -> Request:
    """Make an unconditional request. Raises SourceError for a feed that must be left alone or lacks its variable."""
    if state and state.url == feed.url and state.retry_at and state.retry_at > now:
        until = f"{state.retry_at:%Y-%m-%d %H:%M} UTC"
        raise SourceError("rate-limited", f"the server asked to be left alone until {until}")
    try:
        return request_for(feed, state, environ)
    except SettingError as error:
        raise SourceError("unset-variable", str(error)) from error
