"""A handful of the trials that `make chaos` plays: mishaps at the worst moments, and each story once in the end."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from bench.chaos import Tally, Trial, play, trials

if TYPE_CHECKING:
    from pathlib import Path

ALL = list(trials(5, random.Random(7)))
WORST = ("reset after commit at the second post", "killed before watcher.state.posting:Posting.sent 1", "run killed")


def chosen(name: str) -> Trial:
    """Give the trial of this name."""
    return next(trial for trial in ALL if trial.name.startswith(name))


def test_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    """A message in doubt, one posted by a process that was killed before it could note so, and a run killed anyhow."""
    tally = play([chosen(name) for name in WORST], tmp_path, beside=2)
    assert (tally.lost, tally.doubled, tally.rude) == ([], [], [])
    assert sum(tally.trials.values()) == len(WORST)
    assert "3 trials" in str(tally)


def test_what_is_lost_would_be_counted() -> None:
    """The sentence names losses, and gives no bound then."""
    tally = Tally(lost=["one"])
    tally.trials["faults"] = 3
    assert "1 lost, 0 doubled, 0 rude" in str(tally)


@pytest.mark.parametrize("kind", ["faults", "steps", "random kills"])
def test_every_kind_of_mishap_is_tried(kind: str) -> None:
    """Faults at each post, kills at each step, kills at random times in each command."""
    found = [trial for trial in ALL if trial.kind == kind]
    assert len(found) >= 5
    assert len({trial.name for trial in found}) == len(found)
