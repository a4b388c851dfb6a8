"""A feed's bytes → its articles: RSS 0.9x to 2.0, RDF and Atom through feedparser, JSON Feed by ourselves."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import feedparser  # noqa: TID251  the one seam to feedparser

from watcher.collect import body as bodies
from watcher.collect import jsonfeed, ordinary, pieces, sitemap
from watcher.collect.element import UnusualError
from watcher.collect.entry import Channel, Entry, articles_of, choose_link, seconds_of
from watcher.collect.language import language_of
from watcher.collect.markup import line, plain, tidy
from watcher.errors import SourceError

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.collect.article import Article
    from watcher.collect.feeds import Feed

_NOISE = re.compile(r"<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_PREFIXED = re.compile(r"<(\w+):(?:item|entry)\b")
# A tag's attributes cost feedparser the square of their number, and no feed has so many in one. Possessive, so that
# looking for them costs a text's length.
_ATTRIBUTE = r"""\s++[\w:.-]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+')"""
_CROWDED = re.compile(rf"(<[\w:.-]++(?:{_ATTRIBUTE}){{100}})(?:{_ATTRIBUTE})++")
_DATES = ("published", "updated", "created")
_TEXTS = ("text/html", "text/plain", "application/xhtml+xml")
_TYPE = {"content-type": "application/xml; charset=utf-8"}


def _leave_date(_: str) -> tuple[int, ...]:
    """Stand before feedparser's own date readers: dates.py reads dates, and one odd year costs theirs the document."""
    return (1, 1, 1, 0, 0, 0, 0, 1, 0)


feedparser.registerDateHandler(_leave_date)


@dataclass(frozen=True, slots=True)
class Parsed:
    """
    A document's articles; `ttl` in seconds.

    `warning` is "", `truncated` (these articles are those that came whole) or `no-entries` (a feed without any).
    `marks` names all of the document's entries, for the next time ("" where they can't be told apart at a glance);
    `known` counts those that were known by their marks and are not among the articles.
    """

    articles: tuple[Article, ...]
    title: str = ""
    language: str = ""
    ttl: float | None = None
    warning: str = ""
    marks: str = ""
    known: int = 0


@dataclass(frozen=True, slots=True)
class _Document:
    channel: Channel
    marks: str = ""
    known: int = 0


def parse(body: bytes, feed: Feed, *, content_type: str = "", url: str = "", known: str = "", now: datetime) -> Parsed:
    """
    Parse a body that was fetched from `url`, of the type its server gave it, but for entries of `known` marks.

    Raises SourceError: `empty`, `html-page`, `login-page`, `not-a-feed`, `truncated`, `undecodable`, `too-large`.
    """
    text = bodies.trim(bodies.read_text(body, content_type))
    form = bodies.form_of(text)
    if form == "login-page":
        raise SourceError(form, "a page that asks for a password came instead of the feed")
    if form == "html-page":
        raise SourceError(form, "a web page came instead of the feed")
    if form == "other":
        root = bodies.root_of(text)
        raise SourceError("not-a-feed", f"its first element is <{root[:40]}>" if root else "neither XML nor JSON")
    if form == "xml":
        document = _read_xml(text, f"{feed.kind}\0{feed.url}\0{url}", known)
    else:
        document = _Document(jsonfeed.read(text) if form == "json" else sitemap.read(text))
    channel = document.channel
    articles = articles_of(channel, feed, url=url, now=now)
    if not articles and not channel.is_whole:
        raise SourceError("truncated", "cut off before its first entry ended")
    warning = "" if articles or document.known else "no-entries"
    return Parsed(
        articles=articles,
        title=channel.title,
        language=language_of(channel.language) or language_of(feed.language),
        ttl=channel.ttl,
        warning=warning if channel.is_whole else "truncated",
        marks=document.marks,
        known=document.known,
    )


def _read_xml(text: str, surroundings: str, known: str) -> _Document:
    text, is_whole = _cut(text)
    if not is_whole:
        return _Document(_read_oddly(text, is_whole=False)[0])
    cut = pieces.cut(text, surroundings)
    rest, count = cut.without(known) if cut else (text, 0)
    try:
        channel, is_clean = ordinary.read(rest), True
    except UnusualError:
        channel, is_clean = _read_oddly(rest)
    except ParseError:
        is_clean = False
    if not is_clean:
        return _Document(_read_oddly(text)[0])
    return _Document(channel, cut.known if cut else "", count)


def _read_oddly(text: str, *, is_whole: bool = True) -> tuple[Channel, bool]:
    """Read with feedparser, which understands nearly everything; give also whether it was well-formed."""
    result = _parsed(text)
    if not result["entries"] and (prefix := _PREFIXED.search(text)):  # <rss:item> where nothing declares rss:
        result = _parsed(re.sub(rf"(</?){prefix[1]}:", r"\1", text))
    is_whole = is_whole or not (result["bozo"] or result["entries"])
    return _channel(result, is_whole=is_whole), not result["bozo"]


def _cut(text: str) -> tuple[str, bool]:
    """
    Keep the root element and its DOCTYPE; where the root never ends, end it after the last entry that came whole.

    What pages print around a feed would cost it the strict parser, and half an entry has half a link.
    """
    start, root = bodies.find_root(text)
    head = _NOISE.sub("", text[:start]).strip()
    end = text.rfind(f"</{root}", start)
    if end >= 0:
        return f"{head}{text[start:end]}</{root}>", True
    ends = list(_ENTRY_END.finditer(text, start))
    if not ends:
        first = _ENTRY.search(text, start)
        return head + text[start : first.start() if first else None], False
    tail = "</channel>" if root.lower().endswith("rss") else ""
    return f"{head}{text[start : ends[-1].end()]}{tail}</{root}>", False


def _parsed(text: str) -> dict[str, Any]:
    try:
        # A stream: of a bare string feedparser opens the file, or fetches the address, that it names.
        result: dict[str, Any] = feedparser.parse(
            io.BytesIO(_CROWDED.sub(r"\1", text).encode()),
            response_headers=_TYPE,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # what strangers write makes it raise anything, and one bad feed is a result
        raise SourceError("not-a-feed", f"its XML can't be read ({type(error).__name__})") from error
    return result


def _channel(result: dict[str, Any], *, is_whole: bool) -> Channel:
    head, version = result["feed"], str(result.get("version") or "")
    is_atom = version.startswith("atom")
    return Channel(
        title=line(_get(head, "title")),
        link=_get(head, "link"),
        language=_get(head, "language"),
        entries=tuple(_entry(item, is_atom=is_atom) for item in result["entries"]),
        ttl=seconds_of(_get(head, "ttl"), _get(head, "sy_updateperiod"), _get(head, "sy_updatefrequency")),
        is_whole=is_whole,
        is_atom=is_atom,
    )


def _entry(item: dict[str, Any], *, is_atom: bool) -> Entry:
    title = _read_text(item, "title", is_atom=is_atom)
    body = _body(item, is_atom=is_atom)
    summary = _read_text(item, "summary", is_atom=is_atom) or tidy(_get(item, "media_description"))
    source = dict.get(item, "source")
    return Entry(
        guid=_get(item, "id"),
        title=" ".join(title.split()),
        link=_link(item),
        summary="" if summary == body else summary,
        body=body,
        dates=tuple(date for name in _DATES if (date := _get(item, name))),
        author=line(_get(dict.get(item, "author_detail"), "name") or _get(item, "author")),
        outlet=line(_get(source, "title") or _get(item, "news_source")),
        language=_get(dict.get(item, "title_detail"), "language"),
        categories=_categories(item),
        enclosure=next((_get(part, "href") for part in _list(item, "links") if _get(part, "rel") == "enclosure"), ""),
    )


def _read_text(item: dict[str, Any], name: str, *, is_atom: bool) -> str:
    """Give a text without markup: Atom says whether there is any, RSS may have it anywhere."""
    is_literal = is_atom and _get(dict.get(item, f"{name}_detail"), "type") == "text/plain"
    return tidy(_get(item, name)) if is_literal else plain(_get(item, name))


def _body(item: dict[str, Any], *, is_atom: bool) -> str:
    """Give the longest of an entry's contents that is text."""
    contents = [part for part in dict.get(item, "content") or [] if _get(part, "type") in _TEXTS]
    longest: dict[str, Any] = max(contents, key=lambda part: len(_get(part, "value")), default={})
    value = _get(longest, "value")
    return tidy(value) if is_atom and _get(longest, "type") == "text/plain" else plain(value)


def _link(item: dict[str, Any]) -> str:
    links = [(_get(part, "rel"), _get(part, "href")) for part in _list(item, "links")]
    return choose_link(_get(item, "feedburner_origlink") or _get(item, "link"), _get(item, "id"), links)


def _categories(item: dict[str, Any]) -> tuple[str, ...]:
    words = (line(_get(tag, "label") or _get(tag, "term")) for tag in _list(item, "tags"))
    return tuple(dict.fromkeys(filter(None, words)))


def _list(item: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return dict.get(item, name) or []


def _get(item: dict[str, Any] | None, name: str) -> str:
    """Give a text, past FeedParserDict's own get: that puts other elements into the place of a missing one."""
    value = dict.get(item, name) if isinstance(item, dict) else None
    return value.strip() if isinstance(value, str) else ""
