"""
An archive that reaches far into the past, made by SQL in a fraction of the time that polls would take.

Its rows have all of today's indexes; those that aren't also a promise are dropped meanwhile, and made at the end.
"""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.schema import CreateIndex, DropIndex  # noqa: TID251  rows made faster than by polls

from watcher.collect.feeds import Feed
from watcher.state.recording import rulebook_key
from watcher.state.tables import articles, matches, relations, sightings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from watcher.state.store import Store

LATELY, SPAN = 10_000, timedelta(weeks=14)
A_DAY = 5_000
BATCH = 500_000
FEEDS = 500
FIRST = 100_000_000  # the key of the first of the latest articles
TABLES = (articles, sightings, relations, matches)
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
        # Without looking up what a row refers to, and with the least to wait for.
        "hurry": """
            SET session_replication_role = replica;
            SET synchronous_commit = off;
            SET maintenance_work_mem = '512MB'""",
        # By and by the server does the first two by itself.
        "settle": """
            VACUUM ANALYZE;
            CHECKPOINT;
            SELECT setval(pg_get_serial_sequence('articles', 'key'), (SELECT max(key) FROM articles))""",
    },
    "sqlite": {
        "series": "WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last}) ",
        "hash": "printf('%08x%024x', n * 2654435761 % 4294967296, n)",
        "at": "strftime('%Y-%m-%d %H:%M:%f000', {start} + (n - {first}) * {step}, 'unixepoch')",
        "no": "0",
        "hurry": "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000",
        "settle": "PRAGMA wal_checkpoint(TRUNCATE)",  # nobody ever tells SQLite to ANALYZE
    },
}


def fill(store: Store, rulebook: str, digest: str, size: int, now: datetime) -> None:
    """Fill a new archive with so many articles, the LATELY of the SPAN before `now` included."""
    feeds = [Feed(id=f"f{number}", url=f"https://press{number}.example/feed.xml") for number in range(FEEDS)]
    store.feeds.sync(feeds, now - SPAN)
    store.outbox.register([digest], now - timedelta(days=1))
    with store.database.write() as connection:
        rulebook_key(connection, rulebook, now)
    dialect = store.database.engine.dialect
    engine = _ENGINES[dialect.name]
    indexes = [index for table in TABLES for index in sorted(table.indexes, key=str)]
    with closing(store.database.engine.raw_connection()) as raw:
        raw.detach()  # it is set to hurry, as no other may be
        if dialect.name == "postgresql":
            raw.dbapi_connection.autocommit = True  # type: ignore[union-attr]
        ask = raw.cursor().execute
        _all(ask, engine["hurry"].split(";"))
        _all(ask, [str(DropIndex(index).compile(dialect=dialect)) for index in indexes])
        past = size - LATELY
        for start in range(0, past, BATCH):
            some = min(BATCH, past - start)
            begins = now - SPAN - timedelta(days=1) * ((past - start) / A_DAY)
            _all(ask, _rows(engine, start + 1, some, begins, timedelta(days=1) / A_DAY))
        _all(ask, _rows(engine, FIRST, LATELY, now - SPAN, SPAN / LATELY))
        _all(ask, [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes])
        _all(ask, engine["settle"].split(";"))


def _all(ask: Callable[[str], object], statements: Iterable[str]) -> None:
    for statement in statements:
        ask(statement)


def _rows(engine: dict[str, str], first: int, some: int, start: datetime, step: timedelta) -> list[str]:
    """Write what stores so many articles, numbered and seen one after the other."""
    values = {"first": first, "last": first + some - 1, "start": start.timestamp(), "step": step.total_seconds()}
    words = {name: form.format(**values) for name, form in engine.items()}
    return [words["series"] + form.format(**words) for form in (_TEXTS, _SIGHTINGS, _RELATIONS, _MATCHES)]
