"""News sitemap (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap) → Channel."""

from __future__ import annotations

from xml.etree import ElementTree

from watcher.collect.entry import Channel, Entry
from watcher.collect.markup import line
from watcher.errors import SourceError

_PAGE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def read(text: str) -> Channel:
    """Read a document without a DOCTYPE. Raises SourceError `not-a-feed`."""
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  no DOCTYPE, hence no entities
    except ElementTree.ParseError as error:
        raise SourceError("not-a-feed", f"a sitemap that isn't well-formed: {error}") from error
    entries = tuple(
        _entry(page, news) for page in root.iterfind(f"{_PAGE}url") if (news := page.find(f"{_NEWS}news")) is not None
    )
    if not entries:
        raise SourceError("not-a-feed", "a sitemap without news")
    return Channel(title=entries[0].outlet, link="", language="", entries=entries)


def _entry(page: ElementTree.Element, news: ElementTree.Element) -> Entry:
    return Entry(
        title=line(_text(news, f"{_NEWS}title")),
        link=_text(page, f"{_PAGE}loc"),
        dates=(_text(news, f"{_NEWS}publication_date"), _text(page, f"{_PAGE}lastmod")),
        outlet=line(_text(news, f"{_NEWS}publication/{_NEWS}name")),
        language=_text(news, f"{_NEWS}publication/{_NEWS}language"),
        categories=tuple(line(word) for word in _text(news, f"{_NEWS}keywords").split(",")),
    )


def _text(element: ElementTree.Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
