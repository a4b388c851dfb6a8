"""The archive as a whole: opened, migrated, shared by processes, and told clearly when it can't be used."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, cast

import pytest
from alembic.autogenerate import compare_metadata  # noqa: TID251  held against the tables
from alembic.migration import MigrationContext  # noqa: TID251
from alembic.script import ScriptDirectory  # noqa: TID251

from tests.remembered import NOW, WINDOW, address, article, feed, finding, listed, opened, part, record
from watcher.errors import OutdatedError, StateError
from watcher.state import migrations, store, tables
from watcher.state.database import Database
from watcher.state.sqlite import switch
from watcher.state.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def ask(folder: Path, question: str) -> list[tuple[object, ...]]:
    """Ask the database file by another way than the program's."""
    with sqlite3.connect(folder / "state" / "watcher.db") as connection:
        rows = connection.execute(question).fetchall()
    connection.close()
    return rows


def test_a_new_archive_is_made_for_this_user_alone(tmp_path: Path) -> None:
    """The state folder is created, and others may not look into it."""
    with opened(tmp_path):
        assert (tmp_path / "state").stat().st_mode & 0o077 == 0


def test_every_connection_writes_through_and_holds_references(tmp_path: Path) -> None:
    """WAL, synchronous=FULL (2), foreign keys on and a wait for other writers, on each connection."""
    with opened(tmp_path) as archive, archive.database.write() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert found == ["wal", 2, 1, 30000]


@pytest.mark.usefixtures("engine")
def test_migrations_make_the_tables_that_the_code_speaks_of(tmp_path: Path) -> None:
    """The schema after all migrations and tables.py don't differ in anything."""
    with opened(tmp_path) as archive, archive.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, tables.metadata) == []


def test_the_known_schema_is_the_newest_migration() -> None:
    """Opening trusts one constant: it is the head of the migrations."""
    assert ScriptDirectory(os.fspath(migrations.__path__[0])).get_heads() == [store.SCHEMA]


def test_an_archive_that_is_up_to_date_opens_without_alembic(tmp_path: Path) -> None:
    """A short command doesn't pay for the migration tool."""
    opened(tmp_path).close()
    script = f"import sys; from watcher.state.store import Store; Store.open({address(tmp_path)!r}).close()"
    subprocess.run([sys.executable, "-c", f"{script}; sys.exit('alembic' in sys.modules)"], check=True)


def test_many_processes_may_open_a_new_archive_at_once(tmp_path: Path) -> None:
    """One migrates, the others wait and find it done."""
    script = f"from watcher.state.store import Store; Store.open({address(tmp_path)!r}).close()"
    started = [subprocess.Popen([sys.executable, "-W", "error", "-c", script]) for _ in range(6)]
    assert [process.wait() for process in started] == [0] * 6
    assert ask(tmp_path, "SELECT version_num FROM alembic_version") == [(store.SCHEMA,)]


def test_a_newer_archive_is_left_alone(tmp_path: Path) -> None:
    """A schema that this program doesn't know is refused in words that say what to do."""
    opened(tmp_path).close()
    ask(tmp_path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StateError, match=r"written by a newer Watcher .*: upgrade Watcher"):
        opened(tmp_path)


@pytest.mark.usefixtures("engine")
def test_what_another_version_brought_up_is_written_no_more(tmp_path: Path) -> None:
    """A program that ran meanwhile says so, and writes nothing by its old notion of the tables."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        with store.database.migrating() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(OutdatedError, match="brought to schema 9999 by another Watcher"):
            record(store, "wire", finding(article("1")))
        assert store.archive.counts().articles == 0


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """The message names the file and says that it is not a database."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "watcher.db").write_text("these are not the rows you are looking for " * 99)
    with pytest.raises(StateError, match=r"watcher\.db can't be used: file is not a database"):
        opened(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file where the state folder should be is told, not a traceback."""
    (tmp_path / "state").write_text("")
    with pytest.raises(StateError, match="state can't be made"):
        opened(tmp_path)


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    """What SQLite can't open is a StateError."""
    (tmp_path / "state" / "watcher.db").mkdir(parents=True)
    with pytest.raises(StateError, match="unable to open database file"):
        opened(tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "mysql://desk:secret@example.org/watcher",
        "postgresql://example.org/?password=secret",
        "postgresql://desk:secret@example.org:port/watcher",
        "not an address",
    ],
)
def test_an_address_that_is_no_archive_is_refused_without_its_password(url: str) -> None:
    """Only SQLite files and PostgreSQL databases are archives, and no secret is shown."""
    with pytest.raises(StateError, match=r"sqlite:////path/to/watcher\.db") as caught:
        Store.open(url)
    assert "secret" not in str(caught.value)


@pytest.mark.usefixtures("engine")
def test_a_bug_in_a_statement_is_no_state_error(tmp_path: Path) -> None:
    """What breaks a constraint is our mistake and stops the run as such."""
    same = part(1)
    with opened(tmp_path) as archive, pytest.raises(Exception, match=r"(?i)unique") as caught:
        archive.outbox.plan("daily", NOW, [same, same], NOW)
    assert not isinstance(caught.value, StateError)


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    """Two processes that write at once both succeed, one after the other."""
    with opened(tmp_path) as archive:
        script = (
            "import time; from watcher.state.database import Database\n"
            f"with Database({address(tmp_path)!r}).write() as c:\n"
            "    c.exec_driver_sql(\"INSERT INTO digests VALUES ('theirs', '2026-01-01 00:00:00.000000')\")\n"
            "    print('writing', flush=True); time.sleep(0.5)"
        )
        other = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        started = time.monotonic()
        archive.outbox.register(["ours"], NOW)
        assert time.monotonic() - started > 0.2
        assert other.wait() == 0
        other.stdout.close()
    assert ask(tmp_path, "SELECT id FROM digests ORDER BY id") == [("ours",), ("theirs",)]


class Busy:
    """A connection that finds the file locked a few times."""

    def __init__(self, times: int, message: str = "database is locked") -> None:
        self.times = times
        self.message = message

    def execute(self, statement: str) -> None:
        """Fail, or do nothing."""
        assert statement == "PRAGMA journal_mode=WAL"
        self.times -= 1
        if self.times >= 0:
            raise sqlite3.OperationalError(self.message)


def test_turning_a_new_file_to_wal_tries_until_others_are_done() -> None:
    """Locked for a moment is no error; locked for good, or anything else, is."""
    switch(cast("sqlite3.Connection", Busy(2)))
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        switch(cast("sqlite3.Connection", Busy(999)), patience=0.05)
    with pytest.raises(sqlite3.OperationalError, match="read-only"):
        switch(cast("sqlite3.Connection", Busy(1, "read-only")))


@pytest.mark.usefixtures("engine")
def test_strange_text_is_stored_as_far_as_it_can_be(tmp_path: Path) -> None:
    """Lone surrogates and NULs from a feed lose themselves, not the article."""
    with opened(tmp_path) as archive:
        listed(archive, "wire")
        strange = article("1", title="bad \ud800 and \0 text, ok й 中", url="", summary="\udfff")
        record(archive, "wire", finding(strange))
        stored = next(archive.archive.articles()).article
    assert (stored.title, stored.summary) == ("bad ? and  text, ok й 中", "?")


def test_no_question_reads_a_whole_table(tmp_path: Path, engine: str) -> None:
    """Every statement that the program sends is answered through an index, the order of rows included."""
    asked: list[tuple[str, Any]] = []
    with opened(tmp_path) as archive:
        _watch(archive.database, asked)
        _use(archive)
        with archive.database.read() as connection:
            if engine == "postgresql":  # which reads small tables whole unless it is told not to
                connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            explain = "EXPLAIN" if engine == "postgresql" else "EXPLAIN QUERY PLAN"
            plans = {
                statement: " | ".join(
                    str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", values)
                )
                for statement, values in dict(asked).items()
            }
    big = ("articles", "sightings", "edits", "relations", "matches", "deliveries", "parts", "slots")
    whole = [f"{scan} {table}" for scan in ("SCAN", "Seq Scan on") for table in big]
    assert not [plan for plan in plans.values() if any(scan in plan for scan in whole)]
    # Only what is picked by id, and so is few, is sorted afterwards.
    assert not [plan for plan in plans.values() if "TEMP B-TREE" in plan and "(id=?)" not in plan]
    assert len(plans) > 20


def _watch(database: Database, asked: list[tuple[str, Any]]) -> None:
    from sqlalchemy import event  # noqa: TID251

    def note(_connection: object, _cursor: object, statement: str, values: object, *_more: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and "pg_" not in statement:
            asked.append((statement, values[0] if isinstance(values, list) else values))

    event.listen(database.engine, "before_cursor_execute", note)


def _use(archive: Store) -> None:
    """Do everything that a day brings."""
    archive.feeds.sync([feed("wire"), feed("late")], NOW)
    archive.feeds.sync([feed("wire", url="https://elsewhere.example/"), feed("late", enabled=False)], NOW)
    archive.feeds.due(NOW)
    archive.feeds.save(archive.feeds.states().values())
    listed(archive, "wire", "late")
    record(archive, "wire", finding(article("1"), "iran-arms"))
    record(archive, "wire", finding(article("1", title="Samples are shipped, part 1, says the desk"), "iran-arms"))
    archive.outbox.register(["daily"], NOW)
    found = archive.archive.candidates("daily", announce_within=WINDOW, now=NOW)
    archive.outbox.claim_slot("daily", NOW, NOW)
    archive.outbox.plan("daily", NOW, [part(1, *found)], NOW)
    archive.outbox.parts("pending", digest="daily")
    archive.posting.begin(archive.outbox.parts("pending")[0], NOW)
    archive.posting.sent(1, "1.1", NOW)
    archive.outbox.last_slot("daily")
    list(archive.archive.articles(since=NOW, until=NOW + WINDOW))
    list(archive.archive.articles(ids=["a", "b"]))
    archive.archive.counts(NOW, NOW + WINDOW)


def test_an_archive_of_the_first_schema_is_brought_up(tmp_path: Path) -> None:
    """Its articles are told at their date, or when first seen where that is missing or lies ahead."""
    opened(tmp_path).close()
    (tmp_path / "state" / "watcher.db").unlink()
    database = Database(address(tmp_path))
    with database.migrating() as connection:
        migrations.upgrade(connection, "0001")
        connection.exec_driver_sql("INSERT INTO rulebooks VALUES (1, 'r1', '2026-01-01 00:00:00.000000')")
        for key, published in enumerate(("'2026-01-02 07:00:00.000000'", "NULL", "'2027-01-02 07:00:00.000000'")):
            connection.exec_driver_sql(
                f"INSERT INTO articles VALUES ({key}, 'id{key}', 'wire', '2026-01-03 07:00:00.000000', 0, 1, '', NULL,"
                f" {published}, '', '', '', '', '', '[]', 'A title', '', 'A body')"
            )
        connection.exec_driver_sql("INSERT INTO matches VALUES (0, 'arms', 'high', '[]', '[]', 1)")
    database.close()
    with opened(tmp_path) as store_:
        assert [each.article.body for each in store_.archive.articles()] == ["A body"] * 3
    assert ask(tmp_path, "SELECT substr(told, 1, 10) FROM articles ORDER BY key") == [
        ("2026-01-02",), ("2026-01-03",), ("2026-01-03",)
    ]  # fmt: skip
    assert ask(tmp_path, "SELECT rule, in_hindsight FROM matches") == [("arms", 0)]
