"""How often something was said, by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.remembered import NOW, article, finding, listed, opened, record
from tests.small_lexicon import relation
from watcher.decide.match import Finding
from watcher.state.trend import DayCount

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.state.store import Store

pytestmark = pytest.mark.usefixtures("engine")

pytestmark = pytest.mark.usefixtures("engine")
DAY = timedelta(days=1)
TODAY = NOW.date()
DRONES = ("IR", "drones", "to_russia")


def tell(store: Store, guid: str, *said: str, ago: int = 0) -> None:
    """Store an article published so many days ago, with relations such as `IR drones to_russia denied`."""
    relations = tuple(relation(*each.split()) for each in said)
    told = article(guid, published=NOW - ago * DAY)
    store.archive.record(None, [Finding(told, relations)], rulebook="r1", now=NOW)


def test_articles_are_counted_by_day_and_kind(tmp_path: Path) -> None:
    """Each kind of relation is counted on the day its articles were published, days in their order."""
    with opened(tmp_path) as store:
        tell(store, "1", "IR drones to_russia denied", ago=2)
        tell(store, "2", "IR drones to_russia denied", "CN oil from_russia reported", ago=2)
        tell(store, "3", "IR drones to_russia denied")
        assert store.trends.by_day() == [
            DayCount(TODAY - 2 * DAY, ("CN", "oil", "from_russia", "reported"), 1),
            DayCount(TODAY - 2 * DAY, (*DRONES, "denied"), 2),
            DayCount(TODAY, (*DRONES, "denied"), 1),
        ]


def test_an_article_counts_once_for_a_kind(tmp_path: Path) -> None:
    """Reported and denied in one article is one article about Iran's drones."""
    with opened(tmp_path) as store:
        tell(store, "1", "IR drones to_russia denied", "IR drones to_russia alleged", "IR missiles to_russia alleged")
        assert store.trends.by_day(("partner",)) == [DayCount(TODAY, ("IR",), 1)]
        assert [each.articles for each in store.trends.by_day(("good",))] == [1, 1]


def test_only_what_is_asked_for_is_counted(tmp_path: Path) -> None:
    """A span holds from its beginning and before its end; facets without values ask nothing."""
    with opened(tmp_path) as store:
        for ago, said in enumerate(("IR drones", "IR oil", "CN drones", "IR drones")):
            tell(store, str(ago), f"{said} to_russia denied", ago=ago)
        found = store.trends.by_day(
            ("partner", "good"), since=NOW - 2 * DAY, until=NOW + DAY, only={"partner": {"IR"}, "status": ()}
        )
        assert [each.kind for each in found] == [("IR", "oil"), ("IR", "drones")]
        assert store.trends.by_day(until=NOW - 3 * DAY) == []


def test_what_bears_no_date_or_a_later_one_counts_when_it_was_seen(tmp_path: Path) -> None:
    """A feed whose clock runs ahead puts nothing into next year."""
    undated = replace(finding(article("1")), article=article("1", published=None))
    ahead = replace(finding(article("2")), article=article("2", published=NOW + 400 * DAY))
    with opened(tmp_path) as store:
        listed(store, "wire")
        record(store, "wire", undated, ahead)
        assert [(each.day, each.articles) for each in store.trends.by_day()] == [(TODAY, 2)]


def test_the_last_day_of_a_kind_is_known(tmp_path: Path) -> None:
    """So that a digest can say what is the first of its kind in so many days; what was never told is left out."""
    with opened(tmp_path) as store:
        assert store.trends.first_day() is None
        for ago in (0, 94, 200):
            tell(store, str(ago), "IR drones to_russia denied", ago=ago)
        asked = [DRONES, ("KP", "troops", "to_russia")]
        assert store.trends.last_days(asked, before=NOW - DAY) == {DRONES: date(2025, 10, 11)}
        assert store.trends.last_days([], before=NOW) == {}
        assert store.trends.last_days([("IR",)], ("partner",), before=NOW + DAY) == {("IR",): TODAY}
        assert store.trends.first_day() == TODAY
