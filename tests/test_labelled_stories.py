"""How well stories are told apart and together, on reports labelled by us."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.invented import finding, relation
from tests.labelled import events, joined, pairs
from watcher.decide.story import stories

if TYPE_CHECKING:
    from pathlib import Path


def test_one_event_is_one_story_and_two_are_two(root: Path) -> None:
    """Of 170 pairs in a dozen languages 95 of 100 are joined, and of those joined 98 of 100 belong together."""
    labelled = events(root)
    everything = [found for event in labelled for found in event]
    wanted, got = pairs(labelled), joined(everything)
    assert len(wanted) >= 170
    assert len({found.article.language for found in everything}) >= 12
    assert len(wanted & got) / len(wanted) >= 0.95
    assert len(wanted & got) / len(got) >= 0.98


def test_the_order_in_which_reports_came_changes_little(root: Path) -> None:
    """Read backwards, the same reports make the same stories."""
    everything = [found for event in events(root) for found in event]
    assert joined(everything) == joined(everything[::-1])


def test_ten_thousand_reports_are_grouped_in_a_few_seconds() -> None:
    """A flood of headlines on one matter doesn't grow out of hand."""
    said = relation("KP", "artillery")
    flood = [
        finding(
            f"Report {n} of shells number {n * 7} sent to Russia from depot {n % 97}",
            said,
            id=f"{n:032x}",
            minutes=n % 1400,
        )
        for n in range(10_000)
    ]
    began = time.process_time()
    assert len(stories(flood)) > 5000
    assert time.process_time() - began < 10
