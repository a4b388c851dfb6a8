"""Polling a thousand loopback feeds, all new and all unchanged: `watcher.poll` beside `reader`."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.race import Contender, race, rate, table
from bench.web import ITEMS, Web
from watcher.collect.feeds import Feed, FeedList
from watcher.poll import Options, poll
from watcher.reading import Readers
from watcher.rulefiles import RuleFiles
from watcher.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.race import Lap

SHIPPED = Path(__file__).resolve().parent.parent / "rules"
RULES = RuleFiles(SHIPPED, None, SHIPPED)
FEEDS = 1000
FAILING = 0.05  # of the captured feeds, at the most: some are no feeds to one or the other
THREADS = 32  # what watcher fetches at a time


def report(shared: Path, rounds: int) -> str:  # noqa: ARG001  every bench is called alike
    """Measure both kinds of pass, and say how many feeds a second each of the two polls."""
    with contextlib.ExitStack() as stack:
        web = stack.enter_context(Web())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        contenders = [
            reader_of(web.addresses(FEEDS), stack, folder, 1),
            reader_of(web.addresses(FEEDS), stack, folder, THREADS),
            watcher_of(web.addresses(FEEDS), stack, folder),
        ]
        for contender in contenders:  # starts processes and makes tables
            contender.run()
        fresh = race(
            [Contender(each.name, each.run, web.turn) for each in contenders], rounds, cpu=lambda: cpu_without(web)
        )
        for contender in contenders:
            contender.run()
        same = race(contenders, rounds, cpu=lambda: cpu_without(web))
    head = f"poll: {FEEDS} loopback feeds of {ITEMS} entries, on {os.cpu_count()} cores"
    return f"{rows(f'{head}; all new', fresh)}\n{rows(f'{head}; all unchanged', same)}"


def reader_of(addresses: Sequence[str], stack: contextlib.ExitStack, folder: Path, threads: int) -> Contender:
    """Give `reader` with an archive of its own, closed with the stack."""
    import reader  # what measures watcher's memory doesn't load the peer

    name = f"reader {reader.__version__}, workers={threads}"
    archive = reader.make_reader(str(folder / f"reader-{threads}.db"))
    stack.callback(archive.close)
    for address in addresses:
        archive.add_feed(address)

    def run() -> int:
        results = list(archive.update_feeds_iter(scheduled=False, workers=threads))
        failed = [result for result in results if isinstance(result.value, Exception)]
        if len(failed) > FAILING * len(results) or len(results) != len(addresses):
            raise RuntimeError(f"{name}: {len(failed)} of {len(results)} feeds failed")
        return len(results)

    return Contender(name, run)


def watcher_of(
    addresses: Sequence[str], stack: contextlib.ExitStack, folder: Path, readers: Readers | None = None
) -> Contender:
    """Give `watcher.poll` with an archive and, unless given, workers of its own, closed with the stack."""
    feeds = FeedList(feeds=tuple(Feed(id=f"feed-{number}", url=url) for number, url in enumerate(addresses)))
    readers = readers or stack.enter_context(Readers(RULES))
    store = stack.enter_context(Store.open(f"sqlite:///{folder / 'watcher.db'}"))

    def run() -> int:
        summary = poll(store, feeds, readers, Options(force=True, allow_private=True))
        if len(summary.failed) > FAILING * len(addresses) or summary.feeds != len(addresses):
            raise RuntimeError(f"watcher: {summary}, first {summary.failed[:1]}")
        return summary.feeds

    return Contender(f"watcher, {readers.count} workers, rules applied", run)


def rows(title: str, laps: dict[str, list[Lap]]) -> str:
    """Lay out feeds a second, as ratios of the first contender's."""
    first, *_ = laps.values()
    cells = [("", "feeds/s", "of reader", "feeds/CPU s", "of reader")]
    for name, run in laps.items():
        wall, cpu = rate(run, by="wall"), rate(run)
        ratios = (wall / rate(first, by="wall"), cpu / rate(first))
        cells.append((name, f"{wall:,.0f}", f"{ratios[0]:.2f}", f"{cpu:,.0f}", f"{ratios[1]:.2f}"))
    return table(title, cells)


def cpu_without(web: Web) -> float:
    """Sum the CPU seconds of this process and all below it, without the feeds' server, from Linux's /proc."""
    apart = web.process.pid
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
