"""
What nearly every pass is: thousands of feeds that say "nothing new", and some that fail or never answer.

`python -m bench.fetch` measures the passes with failures alone: in a process of their own, as memory that `reader` took
once isn't given back.
"""

from __future__ import annotations

import contextlib
import gc
import resource
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.poll import RULES, cpu_without, reader_of, rows, watcher_of
from bench.race import race, table
from bench.web import HOSTS, Web
from watcher.collect.feeds import Feed, FeedList
from watcher.poll import Options, poll
from watcher.reading import Readers
from watcher.state.store import Store

SAME = 5000
BURST = 10_000
PASSES = 10
SILENT = 50  # hosts that take a connection and say nothing


def report(shared: Path, rounds: int) -> str:  # noqa: ARG001  every bench is called alike
    """Measure unchanged feeds beside `reader`, then passes over twice as many with failures among them."""
    with contextlib.ExitStack() as stack:
        web = stack.enter_context(Web())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        addresses = web.addresses(SAME, "few")
        contenders = [reader_of(addresses, stack, folder, 1), watcher_of(addresses, stack, folder)]
        for contender in contenders:  # the first pass, in which everything is new
            contender.run()
        same = race(contenders, rounds, cpu=lambda: cpu_without(web))
    head = f"fetch: {SAME:,} unchanged feeds on {HOSTS} loopback hosts"
    alone = subprocess.run([sys.executable, "-m", "bench.fetch"], stdout=subprocess.PIPE, text=True, check=True)
    return f"{rows(head, same)}\n{alone.stdout}"


def _burst() -> str:
    """Poll feeds that are all due at once, 1 % of which fail and 0.5 % hang until their timeout of 20 s."""
    with contextlib.ExitStack() as stack:
        web = stack.enter_context(Web())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        silent = [stack.enter_context(socket.create_server((f"127.0.1.{n}", 0))) for n in range(1, SILENT + 1)]
        feeds = FeedList(feeds=tuple(_feed(number, web, silent) for number in range(BURST)))
        readers = stack.enter_context(Readers(RULES))
        store = stack.enter_context(Store.open(f"sqlite:///{folder / 'watcher.db'}"))
        cells = [("pass", "feeds", "failed", "seconds", "peak MiB")]
        for turn in range(PASSES):
            gc.collect()
            began = time.perf_counter()
            summary = poll(store, feeds, readers, Options(force=True, allow_private=True))
            took, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
            cells.append((str(turn + 1), f"{summary.feeds:,}", str(len(summary.failed)), f"{took:.1f}", str(peak)))
    return table(f"fetch: {BURST:,} feeds at once, 1 % failing, 0.5 % hanging for 20 s; without the workers", cells)


def _feed(number: int, web: Web, silent: list[socket.socket]) -> Feed:
    url = web.address(number, "few")
    if number % 100 == 7:
        url = f"http://127.0.2.{number % HOSTS + 1}:1/refused"
    elif number % 200 == 3:
        host, port = silent[number // 200 % SILENT].getsockname()[:2]
        url = f"http://{host}:{port}/silent"
    return Feed(id=f"feed-{number}", url=url)


if __name__ == "__main__":
    print(_burst())
