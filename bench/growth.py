"""
What a poll, a match and a digest cost while the archive grows: the same, or an index is missing.

    python -m bench growth --articles 10000 100000 1000000 [--rounds 9]

The last fourteen weeks, of which a digest knows the news, always hold the same ten thousand articles; what grows is the
past, at five thousand articles a day. Its rows are made by SQL, with all of today's indexes.
"""

from __future__ import annotations

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
from sqlalchemy import text  # noqa: TID251  rows made faster than by polls

from bench.fleet import cpu_of, server
from bench.poll import Shipped
from bench.race import table
from watcher.collect.article import Article, identity
from watcher.collect.feeds import Feed
from watcher.decide.match import match
from watcher.deliver.channel import Fanout
from watcher.deliver.digests import ChannelPlan, DigestBook, DigestPlan
from watcher.publish import Publisher
from watcher.state.recording import Brought, rulebook_key
from watcher.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watcher.decide.match import Finding
    from watcher.decide.rules import Rulebook

SIZES = (10_000, 100_000, 1_000_000)
LATELY, SPAN = 10_000, timedelta(weeks=14)
A_DAY = 5_000
FIRST = 100_000_000  # the key of the first of the latest articles
ENTRIES = 20
PLAN = DigestPlan.model_validate({"id": "daily", "channel": "desk", "at": ["08:00"], "timezone": "UTC"})
BOOK = DigestBook(channels={"desk": ChannelPlan(slack="C0123ABCD")}, digests=(PLAN,))
# One article in seven says something, and meets a rule; each feed of five hundred had it once.
_SAYS = "n % 7 = 0"
_TITLE = (
    "CASE WHEN n % 7 = 0 THEN 'Iran ships ' || (n % 997 + 3) || ' drones to Russia, port ' || n "
    "ELSE 'Council of town ' || n || ' opens a library' END"
)
_TEXTS = f"""
    INSERT INTO articles (key, id, feed, first_seen, is_backfill, rulebook, content, twin, published, told, url, source,
        language, author, kind, tags, title, summary, body, categories, enclosure)
    SELECT n, {{hash}}, 'f' || (n % 500), {{at}}, {{no}}, 1, {{hash}}, 't' || {{hash}}, {{at}}, {{at}},
        'https://press.example/' || n, 'Press ' || (n % 500), 'en', '', '', '[]', {_TITLE},
        'A summary of number ' || n || ', as long as those that papers write below their headlines.', '', '[]', ''
    FROM s"""
_SIGHTINGS = (
    "INSERT INTO sightings (article, feed, first_seen, content) SELECT n, 'f' || (n % 500), {at}, {hash} FROM s"
)
_RELATIONS = (
    "INSERT INTO relations (article, position, partner, good, direction, status, evidence, attributed_to, sentence,"
    f" figures, told) SELECT n, 0, 'IR', 'drones', 'to_russia', 'reported', {_TITLE}, '', 0, '[]', {{at}} FROM s"
    f" WHERE {_SAYS}"
)
_MATCHES = (
    "INSERT INTO matches (article, rule, priority, reasons, relations, rulebook, in_hindsight)"
    f" SELECT n, 'arms', 'normal', '[\"said so\"]', '[0]', 1, {{no}} FROM s WHERE {_SAYS}"
)
_ENGINES = {
    "postgresql": {
        "series": "WITH s AS (SELECT generate_series({first}, {last}) AS n) ",
        "hash": "md5(CAST(n AS text))",
        "at": "(TIMESTAMPTZ 'epoch' + ({start} + (n - {first}) * {step}) * INTERVAL '1 second')",
        "no": "false",
    },
    "sqlite": {
        "series": "WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last}) ",
        "hash": "printf('%08x%024x', n * 2654435761 % 4294967296, n)",
        "at": "strftime('%Y-%m-%d %H:%M:%f000', {start} + (n - {first}) * {step}, 'unixepoch')",
        "no": "0",
    },
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of a step: by the clock, and of CPU time, the database's included."""

    wall: float
    cpu: float


def report(shared: Path, rounds: int, sizes: Sequence[int] = SIZES) -> str:  # noqa: ARG001  every bench is called alike
    """Fill an archive of each size on each engine, and measure them in turns."""
    rulebook = Shipped().load()
    with tempfile.TemporaryDirectory() as folder, server(Path(folder) / "pg") as (url, process):
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
            for size in sizes:
                admin.execute(f"CREATE DATABASE of_{size}".encode())
        places = {
            "PostgreSQL": [url.replace("/postgres?", f"/of_{size}?") for size in sizes],
            "SQLite": [f"sqlite:///{folder}/{size}.db" for size in sizes],
        }
        told = [
            _compared("PostgreSQL", places["PostgreSQL"], rulebook, sizes, rounds, process),
            _compared("SQLite", places["SQLite"], rulebook, sizes, rounds, 0),
        ]
    return "\n".join(told)


def _compared(
    engine: str, urls: Sequence[str], rulebook: Rulebook, sizes: Sequence[int], rounds: int, process: int
) -> str:
    with ExitStack() as stack:
        desks = [_Desk(stack.enter_context(Store.open(url)), rulebook, process) for url in urls]
        for desk, size in zip(desks, sizes, strict=True):
            desk.fill(size)
        costs = [[desk.round() for desk in desks] for _ in range(rounds + 1)][1:]  # the first one warms up
    lines: list[tuple[str, ...]] = [("articles", "poll", "", "match", "", "digest", "")]
    for number, size in enumerate(sizes):
        cells = []
        for step in range(3):
            wall, cpu = (median(getattr(turn[number][step], name) for turn in costs) for name in ("wall", "cpu"))
            ratio = median(turn[number][step].cpu / turn[0][step].cpu for turn in costs)
            cells += [f"{wall:,.1f} ({cpu:,.1f}) ms", f"{ratio:.2f}"]
        lines.append((f"{size:,}", *cells))
    return table(f"growth: {engine}; milliseconds (of CPU), and CPU time of the smallest archive's", lines)


class _Desk:
    """A desk with an archive that reaches far into the past."""

    def __init__(self, store: Store, rulebook: Rulebook, process: int) -> None:
        self.store, self.rulebook, self.process = store, rulebook, process
        self.now = datetime.now(UTC)
        self.numbers = count()
        self.shown: list[deque[Finding]] = [deque(maxlen=ENTRIES) for _ in range(10)]
        with store.database.write() as connection:
            rulebook_key(connection, rulebook.hash, self.now)
        feeds = [Feed(id=f"f{number}", url=f"https://press{number}.example/feed.xml") for number in range(500)]
        store.feeds.sync(feeds, self.now - SPAN)

    def fill(self, size: int) -> None:
        """Fill the archive with so many articles, the latest ones included."""
        lately = self.now - SPAN
        self._rows(FIRST, LATELY, lately, SPAN / LATELY)
        self.store.outbox.register([PLAN.id], self.now - timedelta(days=1))
        for start in range(LATELY, size, 500_000):
            some = min(500_000, size - start)
            begins = lately - timedelta(days=1) * ((start - LATELY + some) / A_DAY)
            self._rows(start - LATELY + 1, some, begins, timedelta(days=1) / A_DAY)
        if self.process:  # PostgreSQL does so by itself sooner or later, SQLite is never told to
            with self.store.database.write() as connection:
                connection.execute(text("ANALYZE"))

    def _rows(self, first: int, some: int, start: datetime, step: timedelta) -> None:
        with self.store.database.write() as connection:
            engine = _ENGINES[connection.dialect.name]
            values = {
                "first": first,
                "last": first + some - 1,
                "start": start.timestamp(),
                "step": step.total_seconds(),
            }
            words = {name: form.format(**values) for name, form in engine.items()}
            for form in (_TEXTS, _SIGHTINGS, _RELATIONS, _MATCHES):
                connection.execute(text(words["series"] + form.format(**words)))
            if connection.dialect.name == "postgresql":
                asked = "SELECT setval(pg_get_serial_sequence('articles', 'key'), (SELECT max(key) FROM articles))"
                connection.exec_driver_sql(asked)

    def round(self) -> list[Cost]:
        """Give what each step costs now; several times what is short, as processors' time is counted in hundredths."""
        return [self._cost(self.poll, 5), self._cost(self.match, 10), self._cost(self.digest, 1)]

    def _cost(self, step: Callable[[], object], times: int) -> Cost:
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
        told = self._article("f1", f"Iran ships {number + 3} drones to Russia, berth {number}")
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
