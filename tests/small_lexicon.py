"""A lexicon of a few ids for tests that make their own relations."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from watcher.decide.lexicon import Good, Partner
from watcher.decide.relation import Relation

if TYPE_CHECKING:
    from watcher.decide.lexicon import Lexicon

_PARTNERS = [
    Partner("IR", "core", "Iran"),
    Partner("KP", "core", "North Korea"),
    Partner("CN", "core", "China"),
    Partner("IN", "trade", "India"),
]
_GOODS = [
    Good("drones", "weapons", "drones"),
    Good("missiles", "weapons", "missiles"),
    Good("oil", "energy", "oil"),
    Good("political-support", "favours", "political support"),
]


def small_lexicon() -> Lexicon:
    """Give ids and names alone: nothing that reads a text."""
    return cast(
        "Lexicon",
        SimpleNamespace(
            partners={one.id: one for one in _PARTNERS},
            goods={one.id: one for one in _GOODS},
            tiers=("core", "trade", "africa"),
            groups=("weapons", "energy", "favours"),
            hash="0",
        ),
    )


def relation(partner: str, good: str, direction: str = "to_russia", status: str = "reported") -> Relation:
    """Give a relation with some evidence."""
    return Relation(partner, good, direction, status, "They said so.")
