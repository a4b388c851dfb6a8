"""Who tells a story by themselves."""

from __future__ import annotations

from tests.invented import finding
from watcher.decide.origin import origins

TITLE = "Tehran denies shipping 400 ballistic missiles to Russia"
OTHER = "Iran rejects the claim that it ships missiles"


def test_outlets_with_their_own_words_are_origins_each() -> None:
    """Two headlines of two outlets are two origins."""
    assert origins([finding(TITLE, source="A"), finding(OTHER, source="B")]) == 2


def test_one_headline_is_one_origin() -> None:
    """Who prints a headline word for word has it from the other."""
    assert origins([finding(TITLE, source="A"), finding(f"{TITLE.upper()} - B", source="B")]) == 1


def test_an_agency_and_all_that_print_its_text_are_one_origin() -> None:
    """Its byline, its dateline and its own feed are recognised, in other letters too."""
    assert (
        origins(
            [
                finding("One headline of many", source="Reuters"),
                finding("Another headline", source="A", author="By Jane Roe, REUTERS"),
                finding("A third headline", source="B", summary="KYIV (Reuters) – Missiles arrived."),
                finding("Nobody's headline", source="C", body="Reuters - Missiles arrived."),
            ]
        )
        == 1
    )
    russian = finding("Заголовок агентства", source="Лист", summary="МОСКВА, 12 января. /ТАСС/. Поставки начались.")
    assert origins([russian, finding("A headline in English", source="TASS")]) == 1
    chinese = finding("新华社的标题", source="日报", summary="新华社莫斯科电 俄罗斯表示。")
    assert origins([chinese, finding("A headline in English", source="Xinhua")]) == 1


def test_the_same_beginning_is_a_copy() -> None:
    """Twelve words alike are no coincidence; fewer may be."""
    text = "Two ships left the port at night with crates that bore no marks, a witness said."
    copies = [finding("One", source="A", summary=text), finding("Two", source="B", body=f"{text} More follows.")]
    assert origins(copies) == 1
    assert (
        origins([finding("One", source="A", summary="Too short."), finding("Two", source="B", body="Too short.")]) == 2
    )


def test_copies_of_copies_are_one_origin() -> None:
    """What links two groups makes them one."""
    first, second = finding("One headline", source="A"), finding("Two headlines", source="B")
    assert origins([first, second, finding("One headline", source="B")]) == 1
    assert origins([first, second, finding("One headline", source="B"), finding("Two headlines", source="A")]) == 1


def test_an_outlet_without_a_name_stands_for_itself() -> None:
    """No name is not a shared name."""
    assert origins([finding(TITLE, source=""), finding(OTHER, source="")]) == 2
