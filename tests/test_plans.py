"""Every statement of a day's work is answered through an index, on either engine, however large the archive grows."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event  # noqa: TID251  the database's own plans

from bench import filling
from tests.desk import channel, due_book, post, preview
from tests.invented import plan
from tests.remembered import NOW, WINDOW, article, feed, finding, listed, opened, part, record
from tests.treachery import Shipped
from watcher.decide import query
from watcher.deliver.digests import Alert
from watcher.publish import Publisher
from watcher.question import Question
from watcher.search import Search
from watcher.state.finder import Narrowing
from watcher.state.leases import Want

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.fake_slack import FakeSlack
    from watcher.decide.rules import Rulebook
    from watcher.state.database import Database
    from watcher.state.store import Store

BIG = ("articles", "sightings", "edits", "relations", "matches", "deliveries", "parts", "slots", "pages", "forgotten")
SCAN = re.compile(rf"(SCAN|(Seq|Index|Index Only|Bitmap Heap) Scan .*\bon) ({'|'.join(BIG)})\b")
INDEXED = re.compile(r"SCAN \w+ USING .*INDEX|Index (Only )?Scan")
GATHERED = re.compile(r"TEMP B-TREE|Sort|Hash|Merge|Aggregate")  # of these nothing comes before all is read
SIZE = 20_000
SAID = "Iran has shipped drones to Russia, part"


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    """Give the shipped rules."""
    return Shipped().load()


def poll(store: Store) -> None:
    """Lease, record what is new, edited and known, and ask for full texts."""
    store.feeds.sync([feed("wire"), feed("late")], NOW)
    store.feeds.sync([feed("wire", url="https://elsewhere.example/"), feed("late", enabled=False)], NOW)
    store.feeds.due(NOW)
    listed(store, "wire", "late")
    taken = store.leases.take("me", Want(1), {})
    store.leases.renew("me")
    store.leases.take("me", Want(1), {}, done=list(taken.hosts))
    store.feeds.save(store.feeds.states().values())
    record(store, "wire", *(finding(article(name, title=f"{SAID} {name}"), "arms") for name in "12"))
    record(store, "wire", finding(article("1", title=f"{SAID} 1, says the desk"), "arms"))
    found = store.pages.wanted(["wire"], NOW, limit=9)
    store.pages.settle(found[0].key, "timeout", NOW, finding=None, rulebook="r1")
    store.unread.keep({found[0].key: "a bug"}, NOW)
    store.unread.waiting("another", 9)


def match(store: Store, rulebook: Rulebook) -> None:
    """Bring a slice's decisions to a rulebook, and try again what couldn't be read."""
    for each in store.past.slices(NOW - WINDOW):
        found = store.past.read(each, unless=rulebook.hash)
        store.past.revise({one.key: one.content for one in found}, [], rulebook.hash, NOW)
    store.past.last_rulebook()


def digest(store: Store, rulebook: Rulebook, slack: FakeSlack) -> None:
    """Compose one, with what was told before and the news of the last weeks, post it, and look for alerts."""
    daily = plan()
    store.outbox.register([daily.id], NOW)
    preview(store, rulebook, daily, NOW)
    post(store, rulebook, daily, channel(slack), now=NOW)
    alert = Alert.model_validate({"id": "now", "priority": "normal", "channel": "desk"})
    book = due_book(daily, alerts=(alert,))
    list(Publisher(store, rulebook, book, lambda _: channel(slack)).post_due(NOW + timedelta(days=1)))
    found = store.archive.candidates("another", announce_within=WINDOW, now=NOW)
    store.outbox.plan("another", NOW, [part(1, *found, key="another")], NOW)
    store.outbox.parts("pending", digest="another")


def search(store: Store, rulebook: Rulebook) -> None:
    """Search by words and by what is said, by date and by relevance, and count for a trend."""
    store.words.refresh()
    for words in ("drones", "drones OR partner:IR", "partner:IR good:drones"):
        asked = query.parse(words, rulebook.lexicon)
        list(Search(asked, Question(is_open=True), "date").hits(store))
        list(Search(asked, Question(is_open=True), "relevance").hits(store))
    list(store.finder.newest(Narrowing(since=NOW - WINDOW)))
    store.trends.by_day(since=NOW - WINDOW, until=NOW)


def plans(database: Database, asked: dict[str, Any], engine: str) -> dict[str, str]:
    """Ask the database how it answers each statement."""
    with database.read() as connection:
        if engine == "postgresql":  # which reads small tables whole unless it is told not to
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN" if engine == "postgresql" else "EXPLAIN QUERY PLAN"
        return {
            statement: " | ".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", values))
            for statement, values in asked.items()
        }


def is_whole(statement: str, plan: str) -> bool:
    """Tell whether a big table, or its index, is read from end to end: not so where it ends with the first few."""
    steps = plan.split(" | ")
    read = [step for number, step in enumerate(steps) if SCAN.search(step) and not is_sought(steps, number)]
    is_cut = ("LIMIT" in statement or "Limit" in plan) and not GATHERED.search(plan)
    return any(not (is_cut and INDEXED.search(step)) for step in read)


def is_sought(steps: Sequence[str], number: int) -> bool:
    """Tell whether a step of PostgreSQL's looks rows up by what it is asked for: an index may be read whole, too."""
    below = itertools.takewhile(lambda step: depth(step) > depth(steps[number]), steps[number + 1 :])
    return any(step.strip().startswith(("Index Cond:", "Recheck Cond:")) for step in below)


def depth(step: str) -> int:
    """Tell how far a step of PostgreSQL's is indented."""
    return len(step) - len(step.lstrip())


def test_no_statement_of_a_days_work_reads_a_whole_table(
    tmp_path: Path, engine: str, rulebook: Rulebook, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Polls, matches, digests with novelty and alerts, searches and trends, in an archive that holds a long past."""
    asked: dict[str, Any] = {}

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")) and "pg_" not in statement:
            asked[statement] = values[0] if isinstance(values, list) else values

    monkeypatch.setattr(filling, "LATELY", 200)
    with opened(tmp_path) as store:
        filling.fill(store, "r0", "daily", SIZE, NOW)
        event.listen(store.database.engine, "before_cursor_execute", note)
        poll(store)
        match(store, rulebook)
        digest(store, rulebook, slack)
        search(store, rulebook)
        found = plans(store.database, asked, engine)
    assert not {statement: how for statement, how in found.items() if is_whole(statement, how)}
    assert len(found) > 60
