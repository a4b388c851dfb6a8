"""Assaults: whose they are, and whom they leave out of play."""

from __future__ import annotations

import pytest

from tests.shipped import shipped_lexicon
from watcher.collect.article import Article
from watcher.decide import relation
from watcher.decide.violence import embattle

BOOK = shipped_lexicon()


def _read(title: str) -> set[tuple[str, str]]:
    article = Article(id="a", url="", title=title, summary="", body="", source="", language="en")
    return {(each.partner, each.good) for each in relation.read(article, BOOK)}


@pytest.mark.parametrize(
    "title",
    ["War in Iran fuels the Kremlin's hopes", "The Iran war could help Russia", "Iran conflict leaves Moscow richer"],
)
def test_a_war_that_is_suffered_is_no_support(title: str) -> None:
    """A country at war does nothing for Russia by being attacked."""
    assert _read(title) == set()


def test_whose_side_is_taken_is_read() -> None:
    """Russia's outcry at an attack is support of the attacked."""
    assert ("IR", "political-support") in _read("Russia condemns strikes on Iran")


def test_help_with_an_attack_is_read() -> None:
    """Who is helped with an attack is no victim of it."""
    assert _read("Russia helps Iran's attacks with satellite intelligence")


def test_an_attack_that_is_made_is_read() -> None:
    """Who attacks stays in play."""
    assert ("IR", "security-aid") in _read("Iran's strikes used targeting data from Russia")


def test_without_words_of_violence_nothing_changes() -> None:
    """A lexicon that knows no violence leaves every unit as it is."""
    assert embattle([], "", "", {}) == []
