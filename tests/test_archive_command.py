"""`watcher archive …`: out, in, backed up while others write, and kept small."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.command import Command, furnish
from tests.conftest import ROOT
from tests.remembered import NOW, WINDOW, article, finding, listed, opened, part, record
from watcher.errors import StateError
from watcher.state import transfer as transferring
from watcher.state.hold import hold
from watcher.state.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres import Server

DAY = timedelta(days=1)
TODAY = datetime.now(UTC)


def grow(store: Store, *ages: int) -> None:
    """Store a matched article with a body for each age in days, each seen by two feeds and edited once."""
    listed(store, "wire", "copy")
    for age in ages:
        guid = f"https://wire.example/{age}"
        then = TODAY - age * DAY
        for name, summary in (("wire", "First."), ("copy", "First."), ("wire", "Then otherwise.")):
            told = article(guid, name=name, url=guid, title=f"Story {age}", summary=summary, body=f"Body {age}",
                           tags=("x",), categories=("War",), published=then)  # fmt: skip
            record(store, name, finding(told, "iran-arms"), now=then)


@pytest.fixture
def watcher(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give a workspace with articles of today, a month and a year ago."""
    furnish(tmp_path / "desk")
    with opened(tmp_path / "desk") as store:
        grow(store, 365, 30, 0)
    return Command(tmp_path / "desk", capsys, monkeypatch)


@pytest.fixture
def other(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give another workspace, without an archive."""
    furnish(tmp_path / "other")
    return Command(tmp_path / "other", capsys, monkeypatch)


def titles(command: Command) -> list[str]:
    """Give the titles in a workspace's archive."""
    with opened(command.folder) as store:
        return [each.article.title for each in store.archive.articles()]


def lines(command: Command, *words: str) -> list[dict[str, Any]]:
    """Give what `archive export` writes to standard output."""
    done = command("archive", "export", *words)
    assert done.code == 0
    return [json.loads(line) for line in done.out.splitlines()]


def test_an_export_is_the_whole_archive_a_line_an_article(watcher: Command) -> None:
    """With relations, matches, who showed it and how it read before; or only what was first seen in a time."""
    oldest, *rest = lines(watcher)
    assert [each["title"] for each in rest] == ["Story 30", "Story 0"]
    assert (oldest["title"], oldest["body"], oldest["feed"], oldest["categories"]) == (
        "Story 365",
        "Body 365",
        "wire",
        ["War"],
    )
    assert (oldest["relevant"], oldest["relations"][0]["partner"], oldest["matches"][0]["rule"]) == (
        True,
        "IR",
        "iran-arms",
    )
    assert [each["feed"] for each in oldest["sightings"]] == ["copy", "wire"]
    assert [(each["feed"], each["summary"]) for each in oldest["edits"]] == [("wire", "First.")]
    assert [each["title"] for each in lines(watcher, "--since", "60d", "--until", "7d")] == ["Story 30"]


def test_an_export_reads_page_by_page(watcher: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many articles there are, each stands in it once, in the order they were first seen."""
    whole = lines(watcher)
    for size in (1, 2, 3):
        monkeypatch.setattr(transferring, "SLICE", size)
        assert lines(watcher) == whole


@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.gz"])
def test_an_import_brings_everything_and_announces_nothing(
    watcher: Command, other: Command, tmp_path: Path, name: str
) -> None:
    """What comes out of the second archive is what went out of the first; a second import finds it there already."""
    file = tmp_path / name
    assert watcher("archive", "export", "--output", str(file)).err.endswith("exported 3 articles\n")
    assert file.read_bytes().startswith(b"\x1f\x8b") == name.endswith(".gz")
    assert "imported 3 of 3" in other("archive", "import", str(file)).err
    assert "imported 0 of 3" in other("archive", "import", str(file)).err
    assert lines(other) == lines(watcher)
    assert json.loads(other("digest", "daily", "--format", "json").out)["sections"] == []
    assert other("search", "story").err.endswith("3 found\n")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "Invalid JSON"),
        ('{"id": "x", "title": "T"}', '"first_seen": Field required'),
        ('{"id": "x", "title": "T", "first_seen": "soon"}', '"first_seen"'),
        (
            '{"id": "x", "title": "T", "first_seen": "2026-01-01T00:00:00Z", "relations": [{"partner": "IR"}]}',
            "relations.0",
        ),
        ('{"id": "", "title": "T", "first_seen": "2026-01-01T00:00:00Z"}', '"id"'),
    ],
)
def test_a_bad_line_ends_an_import_and_is_named(other: Command, line: str, why: str) -> None:
    """The lines before it are stored, and exit code 2 comes with its number and what is wrong."""
    good = json.dumps({"id": "1", "title": "Good", "first_seen": "2026-01-01T00:00:00Z"})
    done = other("archive", "import", "-", stdin=f"{good}\n\n{line}\n".encode())
    assert (done.code, "standard input, line 3: " in done.err, why in done.err) == (2, True, True)
    assert titles(other) == ["Good"]


def test_an_export_without_its_disk_leaves_no_half_file(watcher: Command, tmp_path: Path) -> None:
    """A file that can't be written is named; a folder holds whole files only."""
    done = watcher("archive", "export", "--output", str(tmp_path / "no" / "all.jsonl"))
    assert (done.code, "can't be written" in done.err) == (2, True)
    assert watcher("archive", "import", str(tmp_path / "no.jsonl")).code == 2


KILLED = """
import os, signal, sys
from watcher import transfer
from watcher.__main__ import main
from watcher.state.transfer import Transfer
from watcher.cli import archive
archive.BATCH = 1
written, add = transfer.as_object, Transfer.add
count = 0
def once(made):
    global count
    count += 1
    if count == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return made
transfer.as_object = lambda entry: once(written(entry))
Transfer.add = lambda self, entries, now: once(add(self, entries, now))
sys.argv = ["watcher", *sys.argv[1:]]
main()
"""


def test_killed_at_any_moment_nothing_is_lost_or_doubled(watcher: Command, other: Command, tmp_path: Path) -> None:
    """An export that dies leaves no file under its name; an import that dies is completed by the next."""
    file = tmp_path / "all.jsonl"

    def die(command: Command, *words: str) -> None:
        words = ("--dir", str(command.folder), "archive", *words)
        done = subprocess.run([sys.executable, "-c", KILLED, *words], cwd=ROOT, check=False, capture_output=True)
        assert done.returncode == -signal.SIGKILL

    die(watcher, "export", "--output", str(file))
    assert not file.exists()
    watcher("archive", "export", "--output", str(file))
    die(other, "import", str(file))
    assert len(titles(other)) == 2
    assert "imported 1 of 3" in other("archive", "import", str(file)).err
    assert lines(other) == lines(watcher)


def test_a_backup_is_whole_while_others_write(watcher: Command, tmp_path: Path) -> None:
    """It holds what was committed when it was made, can be opened as an archive, and replaces an older one."""
    copy = tmp_path / "copy.db"
    copy.write_text("an older one")
    with opened(watcher.folder) as store, store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM matches")  # not committed yet
        assert "backed up to" in watcher("archive", "backup", str(copy)).err
    with closing(sqlite3.connect(copy)) as copied:
        assert copied.execute("SELECT count(*) FROM matches").fetchone() == (3,)
        assert copied.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.stat().st_mode & 0o077 == 0
    with Store.open(f"sqlite:///{copy}") as store:
        assert len(list(store.archive.articles())) == 3
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_a_backup_never_replaces_the_archive(watcher: Command, tmp_path: Path) -> None:
    """Nor does one that can't be written hide behind success."""
    assert "is the archive itself" in watcher("archive", "backup", str(watcher.folder / "state" / "watcher.db")).err
    assert watcher("archive", "backup", str(tmp_path / "no" / "copy.db")).code == 2
    (tmp_path / "taken").mkdir()
    with opened(watcher.folder) as store, pytest.raises(StateError, match="can't be written"):
        store.database.copy(tmp_path / "taken")


def keep(command: Command, text: str) -> None:
    """Say in feeds.yaml what is kept."""
    path = command.folder / "feeds.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8')}keep: {text}\n", encoding="utf-8")


def test_what_is_too_old_is_removed(watcher: Command) -> None:
    """Articles, full texts and matches each at their age; the rest stays as it is."""
    keep(watcher, "{articles: 100d, bodies: 10d, matches: 20d}")
    assert watcher("archive", "prune", "--vacuum").out == "removed 1 articles, 1 full texts, 1 matches\n"
    month, today = lines(watcher)
    assert (month["title"], month["body"], month["matches"], month["edits"][0]["body"]) == ("Story 30", "", [], "")
    assert (today["title"], today["body"], len(today["matches"])) == ("Story 0", "Body 0", 1)
    assert watcher("archive", "prune").out == "removed 0 articles, 0 full texts, 0 matches\n"


def test_what_was_removed_is_no_news_when_it_is_shown_again(watcher: Command, tmp_path: Path) -> None:
    """Its feed may show it for years; but an import brings it back."""
    watcher("archive", "export", "--output", str(tmp_path / "all.jsonl"))
    keep(watcher, "{articles: 20d}")
    watcher("archive", "prune")
    guid = "https://wire.example/30"
    with opened(watcher.folder) as store:
        again = finding(article(guid, url=guid, title="Story 30", published=None), "iran-arms")
        twin = finding(article("another", url=guid, title="Story 30"), "iran-arms")
        assert record(store, "wire", again, twin, now=TODAY) == (0, 0, 2)
    assert titles(watcher) == ["Story 0"]
    assert "imported 2 of 3" in watcher("archive", "import", str(tmp_path / "all.jsonl")).err
    assert titles(watcher) == ["Story 365", "Story 30", "Story 0"]


@pytest.mark.usefixtures("engine")
def test_what_is_still_to_be_said_is_not_removed(tmp_path: Path) -> None:
    """An article in an unsent part stays, and so does the newest one."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        for number in range(3):
            record(store, "wire", finding(article(str(number), published=NOW), "arms"), now=NOW)
        found = store.archive.candidates("daily", announce_within=WINDOW, now=NOW)
        store.outbox.plan("daily", NOW, [part(1, found[0])], NOW)
        done = store.keeping.remove(NOW + 99 * DAY, articles=DAY, bodies=None, matches=DAY)
        assert (done.articles, done.matches) == (1, 1)
        assert len(list(store.archive.articles())) == 2


def test_a_rescan_reads_no_text_again_whose_body_is_gone(watcher: Command) -> None:
    """What was found in a removed text stays found, and matches that are no longer kept don't come back."""
    with opened(watcher.folder) as store, store.database.write() as connection:
        connection.exec_driver_sql("UPDATE rulebooks SET hash = 'another'")
    keep(watcher, "{bodies: 10d, matches: 100d}")
    watcher("archive", "prune")
    assert watcher("rules", "rescan").out.startswith("rescanned 2 articles")
    year, month, today = lines(watcher)
    assert (year["rulebook"], year["matches"]) == ("another", [])
    assert [one["partner"] for one in month["relations"]] == ["IR"]
    assert today["relations"] == []  # whole, and so read again: it says nothing of the kind


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{articles: 3d}", "at least 1w"),
        ("{articles: 30d, bodies: 60d}", "bodies can't be kept longer"),
        ("{articels: 30d}", 'did you mean "articles"'),
    ],
)
def test_a_keep_that_makes_no_sense_is_refused(watcher: Command, text: str, why: str) -> None:
    """With line and column, when the file is loaded."""
    keep(watcher, text)
    done = watcher("archive", "prune")
    assert (done.code, why in done.err, "feeds.yaml:" in done.err) == (2, True, True)


def test_without_keep_or_archive_nothing_is_removed(watcher: Command, other: Command) -> None:
    """And it says so."""
    assert "keeps everything for ever" in watcher("archive", "prune").err
    assert len(titles(watcher)) == 3
    for words in (["prune"], ["export"], ["backup", "x.db"]):
        assert "`watcher poll` fills it" in other("archive", *words).err


def test_an_archive_moves_to_another_database(watcher: Command, tmp_path: Path) -> None:
    """Everything arrives and is compared; what can't be opened is told, and a running bot keeps it from beginning."""
    address = f"sqlite:///{tmp_path / 'moved' / 'state' / 'watcher.db'}"
    done = watcher("archive", "copy", "--to", address)
    assert done.code == 0, done.err
    assert re.fullmatch(r"copied [\d,]+ rows to .*watcher\.db, all equal\n", done.out)
    with opened(watcher.folder) as before, opened(tmp_path / "moved") as after:
        assert list(after.archive.articles()) == list(before.archive.articles())
    assert watcher("archive", "copy", "--to", "mysql://desk@example.org/x").code == 2
    with hold(watcher.folder / "state", "run"):
        assert "`watcher run`" in watcher("archive", "copy", "--to", address).err


def test_a_server_has_tools_of_its_own_for_backups(postgres: Server, tmp_path: Path) -> None:
    """On PostgreSQL a backup is refused with the name of what does it; space is given back all the same."""
    with Store.open(postgres.database()) as store:
        with pytest.raises(StateError, match="pg_dump"):
            store.database.copy(tmp_path / "copy.db")
        store.database.vacuum()
    assert list(tmp_path.iterdir()) == []
