"""Full articles: what a sentence takes from those before it, and what an article is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shipped import shipped_lexicon
from watcher.collect.article import Article
from watcher.decide import relation

RULES = Path(__file__).resolve().parent.parent / "rules"


def read(title: str, *paragraphs: str) -> set[str]:
    """Read an article: `partner good direction` each."""
    article = Article(id="1", title=title, body="\n\n".join(paragraphs), language="en")
    return {f"{each.partner} {each.good} {each.direction}" for each in relation.read(article, shipped_lexicon())}


def statuses(title: str, *paragraphs: str) -> dict[str, str]:
    """Read an article: the status of each partner's good."""
    article = Article(id="1", title=title, body="\n\n".join(paragraphs), language="en")
    return {f"{each.partner} {each.good}": each.status for each in relation.read(article, shipped_lexicon())}


def test_a_heading_says_whom_its_paragraphs_are_about() -> None:
    """Under a country's name a sentence that names Russia alone is about that country, until another heading."""
    found = read(
        "Friends of the Kremlin",
        "Putin is less lonely than he looks.",
        "Kazakhstan",
        "In 2024 there was trade worth $27 billion with Russia.",
        "Elsewhere",
        "Russia sold oil at a loss.",
    )
    assert "KZ trade any" in found
    assert "KZ oil from_russia" not in found


@pytest.mark.parametrize("standin", ["It", "The regime", "But the country"])
def test_a_word_stands_in_for_the_partner_just_named(standin: str) -> None:
    """`It`, `the regime`, `the country` go on about the partner that the sentence before began with."""
    found = read("A new supplier", "Iran is short of cash.", f"{standin} has sold Russia hundreds of drones.")
    assert "IR drones to_russia" in found


def test_the_two_countries_are_the_partner_and_russia() -> None:
    """Where a partner and Russia were just named, `the two countries` are these."""
    found = read(
        "Neighbours",
        "Mongolia wants to stay friends with Russia.",
        "The two countries signed a free trade agreement.",
    )
    assert "MN trade-agreement any" in found


def test_the_two_leaders_are_nobody_where_nobody_was_named() -> None:
    """Without a partner before it, a pair stays unknown."""
    assert read("Summit ends", "Putin flew home.", "The two leaders signed a free trade agreement.") == set()


def test_a_paragraph_goes_on_about_its_first_actor() -> None:
    """A sentence of the same paragraph that names Russia alone is about the partner that the one before began with."""
    found = read("Arms race", "Myanmar has rebuilt its air force. Fighter jets came from Russia.")
    assert "MM fighter-jets from_russia" in found


def test_a_third_party_ends_what_a_paragraph_was_about() -> None:
    """Where Ukraine or a western state comes in, the partner before is not meant."""
    found = read(
        "A day of war",
        "China called for restraint.",
        "Ukraine shot down drones that Russia had bought.",
        "Minsk slept.",
    )
    assert found == set()


def test_a_partner_named_long_ago_is_not_meant() -> None:
    """A body's later paragraphs about Russia are not about whom its first named in passing."""
    found = read(
        "What the front looks like",
        "Russia swapped prisoners with Ukraine in the United Arab Emirates.",
        "Russian troops took two villages.",
        "Russia fired missiles and drones at the port of Odesa.",
        "Russian banks fear new measures.",
    )
    assert not {each for each in found if each.startswith("AE") and "mediation" not in each}


def test_a_body_goes_on_about_its_title() -> None:
    """A title that names one partner and no third party is what later sentences about Russia alone are about."""
    found = read(
        "Eritrea courts a new patron", "Asmara was quiet.", "Talks went on.", "Russia has shipped wheat to the port."
    )
    assert "ER grain from_russia" in found


def test_the_unions_sanctions_are_those_on_russia() -> None:
    """In a text about Russia a veto of the EU's sanctions obstructs those on Russia; elsewhere it doesn't."""
    veto = "The European Union failed to agree on more sanctions after Hungary vetoed them."
    assert "HU sanctions-obstruction to_russia" in read("The Kremlin looks on", "Moscow was pleased.", veto)
    assert read("Minsk looks on", "Nobody was pleased.", veto) == set()


def test_far_from_russia_nothing_is_said_of_it() -> None:
    """What a partner sells many sentences after Russia was last named is no relation."""
    pause = [
        "Prices rose.",
        "Rain fell.",
        "The harvest was good.",
        "Schools opened.",
        "A bridge closed.",
        "Birds sang.",
    ]
    sale = "Pakistan sold drones to its neighbours."
    assert read("Markets", "The Kremlin was silent.", *pause, "Night came.", sale) == set()
    assert read("Markets", "The Kremlin was silent.", sale) == {"PK drones to_russia"}


def test_a_hint_counts_of_whom_the_body_is_about() -> None:
    """What no grammar says is taken only for a partner that the body names early or more than once."""
    quiet = ["Prices rose.", "Rain fell.", "The harvest was good."]
    hint = "Cuba and Russia were two of the guests."
    assert read("A busy week", *quiet, hint) == set()
    assert read("A busy week", *quiet, hint, "Cuba sent its best singers.") == {"CU political-support any"}


def test_a_list_after_a_claim_names_whom_it_is_about() -> None:
    """`Those include …` puts names to the sentence before, groups of countries too."""
    found = read(
        "Who stays silent",
        "Many countries refuse to condemn Russia.",
        "Those include states in Central Asia, India and Algeria.",
    )
    assert {"IN political-support to_russia", "DZ political-support to_russia"} <= found


def test_a_good_is_whose_name_stands_with_it() -> None:
    """Two partners in one sentence keep their own goods apart."""
    found = read("Supplies", "Russia has relied on shells from North Korea and Iranian drones since Belarus joined in.")
    assert {"KP artillery to_russia", "IR drones to_russia"} <= found
    assert not {"BY drones to_russia", "IR artillery to_russia", "KP drones to_russia"} & found


def test_a_conjunction_brings_a_subject_of_its_own() -> None:
    """What is planned before `while` is not planned after it; `while buying` goes on about the same subject."""
    found = statuses("Arms", "Iran may send Russia missiles, while North Korea supplies Russia with shells.")
    assert found["KP artillery"] == "reported"
    assert "CN oil" in statuses("Trade", "China supplies Russia with chips while also buying Russian oil.")


def test_a_refusal_of_one_good_is_none_of_another() -> None:
    """Who refuses to give arms may trade all the same."""
    found = statuses("Ties", "Beijing refused to provide weapons to Moscow, but trade with Russia keeps growing.")
    assert (found["CN weapons"], found["CN trade"]) == ("negated", "reported")


def test_an_abbreviation_ends_a_sentence_where_another_begins() -> None:
    """`… the U.S. While Beijing denies …` are two sentences."""
    article = Article(
        id="1", title="Rivals", body="Moscow defies the U.S. While Beijing denies arming Russia, it trades."
    )
    assert len(relation.explain(article, shipped_lexicon()).sentences) == 3


def test_an_opinion_on_the_west_says_nothing_of_partners() -> None:
    """Partners named in passing in a piece on Europe's own plans give no relation."""
    assert not read(
        "Europe must arm itself",
        "Russia makes more shells than all of Europe.",
        "Ministers in Berlin and Paris quarrel over a common fighter.",
        "Voters, from Spain to Turkey, have other worries.",
        "The continent can't count on America for ever, nor on a China that plays for time.",
    )


def test_arms_that_strike_ukraine_and_help_held_up_need_no_russia() -> None:
    """A partner's drones over a Ukrainian town, and a veto of help for Ukraine, serve Russia though it isn't named."""
    assert "IR drones to_russia" in read("Night over the port", "Iranian-made drones hit Odesa.")
    assert read("Late train", "Iranian-made carpets reached Odesa.") == set()
    assert "HU sanctions-obstruction to_russia" in read("No money", "Orban vetoes EU aid for Ukraine.")


def test_a_word_stands_in_where_russia_is_the_matter_already() -> None:
    """`The regime` goes on about the partner that led a sentence with Russia, though this one doesn't name Russia."""
    found = read(
        "Friends in need",
        "North Korea has stood by Russia since the first winter. The regime has sold artillery shells by the million.",
    )
    assert "KP artillery to_russia" in found


def test_whoever_only_speaks_is_not_whom_it_is_about() -> None:
    """A third country's officials who believe something are no reason to forget the article's partner."""
    found = read(
        "Iran's bill for its drones",
        "Iran asks a price of Russia.",
        "American officials believe that Moscow has handed over fighter jets.",
    )
    assert "IR fighter-jets from_russia" in found


def test_a_suspicion_is_of_its_own_clause() -> None:
    """What is only suspected in a later clause leaves the earlier ones facts."""
    found = statuses(
        "Who helps",
        "Russia has relied on shells from North Korea for two winters; it has also received suspected help with chips "
        "and machine tools that came from factories in China.",
    )
    assert found["KP artillery"] == "reported"


OPENING = (
    "Kazakhstan counts its lorries.",
    "Nobody knows how many went on to Russia.",
    "Customs keep no list of them.",
)
ASIDE = (
    "In Germany, France and Spain the weather was kinder than anybody had said it would be at this time of the year, "
    "and the harvest, which had looked lost in spring, was brought in before the rain came back."
)
TAIL = " after a year in which prices had risen in every month but one and nobody had an answer to that."


@pytest.mark.parametrize(
    ("late", "told"),
    [
        ("A German company shipped machine tools to Russia through Kazakhstan" + TAIL, "DE machinery to_russia"),
        ("Iran sold Russia hundreds of drones" + TAIL, "IR drones to_russia"),
    ],
)
def test_a_long_sentence_late_in_a_body_is_read_as_an_early_one(late: str, told: str) -> None:
    """What a partner, or a Western firm, does for Russia is read wherever it stands, behind an aside too."""
    assert told in read("Lorries", *OPENING, late)
    assert read("Lorries", *OPENING, ASIDE, late) == read("Lorries", *OPENING, late)


def test_an_aside_about_other_countries_ends_what_a_paragraph_goes_on_about() -> None:
    """Behind a long sentence on others, a sentence that names Russia alone is not about the partner before it."""
    late = "Russia was promised drones by the hundred" + TAIL
    opening = ("Who sells to whom is a secret.", "Russia says nothing.", "Others say too much.")
    assert "IR drones to_russia" in read("Trade", *opening, f"Iran is short of cash. {late}")
    assert read("Trade", *opening, f"Iran is short of cash. {ASIDE} {late}") == set()


def test_a_roll_call_of_a_bloc_meets_nobody() -> None:
    """Who is listed as a bloc's member meets nobody by that; in a text of a vote, who is listed votes."""
    roll = "The club's summit seats Russia, China, India, Iran, Brazil and Egypt."
    assert read("Indonesia buys Russian oil", "Jakarta has bought a first cargo of Russian oil.", roll) == {
        "ID oil from_russia"
    }
    assert "CN un-cover to_russia" in read(
        "UN General Assembly condemns Russian annexations", "China was among those that abstained."
    )
    assert read("UN General Assembly condemns Russian annexations", "China and India opposed it for long.") == set()


def test_the_two_sides_of_a_visit_are_meant_throughout_the_text() -> None:
    """Where the title names Russia and one partner, `the two sides` are these; others in the sentence are not."""
    found = read(
        "Putin meets the president of Laos in Vientiane",
        "The guest was shown the old town.",
        "A spokesman said on Sunday that the two sides had signed a free trade agreement.",
    )
    assert "LA trade-agreement any" in found
    found = read(
        "Putin meets the president of Laos in Vientiane",
        "The guest was shown the old town.",
        "Next to Poland, the two sides of the river signed a free trade agreement.",
    )
    assert "LA trade-agreement any" not in found


def test_ties_that_a_partner_speaks_of_in_a_text_of_talks_are_those_with_russia() -> None:
    """After talks with Putin the guest's cooperation needs no second side; where nobody talks, it has none."""
    later = "Lao officials said cooperation in banking would grow, naming payments in local currencies."
    talks = read("Putin holds talks with the president of Laos", "The guest was shown the old town.", later)
    assert "LA finance any" in talks
    assert "LA finance any" not in read("Russians discover Laos", "The beaches are empty.", later)


def test_who_votes_in_a_text_of_a_resolution_on_the_war_votes_for_russia() -> None:
    """In a text of a ballot on Russia's war each list of voters counts, whether or not it names Russia."""
    lead = "The General Assembly passed a resolution that asks Russia to leave Ukraine."
    found = read(
        "World body wants Russia out of Ukraine",
        lead,
        "The five that voted against it were Belarus, Eritrea, Russia, Nicaragua and Mali.",
        "Cuba and Laos did not participate in the vote.",
        "Brazil spoke for an hour.",
    )
    assert {f"{each} un-cover to_russia" for each in ("BY", "ER", "NI", "ML", "CU", "LA")} <= found
    assert not any(each.startswith("BR") for each in found)
    assert "CU un-cover to_russia" not in read("Cuba's day", "Cuba and Laos did not participate in the vote.")


def test_firms_on_a_list_of_penalties_are_penalised_for_the_same() -> None:
    """A list that goes on with other countries' firms says of them what the penalty says of the first."""
    found = read(
        "Brussels punishes helpers of the Kremlin",
        "The EU has sanctioned seven Chinese companies for helping Russia evade sanctions.",
        "The list also includes two firms in Turkey and one in Kyrgyzstan.",
    )
    assert {"CN transshipment to_russia", "TR transshipment to_russia", "KG transshipment to_russia"} <= found
    found = read(
        "Brussels punishes helpers of the Kremlin",
        "The EU agreed on sanctions on Russia and foreign companies that help Russia evade them.",
        "Firms based in Armenia are on the list.",
    )
    assert "AM transshipment to_russia" in found


def test_the_entities_are_those_of_all_countries_just_listed() -> None:
    """`Many of the firms` goes on about everybody's firms just named; without a penalty it is nobody's."""
    listed = "The list names firms in Turkey, one in Kazakhstan and a company in Serbia."
    later = "Many of the firms sold microchips to Russia."
    found = read("Kyiv punishes helpers", "Kyiv imposed sanctions on those who arm Russia.", listed, later)
    assert {"TR semiconductors to_russia", "KZ semiconductors to_russia", "RS semiconductors to_russia"} <= found
    assert "TR semiconductors to_russia" not in read("A fair opens", "Moscow is in bloom.", listed, later)


def test_a_vague_hint_of_ties_counts_of_whom_the_title_names() -> None:
    """In a text that tells of something, a meeting in an aside is none of its matters, unless it is of the title's."""
    told = "Iran sold drones to Russia."
    aside = "Russian guests came for talks to Mongolia."
    ties = "MN political-support any"
    assert read("A hotel's guests", "Winter is near.", told, aside, "Mongolia is cold.") == {"IR drones to_russia"}
    assert ties in read("Mongolia and its neighbours", "Winter is near.", told, aside)
    assert ties in read("A hotel's guests", "Winter is near.", aside, "Mongolia is cold.")
    often = ["Mongolia is cold.", "Mongolia is wide.", "Nobody crosses Mongolia."]
    assert ties in read("A hotel's guests", often[0], told, aside, *often[1:])


def test_a_veto_on_leaving_russian_energy_is_no_purchase() -> None:
    """Who blocks a plan to give up Russian gas helps Russia; what it buys is not said."""
    found = read("Two say no", "Budapest and Bratislava vetoed the Commission's plan to abandon Russian gas.")
    assert not {each for each in found if "gas" in each}


def test_what_ammunition_is_made_of_is_no_ammunition() -> None:
    """Raw materials for shells are sold, not the shells; whom a plant short of labour recruits works there."""
    found = read("A mill's customers", "China increased supplies to Russia of cotton for the production of ammunition.")
    assert "CN artillery to_russia" not in found
    found = read("Hands wanted", "To end its labour shortage, Alabuga has recruited from Uganda and Kenya.")
    assert "KE labour to_russia" in found


def test_a_satellite_maker_that_serves_wagner_hosts_none() -> None:
    """Whoever helps Wagner, or is punished for it, has no mercenaries in the country."""
    found = read("Pictures for sale", "The US imposed sanctions on a Chinese company for selling pictures to Wagner.")
    assert "CN mercenaries from_russia" not in found


def test_talks_of_the_two_at_war_are_brokered_by_their_host_however_late_it_is_named() -> None:
    """Where a body names once in whose country Russia meets Ukraine or a Western state, that country hosts."""
    quiet = ["Prices rose.", "Rain fell.", "The harvest was good."]
    late = "Envoys of the United States, Russia and Ukraine held discussions in the United Arab Emirates."
    assert "AE mediation any" in read("An envoy flies to Moscow", "Putin waits.", *quiet, late)


def test_a_country_far_from_the_word_brokers_nothing() -> None:
    """A deal for Ukraine and a country that gives up purchases further on have nothing to do with each other."""
    far = "A peace deal in Ukraine seems remote, and the best path for India is to wait for lower prices."
    assert not {each for each in read("India waits", "India is patient.", far) if "mediation" in each}


def test_arms_that_ukraine_downs_are_used_against_it() -> None:
    """Among the drones that Ukraine destroyed most are of Iranian make: Russia has them."""
    downed = "Ukraine destroyed nine drones overnight, adding that most of the Iranian-made drones fell near a dam."
    assert "IR drones to_russia" in read("A refinery burns in Russia", downed)


def test_what_is_given_with_a_purpose_is_not_the_purpose() -> None:
    """Circuits for weapons are no weapons; a rise in exports after help for Russia goes there."""
    found = read("A hand lent", "China supplies Russia with advanced boards for weapons.")
    assert "CN weapons to_russia" not in found
    assert "CN machinery to_russia" in read(
        "China lends a hand to Russia, exports more machine tools", "It is a trend."
    )


def test_a_sentence_without_a_partner_says_nothing_loose_of_one() -> None:
    """What only stands beside Russia, arms or airspace, is not the title's partner's where it isn't named."""
    spared = "The aim was to spoil Moscow's plans by keeping back parts crucial to missiles, drones and tanks."
    flown = "Russia received permission for a flight from the countries whose airspace it crossed."
    assert read("Hong Kong sells chips to Moscow", spared, flown) == {"HK semiconductors to_russia"}


def test_a_speaker_on_what_europe_gave_up_tells_of_no_purchase_of_its_own() -> None:
    """Who says that Europe stopped buying Russian gas says it of Europe."""
    found = read("Orban on the air", "Orban said that the European Union, to please others, gave up Russian gas.")
    assert "HU gas from_russia" not in found
