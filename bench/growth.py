"""
What a poll, a match and a digest cost while the archive grows: the same, or an index is missing.

    python -m bench growth --articles 10000 100000 1000000 [--rounds 9]
    python -m bench growth --articles 10000 100000 1000000 10000000 --folder DIR --parts fill    # long; then
    python -m bench growth --articles 10000 100000 1000000 10000000 --folder DIR --parts measure

The last fourteen weeks, of which a digest knows the news, always hold the same ten thousand articles; what grows is the
past, at five thousand articles a day (`bench/filling.py`). Ten million take some 20 GB on both engines together.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import psycopg

from bench.filling import fill
from bench.fleet import cpu_of, server
from bench.poll import RULES
from bench.race import table
from watcher.collect.article import Article, identity
from watcher.decide.match import match
from watcher.deliver.channel import Fanout
from watcher.deliver.digests import ChannelPlan, DigestBook, DigestPlan
from watcher.publish import Publisher
from watcher.state.recording import Brought
from watcher.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from watcher.decide.match import Finding
    from watcher.decide.rules import Rulebook

SIZES = (10_000, 100_000, 1_000_000)
PARTS = ("fill", "measure")
STEPS = ("poll", "match", "digest")
ENTRIES = 20
PLAN = DigestPlan.model_validate({"id": "daily", "channel": "desk", "at": ["08:00"], "timezone": "UTC"})
BOOK = DigestBook(channels={"desk": ChannelPlan(slack="C0123ABCD")}, digests=(PLAN,))


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of a step: by the clock, and of CPU time, the database's included."""

    wall: float
    cpu: float


def report(
    shared: Path,  # noqa: ARG001  every bench is called alike
    rounds: int,
    sizes: Sequence[int] = SIZES,
    folder: Path | None = None,
    parts: Sequence[str] = PARTS,
) -> str:
    """Fill an archive of each size on each engine, and measure them in turns; a `folder` keeps them."""
    rulebook = RULES.load()
    with (
        tempfile.TemporaryDirectory() as aside,
        server((folder or Path(aside)) / "pg", is_kept=bool(folder)) as (url, process),
    ):
        places = {
            "PostgreSQL": {size: url.replace("/postgres?", f"/of_{size}?") for size in sizes},
            "SQLite": {size: f"sqlite:///{folder or aside}/{size}.db" for size in sizes},
        }
        if "fill" in parts:
            _empty(url, places)
        told = list(_filled(places, rulebook)) if "fill" in parts else []
        if "measure" in parts:
            told.append(_compared("PostgreSQL", places["PostgreSQL"], rulebook, rounds, process))
            told.append(_compared("SQLite", places["SQLite"], rulebook, rounds, 0))
    return "\n".join(told)


def _empty(url: str, places: dict[str, dict[int, str]]) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        for size in places["PostgreSQL"]:
            admin.execute(f"DROP DATABASE IF EXISTS of_{size}".encode())
            admin.execute(f"CREATE DATABASE of_{size}".encode())
    for place in places["SQLite"].values():
        for suffix in ("", "-wal", "-shm"):
            Path(place.removeprefix("sqlite:///") + suffix).unlink(missing_ok=True)


def _filled(places: dict[str, dict[int, str]], rulebook: Rulebook) -> Iterator[str]:
    for engine, urls in places.items():
        for size, url in urls.items():
            began = time.monotonic()
            with Store.open(url) as store:
                fill(store, rulebook.hash, PLAN.id, size, datetime.now(UTC))
            yield f"growth: {size:,} articles filled into {engine} in {time.monotonic() - began:,.0f} s"


def _compared(engine: str, places: dict[int, str], rulebook: Rulebook, rounds: int, process: int) -> str:
    with ExitStack() as stack:
        desks = {size: _Desk(stack.enter_context(Store.open(url)), rulebook, process) for size, url in places.items()}
        costs = list(_costs(desks, rounds))
    smallest = min(desks)
    lines: list[tuple[str, ...]] = [("articles", *(cell for step in STEPS for cell in (step, "")))]
    for size in desks:
        cells = []
        for number in range(len(STEPS)):
            wall, cpu = (median(getattr(turn[size][number], name) for turn in costs) for name in ("wall", "cpu"))
            ratio = median(turn[size][number].cpu / turn[smallest][number].cpu for turn in costs)
            cells += [f"{wall:,.1f} ({cpu:,.1f}) ms", f"{ratio:.2f}"]
        lines.append((f"{size:,}", *cells))
    return table(f"growth: {engine}; milliseconds (of CPU), and CPU time of the smallest archive's", lines)


def _costs(desks: dict[int, _Desk], rounds: int) -> Iterator[dict[int, list[Cost]]]:
    """Give what each step costs each desk; each time another desk is the first."""
    for desk in desks.values():
        desk.round()  # to warm up
    # Or one step of one desk, always the same, would pay for going through the whole lexicon in search of cycles.
    gc.collect()
    gc.freeze()
    sizes = list(desks)
    for turn in range(rounds):
        first = turn % len(sizes)
        yield {size: desks[size].round() for size in sizes[first:] + sizes[:first]}
    gc.unfreeze()


class _Desk:
    """A desk with an archive that reaches far into the past."""

    def __init__(self, store: Store, rulebook: Rulebook, process: int) -> None:
        self.store, self.rulebook, self.process = store, rulebook, process
        self.now = datetime.now(UTC)
        self.numbers = count(int(self.now.timestamp() * 1000))  # none was there when it was measured before
        self.shown: list[deque[Finding]] = [deque(maxlen=ENTRIES) for _ in range(10)]

    def round(self) -> list[Cost]:
        """Give what each step costs now; several times what is short, as processors' time is counted in hundredths."""
        return [self._cost(self.poll, 5), self._cost(self.match, 10), self._cost(self.digest, 1)]

    def _cost(self, step: Callable[[], object], times: int) -> Cost:
        gc.collect()
        wall, spent = time.perf_counter(), time.process_time() + cpu_of(self.process)
        for _ in range(times):
            step()
        cpu = time.process_time() + cpu_of(self.process) - spent
        return Cost((time.perf_counter() - wall) / times * 1000, cpu / times * 1000)

    def poll(self) -> None:
        """Store what ten feeds brought: twenty entries each, of which one is new."""
        states = self.store.feeds.states()
        brought = []
        for number in range(10):
            shown = self.shown[number]
            shown.appendleft(match(self._article(f"f{number}"), self.rulebook, now=self.now))
            brought.append(Brought(states[f"f{number}"], tuple(shown), self.rulebook.hash))
        self.store.archive.record_polls(brought, now=self.now)

    def match(self) -> None:
        """Decide an article that meets rules, store it, and look for what there is to tell at once."""
        number = next(self.numbers)
        told = self._article("f1", f"Iran ships {number % 997 + 3} drones to Russia, berth {number}")
        state = self.store.feeds.states()["f1"]
        self.store.archive.record(
            state, [match(told, self.rulebook, now=self.now)], rulebook=self.rulebook.hash, now=self.now
        )
        self.store.archive.candidates(
            "alert:now", announce_within=timedelta(days=3), now=self.now, priorities=["critical"]
        )

    def digest(self) -> None:
        """Say what the daily digest would say now."""
        Publisher(self.store, self.rulebook, BOOK, lambda _: Fanout([])).preview(PLAN, self.now)

    def _article(self, feed: str, title: str = "The council opens another library") -> Article:
        number = next(self.numbers)
        place = f"https://press.example/new/{number}"
        name = identity(feed=feed, guid=place, url=place, title=title, summary="")
        return Article(id=name, feed=feed, title=f"{title}, {number}", url=place, published=self.now, language="en")
