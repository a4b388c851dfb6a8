"""Posting to Slack: what arrives, and what each of its answers and failures means."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fake_slack import TOKEN, FakeSlack, Fault, Kind
from tests.invented import digest
from watcher.deliver.channel import Doubt
from watcher.deliver.slack import SlackChannel, plan
from watcher.errors import DeliveryError, SettingError

DESK = "C0123ABCD"


def channel(slack: FakeSlack, **more: Any) -> SlackChannel:
    """Make a channel on it that doesn't dawdle."""
    values: dict[str, Any] = {"token": TOKEN, "api_url": slack.url} | more
    return SlackChannel(values.pop("destination", DESK), **values)


def refused(slack: FakeSlack, **more: Any) -> DeliveryError:
    """Post and give the error."""
    with pytest.raises(DeliveryError) as caught:
        channel(slack, **more).post(more.get("destination", DESK), payload())
    return caught.value


def payload() -> dict[str, Any]:
    """Give the morning's first message."""
    return dict(channel_less().plan(digest(), "key")[0].payload)


def channel_less() -> SlackChannel:
    """Make a channel without a token, which is enough to plan."""
    return SlackChannel(DESK, token="")


def test_a_message_arrives_as_planned(slack: FakeSlack) -> None:
    """The blocks, the metadata and the receipt's time stamp are those in the channel."""
    receipt = channel(slack).post(DESK, payload())
    (message,) = slack.messages
    assert message["ts"] == receipt.ts
    assert message["blocks"] == payload()["blocks"]
    assert message["metadata"]["event_payload"] == {"key": "key", "part": 1, "of": len(plan(digest(), DESK, "key"))}
    assert slack.calls == ["chat.postMessage"]


def test_a_missing_token_says_which_variable_and_where_to_get_it(slack: FakeSlack) -> None:
    """Before anything is sent."""
    with pytest.raises(SettingError, match=r"SLACK_BOT_TOKEN is missing.*\n.*https://api\.slack\.com/apps"):
        channel(slack, token="").post(DESK, payload())
    assert slack.calls == []


@pytest.mark.parametrize(
    ("fault", "fate", "said"),
    [
        (Fault("ratelimited-429", seconds=7), "retry", "Slack asks to wait (ratelimited)"),
        (Fault("rate_limited"), "retry", "Slack asks to wait (rate_limited)"),
        (Fault("error", error="service_unavailable"), "retry", "service_unavailable"),
        (Fault("error", error="request_timeout"), "retry", "request_timeout"),
        (Fault("error", error="fatal_error"), "ambiguous", "fatal_error: the message may have been posted"),
        (Fault("error", error="internal_error", is_committed=True), "ambiguous", "internal_error"),
        (Fault("error", error="something_new"), "ambiguous", "something_new"),
        (Fault("http-500"), "ambiguous", "HTTP 500: the message may have been posted"),
        (Fault("http-500", is_committed=True), "ambiguous", "HTTP 500"),
        (Fault("not-json"), "ambiguous", "not JSON"),
        (Fault("truncated-json", is_committed=True), "ambiguous", "not JSON"),
        (Fault("no-ts", is_committed=True), "ambiguous", "no receipt"),
        (Fault("reset"), "ambiguous", "broke off"),
        (Fault("reset", is_committed=True), "ambiguous", "broke off"),
        (Fault("timeout", seconds=1.5), "ambiguous", "didn't answer in time"),
        (Fault("error", error="is_archived"), "destination", "the channel is archived"),
        (Fault("error", error="restricted_action_read_only_channel"), "destination", "forbids this post"),
        (Fault("error", error="token_revoked"), "token", "Slack refuses SLACK_BOT_TOKEN (token_revoked)"),
        (Fault("error", error="invalid_blocks_format"), "payload", "refuses the message itself"),
        (Fault("error", error="msg_blocks_too_long"), "payload", "msg_blocks_too_long"),
        (Fault("error", error="metadata_too_large"), "payload", "metadata_too_large"),
    ],
)
def test_each_failure_has_its_fate(slack: FakeSlack, fault: Fault, fate: str, said: str) -> None:
    """What may be sent again, what must not, what a person must mend; and nothing is sent twice from here."""
    slack.fail(fault)
    error = refused(slack, timeout=1)
    assert (error.fate, said in str(error)) == (fate, True)
    assert slack.calls == ["chat.postMessage"]
    assert len(slack.messages) == fault.is_committed


def test_the_wait_that_slack_asks_for_is_told(slack: FakeSlack) -> None:
    """Retry-After comes in seconds; without it nothing is made up."""
    slack.fail(Fault("ratelimited-429", seconds=7), Fault("rate_limited"))
    assert refused(slack).retry_after == 7
    assert refused(slack).retry_after is None


def test_what_a_person_must_mend_is_said(slack: FakeSlack) -> None:
    """Token, channel, membership, archive and scope, each with what to do."""
    assert refused(slack, token="xoxb-wrong").fate == "token"
    assert "C0999ZZZZ (channel_not_found): Slack knows no such channel" in str(refused(slack, destination="C0999ZZZZ"))
    slack.joined.clear()
    assert "/invite @Watcher" in str(refused(slack))
    slack.scopes.clear()
    assert str(refused(slack)).endswith("(missing_scope): the Slack app lacks a scope, chat:write")


def test_a_connection_that_never_was_may_be_tried_again() -> None:
    """A refused connection and a name that doesn't resolve posted nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/api/", "http://slack.invalid/api/"):
        with pytest.raises(DeliveryError, match="can't be reached") as caught:
            SlackChannel(DESK, token=TOKEN, api_url=url, timeout=2).post(DESK, payload())
        assert caught.value.fate == "retry"


def test_the_pace_is_kept_by_a_slack_that_insists(slack: FakeSlack) -> None:
    """Two posts at once are refused, so the pause is no courtesy."""
    slack.pace = 1.0
    fast = channel(slack)
    fast.post(DESK, payload())
    with pytest.raises(DeliveryError, match="asks to wait"):
        fast.post(DESK, payload())


def test_a_mended_id_takes_over_what_waits(slack: FakeSlack) -> None:
    """A part planned for a mistyped channel goes where the channel leads now; a page is none of Slack's."""
    assert channel(slack).address("C0999ZZZZ") == DESK
    assert channel(slack).address("page:out.html") == ""


@pytest.mark.parametrize("kind", ["late", "reset"])
def test_the_ledger_keeps_what_a_client_never_heard_of(slack: FakeSlack, kind: Kind) -> None:
    """Committed and then lost on the way: the message is in the channel, once."""
    slack.fail(Fault(kind, is_committed=True, seconds=1.5))
    assert refused(slack, timeout=1).fate == "ambiguous"
    assert len(slack.messages) == 1
    assert len(slack.links) == len(set(slack.links)) > 0


def doubt(message: dict[str, Any], **more: Any) -> Doubt:
    """Doubt whether a message was posted a minute ago."""
    values: dict[str, Any] = {"destination": DESK, "since": datetime.now(UTC) - timedelta(minutes=1)}
    return Doubt(payload=message, **values | more)


def named(number: int, key: str = "key") -> dict[str, Any]:
    """Give a small message of this key and number."""
    metadata = {"event_type": "watcher_digest", "event_payload": {"key": key, "part": number, "of": 40}}
    return {"text": f"message {number}", "blocks": [], "metadata": metadata}


def test_a_message_is_found_by_its_name(slack: FakeSlack) -> None:
    """Key and number tell it from all others, page by page; what isn't there is not found."""
    slack.page = 4
    desk = channel(slack)
    receipts = [desk.post(DESK, named(number)) for number in range(1, 10)]
    desk.post(DESK, {"text": "somebody else's"})
    assert desk.find(doubt(named(1))) == receipts[0]
    assert slack.calls[-3:] == ["conversations.history"] * 3
    assert desk.find(doubt(named(10))) is None
    assert desk.find(doubt(named(1, key="another"))) is None


def test_what_came_before_is_not_read_again(slack: FakeSlack) -> None:
    """The receipt of the message before it is where reading begins."""
    desk = channel(slack)
    first, second = desk.post(DESK, named(1)), desk.post(DESK, named(2))
    assert desk.find(doubt(named(1), after=first.ts)) is None
    assert desk.find(doubt(named(2), after=first.ts)) == second


def test_a_reply_is_found_in_its_thread(slack: FakeSlack) -> None:
    """Replies are not in the channel's history; where the thread is gone it stands beside it."""
    desk = channel(slack)
    head = desk.post(DESK, named(1))
    reply = desk.post(DESK, named(2), head.ts)
    assert desk.find(doubt(named(2))) is None
    assert desk.find(doubt(named(2), thread=head.ts)) == reply
    beside = desk.post(DESK, named(3), "1.000001")
    assert [message.get("thread_ts") for message in slack.messages] == [None, head.ts, None]
    assert desk.find(doubt(named(3), thread="1.000001")) == beside


def test_a_history_that_cannot_be_read_says_why(slack: FakeSlack) -> None:
    """The scope that is missing is named, a limit names its time, a broken connection may be tried again."""
    desk = channel(slack)
    slack.scopes.remove("channels:history")
    with pytest.raises(DeliveryError, match="lacks a scope, channels:history") as caught:
        desk.find(doubt(named(1)))
    assert caught.value.fate == "destination"
    slack.fail(Fault("ratelimited-429", step="conversations.history", seconds=3))
    with pytest.raises(DeliveryError) as limited:
        desk.find(doubt(named(1)))
    assert (limited.value.fate, limited.value.retry_after) == ("retry", 3)
    slack.fail(Fault("reset", step="conversations.history"))
    with pytest.raises(DeliveryError) as broken:
        desk.find(doubt(named(1)))
    assert broken.value.fate == "ambiguous"
