"""Labels and what they teach: `rules label`, `score`, `report`, and tests on labelled items."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import select, update  # noqa: TID251  an archive that has aged

from tests.feed_server import FeedServer
from tests.remembered import opened
from watcher import labels
from watcher.collect.article import Article
from watcher.errors import InputError, ItemError
from watcher.labels import Label
from watcher.state.tables import articles

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command import Command

NOW = datetime.now(UTC)
ITEMS = (
    ("1", "Iran ships ballistic missiles to Russia"),
    ("2", "Iran supplied Russia with drones, officials say"),
    ("3", "Iran supplied Russia with oil, traders say"),
    ("4", "A regatta in the rain"),
    ("5", "North Korea sends soldiers to Russia"),
)


@pytest.fixture(autouse=True)
def _archive(engine: str, watcher: Command) -> None:
    """Fill the workspace's archive with five articles."""
    lines = "".join(json.dumps({"id": id_, "title": title}) + "\n" for id_, title in ITEMS)
    watcher("scan", "--items", "-", "--save", stdin=lines.encode())


def _labels(watcher: Command) -> list[tuple[str, dict[str, bool]]]:
    path = watcher.folder / "rules" / "labels.jsonl"
    return [(label.article.title, label.rules) for label in labels.read(path)]


def _write(
    watcher: Command, *told: tuple[str, dict[str, bool]], at: datetime = NOW, name: str = "labels.jsonl"
) -> None:
    for number, (title, rules) in enumerate(told):
        article = Article(id=f"{at:%d%H}-{number}", title=title)
        labels.append(watcher.folder / "rules" / name, Label(article, rules, at))


def _rules(watcher: Command, text: str) -> None:
    (watcher.folder / "rules" / "watch" / "mine.yaml").write_text(text, encoding="utf-8")


def test_label_asks_about_finds_and_near_misses_with_one_key(watcher: Command) -> None:
    """Each rule in turn, finds and near misses by turns; an answer is kept at once, and never asked for again."""
    told = watcher("rules", "label", stdin=b"y\nn\nxs\nq")
    assert told.code == 0
    assert "1 of 4 · iran-arms found:\n  Iran supplied Russia with drones" in told.err
    assert "2 of 4 · boats found:\n  A regatta in the rain" in told.err
    assert 'because of "regatta" in the title' in told.err
    assert "3 of 4 · iran-arms nearly found:\n  Iran supplied Russia with oil" in told.err
    assert "but the nearest relation, IR oil to_russia reported, is not goods [group:weapons]" in told.err
    assert _labels(watcher) == [
        ("Iran supplied Russia with drones, officials say", {"iran-arms": True}),
        ("A regatta in the rain", {"boats": False}),
    ]
    again = watcher("rules", "label", "iran-arms", stdin=b"\x1b")
    assert "regatta" not in again.err
    assert "0 labels were added" in again.err
    assert watcher("rules", "label", "--limit", "1", stdin=b"").err.count(" of 1 · ") == 1
    assert "Nothing to label" in watcher("rules", "label", "boats").err
    assert watcher("rules", "label", "boots").code == 2


def test_score_measures_rules_on_labels_the_worst_first(watcher: Command) -> None:
    """Precision and recall of each rule; of several labels on one article and rule the last counts."""
    assert watcher("rules", "score").code == 2
    _write(
        watcher,
        ("Iran ships missiles to Russia", {"iran-arms": True, "boats": False}),
        ("Iran supplied Russia with drones", {"iran-arms": False}),
        ("Regatta", {"boats": True, "gone": True}),
    )
    path = watcher.folder / "rules" / "labels.jsonl"
    (line, *_) = path.read_text(encoding="utf-8").splitlines()
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    labels.append(
        path, Label(Article(id=json.loads(line)["id"], title="Iran ships missiles to Russia"), {"boats": False})
    )
    told = json.loads(watcher("rules", "score", "--format", "json").out)
    assert told["items"] == 3
    assert told["rules"] == [
        {"rule": "iran-arms", "items": 2, "precision": 0.5, "recall": 1.0, "f1": 0.6667},
        {"rule": "boats", "items": 2, "precision": 1.0, "recall": 1.0, "f1": 1.0},
    ]
    shown = watcher("rules", "score")
    assert "labels for rules that there are no more: gone" in shown.err
    assert "iran-arms" in shown.out.splitlines()[1]


def test_report_tells_what_is_wrong_with_the_rules(watcher: Command) -> None:
    """Finds, rules that find nothing, finds that got worse, and clauses that kept articles out."""
    _rules(
        watcher,
        "- {id: wide, title: Wide, partners: [IR]}\n- {id: dead, title: Dead, query: zinc}\n"
        "- {id: off, title: Off, query: tin, enabled: false}\n- {id: odd, title: Odd, partners: [IR], goods: [oil]}\n",
    )
    good = [(f"Iran ships {n} missiles to Russia", {"wide": True}) for n in range(5)]
    bad = [(title, {"wide": number < 3}) for number, (title, _) in enumerate(good)]
    _write(watcher, *good, at=NOW - timedelta(days=20))
    _write(watcher, *bad, at=NOW - timedelta(hours=1))
    young = json.loads(watcher("rules", "report", "--format", "json").out)
    assert young["dead"] == []
    _age(watcher.folder, timedelta(days=40))
    told = json.loads(watcher("rules", "report", "--since", "50d", "--format", "json").out)
    assert told["found"] == {"wide": 3, "dead": 0, "odd": 1}
    assert told["dead"] == ["wide", "dead", "odd"]
    assert told["near_misses"][0]["rule"] == "odd"
    assert told["near_misses"][0]["clause"] == "not goods [oil]"
    assert told["near_misses"][0]["articles"] == 2
    shown = watcher("rules", "report", "--since", "2d").out
    assert ": nothing\n" in shown
    assert "Nothing found for 30 days:\n  wide\n" in shown
    assert "wide: precision 1.00 → 0.60" in shown
    assert "odd: 2 × not goods [oil], such as\n" in watcher("rules", "report", "--since", "50d").out


def _age(folder: Path, by: timedelta) -> None:
    """Let the archive be that much older."""
    with opened(folder) as store, store.database.write() as connection:
        for row in connection.execute(select(articles.c.key, articles.c.first_seen)).all():
            older = update(articles).where(articles.c.key == row.key).values(first_seen=row.first_seen - by)
            connection.execute(older)


def test_without_an_archive_there_is_nothing_to_look_at(watcher: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what fills it."""
    monkeypatch.delenv("WATCHER_DATABASE_URL", raising=False)
    (watcher.folder / "state" / "watcher.db").unlink(missing_ok=True)
    told = watcher("rules", "report")
    assert told.code == 2
    assert "`watcher poll` fills it" in told.err


def test_a_rule_tests_on_labelled_items(watcher: Command) -> None:
    """Items that say true or false of it, whole articles and not their titles alone; the rest is left out."""
    _rules(watcher, "- {id: a, title: A, query: zinc, tests: [{items: ../../state/a.jsonl}]}\n")
    told = watcher("rules", "test")
    assert told.code == 2
    assert "a: items: ../../state/a.jsonl lies outside" in told.err
    _rules(
        watcher, "- {id: a, title: A, query: zinc, tests: [{items: found/zinc.jsonl}]}\n- {id: b, title: B, query: x}\n"
    )
    assert watcher("rules", "test").code == 2
    (watcher.folder / "rules" / "watch" / "found").mkdir()
    _write(
        watcher,
        ("Zinc", {"a": True}),
        ("Zinc, no ore", {"a": False}),
        ("Tin", {"b": True}),
        name="watch/found/zinc.jsonl",
    )
    told = watcher("rules", "test", "--junit", str(watcher.folder / "report.xml"))
    assert told.code == 1
    assert told.out == 'FAILED a: skip: Zinc, no ore\n       "zinc" in the title\n2 tests of 2 rules: 1 failed\n'
    assert '"a" has no match' not in told.err
    assert watcher("rules", "test", "b").out == "0 tests of 1 rules: 0 failed\n"
    _rules(watcher, "- {id: c, title: C, query: zinc, tests: [{items: found/zinc.jsonl}]}\n")
    silent = watcher("rules", "test")
    assert silent.code == 2
    assert 'says nothing of "c"' in silent.err
    root = ElementTree.parse(watcher.folder / "report.xml").getroot()
    (suite,) = root
    assert suite.attrib == {"name": "a", "tests": "2", "failures": "1"}
    assert [case.attrib["name"] for case in suite] == ["match: Zinc", "skip: Zinc, no ore"]
    assert suite.findtext("testcase/failure") == '"zinc" in the title'


def test_junit_can_say_any_headline(watcher: Command) -> None:
    """What XML has no way to write is left out, and the report stays readable."""
    _rules(watcher, '- {id: a, title: A, query: zinc, tests: [{match: "<b>&\\u0001\\uFFFE \\"x\\""}]}\n')
    watcher("rules", "test", "--junit", str(watcher.folder / "report.xml"))
    root = ElementTree.parse(watcher.folder / "report.xml").getroot()
    assert [case.attrib["name"] for case in root.iter("testcase")] == ['match: <b>&   "x"']


def test_explain_knows_the_articles_of_the_archive(watcher: Command) -> None:
    """By id or address; a page that isn't there is fetched, and what fails says why."""
    with opened(watcher.folder) as store:
        stored = [each.article for each in store.archive.articles()]
    told = watcher("rules", "explain", stored[1].id)
    assert "From the archive: Iran supplied Russia with drones" in told.err
    assert "matches iran-arms" in told.out
    assert watcher("rules", "explain", "0" * 32).code == 2
    with FeedServer() as web:
        page = b"<html><head><title>Iran &amp; Russia</title></head><p>Iran ships <b>drones</b> to Russia.</p></html>"
        web.put("/page", page)
        told = watcher("rules", "explain", web.url("/page"))
        assert "sentence 1: Iran & Russia" in told.out
        assert "relation: IR → Russia · drones · reported" in told.out
        web.put("/bare", b"<p>Regatta")
        assert "matches boats" in watcher("rules", "explain", web.url("/bare")).out
        assert watcher("rules", "explain", web.url("/status/404")).code == 3


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({"id": "1", "title": "x"}, '"rules" must say true or false'),
        ({"id": "1", "title": "x", "rules": {"a": 1}}, '"rules" must say true or false'),
        ({"id": "1", "title": "x", "rules": {"a": True}, "labelled": "soon"}, '"labelled" is not a time'),
    ],
)
def test_a_line_that_is_no_label_is_named(tmp_path: Path, line: dict[str, Any], why: str) -> None:
    """With its file and number; packed files are read, too."""
    path = tmp_path / "l.jsonl"
    path.write_bytes(gzip.compress(b"\n" + json.dumps(line).encode()))
    with pytest.raises(ItemError, match=f"line 2: {why}"):
        list(labels.read(path))


def test_files_that_cannot_be_read_or_written_are_told(tmp_path: Path) -> None:
    """A missing folder, damaged gzip, and what is no JSON at all."""
    with pytest.raises(InputError, match="can't be written"):
        labels.append(tmp_path / "none" / "l.jsonl", Label(Article(id="1", title="x"), {}))
    with pytest.raises(InputError, match="can't be read"):
        list(labels.read(tmp_path / "none.jsonl"))
    path = tmp_path / "l.jsonl"
    path.write_bytes(gzip.compress(b"x" * 99)[:20])
    with pytest.raises(InputError, match="can't be read"):
        labels.has_rules(path)
    path.write_text("{", encoding="utf-8")
    assert not labels.has_rules(path)
    assert labels.latest(tmp_path / "none.jsonl") == []
