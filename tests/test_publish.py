"""One digest from the archive into its channel: everything new once, nothing twice, nothing lost on the way."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_slack import TOKEN, FakeSlack, Fault
from tests.invented import NOW, plan
from tests.remembered import address, article, finding, listed, opened, record
from watcher.decide import lexicon, rules
from watcher.deliver.channel import Fanout
from watcher.deliver.digests import ChannelPlan, DigestBook
from watcher.deliver.slack import SlackChannel
from watcher.errors import SettingError
from watcher.publish import open_channel, post, post_due, preview
from watcher.send import IN_DOUBT, Posted, Sender
from watcher.state.outbox import PlannedPart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from watcher.decide.rules import Rulebook
    from watcher.deliver.channel import Channel
    from watcher.deliver.digests import DigestPlan
    from watcher.state.store import Store

DESK = "C0123ABCD"


@pytest.fixture(scope="module")
def rulebook(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """Give a rulebook of one rule for words, over the shipped lexicon."""
    return book(root, tmp_path_factory.mktemp("rules"), "samples")


def book(root: Path, folder: Path, word: str) -> Rulebook:
    """Make a rulebook of one rule that asks for a word."""
    (folder / "watch").mkdir(exist_ok=True)
    text = f"- {{id: words, title: Samples wherever, query: {word}}}\n"
    (folder / "watch" / "words.yaml").write_text(text, encoding="utf-8")
    return rules.load(folder, lexicon.load(root / "rules"))


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[FakeSlack]:
    """Give a Slack of our own."""
    with FakeSlack(tmp_path / "ledger.jsonl") as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an archive with a feed and no articles."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        yield store


def channel(slack: FakeSlack, destination: str = DESK, **more: Any) -> SlackChannel:
    """Make a channel on the fake Slack that doesn't dawdle."""
    values: dict[str, Any] = {"token": TOKEN, "api_url": slack.url, "pause": 0.0, "wait": lambda _: None, "timeout": 2}
    return SlackChannel(destination, **values | more)


def fill(store: Store, *guids: str, now: datetime = NOW) -> list[str]:
    """Record articles that meet the rule; give their links."""
    found = [finding(article(guid), "words") for guid in guids]
    record(store, "wire", *found, now=now)
    return [each.article.url for each in found]


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


def test_an_edited_rule_counts_at_once(store: Store, root: Path, tmp_path: Path, rulebook: Rulebook) -> None:
    """What is posted is decided under the current rules, not under those it was fetched with."""
    fill(store, "1")
    edited = book(root, tmp_path, "nothing-of-the-kind")
    assert preview(store, edited, plan(), NOW).lines == ()
    assert len(preview(store, rulebook, plan(), NOW).lines) == 1
    assert preview(store, rulebook, plan(rules=["another"]), NOW).lines == ()


def test_without_a_token_nothing_is_planned_and_nothing_lost(
    store: Store, slack: FakeSlack, rulebook: Rulebook
) -> None:
    """The error names the variable; with the token the same articles go out."""
    links = fill(store, "1")
    with pytest.raises(SettingError, match="SLACK_BOT_TOKEN"):
        post(store, rulebook, plan(), channel(slack, token=""), now=NOW, slot=NOW)
    assert store.outbox.parts() == []
    post(store, rulebook, plan(), channel(slack), now=NOW, slot=NOW)
    assert slack.links == links


def test_a_slot_is_served_once(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """Of two that come to the same slot, one composes it."""
    fill(store, "1")
    assert post(store, rulebook, plan(), channel(slack), now=NOW, slot=NOW).articles == 1
    fill(store, "2")
    assert post(store, rulebook, plan(), channel(slack), now=NOW, slot=NOW).articles == 0
    assert store.outbox.last_slot("daily") == NOW


def test_an_empty_digest_is_said_if_its_plan_wants_it(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """Not at the very first slot, which has nothing to compare with, and not by hand."""
    day = timedelta(days=1)
    post(store, rulebook, plan(empty="post"), channel(slack), now=NOW, slot=NOW)
    post(store, rulebook, plan(empty="post"), channel(slack), now=NOW)
    assert slack.messages == []
    post(store, rulebook, plan(empty="post"), channel(slack), now=NOW + day, slot=NOW + day)
    assert "Nothing new" in slack.messages[0]["text"]
    post(store, rulebook, plan(), channel(slack), now=NOW + 2 * day, slot=NOW + 2 * day)
    assert len(slack.messages) == 1
    assert store.outbox.last_slot("daily") == NOW + 2 * day


def test_a_limit_is_waited_out(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """What certainly never arrived is sent again after the time that Slack names."""
    fill(store, "1")
    waits: list[float] = []
    slack.fail(Fault("ratelimited-429", seconds=9), Fault("rate_limited"))
    posted = post(store, rulebook, plan(), channel(slack, wait=waits.append), now=NOW)
    assert posted.is_complete
    assert len(slack.messages) == 1
    assert [pause for pause in waits if pause] == [9.0, 2.0]


@pytest.mark.parametrize("seconds", [1, 3600])
def test_a_limit_without_end_keeps_the_part_waiting(
    store: Store, slack: FakeSlack, rulebook: Rulebook, seconds: int
) -> None:
    """After some tries, or at once if Slack asks for an hour, the part waits for the next time and then goes out."""
    fill(store, "1")
    slack.fail(*[Fault("ratelimited-429", seconds=seconds)] * 4)
    posted = post(store, rulebook, plan(), channel(slack), now=NOW)
    assert [part.reason for part in posted.waiting] == ["Slack asks to wait (ratelimited)"]
    slack.faults.clear()
    assert post(store, rulebook, plan(), channel(slack), now=NOW + timedelta(minutes=1)).is_complete
    assert len(slack.messages) == 1


def test_a_signal_ends_the_waiting(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """A program that is to end leaves the part for the next time."""
    fill(store, "1")
    slack.fail(Fault("ratelimited-429", seconds=30))
    stop = threading.Event()

    def wait(seconds: float) -> bool:
        """Wait like an event, with a signal that comes during the first real pause."""
        if seconds:
            stop.set()
        return stop.is_set()

    ending = channel(slack, wait=wait)
    assert len(post(store, rulebook, plan(), ending, now=NOW).waiting) == 1
    assert slack.calls == ["chat.postMessage"]
    assert len(post(store, rulebook, plan(), ending, now=NOW).waiting) == 1
    assert slack.calls == ["chat.postMessage"]


@pytest.mark.parametrize("is_committed", [False, True])
def test_what_is_in_doubt_is_held_and_never_sent_again(
    store: Store, slack: FakeSlack, rulebook: Rulebook, is_committed: bool
) -> None:
    """A reset may have come after the message: it is told every time, and what is new still goes out."""
    fill(store, "1")
    slack.fail(Fault("reset", is_committed=is_committed))
    posted = post(store, rulebook, plan(), channel(slack), now=NOW)
    assert ["broke off" in part.reason for part in posted.held] == [True]
    fresh = fill(store, "2")
    again = post(store, rulebook, plan(), channel(slack), now=NOW + timedelta(minutes=1))
    assert (again.articles, len(again.held), again.is_complete) == (1, 1, False)
    assert slack.links[-1:] == fresh
    assert len(slack.messages) == 1 + is_committed


def test_a_wrong_channel_is_told_and_mended(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """A mistyped id keeps the part; once digests.yaml names the right one it goes there under its old key."""
    links = fill(store, "1")
    posted = post(store, rulebook, plan(), channel(slack, "C0999ZZZZ"), now=NOW)
    assert "channel_not_found" in posted.waiting[0].reason
    key = posted.waiting[0].key
    links += fill(store, "2")
    mended = post(store, rulebook, plan(), channel(slack), now=NOW + timedelta(minutes=1))
    assert mended.is_complete
    assert slack.links == links
    assert slack.messages[0]["metadata"]["event_payload"]["key"] == key
    assert {part.destination for part in mended.sent} == {DESK}


def test_a_refused_token_stops_everything_and_loses_nothing(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """All parts wait, in order, and go out when the token is right."""
    links = fill(store, *(str(number) for number in range(60)))
    posted = post(store, rulebook, plan(limit=100), channel(slack, token="xoxb-old"), now=NOW)
    assert len(posted.waiting) > 1
    assert slack.calls == ["chat.postMessage"]
    post(store, rulebook, plan(limit=100), channel(slack), now=NOW)
    assert sorted(slack.links) == sorted(links)
    parts = [message["metadata"]["event_payload"]["part"] for message in slack.messages]
    assert parts == list(range(1, len(parts) + 1))


def test_a_message_that_slack_refuses_is_held_and_the_others_go_on(
    store: Store, slack: FakeSlack, rulebook: Rulebook
) -> None:
    """The same bytes are never sent again; the next part is."""
    fill(store, *(str(number) for number in range(60)))
    slack.fail(Fault("error", error="invalid_blocks"))
    posted = post(store, rulebook, plan(limit=100), channel(slack), now=NOW)
    assert [part.part for part in posted.held] == [1]
    assert len(posted.sent) == posted.held[0].of - 1


def test_a_channel_that_is_gone_keeps_its_parts_and_says_so(
    store: Store, slack: FakeSlack, rulebook: Rulebook, tmp_path: Path
) -> None:
    """A part for Slack waits while the channel is only a page."""
    fill(store, "1")
    post(store, rulebook, plan(), channel(slack, "C0999ZZZZ"), now=NOW)
    page = open_channel(ChannelPlan(page="out.html"), token="", api_url="", folder=tmp_path, out=io.StringIO())
    posted = post(store, rulebook, plan(), page, now=NOW)
    assert posted.waiting[0].reason == "the channel desk no longer leads to C0999ZZZZ"


def test_a_part_that_another_process_sends_is_left_alone(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """Two that look at the same pending part: one sends it."""
    fill(store, "1")
    first = Sender(store.outbox, channel(slack), "daily", NOW)
    post(store, rulebook, plan(), channel(slack, "C0999ZZZZ"), now=NOW)
    (waiting,) = store.outbox.parts("pending")
    seen = [waiting]
    assert store.outbox.sending(waiting.id, NOW)
    assert first._send(seen[0])
    assert slack.messages == []


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
                store.outbox.hold(store.outbox.parts()[0].id, "another's", NOW)
            return super().plan(digest, key)

    values: dict[str, Any] = {"token": TOKEN, "api_url": slack.url, "pause": 0.0}
    posted = post(store, rulebook, plan(), Meddling(DESK, **values), now=NOW)
    assert (posted.articles, slack.links) == (1, links[:1])


def test_several_places_say_the_same_and_the_articles_count_once(
    store: Store, slack: FakeSlack, rulebook: Rulebook, tmp_path: Path
) -> None:
    """A channel may be Slack, a page and the terminal at once."""
    fill(store, "1")
    out = io.StringIO()
    everywhere = ChannelPlan(slack=DESK, page="out/digest.html", terminal=True)
    opened_channel = open_channel(everywhere, token=TOKEN, api_url=slack.url, folder=tmp_path, out=out)
    assert isinstance(opened_channel, Fanout)
    posted = post(store, rulebook, plan(), opened_channel, now=NOW)
    assert (posted.is_complete, posted.articles, len(posted.sent)) == (True, 1, 3)
    assert "Samples are shipped" in out.getvalue()
    assert "Samples are shipped" in (tmp_path / "out" / "digest.html").read_text(encoding="utf-8")
    assert len(slack.messages) == 1
    assert opened_channel.address("nowhere") == ""
    only = open_channel(ChannelPlan(slack=DESK), token=TOKEN, api_url=slack.url, folder=tmp_path, out=out)
    assert isinstance(only, SlackChannel)


def due_book(*plans: DigestPlan) -> DigestBook:
    """Make a book of digests that all go to the desk."""
    return DigestBook(channels={"desk": ChannelPlan(slack=DESK)}, digests=plans)


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

    def open_one(_: ChannelPlan) -> Channel:
        tokens.append("x")
        return channel(slack, token="" if len(tokens) == 1 else TOKEN)

    tokens: list[str] = []
    first, second = post_due(store, rulebook, due_book(plan(), plan(id="other")), open_one, NOW)
    assert isinstance(first, SettingError)
    assert isinstance(second, Posted)
    assert second.articles == 1


def test_what_waits_is_tried_again_now_and_then(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """Between slots, every five minutes, without being asked."""
    fill(store, "1")
    slack.joined.clear()
    daily = due_book(plan())
    list(post_due(store, rulebook, daily, lambda _: channel(slack), NOW))
    assert list(post_due(store, rulebook, daily, lambda _: channel(slack), NOW + timedelta(minutes=1))) == []
    slack.joined.add(DESK)
    (later,) = post_due(store, rulebook, daily, lambda _: channel(slack), NOW + timedelta(minutes=6))
    assert isinstance(later, Posted)
    assert (later.is_complete, later.articles) == (True, 1)


KILLED = """
import os, signal, sys
sys.path[:0] = [{root!r}]
from pathlib import Path
from tests.test_publish import book, channel, opened_at, plan, post, NOW
import watcher.deliver.slack as module

original = module.SlackChannel.post
def killed(self, destination, payload):
    if {is_committed!r}:
        original(self, destination, payload)
    os.kill(os.getpid(), signal.SIGKILL)
module.SlackChannel.post = killed

class Slack:
    url = {url!r}

with opened_at({address!r}) as store:
    post(store, book(Path({root!r}), Path({rules!r}), "samples"), plan(), channel(Slack()), now=NOW)
"""


def opened_at(url: str) -> Store:
    """Open an archive by its address."""
    from watcher.state.store import Store

    return Store.open(url)


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_part_found_in_doubt_after_a_kill_is_held(
    store: Store, slack: FakeSlack, rulebook: Rulebook, root: Path, tmp_path: Path, is_committed: bool
) -> None:
    """Killed before or after Slack took the message: held and told at the next start, never sent again."""
    fill(store, "1")
    (tmp_path / "rules").mkdir()
    script = KILLED.format(
        is_committed=is_committed,
        url=slack.url,
        address=address(tmp_path),
        root=str(root),
        rules=str(tmp_path / "rules"),
    )
    killed = subprocess.run([sys.executable, "-c", script], check=False, env=dict(os.environ), cwd=root)
    assert killed.returncode == -signal.SIGKILL
    assert [part.status for part in store.outbox.parts()] == ["sending"]
    again = post(store, rulebook, plan(), channel(slack), now=NOW + timedelta(minutes=1))
    assert [part.reason for part in again.held] == [IN_DOUBT]
    assert len(slack.messages) == is_committed


def test_a_channel_error_outside_its_fates_is_not_swallowed(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """A bug in a channel ends the post, and the part stays in doubt rather than lost or repeated."""

    class Broken(SlackChannel):
        """A channel with a bug."""

        def post(self, _destination: str, _payload: Any) -> Any:
            """Fail in no known way."""
            raise RuntimeError("a bug")

    fill(store, "1")
    with pytest.raises(RuntimeError, match="a bug"):
        post(store, rulebook, plan(), Broken(DESK, token=TOKEN, api_url=slack.url), now=NOW)
    assert [part.status for part in store.outbox.parts()] == ["sending"]
