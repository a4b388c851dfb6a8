"""What the environment and `.env` say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from watcher import settings
from watcher.errors import SettingError

if TYPE_CHECKING:
    from pathlib import Path


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    """A bare environment gives Slack's address, text logs and no private addresses."""
    found = settings.read(tmp_path, {})
    assert (found.allow_private, found.log, found.slack_token) == (False, "text", "")
    assert found.slack_api_url == "https://slack.com/api/"


def test_dotenv_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    """A name in both is taken from the environment; `${…}` in a value stays as written."""
    (tmp_path / ".env").write_text(
        "SLACK_BOT_TOKEN=xoxb-file\nWATCHER_LOG=json\nPASSWORD='a${b}c'\nEMPTY\n", encoding="utf-8"
    )
    found = settings.read(tmp_path, {"SLACK_BOT_TOKEN": "xoxb-environment"})
    assert found.slack_token == "xoxb-environment"
    assert found.log == "json"
    assert found.environ["PASSWORD"] == "a${b}c"


@pytest.mark.parametrize(("given", "meant"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_allow_private_reads_yes_and_no(given: str, meant: bool, tmp_path: Path) -> None:
    """WATCHER_ALLOW_PRIVATE takes the usual words."""
    assert settings.read(tmp_path, {"WATCHER_ALLOW_PRIVATE": given}).allow_private is meant


def test_all_malformed_variables_are_named_at_once(tmp_path: Path) -> None:
    """One run tells every mistake."""
    wrong = {"WATCHER_ALLOW_PRIVATE": "maybe", "WATCHER_LOG": "xml", "SLACK_API_URL": "slack"}
    with pytest.raises(SettingError) as caught:
        settings.read(tmp_path, wrong)
    assert [name for name in wrong if name in str(caught.value)] == list(wrong)


def test_an_unreadable_dotenv_is_an_error(tmp_path: Path) -> None:
    """A `.env` in another encoding is named rather than ignored."""
    (tmp_path / ".env").write_bytes(b"A=\xff\xfe\n")
    with pytest.raises(SettingError, match=r"\.env"):
        settings.read(tmp_path, {})


def test_secrets_stay_out_of_the_repr(tmp_path: Path) -> None:
    """A traceback that prints the settings prints no token and no password."""
    secret = {"SLACK_BOT_TOKEN": "xoxb-secret", "WATCHER_DATABASE_URL": "postgresql+psycopg://u:secret@h/d"}
    assert "secret" not in repr(settings.read(tmp_path, secret))


def test_the_slack_address_ends_in_a_slash(tmp_path: Path) -> None:
    """The SDK joins paths to it, so a missing slash is added."""
    assert settings.read(tmp_path, {"SLACK_API_URL": "http://127.0.0.1:9/api"}).slack_api_url.endswith("/api/")
