"""OPML, the list of feeds that readers exchange ⇄ entries of feeds.yaml."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from watcher.collect.feeds import spell_span
from watcher.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from watcher.collect.feeds import Feed

MAX_BYTES = 15 << 20
MAX_DEPTH = 50
_TITLE = 200
# Where readers put what lies in no folder.
_NO_FOLDER = {"uncategorized", "global.all", "global.uncategorized", "all"}


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of an OPML file: the tags of the folders it lies in, outermost first; `own` is what we wrote beside it."""

    url: str
    title: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """An OPML file's feeds, and the titles of what is no feed, such as pages that another reader takes apart."""

    outlines: tuple[Outline, ...]
    others: tuple[str, ...]


def read(content: bytes, shown: str) -> Listed:
    """Read an OPML file; a feed that lies in several folders comes once. Raises InputError."""
    if len(content) > MAX_BYTES:
        raise InputError(f"{shown} is larger than {MAX_BYTES >> 20} MiB: that is no list of feeds")
    reader = _Reader()
    try:
        reader.parse(content)
    except expat.ExpatError as error:
        message = expat.ErrorString(error.code)
        raise InputError(f"{shown}:{error.lineno}:{error.offset + 1}: is not valid XML: {message}") from error
    except ValueError as error:
        raise InputError(f"{shown} is not a list of feeds: {error}") from error
    merged: dict[str, Outline] = {}
    for outline in reader.outlines:
        known = merged.setdefault(outline.url, outline)
        merged[outline.url] = replace(known, tags=tuple(dict.fromkeys((*known.tags, *outline.tags))))
    return Listed(tuple(merged.values()), tuple(reader.others))


def write(feeds: Iterable[Feed]) -> Iterator[str]:
    """
    Give an OPML 2.0 file: a folder for each first tag, all tags in `category`.

    What only we have to say stands in attributes under our own prefix, which other readers pass over. Headers, which
    may be secrets, are left out.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0" xmlns:watcher="urn:watcher:opml">\n'
    yield "<head><title>Feeds of Watcher</title></head>\n<body>\n"
    folders: dict[str, list[Feed]] = {}
    for feed in feeds:
        folders.setdefault(feed.tags[0] if feed.tags else "", []).append(feed)
    for folder, members in folders.items():
        lines = (f"  {_outline(feed)}\n" for feed in members)
        yield f"  <outline {_attributes({'text': folder, 'title': folder})}>\n" if folder else ""
        yield from (f"  {line}" if folder else line for line in lines)
        yield "  </outline>\n" if folder else ""
    yield "</body>\n</opml>\n"


def entry(outline: Outline, taken: Collection[str]) -> dict[str, object]:
    """Give the entry of feeds.yaml for an outline, its keys in the file's order, under an id that isn't taken."""
    own = outline.own
    made = {
        "id": _id(own.get("id", ""), outline, taken),
        "url": outline.url,
        "name": outline.title,
        "language": outline.language,
        "country": own.get("country"),
        "kind": own.get("kind"),
        "tags": list(outline.tags),
        "interval": own.get("interval"),
        "enabled": False if own.get("enabled") == "false" else None,
        "fulltext": True if own.get("fulltext") == "true" else None,
    }
    return {key: value for key, value in made.items() if value not in (None, "", [])}


def _id(wanted: str, outline: Outline, taken: Collection[str]) -> str:
    host = (urlsplit(outline.url).hostname or "").removeprefix("www.")
    base = wanted or _slug(outline.title) or _slug(host) or "feed"
    numbered = (f"{base}-{number}" if number > 1 else base for number in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-")


def _outline(feed: Feed) -> str:
    name = feed.name or feed.id
    own = {
        "id": feed.id,
        "country": feed.country,
        "kind": "" if feed.kind == "other" else feed.kind,
        "interval": spell_span(feed.interval) if "interval" in feed.model_fields_set else "",
        "enabled": "" if feed.enabled else "false",
        "fulltext": "true" if feed.fulltext else "",
    }
    parts = {
        "text": name,
        "title": name,
        "type": "rss",
        "xmlUrl": feed.url,
        "language": feed.language,
        "category": ",".join(feed.tags),
    }
    return f"<outline {_attributes(parts | {f'watcher:{key}': value for key, value in own.items()})}/>"


def _attributes(values: Mapping[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(value)}" for name, value in values.items() if value)


class _Reader:
    """Goes through the elements, with the folders above the present one; a list of feeds needs no entities."""

    def __init__(self) -> None:
        self.outlines: list[Outline] = []
        self.others: list[str] = []
        self.above: list[str] = []

    def parse(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.EntityDeclHandler = self.refuse
        parser.Parse(content, True)  # noqa: FBT003  expat takes it by place: this is all of it

    def refuse(self, *_: object) -> None:
        raise ValueError("it declares entities of its own")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.above and name.lower() != "opml":
            raise ValueError(f"its first element is <{name[:40]}>")
        if len(self.above) > MAX_DEPTH:
            raise ValueError(f"its folders are nested deeper than {MAX_DEPTH} levels")
        values = {key.lower(): value.strip() for key, value in attributes.items()}
        title = " ".join((values.get("title") or values.get("text") or "").split())[:_TITLE]
        is_outline = name.lower() == "outline"
        if is_outline and (url := values.get("xmlurl", "")):
            self.take(url, title, values)
        is_folder = is_outline and title and title.lower() not in _NO_FOLDER
        self.above.append(title if is_folder else "")

    def take(self, url: str, title: str, values: dict[str, str]) -> None:
        if "+" in values.get("type", ""):
            self.others.append(title or url)
            return
        named = [part.strip(" /") for part in values.get("category", "").split(",")]
        tags = [part for part in named if part] or [folder for folder in self.above if folder]
        own = {key.removeprefix("watcher:"): value for key, value in values.items() if key.startswith("watcher:")}
        language = values.get("language", "").replace("_", "-")
        url = re.sub(r"^feed:(?://)?(?=https?:)|^feed(?=://)", "", url)
        self.outlines.append(Outline(f"http{url}" if url.startswith("://") else url, title, language, tuple(tags), own))

    def end(self, _: str) -> None:
        self.above.pop()
