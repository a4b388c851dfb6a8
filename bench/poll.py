"""Polling a thousand loopback feeds, all new and all unchanged: `watcher.poll` beside `reader`."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import reader

from bench.race import Contender, race, rate, table
from bench.web import ITEMS, Web
from watcher.collect.feeds import Feed, FeedList
from watcher.decide import lexicon, rules
from watcher.poll import Options, poll
from watcher.reading import Readers
from watcher.state.store import Store

if TYPE_CHECKING:
    from bench.race import Lap
    from watcher.decide.rules import Rulebook

SHIPPED = Path(__file__).resolve().parent.parent / "rules"
FEEDS = 1000
THREADS = 32  # what watcher fetches at a time


@dataclass(frozen=True)
class Shipped:
    """The shipped rules, as each worker loads them."""

    def load(self) -> Rulebook:
        """Load lexicon and watch rules."""
        return rules.load(SHIPPED, lexicon.load(SHIPPED))


def report(shared: Path, rounds: int) -> str:  # noqa: ARG001  every bench is called alike
    """Measure both kinds of pass, and say how many feeds a second each of the two polls."""
    with contextlib.ExitStack() as stack:
        web = stack.enter_context(Web())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        contenders = [
            _reader(stack, web, folder, 1),
            _reader(stack, web, folder, THREADS),
            _watcher(stack, web, folder),
        ]
        for contender in contenders:  # starts processes and makes tables
            contender.run()
        fresh = race(
            [Contender(each.name, each.run, web.turn) for each in contenders], rounds, cpu=lambda: _cpu(web.process.pid)
        )
        for contender in contenders:
            contender.run()
        same = race(contenders, rounds, cpu=lambda: _cpu(web.process.pid))
    head = f"poll: {FEEDS} loopback feeds of {ITEMS} entries, on {os.cpu_count()} cores"
    return f"{_rows(f'{head}; all new', fresh)}\n{_rows(f'{head}; all unchanged', same)}"


def _reader(stack: contextlib.ExitStack, web: Web, folder: Path, threads: int) -> Contender:
    name = f"reader {reader.__version__}, workers={threads}"
    archive = reader.make_reader(str(folder / f"reader-{threads}.db"))
    stack.callback(archive.close)
    for number in range(FEEDS):
        archive.add_feed(web.address(number))

    def run() -> int:
        results = list(archive.update_feeds_iter(scheduled=False, workers=threads))
        failed = [result for result in results if isinstance(result.value, Exception)]
        if failed or len(results) != FEEDS:
            raise RuntimeError(f"{name}: {len(failed)} of {len(results)} feeds failed")
        return len(results)

    return Contender(name, run)


def _watcher(stack: contextlib.ExitStack, web: Web, folder: Path) -> Contender:
    feeds = FeedList(feeds=tuple(Feed(id=f"feed-{number}", url=web.address(number)) for number in range(FEEDS)))
    readers = stack.enter_context(Readers(Shipped()))
    store = stack.enter_context(Store.open(f"sqlite:///{folder / 'watcher.db'}"))

    def run() -> int:
        summary = poll(store, feeds, readers, Options(force=True, allow_private=True))
        if summary.failed or FEEDS not in (summary.changed, summary.unchanged):
            raise RuntimeError(f"watcher: {summary}, first {summary.failed[:1]}")
        return summary.feeds

    return Contender(f"watcher, {readers.count} workers, rules applied", run)


def _rows(title: str, laps: dict[str, list[Lap]]) -> str:
    """Lay out feeds a second, as ratios of the first contender's."""
    first, *_ = laps.values()
    rows = [("", "feeds/s", "of reader", "feeds/CPU s", "of reader")]
    for name, run in laps.items():
        wall, cpu = rate(run, by="wall"), rate(run)
        ratios = (wall / rate(first, by="wall"), cpu / rate(first))
        rows.append((name, f"{wall:,.0f}", f"{ratios[0]:.2f}", f"{cpu:,.0f}", f"{ratios[1]:.2f}"))
    return table(title, rows)


def _cpu(apart: int) -> float:
    """Sum the CPU seconds of this process and all below it, without process `apart`, from Linux's /proc."""
    parents, spent = {}, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = entry.read_text("utf-8", "replace").rpartition(")")[2].split()
            process = int(entry.parent.name)
            parents[process] = int(fields[1])
            spent[process] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return sum(seconds for process, seconds in spent.items() if _is_below(process, parents, apart))


def _is_below(process: int, parents: dict[int, int], apart: int) -> bool:
    while process != os.getpid():
        if process == apart or process not in parents:
            return False
        process = parents[process]
    return True
