"""Where a text names what a reader looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.shipped import shipped_lexicon
from watcher.decide.emphasis import emphasis, joined

if TYPE_CHECKING:
    from watcher.decide import lexicon


@pytest.fixture(scope="module")
def shipped() -> lexicon.Lexicon:
    """Give the shipped lexicon."""
    return shipped_lexicon()


@pytest.mark.parametrize(
    ("text", "language", "bold"),
    [
        ("Iran has shipped 400 ballistic missiles to Russia.", "en", ["Iran", "ballistic missiles", "Russia"]),
        ("Nobody is named here.", "", []),
        ("中国向俄罗斯出口无人机", "zh", ["中国", "俄罗斯", "无人机"]),
    ],
)
def test_russia_partners_and_goods_are_bold(
    shipped: lexicon.Lexicon, text: str, language: str, bold: list[str]
) -> None:
    """The terms that the lexicon knows, and no other word."""
    assert [text[start:end] for start, end in emphasis(text, language, shipped)] == bold


def test_terms_that_stand_together_are_bold_together(shipped: lexicon.Lexicon) -> None:
    """Two terms with nothing but a space between are one stretch."""
    text = "Iranian drones reached Rostov."
    assert text[slice(*emphasis(text, "en", shipped)[0])] == "Iranian drones"


def test_places_are_put_in_order_and_together() -> None:
    """Those that overlap, or have only spaces between, are one."""
    assert joined([(7, 9), (0, 4), (2, 5), (6, 7)], "Drone to go") == ((0, 9),)
    assert joined([], "") == ()
