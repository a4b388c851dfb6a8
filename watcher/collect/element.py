"""The elements of ordinary feeds: what each is to an article, and the texts and addresses in them."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ATOM = "{http://www.w3.org/2005/Atom}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
XML = "{http://www.w3.org/XML/1998/namespace}"
SY = "{http://purl.org/rss/1.0/modules/syndication/}"
_RSS1 = "{http://purl.org/rss/1.0/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_FEEDBURNER = "{http://rssnamespace.org/feedburner/ext/1.0}"
_ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
_MEDIA = "{http://search.yahoo.com/mrss/}"

_CORE = {
    "title": "title", "link": "link", "guid": "id", "id": "id", "description": "summary", "summary": "summary",
    "pubDate": "published", "published": "published", "issued": "published", "updated": "updated",
    "modified": "updated", "created": "created", "author": "author", "category": "category", "source": "source",
    "enclosure": "enclosure", "content": "content", "comments": "", "rights": "", "contributor": "other",
    "image": "image",
}  # fmt: skip
_ROLES = {
    **{f"{space}{name}": role for space in ("", ATOM, _RSS1) for name, role in _CORE.items()},
    "{http://purl.org/rss/1.0/modules/content/}encoded": "encoded", f"{_FEEDBURNER}origLink": "original",
    f"{_DC}creator": "author", f"{_DC}author": "author", f"{_DC}date": "updated", f"{_DC}subject": "category",
    f"{_DC}description": "summary", f"{_DC}title": "other", f"{_DC}contributor": "other",
    f"{_DCTERMS}created": "created", f"{_DCTERMS}issued": "published", f"{_DCTERMS}modified": "updated",
    f"{_ITUNES}author": "author", f"{_ITUNES}summary": "summary", f"{_ITUNES}keywords": "keywords",
    f"{_ITUNES}category": "other", f"{_ITUNES}owner": "other", f"{_ITUNES}name": "other", f"{_ITUNES}email": "other",
    f"{_MEDIA}description": "summary", f"{_MEDIA}title": "headline", f"{_MEDIA}category": "category",
    f"{_MEDIA}keywords": "keywords",
}  # fmt: skip
# Names in a feed's own namespace that mean something, in whatever case; others are a publisher's own.
_SPEAKING = frozenset(map(str.lower, _CORE)) | frozenset((
    "abstract", "body", "channel", "cloud", "copyright", "date", "email", "entry", "expirationdate", "feed", "fullitem",
    "generator", "height", "homepage", "image", "info", "item", "items", "keywords", "language", "lastbuilddate",
    "links", "managingeditor", "name", "newlocation", "rss", "subtitle", "tagline", "tags", "textinput", "uri", "url",
    "webmaster", "width",
))  # fmt: skip
OWN = ("", ATOM[:-1], _RSS1[:-1])
_KNOWN = (_DC, _DCTERMS, _MEDIA, _ITUNES, SY, _FEEDBURNER, "{com-wordpress:feed-additions:1}")
# Namespaces that feedparser knows by their prefix, too, where a feed misspells them.
_BY_PREFIX = {
    "content": "{http://purl.org/rss/1.0/modules/content/}", "dc": _DC, "dcterms": _DCTERMS, "itunes": _ITUNES,
    "media": _MEDIA, "sy": SY,
}  # fmt: skip
# Prefixes that feedparser understands whatever they are bound to, and none at all.
_TAKEN = (
    "", "atom", "content", "dc", "dcterms", "feedburner", "itunes", "media", "news", "psc", "rdf", "sy", "xhtml", "xml"
)  # fmt: skip
_TYPES = {"html": "html", "text/html": "html", "text": "text", "text/plain": "text", "plain": "text"}
_PAGES = ("text/html", "html", "xhtml", "application/xhtml+xml")
_PREFIX = re.compile(r"""xmlns(?::([\w.-]+))?\s*=\s*["']([^"']*)["']""")
_PARAMETER = re.compile(r"&([A-Za-z0-9_]+);")
_EXTRA_SLASHES = re.compile(r"[A-Za-z][A-Za-z0-9+-.]*:///")
_CONTROL = re.compile("[\x80-\x9f]")
_WESTERN = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
# feedparser's own expression: what it takes for a mail address is taken out of an author's name.
_EMAIL = re.compile(
    r"(([a-zA-Z0-9\_\-\.\+]+)@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)|(([a-zA-Z0-9\-]+\.)+))"
    r"([a-zA-Z]{2,4}|[0-9]{1,3})(\]?))(\?subject=\S+)?"
)
_LONGEST_AUTHOR = 500


class UnusualError(Exception):
    """Something that feedparser may understand."""


def prefixes(text: str) -> dict[str, str]:
    """Give a document's namespaces and their prefixes."""
    return {space: prefix for prefix, space in _PREFIX.findall(text)}


def is_foreign(space: str, known: dict[str, str]) -> bool:
    """Say whether a namespace (`{uri`) can't be told from one that feedparser understands, as its prefix is one's."""
    if space in OWN or f"{space}}}" in _KNOWN:
        return False
    prefix = known.get(space[1:], "").lower()
    # Bound to Atom nowhere in the document, this one means nothing.
    return prefix in _TAKEN and (prefix != "atom" or ATOM[1:-1] in known)


def meant(tag: str, known: dict[str, str]) -> str:
    """Give an element's name in the namespace that its prefix usually stands for, where a feed misspells that."""
    space, _, name = tag.rpartition("}")
    usual = _BY_PREFIX.get(known.get(space[1:], ""))
    return f"{usual}{name}" if usual and usual[1:-1] not in known else tag


def role_of(element: Element, known: dict[str, str]) -> str:
    """Name what an element inside an entry is to an article, or "" where it is nothing. Raises UnusualError."""
    role = _ROLES.get(element.tag)
    if role is not None:
        return role
    space, _, name = meant(element.tag, known).rpartition("}")
    role = _ROLES.get(f"{space}}}{name}") if space else None
    if role is not None:
        return role
    if name.lower() in _SPEAKING if space in OWN else is_foreign(space, known):
        raise UnusualError(element.tag)
    return ""


def text_of(element: Element) -> str:
    """Give an element's text, what was encoded twice decoded once more, as feedparser does."""
    text = (element.text or "").strip()
    if text.isascii():
        return text
    with contextlib.suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return text.translate(_WESTERN) if _CONTROL.search(text) else text


def type_of(element: Element, usual: str) -> str:
    """Give `html` or `text`, `usual` where the element doesn't say. Raises UnusualError."""
    written = element.get("type")
    kind = usual if written is None else _TYPES.get(written.lower(), "")
    if not kind or "mode" in element.attrib:
        raise UnusualError(f"a text of type {written}")
    return kind


def href_of(element: Element) -> str | None:
    """Give the address that an element has as an attribute."""
    href = element.get("url", element.get("uri", element.get("href")))
    return None if href is None else address(href)


def link_of(element: Element) -> str | None:
    """Give the page that a link leads to, None where it leads elsewhere. Raises UnusualError."""
    href = href_of(element)
    if href is None:
        return _PARAMETER.sub(r"&\1", address(text_of(element)).replace("&amp;", "&"))
    is_page = element.get("type", "text/html").lower() in _PAGES
    return href if is_page and rel_of(element) == "alternate" else None


def rel_of(element: Element) -> str:
    """Give what a link is to its entry."""
    return element.get("rel", "alternate").lower()


def address(text: str) -> str:
    """Give an address as it is. Raises UnusualError for one that feedparser mends."""
    if _EXTRA_SLASHES.match(text):
        raise UnusualError("an address with slashes too many")
    return text.strip()


def is_fixed(address: str) -> bool:
    """Say whether an address stays as it is, whatever it may be relative to."""
    try:
        return all(urljoin(base, address) == address for base in ("http://a/", "https://a/"))
    except ValueError:
        return False


def without_address(author: str) -> str:
    """Give the name beside a mail address, "" where there is none, and all of a text without an address."""
    found = _EMAIL.search(author) if "@" in author and len(author) <= _LONGEST_AUTHOR else None
    if not found:
        return author
    name = author.replace(found[0], "").replace("()", "").replace("<>", "").replace("&lt;&gt;", "").strip()
    return name.removeprefix("(").removesuffix(")").strip()
