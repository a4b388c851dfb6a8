"""Who changed the rules, and how to have them back: from our own copies, or from git."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from watcher import history, revisions
from watcher.errors import InputError, StateError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command import Command

NOW = datetime(2026, 1, 13, 7, 0, tzinfo=UTC)
RULE = "- {id: sails, title: Sails, query: sail}\n"


def _mine(watcher: Command) -> Path:
    return watcher.folder / "rules" / "watch" / "mine.yaml"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def _rows(watcher: Command) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(watcher("rules", "history", "--format", "json").out)
    return rows


@pytest.mark.usefixtures("engine")
def test_each_rulebook_that_is_taken_over_is_kept_and_can_be_restored(watcher: Command) -> None:
    """The history names new, changed and lost rules; a restore brings the files back to the byte, and can be undone."""
    assert "No rules were taken over yet" in watcher("rules", "history").err
    watcher("poll")
    first = _mine(watcher).read_bytes()
    _write(_mine(watcher), first.decode().replace("regatta", "yacht") + RULE)
    _write(watcher.folder / "rules" / "watch" / "more.yaml", "- {id: kites, title: Kites, query: kite}\n")
    watcher("poll")
    watcher("poll")
    rows = _rows(watcher)
    assert [row["what"] for row in rows] == ["~boats +kites +sails", "first copy"]
    assert len(_rows(watcher)) == 2
    assert rows[0]["who"] == _mine(watcher).owner()
    told = watcher("rules", "restore", rows[1]["id"])
    assert (told.code, told.out) == (0, "restored: ~boats -kites -sails\n")
    assert _mine(watcher).read_bytes() == first
    assert not (watcher.folder / "rules" / "watch" / "more.yaml").exists()
    assert f"To undo it: watcher rules restore {rows[0]['id']}" in told.err
    assert watcher("rules", "restore", rows[0]["id"]).code == 0
    assert b"sails" in _mine(watcher).read_bytes()
    assert len(watcher("rules", "history", "--limit", "1").out.splitlines()) == 1


@pytest.mark.usefixtures("engine")
def test_whatever_stores_decisions_keeps_their_rules(watcher: Command) -> None:
    """A scan that is saved, or a rescan, can be compared with later: its rulebook is in the history."""
    watcher("scan", "--items", "-", "--save", stdin=b'{"id": "1", "title": "A regatta"}')
    assert len(_rows(watcher)) == 1
    _write(_mine(watcher), RULE)
    assert watcher("rules", "rescan").code == 0
    assert [row["what"] for row in _rows(watcher)] == ["-boats -iran-arms +sails", "first copy"]
    _write(_mine(watcher), "- {id: sails, title: Sails, query: regatta}\n")
    assert "regatta" in watcher("rules", "diff", "--since", "all").out


def test_files_that_do_not_load_are_kept_before_a_restore_too(watcher: Command) -> None:
    """Half an edit is not thrown away: it can be had back as it was."""
    watcher("poll")
    good = _rows(watcher)[0]["id"]
    broken = _mine(watcher).read_text(encoding="utf-8") + "- id: 'half\n"
    _write(_mine(watcher), broken)
    told = watcher("rules", "restore", good)
    assert told.code == 0
    assert "To undo it: watcher rules restore unchecked" in told.err
    again = watcher("rules", "restore", good)
    assert again.code == 2
    assert "nothing was changed" in again.err
    assert watcher("rules", "restore", "unchecked").code == 0
    assert _mine(watcher).read_text(encoding="utf-8") == broken
    assert watcher("rules", "restore", "0badf00d").code == 2


def test_a_change_of_comments_is_told_as_one(watcher: Command) -> None:
    """Comments are part of what analysts write: they are kept and restored, too."""
    watcher("poll")
    _write(_mine(watcher), "# Ana's\n" + _mine(watcher).read_text(encoding="utf-8"))
    watcher("poll")
    assert [row["what"] for row in _rows(watcher)] == ["comments only", "first copy"]


def test_rules_that_no_longer_load_are_not_restored(watcher: Command) -> None:
    """What would stop the bot is refused with its mistakes, and nothing is changed."""
    watcher("poll")
    old = _rows(watcher)[0]["id"]
    _write(_mine(watcher), RULE)
    copy = history.find(watcher.folder / "state", old)
    assert copy
    _write(copy.rules / "watch" / "mine.yaml", "- {id: x}\n")
    told = watcher("rules", "restore", old)
    assert told.code == 2
    assert 'rules/watch/mine.yaml:1:3: "title" is missing' in told.err
    assert _mine(watcher).read_text(encoding="utf-8") == RULE


def test_in_a_repository_git_tells_who_changed_what(watcher: Command) -> None:
    """Author, subject and files of each commit, what is not committed yet, and any revision restored."""
    folder = watcher.folder
    _git(folder, "init", "-q")
    assert revisions.commits(folder, 9) is None
    _git(folder, "add", "feeds.yaml", "rules")
    _git(folder, "commit", "-qm", "Begin")
    _write(_mine(watcher), RULE)
    _git(folder, "commit", "-qam", "Sails instead")
    _write(_mine(watcher), "")
    told = watcher("rules", "history")
    lines = told.out.splitlines()
    assert [line.split("  ", 2)[2] for line in lines] == [
        "Ana  Sails instead  (rules/watch/mine.yaml)",
        "Ana  Begin  (feeds.yaml, rules/digests.yaml, rules/watch/mine.yaml)",
    ]
    assert "not committed yet: rules/watch/mine.yaml" in told.err
    assert watcher("rules", "restore", "HEAD~1").out == "restored: +boats +iran-arms\n"
    for unknown in ("HEAD~9", "--output=x", ""):
        assert watcher("rules", "restore", "--", unknown).code == 2


def test_a_folder_without_rules_in_git_has_none(tmp_path: Path) -> None:
    """A revision from before the rules is refused with a reason."""
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "commit", "-qm", "Nothing", "--allow-empty")
    with pytest.raises(InputError, match="has no rules/"):
        revisions.files(tmp_path, "HEAD")


def test_without_git_there_are_our_own_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has no git loses nothing but git's history."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert revisions.commits(tmp_path, 9) is None
    with pytest.raises(InputError, match="unknown here"):
        revisions.files(tmp_path, "HEAD")


def test_only_so_many_copies_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go; a copy whose note is damaged has no author but is a copy all the same."""
    monkeypatch.setattr(history, "KEPT", 2)
    for number in range(4):
        with history.draft({"watch/a.yaml": b"# %d" % number}, tmp_path) as copy:
            history.keep(copy, f"{number}" * 64, "ana", NOW + timedelta(minutes=number))
    kept = history.kept(tmp_path)
    assert [copy.hash[0] for copy in kept] == ["3", "2"]
    assert kept[0].at == NOW + timedelta(minutes=3)
    (kept[0].rules.parent / "about.json").write_text("[]", encoding="utf-8")
    assert [copy.who for copy in history.kept(tmp_path)] == ["", "ana"]
    assert not list((tmp_path / "rulebooks").glob(".draft*"))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file in the way of our copies, or of a restore, is named."""
    (tmp_path / "rulebooks").write_text("", encoding="utf-8")
    with pytest.raises(StateError, match="can't be copied"), history.draft({}, tmp_path):
        pass
    (tmp_path / "watch").write_text("", encoding="utf-8")
    with pytest.raises(StateError, match="can't be written"):
        history.restore(tmp_path, {"watch/a.yaml": b""})


def test_what_is_no_rule_file_differs_by_its_name() -> None:
    """Digests, words of the lexicon, broken files and other lists are named as files."""
    before = {"digests.yaml": b"a: 1", "watch/x.yaml": b"- {id: a}", "watch/y.yaml": b"\xff", "watch/z.yaml": b"[1]"}
    after = {"digests.yaml": b"a: 2", "watch/x.yaml": b"- {id: a} # why", "watch/y.yaml": b"'", "watch/w.yaml": b"- {}"}
    assert history.differences(before, after) == ["~digests.yaml", "+watch/w.yaml", "~watch/y.yaml", "-watch/z.yaml"]


def test_an_author_may_be_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is named where there is no file, or where its owner has no name on this machine."""
    assert history.author(tmp_path) == ""

    def nameless(_path: Path) -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(type(tmp_path), "owner", nameless)
    (tmp_path / "a.yaml").write_text("", encoding="utf-8")
    assert history.author(tmp_path) == ""


def test_status_tells_what_does_not_load(watcher: Command) -> None:
    """Files that don't load are named beside the rules that go on; before the first good ones it is an error."""
    _write(watcher.folder / "feeds.yaml", "feeds: 1\n")
    assert watcher("status").code == 2
    _write(watcher.folder / "feeds.yaml", "feeds: []\n")
    watcher("poll")
    hash_ = _rows(watcher)[0]["id"]
    assert f"rules    2, rulebook {hash_}" in watcher("status").out
    _write(watcher.folder / "feeds.yaml", "feeds: 1\n")
    _write(watcher.folder / "rules" / "digests.yaml", "digests: 1\n")
    told = watcher("status")
    assert told.code == 0
    assert f"rules    don't load; a run goes on with rulebook {hash_}" in told.out
    assert "         feeds.yaml:1:8: must be a list" in told.out
    assert "         rules/digests.yaml:1:10: must be a list" in told.out
    assert "digest   daily to desk" in told.out
