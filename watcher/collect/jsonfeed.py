"""JSON Feed (https://www.jsonfeed.org/version/1.1/) → Channel."""

from __future__ import annotations

import json
import re
from typing import Any

from watcher.collect.entry import Channel, Entry
from watcher.collect.markup import line, plain, tidy
from watcher.errors import SourceError

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


def read(text: str) -> Channel:
    """Read a document. Raises SourceError `not-a-feed`."""
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise SourceError("not-a-feed", "JSON nested too deeply") from error
    except ValueError:
        return _read_rest(text)
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise SourceError("not-a-feed", "JSON without a list of items")
    return _channel(document, document["items"], is_whole=True)


def _read_rest(text: str) -> Channel:
    """Take the items that came whole out of a document that was cut off."""
    found = _ITEMS.search(text)
    if not found:
        raise SourceError("not-a-feed", "neither valid JSON nor XML")
    items, position = [], found.end()
    decoder = json.JSONDecoder()
    while (position := _skip(text, position)) < len(text):
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        items.append(item)
    return _channel(_head(text[: found.start()]), items, is_whole=False)


def _skip(text: str, position: int) -> int:
    found = _BETWEEN.match(text, position)
    return found.end() if found else position


def _head(text: str) -> dict[str, Any]:
    try:
        head = json.loads(text.rstrip(" \t\r\n,") + "}")
    except (ValueError, RecursionError):
        return {}
    return head if isinstance(head, dict) else {}


def _channel(document: dict[str, Any], items: list[Any], *, is_whole: bool) -> Channel:
    return Channel(
        title=line(_text(document, "title")),
        link=_text(document, "home_page_url"),
        language=_text(document, "language"),
        entries=tuple(_entry(item) for item in items if isinstance(item, dict)),
        is_whole=is_whole,
    )


def _entry(item: dict[str, Any]) -> Entry:
    body = plain(_text(item, "content_html")) or tidy(_text(item, "content_text"))
    return Entry(
        guid=_text(item, "id"),
        title=line(_text(item, "title")),
        link=_text(item, "url") or _text(item, "external_url"),
        summary=plain(_text(item, "summary")),
        body=body,
        dates=(_text(item, "date_published"), _text(item, "date_modified")),
        author=line(_author(item)),
        language=_text(item, "language"),
        categories=tuple(line(tag) for tag in _list(item, "tags") if isinstance(tag, str)),
        enclosure=next((_text(part, "url") for part in _list(item, "attachments") if isinstance(part, dict)), ""),
    )


def _list(item: dict[str, Any], key: str) -> list[Any]:
    value = item.get(key)
    return value if isinstance(value, list) else []


def _author(item: dict[str, Any]) -> str:
    authors = item.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else item.get("author")
    return _text(first, "name") if isinstance(first, dict) else ""


def _text(item: dict[str, Any], key: str) -> str:
    """Give a text; ids may be numbers. A JSON string can hold half of a surrogate pair, which nothing can store."""
    value = item.get(key)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value.encode("utf-8", "replace").decode().replace("\0", "") if isinstance(value, str) else ""
