"""The short notation of terms, spelt out."""

from __future__ import annotations

import pytest

from watcher.decide.inflect import add_s, spell


@pytest.mark.parametrize(
    ("term", "forms"),
    [
        ("crude oil", ["crude oil"]),
        ("drone+", ["drone", "drones"]),
        ("company+", ["company", "companies"]),
        ("ally+", ["ally", "allies"]),
        ("envoy+", ["envoy", "envoys"]),
        ("embargo+", ["embargo", "embargos"]),
        ("supply~", ["supply", "supplies", "supplied", "supplying"]),
        ("ship~ off", ["ship off", "ships off", "shipped off", "shipping off"]),
        ("provide~", ["provide", "provides", "provided", "providing"]),
        ("deploy~", ["deploy", "deploys", "deployed", "deploying"]),
        ("sell~sold", ["sell", "sells", "sold", "selling"]),
        ("give~gave~given", ["give", "gives", "gave", "given", "giving"]),
        ("agree~", ["agree", "agrees", "agreed", "agreeing"]),
        ("Иран*", ["Иран*"]),
        ("+", ["+"]),
    ],
)
def test_a_term_stands_for_all_its_forms(term: str, forms: list[str]) -> None:
    """A plus adds the plural, a tilde a verb's forms, regular or as they are written behind it."""
    assert spell(term) == forms


def test_hissing_words_take_es() -> None:
    """Words that end in a hiss take another syllable."""
    assert [add_s(word) for word in ("tax", "clash", "bus", "bench", "waltz")] == [
        "taxes",
        "clashes",
        "buses",
        "benches",
        "waltzes",
    ]
