"""
A thousand feeds on loopback, from a process of their own so that serving them costs the measured ones nothing.

    with Web() as web:
        web.address(7)           # http://127.0.0.8:41234/new/7.xml, with an ETag, and 304 when it is sent back
        web.address(7, "one")    # the same feed with thirty items, of which a turn changes one
        web.turn()               # from now on every feed has new items and a new ETag

Feeds are spread over 250 loopback addresses, as polite readers ask one host one thing at a time (Linux answers on all
of 127.0.0.0/8). Every feed of "new" has twenty items in eleven kilobytes, a third of them about partners and Russia.
"real" are the captured feeds of a folder, whose every entry is another one after a turn.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTS = 250
ITEMS = 20
ITEMS_OF_ONE = 30
TITLES = (
    "Harbour town repairs its old lighthouse before the winter",
    "Ministry publishes the timetable of the new railway line",
    "India buys more Russian crude as discounts widen",
    "Farmers expect an early harvest after a mild spring",
    "Iran denies that it shipped ballistic missiles to Russia",
    "City council votes on the budget of its libraries",
)
_END = re.compile(rb"\s*(?:\]\]>\s*)?</(?:guid|id|link|title)>")
_ABOUT = re.compile(rb"<item [^>]*rdf:about=[\"']")
PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Loopback {number}</title><link>https://example.org/{number}/</link>
<description>Invented news</description><language>en</language>{items}</channel></rss>"""
ITEM = """<item><title>{title}, report {name}</title><link>https://example.org/{number}/{name}</link>
<guid isPermaLink="false">{number}-{name}</guid><pubDate>Wed, 01 Jul 2026 {hour:02}:00:00 GMT</pubDate>
<description>{text}</description></item>"""
TEXT = "An invented summary of a few sentences, as long as those that papers write below their headlines. " * 3


class Web:
    """The server's process; `captured` is the folder of the "real" feeds, `delay` its seconds before each answer."""

    def __init__(self, captured: Path | None = None, delay: float = 0.0) -> None:
        self.captured = captured
        self.delay = delay

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.web", str(self.delay), *([str(self.captured)] if self.captured else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._line())
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate()

    def address(self, number: int, kind: str = "new") -> str:
        """Give the address of a feed by its number, from 0."""
        return f"http://127.0.0.{number % HOSTS + 1}:{self.port}/{kind}/{number}.xml"

    def addresses(self, count: int, kind: str = "new") -> list[str]:
        """Give the addresses of so many feeds."""
        return [self.address(number, kind) for number in range(count)]

    def turn(self) -> None:
        """Give every feed new items."""
        assert self.process.stdin is not None
        self.process.stdin.write("turn\n")
        self.process.stdin.flush()
        self._line()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


def write_new(number: int, edition: int) -> bytes:
    """Write feed `number`'s document of the given edition, all of whose items are new."""
    return _page(number, [f"{edition}-{place}" for place in range(ITEMS)])


def write_few(number: int, edition: int) -> bytes:
    """Write feed `number`'s document of the given edition with one item, for passes in which nothing changes."""
    return _page(number, [f"{edition}-only"])


def write_one(number: int, edition: int) -> bytes:
    """Write feed `number`'s document of the given edition, whose first item is new and whose last one is gone."""
    return _page(number, [f"{edition + place}-x" for place in reversed(range(ITEMS_OF_ONE))])


def _page(number: int, names: list[str]) -> bytes:
    items = "".join(
        ITEM.format(
            # By its name, not its place: an item that moves down is the same item.
            title=TITLES[(number + sum(name.encode())) % len(TITLES)],
            name=name,
            number=number,
            hour=hash(name) % 24,
            text=TEXT,
        )
        for name in names
    )
    return PAGE.format(number=number, items=items).encode()


def write_real(bodies: list[bytes], number: int, edition: int) -> bytes:
    """Write captured feed `number` anew: the id, link and title of each entry are others in each edition."""
    body = bodies[number % len(bodies)]
    name = f"-{number}-{edition}".encode()
    first = re.search(rb"<(?:item|entry)[\s>]", body)
    start = first.start() if first else len(body)
    renewed = _END.sub(lambda found: name + found[0], body[start:])
    return body[:start] + _ABOUT.sub(lambda found: found[0] + name[1:], renewed)


def captured(folder: Path) -> list[bytes]:
    """Give the captured feeds in UTF-8 or another superset of ASCII."""
    bodies = [path.read_bytes() for path in sorted(folder.glob("*.xml"))]
    return [body for body in bodies if b"\0" not in body]


class _Desk:
    """Answers requests; editions are turned by lines on standard input."""

    def __init__(self, bodies: list[bytes], delay: float) -> None:
        self.delay = delay
        self.edition = 0
        self.bodies: dict[str, tuple[str, bytes]] = {}
        self.writers: dict[str, Callable[[int, int], bytes]] = {
            "new": write_new,
            "few": write_few,
            "one": write_one,
            "real": partial(write_real, bodies),
        }

    def turn(self) -> None:
        """Write what was ever asked for anew, before anyone asks: a publisher's machine isn't the reader's."""
        self.edition += 1
        asked = list(self.bodies)
        self.bodies.clear()
        for path in asked:
            self.page(path)

    def page(self, path: str) -> tuple[str, bytes]:
        if path not in self.bodies:
            kind, number = path.removesuffix(".xml").strip("/").split("/")
            body = self.writers[kind](int(number), self.edition)
            self.bodies[path] = (f'"{hashlib.sha256(body).hexdigest()[:16]}"', body)
        return self.bodies[path]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                await asyncio.sleep(self.delay)
                writer.write(self.response(head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def response(self, head: str) -> bytes:
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        etag, body = self.page(first.split()[1])
        if headers.get("if-none-match") == etag:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\nContent-Length: 0\r\n\r\n".encode()
        sent = f"ETag: {etag}\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n\r\n"
        return b"HTTP/1.1 200 OK\r\n" + sent.encode() + body


async def serve(bodies: list[bytes]) -> None:
    """Serve until standard input ends; the port goes to standard output."""
    desk = _Desk(bodies, float(sys.argv[1]))
    server = await asyncio.start_server(desk.answer, "0.0.0.0", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip() == "turn":
            desk.turn()
            print("turned", flush=True)


if __name__ == "__main__":
    asyncio.run(serve(captured(Path(sys.argv[2])) if len(sys.argv) > 2 else []))
