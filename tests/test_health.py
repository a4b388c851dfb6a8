"""What is wrong, remembered: each change once, and nothing of what comes and goes before it was told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.remembered import NOW, opened
from watcher.state.health import Trouble

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.state.store import Store

LATER = NOW + timedelta(hours=1)


def told(store: Store) -> list[Trouble]:
    """Tell what is untold, as a message without parts would; give it."""
    news = store.health.untold()
    store.outbox.plan("health:", NOW, [], NOW, told=news)
    return news


def test_a_trouble_is_news_once(tmp_path: Path) -> None:
    """What turned bad is told once, since when it is so, and stays among the troubles."""
    with opened(tmp_path) as store:
        store.health.note("feed", {"wire": "http-503", "other": ""}, NOW)
        store.health.note("feed", {"wire": "http-503", "other": ""}, LATER)
        assert told(store) == [Trouble("feed", "wire", "http-503", NOW)]
        assert told(store) == []
        assert store.health.troubles("feed") == [Trouble("feed", "wire", "http-503", NOW, "http-503")]
        assert store.health.troubles("rules") == []


def test_recovery_is_news_once(tmp_path: Path) -> None:
    """What was told as bad is told as well again, with what was wrong."""
    with opened(tmp_path) as store:
        store.health.note("feed", {"wire": "http-503"}, NOW)
        told(store)
        store.health.note("feed", {"wire": ""}, LATER)
        assert told(store) == [Trouble("feed", "wire", "", LATER, "http-503")]
        assert told(store) == []
        assert store.health.troubles() == []


def test_what_comes_and_goes_untold_is_no_news(tmp_path: Path) -> None:
    """A feed that failed and recovered between two messages bothers nobody."""
    with opened(tmp_path) as store:
        store.health.note("feed", {"wire": "timeout"}, NOW)
        store.health.note("feed", {"wire": ""}, LATER)
        assert told(store) == []


def test_kinds_keep_apart(tmp_path: Path) -> None:
    """A rule file and a feed of one name are two subjects; another problem of the same one is news."""
    with opened(tmp_path) as store:
        store.health.note("rules", {"same": "rules/watch/same.yaml:1:1: bad"}, NOW)
        store.health.note("feed", {"same": "dead"}, NOW)
        assert [each.kind for each in told(store)] == ["feed", "rules"]
        store.health.note("rules", {"same": "rules/watch/same.yaml:2:1: bad"}, LATER)
        assert [(each.problem, each.since) for each in told(store)] == [("rules/watch/same.yaml:2:1: bad", LATER)]
        assert [each.name for each in store.health.troubles()] == ["same", "same"]
