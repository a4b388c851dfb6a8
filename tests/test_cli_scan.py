"""`watcher scan`: sources, filters, formats, and what it leaves untouched."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.command import Command, furnish
from tests.feed_server import FeedServer, feed, item
from watcher import scan as scanning
from watcher.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ARMS = "Iran ships ballistic missiles to Russia"
OIL = "India buys crude oil from Russia"
QUIET = "Bakers win a prize"
TODAY = f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"


@pytest.fixture
def web() -> Iterator[FeedServer]:
    """Give a web on loopback with one feed of three articles."""
    with FeedServer() as server:
        server.put("/news.xml", _feed())
        yield server


@pytest.fixture
def watcher(
    tmp_path: Path, web: FeedServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Give the command line in a workspace that reads that feed."""
    furnish(tmp_path, f"{{id: news, url: '{web.url('/news.xml')}', name: The News, language: en}}")
    return Command(tmp_path, capsys, monkeypatch)


def _feed() -> bytes:
    titles = (ARMS, OIL, QUIET)
    return feed(*(item(t, link=f"https://example.org/{n}", guid=str(n), date=TODAY) for n, t in enumerate(titles)))


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def _items(*titles: str) -> bytes:
    lines = ({"id": f"i{n}", "title": title, "published": "2026-01-13T00:21:40Z"} for n, title in enumerate(titles))
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def test_the_feeds_of_the_workspace_are_scanned_and_nothing_is_changed(watcher: Command, web: FeedServer) -> None:
    """Only what rules match is shown; no archive is made, and no validator is sent back."""
    for _ in range(2):
        told = watcher("scan", "--format", "jsonl")
        assert told.code == 0
        (found,) = _lines(told.out)
        assert (found["title"], found["source"]) == (ARMS, "The News")
        assert found["matches"][0]["rule"] == "iran-arms"
        assert "scanned 3 articles, 2 relevant, 1 matched, 1 shown" in told.err
    assert not (watcher.folder / "state").exists()
    assert not any("if-none-match" in asked.headers for asked in web.ledger)


def test_a_feed_that_fails_is_named_and_the_others_go_on(watcher: Command, web: FeedServer) -> None:
    """Exit 3, the reason on standard error, the answers on standard output."""
    told = watcher("scan", "--feed", web.url("/news.xml"), "--feed", web.url("/login"), "--format", "jsonl")
    assert told.code == 3
    assert [each["title"] for each in _lines(told.out)] == [ARMS]
    assert f"failed: {web.url('/login')}: login-page" in told.err


def test_a_feed_that_moved_for_good_is_read_where_it_is(watcher: Command, web: FeedServer) -> None:
    """`feeds check` says where it went."""
    furnish(watcher.folder, f"{{id: moved, url: '{web.url('/301/news.xml')}'}}")
    told = watcher("feeds", "check", "--format", "json")
    (row,) = json.loads(told.out)
    assert (told.code, row["state"], row["articles"]) == (0, "ok", 3)
    assert row["detail"] == f"moved for good to {web.url('/news.xml')}"


def test_a_secret_in_an_address_is_never_shown(
    watcher: Command, web: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where a feed has moved to, nor a link relative to its address, gives away what ${NAME} stands for."""
    monkeypatch.setenv("FEED_KEY", "s3cret")
    page = feed(item("Iran ships drones to Russia", link="story", guid="1")).replace(
        b"<link>https://example.org/</link>", b""
    )
    web.put("/s3cret/new", page)
    web.put("/s3cret/old", b"", status=301, headers={"Location": "/s3cret/new"})
    furnish(watcher.folder, f"{{id: keyed, url: '{web.url('/${FEED_KEY}/old')}'}}")
    checked, scanned = watcher("feeds", "check", "--format", "json"), watcher("scan", "--format", "jsonl")
    assert json.loads(checked.out)[0]["detail"] == f"moved for good to {web.url('/')}"
    assert [each["url"] for each in _lines(scanned.out)] == [web.url("/story")]
    assert "s3cret" not in "".join((checked.out, checked.err, scanned.out, scanned.err))


def test_what_is_read_is_never_overwritten(watcher: Command, tmp_path: Path) -> None:
    """`--output` on the very file that is read is refused, and the file stands."""
    path = tmp_path / "items.jsonl"
    path.write_text('{"id": "1", "title": "Rain"}\n', encoding="utf-8")
    for words in (("--items", str(path)), ("--feed", str(path))):
        told = watcher("scan", *words, "--all", "--format", "jsonl", "--output", str(path))
        assert (told.code, told.out) == (2, "")
        assert "nothing was changed" in told.err
    assert path.read_text(encoding="utf-8") == '{"id": "1", "title": "Rain"}\n'


def test_files_and_folders_of_feeds_are_scanned(watcher: Command, tmp_path: Path) -> None:
    """A folder's feed files are read in the order of their names, other files left alone."""
    folder = tmp_path / "captured"
    folder.mkdir()
    (folder / "b.xml").write_bytes(_feed())
    (folder / "a.xml").write_text("<html><body>No</body></html>", encoding="utf-8")
    (folder / "notes.txt").write_text("no feed", encoding="utf-8")
    told = watcher("scan", "--feed", str(folder), "--format", "jsonl", "--all")
    assert told.code == 3
    assert [each["title"] for each in _lines(told.out)] == [ARMS, OIL, QUIET]
    assert "failed: a.xml: html-page" in told.err


@pytest.mark.parametrize("name", ["none.xml", "empty"])
def test_a_place_without_feeds_is_bad_usage(watcher: Command, tmp_path: Path, name: str) -> None:
    """A mistyped path or an empty folder is told before anything is read."""
    (tmp_path / "empty").mkdir()
    assert watcher("scan", "--feed", str(tmp_path / name)).code == 2


def test_a_feed_file_that_is_huge_or_unreadable_is_a_named_failure(
    watcher: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither fills the memory nor ends the scan."""
    monkeypatch.setattr(scanning, "MAX_BYTES", 10)
    (tmp_path / "a.xml").write_bytes(_feed())
    told = watcher("scan", "--feed", str(tmp_path / "a.xml"))
    assert told.code == 3
    assert "failed: a.xml: too-large" in told.err
    (tmp_path / "folder.xml").mkdir()
    (tmp_path / "folder.xml" / "loop.xml").symlink_to("nowhere.xml")
    assert watcher("scan", "--feed", str(tmp_path / "folder.xml")).code == 2


def test_items_come_back_one_a_line_and_in_order(watcher: Command) -> None:
    """With --all every item of standard input is answered, relevant whatever the rules say."""
    told = watcher("scan", "--items", "-", "--format", "jsonl", "--all", stdin=_items(QUIET, OIL, ARMS))
    assert told.code == 0
    found = _lines(told.out)
    assert [(each["id"], each["relevant"], bool(each["matches"])) for each in found] == [
        ("i0", False, False),
        ("i1", True, False),
        ("i2", True, True),
    ]
    assert found[0]["published"] == "2026-01-13T00:21:40Z"


def test_gzipped_items_by_the_thousand_keep_their_order(watcher: Command, tmp_path: Path) -> None:
    """Past some thousands other processes help; nothing is lost and nothing changes place."""
    path = tmp_path / "many.jsonl.gz"
    path.write_bytes(gzip.compress(_items(*(f"{QUIET} {number}" for number in range(5600)))))
    told = watcher("scan", "--items", str(path), "--format", "jsonl", "--all")
    assert told.code == 0
    assert [each["id"] for each in _lines(told.out)] == [f"i{number}" for number in range(5600)]


def test_a_bad_line_ends_the_scan_and_earlier_lines_stand(watcher: Command) -> None:
    """Its number is told, and the exit code is 2."""
    told = watcher("scan", "--items", "-", "--format", "jsonl", "--all", stdin=_items(ARMS) + b"{oops\n" + _items(OIL))
    assert told.code == 2
    assert [each["id"] for each in _lines(told.out)] == ["i0"]
    assert "standard input, line 2: is not JSON" in told.err


def test_a_file_of_items_that_is_missing_is_told(watcher: Command) -> None:
    """Exit 2, no traceback."""
    told = watcher("scan", "--items", "none.jsonl")
    assert told.code == 2
    assert "none.jsonl can't be read" in told.err


def test_filters_narrow_the_answer(watcher: Command) -> None:
    """Partner, good, direction, status, rule, language and time."""
    asked = {
        ("--all", "--partner", "IN"): [OIL],
        ("--all", "--partner", "tier:core"): [ARMS],
        ("--all", "--good", "group:energy"): [OIL],
        ("--all", "--direction", "from_russia"): [OIL],
        ("--all", "--status", "denied"): [],
        ("--rule", "iran-arms"): [ARMS],
        ("--all", "--since", "1d"): [ARMS, OIL, QUIET],
        ("--all", "--until", "2020-01-01"): [],
        ("--all", "--lang", "fr"): [],
    }
    for words, titles in asked.items():
        told = watcher("scan", "--format", "jsonl", *words)
        assert [each["title"] for each in _lines(told.out)] == titles, words


@pytest.mark.parametrize(
    "words",
    [
        ("--rule", "iran-arm"),
        ("--partner", "ZZ"),
        ("--good", "dronez"),
        ("--since", "soon"),
        ("--status", "maybe"),
        ("--items", "-", "--archive"),
        ("--archive", "--save"),
    ],
)
def test_filters_that_make_no_sense_are_bad_usage(watcher: Command, words: tuple[str, ...]) -> None:
    """Exit 2 and no answer, rather than an empty one."""
    told = watcher("scan", *words)
    assert (told.code, told.out) == (2, "")


def test_save_stores_what_a_scan_read_and_never_announces_it(watcher: Command) -> None:
    """All of it is in the archive, the filters only choose what is shown; the digest stays empty."""
    told = watcher("scan", "--save", "--format", "jsonl", "--partner", "IR")
    assert (told.code, len(_lines(told.out))) == (0, 1)
    told = watcher("scan", "--archive", "--all", "--format", "jsonl")
    assert {each["title"] for each in _lines(told.out)} == {ARMS, OIL, QUIET}
    assert json.loads(watcher("digest", "--format", "json").out)["sections"] == []


def test_items_are_saved_under_ids_of_the_archive(watcher: Command) -> None:
    """An item's own id means nothing elsewhere; an id that the archive gave out before is kept."""
    known = {"id": "0123456789abcdef" * 2, "title": OIL}
    for _ in range(2):
        watcher("scan", "--items", "-", "--save", stdin=_items(ARMS) + json.dumps(known).encode())
    with Store.open(f"sqlite:///{watcher.folder}/state/watcher.db") as store:
        ids = {each.article.title: each.article.id for each in store.archive.articles()}
    assert ids[OIL] == known["id"]
    assert len(ids[ARMS]) == 32
    assert len(ids) == 2


def test_the_archive_is_asked_by_first_seen_time(watcher: Command) -> None:
    """What was stored just now is found by --since, whatever its date says; asking makes no archive."""
    assert "The archive is empty" in watcher("scan", "--archive").err
    assert not (watcher.folder / "state").exists()
    watcher("scan", "--items", "-", "--save", stdin=_items(ARMS))
    assert len(_lines(watcher("scan", "--archive", "--since", "1h", "--format", "jsonl").out)) == 1
    assert len(_lines(watcher("scan", "--archive", "--until", "1h", "--format", "jsonl").out)) == 0


@pytest.mark.parametrize("style", ["table", "json", "jsonl", "csv", "markdown", "html"])
def test_every_format_can_go_to_a_file(watcher: Command, tmp_path: Path, style: str) -> None:
    """Standard output stays empty, and the file holds the answer."""
    path = tmp_path / "answer"
    told = watcher("scan", "--format", style, "--output", str(path))
    assert (told.code, told.out) == (0, "")
    assert ARMS in path.read_text(encoding="utf-8")


def test_an_output_that_cannot_be_written_is_told(watcher: Command, tmp_path: Path) -> None:
    """Exit 2, no traceback."""
    told = watcher("scan", "--output", str(tmp_path / "none" / "answer"))
    assert told.code == 2
    assert "can't be written" in told.err


def test_without_a_workspace_the_shipped_rules_decide(
    watcher: Command, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A stranger can ask about a file anywhere, and is told what decides."""
    watcher.folder = tmp_path_factory.mktemp("nowhere")
    told = watcher("scan", "--items", "-", "--format", "jsonl", stdin=_items(ARMS))
    assert (told.code, len(_lines(told.out))) == (0, 1)
    assert "the shipped rules decide" in told.err
    assert watcher("scan").code == 2


def test_a_feed_that_asked_to_be_left_alone_is_left_alone(watcher: Command, web: FeedServer) -> None:
    """After a 429 with Retry-After a scan names the feed instead of asking it again."""
    furnish(watcher.folder, f"{{id: busy, url: '{web.url('/429')}'}}")
    assert watcher("poll").code == 3
    asked = len(web.ledger)
    told = watcher("scan")
    assert told.code == 3
    assert "failed: busy: rate-limited: the server asked to be left alone until" in told.err
    assert len(web.ledger) == asked


def test_a_feed_without_its_variable_is_named(
    watcher: Command, web: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """${NAME} is filled in from the environment; where it is missing the others go on."""
    furnish(
        watcher.folder,
        f"{{id: paid, url: '{web.url('/news.xml')}', headers: {{X-Key: '${{NEWS_KEY}}'}}}}",
        f"{{id: free, url: '{web.url('/ok')}'}}",
    )
    told = watcher("scan", "--all", "--format", "jsonl")
    assert told.code == 3
    assert "failed: paid: unset-variable: " in told.err
    assert len(_lines(told.out)) == 1
    monkeypatch.setenv("NEWS_KEY", "secret")
    assert watcher("scan").code == 0
    assert "secret" in {asked.headers.get("x-key") for asked in web.ledger}


def test_captured_feeds_all_give_articles_or_a_reason(watcher: Command, shared: Path) -> None:
    """None of the captured feeds crashes or hangs a scan."""
    told = watcher("scan", "--feed", str(shared / "feeds"), "--format", "jsonl", "--all")
    assert told.code == 3
    failed = [line for line in told.err.splitlines() if line.startswith("failed: ")]
    assert len(failed) < 10
    assert len(_lines(told.out)) > 7000


def test_an_interrupt_ends_a_scan_with_130(tmp_path: Path) -> None:
    """Ctrl-C leaves no traceback, even when other processes are at work."""
    furnish(tmp_path)
    command = [sys.executable, "-m", "watcher", "--dir", str(tmp_path), "scan", "--items", "-"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # An interrupt within coverage's own lock would never let go of it.
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")},
    ) as process:
        assert process.stdin
        process.stdin.write(_items(*([QUIET] * 9000)))  # the pipe holds little of it: most has been read after this
        process.stdin.flush()
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=60)
        assert process.returncode == 130
    assert b"Traceback" not in told
