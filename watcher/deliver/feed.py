"""
Digest → an Atom feed of its stories (RFC 4287), for a reader's own newsreader.

Built as a tree, so that whatever a headline holds is text. A feed's file keeps the newest stories of all digests posted
to it; one that is posted again takes its own place.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from watcher.deliver.file import FileChannel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from watcher.deliver.digest import Digest
    from watcher.deliver.line import Line

ATOM = "http://www.w3.org/2005/Atom"
XHTML = "http://www.w3.org/1999/xhtml"
# Stories that a feed's file keeps.
KEPT = 200
# What no XML document may hold, even escaped (XML 1.0, production 2).
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ET.register_namespace("", ATOM)
ET.register_namespace("xhtml", XHTML)


def render(digest: Digest) -> str:
    """Give the digest's stories as an Atom document."""
    return _written(_feed(digest))


class FeedChannel(FileChannel):
    """A file that is an Atom feed of the newest stories."""

    name = "feed"

    def payload(self, digest: Digest) -> Mapping[str, Any]:
        """Give this digest's stories as a feed of their own."""
        return {"atom": render(digest)}

    def text(self, payload: Mapping[str, Any], path: Path) -> str:
        """Put this digest's stories before those that the file has."""
        # Written by this program: strangers' text in it is escaped.
        feed = ET.fromstring(payload["atom"])  # noqa: S314
        own = {_name(entry) for entry in feed.iter(f"{{{ATOM}}}entry")}
        older = [entry for entry in _entries(path) if _name(entry) not in own]
        feed.extend(older[: max(0, KEPT - len(own))])
        return _written(feed)


def _entries(path: Path) -> list[ET.Element]:
    """Give the entries of a file; none where there is no feed."""
    try:
        return list(ET.fromstring(path.read_bytes()).iter(f"{{{ATOM}}}entry"))  # noqa: S314  our own file
    except (FileNotFoundError, ET.ParseError):
        return []


def _name(entry: ET.Element) -> str:
    return entry.findtext(f"{{{ATOM}}}id") or ""


def _written(feed: ET.Element) -> str:
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode") + "\n"


def _feed(digest: Digest) -> ET.Element:
    feed = ET.Element(f"{{{ATOM}}}feed")
    _add(feed, "title", digest.title)
    _add(feed, "subtitle", digest.summary)
    _add(feed, "id", _urn(digest.id))
    _add(feed, "updated", digest.at.isoformat(timespec="seconds"))
    _add(feed, "generator", "Watcher")
    _add(_add(feed, "author"), "name", "Watcher")
    for section in digest.sections:
        for line in section.lines:
            _entry(feed, digest, section.title, line)
    return feed


def _entry(feed: ET.Element, digest: Digest, section: str, line: Line) -> None:
    entry = _add(feed, "entry")
    _add(entry, "title", line.headline)
    _add(entry, "id", _urn(digest.id, *line.articles))
    _add(entry, "updated", digest.at.isoformat(timespec="seconds"))
    _add(_add(entry, "author"), "name", line.headed.label)
    if line.url:
        _add(entry, "link", rel="alternate", href=line.url)
    _add(entry, "category", term=section)
    _add(entry, "summary", " · ".join([*([f"Update: {line.update}"] if line.update else []), *_said(line)]))
    content = _add(entry, "content", type="xhtml")
    body = ET.SubElement(content, f"{{{XHTML}}}div")
    for text in (line.update and f"Update: {line.update}", *(drawn.text for drawn in line.relations)):
        _paragraph(body, text)
    _paragraph(body, " · ".join(line.figures))
    _paragraph(body, " · ".join(line.notes))
    _quotation(body, line)
    _small(body, line)


def _said(line: Line) -> list[str]:
    return [drawn.text for drawn in line.relations] or [line.evidence]


def _paragraph(body: ET.Element, text: str) -> None:
    if text:
        ET.SubElement(body, f"{{{XHTML}}}p").text = _legal(text)


def _quotation(body: ET.Element, line: Line) -> None:
    """Quote the evidence, its terms in bold."""
    if not line.evidence:
        return
    quote = ET.SubElement(body, f"{{{XHTML}}}blockquote")
    quote.text = ""
    for text, is_bold in line.quoted:
        if is_bold:
            last = ET.SubElement(quote, f"{{{XHTML}}}b")
            last.text, last.tail = _legal(text), ""
        elif len(quote):
            quote[-1].tail = _legal(text)
        else:
            quote.text = _legal(text)


def _small(body: ET.Element, line: Line) -> None:
    """Name the outlets, each with its link, and the rules that asked."""
    small = ET.SubElement(body, f"{{{XHTML}}}p")
    for before, outlet, is_linked in line.listed:
        ET.SubElement(small, f"{{{XHTML}}}span").text = before
        if is_linked and outlet.url:
            name = ET.SubElement(small, f"{{{XHTML}}}a", href=_legal(outlet.url))
        else:
            name = ET.SubElement(small, f"{{{XHTML}}}span")
        name.text, name.tail = _legal(outlet.label), f" {outlet.when}"
    _paragraph(body, ", ".join(line.rules))


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    found = ET.SubElement(parent, f"{{{ATOM}}}{tag}", {name: _legal(value) for name, value in attributes.items()})
    found.text = _legal(text) or None
    return found


def _urn(*names: str) -> str:
    """Name a thing for ever (RFC 4122, by its own names)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "\0".join(("watcher", *names))).urn


def _legal(text: str) -> str:
    return _FORBIDDEN.sub("", text)
