"""A web page → the addresses where its feeds may be."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

LOOKED_AT = 1 << 20  # characters of a page; feeds are named in its head
FEW = 8
_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_NAMED = re.compile(r"(?:^|[/._-])(?:rss|atom|feeds?|rdf)(?:[/._-]|$)|\.xml$", re.IGNORECASE)
_USUAL = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml")


def candidates(page: str, url: str) -> list[str]:
    """
    Give the addresses to try, the likeliest first: what the page declares, else links named like feeds.

    Where it has neither, the places where sites usually put them. Never more than a few, and http or https only.
    """
    reader = _Reader()
    reader.feed(page[:LOOKED_AT])
    base = _joined(url, reader.base) or url
    found = [_joined(base, each) for each in reader.declared or reader.linked]
    places = [each for each in found if each] or [urljoin(url, f"/{name}") for name in _USUAL]
    return list(dict.fromkeys(places))[:FEW]


def _joined(base: str, link: str) -> str:
    """Give a link's whole address, or "" for one that no feed has."""
    try:
        url = urljoin(base, link)
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


class _Reader(HTMLParser):
    """Notes the links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.declared: list[str] = []
        self.linked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: (value or "").strip() for name, value in attrs}
        href = values.get("href", "")
        if tag == "base":
            self.base = self.base or href
        elif tag == "link" and href and "alternate" in values.get("rel", "").lower().split():
            if values.get("type", "").partition(";")[0].strip().lower() in _TYPES:
                self.declared.append(href)
        elif tag == "a" and _NAMED.search(href.partition("?")[0]):
            self.linked.append(href)
