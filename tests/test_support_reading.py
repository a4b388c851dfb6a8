"""Political support: who meets, backs, courts, leaves or joins whom, and what only looks like it."""

from __future__ import annotations

import pytest

from tests.shipped import shipped_lexicon
from watcher.collect.article import Article
from watcher.decide import relation

BOOK = shipped_lexicon()


def _read(title: str, summary: str = "") -> set[tuple[str, str, str]]:
    article = Article(id="a", url="", title=title, summary=summary, body="", source="", language="en")
    return {(each.partner, each.good, each.direction) for each in relation.read(article, BOOK)}


BETWEEN_BOTH = [
    ("Putin receives the Vietnamese president in the Kremlin", "VN"),
    ("Putin briefs Xi on what came out of Alaska", "CN"),
    ("Erdogan dials Putin about the straits", "TR"),
    ("Fico flies to Moscow, defying the EU", "SK"),
    ("Prabowo skips the G7 to meet Putin", "ID"),
    ("Mongolia shrugs off the ICC warrant, welcomes Putin", "MN"),
    ("Kim Jong Un toasts Putin at a banquet", "KP"),
    ("Iran's foreign minister lands in St Petersburg", "IR"),
    ("Top Russian, UAE diplomats call for restraint", "AE"),
    ("The Putin-Modi chemistry worries Washington", "IN"),
    ("Lukashenko: Belarus and Russia are one", "BY"),
    ("An axis of upheaval: Russia and North Korea", "KP"),
    ("Putin discusses Ukraine with Modi", "IN"),
    ("Hungary's Orban defies Brussels with Moscow trip", "HU"),
]
TO_RUSSIA = [
    ("China is the decisive enabler of Russia's war, NATO says", "CN"),
    ("Lukashenko says he is ready to help Putin", "BY"),
    ("How China became Russia's lifeline", "CN"),
    ("Orban has become Putin's Trojan horse", "HU"),
    ("Nicaragua recognises Russian annexation of four regions", "NI"),
    ("China tells EU it can't accept Russia losing the war", "CN"),
]
FROM_RUSSIA = [
    ("Russia slams US blockade of Cuba", "CU"),
    ("Russian diplomat says Cuba's place on the US list is absurd", "CU"),
    ("Moscow recognises Taliban government", "AF"),
    ("Russia says it will not abandon Iran", "IR"),
]
NOT_RELEVANT = [
    "Will the war with Iran make Russia richer?",
    "Iran war lifts oil, giving Russia a windfall",
    "Trump warns Russia and China over nuclear tests",
    "US lawmakers want to keep the Arctic ahead of Russia and China",
    "Georgian wrestler beats Russian in final",
    "Kazakhstan wins medal as Russia watches",
    "Tajik migrant killed in Moscow",
    "Istanbul residents brace for cold front from Russia",
    "Chinese consulate damaged in Russian attack on Odesa",
    "UK imposes sanctions on Russia and Belarus",
    "Zelensky and Modi speak by phone as Russian strikes continue",
    "An American-backed deal between Armenia and Azerbaijan could weaken Russia",
]


@pytest.mark.parametrize(("title", "partner"), BETWEEN_BOTH)
def test_two_who_meet_are_read(title: str, partner: str) -> None:
    """Visits, calls, meetings and what draws two together are support both ways."""
    assert (partner, "political-support", "any") in _read(title)


@pytest.mark.parametrize(("title", "partner"), TO_RUSSIA)
def test_who_backs_russia_is_read(title: str, partner: str) -> None:
    """Backing, recognition and what Russia depends on are support to Russia."""
    assert (partner, "political-support", "to_russia") in _read(title)


@pytest.mark.parametrize(("title", "partner"), FROM_RUSSIA)
def test_whom_russia_backs_is_read(title: str, partner: str) -> None:
    """Rebukes on a partner's behalf, recognition and promises are support from Russia."""
    assert (partner, "political-support", "from_russia") in _read(title)


WESTERN = [
    ("France still buys Russian LNG", ("FR", "lng", "from_russia")),
    ("American gave Russia targeting coordinates", ("US", "security-aid", "to_russia")),
    ("Foreign minister urges German companies to pull out of Russia", ("DE", "trade", "to_russia")),
    ("Orban vetoes EU loan for Ukraine", ("HU", "sanctions-obstruction", "to_russia")),
    ("The businesses staying in Russia", ("UNNAMED", "trade", "to_russia")),
    ("Babis victory cheers the Kremlin", ("CZ", "political-support", "to_russia")),
    ("Former Austrian minister Kneissl moves to Russia", ("AT", "political-support", "to_russia")),
]
WESTERN_POLICY = [
    "Germany ends reliance on Russian gas",
    "Italy summons Russian ambassador",
    "Rubio and Lavrov hold call on Ukraine",
    "UK to send more missiles to Ukraine to hit Russia",
    "US bans import of Russian uranium",
]


@pytest.mark.parametrize(("title", "wanted"), WESTERN)
def test_what_westerners_do_for_russia_is_read(title: str, wanted: tuple[str, str, str]) -> None:
    """A western country's purchases, firms and figures count where they serve Russia."""
    assert wanted in _read(title)


@pytest.mark.parametrize("title", WESTERN_POLICY)
def test_western_policy_is_left(title: str) -> None:
    """A western state's own measures and talks are no relation."""
    assert _read(title) == set()


@pytest.mark.parametrize("title", NOT_RELEVANT)
def test_what_only_names_both_is_left(title: str) -> None:
    """Windfalls, rivalries, sport, accidents, weather and attacks are no support."""
    assert _read(title) == set()


def test_a_break_is_negated() -> None:
    """A break that is stated is support that has ended."""
    article = Article(
        id="a", url="", title="Tehran feels betrayed by Moscow", summary="", body="", source="", language="en"
    )
    assert [(each.partner, each.status) for each in relation.read(article, BOOK)] == [("IR", "negated")]


def test_words_in_quotation_marks_are_read_as_without() -> None:
    """Scare quotes take nothing away: a phrase is found across them."""
    assert _read('Berlin calls on China to use its "influence" on Russia') == {("CN", "mediation", "any")}
    assert _read("Berlin calls on China to use its ‘influence’ on Russia") == {("CN", "mediation", "any")}


def test_western_state_in_a_row_with_a_partner_obstructs_with_it() -> None:
    """Who stands beside a partner in an enumeration blocks what it blocks, and shares nothing else."""
    wanted = {("HU", "sanctions-obstruction", "to_russia"), ("DE", "sanctions-obstruction", "to_russia")}
    assert _read("Germany and Hungary do not support sanctions on Russian energy") == wanted
    assert not any(partner == "DE" for partner, _, _ in _read("Germany and India discuss Russian oil"))


def test_summary_goes_on_about_a_vote_without_naming_russia() -> None:
    """Whoever abstains beneath a title of a vote on Russia's war covers Russia too."""
    found = _read(
        "China sits out UN vote on Russian pullout", "India likewise abstained as 141 states backed the text."
    )
    assert found == {("CN", "un-cover", "to_russia"), ("IN", "un-cover", "to_russia")}


def test_vague_words_say_nothing_beside_what_passes() -> None:
    """`Ally` or `agree` is support only where nothing else passes."""
    assert _read("Uzbekistan and Russia agree to raise gas supplies") == {("UZ", "gas", "from_russia")}
    assert _read("Belarus is Russia's ally") == {("BY", "political-support", "any")}


def test_who_is_talked_about_is_no_party() -> None:
    """`Discuss Iran` makes a topic of Iran, `talks with Iran` a party."""
    assert _read("Putin and Xi discuss Iran") == {("CN", "political-support", "any")}
    assert ("IR", "political-support", "any") in _read("Putin holds talks with Iran's president")
