"""The measuring instruments themselves: turns, medians, and the loopback feeds."""

from __future__ import annotations

import re
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect  # noqa: TID251  the indexes that are there

from bench import filling
from bench.race import Contender, Lap, race, rate, table
from bench.web import ITEMS, ITEMS_OF_ONE, Web, captured, write_one, write_real
from tests.conftest import ROOT
from tests.remembered import NOW, opened
from watcher.state.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_contenders_run_in_turns_and_each_round_another_one_first() -> None:
    """No contender always runs first, or twice in a row within a round."""
    order: list[str] = []

    def runner(name: str) -> Callable[[], int]:
        def run() -> int:
            order.append(name)
            return 1

        return run

    contenders = [Contender(name, runner(name)) for name in ("a", "b")]
    laps = race(contenders, 3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert {name: len(found) for name, found in laps.items()} == {"a": 3, "b": 3}


def test_what_a_lap_needs_beforehand_is_done_before_it() -> None:
    """`prepare` runs once before each lap."""
    steps: list[str] = []

    def run() -> int:
        steps.append("run")
        return 1

    race([Contender("a", run, prepare=lambda: steps.append("prepare"))], 2)
    assert steps == ["prepare", "run", "prepare", "run"]


def test_a_rate_is_the_median_lap() -> None:
    """One slow lap doesn't change the figure."""
    assert rate([Lap(100, 1.0, 1.0), Lap(100, 9.0, 50.0), Lap(100, 1.0, 1.0)]) == 100


def test_tables_line_up() -> None:
    """Names stand left, figures right."""
    assert table("T", [("", "n"), ("name", "10")]).splitlines() == ["T", "         n", "  name  10"]


def test_a_turn_changes_one_entry_of_thirty_or_every_entry_of_a_captured_feed() -> None:
    """What is called one new entry is one, and a captured feed's are all new."""
    found = [_ids(write_one(7, edition)) for edition in (1, 2)]
    assert (len(found[0]), len(found[0] & found[1])) == (ITEMS_OF_ONE, ITEMS_OF_ONE - 1)
    bodies = captured(ROOT / "tests" / "feeds")
    for number in range(len(bodies)):
        first, second = (_ids(write_real(bodies, number, edition)) for edition in (1, 2))
        assert not first & second


def _ids(body: bytes) -> set[bytes]:
    return set(re.findall(rb"<(?:guid|id)[^>]*>([^<]+)</(?:guid|id)>", body.partition(b"<item")[2]))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux answers on all of 127.0.0.0/8")
def test_the_loopback_feeds_answer_304_until_they_turn() -> None:
    """A feed says that nothing changed when its ETag comes back, and is new after a turn."""
    with Web() as web:
        with urllib.request.urlopen(web.address(0)) as answer:
            body, etag = answer.read(), answer.headers["ETag"]
        assert body.count(b"<item>") == ITEMS
        asked = urllib.request.Request(web.address(0), headers={"If-None-Match": etag})
        with pytest.raises(urllib.error.HTTPError, match="304") as caught:
            urllib.request.urlopen(asked)
        caught.value.close()
        web.turn()
        with urllib.request.urlopen(asked) as answer:
            assert answer.read() != body


@pytest.mark.usefixtures("engine")
def test_an_archive_is_filled_with_a_long_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many articles as asked for, the latest of them in fourteen weeks, and every index that polls would have."""
    monkeypatch.setattr(filling, "LATELY", 70)
    monkeypatch.setattr(filling, "BATCH", 300)
    with opened(tmp_path) as store:
        filling.fill(store, "r1", "daily", 700, NOW)
        counts = store.archive.counts()
        lately = store.archive.counts(since=NOW - filling.SPAN)
        assert (counts.articles, counts.relevant, counts.matched, lately.articles) == (700, 100, 100, 70)
        found = inspect(store.database.engine)
        for table in metadata.sorted_tables:
            indexes = {index["name"] for index in found.get_indexes(table.name)}
            assert {index.name for index in table.indexes} <= indexes
