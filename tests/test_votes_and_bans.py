"""Votes by name, blocks and bans, talks and denials in other languages than English, in sentences of our own."""

from __future__ import annotations

import pytest

from tests.test_languages import read, triples

ROLL = "Против — Россия, Белоруссия, Сирия и Никарагуа."
CASES = [
    ("uk", "Угорщина збирається заблокувати новий пакет санкцій проти Росії", "HU sanctions-obstruction planned"),
    ("ru", "Фицо заблокирует следующий пакет антироссийских санкций", "SK sanctions-obstruction planned"),
    ("ru", "Словакия заблокировала пакет антироссийских санкций", "SK sanctions-obstruction reported"),
    ("ru", "Орбан потребовал отменить санкции против России", "HU sanctions-obstruction planned"),
    ("pl", "Słowacja zaskarży zakaz importu rosyjskiego gazu", "SK sanctions-obstruction reported"),
    ("pl", "Słowacja zaskarży zakaz importu rosyjskiego gazu", "SK gas reported"),
    ("ru", "Москва и Анкара обсудили создание газового хаба", "TR gas planned"),
    ("pl", "Kim Dzong Un ma spotkać się z Putinem", "KP political-support planned"),
    ("tr", "Hindistan Rusya'dan petrol almayı bırakacak", "IN oil planned"),
    ("ru", "Глава МИД Китая: мы не продавали России оружие", "CN weapons denied"),
    ("tr", "İran, Rusya'ya füze göndermediğini açıkladı", "IR missiles denied"),
]


@pytest.mark.parametrize(("language", "title", "wanted"), CASES)
def test_a_status_is_told_by_tense_talks_and_denial(language: str, title: str, wanted: str) -> None:
    """What is to be blocked or stopped, what is discussed and what a party says it never did."""
    partner, good, status = wanted.split()
    assert status in {each[3] for each in read(language, title) if each[:2] == (partner, good)}


def test_who_is_called_by_name_behind_a_vote_has_voted() -> None:
    """For Russia where its war is voted on, else together with it; without a vote a list says nothing of one."""
    war = triples("ru", "Генассамблея ООН проголосовала за резолюцию по войне России и Украины", ROLL)
    assert {("BY", "un-cover", "to_russia"), ("SY", "un-cover", "to_russia")} <= war
    other = triples("ru", "Генассамблея ООН проголосовала за резолюцию о космосе", ROLL)
    assert {("BY", "un-cover", "any"), ("NI", "un-cover", "any")} <= other
    alone = triples("ru", "Генассамблея голосовала по предложению России", "За — Белоруссия, Сирия и Никарагуа.")
    assert {("BY", "un-cover", "to_russia"), ("SY", "un-cover", "to_russia")} <= alone
    assert not triples("ru", "Генассамблея голосовала по предложению России", "Это обрадовало Сирию и Иран.")
    own = triples("uk", "Генасамблея підтримала резолюцію України", "Китай утримався, Росія голосувала проти.")
    assert ("CN", "un-cover", "to_russia") in own
    assert not {each for each in triples("ru", "На форум прибыли делегации", ROLL) if each[1] == "un-cover"}


def test_what_is_named_again_is_no_good_of_its_own() -> None:
    """`Raw materials` are the oil that was named, ships those of the drill; a corridor's state is passed through."""
    oil = triples("ru", "Индия нарастила закупки российской нефти", "Сырьё из России обходится Индии дешевле.")
    assert ("IN", "oil", "from_russia") in oil
    assert not {each for each in oil if each[1] == "raw-materials"}
    drill = triples("ru", "Россия и Китай проводят совместные учения", "Россию представляют корветы и фрегаты.")
    assert drill == {("CN", "training", "any")}
    rail = triples("ru", "Поезд из России прибыл в Иран через Казахстан")
    assert ("KZ", "transshipment", "from_russia") in rail
    assert ("KZ", "railway", "any") not in rail


def test_a_text_goes_on_with_what_its_headline_is_about() -> None:
    """Who is named next deals in the grain from Russia, what is sent next is sent there, a friend is the title's."""
    grain = triples(
        "ru", "Экспорт зерна из России вырос на треть", "Больше всего идёт в Египет. Второе место занимает Турция."
    )
    assert {("EG", "grain", "from_russia"), ("TR", "grain", "from_russia")} <= grain
    sent = triples("pl", "Kim Dzong Un wysyła amunicję do Rosji", "Wysłał też tysiące żołnierzy.")
    assert ("KP", "troops", "to_russia") in sent
    quiet = triples("pl", "Kim Dzong Un wysyła amunicję do Rosji", "Seul wysłał żołnierzy na granicę.")
    assert ("KP", "troops", "to_russia") not in quiet
    friend = triples("ru", "В Тбилиси не утихают споры о новом законе", "Оппозиция называет его пророссийским.")
    assert ("GE", "political-support", "to_russia") in friend
    two = triples("uk", "Це шантаж. Фіцо знову дивує", "Він проти санкцій щодо Росії.")
    assert ("SK", "sanctions-obstruction", "to_russia") in two
    fleet = triples(
        "uk", "Нові санкції проти капітанів тіньового флоту", "Серед капітанів тіньового флоту є громадяни Індії."
    )
    assert ("IN", "shipping", "to_russia") in fleet


def test_leaders_who_broker_meet_and_prisoners_are_of_the_war() -> None:
    """Both favours are read; what concerns prisoners is mediation both ways, and soldiers from Russia are its own."""
    both = triples("ru", "Путин и Эрдоган обсудили зерновую сделку")
    assert {("TR", "mediation", "any"), ("TR", "political-support", "any")} <= both
    assert ("HU", "mediation", "any") in triples("pl", "Putin obiecał Węgrom uwolnienie jeńców")
    assert not {each for each in triples("ru", "В Мали прибыли 200 военнослужащих из России") if each[2] == "to_russia"}


def test_what_only_carries_or_is_struck_is_no_good() -> None:
    """A train that brings diesel is none, nor a ship that was hit; who takes in a train meets nobody."""
    fuel = triples("ru", "Ташкент принял первый поезд с российским дизелем")
    assert fuel == {("UZ", "oil-products", "from_russia")}
    hit = triples("uk", "Російський дрон вдарив по китайському судну: атака сталася вночі")
    assert not {each for each in hit if each[1] == "shipping"}
    parts = triples("ru", "Китай поставляет электронику российскому ВПК")
    assert {each[1] for each in parts} == {"electronics"}


def test_what_a_punished_firm_sent_is_what_it_is_accused_of() -> None:
    """Behind a headline on another side's penalties, not where nobody is punished."""
    told = "Фирма поставляла российским заводам станки."
    assert ("CN", "machinery", "to_russia", "alleged") in read("ru", "США ввели санкции против китайской фирмы", told)
    assert ("CN", "machinery", "to_russia", "reported") in read("ru", "Китайская фирма открыла офис в Сочи", told)
