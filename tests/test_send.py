"""Parts on their way: every fault of a channel at every step ends with each message there exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.desk import DESK, book, channel, due_book, fill, post, post_due
from tests.fake_slack import FakeSlack, Fault
from tests.invented import NOW, plan
from tests.remembered import address, listed, opened
from watcher.deliver.channel import Channel, Doubt, Fanout, Part, Receipt
from watcher.deliver.page import PageChannel
from watcher.deliver.slack import SlackChannel
from watcher.errors import DeliveryError
from watcher.send import TRIES, UNHEARD, Posted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.decide.rules import Rulebook
    from watcher.deliver.digest import Digest
    from watcher.state.store import Store


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


def test_a_limit_is_waited_out(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """What certainly never arrived is sent again after the time that Slack names."""
    fill(store, "1")
    waits: list[float] = []
    slack.fail(Fault("ratelimited-429", seconds=9), Fault("rate_limited"))
    posted = post(store, rulebook, plan(), channel(slack, wait=waits.append), now=NOW)
    assert posted.is_complete
    assert len(slack.messages) == 1
    assert [round(pause) for pause in waits if pause > 1.2] == [9, 4]


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
    assert not post(store, rulebook, plan(), channel(slack), now=NOW - timedelta(seconds=99)).is_complete
    assert post(store, rulebook, plan(), channel(slack), now=NOW + timedelta(seconds=seconds)).is_complete
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


def test_a_channel_that_is_gone_keeps_its_parts_and_says_so(
    store: Store, slack: FakeSlack, rulebook: Rulebook, tmp_path: Path
) -> None:
    """A part for Slack waits while the channel is only a page."""
    fill(store, "1")
    post(store, rulebook, plan(), channel(slack, "C0999ZZZZ"), now=NOW)
    page = Fanout([PageChannel("out.html", tmp_path)])
    posted = post(store, rulebook, plan(), page, now=NOW)
    assert posted.waiting[0].reason == "the channel desk no longer leads to C0999ZZZZ"


AMBIGUOUS = [
    Fault("http-500"),
    Fault("not-json"),
    Fault("truncated-json"),
    Fault("reset"),
    Fault("error", error="fatal_error"),
    Fault("error", error="something_new"),
    Fault("timeout", seconds=2.2),
    Fault("no-ts"),
]


@pytest.mark.parametrize("is_committed", [False, True])
@pytest.mark.parametrize("fault", AMBIGUOUS, ids=lambda fault: fault.error or fault.kind)
def test_what_is_in_doubt_is_looked_for_before_it_is_posted_again(
    store: Store, slack: FakeSlack, rulebook: Rulebook, fault: Fault, is_committed: bool
) -> None:
    """Found, it is done; not found, it is posted again after the settle window, and not a second earlier."""
    links = fill(store, "1")
    waits: list[float] = []
    slack.fail(Fault(fault.kind, is_committed=is_committed, error=fault.error, seconds=fault.seconds))
    posted = post(store, rulebook, plan(), channel(slack, wait=waits.append), now=NOW)
    assert (posted.is_complete, posted.articles, slack.links) == (True, 1, links)
    assert slack.calls.count("chat.postMessage") == (1 if is_committed else 2)
    assert [88 < pause <= 90 for pause in waits if pause > 2] == ([] if is_committed else [True])


def test_a_message_that_comes_late_is_not_posted_again(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """Within the window it is found at the second look."""
    links = fill(store, "1")
    slack.fail(Fault("late-commit", seconds=0.2))
    waiting = channel(slack, wait=threading.Event().wait)
    posted = post(store, rulebook, plan(), waiting, now=NOW, settle=timedelta(seconds=0.5))
    assert (posted.is_complete, slack.links) == (True, links)
    assert slack.calls == ["chat.postMessage", "conversations.history", "conversations.history"]


def test_a_doubt_that_cannot_be_looked_for_is_kept(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """Without the scope to read nothing is posted blindly; with it the doubt is settled."""
    links = fill(store, "1")
    slack.scopes.remove("channels:history")
    slack.fail(Fault("reset", is_committed=True))
    for _ in range(2):
        posted = post(store, rulebook, plan(), channel(slack), now=NOW)
        (part,) = posted.waiting
        assert part.reason.count("it can't be looked for") == 1
        assert "broke off" in part.reason
        assert part.reason.endswith("(missing_scope): the Slack app lacks a scope, channels:history")
    slack.scopes.add("channels:history")
    assert post(store, rulebook, plan(), channel(slack), now=NOW).is_complete
    assert slack.links == links


def test_a_history_that_answers_late_is_asked_again(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """Limits and failures of reading are waited out, before and after the window."""
    links = fill(store, "1")
    reading = "conversations.history"
    limited = Fault("ratelimited-429", step=reading, seconds=1)
    slack.fail(Fault("reset"), limited, Fault("http-500", step=reading))
    posted = post(store, rulebook, plan(), channel(slack), now=NOW)
    assert (posted.is_complete, slack.links) == (True, links)
    slack.fail(Fault("reset", is_committed=True), *[Fault("reset", step=reading)] * TRIES)
    links += fill(store, "2")
    posted = post(store, rulebook, plan(), channel(slack), now=NOW + timedelta(minutes=9))
    assert [part.status for part in posted.waiting] == ["sending"]
    posted = post(store, rulebook, plan(), channel(slack), now=NOW + timedelta(minutes=19))
    assert (posted.is_complete, slack.links) == (True, links)


def test_a_refusal_after_a_doubt_forgets_no_doubt(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """A limit met at the second post still leaves the first to be looked for before the third."""
    links = fill(store, "1")
    slack.fail(Fault("reset"), Fault("rate_limited"), Fault("rate_limited"))
    assert post(store, rulebook, plan(), channel(slack), now=NOW).is_complete
    assert slack.links == links
    posts = [number for number, call in enumerate(slack.calls) if call == "chat.postMessage"]
    assert all(slack.calls[number - 1] == "conversations.history" for number in posts[1:])


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long", "metadata_too_large"])
def test_a_message_that_slack_refuses_is_said_in_smaller_ones(
    store: Store, slack: FakeSlack, rulebook: Rulebook, error: str
) -> None:
    """Halved until it is taken; the same bytes are never sent again, every link arrives once, and in order."""
    links = fill(store, *(str(number) for number in range(60)))
    slack.fail(*[Fault("error", error=error)] * 3)
    posted = post(store, rulebook, plan(limit=100), channel(slack), now=NOW)
    assert posted.is_complete
    assert sorted(slack.links) == sorted(links)
    names = [message["metadata"]["event_payload"]["part"] for message in slack.messages]
    assert len(set(names)) == len(names)
    assert names[0] == 1
    assert slack.rudeness == []


def test_what_cannot_be_said_smaller_is_held(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """Down to plain words, and then a person is told."""
    fill(store, "1")
    slack.fail(*[Fault("error", error="invalid_blocks")] * 99)
    posted = post(store, rulebook, plan(), channel(slack), now=NOW)
    assert posted.waiting == ()
    assert {part.reason for part in posted.held} == {"Slack refuses the message itself (invalid_blocks)"}
    assert any("wire.example/1" in part.payload["text"] for part in posted.held)


def test_a_run_comes_back_instead_of_waiting(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """A doubt, a limit and what a person must mend are put off, each for its time, and the rest goes on."""
    links = fill(store, "1")
    waits: list[float] = []
    slack.fail(Fault("reset"))

    def tick(seconds: float) -> list[Posted]:
        """Look at what is due so long after the slot."""
        fanout = channel(slack, wait=waits.append)
        found = post_due(store, rulebook, due_book(plan()), lambda _: fanout, NOW + timedelta(seconds=seconds))
        return [each for each in found if isinstance(each, Posted)]

    (first,) = tick(0)
    assert "broke off" in first.waiting[0].reason
    assert tick(60) == []
    slack.fail(Fault("ratelimited-429", seconds=30))
    (second,) = tick(100)
    assert "asks to wait" in second.waiting[0].reason
    assert tick(110) == []
    slack.joined.clear()
    (third,) = tick(140)
    assert "not_in_channel" in third.waiting[0].reason
    slack.joined.add(DESK)
    assert tick(200) == []
    (fourth,) = tick(600)
    assert (fourth.is_complete, slack.links) == (True, links)
    assert max(waits) <= 2


def test_a_run_that_was_killed_in_doubt_goes_on_at_once(
    store: Store, slack: FakeSlack, rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only after the time that is left to a person: nobody has anything to mend."""
    links = fill(store, "1")
    slack.fail(Fault("reset", is_committed=True))
    daily = due_book(plan())

    def killed(_channel: SlackChannel, _doubt: Doubt) -> None:
        """End like a kill would, before the doubt is settled."""
        raise KeyboardInterrupt

    find = SlackChannel.find
    monkeypatch.setattr(SlackChannel, "find", killed)
    with pytest.raises(KeyboardInterrupt):
        post_due(store, rulebook, daily, lambda _: channel(slack), NOW)
    monkeypatch.setattr(SlackChannel, "find", find)
    (part,) = store.outbox.parts("sending")
    assert "broke off" in part.reason
    assert len(post_due(store, rulebook, daily, lambda _: channel(slack), NOW + timedelta(seconds=10))) == 1
    assert (slack.links, store.outbox.parts("sending")) == (links, [])


def test_a_refused_token_is_tried_once_in_a_look(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """All digests that go to Slack wait, and are kept."""
    fill(store, "1")
    fanout = channel(slack, token="xoxb-old")
    list(post_due(store, rulebook, due_book(plan(), plan(id="second")), lambda _: fanout, NOW))
    assert slack.calls == ["chat.postMessage"]
    assert [part.status for part in store.outbox.parts()] == ["pending", "pending"]


def test_messages_keep_the_pace_of_their_place(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """One a second, whichever digest they belong to."""
    fill(store, "1")
    waits: list[float] = []
    for name in ("daily", "second"):
        post(store, rulebook, plan(id=name), channel(slack, wait=waits.append), now=NOW)
    assert [1 < pause < 1.6 for pause in waits if pause] == [True]


class Mute(Channel):
    """A channel that can't be read back, and never answers at first."""

    name = "mute"

    def __init__(self) -> None:
        self.posts = 0

    def plan(self, digest: Digest, key: str) -> list[Part]:
        """Say all in one message."""
        return [Part(key=key, part=1, of=1, destination="mute", payload={"text": "x"}, articles=digest.articles)]

    def address(self, destination: str) -> str:
        """Take everything."""
        return destination

    def post(self, destination: str, payload: Any, thread: str = "") -> Receipt:  # noqa: ARG002
        """Answer from the second time on."""
        self.posts += 1
        if self.posts == 1:
            raise DeliveryError("no answer: the message may have been posted", "ambiguous")
        return Receipt()


def test_a_channel_that_cannot_be_read_back_gets_it_at_least_once(store: Store, rulebook: Rulebook) -> None:
    """By default it is posted again."""
    fill(store, "1")
    mute = Mute()
    assert post(store, rulebook, plan(), Fanout([mute], lambda _: None), now=NOW).is_complete
    assert mute.posts == 2


def test_or_at_most_once_if_its_digest_says_so(store: Store, rulebook: Rulebook) -> None:
    """Held, and told; what is new goes out."""
    fill(store, "1")
    mute, careful = Mute(), plan(on_doubt="hold")
    posted = post(store, rulebook, careful, Fanout([mute], lambda _: None), now=NOW)
    assert [part.reason for part in posted.held] == [
        "the message may have been posted, and this channel can't be read back: look there"
    ]
    fill(store, "2")
    assert post(store, rulebook, careful, Fanout([mute], lambda _: None), now=NOW).articles == 1


KILLED = """
import os, signal, sys
sys.path[:0] = [{root!r}]
from pathlib import Path
from tests.desk import book, channel, post
from tests.invented import NOW, plan
from watcher.deliver.slack import SlackChannel
from watcher.state.store import Store

original = SlackChannel.post
def killed(self, *message):
    if {is_committed!r}:
        original(self, *message)
    os.kill(os.getpid(), signal.SIGKILL)
SlackChannel.post = killed

class Slack:
    url = {url!r}

with Store.open({address!r}) as store:
    post(store, book(Path({rules!r}), "samples"), plan(), channel(Slack()), now=NOW)
"""


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_part_found_in_doubt_after_a_kill_is_settled(
    store: Store, slack: FakeSlack, rulebook: Rulebook, root: Path, tmp_path: Path, is_committed: bool
) -> None:
    """Killed before or after Slack took the message: it stands there once in the end."""
    links = fill(store, "1")
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
    waits: list[float] = []
    again = post(store, rulebook, plan(), channel(slack, wait=waits.append), now=NOW + timedelta(seconds=30))
    assert (again.is_complete, slack.links) == (True, links)
    assert [55 < pause < 90 for pause in waits if pause > 2] == ([] if is_committed else [True])


def test_a_kill_is_told_while_it_cannot_be_settled(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """What was being posted says so."""
    fill(store, "1")
    post(store, rulebook, plan(), channel(slack, "C0999ZZZZ"), now=NOW)
    (part,) = store.outbox.parts()
    store.posting.redirect(part.id, DESK)
    store.posting.begin(store.outbox.parts()[0], NOW)
    slack.scopes.remove("channels:history")
    (waiting,) = post(store, rulebook, plan(), channel(slack), now=NOW).waiting
    assert waiting.reason.startswith(UNHEARD)


def test_a_channel_error_outside_its_fates_is_not_swallowed(store: Store, slack: FakeSlack, rulebook: Rulebook) -> None:
    """A bug in a channel ends the post, and the part stays in doubt rather than lost or repeated."""

    class Broken(SlackChannel):
        """A channel with a bug."""

        def post(self, destination: str, payload: Any, thread: str = "") -> Receipt:  # noqa: ARG002
            """Fail in no known way."""
            raise RuntimeError("a bug")

    fill(store, "1")
    with pytest.raises(RuntimeError, match="a bug"):
        post(store, rulebook, plan(), Fanout([Broken(DESK, token="x", api_url=slack.url)]), now=NOW)
    assert [part.status for part in store.outbox.parts()] == ["sending"]
