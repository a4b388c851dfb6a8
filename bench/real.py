"""
Polling a thousand feeds of which something is new: `watcher.poll` beside `reader`.

Once the captured feeds, each four times, whose every entry is new; once thirty entries, one of them new.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from pathlib import Path

from bench.poll import RULES, cpu_without, reader_of, rows, watcher_of
from bench.race import Contender, race, table
from bench.web import ITEMS_OF_ONE, Web
from watcher.reading import Readers

FEEDS = 1000


def report(shared: Path, rounds: int) -> str:
    """Measure both kinds of pass, and say how many feeds a second each of the two polls."""
    kinds = {"real": "captured bodies, all entries new", "one": f"one new entry of {ITEMS_OF_ONE}"}
    return "\n".join(_report(shared, rounds, kind, title) for kind, title in kinds.items())


def _report(shared: Path, rounds: int, kind: str, title: str) -> str:
    with contextlib.ExitStack() as stack:
        web = stack.enter_context(Web(shared / "feeds"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        addresses = web.addresses(FEEDS, kind)
        readers = stack.enter_context(Readers(RULES))
        contenders = [reader_of(addresses, stack, folder, 1), watcher_of(addresses, stack, folder, readers)]
        for contender in contenders:  # starts processes and makes tables
            contender.run()
        turned = [Contender(each.name, each.run, web.turn) for each in contenders]
        laps = race(turned, rounds, cpu=lambda: cpu_without(web))
        return f"{rows(f'real: {FEEDS} loopback feeds; {title}', laps)}\n{_memory(readers)}"


def _memory(readers: Readers) -> str:
    """Lay out what memory each worker has: all of it, its share of it (what several have is divided), its own alone."""
    cells: list[tuple[str, ...]] = [("worker", "peak MiB", "share MiB", "own MiB")]
    for number, process in enumerate(readers.processes, start=1):
        told = "".join(Path(f"/proc/{process}/{name}").read_text() for name in ("status", "smaps_rollup"))
        sizes = {name: int(size) for name, size in re.findall(r"^(\w+):\s+(\d+) kB", told, re.MULTILINE)}
        own = sizes["Private_Clean"] + sizes["Private_Dirty"]
        cells.append((str(number), *(f"{size >> 10}" for size in (sizes["VmHWM"], sizes["Pss"], own))))
    return table("  memory of the workers", cells)
