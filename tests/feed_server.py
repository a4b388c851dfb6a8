"""
A web of feeds on loopback, good and bad, with a ledger of who asked for what.

    with FeedServer() as web:
        web.put("/mine.xml", feed(item("A title", link="https://example.org/1")))
        web.url("/mine.xml"), web.url("/gone"), web.url("/drip-body") …
        web.ledger            # every request: path, headers, when it came

`put` serves a body with an ETag (304 when it is sent back); `serve` does so for every file of a folder. Built-in
behaviours, by path (what follows `~` is free, so that one behaviour can play many feeds: /ok~7):
    /ok                one sample item, with ETag and Last-Modified       /no-validators   the same without
    /301/X /302/X /308/X   redirects to /X                                /redirect-loop   to itself
    /redirect-private  to 10.0.0.1       /redirect-file  to file:///etc/passwd   /redirect-nowhere  without Location
    /404 /410 /429 /500 … any status     /429-date  Retry-After as a date (an hour on); /429 and /503 say 120 seconds
    /html  a page with 200               /login  a login page with 200      /304  unasked
    /empty /truncated  and half a body: /short (fewer bytes than announced), /cut (none)
    /gzip /deflate /raw-deflate /br /zstd  encoded; /bomb /br-bomb /zstd-bomb  20 MB and more in 50 kB or less; /stacked
    gzip, gzip; /lzma  a coding nobody asked for; /broken-gzip /broken-br
    /huge  16 MiB announced; /endless  without end; /drip-body /drip-headers  a byte a tenth of a second, for ever
    /reset  the connection cut; /silent  no answer at all; /cookie  sets one; /fresh  max-age=7200; /expires  in an hour
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import hashlib
import socket
import threading
import time
import zlib
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from xml.sax.saxutils import escape

import brotli  # noqa: TID251  what the fetcher has to unpack
from backports import zstd  # noqa: TID251

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

XML = "application/rss+xml; charset=utf-8"
HTML = "text/html; charset=utf-8"
PAGE = b"<!DOCTYPE html><html><head><title>News</title></head><body><h1>All the news</h1></body></html>"
LOGIN = b"""<!DOCTYPE html><html><head><title>Sign in</title></head><body><form action="/login" method="post">
<input name="user"><input type="password" name="password"><button>Log in</button></form></body></html>"""


def item(title: str, *, link: str = "", guid: str = "", date: str = "", summary: str = "", more: str = "") -> str:
    """Write an RSS item; `more` is further XML."""
    parts = {"title": title, "link": link, "guid": guid, "pubDate": date, "description": summary}
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts.items() if text)
    return f"<item>{inner}{more}</item>"


def feed(*items: str, title: str = "A sample feed", language: str = "en", more: str = "") -> bytes:
    """Write an RSS 2.0 document of such items."""
    head = f"<title>{escape(title)}</title><link>https://example.org/</link><language>{language}</language>{more}"
    document = f'<rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{document}'.encode()


SAMPLE = feed(
    item(
        "Samples are shipped to a sample country",
        link="https://example.org/news/1?utm_source=rss",
        guid="sample-1",
        date="Mon, 05 Jan 2026 10:00:00 GMT",
        summary="A summary of our own.",
    )
)


@dataclass(frozen=True)
class Asked:
    """One request of the ledger; header names in lower case, `at` from time.monotonic()."""

    path: str
    headers: Mapping[str, str]
    at: float


@dataclass(frozen=True)
class Page:
    """What `put` serves."""

    body: bytes
    content_type: str = XML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """Give the body's validator."""
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:16]}"'


class FeedServer:
    """The server; a context manager. `host` is any loopback address (127.0.0.2 is another host on Linux)."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.ledger: list[Asked] = []
        self.pages: dict[str, Page] = {}
        self.closing = threading.Event()
        self.server = _Server((host, 0), _Handler)
        self.server.web = self
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def url(self, path: str) -> str:
        """Give the whole address of a path."""
        host, port = self.server.server_address[:2]
        return f"http://{host!s}:{port}{path}"

    def put(
        self,
        path: str,
        body: bytes | str,
        *,
        content_type: str = XML,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Serve this body at this path from now on, and give the address."""
        data = body.encode() if isinstance(body, str) else body
        self.pages[path] = Page(data, content_type, status, headers or {})
        return self.url(path)

    def serve(self, folder: Path) -> list[str]:
        """Serve every file of a folder under its name, and give the addresses."""
        return [self.put(f"/{path.name}", path.read_bytes(), content_type="") for path in sorted(folder.iterdir())]

    def asked(self, path: str) -> list[Asked]:
        """Give the requests for a path, in order."""
        return [asked for asked in self.ledger if asked.path == path]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512
    web: FeedServer

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that hang up are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *args: object) -> None:
        """Say nothing: the ledger has it."""

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.web.ledger.append(Asked(self.path, headers, time.monotonic()))
        page = self.server.web.pages.get(self.path)
        name = self.path.partition("~")[0].strip("/")
        behaviour = getattr(self, f"do_{name.replace('-', '_')}", None)
        if page:
            self.page(page, headers)
        elif behaviour:
            behaviour()
        elif name == "bomb":
            self.answer(*_encoded("gzip", _bomb()))
        elif name in ("br-bomb", "zstd-bomb"):
            big = b"<rss>" + bytes(20_000_000)
            packed = brotli.compress(big, quality=1) if name == "br-bomb" else zstd.compress(big)
            self.answer(*_encoded(name.removesuffix("-bomb"), packed))
        elif name == "stacked":
            self.answer(*_encoded("gzip, gzip", gzip.compress(_bomb())))
        else:
            self.answer(*_PLAIN.get(name, _by_status(name)))

    def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        sent = {"Content-Type": XML, "Content-Length": str(len(body)), **headers}
        for name, value in sent.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def page(self, page: Page, asked: Mapping[str, str]) -> None:
        headers = {"ETag": page.etag, "Content-Type": page.content_type, **page.headers}
        if page.status == 200 and asked.get("if-none-match") == headers["ETag"] != "":
            self.answer(304, b"", {"ETag": headers["ETag"]})
        else:
            self.answer(page.status, page.body, headers)

    def do_ok(self) -> None:
        modified = "Mon, 05 Jan 2026 10:00:00 GMT"
        headers = {"ETag": Page(SAMPLE).etag, "Last-Modified": modified}
        is_known = self.headers["If-None-Match"] == headers["ETag"] or self.headers["If-Modified-Since"] == modified
        self.answer(304 if is_known else 200, b"" if is_known else SAMPLE, headers)

    def do_redirect_loop(self) -> None:
        self.answer(302, b"", {"Location": self.path})

    def do_429_date(self) -> None:
        self.answer(429, b"", {"Retry-After": formatdate(time.time() + 3600, usegmt=True)})

    def do_expires(self) -> None:
        dates = {"Expires": formatdate(time.time() + 3600, usegmt=True), "Date": formatdate(usegmt=True)}
        self.answer(200, SAMPLE, dates)

    def do_endless(self) -> None:
        self.begin(XML)
        while not self.server.web.closing.is_set():
            self.wfile.write(b"<item>more and more</item>" * 4000)

    def do_drip_body(self) -> None:
        self.begin(XML)
        for byte in self.drip():
            self.wfile.write(byte)

    def do_drip_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for byte in self.drip():
            self.wfile.write(byte)

    def do_silent(self) -> None:
        self.server.web.closing.wait()

    def do_reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.connection.close()
        with contextlib.suppress(OSError):
            self.wfile.close()

    def do_short(self) -> None:
        self.close_connection = True
        self.answer(200, SAMPLE[:200], {"Content-Length": str(len(SAMPLE))})

    def do_cut(self) -> None:
        self.close_connection = True
        self.answer(200, b"", {"Content-Length": "100"})

    def begin(self, content_type: str) -> None:
        """Start an answer whose end is the connection's."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.end_headers()

    def drip(self) -> Iterator[bytes]:
        while not self.server.web.closing.wait(0.1):
            yield b"x"


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def _encoded(coding: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
    return 200, body, {"Content-Encoding": coding}


def _by_status(name: str) -> tuple[int, bytes, dict[str, str]]:
    code, _, target = name.partition("/")
    if not code.isdigit():
        return 404, b"no such page", {}
    if target:
        return int(code), b"", {"Location": f"/{target}"}
    return int(code), b"a status, no feed", {"Retry-After": "120"} if code in ("429", "503") else {}


@functools.cache
def _bomb() -> bytes:
    return gzip.compress(b"<rss>" + bytes(50_000_000), compresslevel=6)


_PLAIN: dict[str, tuple[int, bytes, dict[str, str]]] = {
    "no-validators": (200, SAMPLE, {}),
    "redirect-private": (302, b"", {"Location": "http://10.0.0.1/feed"}),
    "redirect-file": (302, b"", {"Location": "file:///etc/passwd"}),
    "redirect-nowhere": (302, b"", {}),
    "html": (200, PAGE, {"Content-Type": HTML}),
    "login": (200, LOGIN, {"Content-Type": HTML}),
    "304": (304, b"", {}),
    "empty": (200, b"", {}),
    "truncated": (200, SAMPLE[: SAMPLE.index(b"</channel>")], {}),
    "gzip": _encoded("gzip", gzip.compress(SAMPLE)),
    "deflate": _encoded("deflate", zlib.compress(SAMPLE)),
    "raw-deflate": _encoded("deflate", _raw_deflate(SAMPLE)),
    "br": _encoded("br", brotli.compress(SAMPLE)),
    "zstd": _encoded("zstd", zstd.compress(SAMPLE)),
    "lzma": _encoded("lzma", SAMPLE),
    "broken-br": _encoded("br", brotli.compress(SAMPLE)[:-20]),
    "broken-gzip": _encoded("gzip", gzip.compress(SAMPLE)[:-20]),
    "huge": (200, SAMPLE + b" " * (16 << 20), {}),
    "cookie": (200, SAMPLE, {"Set-Cookie": "who=you; Path=/"}),
    "fresh": (200, SAMPLE, {"Cache-Control": "public, max-age=7200"}),
}
