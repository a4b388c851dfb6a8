"""Scoring: what is counted, and what a file of labelled items must look like."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.shipped import shipped_lexicon
from watcher import score
from watcher.errors import InputError, ItemError
from watcher.score import Score

if TYPE_CHECKING:
    from pathlib import Path

ITEM = {"id": "1", "title": "Iran ships drones to Russia", "relevant": True, "relations": []}


def written(folder: Path, *items: Any) -> Path:
    """Write a JSONL file."""
    path = folder / "items.jsonl"
    path.write_text("\n".join(json.dumps(item) for item in items), encoding="utf-8")
    return path


def test_each_measure_counts_what_an_item_states_once() -> None:
    """Partners by item, relations without their status, `directed` without `any`, `status` with all."""
    total = Score()
    total.add(
        [("IR", "drones", "to_russia", "reported"), ("IR", "oil", "any", "reported")],
        [("IR", "drones", "to_russia", "denied"), ("CN", "oil", "any", "reported")],
        is_relevant=True,
    )
    total.add([], [], is_relevant=True)
    half = {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    none = {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert total.as_object() == {
        "items": 2,
        "relevance": {"precision": 1.0, "recall": 0.5, "f1": 0.6667},
        "partners": {"precision": 1.0, "recall": 0.5, "f1": 0.6667},
        "relations": half,
        "directed": {"precision": 1.0, "recall": 1.0, "f1": 1.0},
        "status": none,
    }


def test_a_file_is_read_packed_or_not(tmp_path: Path) -> None:
    """Gzip and empty lines make no difference."""
    path = written(tmp_path, ITEM)
    book = shipped_lexicon()
    assert score.score(path, book).items == 1
    packed = tmp_path / "items.jsonl.gz"
    packed.write_bytes(gzip.compress(b"\n" + path.read_bytes() + b"\n\n"))
    assert score.score(packed, book).as_object()["relevance"]["f1"] == 1.0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"relevant": "yes"}, '"relevant" must be true or false'),
        ({"relevant": None}, '"relevant" must be true or false'),
        ({"relations": "IR"}, r'"relations" must be a list of \[partner'),
        ({"relations": [["IR", "drones"]]}, r'"relations" must be a list of \[partner'),
        ({"relations": [["IR", "drones", 1, "denied"]]}, r'"relations" must be a list of \[partner'),
        ({"title": None}, 'has no "title"'),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, wrong: dict[str, Any], message: str) -> None:
    """What is no labelled item is refused with the number of its line."""
    path = written(tmp_path, ITEM, ITEM | wrong)
    with pytest.raises(ItemError, match=f"line 2.*{message}"):
        list(score.labelled(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that can't be opened is an error for a person."""
    with pytest.raises(InputError, match=r"none\.jsonl can't be read: No such file"):
        list(score.labelled(tmp_path / "none.jsonl"))
