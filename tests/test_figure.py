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
