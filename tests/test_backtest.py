"""Rules over the past: the archive asked again, compared, and brought up to date."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT
from tests.remembered import NOW, WINDOW, address, article, opened
from tests.shipped import shipped_lexicon
from watcher import backtest
from watcher.backtest import ArchiveScan, Comparison, Look, Rescan, compare, rescan, scan_archive
from watcher.decide import relation, rules
from watcher.decide.match import Finding, match
from watcher.errors import StateError
from watcher.question import Question
from watcher.state import past

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.collect.article import Article
    from watcher.decide.rules import Rulebook
    from watcher.state.store import Store

DAY = timedelta(days=1)
SUPPLY = "Iran has shipped drones to Russia, part"
ARMS = "- {id: arms, title: Arms, partners: [IR], goods: [drones]}\n"
BOATS = "- {id: boats, title: Boats, query: regatta}\n"
GIFTS = "- {id: gifts, title: Gifts, query: shipped}\n"


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a test's rules lie."""

    rules: Path

    def load(self) -> Rulebook:
        """Load them with the shipped lexicon."""
        return rules.load(self.rules, shipped_lexicon())


def written(folder: Path, text: str) -> Folder:
    """Write a rule file into a folder of its own."""
    (folder / "watch").mkdir(parents=True, exist_ok=True)
    (folder / "watch" / "rules.yaml").write_text(text, encoding="utf-8")
    return Folder(folder)


def fill(store: Store, book: Rulebook, *titles: str, days_ago: int = 0) -> None:
    """Store articles as a poll of that day would, decided under the rulebook."""
    then = NOW - days_ago * DAY
    told = [article(title, title=title, published=then) for title in titles]
    store.archive.record(None, [match(each, book, now=then) for each in told], rulebook=book.hash, now=then)


def matched(store: Store) -> dict[str, set[str]]:
    """Give the rules that each article is stored to have met, by title."""
    found = (each for part in store.past.slices() for each in store.past.read(part))
    return {each.article.title: {one.rule for one in each.matches} for each in found}


def look(folder: Path, kept: Folder) -> dict[str, Any]:
    """Give what every look needs."""
    return {"url": address(folder), "rules": kept, "now": NOW + DAY}


@pytest.mark.usefixtures("engine")
def test_the_archive_is_cut_into_slices_in_the_order_of_first_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every article of the span stands in one slice, once; those after its end in none."""
    monkeypatch.setattr(past, "SLICE", 2)
    book = written(tmp_path / "rules", ARMS).load()
    with opened(tmp_path) as store:
        for day in (4, 2, 3, 1, 0):
            fill(store, book, f"{SUPPLY} {day}", days_ago=day)
        sizes = [part.size for part in store.past.slices()]
        found = [each.article.title[-1] for part in store.past.slices() for each in store.past.read(part)]
        some = [
            each.article.title[-1]
            for part in store.past.slices(NOW - 3 * DAY, NOW - DAY)
            for each in store.past.read(part)
        ]
    assert (sizes, found, some) == ([2, 2, 1], ["4", "3", "2", "1", "0"], ["3", "2"])


@pytest.mark.usefixtures("engine")
def test_a_scan_of_the_archive_gives_the_same_answer_later(tmp_path: Path) -> None:
    """What comes in after the cut-off, edits of old articles included, changes nothing."""
    kept = written(tmp_path / "rules", ARMS)
    question = Question()

    def answers() -> list[tuple[str, int]]:
        scan = ArchiveScan(url=address(tmp_path), rules=kept, now=NOW + DAY, question=question)
        parts = list(scan_archive(scan, None))
        assert sum(part.articles for part in parts) == 2
        return [(each.article.title, len(each.relations)) for part in parts for each in part.findings]

    with opened(tmp_path) as store:
        book = kept.load()
        first, second = (article(name, title=f"{SUPPLY} {name}") for name in "12")
        decided = [match(each, book, now=NOW) for each in (first, second)]
        store.archive.record(None, decided, rulebook=book.hash, now=NOW)
        before = answers()
        later = [Finding(replace(first, title="It was all a mistake")), Finding(article("3", title=f"{SUPPLY} 3"))]
        store.archive.record(None, later, rulebook=book.hash, now=NOW + 2 * DAY)
    assert before == answers() == [(f"{SUPPLY} 1", 1), (f"{SUPPLY} 2", 1)]


@pytest.mark.usefixtures("engine")
def test_a_rescan_brings_matches_to_the_rules(tmp_path: Path) -> None:
    """What the new rules ask for is found, what they don't is gone, and a second rescan has nothing to do."""
    old = written(tmp_path / "old", ARMS).load()
    new = written(tmp_path / "new", ARMS.replace("drones", "missiles") + GIFTS)
    with opened(tmp_path) as store:
        fill(store, old, f"{SUPPLY} 1", "Nothing at all")
        assert matched(store) == {f"{SUPPLY} 1": {"arms"}, "Nothing at all": set()}
        told: list[tuple[int, int]] = []
        done = rescan(Rescan(**look(tmp_path, new)), lambda *counts: told.append(counts))
        assert str(done) == "rescanned 2 articles: 1 matches found, 1 lost"
        assert told == [(2, 2)]
        assert matched(store) == {f"{SUPPLY} 1": {"gifts"}, "Nothing at all": set()}
        assert store.past.last_rulebook() == new.load().hash
        assert rescan(Rescan(**look(tmp_path, new)), lambda *counts: told.append(counts)).articles == 0


@pytest.mark.usefixtures("engine")
def test_a_rescan_announces_nothing(tmp_path: Path) -> None:
    """What left the window unmatched stays unannounced, and what waits for its digest goes on waiting."""
    old = written(tmp_path / "old", ARMS).load()
    new = written(tmp_path / "new", ARMS + GIFTS)
    with opened(tmp_path) as store:
        store.outbox.register(["daily"], NOW)
        fill(store, old, f"{SUPPLY} 1", "A parcel is shipped")
        late = NOW + WINDOW + timedelta(minutes=30)

        def candidates() -> list[str]:
            found = store.archive.candidates("daily", announce_within=WINDOW, now=late)
            return [each.article.title for each in found]

        assert candidates() == [f"{SUPPLY} 1"]
        rescan(Rescan(**look(tmp_path, new)), lambda *_: None)
        assert matched(store)["A parcel is shipped"] == {"gifts"}
        assert candidates() == [f"{SUPPLY} 1"]


def test_texts_are_read_again_only_under_another_lexicon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the lexicon unchanged the stored relations are good; under another hash the sentences are read anew."""
    kept = written(tmp_path / "rules", ARMS)
    book = kept.load()
    finding = match(article("1", title=f"{SUPPLY} 1"), book, now=NOW)
    read: list[str] = []

    def note(told: Article, _: object) -> tuple[()]:
        read.append(told.title)
        return ()

    monkeypatch.setattr(relation, "read", note)
    for lexicon_hash, expected in ((book.hash[32:], []), ("0" * 32, [f"{SUPPLY} 1"])):
        folder = tmp_path / lexicon_hash
        with opened(folder) as store:
            store.archive.record(None, [finding], rulebook="1" * 32 + lexicon_hash, now=NOW)
        rescan(Rescan(**look(folder, kept)), lambda *_: None)
        assert read == expected


@pytest.mark.usefixtures("engine")
def test_what_is_edited_during_a_rescan_keeps_its_newer_decision(tmp_path: Path) -> None:
    """A rescan writes what it decided of a text only while that is still the text."""
    old = written(tmp_path / "old", ARMS).load()
    new = written(tmp_path / "new", GIFTS)
    with opened(tmp_path) as store:
        fill(store, old, f"{SUPPLY} 1")
        task = Rescan(**look(tmp_path, new))
        (revised,) = [task.look(part) for part in store.past.slices()]
        backtest._stores.popitem()[1].close()
        contents = dict.fromkeys(revised.contents, "another text")
        store.past.revise(contents, revised.revisions, new.load().hash, NOW)
        assert matched(store) == {f"{SUPPLY} 1": {"arms"}}
        assert store.past.pending(new.load().hash) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from tests import test_backtest as test
from watcher.state import past
past.SLICE = 3
revise = past.Past.revise
def once(self, *args):
    revise(self, *args)
    os.kill(os.getpid(), signal.SIGKILL)
past.Past.revise = once
folder = Path(sys.argv[1])
test.rescan(test.Rescan(**test.look(folder, test.Folder(folder / "new"))), lambda *_: None)
"""


@pytest.mark.usefixtures("engine")
def test_a_rescan_that_is_killed_goes_on_where_it_ended(tmp_path: Path) -> None:
    """What was done is whole, the rest is done by the next, nothing twice."""
    old = written(tmp_path / "old", ARMS).load()
    new = written(tmp_path / "new", GIFTS)
    with opened(tmp_path) as store:
        fill(store, old, *(f"{SUPPLY} {number}" for number in range(10)))
        process = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, check=False)
        assert process.returncode == -signal.SIGKILL
        assert sorted(map(sorted, matched(store).values())) == [["arms"]] * 7 + [["gifts"]] * 3
        done = rescan(Rescan(**look(tmp_path, new)), lambda *_: None)
        assert (done.articles, done.found, done.left) == (7, 7, 0)
        assert set(map(tuple, matched(store).values())) == {("gifts",)}


@pytest.mark.usefixtures("engine")
def test_a_process_that_dies_leaves_its_articles_for_the_next_rescan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are counted as left; a comparison, which would be incomplete, is refused; a scan names the loss."""
    monkeypatch.setattr(past, "SLICE", 1)
    kept = written(tmp_path / "new", GIFTS)
    parent, decide = os.getpid(), Look.decide

    def die(self: Look, decided: past.Decided) -> Finding:
        if os.getpid() != parent and decided.article.title.endswith("3"):
            os.kill(os.getpid(), signal.SIGKILL)
        return decide(self, decided)

    monkeypatch.setattr(Look, "decide", die)
    with opened(tmp_path) as store:
        fill(store, written(tmp_path / "old", ARMS).load(), *(f"{SUPPLY} {number}" for number in range(5)))
        with pytest.raises(StateError, match="not complete"):
            list(compare(Comparison(**look(tmp_path, kept), before=None), None))
        scan = ArchiveScan(**look(tmp_path, kept), question=Question())
        assert "crashed" in {part.reason for part in scan_archive(scan, None)}
        assert rescan(Rescan(**look(tmp_path, kept)), lambda *_: None).left > 0
        monkeypatch.setattr(Look, "decide", decide)
        assert rescan(Rescan(**look(tmp_path, kept)), lambda *_: None).left == 0
