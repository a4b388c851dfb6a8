"""How one story reads: headline, relations, figures, evidence, outlets."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.invented import NAMES, NOW, digest, finding, morning, plan, relation
from watcher.decide.match import Finding, Match
from watcher.decide.story import Story
from watcher.deliver.drawn import clean
from watcher.deliver.line import line


def read(*findings: Finding, **changes: object) -> list[str]:
    """Give the drawn relations of a story of these findings."""
    found = line(Story(findings[0], tuple(findings[1:])), plan(**changes), NAMES, NOW)
    return [drawn.text for drawn in found.relations]


def test_a_relation_is_drawn() -> None:
    """From whom to whom, what, and how certain, by name, sign and word."""
    assert read(finding("x", relation("IR", "missiles", status="denied", by="Tehran"))) == [
        "Iran → Russia · missiles · ✕ denied by Tehran"
    ]
    assert read(finding("x", relation("IN", "oil", "from_russia", "negated"))) == [
        "Russia → India · crude oil · ⊘ negated"
    ]
    assert read(finding("x", relation("CN", "trade", "any"))) == ["China ↔ Russia · trade · ● reported"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("reported", "● reported by Kyiv"),
        ("alleged", "◐ alleged by Kyiv"),
        ("planned", "○ planned, says Kyiv"),
        ("denied", "✕ denied by Kyiv"),
        ("negated", "⊘ negated, says Kyiv"),
        ("rumoured", "· rumoured, says Kyiv"),
    ],
)
def test_each_status_has_its_sign_and_its_word(status: str, said: str) -> None:
    """Nobody needs colours to tell a denial from a report, and whoever says so is named."""
    assert read(finding("x", relation("IR", "drones", status=status, by="Kyiv")))[0].endswith(said)


def test_goods_of_one_partner_and_status_are_drawn_together() -> None:
    """Two goods that differ in nothing else share a line; another status has its own."""
    drawn = read(
        finding("x", relation("IR", "drones"), relation("IR", "missiles"), relation("IR", "oil", status="planned"))
    )
    assert drawn == ["Iran → Russia · drones, missiles · ● reported", "Iran → Russia · crude oil · ○ planned"]


def test_what_the_rule_asked_for_is_drawn_and_the_rest_is_not() -> None:
    """A rule on Iran in an article about five countries shows Iran."""
    both = finding("x", relation("CN", "electronics"), relation("IR", "drones"), rule="")
    asked = Finding(both.article, both.relations, (Match("iran-arms", "high", ("partner:IR",), (1,)),))
    assert read(asked) == ["Iran → Russia · drones · ● reported"]
    words = Finding(both.article, both.relations, (Match("words", "high", ("vostochny",)),))
    assert len(read(words)) == 2


def test_the_most_important_rule_leads() -> None:
    """The relation of the rule with the highest priority is drawn first, and its name stands first."""
    both = finding("x", relation("CN", "electronics"), relation("IR", "drones"), rule="")
    matches = (Match("trade-core", "normal", (), (0,)), Match("iran-arms", "critical", (), (1,)))
    found = line(Story(Finding(both.article, both.relations, matches)), plan(), NAMES, NOW)
    assert found.partner == "IR"
    assert found.priority == "critical"
    assert found.rules == ("Iranian arms for Russia", "Anything from core partners")


def test_many_relations_are_counted_rather_than_listed() -> None:
    """Four are drawn, the others counted."""
    found = finding("x", *(relation(partner, "oil") for partner in ("IR", "KP", "CN", "IN", "TR", "KZ")))
    made = line(Story(found), plan(), NAMES, NOW)
    assert (len(made.relations), made.unshown) == (4, 2)


def test_figures_stand_once() -> None:
    """The same figure of two relations is said once."""
    first, *_ = [each for each in digest().lines if each.headline.startswith("Tehran denies")]
    assert first.figures == ("400 ballistic missiles",)


def test_evidence_says_more_than_the_headline() -> None:
    """A sentence equal to the headline is not repeated; the next relation's is taken."""
    found = finding(
        "Iran ships drones to Russia",
        relation("IR", "drones", evidence="Iran ships drones to Russia."),
        relation("IR", "missiles", evidence="A second ship carried missiles."),
    )
    assert line(Story(found), plan(), NAMES, NOW).evidence == "A second ship carried missiles."


def test_where_the_headline_is_the_evidence_the_summary_begins() -> None:
    """What the headline proves, the summary's first sentence tells more of; with nothing more there is no quotation."""
    title = "Iran ships drones to Russia"
    said = relation("IR", "drones", evidence=title)
    more = finding(title, said, summary="Two ships left at night. They carried drones.")
    assert line(Story(more), plan(), NAMES, NOW).evidence == "Two ships left at night."
    assert line(Story(finding(title, said, summary=title)), plan(), NAMES, NOW).evidence == ""


def test_a_watch_for_words_shows_the_summary() -> None:
    """Where there is no relation to prove, the article's summary tells what it is about."""
    assert (
        line(Story(finding("Vostochny", summary="A launch slips.")), plan(), NAMES, NOW).evidence == "A launch slips."
    )


def test_the_headline_is_one_that_readers_can_read() -> None:
    """The earliest in English heads the story; the first outlet stays the first, with its own link."""
    first = finding("북한, 러시아에 포탄 보내", language="ko", source="A", minutes=90)
    second = finding("North Korea sends shells to Russia", language="en-GB", source="B", minutes=60)
    made = line(Story(first, (second,)), plan(), NAMES, NOW)
    assert (made.headline, made.url) == (second.article.title, second.article.url)
    assert [outlet.name for outlet in made.outlets] == ["A", "B"]
    assert [(before, is_linked) for before, _, is_linked in made.listed] == [
        ("2 outlets, 2 origins · first: ", True),
        (" · also ", False),
    ]
    assert [outlet.name for outlet in made.others] == ["A"]


def test_speakers_and_figures_are_in_words_that_readers_read() -> None:
    """Beside an English report another's speaker and figure add nothing; alone they stand as they are."""
    said = {"status": "denied", "good": "missiles"}
    foreign = finding(
        "تهران تکذیب کرد", relation("IR", by="تهران", figure="۴۰۰ موشک", **said), language="fa", source="A", minutes=9
    )
    english = finding(
        "Tehran denies it", relation("IR", by="Tehran", figure="400 missiles", **said), language="en", source="B"
    )
    made = line(Story(foreign, (english,)), plan(), NAMES, NOW)
    assert [drawn.said for drawn in made.relations] == ["denied by Tehran"]
    assert made.figures == ("400 missiles",)
    alone = line(Story(foreign), plan(), NAMES, NOW)
    assert (alone.relations[0].said, alone.figures) == ("denied by تهران", ("۴۰۰ موشک",))


def test_a_headline_without_a_link_has_its_own_outlet() -> None:
    """Where neither of two outlets has a link, the headline's is the one that printed it."""
    first = finding("북한, 러시아에 포탄 보내", language="ko", source="A", url="", minutes=90)
    second = finding("North Korea sends shells to Russia", language="en", source="B", url="", minutes=60)
    assert line(Story(first, (second,)), plan(), NAMES, NOW).headed.name == "B"
    twin = finding("North Korea sends shells to Russia", language="en", source="C", url="https://o.example/1")
    other = finding("북한", language="ko", source="D", url="https://o.example/1")
    assert line(Story(other, (twin,)), plan(), NAMES, NOW).headed.name == "D"


def test_a_claim_with_a_name_makes_the_same_without_one_needless() -> None:
    """Denied by Tehran says all that "denied" says; of other goods it doesn't."""
    named, bare = relation("IR", "missiles", status="denied", by="Tehran"), relation("IR", "missiles", status="denied")
    assert read(finding("x", bare, named)) == ["Iran → Russia · missiles · ✕ denied by Tehran"]
    assert len(read(finding("x", relation("IR", "drones", status="denied"), named))) == 2


def test_outlets_stand_in_order_with_their_own_links() -> None:
    """The earliest is the headline's; state media are marked."""
    made = next(each for each in digest().lines if each.headline.startswith("Tehran denies"))
    assert [outlet.label for outlet in made.outlets] == [
        "Harbour News",
        "Northern Post",
        "Caspian State Agency (state media)",
    ]
    assert made.url == made.outlets[0].url
    assert len({outlet.url for outlet in made.outlets}) == 3


def test_a_link_never_stands_twice() -> None:
    """Two articles with one address make one outlet, and both count as said."""
    one = finding("Same report", source="A", url="https://example.org/1")
    two = finding("Same report", source="B", url="https://example.org/1")
    made = line(Story(one, (two,)), plan(), NAMES, NOW)
    assert [outlet.url for outlet in made.outlets] == ["https://example.org/1"]
    assert made.articles == (one.article.id, two.article.id)


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "data:text/html,x", "https://a b", "https://a\nb", "//x"])
def test_only_web_addresses_become_links(url: str) -> None:
    """Anything but http(s) leaves the headline unlinked; the outlet stays named."""
    made = line(
        Story(finding("x", url=url, source="Paper"), (finding("y", url="", source="Radio"),)), plan(), NAMES, NOW
    )
    assert [(outlet.name, outlet.url) for outlet in made.outlets] == [("Paper", ""), ("Radio", "")]


def test_what_has_no_title_or_source_is_still_told() -> None:
    """The summary stands in for a title, the feed for an outlet."""
    made = line(Story(finding("", summary="Something happened.", source="")), plan(), NAMES, NOW)
    assert (made.headline, made.outlets[0].name) == ("Something happened.", "wire")
    empty = line(Story(finding("", source="", feed="")), plan(), NAMES, NOW)
    assert (empty.headline, empty.outlets[0].name) == ("Untitled", "unnamed outlet")


def test_a_rule_without_a_name_is_called_by_its_id() -> None:
    """A rule that is no longer known shows its id."""
    assert line(Story(finding("x", rule="gone")), plan(), NAMES, NOW).rules == ("gone",)


@given(st.text(max_size=400), st.integers(10, 100))
def test_cleaned_text_is_one_line_without_control_characters(text: str, limit: int) -> None:
    """Whatever a stranger writes becomes at most `limit` characters that move nothing and hide nothing."""
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    kinds = {unicodedata.category(letter) for letter in cleaned if letter not in "\u200c\u200d"}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert cleaned == cleaned.strip()


def test_emoji_and_persian_keep_their_joiners() -> None:
    """A family of three stays a family, می‌رود stays readable, an override of direction goes."""
    assert clean("👨‍👩‍👧 می‌رود \u202eabc\u202c\x1b[31m", 80) == "👨‍👩‍👧 می‌رود abc [31m"


def test_the_morning_is_as_invented() -> None:
    """Each of the invented findings has a match, so that every test of a digest shows it."""
    assert all(found.matches for found in morning())
