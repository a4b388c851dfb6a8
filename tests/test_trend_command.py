"""`watcher trend`: how often something was said, as a table, for scripts, and as a picture."""

from __future__ import annotations

import csv
import json
import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from tests.command import Command, furnish
from tests.remembered import article, opened
from tests.small_lexicon import relation
from watcher.decide.match import Finding
from watcher.deliver.trend import Row, start_of, trend

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(UTC).replace(microsecond=0)
WEEK = timedelta(weeks=1)


@pytest.fixture
def watcher(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give a workspace whose archive tells of Iran's drones three weeks long, and once of Russian oil for China."""
    furnish(tmp_path)
    told = [(0, "IR drones to_russia denied"), (1, "IR drones to_russia reported"), (1, "IR drones to_russia denied"),
            (2, "IR drones to_russia reported"), (2, "CN oil from_russia reported")]  # fmt: skip
    with opened(tmp_path) as store:
        for number, (weeks, said) in enumerate(told):
            made = article(str(number), published=NOW - weeks * WEEK)
            store.archive.record(None, [Finding(made, (relation(*said.split()),))], rulebook="r1", now=NOW)
    return Command(tmp_path, capsys, monkeypatch)


def test_a_table_shows_each_kind_as_bars_and_figures(watcher: Command) -> None:
    """The most told first, with its last period and what is usual."""
    done = watcher("trend")
    assert done.code == 0
    header, columns, first, second = (line.rstrip() for line in done.out.splitlines())
    assert header.startswith("Articles by the week, from ")
    assert columns.split() == ["partner,", "good,", "direction", "by", "the", "week", "all", "last", "usual"]
    assert first.split()[:5] == ["Iran", "→", "Russia", "·", "drones"]
    assert first.split()[5:] == ["▄█▄", "4", "1", "0.1"]
    assert second.split() == ["Russia", "→", "China", "·", "crude", "oil", "█", "1", "0", "0.0"]


def test_what_is_counted_can_be_chosen(watcher: Command) -> None:
    """By ids, direction and status, in rows of one's own choice."""

    def rows(*words: str) -> list[list[str]]:
        return list(csv.reader(watcher("trend", *words, "--format", "csv").out.splitlines()))[1:]

    assert sum(int(row[-1]) for row in rows("ir", "drones")) == 4
    assert sum(int(row[-1]) for row in rows("group:energy")) == 1
    assert rows("tier:core", "--direction", "from_russia", "--by", "good")[0][1:] == ["oil", "1"]
    assert sum(int(row[-1]) for row in rows("--status", "denied", "--by", "")) == 2
    assert len(rows("--daily", "--since", "10d")) == 2
    assert [row[0] for row in rows("--monthly", "--since", "1d")] == [f"{NOW:%Y-%m}-01"] * len(
        rows("--monthly", "--since", "1d")
    )
    assert rows("--until", "1999-12-31") == []


def test_a_script_gets_every_period(watcher: Command) -> None:
    """As JSON, with a count for each, those without an article too."""
    told = json.loads(watcher("trend", "IR", "--by", "status", "--since", "21d", "--format", "json").out)
    assert (told["period"], len(told["periods"])) == ("week", 4)
    assert {row["status"]: (row["articles"], row["counts"]) for row in told["rows"]} == {
        "denied": (2, [0, 0, 1, 1]),
        "reported": (2, [0, 1, 1, 0]),
    }


def test_a_picture_needs_nothing_else(watcher: Command, tmp_path: Path) -> None:
    """SVG with a bar for each period and the rows' names; PNG the same."""
    drawn = ElementTree.fromstring(watcher("trend", "--format", "svg").out)
    texts = [each.text or "" for each in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "Iran → Russia · drones" in texts
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}rect"))) == 1 + 2 + 4
    target = tmp_path / "trend.png"
    assert watcher("trend", "--format", "png", "--output", str(target)).code == 0
    assert target.read_bytes().startswith(b"\x89PNG")
    assert watcher("trend", "--output", str(tmp_path / "trend.txt")).out == ""
    assert "Iran → Russia" in (tmp_path / "trend.txt").read_text(encoding="utf-8")


def test_a_long_list_is_cut_and_says_so(watcher: Command) -> None:
    """How many rows are left out, and how to see them."""
    assert "and 1 rows that are told less: --limit 2 shows all" in watcher("trend", "--limit", "1").out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["dronez"], 'unknown partner or good "dronez" (did you mean "drones"?)'),
        (["--by", "goods"], '--by takes partner, good, direction, status, not "goods" (did you mean "good"?)'),
        (["--daily", "--weekly"], "exclude each other"),
        (["--format", "png"], "name a file with --output"),
        (["--since", "2999-01-01"], "nothing lies between"),
        (["--format", "png", "--output", "/nowhere/x.png"], "can't be written"),
    ],
)
def test_what_makes_no_sense_is_refused(watcher: Command, words: list[str], why: str) -> None:
    """Exit code 2, and what to write instead."""
    done = watcher("trend", *words)
    assert (done.code, why in done.err) == (2, True)


def test_a_png_without_its_extra_is_told(watcher: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which extra it needs, and what needs none."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    done = watcher("trend", "--format", "png", "--output", str(tmp_path / "x.png"))
    assert (done.code, "watcher[plot]" in done.err) == (2, True)


def test_an_empty_archive_or_time_is_told(watcher: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                          monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Nothing is shown as if it were a trend of none."""
    assert "Nothing of that kind" in watcher("trend", "KP").err
    furnish(tmp_path / "new")
    assert "The archive is empty" in Command(tmp_path / "new", capsys, monkeypatch)("trend").err


def test_periods_follow_the_calendar() -> None:
    """Weeks begin on Monday, months on their first, over the turn of a year too; a row of one period has no usual."""
    days = [(date(2025, 12, 31), ("x",), 2), (date(2026, 1, 1), ("x",), 1)]
    by_month = trend(days, "month", date(2025, 12, 31), date(2026, 1, 1))
    assert (by_month.periods, by_month.rows[0].counts) == ((date(2025, 12, 1), date(2026, 1, 1)), (2, 1))
    assert trend(days, "week", date(2025, 12, 31), date(2026, 1, 1)).periods == (date(2025, 12, 29),)
    assert trend(days, "day", date(2025, 12, 31), date(2026, 1, 1)).rows[0].sparkline == "█▄"
    assert start_of(date(2026, 1, 1), "week") == date(2025, 12, 29)
    assert Row(("x",), (3,)).usual == 0
