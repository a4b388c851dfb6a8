"""Items with a person's word on which rules they should meet: lines of JSONL, in rules/labels.jsonl by default."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from watcher import items
from watcher.errors import InputError, ItemError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.collect.article import Article

NAME = "labels.jsonl"
_TEXTS = ("id", "title", "summary", "body", "url", "source", "language", "feed")


@dataclass(frozen=True, slots=True)
class Label:
    """An article, whether each of some rules should meet it, and when that was said."""

    article: Article
    rules: dict[str, bool]
    at: datetime | None = None


def read(path: Path) -> Iterator[Label]:
    """
    Give a file's labels, gzipped or not.

    A line is an item (see items) with `rules`, an object of rule ids with true or false, and optionally `labelled`,
    an ISO time. Raises ItemError with the number of the first bad line, InputError if the file can't be read.
    """
    try:
        with path.open("rb") as articles, _lines(path) as lines:
            filled = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
            for article, (number, line) in zip(items.read(articles, name=str(path)), filled, strict=False):
                yield _label(article, json.loads(line), f"{path}, line {number}")
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}") from error


def has_rules(path: Path) -> bool:
    """Whether a file's first line is a label, not another kind of labelled item. Raises InputError."""
    try:
        with _lines(path) as lines:
            first = json.loads(next((line for line in lines if line.strip()), b"null"))
    except (ValueError, RecursionError):
        return False
    except (OSError, EOFError) as error:
        raise InputError(f"{path} can't be read: {getattr(error, 'strerror', None) or error}") from error
    return isinstance(first, dict) and "rules" in first


def latest(path: Path) -> list[Label]:
    """Give a file's labels, of several on one article and rule the last; none where there is no file."""
    found: dict[tuple[str, str], Label] = {}
    for label in read(path) if path.exists() else ():
        for rule, is_wanted in label.rules.items():
            found[label.article.id, rule] = Label(label.article, {rule: is_wanted}, label.at)
    return list(found.values())


def append(path: Path, label: Label) -> None:
    """Add a label at the end of a file, whole or not at all. Raises InputError."""
    article = label.article
    line: dict[str, Any] = {name: value for name in _TEXTS if (value := getattr(article, name))}
    if article.published:
        line["published"] = article.published.isoformat()
    line |= {"rules": label.rules} | ({"labelled": label.at.isoformat(timespec="seconds")} if label.at else {})
    try:
        with path.open("ab") as file:
            start = b"\n" if file.tell() and not _ends(path) else b""
            file.write(start + json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    except OSError as error:
        raise InputError(f"{path} can't be written: {error.strerror or error}") from error


def _ends(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"


def _lines(path: Path) -> gzip.GzipFile | Any:  # noqa: ANN401  any binary stream
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if is_packed else path.open("rb")


def _label(article: Article, item: dict[str, Any], where: str) -> Label:
    rules, at = item.get("rules"), item.get("labelled")
    if not isinstance(rules, dict) or not all(isinstance(value, bool) for value in rules.values()):
        raise ItemError(f'{where}: "rules" must say true or false of rule ids, such as {{"iran-arms": true}}')
    try:
        return Label(article, rules, datetime.fromisoformat(at).astimezone() if isinstance(at, str) else None)
    except ValueError as error:
        raise ItemError(f'{where}: "labelled" is not a time like 2026-01-13T00:21:40Z') from error
