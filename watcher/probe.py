"""What feeds an address leads to: the feed itself, or those of the web page that is there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from watcher.collect import body as bodies
from watcher.collect.discover import candidates
from watcher.collect.feeds import Feed
from watcher.collect.fetch import Failed, Fetched
from watcher.collect.parse import parse
from watcher.collect.request import Request
from watcher.errors import SourceError

if TYPE_CHECKING:
    from watcher.collect.article import Article
    from watcher.collect.fetch import Fetcher

HEADLINES = 3
_PAGES = ("html-page", "login-page", "not-a-feed")


@dataclass(frozen=True, slots=True)
class Found:
    """A feed: the address to keep, its own title and language, how many articles it holds, its latest headlines."""

    url: str
    title: str
    language: str
    articles: int
    headlines: tuple[str, ...]


async def probe(url: str, fetcher: Fetcher) -> list[Found]:
    """
    Fetch an address, and say which feeds are there, the likeliest first.

    Raises SourceError for an address that doesn't answer, or where there is no feed.
    """
    page = await _fetch(url, fetcher)
    try:
        return [await _read(page, url)]
    except SourceError as error:
        if error.reason not in _PAGES:
            raise
        tried = candidates(bodies.read_text(page.body, page.content_type), page.url)
        found = await asyncio.gather(*(_try(each, fetcher) for each in tried))
        feeds = list({feed.url: feed for feed in found if feed}.values())
        if feeds:
            return feeds
        raise SourceError(error.reason, f"{error.detail}; none of {len(tried)} likely addresses is a feed") from error


async def _try(url: str, fetcher: Fetcher) -> Found | None:
    try:
        return await _read(await _fetch(url, fetcher), url)
    except SourceError:
        return None


async def _fetch(url: str, fetcher: Fetcher) -> Fetched:
    outcome = await fetcher.fetch(Request(feed=url, url=url))
    if isinstance(outcome, Fetched):
        return outcome
    failed = outcome if isinstance(outcome, Failed) else Failed(reason="http-304", detail="nothing came")
    raise SourceError(failed.reason, failed.detail)


async def _read(fetched: Fetched, url: str) -> Found:
    feed = Feed.model_construct(id="new", url=url, kind="other")
    now = datetime.now(UTC)
    parsed = await asyncio.to_thread(
        parse, fetched.body, feed, content_type=fetched.content_type, url=fetched.url, now=now
    )
    latest = sorted(parsed.articles, key=_newest)[:HEADLINES]
    titles = tuple(article.title or article.summary for article in latest)
    return Found(fetched.moved_to or url, parsed.title, parsed.language, len(parsed.articles), titles)


def _newest(article: Article) -> float:
    return -article.published.timestamp() if article.published else 0.0
