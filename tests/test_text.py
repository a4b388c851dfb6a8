"""Cleaning, folding and cutting into sentences, whatever strangers write."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.decide import text

ANYTHING = st.text(st.characters(), max_size=300)


@given(ANYTHING)
def test_folding_keeps_every_offset(anything: str) -> None:
    """Whatever Unicode comes, the folded text is as long as the cleaned one and sentences lie inside it."""
    cleaned = text.clean(anything)
    assert len(text.fold(cleaned)) == len(cleaned)
    spans = text.sentences(cleaned)
    assert all(0 <= start < end <= len(cleaned) for start, end in spans)
    assert spans == sorted(spans)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Orbán met SZIJJÁRTÓ", "orban met szijjarto"),
        ("Türkiye’nin İstanbul", "turkiye'nin istanbul"),
        ("Łukaszenko", "lukaszenko"),
        ("Сhina and Russiа", "china and russia"),
        ("Россия", "россия"),
        ("йогурт ガス", "йогурт ガス"),
        ("Ｉｒａｎ", "iran"),
        ("ȺB", "ⱥb"),
        ("إيران وروسيا", "ايران وروسيا"),
        ("a\u00a0b", "a b"),
    ],
)
def test_case_marks_and_lookalikes_fold(written: str, folded: str) -> None:
    """Case, Latin marks, wide letters and Cyrillic lookalikes in Latin words fold; й and ガ stay what they are."""
    assert text.fold(text.clean(written)) == folded


def test_invisible_characters_and_markup_go() -> None:
    """Soft hyphens, zero-width spaces, lone surrogates, tags and addresses don't part a word or add one."""
    assert text.clean("Rus\u00adsia\u200b \ud800and I\u0301ran") == "Russia and Íran"
    assert text.clean('Iran <a href="https://x.test/russia">sells</a> https://y.test/drones now').split() == [
        "Iran",
        "sells",
        "now",
    ]


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Iran denies it. Russia does too.", ["Iran denies it.", "Russia does too."]),
        (
            "The U.S. eased sanctions. Mr. Modi met Gen. Smith.",
            ["The U.S. eased sanctions.", "Mr. Modi met Gen. Smith."],
        ),
        ("伊朗否认。俄罗斯也否认！", ["伊朗否认。", "俄罗斯也否认！"]),
        ("One\nTwo", ["One", "Two"]),
        ("*First thing*Second thing", ["*First thing*", "Second thing"]),
        ("  \n ", []),
        ("1.3 million barrels", ["1.3 million barrels"]),
        ("Stop. . .", ["Stop.", ".", "."]),
        ("In brief  \u2022Oil \n\u2022 Gas", ["In brief  \u2022", "Oil", "\u2022 Gas"]),
        ("Why?! Because\u2026 \u201cYes.\u201d Yes", ["Why?!", "Because\u2026", "\u201cYes.\u201d", "Yes"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(written: str, parts: list[str]) -> None:
    """Abbreviations and decimals end no sentence; full stops of other scripts, lines and bullets do."""
    assert [written[start:end] for start, end in text.sentences(written)] == parts


@pytest.mark.parametrize("unit", ["а", "aа", "1,", "(", "<a", "&", " ", "*", "!?", "\n", "a.", "\u0301"])
def test_a_megabyte_of_anything_takes_no_time(unit: str) -> None:
    """A megabyte without a break is cleaned, folded and cut within two seconds."""
    started = time.process_time()
    cleaned = text.clean(unit * (1_000_000 // len(unit)))
    text.fold(cleaned)
    text.sentences(cleaned)
    assert time.process_time() - started < 5
