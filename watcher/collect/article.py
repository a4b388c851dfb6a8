"""An Article as every floor knows it, its canonical address and its identity."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, quote, unquote, unquote_plus, urlsplit, urlunsplit

if TYPE_CHECKING:
    from datetime import datetime

# Parameters that tell a publisher where a reader came from and never choose what is shown.
_TRACKING = re.compile(
    r"utm_.*|ns_(mchannel|source|campaign|linkname|fee)|at_(medium|campaign|custom\d|bbc_team|link.*|format|ptr_name)"
    r"|guce?_.*|guccounter|_?(fb|g|d|y|ms|tw|tt|wb|li_fat_)cl(s?rc|id)|[gw]braid|mc_[ce]id|mkt_tok|igshid|_openstat"
    r"|_ga|_gl|_hs(enc|mi)|cmpid|cmp|cm_mmc|cm_ven|xtor|maca|wt[_.]mc(_id)?|ncid|smid|ito|ftag|traffic_source|spm"
    r"|partner=rss|emc=rss|src=rss|source=rss|from=rss|ref=rss|rss=1",
    re.IGNORECASE,
)
# News searches that carry the target in their own address: in a parameter, in a piece of the path, or packed.
_REDIRECTS = re.compile(
    r"(www\.)?bing\.com/news/apiclick\.aspx|(www\.)?google\.[a-z.]{2,6}/url|duckduckgo\.com/l/", re.IGNORECASE
)
_IN_PATH = re.compile(r"r\.search\.yahoo\.com/.*/RU=(?P<url>https?%3a[^/]+)/.*", re.IGNORECASE)
_PACKED = re.compile(r"news\.google\.[a-z.]{2,6}/(?:rss/)?(?:articles|read)/(?P<packed>[\w-]{20,2000}=*)")
_UNIVERSAL = re.compile(r"(https?://[^/]+/.|tag:[^,]+,|urn:uuid:)", re.IGNORECASE)
_SAFE = "/%:@!$&'()*+,;=~-._?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """
    One published text.

    `id` is its identity (32 hex digits, see `identity`), `url` its canonical http(s) link or "", `source` the outlet
    that published it, `published` aware and in UTC, `categories` its outlet's own words for its subjects, `enclosure`
    the address of its sound or picture. `feed`, `kind` and `tags` are those of the feed it came by.
    """

    id: str
    title: str
    summary: str = ""
    body: str = ""
    url: str = ""
    source: str = ""
    language: str = ""
    published: datetime | None = None
    author: str = ""
    feed: str = ""
    kind: str = ""
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    enclosure: str = ""


def canonical(url: str) -> str:
    """
    Give the one way to write an http(s) address, or "" for anything else.

    Host in lower case and punycode; default port, user, fragment and tracking parameters dropped; what a browser
    would percent-encode is encoded; a news search's redirect is replaced by its target where the address holds it.
    """
    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return ""
        return _target(parts) or urlunsplit(_normal(parts))
    except ValueError:
        return ""


def identity(*, feed: str, guid: str, url: str, title: str, summary: str) -> str:
    """
    Name an article with 32 hex digits: by its guid, else its link, else its content.

    A guid counts within its feed only, unless it is itself a URL, a tag: URI or a UUID: those are unique everywhere.
    """
    guid = guid.strip()
    if guid:
        return _hash("guid", guid) if _UNIVERSAL.match(guid) else _hash("guid", feed, guid)
    return _hash("link", url) if url else _hash("content", feed, title, summary)


def digest_of(article: Article) -> str:
    """Give 32 hex digits that change when the article's title, summary or body does."""
    return _hash(article.title, article.summary, article.body)


def _hash(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()


def _target(parts: SplitResult) -> str:
    place = f"{parts.hostname}{parts.path}"
    if _REDIRECTS.fullmatch(place):
        asked = dict(parse_qsl(parts.query))
        return canonical(asked.get("url") or asked.get("q") or asked.get("uddg") or "")
    if found := _IN_PATH.fullmatch(place):
        return canonical(unquote(found["url"]))
    found = _PACKED.fullmatch(place)
    return _unpack(found["packed"]) if found else ""


def _unpack(packed: str) -> str:
    """
    Give the address in a packed news search link, where it is: newer ones hold only a number of the search's own.

    It is a protocol buffer in base64; its field 4 is the address, after its length in one or two bytes of seven bits.
    """
    try:
        message = base64.urlsafe_b64decode(packed.rstrip("=") + "=" * (-len(packed.rstrip("=")) % 4))
    except ValueError:
        return ""
    found = re.match(rb"\x08.\x22(.)([\x00-\x7f])?(?=https?://)", message, re.DOTALL)
    if not found:
        return ""
    length = found[1][0] & 127 | (found[2][0] << 7 if found[2] else 0)
    address = message[found.end() : found.end() + length]
    return canonical(address.decode("ascii", "replace")) if len(address) == length else ""


def _normal(parts: SplitResult) -> tuple[str, str, str, str, str]:
    scheme = parts.scheme.lower()
    host = (parts.hostname or "").encode("idna").decode("ascii")
    if ":" in host:
        host = f"[{host}]"
    if parts.port and (scheme, parts.port) not in (("http", 80), ("https", 443)):
        host = f"{host}:{parts.port}"
    query = "&".join(piece for piece in parts.query.split("&") if piece and not _is_tracking(piece))
    return scheme, host, _encode(parts.path or "/"), _encode(query), ""


def _is_tracking(piece: str) -> bool:
    name = piece.partition("=")[0]
    return bool(_TRACKING.fullmatch(unquote_plus(name)) or _TRACKING.fullmatch(piece))


def _encode(text: str) -> str:
    return quote(text, safe=_SAFE, errors="replace")
