"""What reports are compared by: numbers and names as every language writes them."""

from __future__ import annotations

import pytest

from watcher.decide.traits import figures, names, skeleton, without_outlet


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1.3 million barrels a day", {1_300_000.0}),
        ("1,3 млн баррелей", {1_300_000.0}),
        ("ستة ملايين و 1.3 مليون برميل", {1_300_000.0}),
        ("日産130万バレル", {1_300_000.0}),
        ("하루 130만 배럴", {1_300_000.0}),
        ("22 लाख बैरल", {2_200_000.0}),
        ("20,000 shells", {20_000.0}),
        ("20.000 Granaten", {20_000.0}),
        ("20 000 obus", {20_000.0}),
        ("۴۰۰ موشک", {400.0}),
        ("26 per cent", {0.026}),
        ("26%", {0.026}),
        ("in 2026, on 12 January, at 06:14, for 24 hours", set()),
        ("S-300 and Su-35 and C300", set()),
        ("Flug 1,5 Mrd. Euro", {1_500_000_000.0}),
    ],
)
def test_a_figure_is_one_value_in_every_language(text: str, found: set[float]) -> None:
    """Scales and separators are read; years, days, hours and weapons' names are no figures."""
    assert figures(text) == found


def test_a_name_is_the_same_in_other_letters() -> None:
    """Alphabets and spellings are left aside, and the endings of cases."""
    assert skeleton("Алабуга") == skeleton("Alabuga")
    assert names("the plant in Alabuga") == names("завод в Алабуге") == names("fabryka w Ałabudze")
    assert names("left Ust-Luga on Monday") == names("вышел из Усть-Луги")
    assert names("el puerto de Novorossiysk") == names("в порту Новороссийск")


def test_what_everybody_names_is_no_name() -> None:
    """Russia, its leader and the partners' capitals join nothing, nor do first words and headlines in capitals."""
    assert names("They told Putin in Moscow that Tehran waits") == frozenset()
    assert names("Officials speak. Traders wait: Buyers too") == frozenset()
    assert names("Traders In Port Towns Wait For Cargo") == frozenset()


def test_a_headline_is_read_without_its_outlet() -> None:
    """News searches put the outlet's name behind a dash."""
    assert without_outlet("Shells arrive - Harbour News", "Harbour News") == "Shells arrive"
    assert without_outlet("Shells arrive | HARBOUR news", "Harbour News") == "Shells arrive"
    assert without_outlet("Shells - arrive", "Harbour News") == "Shells - arrive"
    assert without_outlet("Shells arrive - ", "") == "Shells arrive - "
