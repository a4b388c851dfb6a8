"""
A thousand feeds on loopback, from a process of their own so that serving them costs the measured ones nothing.

    with Web() as web:
        web.address(7)      # http://127.0.0.8:41234/7.xml, with an ETag, and 304 when it is sent back
        web.turn()          # from now on every feed has new items and a new ETag

Feeds are spread over 250 loopback addresses, as polite readers ask one host one thing at a time (Linux answers on all
of 127.0.0.0/8). Every feed has twenty items in eleven kilobytes, a third of them about partners and Russia.
"""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
from typing import Self

HOSTS = 250
ITEMS = 20
TITLES = (
    "Harbour town repairs its old lighthouse before the winter",
    "Ministry publishes the timetable of the new railway line",
    "India buys more Russian crude as discounts widen",
    "Farmers expect an early harvest after a mild spring",
    "Iran denies that it shipped ballistic missiles to Russia",
    "City council votes on the budget of its libraries",
)
PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Loopback {number}</title><link>https://example.org/{number}/</link>
<description>Invented news</description><language>en</language>{items}</channel></rss>"""
ITEM = """<item><title>{title}, report {name}</title><link>https://example.org/{number}/{name}</link>
<guid isPermaLink="false">{number}-{name}</guid><pubDate>Wed, 01 Jul 2026 {hour:02}:00:00 GMT</pubDate>
<description>{text}</description></item>"""
TEXT = "An invented summary of a few sentences, as long as those that papers write below their headlines. " * 3


class Web:
    """The server's process, and the way to it."""

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.web"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self._line())
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate()

    def address(self, number: int) -> str:
        """Give the address of a feed by its number, from 0."""
        return f"http://127.0.0.{number % HOSTS + 1}:{self.port}/{number}.xml"

    def turn(self) -> None:
        """Give every feed new items."""
        assert self.process.stdin is not None
        self.process.stdin.write("turn\n")
        self.process.stdin.flush()
        self._line()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


def write(number: int, edition: int) -> bytes:
    """Write feed `number`'s document of the given edition, all of whose items are new."""
    items = "".join(
        ITEM.format(
            title=TITLES[(number + place) % len(TITLES)],
            name=f"{edition}-{place}",
            number=number,
            hour=place,
            text=TEXT,
        )
        for place in range(ITEMS)
    )
    return PAGE.format(number=number, items=items).encode()


class _Desk:
    """Answers requests; editions are turned by lines on standard input."""

    def __init__(self) -> None:
        self.edition = 0
        self.bodies: dict[int, tuple[str, bytes]] = {}

    def turn(self) -> None:
        self.edition += 1
        self.bodies.clear()

    def page(self, number: int) -> tuple[str, bytes]:
        if number not in self.bodies:
            body = write(number, self.edition)
            self.bodies[number] = (f'"{hashlib.sha256(body).hexdigest()[:16]}"', body)
        return self.bodies[number]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                writer.write(self.response(head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def response(self, head: str) -> bytes:
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        etag, body = self.page(int(first.split()[1].strip("/").removesuffix(".xml")))
        if headers.get("if-none-match") == etag:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\nContent-Length: 0\r\n\r\n".encode()
        sent = f"ETag: {etag}\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n\r\n"
        return b"HTTP/1.1 200 OK\r\n" + sent.encode() + body


async def serve() -> None:
    """Serve until standard input ends; the port goes to standard output."""
    desk = _Desk()
    server = await asyncio.start_server(desk.answer, "0.0.0.0", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip() == "turn":
            desk.turn()
            print("turned", flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
