"""What is kept undelivered is listed with its reason, tried again on demand, or given up for good, and told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.command import Command, furnish
from tests.fake_slack import TOKEN, Fault
from tests.remembered import article, finding, listed, record
from watcher.send import UNREADABLE
from watcher.state.outbox import PlannedPart
from watcher.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fake_slack import FakeSlack

NOW = datetime.now(UTC)
DIGESTS = """\
channels: {desk: {slack: C0123ABCD}, ops: {slack: C0456EFGH}}
digests: [{id: daily, at: ["08:00"], timezone: UTC, channel: desk}]
health: {channel: ops}
"""


@pytest.fixture
def watcher(
    tmp_path: Path, slack: FakeSlack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Give the command line in a workspace that posts to the fake Slack."""
    furnish(tmp_path)
    (tmp_path / "rules" / "digests.yaml").write_text(DIGESTS, encoding="utf-8")
    command = Command(tmp_path, capsys, monkeypatch)
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SLACK_API_URL", slack.url)
    return command


@pytest.fixture
def store(watcher: Command) -> Iterator[Store]:
    """Give the workspace's archive, with two articles in two parts of a digest that are not posted yet."""
    with Store.open(f"sqlite:///{watcher.folder}/state/watcher.db") as store:
        listed(store, "wire", now=NOW)
        found = [finding(article(guid, published=NOW), "iran-arms") for guid in "12"]
        record(store, "wire", *found, now=NOW)
        planned = [_part(number, each.key) for number, each in enumerate(store.archive.articles(), 1)]
        store.outbox.plan("daily", NOW, planned, NOW)
        yield store


def _part(number: int, key: int) -> PlannedPart:
    metadata = {"event_type": "watcher_digest", "event_payload": {"key": "daily-1", "part": number, "of": 2}}
    block = {"type": "section", "text": {"type": "mrkdwn", "text": f"<https://wire.example/{number}|Report {number}>"}}
    payload: dict[str, Any] = {
        "channel": "C0123ABCD",
        "text": f"Report {number}",
        "blocks": [block],
        "metadata": metadata,
    }
    payload |= {"unfurl_links": False, "unfurl_media": False}
    place = ("desk", "C0123ABCD")
    return PlannedPart(
        key="daily-1", part=number, of=2, channel=place[0], destination=place[1], payload=payload, articles=(key,)
    )


def rows(watcher: Command, *words: str) -> list[dict[str, Any]]:
    """List what is kept, as data."""
    found: list[dict[str, Any]] = json.loads(watcher("outbox", "list", *words, "--format", "json").out)
    return found


def numbers(store: Store) -> list[int]:
    """Give the parts' numbers."""
    return [part.id for part in store.outbox.parts()]


def test_what_is_kept_is_listed_with_its_reason(watcher: Command, store: Store) -> None:
    """What waits, what may have arrived, what is held: each with its number, and what it says."""
    first, second = numbers(store)
    store.posting.begin(store.outbox.parts()[0], NOW)
    store.posting.hold(second, "Slack refuses the message itself (invalid_blocks)", NOW)
    told = watcher("outbox", "list").out
    assert f"{first}  daily part 1 of 2 to desk, 1 article, in doubt since" in told
    assert "held since" in told
    assert "invalid_blocks" in told
    assert "    Report 2\n" in told
    assert [(row["number"], row["state"], row["in_doubt"]) for row in rows(watcher)] == [
        (first, "in doubt", True),
        (second, "held", False),
    ]
    assert "`watcher outbox` tries again" in watcher("status").out


def test_nothing_kept_is_said(watcher: Command) -> None:
    """An empty outbox is a sentence."""
    assert watcher("outbox", "list").out == "nothing is kept undelivered\n"


def test_what_is_held_is_tried_again(watcher: Command, store: Store, slack: FakeSlack) -> None:
    """Once: the next post by hand delivers it, and nothing twice."""
    first, _ = numbers(store)
    store.posting.hold(first, "Slack refuses the message itself (invalid_blocks)", NOW)
    assert watcher("digest", "--post").code == 4
    assert slack.links == ["https://wire.example/2"]
    told = watcher("outbox", "retry", str(first))
    assert (told.code, told.err) == (0, f"{first}: daily part 1 of 2 will be tried again\n")
    assert watcher("digest", "--post").code == 0
    assert sorted(slack.links) == ["https://wire.example/1", "https://wire.example/2"]
    assert rows(watcher) == []


def test_what_may_have_arrived_is_looked_for_before_it_is_tried_again(
    watcher: Command, store: Store, slack: FakeSlack
) -> None:
    """A message that stands in the channel isn't posted twice because somebody was impatient."""
    slack.fail(Fault("reset", is_committed=True), Fault("error", step="conversations.history", error="missing_scope"))
    assert watcher("digest", "--post").code == 4
    assert rows(watcher)[0]["state"] == "in doubt"
    watcher("outbox", "retry", str(rows(watcher)[0]["number"]))
    assert watcher("digest", "--post").code == 0
    assert sorted(slack.links) == ["https://wire.example/1", "https://wire.example/2"]


def test_where_nothing_can_be_looked_for_a_person_has_looked(watcher: Command, store: Store) -> None:
    """A webhook's message that was held in doubt goes out as if it had never been tried."""
    first, _ = numbers(store)
    store.posting.begin(store.outbox.parts()[0], NOW)
    store.posting.hold(first, UNREADABLE, NOW)
    assert rows(watcher)[0]["in_doubt"] is True
    watcher("outbox", "retry", str(first))
    part = store.outbox.parts("pending")[0]
    assert (part.id, part.doubt_since, part.reason) == (first, None, "")


def test_what_is_given_up_is_never_posted_and_told(watcher: Command, store: Store, slack: FakeSlack) -> None:
    """Who did it and why is kept, the health channel hears of it, and its article comes in no later digest."""
    first, second = numbers(store)
    store.posting.hold(first, "Slack refuses the message itself (invalid_blocks)", NOW)
    told = watcher("outbox", "drop", str(first), "--because", "it arrived, I looked", "--by", "Ana")
    assert (told.code, told.err) == (0, f"{first}: daily part 1 of 2 is dropped, with 1 article\n")
    assert [row["number"] for row in rows(watcher)] == [second]
    gone = next(row for row in rows(watcher, "--all") if row["number"] == first)
    assert (gone["state"], gone["reason"]) == ("dropped", "dropped by Ana: it arrived, I looked")
    assert watcher("digest", "--post").code == 0
    assert slack.links == ["https://wire.example/2"]
    (bulletin,) = [message for message in slack.messages if message["channel"] == "C0456EFGH"]
    assert "daily part 1 of 2" in str(bulletin["blocks"])
    assert "dropped by Ana: it arrived, I looked (articles in it: 1)" in str(bulletin["blocks"])
    assert "2 sent, 1 dropped, 0 held" in watcher("status").out
    assert watcher("outbox", "retry", str(first)).code == 2
    assert [each.article.id for each in store.told.by(["daily"], NOW - timedelta(days=1))] == [article("2").id]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("retry", "99"), "no message 99 is kept"),
        (("drop", "99", "--because", "x"), "no message 99 is kept"),
        (("drop", "1"), "say why, for the others"),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(
    watcher: Command, store: Store, words: tuple[str, ...], said: str
) -> None:
    """Unknown numbers, and giving up without a word."""
    told = watcher("outbox", *words)
    assert told.code == 2
    assert said in told.err
    assert {part.status for part in store.outbox.parts()} == {"pending"}


def test_while_somebody_posts_nothing_is_changed(
    watcher: Command, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that is on its way this moment can't be given up."""
    monkeypatch.setattr("watcher.cli.outbox.BUSY", 0.0)
    with store.database.alone("posting", bool) as is_alone:
        assert is_alone
        told = watcher("outbox", "drop", str(numbers(store)[0]), "--because", "x")
    assert told.code == 2
    assert "another process is posting" in told.err
