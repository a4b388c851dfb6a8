"""`watcher doctor`: what it looks at, and that each thing that is wrong is told with what to do."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.command import Command, furnish
from tests.desk import DESK
from tests.fake_slack import TOKEN, FakeSlack, Fault
from tests.invented import plan
from tests.remembered import NOW, opened, part
from watcher.channels import Access
from watcher.deliver.digests import ChannelPlan, DigestBook
from watcher.doctor import Check, Doctor

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.state.store import Store


@pytest.fixture
def watcher(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the command line on a workspace without feeds."""
    furnish(tmp_path)
    return Command(tmp_path, capsys, monkeypatch)


def look(store: Store, slack: FakeSlack, folder: Path, **more: Any) -> list[Check]:
    """Look at a digest to the desk."""
    book = DigestBook(channels={"desk": ChannelPlan(slack=DESK)}, digests=(plan(),))
    access = Access(out=sys.stdout, token=more.pop("token", TOKEN), api_url=slack.url, folder=folder)
    return list(Doctor(store, book, access, more.pop("now", datetime.now(UTC)), **more).checks())


def wrong(found: list[Check]) -> list[str]:
    """Give what isn't well."""
    return [f"{each.name}: {each.state}: {each.said}" for each in found if each.state != "ok"]


def test_a_healthy_desk_is_told_so(watcher: Command, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, next slots, disk, archive, outbox and channels, each in a line; with --post a test in a thread."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SLACK_API_URL", slack.url)
    told = watcher("doctor", "--post")
    assert told.code == 0, told.out
    assert "✓ files: 0 feeds, 2 rules, 2 digests" in told.out
    assert "✓ digest daily: next on" in told.out
    assert "✓ channel desk: Slack knows the token as watcher in Example" in told.out
    assert "✓ channel desk: a test message and its reply were posted and found again" in told.out
    assert [message.get("thread_ts") for message in slack.messages] == [None, slack.messages[0]["ts"]]
    assert TOKEN not in told.out
    states = {each["name"]: each["state"] for each in json.loads(watcher("doctor", "--format", "json").out)}
    assert states["clock"] == states["archive"] == states["channel screen"] == "ok"


def test_a_missing_token_is_an_error(watcher: Command) -> None:
    """With the variable's name, and exit code 1."""
    told = watcher("doctor")
    assert told.code == 1
    assert "✗ channel desk: the environment variable SLACK_BOT_TOKEN is missing" in told.out


def test_what_slack_lacks_is_told(tmp_path: Path, slack: FakeSlack) -> None:
    """A refused token, a scope, membership, a message that can't be found again."""
    with opened(tmp_path) as store:
        assert (
            "Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in wrong(look(store, slack, tmp_path, token="xoxb-old"))[0]
        )
        slack.scopes = {"other"}
        found = wrong(look(store, slack, tmp_path))
        assert found[0] == "channel desk: error: the app lacks the scope chat:write"
        assert found[1].endswith("the app lacks the scope channels:history, or groups:history for a private channel")
        assert "missing_scope" in found[2]
        slack.scopes = {"chat:write", "channels:history"}
        slack.joined.clear()
        assert "/invite @Watcher" in wrong(look(store, slack, tmp_path))[0]
        slack.joined.add(DESK)
        slack.fail(Fault("reset", step="auth.test"))
        assert "broke off" in wrong(look(store, slack, tmp_path))[0]


def test_a_message_that_is_not_found_again_is_told(
    tmp_path: Path, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then nothing in doubt could be settled."""
    monkeypatch.setattr("watcher.deliver.slack.SlackChannel.find", lambda _channel, _doubt: None)
    with opened(tmp_path) as store:
        assert "is not found by reading back" in wrong(look(store, slack, tmp_path, is_posting=True))[0]


def test_a_clock_that_is_wrong_is_told(tmp_path: Path, slack: FakeSlack) -> None:
    """More than a minute from Slack's."""
    with opened(tmp_path) as store:
        found = wrong(look(store, slack, tmp_path, now=datetime.now(UTC) - timedelta(minutes=5)))
        assert found[0].startswith("clock: warning: ")
        assert found[0].endswith(" s apart from Slack's: set it")


class Usage(NamedTuple):
    """What a disk has."""

    total: int
    used: int
    free: int


@pytest.mark.parametrize(("free", "state"), [(10_000_000, "error"), (900_000_000, "warning")])
def test_a_full_disk_is_told(
    tmp_path: Path, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    """Before the archive can't grow."""
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: Usage(free, 0, free))
    with opened(tmp_path) as store:
        assert wrong(look(store, slack, tmp_path))[0].startswith(f"disk: {state}: ")


def test_what_is_kept_and_what_is_broken_is_told(
    tmp_path: Path, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages that wait, and a damaged archive."""
    with opened(tmp_path) as store:
        store.outbox.plan("daily", NOW, [part(1)], NOW)
        monkeypatch.setattr("watcher.state.database.Database.examine", lambda _database: ("SQLite 9", "page 7 is gone"))
        monkeypatch.setattr("watcher.doctor.version", _missing)
        found = look(store, slack, tmp_path)
        assert wrong(found) == [
            "archive: error: SQLite 9: page 7 is gone: take back a copy",
            "outbox: warning: 1 messages are kept undelivered: `watcher status` says why",
        ]
        assert found[0].said.endswith("(zone data of the system)")


def _missing(name: str) -> str:
    from importlib.metadata import PackageNotFoundError

    raise PackageNotFoundError(name)


@pytest.mark.usefixtures("engine")
def test_the_engine_is_named(tmp_path: Path) -> None:
    """With its version."""
    with opened(tmp_path) as store:
        engine, fault = store.database.examine()
        assert engine.startswith(("SQLite 3.", "PostgreSQL "))
        assert fault == ""
