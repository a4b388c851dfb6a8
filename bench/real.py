"""
Polling a thousand feeds of which something is new: `watcher.poll` beside `reader`.

Once the captured feeds, each four times, whose every entry is new; once thirty entries, one of them new.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from bench.poll import cpu_without, reader_of, rows, watcher_of
from bench.race import Contender, race
from bench.web import ITEMS_OF_ONE, Web

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
        contenders = [reader_of(addresses, stack, folder, 1), watcher_of(addresses, stack, folder)]
        for contender in contenders:  # starts processes and makes tables
            contender.run()
        turned = [Contender(each.name, each.run, web.turn) for each in contenders]
        return rows(f"real: {FEEDS} loopback feeds; {title}", race(turned, rounds, cpu=lambda: cpu_without(web)))
