"""Real feeds, read once by parse.py and once by a plain XML reader: nothing that a file has may be missing."""

from __future__ import annotations

import contextlib
import html
import re
from collections import defaultdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from watcher.collect.article import Article, canonical
from watcher.collect.feeds import Feed
from watcher.collect.parse import parse
from watcher.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FEED = Feed(id="captured", url="https://captured.invalid/feed")
DATES = ("pubDate", "date", "published", "updated", "issued", "modified", "created")
CLEAR = re.compile(r", .*(GMT|[+-](?!0000)\d{4})$")
# The publishers' own errors: an epoch of zero, and an offset of thirty hours. No date is right for these.
MARKUP = re.compile(r"</?(?:a|p|i|em|br|div|span|img)\b[^<>]*>|&(?:amp|nbsp|quot|lt|#[0-9]+);")
IMPOSSIBLE = re.compile(r"\b1970\b|\+3000")


def local(element: ElementTree.Element) -> str:
    """Give an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def first(item: ElementTree.Element, *names: str) -> str:
    """Give the text of the first child of such a name, markup inside it dropped."""
    for name in names:
        for child in item:
            if local(child) == name and "mrss" not in child.tag and (text := "".join(child.itertext()).strip()):
                return text
    return ""


def letters(text: str) -> str:
    """Give what of a title no reading of markup and entities changes; UTF-8 that was encoded twice is repaired."""
    with contextlib.suppress(UnicodeError):
        text = b"".join(bytes([ord(c)]) if ord(c) < 256 else c.encode("cp1252") for c in text).decode()
    without = re.sub(r"<[^>]*>", "", html.unescape(html.unescape(text)))
    return re.sub(r"[\W_]+", "", html.unescape(without)).lower()


def link(item: ElementTree.Element) -> str:
    """Give the page of an item as it is written: its link, else a guid that is one."""
    links = [child for child in item if local(child) == "link" and child.get("rel", "alternate") == "alternate"]
    if written := [text for child in links if (text := (child.get("href") or child.text or "").strip())]:
        return html.unescape(written[0])
    guid = next((child for child in item if local(child) == "guid"), None)
    is_link = guid is not None and guid.get("isPermaLink", "true") == "true"
    return (guid.text or "").strip() if guid is not None and is_link else ""


def items(path: Path) -> list[ElementTree.Element]:
    """Give a file's items, none where it is not well-formed."""
    try:
        root = ElementTree.fromstring(path.read_bytes().lstrip())
    except (ElementTree.ParseError, ValueError, LookupError):
        return []
    return [element for element in root.iter() if local(element) in ("item", "entry") and len(element)]


def losses(path: Path, articles: tuple[Article, ...]) -> list[str]:
    """Name every title, link and date that the file has and the articles don't."""
    titles = {letters(article.title) for article in articles}
    by_url = {article.url: article for article in articles}
    found = []
    for item in items(path):
        title, address, date = first(item, "title"), canonical(link(item)), first(item, *DATES)
        original = canonical(first(item, "origLink"))
        address = original if original in by_url else address
        if letters(title) and letters(title) not in titles:
            found.append(f"{path.name}: title {title[:60]!r}")
        if address and address not in by_url:
            found.append(f"{path.name}: link {address[:80]!r}")
        article = by_url.get(address)
        if date and not IMPOSSIBLE.search(date) and article and article.published is None:
            found.append(f"{path.name}: date {date!r}")
    return found


def test_nothing_is_lost_from_captured_feeds(shared: Path) -> None:
    """Every file gives articles or a named reason, and every title, link and date that a plain XML reader sees."""
    found, counted = [], 0
    for path in sorted((shared / "feeds").glob("*.xml")) + sorted((shared / "feeds").glob("*.json")):
        try:
            parsed = parse(path.read_bytes(), FEED, now=NOW)
        except SourceError as error:
            found.append(f"{path.name}: {error}")
            continue
        assert parsed.articles or parsed.warning == "no-entries", path.name
        assert all(article.title and article.id for article in parsed.articles), path.name
        assert not any(MARKUP.search(article.title) for article in parsed.articles), path.name
        counted += len(parsed.articles)
        found += losses(path, parsed.articles)
    assert not found, "\n".join(found)
    assert counted > 7000


def test_dates_of_captured_feeds_are_those_of_the_standard_library(shared: Path) -> None:
    """Where a date is written as RFC 822 with a zone that it defines, both readings are the same instant."""
    for path in sorted((shared / "feeds").glob("*.xml")):
        written: dict[str, set[str]] = defaultdict(set)
        for item in items(path):
            written[canonical(link(item))].add(first(item, "pubDate"))
        clear = {url: min(dates) for url, dates in written.items() if len(dates) == 1 and CLEAR.search(min(dates))}
        for article in parse(path.read_bytes(), FEED, now=NOW).articles:
            if article.published and article.url in clear:
                assert article.published == parsedate_to_datetime(clear[article.url]), (path.name, article.url)


@pytest.mark.parametrize("size", [0.3, 0.7, 0.95])
def test_captured_feeds_that_are_cut_off_keep_what_came(shared: Path, size: float) -> None:
    """A cut document never gives an article that the whole one doesn't have."""
    reasons = set()
    for path in sorted((shared / "feeds").glob("1*.xml"))[:20]:
        body = path.read_bytes()
        whole = {(article.title, article.url) for article in parse(body, FEED, now=NOW).articles}
        try:
            parsed = parse(body[: int(len(body) * size)], FEED, now=NOW)
        except SourceError as error:
            reasons.add(error.reason)
            continue
        assert parsed.warning == "truncated", path.name
        assert {(article.title, article.url) for article in parsed.articles} <= whole, path.name
    assert reasons <= {"truncated"}
