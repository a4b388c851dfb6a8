"""Rule files as editors, strangers and accidents leave them: a clear error at a place, and a bot that goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tests.command import RULES
from watcher import history
from watcher.cli.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command import Command

GOOD = "- {id: a, title: A, query: zinc, tests: [{match: Zinc}, {skip: Tin}]}\n"


def _mine(watcher: Command) -> Path:
    return watcher.folder / "rules" / "watch" / "mine.yaml"


@pytest.mark.parametrize(
    ("content", "place", "why"),
    [
        (b"#" * 1_000_001, "1:1", "is larger than 1,000,000 bytes"),
        (b"- &x {id: a}\n- *x\n", "1:3", "anchor or alias"),
        (b"- !!python/object:os.system {id: a}\n", "1:3", "uses the tag"),
        (b"- id: a\n\ttitle: A\n", "2:1", "is indented with a tab"),
        (b"- id: a\n  title: A\n  title: B\n  query: x\n", "3:3", 'key "title" stands twice'),
        (GOOD.encode("utf-16"), "1:1", "is not UTF-8"),
        (b"- id: a\n  title: A\x00\n", "2:11", "U+0000"),
        (b"[" * 5000, "1:22", "nested deeper than 20"),
        (b"- {id: '../a b', title: A, query: x}\n", "1:8", "should match pattern"),
        (b"- {id: '', title: A, query: x}\n", "1:8", "should match pattern"),
        (b"- {id: 7, title: A, query: x}\n", "1:8", "must be text: put it in quotes"),
        (b"- {id: a, title: A, query: x}\n- {id: a, title: B, query: y}\n", "2:8", 'id "a" is already taken'),
        (b"- id: a\r\n  title: A\r\n  qury: x\r\n", "3:3", 'unknown key "qury" (did you mean "query"?)'),
        (b"- match: Exclusive: Iran ships\n", "1:", "Put it in quotes: - match: 'Exclusive: Iran ships'"),
        (b'- id: a\n  query: "shadow fleet" AND x\n', "2:", """query: '"shadow fleet" AND x'"""),
        (b"id: a\ntitle: A\n", "1:1", "must be a list of rules"),
        (b"- a\n- 7\n- null\n", "1:3", "must be made of keys and values"),
        (b"\xff\xfe\x00", "1:1", "is not UTF-8"),
    ],
)
def test_a_bad_file_is_told_at_its_place(watcher: Command, content: bytes, place: str, why: str) -> None:
    """Path, line and column, what is wrong and how to mend it, and exit code 2; never a traceback."""
    _mine(watcher).write_bytes(content)
    told = watcher("rules", "check")
    assert told.code == 2
    assert f"rules/watch/mine.yaml:{place}" in told.err
    assert why in told.err
    assert "Traceback" not in told.err


def test_windows_line_ends_and_a_byte_order_mark_are_no_mistake(watcher: Command) -> None:
    """What Notepad saves is read."""
    _mine(watcher).write_bytes(b"\xef\xbb\xbf" + GOOD.replace("}\n", "}\r\n").encode())
    assert watcher("rules", "check", "--strict").code == 0


def test_text_after_a_number_sign_is_told_with_its_quotes(watcher: Command) -> None:
    """YAML takes it for a comment, which loads: so it is a warning, with the line to write."""
    _mine(watcher).write_text(
        "- id: a\n  title: A\n  query: tanker\n  tests:\n    - skip: Tanker #2 sinks\n", encoding="utf-8"
    )
    told = watcher("rules", "check")
    assert told.code == 0
    assert "rules/watch/mine.yaml:5:13: warning: what follows # is a comment" in told.err
    assert "put it in quotes: skip: 'Tanker #2 sinks'" in told.err


def test_a_folder_or_a_file_without_permission_in_the_rules_is_told(watcher: Command) -> None:
    """A folder that is called like a rule file is named, and a link to nowhere."""
    (_mine(watcher).parent / "folder.yaml").mkdir()
    told = watcher("rules", "check")
    assert told.code == 2
    assert "rules/watch/folder.yaml:1:1: can't be read" in told.err


def test_what_is_taken_over_is_one_whole_version(watcher: Command) -> None:
    """While an editor writes a file anew again and again, each copy that is taken loads as one of its versions."""
    path = _mine(watcher)
    versions = [RULES + f"- {{id: n{number}, title: N, query: zinc}}\n" for number in range(5)]
    path.write_text(versions[0], encoding="utf-8")
    stop = threading.Event()

    def save() -> None:
        while not stop.is_set():
            for text in versions:
                path.with_suffix(".tmp").write_text(text, encoding="utf-8")
                path.with_suffix(".tmp").replace(path)

    editor = threading.Thread(target=save)
    editor.start()
    workspace = Workspace(watcher.folder)
    try:
        for _ in range(10):
            with history.draft(history.contents(workspace.rules), workspace.state) as copy:
                text = history.contents(copy)["watch/mine.yaml"].decode()
                assert text in versions
                assert f"id: {workspace.at(copy).load().rulebook.rules[-1].id}," in text
    finally:
        stop.set()
        editor.join()


def test_a_half_saved_file_changes_nothing_for_a_running_bot(watcher: Command) -> None:
    """It is told, the last good rules go on, and the finished file is taken over."""
    command = [sys.executable, "-m", "watcher", "--dir", str(watcher.folder), "run"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stderr
        lines = iter(process.stderr.readline, "")
        assert any("running: 0 feeds, 2 rules" in line for line in lines)
        _mine(watcher).write_text(RULES + "- {id: x, title: 'Ra", encoding="utf-8")
        assert any("the last good ones go on" in line for line in lines)
        assert "don't load; a run goes on with rulebook" in watcher("status").out
        _mine(watcher).write_text(RULES + "- {id: x, title: 'Rain', query: rain}\n", encoding="utf-8")
        assert any("took over edited files: 3 rules" in line for line in lines)
        process.terminate()
        assert process.wait(15) == 0
