"""A feed's bytes → its text, whatever encoding it claims, and what kind of document that is."""

from __future__ import annotations

import codecs
import re
from typing import Literal

from watcher.collect.inflate import unpack
from watcher.errors import SourceError

Form = Literal["xml", "sitemap", "json", "login-page", "html-page", "other"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# What is declared → the superset that publishers mean by it (https://encoding.spec.whatwg.org/#names-and-labels).
_MEANT = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "iso-8859-9": "cp1254",
}
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile("&#([xX]?)([0-9a-fA-F]{1,20});")
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_BEFORE_ROOT = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[>]|\[.*?\]\s*(?=>))*>)*", re.IGNORECASE | re.DOTALL
)
_FEED_ROOTS = ("rss", "feed", "rdf")
_FEED_START = re.compile(r"<(?:rss|feed|rdf:RDF)[\s>]")
_PROLOGUE = 4096  # characters: where publishers' own error messages before a feed end at the latest


def read_text(body: bytes, content_type: str = "") -> str:
    """
    Decode a body to text without NULs and what else XML forbids.

    UTF-8 that is valid is believed before any declaration. Raises SourceError `empty`, `too-large`, `undecodable`.
    """
    body = unpack(body)
    text = _FORBIDDEN.sub("", _decode(body, content_type)).lstrip("\ufeff \t\r\n")
    if not text:
        raise SourceError("empty", "the answer has no content")
    return _REFERENCE.sub(_allowed, text) if "&#" in text else text


def form_of(text: str) -> Form:
    """Tell what kind of document this is by its first element, not by what its server calls it."""
    if text[0] in "{[":
        return "json"
    name = root_of(text)
    if name in _FEED_ROOTS:
        return "xml"
    if name == "urlset" and "<!DOCTYPE" not in text:
        return "sitemap"
    if name == "html" or re.match(r"<!doctype\s+html", text, re.IGNORECASE):
        is_login = re.search(r"""<input[^>]{0,500}type\s*=\s*["']?password""", text, re.IGNORECASE)
        return "login-page" if is_login else "html-page"
    return "other"


def find_root(text: str) -> tuple[int, str]:
    """Give where the first element begins and its name as it is written, or (0, "")."""
    before = _BEFORE_ROOT.match(text)
    found = _ROOT.match(text, before.end() if before else 0)
    return (found.start(), found[1]) if found else (0, "")


def root_of(text: str) -> str:
    """Give the first element's name in lower case and without its prefix, or ""."""
    return find_root(text)[1].rpartition(":")[2].lower()


def trim(text: str) -> str:
    """Cut what a server printed before the feed itself, or wrapped around it."""
    if text.startswith("<") and root_of(text) in _FEED_ROOTS:
        return text
    found = _FEED_START.search(text, 0, _PROLOGUE)
    rest = text[found.start() :] if found else ""
    return rest if root_of(rest) in _FEED_ROOTS else text


def _allowed(found: re.Match[str]) -> str:
    """Keep a character reference if XML allows the character: expat gives up the whole document at the first other."""
    try:
        char = chr(int(found[2], 16 if found[1] else 10))
    except (ValueError, OverflowError):
        return ""
    return "" if _FORBIDDEN.match(char) else found[0]


def _decode(body: bytes, content_type: str) -> str:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace").removeprefix("\ufeff")
    if b"\x1b$" not in body[:10_000]:  # not ISO-2022-JP, whose bytes are all ASCII
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    for name in _candidates(body, content_type):
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", "watcher-cp1252")


def _candidates(body: bytes, content_type: str) -> list[str]:
    """Give the declared encodings, the document's own before a server's mere default; never UTF-8, which failed."""
    served = _CHARSET.search(content_type)
    declared = _DECLARED.search(body, 0, 1000)
    names = [_meant(served[1]) if served else "", _meant(declared[1].decode("ascii")) if declared else ""]
    if names[0] == "cp1252":
        names.reverse()
    return [name for name in names if name and name not in ("utf-8", "utf8") and not name.startswith("utf-16")]


def _meant(name: str) -> str:
    return _MEANT.get(name.lower(), name.lower())


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are not UTF-8 as Windows' Western ones: editors paste them into both."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("watcher-cp1252", _as_cp1252)
