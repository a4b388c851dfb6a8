"""What a desk asks of a large archive: searches, a comparison of rules, a rescan; beside the targets set for them."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
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
    from collections.abc import Iterator
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
ORDERS: tuple[Order, ...] = ("date", "relevance")


def report(shared: Path, rounds: int, size: int = SIZE) -> str:
    """Fill an archive with news-30k over and over, and measure what is asked of it."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "desk"
        _run(workspace, "init", str(workspace))
        book = rules.load(SHIPPED, lexicon.load(SHIPPED))
        with Store.open(f"sqlite:///{workspace}/state/watcher.db") as store:
            found = _fill(store, shared, size, book)
            started, spent = time.perf_counter(), time.process_time()
            store.words.refresh()
            took = (f"{time.perf_counter() - started:.1f}", f"{time.process_time() - spent:.1f}")
            rows: list[tuple[str, ...]] = [("index of words", *took, "", "")]
            wishes = [(word, order) for word in (RARE, COMMONEST) for order in ORDERS]
            rows += [_search(store, query.parse(word, book.lexicon), order, rounds) for word, order in wishes]
            rows += _commands(workspace, store)
    cores = len(os.sched_getaffinity(0))
    title = f"archive: {size:,} articles, {A_DAY:,} a day ({found:,} relevant), {cores} cores; targets for 1,000,000"
    return table(title, [("", "seconds", "of CPU", "MiB", "target"), *rows])


def _commands(workspace: Path, store: Store) -> Iterator[tuple[str, ...]]:
    """Edit a rule and compare and rescan as an analyst would, then once more as after an upgrade of Watcher."""
    path = workspace / "rules" / "watch" / "arms.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("id: ", "id: my-", 1), encoding="utf-8")
    since = (NOW - timedelta(days=30)).isoformat()
    yield ("rules diff over 30 days", *_run(workspace, "rules", "diff", "--since", since), "20 s")
    yield ("rules rescan after an edit of rules", *_run(workspace, "rules", "rescan"), "180 s, 400 MiB")
    with store.database.write() as connection:  # as if another lexicon had read all relations
        connection.execute(update(rulebooks).values(hash=func.substr(rulebooks.c.hash, 1, 31) + "0" * 33))
    yield ("rules rescan after an edit of the lexicon", *_run(workspace, "rules", "rescan"), "180 s, 400 MiB")


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
