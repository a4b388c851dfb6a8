"""A desk that posts to the fake Slack: its channel, its one rule, and articles that meet it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_slack import TOKEN
from tests.remembered import NOW, article, finding, record
from tests.shipped import shipped_lexicon
from watcher.decide import rules
from watcher.deliver.channel import Fanout
from watcher.deliver.digests import ChannelPlan, DigestBook
from watcher.deliver.slack import SlackChannel
from watcher.publish import Publisher
from watcher.send import SETTLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from tests.fake_slack import FakeSlack
    from watcher.decide.rules import Rulebook
    from watcher.deliver.digest import Digest
    from watcher.deliver.digests import DigestPlan
    from watcher.errors import WatcherError
    from watcher.send import Posted
    from watcher.state.store import Store

DESK = "C0123ABCD"


def book(folder: Path, word: str) -> Rulebook:
    """Make a rulebook of one rule that asks for a word."""
    (folder / "watch").mkdir(exist_ok=True)
    text = f"- {{id: words, title: Samples wherever, query: {word}}}\n"
    (folder / "watch" / "words.yaml").write_text(text, encoding="utf-8")
    return rules.load(folder, shipped_lexicon())


def channel(slack: FakeSlack, destination: str = DESK, **more: Any) -> Fanout:
    """Make a channel on the fake Slack that doesn't dawdle; waiting takes no time."""
    wait = more.pop("wait", lambda _: None)
    values: dict[str, Any] = {"token": TOKEN, "api_url": slack.url, "timeout": 2}
    return Fanout([SlackChannel(destination, **values | more)], wait)


def due_book(*plans: DigestPlan, **more: Any) -> DigestBook:
    """Make a book of digests that all go to the desk."""
    return DigestBook(channels={"desk": ChannelPlan(slack=DESK)}, digests=plans, **more)


def post(store: Store, rulebook: Rulebook, plan: DigestPlan, fanout: Fanout, *, now: datetime, **more: Any) -> Posted:
    """Post a digest by hand; give what came of it."""
    settle = more.pop("settle", SETTLE)
    publisher = Publisher(store, rulebook, due_book(plan, **more), lambda _: fanout, settle)
    return next(iter(publisher.post(plan, now)))


def post_due(
    store: Store,
    rulebook: Rulebook,
    book: DigestBook,
    open_channel: Callable[[ChannelPlan], Fanout],
    now: datetime,
) -> list[Posted | WatcherError]:
    """Do what a run does at a time."""
    return list(Publisher(store, rulebook, book, open_channel).post_due(now))


def preview(store: Store, rulebook: Rulebook, plan: DigestPlan, now: datetime) -> Digest:
    """Look at what a digest would say."""
    return Publisher(store, rulebook, due_book(plan), lambda _: Fanout([])).preview(plan, now)


def fill(store: Store, *guids: str, now: datetime = NOW) -> list[str]:
    """Record articles that meet the rule; give their links."""
    found = [finding(article(guid), "words") for guid in guids]
    record(store, "wire", *found, now=now)
    return [each.article.url for each in found]
