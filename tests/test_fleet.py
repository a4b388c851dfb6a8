"""A fleet: processes that share one PostgreSQL, its feeds and its digests."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import make_url  # noqa: TID251

from tests.command import Command, furnish
from tests.fake_slack import TOKEN
from tests.feed_server import FeedServer, feed, item
from watcher.state.leases import Want
from watcher.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.fake_slack import FakeSlack
    from tests.postgres import Server

HOSTS, FEEDS = 4, 3
# A worker with a short lease, so that a test needn't wait a minute for what a killed one held.
WORKER = (
    "import sys; from datetime import timedelta; from watcher.state import leases; from watcher.__main__ import main\n"
    "leases.LEASE = timedelta(seconds=2); main()"
)


@pytest.fixture
def webs() -> Iterator[list[FeedServer]]:
    """Give hosts on loopback, each with feeds of one article that meets a rule."""
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(FeedServer(f"127.0.0.{host + 2}")) for host in range(HOSTS)]
        now = f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"
        for host, server in enumerate(servers):
            for number in range(FEEDS):
                title = f"Iran ships missiles to Russia from port {host}{number}"
                link = f"https://example.org/{host}/{number}"
                server.put(f"/{number}.xml", feed(item(title, link=link, date=now)))
        yield servers


@pytest.fixture
def fleet(tmp_path: Path, webs: list[FeedServer], slack: FakeSlack, postgres: Server) -> Iterator[Fleet]:
    """Give a workspace on PostgreSQL whose digest was due a minute ago, and a way to start workers on it."""
    feeds = [
        f"{{id: f{host}{n}, url: '{web.url(f'/{n}.xml')}'}}" for host, web in enumerate(webs) for n in range(FEEDS)
    ]
    furnish(tmp_path, *feeds)
    plan = f"{{id: daily, at: ['{datetime.now(UTC) - timedelta(minutes=1):%H:%M}'], channel: desk}}"
    plans = f"channels: {{desk: {{slack: C0123ABCD}}}}\ndigests:\n  - {plan}\n"
    (tmp_path / "rules" / "digests.yaml").write_text(plans, encoding="utf-8")
    made = Fleet(tmp_path, postgres.database(), slack.url)
    yield made
    made.end()


class Fleet:
    """Workers as processes of their own."""

    def __init__(self, folder: Path, url: str, slack: str) -> None:
        self.folder = folder
        self.url = url
        self.environ = os.environ | {
            "WATCHER_DATABASE_URL": url,
            "WATCHER_ALLOW_PRIVATE": "1",
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_API_URL": slack,
        }
        self.members: list[subprocess.Popen[bytes]] = []

    def start(self, command: str = "worker") -> subprocess.Popen[bytes]:
        """Start one more."""
        words = [sys.executable, "-c", WORKER, "--dir", str(self.folder), command]
        log = (self.folder / f"{len(self.members)}.log").open("wb")
        with log:
            self.members.append(subprocess.Popen(words, env=self.environ, stderr=log))
        return self.members[-1]

    def log(self) -> str:
        """Give what they logged."""
        return "".join(path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("*.log")))

    def end(self) -> None:
        """Leave nothing behind."""
        for member in self.members:
            member.kill()
            member.wait()


def until(is_so: Callable[[], bool], fleet: Fleet, seconds: float = 60.0) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, fleet.log()
        time.sleep(0.1)


def test_a_fleet_asks_each_feed_once_and_posts_one_digest(
    fleet: Fleet, webs: list[FeedServer], slack: FakeSlack
) -> None:
    """Workers and a run share the hosts; every article is stored and told once; then they idle; a signal ends each."""
    for command in ("worker", "run", "worker"):
        fleet.start(command)
    until(lambda: bool(slack.messages), fleet)
    with Store.open(fleet.url) as store:
        assert store.archive.counts().articles == HOSTS * FEEDS
    asked = Counter((web.url(each.path)) for web in webs for each in web.ledger)
    assert set(asked.values()) == {1}
    assert len(asked) == HOSTS * FEEDS
    before = jobs(fleet)
    time.sleep(2)
    assert jobs(fleet) - before < 9  # idle members don't wake each other
    for member in fleet.members:
        member.send_signal(signal.SIGTERM)
    assert [member.wait(timeout=10) for member in fleet.members] == [0, 0, 0], fleet.log()
    said = str(slack.messages)
    assert [said.count(f"example.org/{host}/{number}") > 0 for host in range(HOSTS) for number in range(FEEDS)]
    assert len({message["metadata"]["event_payload"]["part"] for message in slack.messages}) == len(slack.messages)


def jobs(fleet: Fleet) -> int:
    """Count the jobs that were ever noted."""
    with Store.open(fleet.url) as store, store.database.read() as connection:
        return int(connection.exec_driver_sql("SELECT last_value FROM procrastinate_jobs_id_seq").scalar_one())


def test_what_a_killed_worker_held_falls_to_the_others(fleet: Fleet, webs: list[FeedServer], slack: FakeSlack) -> None:
    """A worker killed in the middle of a pass delays its feeds by the lease; nothing is lost or there twice."""
    webs[0].put("/0.xml", b"", status=302, headers={"Location": "/silent"})
    killed = fleet.start()
    until(lambda: sum(len(web.ledger) for web in webs) >= HOSTS, fleet)
    killed.kill()
    now = f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"
    webs[0].put("/0.xml", feed(item("Iran ships missiles to Russia at last", link="https://example.org/0/0", date=now)))
    fleet.start()
    until(lambda: bool(slack.messages), fleet)
    with Store.open(fleet.url) as store:
        assert store.archive.counts().articles == HOSTS * FEEDS


def test_a_worker_outlives_a_database_that_is_away(fleet: Fleet, webs: list[FeedServer]) -> None:
    """It tries to reach it again and again, and goes on where it was; all that it says is in its own log's form."""
    fleet.environ["WATCHER_LOG"] = "json"
    fleet.start()
    until(lambda: stored(fleet) == HOSTS * FEEDS, fleet)
    admin = make_url(fleet.url).set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    name = make_url(fleet.url).database
    with psycopg.connect(admin, autocommit=True) as session:
        session.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        session.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        time.sleep(2)  # the outage
        session.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    late = item("Iran ships missiles to Russia after the outage", link="https://example.org/late")
    webs[0].put("/0.xml", feed(late))
    with Store.open(fleet.url) as store, store.database.write() as connection:
        connection.exec_driver_sql("UPDATE feeds SET next_due = now()")
    until(lambda: stored(fleet) == HOSTS * FEEDS + 1, fleet)
    assert all(json.loads(line)["message"] for line in fleet.log().splitlines())


def test_members_of_an_older_version_end_once_a_newer_one_is_there(fleet: Fleet, slack: FakeSlack) -> None:
    """A worker and a run that meet another schema end with 2 and say why, so that whoever starts them notices."""
    members = [fleet.start(command) for command in ("worker", "run")]
    until(lambda: bool(slack.messages), fleet)
    with Store.open(fleet.url) as store, store.database.migrating() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert [member.wait(timeout=60) for member in members] == [2, 2]
    assert fleet.log().count("was brought to schema 9999 by another Watcher") >= 2
    assert "Traceback" not in fleet.log()


def test_what_a_dotenv_says_to_the_database_is_passed_on(fleet: Fleet) -> None:
    """A user, a password or a way to encrypt stand in .env beside the address, as for any program of PostgreSQL's."""
    fleet.environ["WATCHER_DATABASE_URL"] = fleet.url.replace("postgres@", "")
    (fleet.folder / ".env").write_text("PGUSER=nobody_known\n", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        run(fleet, "status")
    assert 'role "nobody_known" does not exist' in caught.value.stderr
    (fleet.folder / ".env").write_text("PGUSER=postgres\n", encoding="utf-8")
    assert "archive" in run(fleet, "status")


def stored(fleet: Fleet) -> int:
    """Count the articles in the archive."""
    with Store.open(fleet.url) as store:
        return store.archive.counts().articles


def test_a_poll_by_hand_leaves_alone_what_a_worker_asks(fleet: Fleet, webs: list[FeedServer]) -> None:
    """It takes hosts that nobody asks, all feeds of them where it is told to; what it brings is in the archive."""
    with Store.open(fleet.url) as store:
        assert run(fleet, "poll").endswith(f"{HOSTS * FEEDS} matched\n")
        assert run(fleet, "poll").startswith("polled 0 feeds")
        store.leases.take("another", Want(1), {}, force=True)
        assert run(fleet, "poll", "--force").startswith(f"polled {(HOSTS - 1) * FEEDS} feeds")


def run(fleet: Fleet, *words: str) -> str:
    """Run a command on the fleet's state; give what it says without its seconds."""
    command = [sys.executable, "-m", "watcher", "--dir", str(fleet.folder), *words]
    ran = subprocess.run(command, env=fleet.environ, check=True, capture_output=True, text=True)
    return re.sub(r"; [\d.]+ s$", "", ran.stdout, flags=re.MULTILINE)


def test_a_worker_needs_a_database_that_others_reach(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite it says which setting is missing, and what to use instead."""
    furnish(tmp_path)
    told = Command(tmp_path, capsys, monkeypatch)("worker")
    assert told.code == 2
    assert "set WATCHER_DATABASE_URL=postgresql+psycopg://" in told.err
