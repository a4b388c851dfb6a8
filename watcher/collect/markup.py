"""HTML as feeds carry it → plain text: no tags, entities decoded once, blocks kept apart."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    from collections.abc import Iterator

TAGS = 4000
# Windows' Western letters → the bytes that they stand for, as characters.
_BYTES = {ord(letter): code for code in range(0x80, 0xA0) if (letter := bytes([code]).decode("cp1252", "ignore"))}
_TWICE = re.compile(f"[\xc2-\xf4][\x80-\xbf{''.join(map(chr, _BYTES))}]")
_TAG = re.compile(
    r"</?(?:a|abbr|acronym|article|aside|b|bdi|bdo|big|blockquote|br|center|cite|code|dd|del|div|dl|dt|em|figcaption"
    r"|figure|font|footer|h[1-6]|header|hr|i|iframe|img|ins|kbd|li|mark|nobr|ol|p|picture|pre|q|s|script|section|small"
    r"|source|span|strike|strong|style|sub|sup|svg|table|tbody|td|th|thead|time|tr|tt|u|ul|var|video|wbr)(?:[\s/][^<>]*)?>"
    r"|<!--",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    r"<(?=/?(?:article|aside|blockquote|br|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|ol|p|pre|section"
    r"|table|td|th|tr|ul)[\s/>])",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# An & that begins no entity; nh3 takes the square of their number to find that out.
_BARE = re.compile(r"&(?!#[0-9]|#[xX][0-9a-fA-F]|[A-Za-z])")
# Soft hyphens, zero-width characters and direction marks: they hide words from a reader's rules.
_INVISIBLE = re.compile("[\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# What begins a letter that was encoded twice, or is one of those: in most texts neither.
_SUSPECT = re.compile(f"[\xc2-\xf4{_INVISIBLE.pattern[1:]}")


def plain(markup: str) -> str:
    """Give the text that a reader of this HTML sees, a line for each block."""
    if "<" in markup and _TAG.search(markup):
        # nh3 drops scripts and styles with what they hold, and writes the rest as HTML again: hence one decoding.
        safe = _BARE.sub("&amp;", _BLOCK.sub("\n<", markup))
        text = html.unescape("".join(nh3.clean(piece, tags=set()) for piece in _pieces(safe)))
    else:
        text = _ENTITY.sub(_decoded, markup)
    return tidy(text)


def line(markup: str) -> str:
    """Give the same on one line, for titles and names."""
    is_plain = "<" not in markup and "&" not in markup and markup.isascii()
    return " ".join((markup if is_plain else plain(markup)).split())


def tidy(text: str) -> str:
    """Give plain text with single spaces, without invisible characters."""
    if not text.isascii() and _SUSPECT.search(text):
        text = _INVISIBLE.sub("", _mended(text))
    return "\n".join(filter(None, [" ".join(row.split()) for row in text.split("\n")]))


def _mended(text: str) -> str:
    """Decode what was encoded twice (GrÃ¶ÃŸe): text that is Western bytes and, as bytes, whole UTF-8 is that."""
    if not _TWICE.search(text):
        return text
    try:
        return text.translate(_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _pieces(markup: str) -> Iterator[str]:
    """Cut what has more tags than any article; nh3's time grows with the square of how deep they are nested."""
    parts = markup.split("<")
    for start in range(0, len(parts), TAGS):
        piece = "<".join(parts[start : start + TAGS])
        yield f"<{piece}" if start else piece


def _decoded(found: re.Match[str]) -> str:
    return html.unescape(found[0])
