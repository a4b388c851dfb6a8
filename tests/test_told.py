"""What was told before: by a digest, and by the news at large."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.remembered import NOW, article, opened
from tests.small_lexicon import relation
from watcher.decide.match import Finding, Match
from watcher.state.outbox import PlannedPart

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.state.store import Store

DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("engine")


def store_one(store: Store, guid: str, said: str, *, ago: int = 0, is_backfill: bool = False) -> None:
    """Store an article with a relation, published and first seen so many days ago."""
    told = article(guid, published=NOW - ago * DAY)
    found = Finding(told, (relation(*said.split()),), (Match("r", "high", ("because",), (0,)),))
    store.archive.record(None, [found], rulebook="r1", now=NOW - ago * DAY, is_backfill=is_backfill)


def test_a_digest_knows_what_it_told(tmp_path: Path) -> None:
    """What stands in its outbox, with its relations; not another digest's, nor what is older than asked for."""
    with opened(tmp_path) as store:
        store_one(store, "1", "IR drones to_russia denied")
        store_one(store, "2", "IR oil to_russia denied", ago=9)
        keys = [each.key for each in store.archive.articles()]
        part = PlannedPart(
            key="k", part=1, of=1, channel="desk", destination="C1", payload={}, articles=tuple(sorted(keys))
        )
        store.outbox.plan("daily", NOW, [part], NOW)
        (found,) = store.told.by(["daily", "alert"], NOW - 5 * DAY)
        assert [each.good for each in found.relations] == ["drones"]
        assert [each.rule for each in found.matches] == ["r"]
        assert store.told.by(["weekly"], NOW - 5 * DAY) == []


def test_headlines_of_partners_are_looked_back_on(tmp_path: Path) -> None:
    """Those of the span, oldest first; what was no news when seen doesn't count."""
    with opened(tmp_path) as store:
        store_one(store, "1", "IR drones to_russia denied")
        store_one(store, "2", "IR oil to_russia denied", ago=9)
        store_one(store, "3", "CN oil from_russia reported", ago=1)
        store_one(store, "4", "IR oil to_russia denied", ago=2, is_backfill=True)
        store_one(store, "5", "IR oil to_russia denied", ago=90)
        found = store.told.headlines(NOW - 30 * DAY)
        assert [[each.good for each in one.relations] for one in found] == [["oil"], ["oil"], ["drones"]]
        assert [one.article.published for one in found] == [NOW - 9 * DAY, NOW - DAY, NOW]


def test_a_pause_breaks_what_is_known(tmp_path: Path) -> None:
    """The archive is unbroken since the day after the last long pause; one that brings nothing now isn't at all."""
    pause = 3 * DAY
    with opened(tmp_path) as store:
        assert store.told.unbroken_since(NOW, 400 * DAY, pause) is None
        for ago in (20, 9, 7, 5, 2):
            store_one(store, str(ago), "IR drones to_russia denied", ago=ago)
        assert store.told.unbroken_since(NOW, 400 * DAY, pause) == (NOW - 9 * DAY).date()
        assert store.told.unbroken_since(NOW + 9 * DAY, 400 * DAY, pause) is None
        assert store.told.unbroken_since(NOW, 6 * DAY, pause) == (NOW - 5 * DAY).date()
