"""Full-text search of the archive: what it finds, in which order, and how it is shown."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.command import Command, furnish
from tests.conftest import ROOT
from tests.remembered import NOW, article, opened
from tests.small_lexicon import relation, small_lexicon
from watcher import search as searching
from watcher.decide.match import Finding, Match
from watcher.decide.query import parse
from watcher.decide.subject import Subject
from watcher.question import Question
from watcher.search import Search
from watcher.state import finder, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.search import Order
    from watcher.state.store import Store

DAY = timedelta(days=1)
TEXTS = [
    "Iran ships drones", "Drones, drones and more drones", "A drone factory in Yelabuga", "Café talks", "CAFE closed",
    "中国的无人机出口", "無人機", "드론 수출", "Экспорт беспилотников", "й и", "ガ カ", "Straße",
    "The shadow fleet sails", "fleet of shadow",
    "don't stop", "x_y z", "A. B. C", "Ирландия ships", "ships Iran", "الصين و روسيا",
]  # fmt: skip
QUERIES = [
    "drones", "drone*", "iran ships", '"iran ships"', "cafe", "无人机", "无*", "드론", "беспилот*", "и", "カ",
    "strasse", '"shadow fleet"', "shadow NEAR/3 fleet",
    "shadow BEFORE/2 fleet", "don't", "x y", "title:ships", "body:drones",
    "iran OR cafe", "ships NOT iran", "NOT drones", "/dr.ne/", "SAME(iran drones)", "صين OR روسيا", '"sh* fl*"',
    "lang:en", "lang:ru OR feed:wire", "tag:pressure", "tag:press*", "source:gazette", "a b c",
    "partner:IR", "partner:IR drones", "partner:KP", "NOT partner:IR iran", "the OR a OR drones",
]  # fmt: skip


def find(store: Store, query: str, *, by: Order = "date", question: Question | None = None) -> list[str]:
    """Give the titles of a query's hits."""
    store.words.refresh()
    asked = Search(parse(query, small_lexicon()), question or Question(is_open=True), by)
    return [hit.article.title for hit in asked.hits(store)]


def told(number: int, title: str, **more: Any) -> Finding:
    """Make a finding, each an hour older than the one before."""
    values: dict[str, Any] = {
        "published": NOW - timedelta(hours=number),
        "source": "The Gazette" if number % 2 else "A wire",
        **more,
    }
    made = article(str(number), title=title, **values)
    return Finding(made, (relation("IR", "drones"),) if "Iran" in title else ())


def fill(store: Store, *findings: Finding, ago: timedelta = timedelta()) -> None:
    """Store findings."""
    store.archive.record(None, findings, rulebook="r1", now=NOW - ago)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give an archive of short texts in many scripts."""
    with opened(tmp_path_factory.mktemp("library")) as store:
        for number, title in enumerate(TEXTS):
            language = "ru" if title[0] in "ЭИй" else "en-GB" if title.isascii() else "fr"
            made = told(
                number, title, language=language, tags=("press-ure",) if number % 3 else ("Pressure",), kind="wire"
            )
            body = replace(made.article, body="Drones again." if number % 5 == 0 else "")
            fill(store, replace(made, article=body))
        yield store


def evaluated(store: Store, query: str) -> set[str]:
    """Give what a query finds by looking at every text."""
    asked = parse(query, small_lexicon())
    everything = [each for part in store.past.slices() for each in store.past.read(part)]
    return {each.article.title for each in everything if asked.find(Subject(each.article, each.relations))}


@pytest.mark.parametrize("query", QUERIES)
def test_a_search_finds_exactly_what_the_query_means(library: Store, query: str) -> None:
    """The index only narrows down: in every script, for every operator, the query itself decides; in either order."""
    expected = evaluated(library, query)
    assert set(find(library, query)) == expected
    assert set(find(library, query, by="relevance")) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="abcéßйи中カガ드ـ'-.*\" \n", min_size=1, max_size=12))
def test_no_text_hides_from_the_index(library: Store, written: str) -> None:
    """Whatever letters a text is made of, each of its words finds it."""
    fill(library, Finding(article(f"x{written}", title=f"Q {written}", published=NOW)))
    library.words.refresh()
    from watcher.decide.subject import tokens

    for token in tokens(written):
        assert f"Q {written}" in find(library, f'"{token}"')


def test_hits_come_newest_first_or_most_relevant_first(library: Store) -> None:
    """By date of publication; by relevance a word in a title that has little else weighs most."""
    assert find(library, "drones")[:2] == ["Iran ships drones", "Drones, drones and more drones"]
    assert find(library, "drones", by="relevance")[0] == "Drones, drones and more drones"


@pytest.mark.parametrize("query", ["drones", "drone* OR the", "partner:IR", "NOT drones"])
def test_a_common_word_is_looked_for_in_the_newest_articles(
    library: Store, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where too many texts have it to put them in order, the order is the same."""
    expected = find(library, query)
    monkeypatch.setattr(searching, "FEW", 1)
    monkeypatch.setattr(finder, "FIRST_PAGE", 1)
    monkeypatch.setattr(finder, "SLICE", 2)
    assert find(library, query) == expected


@pytest.mark.usefixtures("engine")
def test_filters_hold_beside_the_query(tmp_path: Path) -> None:
    """Period, language, relations and rules, each as a scan has them; relations hold of one relation."""
    with opened(tmp_path) as store:
        first = told(1, "Iran and drones", language="en-GB")
        both = (relation("IR", "oil", status="denied"), relation("CN", "drones"))
        second = Finding(article("2", title="Oil and drones", language="fr"), both, (Match("arms", "high", ("so",)),))
        fill(store, first, ago=3 * DAY)
        fill(store, second)

        def hits(**asked: object) -> list[str]:
            return find(store, "drones", question=Question(is_open=True, **asked))  # type: ignore[arg-type]

        assert hits() == ["Oil and drones", "Iran and drones"]
        assert hits(since=NOW - DAY) == hits(rules=frozenset({"arms"})) == ["Oil and drones"]
        assert hits(until=NOW - DAY) == hits(languages=frozenset({"en"})) == ["Iran and drones"]
        assert hits(partners=frozenset({"IR"}), goods=frozenset({"drones"})) == ["Iran and drones"]
        assert hits(direction="to_russia", statuses=frozenset({"denied"})) == ["Oil and drones"]
        assert hits(direction="from_russia") == []
        asked = Question(is_open=True, rules=frozenset({"arms"}))
        assert find(store, "NOT zebra", question=asked) == ["Oil and drones"]


@pytest.mark.usefixtures("engine")
def test_what_is_edited_is_found_as_it_reads_now(tmp_path: Path) -> None:
    """The new words find it, the old ones no longer do; so it is after any number of edits."""
    with opened(tmp_path) as store:
        fill(store, told(1, "First words"))
        assert find(store, "first") == ["First words"]
        for text in ("Second words", "Third words"):
            fill(store, told(1, text), ago=-DAY)
            assert find(store, "words") == find(store, text.split()[0]) == [text]
        assert find(store, "first OR second") == []
        store.words.refresh()
        assert find(store, "words", by="relevance") == ["Third words"]


def test_a_lost_or_foreign_index_is_made_again(tmp_path: Path) -> None:
    """It can be deleted at any time, and one of another archive or of another form is not trusted."""
    with opened(tmp_path) as store:
        fill(store, told(1, "Drones at sea"))
        assert find(store, "drones") == ["Drones at sea"]
    path = tmp_path / "state" / "watcher.words.db"
    for statement in ("UPDATE words_mark SET id = 'another'", "UPDATE words_mark SET form = 'old'"):
        with sqlite3.connect(path) as connection:
            connection.execute(statement)
            connection.execute("INSERT INTO texts (texts) VALUES ('delete-all')")
        connection.close()
        with opened(tmp_path) as store:
            assert find(store, "drones") == ["Drones at sea"]
    for each in path.parent.glob("watcher.words*"):
        each.unlink()
    with opened(tmp_path) as store:
        assert find(store, "drones") == ["Drones at sea"]


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.remembered import opened
from watcher.state import words
words.BATCH = 2
step = words.Words._step
def once(self):
    step(self)
    os.kill(os.getpid(), signal.SIGKILL)
words.Words._step = once
opened(Path(sys.argv[1])).words.refresh()
"""


def test_an_index_whose_making_is_killed_is_whole_afterwards(tmp_path: Path) -> None:
    """What was taken in stays, the rest follows, nothing twice."""
    with opened(tmp_path) as store:
        fill(store, *(told(number, f"Drones, part {number}") for number in range(5)))
        done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, check=False)
        assert done.returncode == -signal.SIGKILL
        assert len(find(store, "drones")) == len(find(store, "drones", by="relevance")) == 5


def test_progress_is_told_of_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts are of this time's articles, up to all of them."""
    monkeypatch.setattr(words, "BATCH", 2)
    seen: list[tuple[int, int]] = []
    with opened(tmp_path) as store:
        fill(store, told(0, "One"))
        store.words.refresh()
        fill(store, *(told(number, f"Part {number}") for number in range(1, 4)))
        store.words.refresh(lambda done, total: seen.append((done, total)))
    assert seen == [(2, 3), (3, 3)]


@pytest.fixture
def watcher(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give a workspace with an archive of three articles."""
    furnish(tmp_path)
    command = Command(tmp_path, capsys, monkeypatch)
    items = [
        {"id": "1", "title": "Iran has shipped drones to Russia", "summary": "Many <b>drones</b> & parts."},
        {"id": "2", "title": "A drone show", "published": "2026-01-02T00:00:00Z"},
        {"id": "3", "title": "Nothing of the kind"},
    ]
    lines = "\n".join(json.dumps(item) for item in items)
    assert command("scan", "--items", "-", "--save", stdin=lines.encode()).code == 0
    return command


def test_hits_are_written_as_a_scan_writes_them(watcher: Command) -> None:
    """Every format, with what was searched for marked where the format can."""
    done = watcher("search", "drone*", "--format", "jsonl")
    assert (done.code, done.err.splitlines()[-1]) == (0, "2 found")
    first, second = map(json.loads, done.out.splitlines())
    assert (first["title"], first["relevant"], first["matches"][0]["rule"]) == (
        "Iran has shipped drones to Russia", True, "iran-arms")  # fmt: skip
    assert [(each["field"], each["spans"]) for each in first["excerpts"]] == [
        ("title", [[17, 23]]),
        ("summary", [[5, 11]]),
    ]
    assert second["title"] == "A drone show"
    assert "> Many **drones** & parts." in watcher("search", "drones", "--format", "markdown").out
    assert "Many <mark>drones</mark> &amp; parts." in watcher("search", "drones", "--format", "html").out
    assert "Many drones & parts." in watcher("search", "drones").out
    assert "Iran has shipped drones to Russia" in watcher("search", "drones", "--format", "csv").out.splitlines()[1]


def test_a_limit_is_told(watcher: Command) -> None:
    """Who sees fifty of more hits is told how to see the rest; filters are those of a scan."""
    assert watcher("search", "drone*", "--limit", "1").err.endswith("1 found; there are more: --limit 0 shows all\n")
    assert watcher("search", "drone*", "--limit", "2").err.endswith("2 found\n")
    assert watcher("search", "drone*", "--limit", "0", "--partner", "IR").err.endswith("1 found\n")


def test_a_query_with_a_mistake_shows_its_place(watcher: Command) -> None:
    """Exit code 2, what was expected, and a caret under it."""
    assert (watcher("search").code, watcher("search", " ").code) == (2, 2)
    done = watcher("search", "drones", "AND", "NEAR/2")
    assert done.code == 2
    assert done.err.splitlines()[-2:] == ["    drones AND NEAR/2", "               ^"]


def test_an_empty_archive_has_nothing_to_find(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                              monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """It says how to fill it, and makes none."""
    furnish(tmp_path)
    done = Command(tmp_path, capsys, monkeypatch)("search", "drones")
    assert (done.code, "The archive is empty" in done.err) == (0, True)
    assert not (tmp_path / "state").exists()
