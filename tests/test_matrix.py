"""The week at a glance."""

from __future__ import annotations

from datetime import timedelta

from tests.invented import NAMES, NOW
from watcher.decide.novelty import History, Report
from watcher.deliver.matrix import ROWS, Cell, matrix

DAY = timedelta(days=1)


def report(*kinds: tuple[str, str, str], ago: int = 1) -> Report:
    """Make a report of these kinds, so many days ago."""
    return Report(NOW - ago * DAY, frozenset(kinds))


def test_stories_are_counted_by_partner_and_kind_of_goods() -> None:
    """A story counts once in a cell; the busiest partner stands first; what goes both ways is told apart."""
    made = matrix(
        History(
            now=NOW,
            reports=[
                report(("IR", "missiles", "to_russia"), ("IR", "drones", "to_russia")),
                report(("IR", "drones", "from_russia"), ("CN", "electronics", "to_russia")),
                report(("IN", "oil", "from_russia")),
                report(("IN", "oil", "from_russia"), ago=8),
                report(("IN", "trinkets", "from_russia")),
            ],
        ),
        NAMES,
    )
    assert made is not None
    assert made.partners == ("Iran", "China", "India")
    assert made.cells == (Cell(0, 0, 2, "both"), Cell(1, 3, 1, "to"), Cell(2, 4, 1, "from"))
    assert [radius for _, _, radius, _ in made.marks] == [13.0, 8.0, 8.0]
    assert made.width > made.columns[-1][0]
    assert made.height > made.rows[-1][0]


def test_a_week_of_little_has_no_picture() -> None:
    """Two cells say nothing that their lines don't; where all are of one story each they are of one size."""
    kinds = [("IR", "drones", "to_russia"), ("IR", "oil", "to_russia"), ("CN", "oil", "to_russia")]
    assert matrix(History(now=NOW, reports=[report(*kinds[:2])]), NAMES) is None
    made = matrix(History(now=NOW, reports=[report(*kinds)]), NAMES)
    assert made is not None
    assert {radius for _, _, radius, _ in made.marks} == {8.0}


def test_only_the_busiest_partners_stand_in_the_picture() -> None:
    """A dozen rows can be read at a glance."""
    many = [report((f"X{n}", "oil", "to_russia")) for n in range(ROWS + 5)]
    made = matrix(History(now=NOW, reports=many), NAMES)
    assert made is not None
    assert len(made.partners) == ROWS
