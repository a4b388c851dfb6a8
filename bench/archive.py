"""What a desk asks of a large archive: searches, a comparison of rules, a rescan; beside the targets set for them."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, update  # noqa: TID251  rows made faster than by a poll

from bench.race import table
from watcher import items
from watcher.collect.article import digest_of
from watcher.decide import lexicon, query, rules
from watcher.decide.match import match
from watcher.question import Question
from watcher.search import Search
from watcher.state.recording import rulebook_key, say
from watcher.state.store import Store
from watcher.state.tables import articles, matches, rulebooks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from watcher.decide.match import Finding
    from watcher.decide.query import Query
    from watcher.decide.rules import Rulebook
    from watcher.search import Order

SHIPPED = Path(__file__).resolve().parent.parent / "rules"
NOW = datetime(2026, 7, 1, tzinfo=UTC)
A_DAY = 5000
BATCH = 5000
RARE, COMMONEST = "warehouses", "the"
SIZE = 100_000
PARTS = ("fill", "search", "diff", "rules", "lexicon")
ORDERS: tuple[Order, ...] = ("date", "relevance")


def report(
    shared: Path, rounds: int, size: int = SIZE, folder: Path | None = None, parts: Sequence[str] = PARTS
) -> str:
    """
    Fill an archive with news-30k over and over, and measure what is asked of it.

    A `folder` keeps it for another time; `parts` of all that is measured, as a large archive takes long.
    """
    with tempfile.TemporaryDirectory() as aside:
        workspace = (folder or Path(aside)) / "desk"
        if "fill" in parts:
            _run(workspace, "init", str(workspace))
        with Store.open(f"sqlite:///{workspace}/state/watcher.db") as store:
            bench = _Bench(workspace, store, shared, rounds, size)
            rows = [row for part in PARTS if part in parts for row in getattr(bench, part)()]
            held = store.past.size()
    cores = len(os.sched_getaffinity(0))
    title = f"archive: {held:,} articles, {A_DAY:,} a day, {cores} cores; targets for 1,000,000"
    return table(title, [("", "seconds", "of CPU", "MiB", "target"), *rows])


@dataclass(frozen=True, slots=True)
class _Bench:
    """An archive and how to measure it."""

    workspace: Path
    store: Store
    shared: Path
    rounds: int
    size: int

    def fill(self) -> Iterator[tuple[str, ...]]:
        """Store the articles, and index their words."""
        found = _fill(self.store, self.shared, self.size, rules.load(SHIPPED, lexicon.load(SHIPPED)))
        started, spent = time.perf_counter(), time.process_time()
        self.store.words.refresh()
        took = (f"{time.perf_counter() - started:.1f}", f"{time.process_time() - spent:.1f}")
        yield (f"index of words ({found:,} articles are relevant)", *took, "", "")

    def search(self) -> Iterator[tuple[str, ...]]:
        """Search for a rare word and for the commonest."""
        known = lexicon.load(SHIPPED)
        for word in (RARE, COMMONEST):
            for order in ORDERS:
                yield _search(self.store, query.parse(word, known), order, self.rounds)

    def diff(self) -> Iterator[tuple[str, ...]]:
        """Edit a rule and compare, as an analyst would."""
        self._edit()
        since = (NOW - timedelta(days=30)).isoformat()
        yield ("rules diff over 30 days", *_run(self.workspace, "rules", "diff", "--since", since), "20 s")

    def rules(self) -> Iterator[tuple[str, ...]]:
        """Edit a rule and rescan."""
        self._edit()
        took = _run(self.workspace, "rules", "rescan")
        yield ("rules rescan after an edit of rules", *took, "180 s, 400 MiB")

    def lexicon(self) -> Iterator[tuple[str, ...]]:
        """Rescan as after an upgrade of Watcher: as if another lexicon had read all relations."""
        with self.store.database.write() as connection:
            connection.execute(update(rulebooks).values(hash=func.substr(rulebooks.c.hash, 1, 31) + "0" * 33))
        took = _run(self.workspace, "rules", "rescan")
        yield ("rules rescan after an edit of the lexicon", *took, "180 s, 400 MiB")

    def _edit(self) -> None:
        path = self.workspace / "rules" / "watch" / "arms.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("id: ", "id: my-", 1), encoding="utf-8")


def _run(workspace: Path, *words: str) -> tuple[str, str, str]:
    """Run a command; give its seconds, those of CPU time, and the most memory that it and its workers had."""
    command = [sys.executable, "-m", "watcher", *(() if words[0] == "init" else ("--dir", str(workspace))), *words]
    peak = 0
    started, spent = time.perf_counter(), _spent()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, sum(_memory(each) for each in (process.pid, *_children(process.pid))))
            time.sleep(0.2)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return f"{time.perf_counter() - started:.1f}", f"{_spent() - spent:.1f}", f"{peak / 1024:.0f}"


def _spent() -> float:
    """Give the CPU seconds of all processes that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def _children(process: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def _memory(process: int) -> int:
    """Give a process's share of memory in KiB."""
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(next((line.split()[1] for line in told.splitlines() if line.startswith("Pss:")), 0))


def _fill(store: Store, shared: Path, size: int, book: Rulebook) -> int:
    """Store the articles, as if polled at an even pace up to NOW; give how many have a relation."""
    with (shared / "items" / "news-30k.jsonl.gz").open("rb") as stream:
        decided = [match(each, book, now=NOW) for each in islice(items.read(stream, name="news-30k"), 30_000)]
    begins = NOW - timedelta(days=size / A_DAY)
    relevant = 0
    for start in range(1, size + 1, BATCH):
        numbers = range(start, min(start + BATCH, size + 1))
        chosen = [(number, decided[number % len(decided)]) for number in numbers]
        relevant += sum(finding.relevant for _, finding in chosen)
        with store.database.write() as connection:
            key = rulebook_key(connection, book.hash, NOW)
            moments = ((number, finding, begins + timedelta(days=number / A_DAY)) for number, finding in chosen)
            connection.execute(insert(articles), [_article(*each, key) for each in moments])
            said = [
                {**asdict(one), "article": number, "position": place}
                for number, finding in chosen
                for place, one in enumerate(finding.relations)
            ]
            met = [
                {**asdict(one), "article": number, "rulebook": key, "in_hindsight": False}
                for number, finding in chosen
                for one in finding.matches
            ]
            say(connection, said)
            connection.execute(insert(matches), met)
    return relevant


def _article(number: int, finding: Finding, seen: datetime, rulebook: int) -> dict[str, Any]:
    article = finding.article
    names = ("title", "summary", "body", "url", "source", "language", "author", "feed", "kind")
    told = min(article.published or seen, seen)
    return {
        **{name: getattr(article, name) for name in names},
        "key": number,
        "id": f"{number:032x}",
        "first_seen": seen,
        "published": article.published,
        "told": told,
        "is_backfill": False,
        "rulebook": rulebook,
        "content": digest_of(article),
        "twin": None,
        "tags": [],
    }


def _search(store: Store, asked: Query, order: Order, rounds: int) -> tuple[str, ...]:
    """Search for the first fifty hits."""
    wish = Search(asked, Question(is_open=True), order)
    walls, spent = [], []
    for _ in range(rounds):
        started, begun = time.perf_counter(), time.process_time()
        found = len(list(islice(wish.hits(store), 50)))
        walls.append(time.perf_counter() - started)
        spent.append(time.process_time() - begun)
    target = "0.1 s" if asked.text == RARE else "1 s"
    return f"search {asked.text}, by {order}: {found} hits", f"{median(walls):.3f}", f"{median(spent):.3f}", "", target
