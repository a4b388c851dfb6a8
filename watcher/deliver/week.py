"""The week's matrix as a PNG, for channels that show no vectors."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from watcher.deliver.chart import PALE, Box, Chart, Label
from watcher.deliver.picture import as_png
from watcher.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.deliver.matrix import Matrix

MARGIN, KEY = 16, 34
EDGE, FULL, PAPER = "#1f6feb", "#79b0f7", "#ffffff"
# About the width of a letter of the chart's sizes.
LETTER = 6.2


def picture(matrix: Matrix | None) -> dict[str, str] | None:
    """Give the week's PNG in base64 and what it says in words; None without a week, or the extra that paints."""
    if matrix is None:
        return None
    try:
        return {"png": base64.b64encode(as_png(week(matrix))).decode(), "alt": matrix.said}
    except InputError:
        return None


def week(matrix: Matrix) -> Chart:
    """Draw it: a full box to Russia, an empty one from it, a pale one both ways, each with its stories."""
    shapes: list[Box | Label] = []
    for x, name in matrix.columns:
        shapes.append(Label(x + MARGIN - len(name) * LETTER * 11 / 24, MARGIN + 14, name, 11))
    for y, name in matrix.rows:
        shapes.append(Box(MARGIN, y + MARGIN + 15, matrix.width, 1, PALE))
        shapes.append(Label(MARGIN, y + MARGIN + 5, name))
    for x, y, radius, cell in matrix.marks:
        shapes += _mark(x + MARGIN, y + MARGIN, radius, cell.way)
        shapes.append(Label(x + MARGIN - len(str(cell.stories)) * LETTER / 2, y + MARGIN + 4, str(cell.stories), 11))
    for number, (way, said) in enumerate((("to", "to Russia"), ("from", "from Russia"), ("both", "both ways"))):
        shapes += _mark(MARGIN + 8 + number * 120, MARGIN + matrix.height + 16, 6, way)
        shapes.append(Label(MARGIN + 22 + number * 120, MARGIN + matrix.height + 20, said, 11))
    return Chart(matrix.width + 2 * MARGIN, matrix.height + 2 * MARGIN + KEY, tuple(shapes))


def _mark(x: float, y: float, radius: float, way: str) -> Iterator[Box]:
    yield _square(x, y, radius, EDGE)
    yield _square(x, y, radius - 1.5, {"to": FULL, "from": PAPER}.get(way, PALE))


def _square(x: float, y: float, radius: float, colour: str) -> Box:
    return Box(x - radius, y - radius, 2 * radius, 2 * radius, colour)
