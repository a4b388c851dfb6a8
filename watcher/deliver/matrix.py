"""The week at a glance: partners × kinds of goods, counted, and where each mark of its picture stands. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Literal

from watcher.decide.novelty import WEEK

if TYPE_CHECKING:
    from watcher.decide.novelty import History
    from watcher.deliver.drawn import Names

# The groups of TAXONOMY.md in its order, as columns.
GROUPS = {
    "weapons": "Weapons",
    "people": "People",
    "know-how": "Know-how",
    "dual-use": "Dual use",
    "energy": "Energy",
    "commodities": "Commodities",
    "services": "Services",
    "favours": "Favours",
}
ROWS = 12
# A picture of less says nothing that a glance at the lines doesn't.
LEAST = 3
# Units of the picture: the page draws one as a pixel.
LABEL, COLUMN, ROW, TOP = 128, 70, 30, 26
SMALL, LARGE = 8.0, 13.0

Way = Literal["to", "from", "both"]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many stories of the week say so of a partner and a kind of goods, and which way most of it goes."""

    row: int
    column: int
    stories: int
    way: Way


@dataclass(frozen=True, slots=True)
class Matrix:
    """Partners, the most told first, and columns of kinds of goods, with the cells that aren't empty."""

    partners: tuple[str, ...]
    goods: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def said(self) -> str:
        """The picture in words, for those who don't see it; the busiest partners."""
        counts = [
            f"{self.partners[cell.row]} {self.goods[cell.column].lower()} {cell.stories}" for cell in self.cells[:12]
        ]
        return f"Stories of the last seven days by partner and kind of goods: {', '.join(counts)}"

    @property
    def width(self) -> int:
        """The picture's width."""
        return LABEL + COLUMN * len(self.goods)

    @property
    def height(self) -> int:
        """The picture's height."""
        return TOP + ROW * len(self.partners)

    @property
    def columns(self) -> list[tuple[float, str]]:
        """Where each column's heading stands, centred."""
        return [(LABEL + COLUMN * (number + 0.5), name) for number, name in enumerate(self.goods)]

    @property
    def rows(self) -> list[tuple[float, str]]:
        """At which height each row's middle lies."""
        return [(TOP + ROW * (number + 0.5), name) for number, name in enumerate(self.partners)]

    @property
    def marks(self) -> list[tuple[float, float, float, Cell]]:
        """Where each mark has its centre, and its radius: its area grows with the stories."""
        most = max(cell.stories for cell in self.cells)
        return [
            (
                LABEL + COLUMN * (cell.column + 0.5),
                TOP + ROW * (cell.row + 0.5),
                round(SMALL + (LARGE - SMALL) * sqrt((cell.stories - 1) / max(most - 1, 1)), 1),
                cell,
            )
            for cell in self.cells
        ]


def matrix(history: History, names: Names) -> Matrix | None:
    """Count the stories of the last seven days; None where there are too few to make a picture of."""
    stories: Counter[tuple[str, str]] = Counter()
    ways: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    told: Counter[str] = Counter()
    for report in history.reports:
        if report.when > history.now - WEEK:
            found = {(partner, names.groups.get(good, ""), way) for partner, good, way in report.kinds}
            told.update({partner for partner, group, _ in found if group in GROUPS})
            stories.update({(partner, group) for partner, group, _ in found})
            for partner, group, way in found:
                ways[partner, group].add(way)
    partners = sorted(told, key=lambda partner: (-told[partner], names.partners.get(partner, partner)))[:ROWS]
    cells = tuple(
        Cell(row, column, stories[partner, group], _way(ways[partner, group]))
        for row, partner in enumerate(partners)
        for column, group in enumerate(GROUPS)
        if (partner, group) in stories
    )
    shown = tuple(names.partners.get(partner, partner) for partner in partners)
    return Matrix(shown, tuple(GROUPS.values()), cells) if len(cells) >= LEAST else None


def _way(ways: set[str]) -> Way:
    """Say which way it goes, or that it goes both."""
    if ways == {"to_russia"}:
        return "to"
    return "from" if ways == {"from_russia"} else "both"
