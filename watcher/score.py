"""How well relations are read: precision, recall and F1 against labelled items."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from watcher import items
from watcher.decide import relation
from watcher.errors import InputError, ItemError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from watcher.collect.article import Article
    from watcher.decide.lexicon import Lexicon

Key = tuple[str, ...]
_PARTS = 4


@dataclass(slots=True)
class Count:
    """How many were found, how many wanted, and how many both."""

    hits: int = 0
    found: int = 0
    wanted: int = 0

    def add(self, found: set[Key], wanted: set[Key]) -> None:
        """Count one item."""
        self.hits += len(found & wanted)
        self.found += len(found)
        self.wanted += len(wanted)

    def rates(self) -> dict[str, float]:
        """Give precision, recall and F1; 0 where there is nothing to divide by."""
        return {
            "precision": round(self.hits / max(self.found, 1), 4),
            "recall": round(self.hits / max(self.wanted, 1), 4),
            "f1": round(2 * self.hits / max(self.found + self.wanted, 1), 4),
        }


@dataclass(slots=True)
class Score:
    """Micro-averages over items; each measure counts what an item states once."""

    items: int = 0
    relevance: Count = field(default_factory=Count)
    partners: Count = field(default_factory=Count)
    relations: Count = field(default_factory=Count)
    directed: Count = field(default_factory=Count)
    status: Count = field(default_factory=Count)

    def add(self, found: Iterable[Key], wanted: Iterable[Key], *, is_relevant: bool) -> None:
        """Count one item; relations are (partner, good, direction, status)."""
        found, wanted = set(found), set(wanted)
        self.items += 1
        self.relevance.add({()} if found else set(), {()} if is_relevant else set())
        self.partners.add({key[:1] for key in found}, {key[:1] for key in wanted})
        self.relations.add({key[:3] for key in found}, {key[:3] for key in wanted})
        self.directed.add({key[:3] for key in found if key[2] != "any"}, {key[:3] for key in wanted if key[2] != "any"})
        self.status.add(found, wanted)

    def as_object(self) -> dict[str, Any]:
        """Give the measures as CONTRACTS.md promises them to scripts."""
        names = ("relevance", "partners", "relations", "directed", "status")
        return {"items": self.items} | {name: getattr(self, name).rates() for name in names}


def score(path: Path, lexicon: Lexicon) -> Score:
    """Read the relations of a file's items and compare with its labels. Raises InputError, ItemError."""
    total = Score()
    for article, is_relevant, wanted in labelled(path):
        found = [(one.partner, one.good, one.direction, one.status) for one in relation.read(article, lexicon)]
        total.add(found, wanted, is_relevant=is_relevant)
    return total


def labelled(path: Path) -> Iterator[tuple[Article, bool, list[Key]]]:
    """Give a JSONL file's items (gzipped or not), their `relevant` and their `relations`. Raises InputError."""
    try:
        with path.open("rb") as articles, _open(path) as labels:
            named = enumerate(labels, start=1)
            lines = ((number, line) for number, line in named if line.strip())
            for article, (number, line) in zip(items.read(articles, name=str(path)), lines, strict=False):
                yield article, *_labels(json.loads(line), f"{path}, line {number}")
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}") from error


def _open(path: Path) -> gzip.GzipFile | Any:  # noqa: ANN401  any binary stream
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if is_packed else path.open("rb")


def _labels(item: dict[str, Any], where: str) -> tuple[bool, list[Key]]:
    is_relevant, relations = item.get("relevant"), item.get("relations")
    if not isinstance(is_relevant, bool):
        raise ItemError(f'{where}: "relevant" must be true or false')
    if not isinstance(relations, list) or not all(_is_key(one) for one in relations):
        raise ItemError(f'{where}: "relations" must be a list of [partner, good, direction, status]')
    return is_relevant, [tuple(one) for one in relations]


def _is_key(value: object) -> bool:
    return isinstance(value, list) and len(value) == _PARTS and all(isinstance(part, str) for part in value)
