"""Which line stands in which section, in which order, and what is said around them."""

from __future__ import annotations

import time
from datetime import timedelta

from tests.invented import COVERAGE, NAMES, NOW, digest, finding, morning, plan, relation
from watcher.decide.story import stories
from watcher.deliver import slack
from watcher.deliver.coverage import Coverage, Source
from watcher.deliver.digest import LOW, PARTNERS, WORDS, compose
from watcher.deliver.drawn import clean


def test_sections_follow_the_tiers_and_low_priority_comes_last() -> None:
    """The morning's sections stand in the taxonomy's order; meetings and words are collapsed at the end."""
    made = digest()
    assert [section.title for section in made.sections] == [
        "Core partners",
        "Trade partners",
        "Neighbours",
        "Political partners",
        WORDS,
        LOW,
    ]
    assert [section.is_collapsed for section in made.sections] == [False] * 5 + [True]


def test_sections_may_be_partners_with_the_most_important_first() -> None:
    """With `sections: partner` each country has its heading, ranked by its first line."""
    titles = [section.title for section in digest(sections="partner").sections]
    assert titles[:2] == ["North Korea", "Iran"]
    assert titles[-2:] == [WORDS, LOW]


def test_sections_may_be_rules() -> None:
    """With `sections: rule` each line stands under the rule that asked for it."""
    titles = [section.title for section in digest(sections="rule").sections]
    assert titles[:3] == ["Anything from core partners", "Iranian arms for Russia", "Vostochny, wherever it is named"]
    assert titles[-1] == LOW


def test_a_partner_of_no_known_tier_still_has_a_place() -> None:
    """A partner that an analyst added without a tier stands under its own heading, by its id."""
    made = digest([finding("Nepalese recruits leave for Rostov in two buses", relation("NP", "troops"))])
    assert [section.title for section in made.sections] == [PARTNERS]
    assert made.lines[0].relations[0].text == "NP → Russia · troops · ● reported"
    assert digest([finding("Nepal again", relation("NP", "troops"))], sections="partner").sections[0].title == "NP"


def test_lines_are_ordered_by_priority_then_outlets_then_time() -> None:
    """What is critical leads, then what more outlets tell, then what is newer; the undated come last."""
    undated = finding("An undated report of chips for Russia", relation("CN", "electronics"))
    object.__setattr__(undated.article, "published", None)
    made = digest([*morning(), undated])
    assert [line.headline[:24] for line in made.sections[0].lines] == [
        "Pyongyang sends a second",
        "Tehran denies shipping 4",
        "هیئت روسی برای گفت‌وگو د",
        "Chinese optics found in ",
        "An undated report of chi",
    ]
    assert made.sections[0].lines[-1].outlets[0].when == "undated"


def test_a_section_shows_its_limit_and_keeps_the_rest() -> None:
    """Beyond the limit lines are counted and follow later; none is lost."""
    section = digest(limit=1).sections[0]
    assert (len(section.shown), len(section.rest)) == (1, 3)
    assert {*section.shown, *section.rest} == set(section.lines)


def test_every_article_stands_in_the_digest_once() -> None:
    """The digest's articles are the findings' articles, each once."""
    found = morning()
    assert sorted(digest(found).articles) == sorted(each.article.id for each in found)


def test_the_head_says_when_and_how_much() -> None:
    """Title, local date and time with the zone, and counts by status."""
    made = digest()
    assert made.title == "Russia's partners"
    assert made.dateline == "Tuesday 13 January 2026, 08:00, Europe/Madrid"
    assert made.summary.startswith("12 stories from 14 articles · 6 reported · 1 alleged · 2 planned · 1 denied")


def test_one_is_told_in_the_singular() -> None:
    """One story from one article, with nothing said by a relation."""
    assert (
        digest([finding("Only this about a launch from Vostochny", rule="words")]).summary == "1 story from 1 article"
    )


def test_nothing_new_is_said_so() -> None:
    """A digest without stories has no sections and says so."""
    made = digest([])
    assert (made.summary, made.sections, made.articles) == ("Nothing new", (), ())


def test_a_digest_without_a_title_bears_its_id() -> None:
    """The id stands where a title is missing."""
    assert digest(title="").title == "daily"


def test_the_footer_says_what_was_read_and_what_was_not() -> None:
    """Feeds that answered, articles read and matched, and each feed that failed with its reason."""
    assert digest().footer == (
        "161 of 163 feeds answered · 2,314 articles read since 12 Jan, 08:00, 21 matched",
        "Not read: Pyeongan Daily (http-503), Gulf Shipping Wire (timeout). What they published is missing here.",
        "0 of 1 Korean feed answered: silence on North Korea is weak.",
    )


def test_many_failed_feeds_are_named_in_part() -> None:
    """Eight are named, the others counted."""
    failed = tuple(Source(f"Feed {number}", reason="dns") for number in range(11))
    made = compose([], plan(), names=NAMES, coverage=Coverage(failed), now=NOW)
    assert made.footer[0] == "0 of 11 feeds answered · 0 articles read, 0 matched"
    assert made.footer[1].endswith("Feed 7 (dns) and 3 more. What they published is missing here.")


def test_a_digest_without_failures_says_nothing_of_them() -> None:
    """Where all feeds answered, the footer is one line."""
    assert len(compose([], plan(), names=NAMES, coverage=Coverage((Source("One"),), read=1), now=NOW).footer) == 1


def test_a_digest_takes_only_its_own_rules() -> None:
    """Matches of rules that the digest doesn't take lend a line neither priority nor name."""
    line = digest(rules=["support"]).lines[0]
    assert (line.rules, line.priority) == ((), "normal")


def test_times_are_in_the_digests_zone() -> None:
    """The same article is of another hour, and another day, elsewhere."""
    tokyo = digest(timezone="Asia/Tokyo")
    assert tokyo.dateline == "Tuesday 13 January 2026, 16:00, Asia/Tokyo"
    assert tokyo.lines[0].outlets[0].when == "15:30"
    old = finding("A report from before the turn of the year", minutes=60 * 24 * 20)
    assert digest([old]).lines[0].outlets[0].when == "24 Dec 2025, 08:00"


def test_composing_five_thousand_stories_takes_little_time() -> None:
    """A flood is grouped, composed and planned in seconds, not minutes."""
    found = [
        finding(
            f"Report {n} of shells number {n * 7} sent to Russia",
            relation("KP", "artillery"),
            id=f"{n:032x}",
            minutes=n,
        )
        for n in range(5000)
    ]
    start = time.process_time()
    made = compose(stories(found), plan(), names=NAMES, coverage=COVERAGE, now=NOW + timedelta(hours=1))
    parts = slack.plan(made, "C0123ABCD", "key")
    assert time.process_time() - start < 6
    assert sum(len(part.articles) for part in parts) == len(made.lines) == 5000


def test_shortening_keeps_whole_words() -> None:
    """A long title ends at a word with an ellipsis; one without spaces is cut where it must be."""
    assert clean("one two three four five", 20) == "one two three four…"
    assert clean("one two three", 13) == "one two three"
    assert clean("x" * 20, 10) == "x" * 9 + "…"
