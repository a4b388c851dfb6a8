"""The worker processes: what they read, and what a document can do to them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.feed_server import PAGE, SAMPLE, feed, item
from tests.treachery import Broken, Shipped, Treacherous
from watcher import reading
from watcher.collect.feeds import Feed
from watcher.errors import InputError
from watcher.reading import Body, Read, Readers, Unread

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 13, 7, 0, tzinfo=UTC)
ARMS = feed(
    item("Iran supplied drones to Russia", guid="1", date="Mon, 12 Jan 2026 10:00:00 GMT"),
    item("Tomorrow's news", guid="2", date="Wed, 14 Jan 2026 10:00:00 GMT"),
    more="<ttl>90</ttl>",
)


def body(content: bytes) -> Body:
    """Make a body of a sample feed."""
    return Body(feed=Feed(id="sample", url="https://example.org/feed"), content=content)


def test_a_body_becomes_findings() -> None:
    """Its articles are decided under the rulebook, whose hash is told; the future's dates are no one's newest."""
    found = reading.read(Shipped(), body(ARMS), NOW)
    assert isinstance(found, Read)
    assert [finding.article.title for finding in found.findings] == [
        "Iran supplied drones to Russia",
        "Tomorrow's news",
    ]
    assert [relation.partner for relation in found.findings[0].relations] == ["IR"]
    assert found.findings[0].matches
    assert found.rulebook == Shipped().load().hash
    assert (found.newest, found.ttl, found.warning) == (datetime(2026, 1, 12, 10, tzinfo=UTC), 5400, "")


def test_what_cannot_be_read_has_a_reason() -> None:
    """A web page in a feed's place is a result, not an error."""
    found = reading.read(Shipped(), body(PAGE), NOW)
    assert isinstance(found, Unread)
    assert found.reason == "html-page"


def test_rules_that_do_not_load_stop_the_work() -> None:
    """Their mistakes cross over from the worker as they were told there."""
    with (
        Readers(Broken(), count=1) as readers,
        pytest.raises(InputError, match=r'half\.yaml:3:1: unknown key "parners"'),
    ):
        asyncio.run(readers.read(0, body(SAMPLE), NOW))
    with pytest.raises(InputError):
        reading.prepare(Broken())


def test_a_document_that_kills_or_hangs_its_worker_costs_itself_alone() -> None:
    """It is named, and the same worker's place reads the next one."""

    async def go(readers: Readers) -> list[Read | Unread]:
        return [await readers.read(0, body(content), NOW) for content in (b"CRASH", SAMPLE, b"HANG", SAMPLE)]

    with Readers(Treacherous(), count=1, patience=4) as readers:
        crashed, first, hung, second = asyncio.run(go(readers))
    assert crashed == Unread("crashed", "reading this feed killed the process that read it")
    assert hung == Unread("timeout", "reading this feed took longer than 4 s")
    assert isinstance(first, Read)
    assert isinstance(second, Read)


def test_a_worker_that_died_idle_is_replaced() -> None:
    """Killed between two documents (out of memory, say), it costs one document at most, and none after it."""

    async def go(readers: Readers) -> list[str]:
        await readers.read(0, body(SAMPLE), NOW)
        os.kill(readers.processes[0], signal.SIGKILL)
        return [type(await readers.read(0, body(SAMPLE), NOW)).__name__ for _ in range(2)]

    with Readers(Shipped(), count=1) as readers:
        assert asyncio.run(go(readers))[-1] == "Read"


def test_workers_do_not_outlive_their_parent(root: Path) -> None:
    """After SIGKILL of the parent nothing is left running."""
    script = (
        "import asyncio, time\nfrom tests.test_reading import *\n"
        "readers = Readers(Shipped(), count=1)\n"
        "asyncio.run(readers.read(0, body(SAMPLE), NOW))\n"
        "print(readers.processes[0], flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=root, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        os.kill(worker, 0)
        parent.kill()
    assert _is_gone(worker)


def test_a_worker_loads_only_what_it_reads_with(tmp_path: Path) -> None:
    """Started by the command as it is installed, it has no command line, engine or client: there are many of them."""
    script = tmp_path / "watcher"
    script.write_text(
        "import asyncio, sys\nfrom datetime import UTC, datetime\nfrom watcher.__main__ import main\n"
        "class Told:\n    def load(self):\n        print(*sys.modules, flush=True)\n        sys.exit()\n"
        "if __name__ == '__main__':\n    from watcher.reading import Readers\n"
        "    try:\n        asyncio.run(Readers(Told(), count=1).read(0, None, datetime.now(UTC)))\n"
        "    except SystemExit:\n        pass\n"
    )
    told = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, timeout=60)
    loaded = set(told.stdout.split())
    assert {"watcher.reading", "watcher.rulefiles", "feedparser"} <= loaded, told.stderr
    assert loaded.isdisjoint({"typer", "rich", "sqlalchemy", "httpx", "slack_sdk", "watcher.cli.app"})


def test_leaving_ends_a_worker_at_once() -> None:
    """Whatever it is doing."""

    async def go(readers: Readers) -> int:
        task = asyncio.create_task(readers.read(0, body(b"HANG"), NOW))
        while not (readers.processes or task.done()):
            await asyncio.sleep(0.05)
        (worker,) = readers.processes
        task.cancel()
        await asyncio.wait([task])
        return worker

    with Readers(Treacherous(), count=1) as readers:
        worker = asyncio.run(go(readers))
    assert _is_gone(worker)


def _is_gone(process: int) -> bool:
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
