"""
A feed document as its entries' bytes, so that those that were read before are cut out and not read again.

It says nothing (None) of a document in which anything is unusual: entries inside entries, a DOCTYPE, an id that can't
be seen at a glance. Such a document is read as a whole. Entries that share an id or a title with another are always
read, because what each of them is depends on the others.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.collect.article import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 5000  # entries that are remembered
WIDTH = 8  # characters of a mark
_TOKEN = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<(/?)(item|entry)(?=[\s/>])[^<>]*>", re.DOTALL)
_TEXT = r"(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))\s*</"
_ID = re.compile(rf"<(guid|id){_TEXT}\1\s*>|<item\s[^<>]*?\brdf:about\s*=\s*[\"']([^\"']+)", re.DOTALL)
_LINK = re.compile(rf"<(link){_TEXT}\1\s*>", re.DOTALL)
_TITLE = re.compile(r"<title[\s>].*?</title\s*>", re.DOTALL)
# What stands around entries and decides how they are read: namespaces, and what relative links are relative to.
_AROUND = re.compile(
    r"<(?:rss|feed|rdf:RDF|channel)(?=[\s>])[^<>]*>|<link(?=[\s>])[^<>]*>[^<]*|<language(?=[\s>])[^<>]*>[^<]*"
)


@dataclass(frozen=True, slots=True)
class Pieces:
    """
    A document's entries by their places, and a mark for each: the same bytes in the same surroundings.

    The mark is "" of an entry that is always to be read; `known` is what another time is told of this document.
    """

    text: str
    places: tuple[tuple[int, int], ...]
    marks: tuple[str, ...]

    @property
    def known(self) -> str:
        """All marks."""
        return "".join(self.marks)

    def without(self, known: str) -> tuple[str, int]:
        """Give the document without entries of known marks, and how many these are."""
        seen = {known[start : start + WIDTH] for start in range(0, len(known), WIDTH)}
        kept, last, count = [], 0, 0
        for (start, end), mark in zip(self.places, self.marks, strict=True):
            if mark in seen:
                kept.append(self.text[last:start])
                last = end
                count += 1
        kept.append(self.text[last:])
        return "".join(kept), count


def cut(text: str, surroundings: str) -> Pieces | None:
    """Cut a whole document; `surroundings` is what else decides how its entries are read."""
    places = tuple(_places(text))
    if not places or len(places) > MOST or places[-1][0] < 0 or "<!DOCTYPE" in text:
        return None
    entries = [text[start:end] for start, end in places]
    names = [_name(entry) for entry in entries]
    if "" in names or len({name[0] for name in names}) > 1:
        return None
    head = "".join(_AROUND.findall(_outside(text, places)))
    key = hashlib.blake2b(f"{surroundings}\0{head}".encode("utf-8", "replace"), digest_size=16).digest()
    titles = [found[0] if (found := _TITLE.search(entry)) else "" for entry in entries]
    shared = {text for text, times in Counter([*names, *filter(None, titles)]).items() if times > 1}
    marks = tuple(
        "" if name in shared or title in shared else _mark(key, entry)
        for entry, name, title in zip(entries, names, titles, strict=True)
    )
    return Pieces(text, places, marks)


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Give where each entry begins and ends; (-1, -1) last where they don't simply follow each other."""
    start, opened = -1, ""
    for found in _TOKEN.finditer(text):
        if not found[2]:
            continue
        is_end = found[1] == "/"
        if is_end != (start >= 0) or (is_end and found[2] != opened) or found[0].endswith("/>"):
            yield -1, -1
            return
        if is_end:
            yield start, found.end()
            start = -1
        else:
            start, opened = found.start(), found[2]
    if start >= 0:
        yield -1, -1


def _outside(text: str, places: tuple[tuple[int, int], ...]) -> str:
    return text[: places[0][0]] + text[places[-1][1] :]


def _name(entry: str) -> str:
    """Give the id that names an entry, else its address; "" where that takes a closer look."""
    ids = [next(filter(None, found.groups()[1:]), "").strip() for found in _ID.finditer(entry)]
    if len(ids) == 1 and ids[0]:
        return f"i{html.unescape(ids[0])}"
    links = [next(filter(None, found.groups()[1:]), "").strip() for found in _LINK.finditer(entry)]
    if ids or len(links) != 1:
        return ""
    address = canonical(html.unescape(links[0]))
    return f"l{address}" if address else ""


def _mark(key: bytes, entry: str) -> str:
    """Give eight characters: of a feed's few hundred entries, two have the same once in a billion feeds."""
    digest = hashlib.blake2b(entry.encode("utf-8", "replace"), key=key, digest_size=6).digest()
    return base64.urlsafe_b64encode(digest).decode()
