"""Who says so: the shortest name in the text of whoever claims or denies."""

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


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Iran has shipped drones to Russia, Kyiv says", "Kyiv"),
        ("Washington accuses Beijing of providing lethal aid to Moscow", "Washington"),
        ("Tehran denied that it had shipped ballistic missiles to Russia", "Tehran"),
        ("Ukrainian President Volodymyr Zelensky says Iran sent missiles to Russia", "Zelensky"),
        ("Kyiv officials say Iran has sent drones to Russia", "Kyiv officials"),
        ("Chinese and Indian officials say Russia sold them oil", "Chinese and Indian officials"),
        ("North Korea has sent 3,000 troops to Russia's Kursk region, Seoul's spy agency says", "Seoul"),
        ("Ukraine's military intelligence claims that Iran delivered 300 drones to Russia", "Ukraine"),
        ("India's oil minister says refiners will keep buying Russian crude", "India"),
        ("Iran's foreign minister Abbas Araghchi said Russia will get missiles from Iran", "Araghchi"),
        ("China supplies drone engines to Russia, according to Ukrainian intelligence", "Ukrainian intelligence"),
        ("China sold machine tools to a Russian arms plant, the Financial Times reported", "Financial Times"),
        ("According to Reuters, China sold machine tools to a Russian arms plant", "Reuters"),
        ("Belarus makes shells for Russia, Kyiv Gazette reports", "Kyiv Gazette"),
        ("The Kremlin denied that Pyongyang was sending troops to Russia", "Kremlin"),
        ("Iran shipped 200 missiles to Russia, officials say", ""),
        ("Turkish exports of machine tools to Russia rose, customs data show", ""),
        ("Ugandans recruited to build drones in Russia say they were misled", ""),
        ("Iran sent drones to Russia last year", ""),
        ("A Turkish firm accused of shipping microchips to Russia closes", ""),
        ("Kazakh traders suspected of selling drones to Russia", ""),
    ],
)
def test_relation_names_who_says_it(book: lexicon.Lexicon, sentence: str, name: str) -> None:
    """Of a claim the one who makes it, of a denial the one who denies; nothing where the text states it itself."""
    read = relation.read(Article(id="1", title=sentence, language="en"), book)
    assert {each.attributed_to for each in read if each.good != "political-support"} == {name}
