"""The same event in many outlets is one story; in doubt they are two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.invented import finding, relation
from watcher.decide.story import stories

if TYPE_CHECKING:
    from watcher.decide.match import Finding

TITLE = "Tehran denies shipping 400 ballistic missiles to Russia"


def sizes(*findings: Finding) -> list[int]:
    """Give how many findings each story has."""
    return [len(story.findings) for story in stories(findings)]


def test_one_address_is_one_story() -> None:
    """Two findings that link the same page are one, whatever their titles."""
    assert sizes(finding("A", url="https://example.org/1"), finding("B", url="https://example.org/1")) == [2]


def test_articles_without_an_address_are_not_joined_by_it() -> None:
    """No link is not a shared link."""
    assert sizes(finding("A", url=""), finding("B", url="")) == [1, 1]


def test_one_title_in_three_outlets_is_one_story_led_by_the_earliest() -> None:
    """Case and punctuation don't matter; the earliest leads, the undated come last."""
    undated = finding(TITLE, source="C")
    object.__setattr__(undated.article, "published", None)
    made = stories(
        [undated, finding(TITLE + "!", source="B", minutes=10), finding(TITLE.upper(), source="A", minutes=90)]
    )
    assert [found.article.source for found in made[0].findings] == ["A", "B", "C"]


def test_a_changed_word_in_a_headline_is_the_same_story() -> None:
    """Near headlines that say the same of the same are one story."""
    said = relation("IR", "missiles", status="denied")
    other = "Tehran denies shipping 400 ballistic missiles to Russian army"
    assert sizes(finding(TITLE, said), finding(other, said, source="B")) == [2]


def test_another_number_or_another_status_is_another_story() -> None:
    """500 is not 400, and a denial is not a report."""
    denied, reported = relation("IR", "missiles", status="denied"), relation("IR", "missiles")
    assert sizes(finding(TITLE, denied), finding(TITLE.replace("400", "500"), denied, source="B")) == [1, 1]
    assert sizes(finding(TITLE, denied), finding(TITLE.replace("denies", "begins"), reported, source="B")) == [1, 1]


def test_the_outlets_own_number_and_name_divide_nothing() -> None:
    """News searches put the outlet's name behind the headline, and a channel's number is no figure."""
    said = relation("IR", "missiles", status="denied")
    one = finding(f"{TITLE} - Kanal 24", said, source="Kanal 24")
    assert sizes(one, finding(f"{TITLE} today - Radio 7", said, source="Radio 7")) == [2]


def test_a_headline_that_returns_after_days_is_another_story() -> None:
    """A weekly column's title joins nothing."""
    old = finding("The week in Russian oil exports", minutes=60 * 24 * 7, source="B")
    assert sizes(finding("The week in Russian oil exports"), old) == [1, 1]


def test_a_title_of_few_words_joins_nothing() -> None:
    """Nobody's story is called "Morning briefing"."""
    assert sizes(finding("Morning briefing"), finding("Morning briefing", source="B")) == [1, 1]


def test_a_chinese_title_is_compared_without_spaces() -> None:
    """Ten characters say as much as four words."""
    assert sizes(finding("俄罗斯向朝鲜提供石油和粮食"), finding("俄罗斯向朝鲜提供石油和粮食。", source="B")) == [2]


def test_three_near_headlines_join_though_the_ends_differ() -> None:
    """Groups grow together, and a member already joined isn't compared again."""
    a = "Satellite images show second train of shells crossing Tumen bridge"
    b = "Satellite images show second train of shells crossing the Tumen bridge"
    assert sizes(finding(a), finding(b, source="B"), finding(b + " again", source="C"), finding(a, source="D")) == [4]


def test_no_findings_are_no_stories() -> None:
    """Nothing comes of nothing."""
    assert stories([]) == ()
