"""`rules diff` and `rules rescan`, as an analyst runs them."""

from __future__ import annotations

import contextlib
import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.command import Command, furnish
from tests.remembered import opened
from watcher.state.hold import hold

if TYPE_CHECKING:
    from pathlib import Path

ITEMS = [
    {"id": "1", "title": "Iran has shipped drones to Russia", "source": "A wire", "published": "2026-01-13T00:00:00Z",
     "url": "https://wire.example/1"},
    {"id": "2", "title": "Iran denies having shipped missiles to Russia"},
    {"id": "3", "title": "Seven boats at the regatta"},
]  # fmt: skip


@pytest.fixture
def watcher(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    engine: str,
) -> Command:
    """Give a workspace whose archive has three articles, two about Iran's arms and one about boats."""
    furnish(tmp_path)
    command = Command(tmp_path, capsys, monkeypatch)
    save(command, *ITEMS)
    return command


def save(watcher: Command, *items: dict[str, str]) -> None:
    """Store items under the rules as they are, taken over as a poll does."""
    watcher("poll")
    lines = "\n".join(json.dumps(item) for item in items)
    assert watcher("scan", "--items", "-", "--save", stdin=lines.encode()).code == 0


def edit(watcher: Command, old: str, new: str) -> None:
    """Edit the rule file."""
    path = watcher.folder / "rules" / "watch" / "mine.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_diff_shows_the_lost_first_and_why(watcher: Command) -> None:
    """Each rule that changes has its count, and each article its reason."""
    edit(watcher, "goods: [group:weapons]", "goods: [group:weapons]\n  status: [denied]")
    edit(watcher, "query: regatta", "query: regatta OR shipped")
    done = watcher("rules", "diff")
    assert done.code == 0
    first, *lines = done.out.splitlines()
    assert first.endswith(": +2 −1")
    assert [line.strip() for line in lines if line] == [
        "iran-arms  +0 −1",
        "− 2026-01-13 Iran has shipped drones to Russia (A wire)",
        "no more: the nearest relation, IR drones to_russia reported, is not status [denied]",
        "https://wire.example/1",
        "boats  +2 −0",
        "+ 2026-01-13 Iran has shipped drones to Russia (A wire)",
        'now: "shipped" in the title',
        "https://wire.example/1",
        "+ Iran denies having shipped missiles to Russia ()",
        'now: "shipped" in the title',
    ]


def test_a_diff_can_fail_a_script(watcher: Command) -> None:
    """With --fail-on-lost the exit code is 1 where a rule loses an article, and 0 where it only finds more."""
    edit(watcher, "query: regatta", "query: regatta OR shipped")
    assert watcher("rules", "diff", "--fail-on-lost").code == 0
    edit(watcher, "id: boats", "id: ships")
    done = watcher("rules", "diff", "--fail-on-lost", "--format", "json")
    told = json.loads(done.out)
    assert (done.code, told["articles"], told["found"], told["lost"]) == (1, 3, 3, 1)
    assert [(each["rule"], len(each["lost"])) for each in told["rules"]] == [("boats", 1), ("ships", 0)]
    assert told["rules"][0]["lost"][0]["reasons"] == ["there is no such rule any more"]


def test_a_diff_is_with_the_rulebook_that_decided_last(watcher: Command) -> None:
    """What an edit before that one lost is not told again, though older articles are stored with its matches."""
    edit(watcher, "query: regatta", "query: galley")
    save(watcher, {"id": "4", "title": "A galley, too"})
    assert watcher("rules", "diff").out.splitlines()[0].endswith("+0 −0")
    edit(watcher, "query: galley", "query: boat*")
    assert watcher("rules", "diff").out.splitlines()[0].endswith("+1 −1")


def test_a_diff_looks_as_far_back_as_it_is_told(watcher: Command) -> None:
    """--since leaves out what was first seen before."""
    edit(watcher, "query: regatta", "query: galley")
    assert watcher("rules", "diff", "--since", "all").out.startswith("3 articles")
    assert watcher("rules", "diff", "--since", "2999-01-01").out.startswith("0 articles")
    assert watcher("rules", "diff", "--since", "soon").code == 2


def test_a_diff_against_a_revision_of_git(watcher: Command) -> None:
    """The rules of any revision can be compared with, whatever decided last."""

    def git(*words: str) -> None:
        names = ["-c", "user.name=Ana", "-c", "user.email=ana@example.org"]
        subprocess.run(["git", *names, *words], cwd=watcher.folder, check=True, capture_output=True)

    git("init", "--quiet")
    git("add", "rules", "feeds.yaml")
    git("commit", "--quiet", "--message", "The first rules")
    edit(watcher, "query: regatta", "query: shipped")
    watcher("rules", "rescan")
    assert watcher("rules", "diff").out.splitlines()[0].endswith("+0 −0")
    done = watcher("rules", "diff", "--against", "HEAD")
    assert done.out.splitlines()[0] == "3 articles, against HEAD: +2 −1"
    assert watcher("rules", "diff", "--against", "no-such-branch").code == 2


def test_an_earlier_rulebook_that_no_longer_loads_is_told(watcher: Command) -> None:
    """Nobody compares with half a rulebook."""
    (copy,) = (watcher.folder / "state" / "rulebooks").glob("*/rules/watch/mine.yaml")
    copy.write_text("- {id: x, title: X, partners: [ATLANTIS]}\n", encoding="utf-8")
    done = watcher("rules", "diff")
    assert done.code == 2
    assert "don't load under today's lexicon" in done.err
    assert "ATLANTIS" in done.err


def test_a_rescan_is_told_and_can_be_repeated(watcher: Command) -> None:
    """It says what it changed; a scan of the archive and what is stored agree afterwards."""
    edit(watcher, "query: regatta", "query: shipped")
    assert watcher("rules", "rescan").out == "rescanned 3 articles: 2 matches found, 1 lost\n"
    assert watcher("rules", "rescan").out == "rescanned 0 articles: 0 matches found, 0 lost\n"
    assert watcher("digest", "daily", "--format", "json").code == 0


def test_nobody_else_rescans_meanwhile(watcher: Command, engine: str) -> None:
    """The second says who holds the state: on SQLite whoever polls, too, on PostgreSQL a rescan on any machine."""
    with contextlib.ExitStack() as stack:
        if engine == "sqlite":
            stack.enter_context(hold(watcher.folder / "state", "poll"))
        else:
            store = stack.enter_context(opened(watcher.folder))
            assert stack.enter_context(store.database.alone("rescan", bool))
        done = watcher("rules", "rescan")
    assert done.code == 2
    assert ("`watcher poll`" if engine == "sqlite" else "another `watcher rules rescan` works on") in done.err
    assert watcher("rules", "rescan").code == 0


@pytest.mark.parametrize("command", ["diff", "rescan"])
def test_without_an_archive_there_is_nothing_to_look_back_on(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how to fill it, and makes none."""
    furnish(tmp_path)
    done = Command(tmp_path, capsys, monkeypatch)("rules", command)
    assert (done.code, "`watcher poll` fills it" in done.err) == (2, True)
    assert not (tmp_path / "state" / "watcher.db").exists()


def test_a_scan_of_the_archive_says_how_to_have_the_same_answer(watcher: Command) -> None:
    """Its id stands for the rulebook, the filters and the cut-off, and the words to type give it again."""
    done = watcher("scan", "--archive", "--since", "7d", "--format", "jsonl")
    told = done.err.splitlines()[-1]
    assert told.startswith("scan ")
    save(watcher, {"id": "5", "title": "Another regatta"})
    again = watcher("scan", "--archive", "--format", "jsonl", *told.partition("again: ")[2].split())
    assert (again.out, again.err.splitlines()[-1]) == (done.out, told)
