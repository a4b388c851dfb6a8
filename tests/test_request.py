"""Where a feed is asked, and what it is asked with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.remembered import feed
from watcher.collect import due
from watcher.collect.request import request_for
from watcher.errors import SettingError

NEWS = feed("news")
MOVED = due.FeedState(id="news", url=NEWS.url, moved_to="https://new.example/feed", moved_count=due.ADOPT_AFTER)


def test_a_feed_is_asked_at_its_own_address() -> None:
    """Without a memory of the feed, its address is the one in feeds.yaml, expanded."""
    secret = NEWS.model_copy(update={"url": "https://x.example/?key=${KEY}"})
    assert request_for(secret, None, {"KEY": "k1"}).url == "https://x.example/?key=k1"


def test_a_feed_that_moved_for_good_is_asked_there() -> None:
    """A permanent redirect that was repeated often enough is followed at once."""
    assert request_for(NEWS, MOVED, {}).url == "https://new.example/feed"


def test_an_edited_address_forgets_the_old_ones_redirect() -> None:
    """A redirect of the address that stood in feeds.yaml before says nothing of the one that stands there now."""
    assert request_for(NEWS, replace(MOVED, url="https://older.example/"), {}).url == NEWS.url


def test_a_secret_header_stays_at_home() -> None:
    """Where a header holds a secret, the feed is asked at its own address, wherever that has moved."""
    closed = NEWS.model_copy(update={"headers": {"authorization": "Bearer ${TOKEN}"}})
    asked = request_for(closed, MOVED, {"TOKEN": "t1"})
    assert (asked.url, asked.headers) == (NEWS.url, {"authorization": "Bearer t1"})


def test_a_missing_variable_is_named() -> None:
    """The error names the variable that the environment lacks."""
    closed = NEWS.model_copy(update={"headers": {"authorization": "Bearer ${TOKEN}"}})
    with pytest.raises(SettingError, match="TOKEN"):
        request_for(closed, None, {})
