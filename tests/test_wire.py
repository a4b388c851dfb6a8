"""HTTP on the wire, against servers that say exactly what a test wants."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from watcher.collect import wire
from watcher.collect.connect import BrokenError, Dialler, Place
from watcher.collect.wire import Connection, Wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

QUESTION = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
WELL = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Script:
    """A server that gives each connection its answers in turn, and hangs up after the last; `hosts` counts both."""

    def __init__(self, *connections: list[bytes]) -> None:
        self.connections = list(connections)
        self.begun = 0
        self.answered = 0
        self.tasks: list[asyncio.Task[None] | None] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.tasks.append(asyncio.current_task())
        answers = self.connections[self.begun]
        self.begun += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            for answer in answers:
                await reader.readuntil(b"\r\n\r\n")
                self.answered += 1
                for part in answer.split(b"(later)"):
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(0.05)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def serving(script: Script) -> AsyncIterator[tuple[Wire, Place]]:
    """Run the server, and give a wire and where to ask."""
    server = await asyncio.start_server(script, "127.0.0.1", 0)
    dialler = Dialler(allow_private=True, resolving=ThreadPoolExecutor(1), tls=ssl.create_default_context())
    links = Wire(dialler)
    try:
        yield links, (False, "127.0.0.1", server.sockets[0].getsockname()[1])
    finally:
        await links.close()
        server.close()
        await asyncio.wait([task for task in script.tasks if task], timeout=1)


async def ask(links: Wire, place: Place) -> tuple[int, bytes]:
    """Ask once, read all, and give the connection back."""
    connection = await links.ask(place, QUESTION)
    try:
        return connection.status, b"".join([chunk async for chunk in connection.body()])
    finally:
        links.give_back(place, connection)


def play(script: Script, scene: Callable[[Wire, Place], Coroutine[None, None, None]]) -> Script:
    """Run a scene against a script."""

    async def run() -> None:
        async with serving(script) as (links, place):
            await asyncio.wait_for(scene(links, place), 10)

    asyncio.run(run())
    return script


async def twice(links: Wire, place: Place) -> None:
    """Ask twice, and be well answered."""
    for _ in range(2):
        assert await ask(links, place) == (200, b"ok")
        await asyncio.sleep(0.02)


def test_a_connection_is_used_again() -> None:
    """Two answers over one connection."""
    script = play(Script([WELL, WELL, WELL]), twice)
    assert (script.begun, script.answered) == (1, 2)


@pytest.mark.parametrize(
    "answers",
    [
        [WELL],
        [WELL + b"unasked", WELL],
        [b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", WELL],
        [b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", WELL],
    ],
)
def test_a_connection_that_can_not_be_used_again_is_replaced(answers: list[bytes]) -> None:
    """Closed by the server while it waited, said to be closed, of HTTP/1.0, or with more in it than was asked for."""
    assert play(Script(answers, [WELL]), twice).begun == 2


def test_what_comes_unasked_ends_a_connection() -> None:
    """Nobody can tell whose answer it would be."""

    async def later(links: Wire, place: Place) -> None:
        assert await ask(links, place) == (200, b"ok")
        while links._kept[place].is_open:
            await asyncio.sleep(0.01)
        assert await ask(links, place) == (200, b"ok")

    assert play(Script([WELL + b"(later)unasked"], [WELL]), later).begun == 2


def test_a_connection_that_waited_too_long_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor are more kept than a process may hold open."""
    monkeypatch.setattr(wire, "KEPT_FOR", 0.0)
    assert play(Script([WELL, WELL], [WELL]), twice).begun == 2
    monkeypatch.setattr(wire, "KEPT_FOR", 5.0)
    monkeypatch.setattr(wire, "KEPT", 1)

    async def elsewhere(links: Wire, place: Place) -> None:
        other = (False, "localhost", place[2])
        for each in (place, other, place):
            assert await ask(links, each) == (200, b"ok")

    assert play(Script(*([WELL, WELL] for _ in range(3))), elsewhere).begun == 3


def test_an_answer_that_broke_off_is_not_asked_for_again() -> None:
    """Only a connection on which nothing came was closed before it was asked."""

    async def broken(links: Wire, place: Place) -> None:
        assert await ask(links, place) == (200, b"ok")
        with pytest.raises(BrokenError):
            await ask(links, place)

    assert play(Script([WELL, b"HTTP/1.1 200 OK\r\nContent-"]), broken).begun == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + WELL,
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        b"HTTP/1.1 200 OK\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\nX: y\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ],
)
def test_answers_of_every_form_are_read(answer: bytes) -> None:
    """After an interim one, with bare line feeds, up to the connection's end, in chunks, with a length that is none."""

    async def scene(links: Wire, place: Place) -> None:
        assert await ask(links, place) == (200, b"ok")

    play(Script([answer]), scene)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000,
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
    ],
)
def test_what_is_no_answer_is_told(answer: bytes) -> None:
    """Nothing at all, what is not HTTP, headers without end, another protocol, a body that was cut off."""

    async def scene(links: Wire, place: Place) -> None:
        with pytest.raises(BrokenError):
            await ask(links, place)

    play(Script([answer]), scene)


def test_a_server_waits_for_its_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that comes faster than it is read doesn't pile up, and comes whole; one given up is dropped."""
    monkeypatch.setattr(wire, "AHEAD", 1000)
    size = 8_000_000
    body = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size

    async def scene(links: Wire, place: Place) -> None:
        connection = await links.ask(place, QUESTION)
        await asyncio.sleep(0.1)
        assert connection.waiting < size / 4
        assert sum([len(chunk) async for chunk in connection.body()]) == size
        connection.close()
        unread = await links.ask(place, QUESTION)
        links.give_back(place, unread)
        assert not unread.is_open

    play(Script([body, WELL], [body]), scene)


def test_a_closed_connection_can_not_be_asked() -> None:
    """Whoever holds it has to make another."""
    with pytest.raises(BrokenError):
        asyncio.run(Connection().ask(QUESTION))
