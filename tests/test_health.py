"""What is wrong with a feed, in a word and a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watcher.collect.due import FeedState
from watcher.collect.health import verdict

NOW = datetime(2026, 3, 5, 10, tzinfo=UTC)


def ago(**span: int) -> datetime:
    """Give a time in the past."""
    return NOW - timedelta(**span)


def failing(reason: str, failures: int = 1, **known: Any) -> dict[str, Any]:
    """Give what is remembered of a feed whose last attempts failed."""
    return {"reason": reason, "detail": "why", "failures": failures, "last_success": ago(hours=3)} | known


@pytest.mark.parametrize(
    ("known", "word"),
    [
        ({}, ""),
        ({"last_success": NOW, "newest": ago(days=2)}, ""),
        (failing("timeout"), ""),
        (failing("timeout", 2), "failing"),
        (failing("http-503", 2), "failing"),
        (failing("http-404"), "failing"),
        (failing("html-page"), "failing"),
        (failing("gone"), "dead"),
        (failing("dns", 9, last_success=ago(days=8)), "dead"),
        (failing("dns", 9, last_success=None), "failing"),
        (failing("http-403"), "blocked"),
        (failing("blocked-address"), "blocked"),
        (failing("login-page"), "login-page"),
        ({"reason": "rate-limited", "detail": "why"}, ""),
        ({"reason": "truncated"}, "truncated"),
        ({"moved_to": "https://new.example/", "moved_count": 2}, ""),
        ({"moved_to": "https://new.example/", "moved_count": 3}, "moved"),
        ({"empties": 1}, ""),
        ({"empties": 2}, "silent"),
        ({"gap_at": ago(hours=23)}, "gap"),
        ({"gap_at": ago(hours=25)}, ""),
        ({"is_undated": True}, "undated"),
        ({"newest": ago(days=29)}, ""),
        ({"newest": ago(days=31)}, "stale"),
        ({"rated_at": ago(days=31)}, "stale"),
        ({"newest": ago(days=31), "usual_gap": timedelta(days=11).total_seconds()}, ""),
        ({"newest": ago(days=40), "usual_gap": timedelta(days=11).total_seconds()}, "stale"),
        ({"newest": ago(days=2), "usual_gap": 600.0}, ""),
        ({"newest": ago(days=4), "usual_gap": 600.0}, "stale"),
    ],
)
def test_each_trouble_has_its_word(known: dict[str, Any], word: str) -> None:
    """One answer that didn't come says nothing yet, an answer that says no does; quiet is measured by what is usual."""
    found = verdict(FeedState(id="f", url="https://old.example/", **known), NOW)
    assert (found.word if found else "") == word
    assert found is None or found.sentence


def test_a_sentence_says_what_to_do_and_since_when() -> None:
    """Where it has moved to, since when nothing came, and what the server said."""
    moved = verdict(FeedState(id="f", url="u", moved_to="https://new.example/", moved_count=3), NOW)
    dead = verdict(FeedState(id="f", url="u", **failing("dns", 9, last_success=ago(days=8))), NOW)
    stale = verdict(FeedState(id="f", url="u", newest=ago(days=9), usual_gap=86400.0), NOW)
    assert [found.sentence for found in (moved, dead, stale) if found] == [
        "moved for good to https://new.example/: write that into feeds.yaml",
        "nothing came since 2026-02-25 (dns: why)",
        "nothing new since 2026-02-24, while three times its usual gap is 3 days",
    ]
