"""English sentences of our own, and the relations, speakers and figures an analyst reads in them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shipped import shipped_lexicon
from watcher.collect.article import Article
from watcher.decide import relation

LEXICON = shipped_lexicon()


def read(title: str, summary: str = "", body: str = "") -> tuple[relation.Relation, ...]:
    """Read an English article."""
    return relation.read(Article(id="1", title=title, summary=summary, body=body, language="en"), LEXICON)


def keys(title: str, summary: str = "", body: str = "") -> set[str]:
    """Give its relations as short lines."""
    return {f"{each.partner} {each.good} {each.direction} {each.status}" for each in read(title, summary, body)}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # supply and purchase, active, passive, nominal
        ("Iran supplies drones to Russia", "IR drones to_russia reported"),
        ("The drones were shipped by Iran to Russia last year", "IR drones to_russia reported"),
        ("Iranian deliveries of drones to Russia have doubled", "IR drones to_russia reported"),
        ("Russia's purchases of ammunition from North Korea grow", "KP artillery to_russia reported"),
        ("Moscow received ballistic missiles from Tehran", "IR missiles to_russia reported"),
        ("India imports crude from Russia", "IN oil from_russia reported"),
        ("Russia sold helicopters to Myanmar", "MM helicopters from_russia reported"),
        ("Russian troops fire Iranian-made drones at Odesa", "IR drones to_russia reported"),
        ("Egypt is a key buyer of Russian wheat", "EG grain from_russia reported"),
        # favours, visits, votes, mediation, penalties
        ("Lavrov meets his Algerian counterpart in Moscow", "DZ political-support any reported"),
        ("Xi to visit Moscow next week", "CN political-support any planned"),
        ("Kim Jong Un voices support for Russia's war in Ukraine", "KP political-support to_russia reported"),
        ("Hungary vetoes new EU sanctions against Russia", "HU sanctions-obstruction to_russia reported"),
        ("US waives sanctions on Russian oil", "US sanctions-obstruction to_russia reported"),
        ("Wagner fighters arrive in Mali", "ML mercenaries from_russia reported"),
        ("Navy seizes a shadow fleet tanker off Gotland", "UNNAMED shipping to_russia negated"),
        ("Turkey hosts peace talks between Russia and Ukraine", "TR mediation any reported"),
        ("Russia and Belarus begin joint military exercises", "BY training any reported"),
        # status
        ("Tehran denied that it had shipped ballistic missiles to Russia", "IR missiles to_russia denied"),
        ("Washington accuses China of supplying microchips to Russia", "CN semiconductors to_russia alleged"),
        ("India stops buying Russian oil", "IN oil from_russia negated"),
        ("China plans to buy more Russian gas", "CN gas from_russia planned"),
        ("Iran would send drones to Russia in exchange for fighter jets", "IR drones to_russia planned"),
        # enumerations and groups
        ("China, India and Turkey buy Russian crude oil", "TR oil from_russia reported"),
        ("Computers and construction machinery are shipped from China to Russia", "CN machinery to_russia reported"),
        ("Central Asian countries re-export dual-use goods to Russia", "CENTRAL-ASIA dual-use to_russia reported"),
    ],
)  # fmt: skip
def test_a_sentence_says_who_gives_what_to_whom(sentence: str, expected: str) -> None:
    """Direction and status come from the sentence's own grammar."""
    assert expected in keys(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Iran fires missiles at Israel",
        "Shaheds hit Kyiv overnight",
        "Russian tourists flock to the beaches of Turkey",
        "Russia shells Kharkiv",
        "France sends missiles to Ukraine to stop Russia",
        "China's economy slows",
        "Roast turkey and Russian dressing",
        "Georgia voters queue as Russian hackers watch",
        "",
        "...",
    ],
)
def test_what_is_no_relation_is_left_alone(sentence: str) -> None:
    """A weapon's name, fighting, leisure and countries merely named are nothing."""
    assert keys(sentence) == set()


def test_a_lone_subject_stands_in_for_its_pronoun() -> None:
    """A sentence that names Russia and a good, but no partner, is about the one before it."""
    body = "Iran has sent an envoy to Moscow. The regime also delivers drones to Russia."
    assert "IR drones to_russia reported" in keys("News from Moscow", body=body)


def test_an_article_about_russia_needs_not_name_it_in_each_sentence() -> None:
    """What a partner supplies in the next sentence goes to the country that the text is about."""
    assert "KP artillery to_russia reported" in keys("Who arms Russia", "North Korea supplies artillery shells.")


def test_those_include_names_who_the_sentence_before_spoke_of() -> None:
    """A list that follows stands for the subject it explains."""
    found = keys("Russia's friends", body="Many more countries refuse to condemn Russia. Those include India.")
    assert "IN political-support to_russia reported" in found


def test_a_title_is_read_with_what_follows_it() -> None:
    """A title that names a partner and what it wants is about Russia where the next sentence says whose it is."""
    found = keys("India to buy more radars", "The Russian maker expects a contract this year.")
    assert "IN air-defence from_russia planned" in found
    assert keys("India to buy more radars", "The French maker expects a contract this year.") == set()


def test_a_summary_that_names_nobody_tells_what_was_talked_about() -> None:
    """What two sides talk about passes between them, as a plan, though the sentence names neither."""
    found = keys("Putin receives Algeria's president", "They discussed fertilizer and the situation in Ukraine.")
    assert {"DZ political-support any reported", "DZ fertilizer from_russia planned"} <= found
    assert not any("fertilizer" in each for each in keys("Rain in Algeria", "They discussed fertilizer."))


def test_a_colon_tells_who_speaks_or_whom_it_is_about() -> None:
    """What stands behind a headline's colon is said by, or said of, whoever stands before it."""
    assert "HU gas from_russia reported" in keys("Szijjarto: we buy Russian gas because it is cheap")
    assert "MM helicopters from_russia reported" in keys("Myanmar: Junta gets Russian helicopters")


def test_arms_that_a_partner_disowns_need_no_naming_of_russia() -> None:
    """Arms or men in Ukraine that a partner denies or refuses are those that Russia would use."""
    assert "PK troops to_russia denied" in keys("Islamabad denies that Pakistani soldiers fight in Ukraine")
    assert keys("Islamabad says that soldiers fight in Ukraine") == set()


def test_a_plan_ends_where_another_subject_begins() -> None:
    """`As` with a subject behind it begins something else, which the plan before it doesn't concern."""
    found = keys("Orban may leave early as Hungary buys Russian gas")
    assert "HU gas from_russia reported" in found
    assert "HU gas from_russia planned" in keys("Hungary may buy Russian gas as a stopgap")


def test_what_only_russia_makes_names_it_once() -> None:
    """A type of Russian arms says whose it is, with or without the word."""
    assert "IN air-defence from_russia reported" in keys("India gets another S-400")
    assert "IN air-defence from_russia reported" in keys("India's Russian-made S-400 batteries shot down drones")


def test_a_claim_and_its_denial_are_two_relations() -> None:
    """Where one sentence accuses and denies, both are told."""
    found = keys("Kyiv accused Iran of shipping drones to Russia, which Tehran denies")
    assert {"IR drones to_russia alleged", "IR drones to_russia denied"} <= found


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Ukrainian President Volodymyr Zelenskyy says Iran supplied drones to Russia", "Zelenskyy"),
        ("Tehran denied that it had shipped missiles to Russia", "Tehran"),
        ("According to Washington, China sells chips to Russia and drones too", "Washington"),
        ("China, Russia to expand trade — Putin", "Putin"),
        ("Iran supplies drones to Russia", ""),
        ("US officials say Iran supplies drones to Russia", "US officials"),
        ("Russian Foreign Minister says Iran supplies drones to Moscow", "Russian Foreign Minister"),
    ],
)
def test_who_says_so_is_kept_by_the_shortest_name(sentence: str, name: str) -> None:
    """A speaker's surname, a government's short name, a denier before any other; nothing where nobody is named."""
    assert read(sentence)[0].attributed_to == name


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("Iran shipped 400 ballistic missiles to Russia", [(400, "missiles", "400 ballistic missiles")]),
        ("China and India buy 90% of Russian crude oil", [(90, "%", "90%")]),
        ("China-Russia trade was worth $240 billion, up 26%", [(240e9, "USD", "$240 billion"), (26, "%", "26%")]),
        ("India bought 5,000 barrels a day of Russian oil", [(5000, "barrels a day", "5,000 barrels a day")]),
        ("North Korea sent 12,000 soldiers to Russia", [(12000, "soldiers", "12,000 soldiers")]),
        ("In 2024 Iran supplied drones to Russia", []),
        ("Iran supplied drones to Russia in 2022 and 2023", []),
        ("Iran supplied 7 of the very best drones to Russia", []),
        ("Iran supplied drones to Russia; prices fell by 7%", []),
        ("Iran supplied 2022 drones to Russia", []),
    ],
)  # fmt: skip
def test_figures_stand_with_the_good_they_count(sentence: str, figures: list[tuple[float, str, str]]) -> None:
    """Quantities, money and shares are given with value, unit and text; years and far numbers are not guessed at."""
    found = read(sentence)[0].figures
    assert [(figure.value, figure.unit, figure.text) for figure in found] == figures


def test_explaining_shows_sentences_terms_and_relations() -> None:
    """An analyst sees what each word was taken for."""
    seen = relation.explain(
        Article(id="1", title="Iran sells drones to Russia", summary="Kyiv says so.", language="en"), LEXICON
    )
    assert seen.sentences == ("Iran sells drones to Russia", "Kyiv says so.")
    assert ("Iran", "partner", "IR", 0) in [(term.text, term.kind, term.id, term.sentence) for term in seen.terms]
    assert ("sells", "phrase", "give", 0) in [(term.text, term.kind, term.id, term.sentence) for term in seen.terms]
    assert [each.good for each in seen.relations] == ["drones"]


@pytest.mark.parametrize("unit", ["а", "Russia Iran drones ", "Iran. Russia. ", "&", "1,", "(", "Iran 1 Russia 2 "])
def test_a_megabyte_of_anything_is_read_in_time(unit: str) -> None:
    """A megabyte takes seconds at most (two, and a few times that under the coverage tracer), never minutes."""
    started = time.process_time()
    read("Russia and Iran", body=unit * (1_000_000 // len(unit)))
    assert time.process_time() - started < 15


WORDS = st.sampled_from(  # what frames are made of
    [
        "Russia",
        "Russian",
        "Putin",
        "Iran",
        "Iranian",
        "China",
        "India",
        "Ukraine",
        "US",
        "EU",
        "Hungary",
        "drones",
        "oil",
        "Russian-made",
        "missiles",
        "sells",
        "buys",
        "to",
        "from",
        "by",
        "and",
        ",",
        ";",
        "—",
        "says",
        "denies",
        "will",
        "not",
        "stops",
        "sanctions",
        "on",
        "visit",
        "talks",
        "trade",
        "Wagner",
        "shadow",
        "fleet",
        "400",
        "$5",
        "billion",
        "'s",
        "war",
        "in",
        "exchange",
        "for",
        "those",
        "include",
        "peace",
        "tanker",
        "veto",
        "UN",
        "help",
        "between",
        "U.S.",
        "role",
        "president",
    ]
)


@given(st.lists(WORDS, max_size=40), st.lists(WORDS, max_size=40), st.text(st.characters(), max_size=80))
def test_no_text_makes_the_reader_stumble(title: list[str], summary: list[str], noise: str) -> None:
    """Any order of words, and any Unicode among them, gives an answer whose evidence stands in the text."""
    article = Article(id="1", title=" ".join(title), summary=" ".join([*summary, noise]), body=noise, language="en")
    for each in relation.read(article, LEXICON):
        assert each.partner in LEXICON.partners
        assert each.good in LEXICON.goods
        assert each.direction in ("to_russia", "from_russia", "any")
        assert each.status in ("reported", "alleged", "planned", "denied", "negated")
        assert each.evidence
