"""One digest from the archive into its channel: everything new once, nothing twice, nothing lost on the way."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.desk import DESK, book, channel, due_book, fill, post, post_due, preview
from tests.fake_slack import TOKEN, FakeSlack
from tests.invented import NOW, plan
from tests.remembered import listed, opened
from watcher.channels import Access, open_channel
from watcher.deliver.channel import Fanout
from watcher.deliver.digests import ChannelPlan
from watcher.deliver.slack import SlackChannel
from watcher.errors import HeldError, SettingError
from watcher.send import Posted
from watcher.state.outbox import PlannedPart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from watcher.decide.rules import Rulebook
    from watcher.deliver.digests import DigestPlan
    from watcher.errors import WatcherError
    from watcher.state.store import Store

pytestmark = pytest.mark.usefixtures("engine")

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """Give a rulebook of one rule for words, over the shipped lexicon."""
    return book(tmp_path_factory.mktemp("rules"), "samples")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an archive with a feed and no articles."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        yield store


def tick(
    store: Store, rulebook: Rulebook, daily: DigestPlan, fanout: Fanout, now: datetime = NOW
) -> list[Posted | WatcherError]:
    """Do what a run does at a time."""
    return post_due(store, rulebook, due_book(daily), lambda _: fanout, now)


def test_everything_new_is_posted_once(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """The first post says all, the second has nothing to say, a third says only what came since."""
    links = fill(store, "1", "2")
    posted = post(store, rulebook, plan(), channel(slack), now=NOW)
    assert (posted.is_complete, posted.articles, len(posted.sent)) == (True, 2, 1)
    assert sorted(slack.links) == sorted(links)
    assert post(store, rulebook, plan(), channel(slack), now=NOW + timedelta(minutes=1)) == Posted("daily")
    links += fill(store, "3", now=NOW + timedelta(minutes=2))
    post(store, rulebook, plan(), channel(slack), now=NOW + timedelta(minutes=3))
    assert sorted(slack.links) == sorted(links)
    assert len({message["metadata"]["event_payload"]["key"] for message in slack.messages}) == 2


def test_a_preview_changes_nothing(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """What would be said can be looked at any number of times, with what was read and what failed."""
    fill(store, "1")
    for _ in range(2):
        shown = preview(store, rulebook, plan(), NOW)
        assert [line.rules for line in shown.lines] == [("Samples wherever",)]
    assert store.outbox.parts() == []
    assert shown.footer[0].startswith("0 of 0 feeds answered · 1 article read")


def test_feeds_that_fail_are_named_at_the_end(store: Store, rulebook: Rulebook) -> None:
    """The footer says which feeds were not read, and why."""
    state = store.feeds.states()["wire"]
    store.feeds.save([replace(state, last_attempt=NOW, failures=2, reason="http-503")])
    assert preview(store, rulebook, plan(), NOW).footer == (
        "0 of 1 feed answered · 0 articles read, 0 matched",
        "Not read: wire (http-503). What they published is missing here.",
    )


def test_a_feed_that_left_feeds_yaml_is_not_missed(store: Store, rulebook: Rulebook) -> None:
    """A feed that failed and was taken out or disabled is no gap in what the digest saw."""
    state = store.feeds.states()["wire"]
    store.feeds.save([replace(state, last_attempt=NOW, failures=2, reason="gone")])
    store.feeds.sync([], NOW)
    assert preview(store, rulebook, plan(), NOW).footer == ("0 of 0 feeds answered · 0 articles read, 0 matched",)


def test_an_edited_rule_counts_at_once(store: Store, tmp_path: Path, rulebook: Rulebook) -> None:
    """What is posted is decided under the current rules, not under those it was fetched with."""
    fill(store, "1")
    edited = book(tmp_path, "nothing-of-the-kind")
    assert preview(store, edited, plan(), NOW).lines == ()
    assert len(preview(store, rulebook, plan(), NOW).lines) == 1
    assert preview(store, rulebook, plan(rules=["another"]), NOW).lines == ()


def test_without_a_token_nothing_is_planned_and_nothing_lost(
    store: Store, slack: FakeSlack, rulebook: Rulebook
) -> None:
    """The error names the variable; with the token the same articles go out."""
    links = fill(store, "1")
    (error,) = tick(store, rulebook, plan(), channel(slack, token=""))
    assert isinstance(error, SettingError)
    assert "SLACK_BOT_TOKEN" in str(error)
    with pytest.raises(SettingError, match="SLACK_BOT_TOKEN"):
        post(store, rulebook, plan(), channel(slack, token=""), now=NOW)
    assert store.outbox.parts() == []
    tick(store, rulebook, plan(), channel(slack))
    assert slack.links == links


def test_a_slot_is_served_once(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """What comes after it waits for the next one."""
    links = fill(store, "1")
    tick(store, rulebook, plan(), channel(slack))
    fill(store, "2")
    assert tick(store, rulebook, plan(), channel(slack), NOW + timedelta(minutes=1)) == []
    assert (store.outbox.last_slot("daily"), slack.links) == (NOW, links)


def test_an_empty_digest_is_said_if_its_plan_wants_it(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """Not at the very first slot, which has nothing to compare with, and not by hand."""
    tick(store, rulebook, plan(empty="post"), channel(slack))
    post(store, rulebook, plan(empty="post"), channel(slack), now=NOW)
    assert slack.messages == []
    tick(store, rulebook, plan(empty="post"), channel(slack), NOW + DAY)
    assert "Nothing new" in slack.messages[0]["text"]
    tick(store, rulebook, plan(), channel(slack), NOW + 2 * DAY)
    assert len(slack.messages) == 1
    assert store.outbox.last_slot("daily") == NOW + 2 * DAY


def test_only_one_process_posts(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """A run leaves what is due to its next look, a post by hand waits and then says why it doesn't."""
    fill(store, "1")
    with store.database.alone("posting", bool):
        assert tick(store, rulebook, plan(), channel(slack)) == []
        with pytest.raises(HeldError, match="another process is posting"):
            post(store, rulebook, plan(), channel(slack, wait=lambda _: True), now=NOW)
    assert len(tick(store, rulebook, plan(), channel(slack))) == 1


def test_a_digest_planned_meanwhile_is_composed_anew(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """If another process plans one of the articles between look and write, the rest is said without it."""
    links = fill(store, "1", "2")
    _, other = store.archive.candidates("daily", announce_within=timedelta(days=3), now=NOW)

    class Meddling(SlackChannel):
        """A channel during whose planning another process plans the second article."""

        meddled = False

        def plan(self, digest: Any, key: str) -> Any:
            """Let the other go first, once."""
            if not self.meddled:
                self.meddled = True
                part = PlannedPart(
                    key="other", part=1, of=1, channel="desk", destination=DESK, payload={}, articles=(other.key,)
                )
                store.outbox.plan("daily", NOW, [part], NOW)
                store.posting.hold(store.outbox.parts()[0].id, "another's", NOW)
            return super().plan(digest, key)

    meddling = Meddling(DESK, token=TOKEN, api_url=slack.url)
    posted = post(store, rulebook, plan(), Fanout([meddling]), now=NOW)
    assert (posted.articles, slack.links) == (1, links[:1])


def test_several_places_say_the_same_and_the_articles_count_once(
    store: Store, slack: FakeSlack, rulebook: Rulebook, tmp_path: Path
) -> None:
    """A channel may be Slack, a page and the terminal at once."""
    fill(store, "1")
    out = io.StringIO()
    everywhere = ChannelPlan(slack=DESK, page="out/digest.html", terminal=True)
    access = Access(out=out, token=TOKEN, api_url=slack.url, folder=tmp_path)
    opened_channel = open_channel(everywhere, access)
    posted = post(store, rulebook, plan(), opened_channel, now=NOW)
    assert (posted.is_complete, posted.articles, len(posted.sent)) == (True, 1, 3)
    assert "Samples are shipped" in out.getvalue()
    assert "Samples are shipped" in (tmp_path / "out" / "digest.html").read_text(encoding="utf-8")
    assert len(slack.messages) == 1
    assert opened_channel.at("nowhere") is None
    assert TOKEN not in repr(access)


def test_what_is_due_is_posted_and_nothing_else(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """At 08:00 in Madrid the daily digest goes out, once; the evening's waits for its time."""
    fill(store, "1")
    both = due_book(plan(), plan(id="evening", at=["18:00"], timezone="UTC", days=["tue"]))
    results = list(post_due(store, rulebook, both, lambda _: channel(slack), NOW))
    assert [result.digest for result in results if isinstance(result, Posted)] == ["daily"]
    assert list(post_due(store, rulebook, both, lambda _: channel(slack), NOW + timedelta(seconds=5))) == []
    evening = list(post_due(store, rulebook, both, lambda _: channel(slack), NOW + timedelta(hours=11)))
    assert [result.digest for result in evening if isinstance(result, Posted)] == ["evening"]


def test_a_digest_that_cannot_be_posted_does_not_stop_the_others(
    store: Store, slack: FakeSlack, rulebook: Rulebook
) -> None:
    """The error is given, the next digest goes out."""
    fill(store, "1")

    def open_one(_: ChannelPlan) -> Fanout:
        tokens.append("x")
        return channel(slack, token="" if len(tokens) == 1 else TOKEN)

    tokens: list[str] = []
    first, second = post_due(store, rulebook, due_book(plan(), plan(id="other")), open_one, NOW)
    assert isinstance(first, SettingError)
    assert isinstance(second, Posted)
    assert second.articles == 1
