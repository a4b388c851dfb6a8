"""Full texts for the feeds that ask for them: page → text → decided again. After polling; no digest waits for it."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from watcher.collect import prose
from watcher.collect.feeds import host_of
from watcher.collect.fetch import Failed, Fetched, Fetcher
from watcher.collect.guard import HOST_PAUSE, is_near
from watcher.collect.request import Request
from watcher.collect.robots import Robots, place_of
from watcher.reading import Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.claims import Claims
    from watcher.collect.feeds import Feed, FeedList
    from watcher.collect.fetch import Outcome
    from watcher.poll import Options
    from watcher.reading import Readers
    from watcher.state.archive import StoredArticle
    from watcher.state.store import Store

LIMIT = 200  # pages a pass: the next pass takes the next ones
LOOK = 0.1  # seconds between looks at whether to stop
_HTML = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}


@dataclass(slots=True)
class Completion:
    """What a pass brought; `failed` has the addresses of pages without a text, and why."""

    pages: int = 0
    filled: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"fetched {self.pages} pages: {self.filled} full texts, {len(self.failed)} without"


def complete(store: Store, feeds: FeedList, readers: Readers, options: Options) -> Completion:
    """
    Fetch the pages of new articles, and let the text on each take the place of what its feed gave.

    Politely: robots.txt is obeyed, a host has its pause, and a page that fails is tried a few times, later. Only feeds
    with `fulltext: true` are looked at, and only where its extra is installed.
    """
    asking = {feed.id: feed for feed in feeds.feeds if feed.enabled and feed.fulltext}
    done = Completion()
    if not asking or not prose.is_installed():
        return done
    wanted = store.pages.wanted(asking, options.clock(), limit=LIMIT)
    if wanted and options.claims is not None:
        wanted = _leased(store, asking, wanted, options, options.claims)
    if wanted:
        asyncio.run(_Pass(store, asking, readers, options, done).run(feeds.contact, wanted))
    return done


def hindrance(feeds: FeedList) -> str:
    """Say why no full text can come though a feed asks for it; "" where nothing is in the way."""
    is_asked = any(feed.enabled and feed.fulltext for feed in feeds.feeds)
    return prose.MISSING if is_asked and not prose.is_installed() else ""


def _leased(
    store: Store, asking: Mapping[str, Feed], wanted: Sequence[StoredArticle], options: Options, claims: Claims
) -> list[StoredArticle]:
    """Lease the pages' hosts; give what is still wanted of them, as others may have fetched some meanwhile."""
    pauses: dict[str, float] = {}
    for each in wanted:
        host, wish = host_of(each.article.url), asking[each.article.feed].host_pause
        usual = 0.0 if is_near(host) else HOST_PAUSE
        pauses[host] = max(pauses.get(host, 0.0), usual if wish is None else wish)
    taken, rest = claims.lease(pauses)
    options.stop.wait(rest.total_seconds())
    still = store.pages.wanted(asking, options.clock(), limit=LIMIT)
    return [each for each in still if host_of(each.article.url) in taken]


class _Pass:
    """One pass over some pages."""

    def __init__(
        self, store: Store, feeds: Mapping[str, Feed], readers: Readers, options: Options, done: Completion
    ) -> None:
        self.store, self.feeds, self.readers, self.options, self.done = store, feeds, readers, options, done

    async def run(self, contact: str, wanted: Sequence[StoredArticle]) -> None:
        """Make the pass, or as much of it as there is time for until `stop` is set."""
        work = asyncio.create_task(self._work(contact, {str(each.key): each for each in wanted}))
        while not work.done() and not self.options.stop.is_set():
            await asyncio.wait({work}, timeout=LOOK)
        if not work.done():
            work.cancel()
            await asyncio.wait({work})
        if not work.cancelled():
            work.result()

    async def _work(self, contact: str, wanted: Mapping[str, StoredArticle]) -> None:
        async with Fetcher(contact=contact, allow_private=self.options.allow_private) as fetcher:
            robots = await self._robots(fetcher, wanted)
            slow = {host_of(place): rules.pause for place, rules in robots.items() if rules.pause is not None}
            if slow and self.options.claims is not None:
                await asyncio.to_thread(self.options.claims.slow, slow)
            requests = []
            for name, each in wanted.items():
                rules = robots[place_of(each.article.url)]
                if rules.allows(each.article.url):
                    requests.append(replace(self._request(name, each), host_pause=self._pause(each, rules)))
                else:
                    await self._settle(each, Failed(reason="robots", detail="robots.txt asks to leave it alone"))
            async with contextlib.aclosing(fetcher.fetch_all(requests)) as outcomes:
                async for request, outcome in outcomes:
                    await self._settle(wanted[request.feed], outcome)

    async def _robots(self, fetcher: Fetcher, wanted: Mapping[str, StoredArticle]) -> dict[str, Robots]:
        asked = {place_of(each.article.url): self._request(name, each) for name, each in wanted.items()}
        requests = [replace(request, feed=place, url=place) for place, request in asked.items()]
        return {request.feed: Robots(outcome) async for request, outcome in fetcher.fetch_all(requests)}

    def _request(self, name: str, each: StoredArticle) -> Request:
        """Ask as for its feed, but without the desk's headers: they are the feed's own."""
        feed = self.feeds[each.article.feed]
        return Request(feed=name, url=each.article.url, headers=_HTML, timeout=feed.timeout, host_pause=feed.host_pause)

    def _pause(self, each: StoredArticle, rules: Robots) -> float | None:
        pauses = [pause for pause in (self.feeds[each.article.feed].host_pause, rules.pause) if pause is not None]
        return max(pauses, default=None)

    async def _settle(self, each: StoredArticle, outcome: Outcome) -> None:
        """Have a page read, and keep what came of it."""
        self.done.pages += 1
        now = self.options.clock()
        reason, finding, rulebook = getattr(outcome, "reason", "http-304"), None, ""
        if isinstance(outcome, Fetched):
            read = await self.readers.complete(0, Page(article=each.article, content=outcome.body), now)
            reason, finding, rulebook = read.reason, read.finding, read.rulebook
        await asyncio.to_thread(self.store.pages.settle, each.key, reason, now, finding=finding, rulebook=rulebook)
        if reason:
            self.done.failed.append((each.article.url, reason))
        else:
            self.done.filled += 1
