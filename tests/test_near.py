"""Near misses: what a rule misses by one clause."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.small_lexicon import relation, small_lexicon
from watcher.collect.article import Article
from watcher.decide import query, rules
from watcher.decide.match import Finding
from watcher.decide.near import near_misses
from watcher.decide.rule import Rule, compile_rule
from watcher.decide.term import Vocabulary

if TYPE_CHECKING:
    from typing import Any

    from watcher.decide.relation import Relation

LEXICON = small_lexicon()
NOW = datetime(2026, 1, 13, 7, 0, tzinfo=UTC)
DENIED = relation("IR", "drones", "to_russia", "denied")


def misses(title: str, *relations: Relation, **fields: Any) -> list[tuple[str, tuple[str, ...]]]:
    """Give what one rule misses a text by."""
    text = fields.get("query")
    rule = Rule(id="r", title="R", **fields)
    watch = compile_rule(rule, Vocabulary(LEXICON), query.parse(text, LEXICON) if text else None)
    finding = Finding(Article(id="1", title=title, feed="b"), relations)
    found = near_misses(finding, rules.bind([watch], LEXICON), now=NOW)
    return [(miss.clause, miss.reasons) for miss in found]


@pytest.mark.parametrize(
    ("fields", "clause"),
    [
        ({"partners": ("IR",), "status": ("reported",)}, "not status [reported]"),
        ({"partners": ("KP",), "goods": ("drones",)}, "not partners [KP]"),
        ({"partners": ("IR",), "query": "zinc"}, "zinc"),
        ({"query": "drones tin"}, "tin"),
        ({"query": "drones NOT ships"}, "NOT ships"),
        ({"query": "drones", "feeds": ("a",)}, "feeds [a]"),
        ({"query": "partner:IR NOT status:denied"}, "status:denied"),
    ],
)
def test_one_clause_that_is_not_met_is_named(fields: dict[str, Any], clause: str) -> None:
    """Whether it asks for words, for a feed or for a part of a relation, with what the article has instead."""
    ((named, reasons),) = misses("Iran ships drones", DENIED, **fields)
    assert named == clause
    assert reasons


@pytest.mark.parametrize(
    "fields",
    [
        {"partners": ("IR",)},
        {"partners": ("KP",)},
        {"query": "zinc"},
        {"query": "zinc tin"},
        {"query": "zinc NOT copper"},
        {"partners": ("KP",), "goods": ("oil",), "status": ("denied",)},
        {"query": "drones tin", "enabled": False},
    ],
)
def test_what_is_met_or_far_off_is_no_near_miss(fields: dict[str, Any]) -> None:
    """Nor is an article that merely lacks what is excluded, or a rule of one clause, or one that is off."""
    assert misses("Iran ships drones", DENIED, **fields) == []


def test_a_text_without_relations_is_not_near_one() -> None:
    """Half of all news would be."""
    assert misses("Rain", partners=("IR",), goods=("drones",)) == []
