"""What every test may ask for: the shared real-world data, and a workspace of its own."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing import forkserver
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.command import Command, furnish
from tests.fake_slack import FakeSlack
from tests.postgres import Server, place

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent

SLOW = {"test_wheel", "test_fleet", "test_chaos", "test_siege"}

# How many examples each property is tried on: few in every run, as they are others each time; many where one asks for
# them by --hypothesis-profile=thorough. No example has a deadline: other work on a machine is no bug.
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("suite", max_examples=50, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("thorough", max_examples=2000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def root() -> Path:
    """Give the project's root."""
    return ROOT


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Count no lines while the shared data is read: coverage must suffice without it, and is slow.

    What takes long begins first, so that no process waits for it in the end.
    """
    items.sort(key=lambda item: item.path.stem not in SLOW)
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="session", autouse=True)
def _warm_workers() -> None:
    """Start the server that worker processes are forked from, with what they load; the bot's own loads less."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(["tests.warm"])
    forkserver.ensure_running()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of captured feeds and labelled items that lies beside a checkout; skip where it is missing."""
    folder = ROOT.parent / "shared"
    if not (folder / "feeds").is_dir():
        pytest.skip("../shared with the captured feeds and labelled items is not beside this checkout")
    return folder


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[FakeSlack]:
    """Give a Slack of our own, with its ledger on disk."""
    with FakeSlack(tmp_path / "ledger.jsonl") as running:
        yield running


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Give an empty but valid workspace: feeds.yaml without feeds, rules/watch/, state/."""
    (tmp_path / "rules" / "watch").mkdir(parents=True)
    (tmp_path / "state").mkdir()
    (tmp_path / "feeds.yaml").write_text("contact: tests@example.org\nfeeds: []\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def watcher(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the command line in a workspace with two rules and two digests, without feeds."""
    furnish(tmp_path)
    return Command(tmp_path, capsys, monkeypatch)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Give a PostgreSQL server that all processes of this run share; skip where none can be had."""
    server = Server(place(os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))))
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _no_database_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests' archives in their own folders, whatever the machine says."""
    monkeypatch.delenv("WATCHER_DATABASE_URL", raising=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, _no_database_from_outside: None
) -> Iterator[str]:
    """Run the test on each engine: on PostgreSQL by the variable that users set."""
    if request.param == "sqlite":
        yield "sqlite"
        return
    server: Server = request.getfixturevalue("postgres")
    address = server.database()
    monkeypatch.setenv("WATCHER_DATABASE_URL", address)
    yield "postgresql"
    server.drop(address)
