"""Figures: quantities, sums and shares, attached to the relation they belong to and never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shipped import shipped_lexicon
from watcher.collect.article import Article
from watcher.decide import lexicon, relation

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def book() -> lexicon.Lexicon:
    """Load the shipped lexicon."""
    return shipped_lexicon()


def figures(book: lexicon.Lexicon, sentence: str, good: str) -> list[tuple[float, str, str]]:
    """Read one sentence and give the figures of one good's relations."""
    read = relation.read(Article(id="1", title=sentence, language="en"), book)
    return [(each.value, each.unit, each.text) for found in read if found.good == good for each in found.figures]


@pytest.mark.parametrize(
    ("sentence", "good", "wanted"),
    [
        ("Iran shipped 400 ballistic missiles to Russia", "missiles", [(400, "missiles", "400 ballistic missiles")]),
        (
            "Kim sent two million shells to Russia from North Korea",
            "artillery",
            [(2e6, "shells", "two million shells")],
        ),
        ("North Korea sent 12,000 soldiers to Russia", "troops", [(12000, "soldiers", "12,000 soldiers")]),
        (
            "India bought 1.3 million barrels per day of Russian crude",
            "oil",
            [(1.3e6, "barrels per day", "1.3 million barrels per day")],
        ),
        (
            "Trade between China and Russia reached $240 billion, up 26%",
            "trade",
            [(240e9, "USD", "$240 billion"), (26, "%", "26%")],
        ),
        ("China buys 90% of its crude from Russia", "oil", [(90, "%", "90%")]),
        (
            "Turkey imported 300,000 barrels of diesel per day from Russia in the first week of December, up 26%",
            "oil-products",
            [(300e3, "barrels", "300,000 barrels"), (26, "%", "26%")],
        ),
        ("Turkey imported 41 bcm of gas from Russia", "gas", [(41, "bcm", "41 bcm")]),
    ],
)
def test_figure_stands_with_its_relation(
    book: lexicon.Lexicon, sentence: str, good: str, wanted: list[tuple[float, str, str]]
) -> None:
    """A count, a sum and a share are given with value, unit and the text's own words."""
    assert figures(book, sentence, good) == wanted


@pytest.mark.parametrize(
    ("sentence", "good"),
    [
        ("Rosneft and Reliance sign 10-year crude supply deal", "oil"),
        ("In 2024 Iran sent drones to Russia", "drones"),
        ("Iran sent 2024 drones to Russia", "drones"),
        ("Trump lowers tariffs on Indian goods to 18% as India stops buying Russian oil", "oil"),
        (
            "India buys Russian oil: a fine of $5 million was paid by a bank in another matter and at another time",
            "oil",
        ),
        ("Iran sent Russia drones on day 3 of the talks", "drones"),
        ("Iran sent Russia 3 times as many of its attack drones", "drones"),
    ],
)
def test_number_of_something_else_is_no_figure(book: lexicon.Lexicon, sentence: str, good: str) -> None:
    """Years, spans of time, tariffs and numbers too far off or in another clause are left alone."""
    read = relation.read(Article(id="1", title=sentence, language="en"), book)
    assert good in {each.good for each in read}
    assert figures(book, sentence, good) == []


def test_sentence_without_goods_has_no_figures(book: lexicon.Lexicon) -> None:
    """A relation that no good's name stands for carries no figures."""
    read = relation.read(Article(id="1", title="Lukashenko meets Putin for 5 hours", language="en"), book)
    assert [each.figures for each in read] == [()]


@pytest.mark.parametrize(
    ("language", "title", "summary", "wanted"),
    [
        ("en", "Iran ships ballistic missiles to Russia", "Tehran has sent 400 missiles to Moscow.", ["400 missiles"]),
        ("de", "Iran liefert Drohnen an Russland", "Der Iran hat 60 Drohnen an Russland geliefert.", ["60 Drohnen"]),
        # The title's own counts, and what both of two figures would claim is claimed by neither.
        ("en", "Iran ships 90 drones to Russia", "Iran sent 120 drones to Russia in May.", ["90 drones"]),
        ("en", "Iran ships drones to Russia", "Iran sent 80 drones to Russia, then 30 drones to Russia.", []),
        # Others', another time's, and those that nobody has said to be the same.
        ("en", "Iran ships drones to Russia", "Russia fired 120 drones at the port overnight.", []),
        ("de", "Iran liefert Drohnen an Russland", "Russland setzte in der Nacht 120 Drohnen ein.", []),
        ("en", "Iran ships drones to Russia", "Turkey sells 120 drones to Russia.", []),
        ("en", "Iran ships drones to Russia", "Iran plans to send 120 drones to Russia next year.", []),
        ("en", "Iran ships drones to Russia", "The port loads 120 drones a day.", []),
    ],
)
def test_a_summary_that_says_the_same_gives_its_one_figure(
    book: lexicon.Lexicon, language: str, title: str, summary: str, wanted: list[str]
) -> None:
    """A headline often leaves the figure to the text: it is the headline's where nothing else can be meant."""
    read = relation.read(Article(id="1", title=title, summary=summary, language=language), book)
    assert [figure.text for each in read if each.partner == "IR" for figure in each.figures] == wanted
