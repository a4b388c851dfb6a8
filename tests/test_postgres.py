"""PostgreSQL beneath the archive: what it promises beyond the tests that run on both engines."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.remembered import NOW, WINDOW, article, finding, listed, record
from watcher.errors import StateError
from watcher.state import postgres as beneath
from watcher.state.store import Store

if TYPE_CHECKING:
    from tests.postgres import Server


@pytest.fixture
def url(postgres: Server) -> str:
    """Give the address of a database without rows."""
    return postgres.database()


def test_many_processes_may_open_a_new_database_at_once(postgres: Server) -> None:
    """One migrates, the others wait and find it done."""
    script = f"from watcher.state.store import Store; Store.open({postgres.empty()!r}).close()"
    started = [subprocess.Popen([sys.executable, "-W", "error", "-c", script]) for _ in range(4)]
    assert [process.wait() for process in started] == [0] * 4


def test_a_second_writer_waits_and_sees_what_the_first_wrote(url: str) -> None:
    """Two machines that write at once take turns, so that what one decides still holds when it writes."""
    script = (
        "import time; from watcher.state.database import Database\n"
        f"with Database({url!r}).write() as c:\n"
        "    c.exec_driver_sql(\"INSERT INTO digests VALUES ('daily', now())\")\n"
        "    print('writing', flush=True); time.sleep(0.5)"
    )
    with Store.open(url) as store:
        other = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        started = time.monotonic()
        store.outbox.register(["daily"], NOW)  # would break a constraint if it didn't see theirs
        assert time.monotonic() - started > 0.2
        assert other.wait() == 0
        other.stdout.close()


def test_a_reader_sees_one_state_and_cannot_write(url: str) -> None:
    """What is committed while a question is being answered doesn't change the answer halfway."""
    with Store.open(url) as store, Store.open(url) as other:
        listed(other, "wire")
        with store.database.read() as connection:
            before = connection.exec_driver_sql("SELECT count(*) FROM articles").scalar()
            record(other, "wire", finding(article("1"), "arms"))
            assert connection.exec_driver_sql("SELECT count(*) FROM articles").scalar() == before
        with pytest.raises(Exception, match="read-only"), store.database.read() as connection:
            connection.exec_driver_sql("DELETE FROM articles")
        assert len(store.archive.candidates("daily", announce_within=WINDOW, now=NOW)) == 1


def test_one_machine_at_a_time_is_alone_and_its_end_ends_that(url: str) -> None:
    """What only one process may do waits for the other, and a killed one holds nothing."""
    script = (
        "import time; from watcher.state.database import Database\n"
        f"with Database({url!r}).alone('posting', bool) as is_alone: print(is_alone, flush=True); time.sleep(60)"
    )
    with Store.open(url) as store:
        other = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        with store.database.alone("posting", bool) as is_alone:
            assert not is_alone
        with store.database.alone("rescan", bool) as is_alone:
            assert is_alone
        other.kill()
        other.wait()
        other.stdout.close()
        with store.database.alone("posting", time.sleep, 30) as is_alone:
            assert is_alone


def test_connections_that_a_restart_closed_are_opened_anew(url: str) -> None:
    """A restarted server costs the transaction in flight, told as such, and nothing afterwards."""
    with Store.open(url) as store:
        store.outbox.register(["daily"], NOW)
        with pytest.raises(StateError, match="can't be used: terminating connection"):
            _write_while_all_are_cut_off(store, url)
        store.outbox.register(["weekly"], NOW)


def _write_while_all_are_cut_off(store: Store, url: str) -> None:
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
    with store.database.write() as connection, psycopg.connect(url.replace("+psycopg", "")) as admin:
        admin.execute(f"{cut} pg_backend_pid()".encode())
        connection.exec_driver_sql("SELECT 1")


def test_a_server_that_cannot_be_reached_is_named_without_the_password(url: str) -> None:
    """The message says which database, where, and why, but no secret."""
    absent = "postgresql+psycopg://desk:hunter2@127.0.0.1:9/news?application_name=hunter2"
    with pytest.raises(StateError, match=r"the archive news on 127\.0\.0\.1 can't be used: .*refused") as caught:
        Store.open(absent)
    assert "hunter2" not in str(caught.value)
    with pytest.raises(StateError, match='database "elsewhere" does not exist'):
        Store.open(url.replace(url.split("?", maxsplit=1)[0].rsplit("/", 1)[1], "elsewhere"))


def test_a_user_who_may_not_make_tables_is_told(postgres: Server) -> None:
    """Missing privileges are the server's matter, not a traceback."""
    url = postgres.empty()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS guest")
        admin.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(StateError, match="permission denied for schema public"):
        Store.open(url.replace("postgres@", "guest@"))


def test_a_missing_driver_says_what_to_install(url: str) -> None:
    """Who installed Watcher without PostgreSQL's driver reads the command that brings it."""
    script = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from watcher.state.store import Store; from watcher.errors import StateError\n"
        f"try: Store.open({url!r})\n"
        "except StateError as error: print(error)"
    )
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, env=os.environ)
    assert told.stdout == 'PostgreSQL needs its driver: pip install "watcher[postgres]"\n'


def test_a_writer_does_not_wait_for_ever(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that hangs elsewhere is told after a while, instead of hanging everyone."""
    monkeypatch.setattr(beneath, "PATIENCE", 0.2)
    with Store.open(url) as store, Store.open(url) as other, store.database.write():  # noqa: SIM117
        with pytest.raises(StateError, match="lock timeout"):
            other.outbox.register(["daily"], NOW)
