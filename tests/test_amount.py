"""Figures and speakers in languages other than English, in headlines of our own invention."""

from __future__ import annotations

import pytest

from tests.shipped import shipped_lexicon
from watcher.collect.article import Article
from watcher.decide import relation


def told(language: str, title: str) -> tuple[str, list[tuple[float, str, str]]]:
    """Give who says the first relation of a headline, and its figures."""
    first = relation.read(Article(id="a", title=title, language=language), shipped_lexicon())[0]
    return first.attributed_to, [(each.value, each.unit, each.text) for each in first.figures]


@pytest.mark.parametrize(
    ("language", "title", "value", "unit", "text"),
    [
        ("ru", "Индия закупила 1,8 млн баррелей российской нефти", 1.8e6, "barrels", "1,8 млн баррелей"),
        ("uk", "Єгипет закупив 500 тис. тонн російської пшениці", 5e5, "tons", "500 тис. тонн"),
        ("pl", "Indie kupiły 1,5 mln baryłek rosyjskiej ropy", 1.5e6, "barrels", "1,5 mln baryłek"),
        ("de", "Ägypten kauft 500 000 Tonnen russischen Weizen", 5e5, "tons", "500 000 Tonnen"),
        ("de", "Nordkorea hat Russland 2,5 Millionen Granaten geliefert", 2.5e6, "granaten", "2,5 Millionen Granaten"),
        ("fr", "L'Inde achète 40 % de son pétrole à la Russie", 40, "%", "40 %"),
        ("es", "Irán entregó a Rusia 1.200 drones", 1200, "drones", "1.200 drones"),
        ("it", "Petrolio russo all'India per 2,3 miliardi di dollari", 2.3e9, "USD", "2,3 miliardi di dollari"),
        ("pt", "Índia importou 1,8 milhão de barris de petróleo russo", 1.8e6, "barrels", "1,8 milhão de barris"),
        ("tr", "Türkiye'nin Rus petrolü ithalatı yüzde 20 arttı", 20, "%", "yüzde 20"),
        ("zh", "埃及购买50万吨俄罗斯小麦", 5e5, "tons", "50万吨"),
        ("ja", "北朝鮮がロシアに1万2000人の兵士を派遣", 12000, "兵士", "1万2000人の兵士"),
        ("ko", "이란, 러시아에 드론 300대 공급", 300, "드론", "드론 300대"),
        ("ar", "الهند تشتري ٤٠٪ من النفط من روسيا", 40, "%", "٤٠٪"),
        ("ar", "إيران زودت روسيا بـ400 صاروخ باليستي", 400, "صاروخ", "400 صاروخ"),
        ("fa", "مصر ۵۰۰ هزار تن گندم روسیه خرید", 5e5, "tons", "۵۰۰ هزار تن"),
        ("es", "Egipto compra trigo ruso por $ 120 millones", 1.2e8, "USD", "120 millones"),
    ],
)  # fmt: skip
def test_a_figure_is_read_in_its_language_s_notation(
    language: str, title: str, value: float, unit: str, text: str
) -> None:
    """Separators, scales, digits and units of each language give one value, a unit and the text's own words."""
    assert told(language, title)[1] == [(value, unit, text)]


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de", "Indien kauft seit 2022 russisches Öl"),
        ("ru", "Иран поставил России дроны: итоги 17 встреч и разговоров"),
        ("ja", "ロシアがイランに無人機を供与 第3回"),
        ("fr", "La Chine livre des drones à la Russie ; selon un sondage, 40 % des Français"),
    ],
)  # fmt: skip
def test_a_number_of_something_else_is_no_figure(language: str, title: str) -> None:
    """Years, ordinals, and numbers behind a break or far away are nobody's quantity."""
    assert told(language, title)[1] == []


@pytest.mark.parametrize("language", ["ru", "zh"])
def test_no_number_is_beyond_counting(language: str) -> None:
    """Thousands of digits in a row are no quantity, and cost no time."""
    title = {"ru": "Индия закупила {} тонн российской нефти", "zh": "印度购买俄罗斯石油{}吨"}[language]
    assert all(value < 1e30 for value, _, _ in told(language, title.format("9" * 5000))[1])


def test_a_sentence_without_goods_has_no_figures() -> None:
    """A veto counts nothing."""
    assert told("ru", "Венгрия наложила вето на 20 санкций ЕС против России")[1] == []


@pytest.mark.parametrize(
    ("language", "title", "speaker"),
    [
        ("de", "Kiew: Nordkorea liefert Russland Granaten", "Kiew"),
        ("uk", "Іран передав Росії дрони — Зеленський", "Зеленський"),
        ("fr", "Selon Kiev, l'Iran a livré des drones à la Russie", "Kiev"),
        ("ru", "Вашингтон заявил, что Китай поставляет России чипы", "Вашингтон"),
        ("ar", "إيران زودت روسيا بالصواريخ بحسب كييف", "كييف"),
        ("ja", "北朝鮮がロシアに兵士を派遣 韓国が発表", "韓国"),
        ("tr", "Çin, Rusya'ya silah verdiği iddialarını yalanladı", "Çin"),
        ("ru", "Тегеран отрицает передачу России ракет", "Тегеран"),
        ("zh", "中方否认向俄罗斯提供武器", "中方"),
        ("es", "India compra petróleo ruso", ""),
    ],
)
def test_who_says_so_is_named(language: str, title: str, speaker: str) -> None:
    """A claim's and a denial's speaker is quoted, wherever the language puts him."""
    assert told(language, title)[0] == speaker


def test_a_claim_behind_the_headline_qualifies_it() -> None:
    """What the summary gives as a claim or a plan is no fact for its headline's brevity."""
    article = Article(
        id="a",
        title="Nordkorea schickt Soldaten nach Russland",
        summary="Laut Kiew hat Nordkorea Soldaten nach Russland geschickt.",
        language="de",
    )
    assert [each.status for each in relation.read(article, shipped_lexicon())] == ["alleged"]


def test_both_sides_are_those_just_named() -> None:
    """`双方` behind a sentence about Russia and one partner means these two; alone it means nobody."""
    title = "王毅会见俄罗斯外长拉夫罗夫"
    found = relation.read(
        Article(id="a", title=title, summary="双方同意扩大石油出口。", language="zh"), shipped_lexicon()
    )
    assert {each.good for each in found} >= {"political-support", "oil"}
    assert (
        relation.read(
            Article(id="a", title="俄罗斯天气", summary="双方同意扩大石油出口。", language="zh"), shipped_lexicon()
        )
        == ()
    )


def test_mediation_for_ukraine_needs_no_other_side() -> None:
    """Who brokers an exchange for Ukraine deals with Russia, though a sentence doesn't say so."""
    found = relation.read(
        Article(id="a", title="Саудівська Аравія: посередництво для України", summary="Росія", language="uk"),
        shipped_lexicon(),
    )
    assert [(each.partner, each.good) for each in found] == [("SA", "mediation")]
