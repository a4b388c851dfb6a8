"""Contenders measured in turns, so that a slow minute of the machine hits all of them; medians, printed as ratios."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Lap:
    """One run: units of work done, wall seconds and CPU seconds."""

    units: int
    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody who does the work: `run` gives the units done, `prepare` runs before each lap, unmeasured."""

    name: str
    run: Callable[[], int]
    prepare: Callable[[], None] | None = None


def race(
    contenders: Sequence[Contender], rounds: int, *, cpu: Callable[[], float] = time.process_time
) -> dict[str, list[Lap]]:
    """Run each contender once a round, the first of a round changing each time; `cpu` gives the CPU seconds so far."""
    laps: dict[str, list[Lap]] = {contender.name: [] for contender in contenders}
    for turn in range(rounds):
        for place in range(len(contenders)):
            contender = contenders[(turn + place) % len(contenders)]
            if contender.prepare:
                contender.prepare()
            laps[contender.name].append(_lap(contender.run, cpu))
    return laps


def rate(laps: Sequence[Lap], *, by: Literal["cpu", "wall"] = "cpu") -> float:
    """Give the median of units a second, of CPU time or by the clock."""
    return median(lap.units / max(lap.cpu if by == "cpu" else lap.wall, 1e-9) for lap in laps)


def table(title: str, rows: Sequence[tuple[str, ...]]) -> str:
    """Lay rows out in columns: the first to the left, the rest to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  "
        + "  ".join(cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in _cells(row, widths))
        for row in rows
    ]
    return "\n".join([title, *(line.rstrip() for line in lines)])


def _cells(row: tuple[str, ...], widths: list[int]) -> enumerate[tuple[str, int]]:
    return enumerate(zip(row, widths, strict=True))


def _lap(run: Callable[[], int], cpu: Callable[[], float]) -> Lap:
    gc.collect()
    spent, began = cpu(), time.perf_counter()
    units = run()
    return Lap(units, time.perf_counter() - began, cpu() - spent)
