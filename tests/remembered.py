"""Articles, findings and parts of our own invention, for the tests of what is remembered."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from watcher.collect.article import Article, identity
from watcher.collect.feeds import Feed
from watcher.decide.figure import Figure
from watcher.decide.match import Finding, Match
from watcher.decide.relation import Relation
from watcher.state.outbox import PlannedPart
from watcher.state.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.state.archive import StoredArticle

NOW = datetime(2026, 1, 13, 7, 0, tzinfo=UTC)
WINDOW = timedelta(days=3)


def opened(folder: Path) -> Store:
    """Open the archive of a test's folder."""
    return Store.open(address(folder))


def address(folder: Path) -> str:
    """Give the database address of a test's folder, or of the engine that it runs on."""
    return os.environ.get("WATCHER_DATABASE_URL") or f"sqlite:///{folder / 'state' / 'watcher.db'}"


def feed(name: str = "wire", **more: Any) -> Feed:
    """Make a feed."""
    return Feed(id=name, url=more.pop("url", f"https://{name}.example/feed.xml"), **more)


def article(guid: str, *, name: str = "wire", **more: Any) -> Article:
    """Make an article of the feed `name`, published an hour ago, with everything that `more` says."""
    values: dict[str, Any] = {
        "title": f"Samples are shipped, part {guid}",
        "url": f"https://{name}.example/{guid}",
        "published": NOW - timedelta(hours=1),
        "language": "en",
        **more,
    }
    told = identity(feed=name, guid=guid, url=values["url"], title=values["title"], summary="")
    return Article(id=told, feed=name, **values)


def finding(told: Article, *rules: str) -> Finding:
    """Decide an article: it says one thing and meets these rules."""
    relation = Relation(
        "IR", "drones", "to_russia", "denied", "Tehran denied it.", "Tehran", (Figure(4, "drones", "4"),)
    )
    return Finding(told, (relation,), tuple(Match(rule, "high", ("said so",), (0,)) for rule in rules))


def listed(store: Store, *names: str, now: datetime = NOW) -> None:
    """List these feeds, each polled once before, so that undated articles are no backfill."""
    store.feeds.sync([feed(name) for name in names], now - timedelta(days=9))
    for name in names:
        record(store, name, now=now - timedelta(days=8))


def record(store: Store, name: str, *findings: Finding, now: datetime = NOW) -> tuple[int, int, int]:
    """Record what a feed brought as a poll does; give how many were new, edited and seen."""
    state = store.feeds.states()[name]
    after = type(state)(**{**_fields(state), "last_success": now, "first_polled": state.first_polled or now})
    recorded = store.archive.record(after, findings, rulebook="r1", now=now)
    return recorded.new, recorded.edited, recorded.seen


def announceable(store: Store, digest: str = "daily", *, now: datetime = NOW) -> list[str]:
    """Give the titles of a digest's candidates."""
    return [each.article.title for each in store.archive.candidates(digest, announce_within=WINDOW, now=now)]


def part(number: int, *articles: StoredArticle, key: str = "daily-1", of: int = 1) -> PlannedPart:
    """Make a part that links these articles."""
    keys = tuple(each.key for each in articles)
    payload = {"text": f"part {number}"}
    return PlannedPart(key=key, part=number, of=of, channel="desk", destination="C1", payload=payload, articles=keys)


def _fields(state: Any) -> dict[str, Any]:
    return {name: getattr(state, name) for name in type(state).__dataclass_fields__}
