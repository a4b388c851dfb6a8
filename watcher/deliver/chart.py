"""A trend as a picture: a row of bars for each kind, as shapes, and as SVG. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.deliver.trend import Row, Trend

WIDTH, MARGIN, LABEL = 900, 24, 20
HEIGHT = 70  # of a row's bars
INK, BAR, PALE = "#24292f", "#1f6feb", "#d0d7de"


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle: left, top, width and height."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text, by the left end of its baseline, or the right one."""

    x: float
    y: float
    text: str
    size: int = 13
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Shapes on a white sheet."""

    width: int
    height: int
    shapes: tuple[Box | Label, ...]


def chart(trend: Trend, names: Sequence[str], title: str) -> Chart:
    """Draw the rows, each named, on one scale each; the last period is pale, as it may not be over."""
    shapes: list[Box | Label] = [Label(MARGIN, MARGIN + 10, title, 16)]
    top = MARGIN + 30
    for row, name in zip(trend.rows, names, strict=True):
        shapes += _row(row, name, top)
        top += LABEL + HEIGHT + 18
    shapes.append(Label(MARGIN, top + 4, f"{trend.periods[0]}", 12))
    shapes.append(Label(WIDTH - MARGIN, top + 4, f"{trend.length} of {trend.periods[-1]}", 12, is_right=True))
    return Chart(WIDTH, top + MARGIN, tuple(shapes))


def as_svg(drawn: Chart) -> str:
    """Write the shapes as SVG, in the reader's own sans-serif."""
    size = f'width="{drawn.width}" height="{drawn.height}" viewBox="0 0 {drawn.width} {drawn.height}"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="system-ui, sans-serif">']
    lines.append(f'<rect width="{drawn.width}" height="{drawn.height}" fill="#ffffff"/>')
    for shape in drawn.shapes:
        if isinstance(shape, Box):
            place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}"'
            lines.append(f'<rect {place} fill="{shape.colour}"/>')
        else:
            anchor = ' text-anchor="end"' if shape.is_right else ""
            place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size}"{anchor} fill="{INK}"'
            lines.append(f"<text {place}>{escape(shape.text)}</text>")
    return "\n".join([*lines, "</svg>", ""])


def _row(row: Row, name: str, top: float) -> Iterator[Box | Label]:
    most = max(row.counts)
    base = top + LABEL + HEIGHT
    step = (WIDTH - 2 * MARGIN) / len(row.counts)
    yield Label(MARGIN, top + 12, name)
    yield Label(WIDTH - MARGIN, top + 12, f"{row.total:,} articles, at most {most:,}", 12, is_right=True)
    yield Box(MARGIN, base, WIDTH - 2 * MARGIN, 1, PALE)
    for number, count in enumerate(row.counts):
        if count:
            height = HEIGHT * count / most
            colour = "#79b0f7" if number == len(row.counts) - 1 else BAR
            yield Box(MARGIN + number * step, base - height, max(step - 2, 1), height, colour)
