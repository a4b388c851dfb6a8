"""Which language an article is in: its feed's word, its letters, its text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.collect.language import choose, detect, language_of

RUSSIAN = "Завод отгрузил партию станков за границу, сообщили в министерстве. Какие станки и кому, там не сказали."
ENGLISH = "The plant has shipped a batch of machine tools abroad, the republic's ministry of industry reported."


@pytest.mark.parametrize(
    ("written", "code"),
    [("en-US", "en"), ("pt_BR", "pt"), ("ukr", "uk"), (" English ", "en"), ("fil", "fil"), ("Русский", "")],
)  # fmt: skip
def test_a_feed_may_name_its_language_in_many_ways(written: str, code: str) -> None:
    """Whatever publishers write for it, a language has one code; what names none is nothing."""
    assert language_of(written) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (RUSSIAN, "ru"),
        (ENGLISH, "en"),
        ("Завод відвантажив партію верстатів за кордон, повідомили в міністерстві промисловості.", "uk"),
        ("La fábrica envió al extranjero un lote de máquinas herramienta, informó el ministerio.", "es"),
        ("Fabrika, bir parti takım tezgahını yurt dışına gönderdi, diye bildirdi bakanlık.", "tr"),
        ("该工厂已向国外发运一批机床,工业部表示。", "zh"),
        ("شحن المصنع دفعة من الآلات إلى الخارج، حسبما أعلنت وزارة الصناعة.", "ar"),
        ("کارخانه یک محموله ماشین‌ابزار به خارج فرستاد، وزارت صنعت اعلام کرد.", "fa"),
    ],
)
def test_a_sentence_shows_its_language(text: str, code: str) -> None:
    """Where the feed says none, the text does."""
    assert detect(text) == code
    assert choose("", text, otherwise="") == code


def test_the_feed_is_believed_before_the_text_and_the_desk_after_it() -> None:
    """What the feed says counts, then what a text of some length shows, then feeds.yaml."""
    assert choose("en", "Le mot de la fin", otherwise="fr") == "en"
    assert choose("", ENGLISH, otherwise="fr") == "en"
    assert choose("", "Gol 2026", otherwise="fr") == "fr"


@pytest.mark.parametrize("title", ["Putin en India", "Iran", "Oil: 60 $", "Macron, Xi", "PM Modi", ""])
def test_a_short_title_is_not_guessed_at(title: str) -> None:
    """A few words, names most of them, may be of any language: feeds.yaml says which."""
    assert choose("", title, otherwise="pt") == "pt"
    assert choose("", title, otherwise="") == ""


def test_a_short_title_in_other_letters_is_not_taken_for_english() -> None:
    """Where nobody says a language, the likeliest of those letters is read."""
    assert choose("", "Россия", otherwise="") == "ru"
    assert choose("", "Россия", otherwise="be") == "be"


def test_letters_that_contradict_the_feed_are_looked_at() -> None:
    """Software that calls every site English doesn't make Russian English, nor a Korean site English Korean."""
    assert choose("en", RUSSIAN, otherwise="") == "ru"
    assert choose("en", "Россия", otherwise="") == "ru"
    assert choose("ko", ENGLISH, otherwise="ko") == "en"
    assert choose("en", "Росія: що далі", otherwise="") == "uk"
    assert choose("ru", "ОПЕК+ и S-400, Su-35", otherwise="") == "ru"
    assert choose("ja", "ロシアとイラン", otherwise="") == "ja"
    assert choose("en", "★ ★ ★", otherwise="") == "en"


def test_a_language_without_a_reader_is_kept_as_the_feed_says_it() -> None:
    """Serbian has two alphabets, and neither contradicts it."""
    assert choose("sr", RUSSIAN, otherwise="") == choose("sr", ENGLISH, otherwise="") == "sr"


@given(st.text(max_size=80))
def test_any_text_has_a_language_or_none(text: str) -> None:
    """Characters that are none, halves of pairs and long noise raise nothing."""
    for noise in (text, text * 40, f"{text}\0\ud800"):
        assert choose("", noise, otherwise="xx") in {detect(noise), "xx"}
