"""Work spread over processes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from watcher.errors import ItemError
from watcher.workers import spread

if TYPE_CHECKING:
    from collections.abc import Iterator

FATAL = 13


def _square(number: int) -> tuple[int, int]:
    if number == FATAL:
        os._exit(1)
    return number * number, os.getpid()


def _lost(number: int) -> tuple[int, int]:
    return -number, 0


def test_little_work_is_done_here_in_order() -> None:
    """No process is started for what is done before one would be up."""
    found = list(spread(_square, range(5), patience=10, lost=_lost))
    assert found == [(number * number, os.getpid()) for number in range(5)]


def test_much_work_is_done_elsewhere_and_keeps_its_order() -> None:
    """Past the patience other processes work, and results come in the order of the tasks."""
    found = list(spread(_square, range(12), patience=2, lost=_lost, workers=2))
    assert [square for square, _ in found] == [number * number for number in range(12)]
    assert os.getpid() not in {process for _, process in found[2:]}


def test_one_core_works_alone() -> None:
    """With one worker everything is done here."""
    found = list(spread(_square, range(5), patience=1, lost=_lost, workers=1))
    assert {process for _, process in found} == {os.getpid()}


def test_a_process_that_dies_costs_what_it_may_have_held_and_no_more() -> None:
    """Every task has its result, in order; those after the accident are done by new processes."""
    found = [square for square, _ in spread(_square, range(60), patience=0, lost=_lost, workers=2)]
    assert [abs(value) if value < 0 else round(value**0.5) for value in found] == list(range(60))
    assert found[FATAL] == -FATAL
    assert found[-1] == 59 * 59


def test_an_error_of_the_tasks_comes_after_all_results_before_it() -> None:
    """What was read before a bad line stands."""

    def tasks() -> Iterator[int]:
        yield from range(6)
        raise ItemError("line 7")

    found: list[int] = []
    with pytest.raises(ItemError, match="line 7"):
        found.extend(square for square, _ in spread(_square, tasks(), patience=1, lost=_lost, workers=2))
    assert found == [number * number for number in range(6)]
