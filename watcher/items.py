"""JSONL of items → Articles, one line at a time; a bad line is named and ends the reading."""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

from watcher.collect.article import Article, canonical
from watcher.errors import ItemError, WatcherError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")
MAX_LINE = 16 * 1024 * 1024
_GZIP = b"\x1f\x8b"


class _BadLineError(ValueError):
    """Why a line is no item."""


def read(stream: IO[bytes], *, name: str) -> Iterator[Article]:
    """
    Give the articles of a JSONL stream, gzipped or not.

    A line is `{"id", "title"}` and optionally `summary body url source language published`; other keys are ignored,
    as labelled items have them. Raises ItemError with the number of the first bad line, after all before it.
    """
    for number, line in lines(stream, name=name):
        try:
            article = _article(line)
        except (ValueError, RecursionError) as error:
            raise ItemError(f"{name}, line {number}: {_message(error)}") from error
        yield article


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut a stream into batches; where it fails, what came before is a batch of its own, and then it fails."""
    batch: list[T] = []
    failure: WatcherError | None = None
    try:
        for value in values:
            batch.append(value)
            if len(batch) == size:
                yield batch
                batch = []
    except WatcherError as error:
        failure = error
    if batch:
        yield batch
    if failure:
        raise failure


def lines(stream: IO[bytes], *, name: str) -> Iterator[tuple[int, bytes]]:
    """Give the lines of a stream, gzipped or not, that aren't blank, with their numbers. Raises ItemError."""
    number = 0
    try:
        for line in _lines(stream):
            number += 1
            if line.strip():
                yield number, line
    except (_BadLineError, OSError, EOFError, zlib.error) as error:
        raise ItemError(f"{name}, line {number + 1}: {_message(error)}") from error


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    peek = getattr(stream, "peek", None)
    is_packed = peek is not None and peek(2)[:2] == _GZIP
    packed = cast("IO[bytes]", gzip.GzipFile(fileobj=stream)) if is_packed else stream
    first = True
    while line := packed.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            raise _BadLineError(f"is longer than {MAX_LINE:,} bytes")
        yield line.removeprefix(b"\xef\xbb\xbf") if first else line
        first = False


def _article(line: bytes) -> Article:
    """Make one line's article. Raises ValueError, RecursionError."""
    item = json.loads(line.decode("utf-8"))
    if not isinstance(item, dict):
        raise _BadLineError('is not an object: expected {"id": "…", "title": "…"}')
    return Article(
        id=_text(item, "id", is_needed=True),
        title=_text(item, "title", is_needed=True),
        summary=_text(item, "summary"),
        body=_text(item, "body"),
        url=canonical(_text(item, "url")),
        source=_text(item, "source"),
        language=_text(item, "language"),
        published=_moment(item.get("published")),
        feed=_text(item, "feed"),
    )


def _text(item: dict[str, Any], key: str, *, is_needed: bool = False) -> str:
    value = item.get(key)
    if value is None and not is_needed:
        return ""
    if value is None:
        raise _BadLineError(f'has no "{key}"')
    if not isinstance(value, str):
        raise _BadLineError(f'"{key}" is not a text')
    # Half of a surrogate pair is no character: it could be neither printed nor stored.
    return value.encode("utf-8", "replace").decode("utf-8") if _has_surrogate(value) else value


def _has_surrogate(value: str) -> bool:
    return not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value)


def _moment(value: object) -> datetime | None:
    """Read an ISO 8601 time; one without an offset is taken as UTC."""
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise _BadLineError(f'"published" is not a time like 2026-01-13T00:21:40Z: {json.dumps(value)[:60]}')
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise _BadLineError(f'"published" is out of range: {value}') from error


def _message(error: BaseException) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8"
    if isinstance(error, json.JSONDecodeError):
        return f"is not JSON: {error.msg} at column {error.colno}"
    if isinstance(error, RecursionError):
        return "is nested too deeply"
    if isinstance(error, (EOFError, zlib.error, gzip.BadGzipFile)):
        return f"the gzip data is damaged or cut short: {error}"
    return str(error)
