"""What a digest is said against: feeds, what it told before, and what the archive knows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.desk import book, channel, post, preview
from tests.invented import NOW, plan
from tests.remembered import article, feed, finding, listed, opened, record
from watcher.background import Background
from watcher.decide.match import match
from watcher.state.outbox import PlannedPart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fake_slack import FakeSlack
    from watcher.decide.rules import Rulebook
    from watcher.state.store import Store

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """Give a rulebook of one rule for words, over the shipped lexicon."""
    return book(tmp_path_factory.mktemp("rules"), "missiles")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an archive with a feed of Iran's and no articles."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        yield store


def come(store: Store, rulebook: Rulebook, title: str, *, ago: float = 0.1) -> None:
    """Let an article come that says what its title does, so many days ago."""
    when = NOW - ago * DAY
    url = f"https://wire.example/{quote(title)}"
    told = article(title, title=title, url=url, published=when, source=title[:9])
    record(store, "wire", match(told, rulebook, now=when), now=when)


def deliver(store: Store, when: timedelta = 0 * DAY) -> None:
    """Put everything that the archive holds into the outbox of the daily digest."""
    keys = tuple(each.key for each in store.archive.articles())
    part = PlannedPart(key=f"k{when}", part=1, of=1, channel="desk", destination="C1", payload={}, articles=keys)
    store.outbox.plan("daily", NOW - when, [part], NOW - when)


def test_a_story_that_was_told_comes_again_with_what_changed(store: Store, rulebook: Rulebook) -> None:
    """One more outlet of the same stands in short at the end; another figure is news, and links only itself."""
    come(store, rulebook, "Washington accuses Iran of shipping 400 ballistic missiles to Russia")
    deliver(store)
    come(store, rulebook, "Washington accuses Iran of shipping 400 ballistic missiles to Russia, again", ago=0.05)
    made = preview(store, rulebook, plan(), NOW)
    assert [section.title for section in made.sections] == ["More on stories told before"]
    come(
        store,
        rulebook,
        "Washington accuses Iran of shipping some 400 ballistic missiles, 90 drones to Russia",
        ago=0.04,
    )
    made = preview(store, rulebook, plan(), NOW)
    assert made.lines[0].update == "now ◐ alleged by Washington: Iran → Russia · drones · new figure: 90 drones"
    assert len(made.articles) == 2


def test_each_link_stands_in_one_message_however_a_story_grows(
    store: Store, rulebook: Rulebook, slack: FakeSlack
) -> None:
    """Over three digests with updates, further outlets and more than a section shows, no link is missing or twice."""
    for turn, words in enumerate(("accuses Iran of shipping 400", "again accuses Iran of shipping 400", "denies 500")):
        now = NOW + turn * DAY
        for number in range(9):
            ago = (number + 1) / 100 - turn
            come(
                store, rulebook, f"Washington {words} ballistic missiles to Russia, desk {turn} {number} says", ago=ago
            )
            come(store, rulebook, f"Iran ships missiles number {turn}{number}7 to Russia from port {number}", ago=ago)
        post(store, rulebook, plan(limit=3), channel(slack), now=now)
    assert Counter(slack.links) == Counter(each.article.url for each in store.archive.articles())
    assert len(slack.links) == 54


@pytest.mark.parametrize(
    ("query", "bold"),
    [
        ('ferr* OR "night coach"', ["night coach", "ferries", "Rostov"]),
        ("SAME(barges ferries) NOT lorries", ["barges", "ferries", "Rostov"]),
        ("/f[a-z]{6}/ title:boats", ["ferries", "Rostov"]),
        ("lang:en NOT lorries", ["Rostov"]),
    ],
)
def test_the_words_that_a_rule_asks_for_are_bold(store: Store, tmp_path: Path, query: str, bold: list[str]) -> None:
    """In the sentence that a line quotes, beside the lexicon's own; what is asked of titles, or not wanted, is not."""
    told = "The night coach, two barges and both ferries took no boats to Rostov."
    record(store, "wire", finding(article("1", title="More boats than ever this year", summary=told, published=NOW)))
    (line,) = preview(store, book(tmp_path, f"'{query}'"), plan(), NOW).lines
    assert line.evidence == told
    assert [told[start:end] for start, end in line.bold] == bold


def test_the_first_of_its_kind_is_told_from_the_archive(store: Store, rulebook: Rulebook) -> None:
    """Forty days without, in an archive that was read all the time; nothing where the partner's feeds fail."""
    store.feeds.sync([feed("wire", country="IR")], NOW)
    come(store, rulebook, "Iran ships missiles to Russia by barge", ago=40)
    for ago in range(2, 40, 2):
        come(store, rulebook, f"The weather of day {ago} in the port", ago=ago)
    deliver(store, DAY)
    come(store, rulebook, "Iran ships missiles to Russia")
    made = Background(store, rulebook, plan()).digest([], NOW)
    assert made.lines == ()
    state = store.feeds.states()["wire"]
    store.feeds.save([replace(state, first_polled=NOW - 60 * DAY, last_attempt=NOW)])
    assert preview(store, rulebook, plan(), NOW).lines[0].notes == ("first in 40 days",)
    store.feeds.save([replace(state, first_polled=NOW - 60 * DAY, last_attempt=NOW, failures=3, reason="dns")])
    silent = preview(store, rulebook, plan(), NOW)
    assert silent.lines[0].notes == ()
    assert "0 of 1 feed from Iran answered: silence on Iran is weak." in silent.footer


def test_an_archive_too_large_to_look_back_on_claims_less(
    store: Store, rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only the newest part of it is read, nothing is claimed of the time before."""
    for ago in range(0, 60, 2):
        come(store, rulebook, f"The weather of day {ago} in the port", ago=ago)
    come(store, rulebook, "China ships drones to Russia", ago=5)
    deliver(store, DAY)
    come(store, rulebook, "Iran ships missiles to Russia")
    assert preview(store, rulebook, plan(), NOW).lines[0].notes == ("first in our archive since 16 November 2025",)
    monkeypatch.setattr("watcher.state.told.MOST", 2)
    assert preview(store, rulebook, plan(), NOW).lines[0].notes == ()


def test_rule_files_that_do_not_load_are_told(store: Store, rulebook: Rulebook) -> None:
    """Their names stand in the footer."""
    store.health.note("rules", {"rules/watch/iran.yaml": "unknown key"}, NOW)
    assert any("rules/watch/iran.yaml" in line for line in preview(store, rulebook, plan(), NOW).footer)
