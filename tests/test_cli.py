"""The command line as a whole: the workspace, its mistakes, help, and how errors leave."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.command import Command, furnish
from watcher import __main__
from watcher.cli import workspace
from watcher.cli.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def watcher(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the command line in a furnished workspace."""
    furnish(tmp_path)
    return Command(tmp_path, capsys, monkeypatch)


@pytest.mark.parametrize(
    "words",
    [
        ("scan",),
        ("poll",),
        ("digest",),
        ("run",),
        ("init",),
        ("demo",),
        ("status",),
        ("feeds", "list"),
        ("feeds", "check"),
    ],
)
def test_every_command_teaches_by_an_example(watcher: Command, words: tuple[str, ...]) -> None:
    """Its help shows a line that can be typed."""
    told = watcher(*words, "--help")
    assert told.code == 0
    assert "Try:" in told.out


def test_completion_can_be_shown(watcher: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell learns the commands."""
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    told = watcher("--show-completion", "bash")
    assert told.code == 0
    assert "_WATCHER_COMPLETE" in told.out


def test_all_mistakes_of_all_files_are_told_in_one_run(watcher: Command) -> None:
    """Feeds, lexicon, rules and digests: each with file, line and column, exit 2, and nothing started."""
    folder = watcher.folder
    (folder / "feeds.yaml").write_text("feeds:\n  - {id: a, url: 'ftp://x'}\n", encoding="utf-8")
    (folder / "rules" / "goods.yaml").write_text("drones:\n  group: wepons\n", encoding="utf-8")
    (folder / "rules" / "watch" / "mine.yaml").write_text("- {id: a, title: b, partner: [IR]}\n", encoding="utf-8")
    (folder / "rules" / "digests.yaml").write_text("digests: [{id: d, timezone: Mars}]\n", encoding="utf-8")
    told = watcher("poll")
    assert told.code == 2
    for place in ("feeds.yaml:2:", "goods.yaml:2:", "rules/watch/mine.yaml:1:", "rules/digests.yaml:1:"):
        assert place in told.err
    assert 'did you mean "partners"?' in told.err
    assert told.out == ""
    assert not (folder / "state").exists()


def test_a_folder_without_feeds_is_no_workspace(watcher: Command) -> None:
    """The message says how to make one."""
    (watcher.folder / "feeds.yaml").unlink()
    told = watcher("status")
    assert told.code == 2
    assert "watcher init PATH" in told.err


def test_a_folder_that_is_missing_is_told(watcher: Command) -> None:
    """A mistyped --dir is not taken for an empty workspace."""
    watcher.folder = watcher.folder / "none"
    told = watcher("poll")
    assert (told.code, told.out) == (2, "")
    assert "is not a folder" in told.err


def test_the_environment_names_the_workspace_too(
    watcher: Command, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WATCHER_DIR stands in for --dir."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setenv("WATCHER_DIR", str(watcher.folder))
    monkeypatch.setattr(sys, "argv", ["watcher", "feeds", "list", "--format", "json"])
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert ended.value.code == 0


def test_a_malformed_setting_is_one_sentence(watcher: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, exit 2."""
    monkeypatch.setenv("WATCHER_LOG", "xml")
    told = watcher("run")
    assert told.code == 2
    assert told.err.endswith("WATCHER_LOG must be text or json\n")


def test_a_bug_is_a_traceback(watcher: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not of the error tree is not dressed up as the user's mistake."""
    monkeypatch.setattr(Workspace, "load_feeds", lambda _self: 1 / 0)
    monkeypatch.setattr(sys, "argv", ["watcher", "--dir", str(watcher.folder), "status"])
    with pytest.raises(ZeroDivisionError):
        __main__.main()


def test_an_unknown_option_is_a_usage_error(watcher: Command) -> None:
    """Exit 2, on standard error."""
    told = watcher("poll", "--nope")
    assert (told.code, told.out) == (2, "")


def test_a_wheel_ships_its_files_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `shipped/` lies in the package it is taken; a checkout's root stands in for it."""
    assert (workspace.shipped() / "feeds.yaml").is_file()
    monkeypatch.setattr(workspace, "_PACKAGE", tmp_path)
    assert workspace.shipped() == tmp_path.parent
    (tmp_path / "shipped").mkdir()
    assert workspace.shipped() == tmp_path / "shipped"


def test_init_makes_a_workspace_and_never_overwrites_one(watcher: Command, tmp_path: Path) -> None:
    """The second `init` on the same folder changes nothing and exits 2."""
    target = tmp_path / "desk"
    assert watcher("init", str(target)).code == 0
    assert (target / "rules" / "watch").is_dir()
    assert (target / "rules" / "digests.yaml").is_file()
    assert not (target / "rules" / "goods.yaml").exists()
    assert (target / "state").stat().st_mode & 0o077 == 0
    (target / "feeds.yaml").write_text("mine", encoding="utf-8")
    told = watcher("init", str(target))
    assert told.code == 2
    assert "nothing was changed" in told.err
    assert (target / "feeds.yaml").read_text(encoding="utf-8") == "mine"


def test_a_new_workspace_is_clean_once_it_names_a_contact(watcher: Command, tmp_path: Path) -> None:
    """The one thing that `check --strict` wants of a new workspace is what only its desk can say."""
    feeds = tmp_path / "desk" / "feeds.yaml"
    assert watcher("init", str(feeds.parent)).code == 0
    told = watcher("--dir", str(feeds.parent), "rules", "check", "--strict")
    assert told.code == 1
    assert told.out.endswith("warnings: 1\n")
    assert "has no contact" in told.err
    text = feeds.read_text(encoding="utf-8")
    feeds.write_text(text.replace("contact: ''", "contact: desk@example.org"), encoding="utf-8")
    assert watcher("--dir", str(feeds.parent), "rules", "check", "--strict").code == 0


def test_init_keeps_files_that_are_no_workspace(watcher: Command, tmp_path: Path) -> None:
    """A `.gitignore` that is there already stays as it is."""
    target = tmp_path / "desk"
    target.mkdir()
    (target / ".gitignore").write_text("mine\n", encoding="utf-8")
    assert watcher("init", str(target)).code == 0
    assert (target / ".gitignore").read_text(encoding="utf-8") == "mine\n"


def test_init_says_when_a_folder_cannot_be_made(watcher: Command, tmp_path: Path) -> None:
    """A file in the way is named."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    told = watcher("init", str(tmp_path / "file" / "desk"))
    assert told.code == 2
    assert "can't be made" in told.err


def _in_shell(watcher: Command, words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = f"{sys.executable} -m watcher --dir {watcher.folder} {words}"
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**os.environ, **environ},
    )


@pytest.mark.parametrize("words", ["scan --help | true", "feeds list | true", "status --format json | true"])
def test_a_reader_that_leaves_ends_a_command_quietly(watcher: Command, words: str) -> None:
    """`watcher … | head -1` is no failure: exit 0, which 1 would be for a test, and not a word."""
    done = _in_shell(watcher, words)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", ["feeds list", "scan --items - --all --format jsonl", "status"])
def test_a_full_disk_is_one_sentence(watcher: Command, words: str) -> None:
    """Results that can't be written are told, exit 2, without a traceback."""
    lines = "".join(f'{{"id": "{number}", "title": "t"}}\n' for number in range(2000))
    (watcher.folder / "items").write_text(lines, encoding="utf-8")
    done = _in_shell(watcher, f"{words} < {watcher.folder}/items > /dev/full")
    assert (done.returncode, done.stderr) == (2, "the results can't be written: No space left on device\n")


def test_closed_streams_are_no_traceback(watcher: Command) -> None:
    """A command started without standard streams does its work all the same."""
    done = _in_shell(watcher, "scan --items - --all --format jsonl <&- >&-")
    assert (done.returncode, done.stderr) == (0, "scanned 0 articles, 0 relevant, 0 matched, 0 shown\n")


@pytest.mark.parametrize("environ", [{"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0",
                                                                       "PYTHONCOERCECLOCALE": "0"}])  # fmt: skip
def test_results_are_utf_8_whatever_the_locale(watcher: Command, environ: dict[str, str]) -> None:
    """A locale that lacks a letter neither ends a command nor changes what a script reads."""
    (watcher.folder / "items").write_text('{"id": "1", "title": "Иран → Россия"}\n', encoding="utf-8")
    done = _in_shell(watcher, f"scan --items {watcher.folder}/items --all --format jsonl", **environ)
    assert done.returncode == 0
    assert "Иран → Россия" in done.stdout


def test_a_name_server_that_does_not_answer_keeps_nobody_waiting() -> None:
    """The program ends though threads still ask for an address."""
    code = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from watcher.__main__ import main
ThreadPoolExecutor(1, thread_name_prefix="dns").submit(time.sleep, 60)
sys.argv = ["watcher", "--help"]
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0
    assert "Commands" in done.stdout
