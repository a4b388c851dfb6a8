"""What the forms of rules tell without a text: that one can't match, and that another matches whenever it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.small_lexicon import relation, small_lexicon
from watcher.collect.article import Article
from watcher.decide import overlap, query, rules
from watcher.decide.rule import Rule, compile_rule
from watcher.decide.subject import Subject
from watcher.decide.term import Vocabulary

if TYPE_CHECKING:
    from watcher.decide.clause import Clause

LEXICON = small_lexicon()
VOCABULARY = Vocabulary(LEXICON)

WORDS = st.sampled_from(
    [
        "zinc",
        "tin",
        "ti*",
        "zinc*",
        '"zinc ore"',
        '"tin zinc ore"',
        "title:zinc",
        "body:tin",
        "/t.n/",
        "title:/z/",
        "zinc NEAR/3 tin",
        "tin BEFORE/2 zinc",
        "ore NEAR/2 (zinc OR tin)",
        "title:(tin NEAR/2 ore)",
        "ore BEFORE/9 tin",
        "partner:IR",
        "tier:core",
        "good:drones",
        "group:weapons",
        "from:IR",
        "to:RU",
        "to:IR",
        "status:denied",
        "lang:en",
        "lang:ru",
        "lang:pt-br",
        "lang:pt",
        "feed:a*",
        "feed:ab",
        "tag:x",
        "source:zinc",
        "source:z*",
        "SAME(zinc tin)",
        "SAME(zinc NOT tin)",
        "SAME(zinc NEAR/2 ore)",
        "title:SAME(tin ore)",
    ]
)
QUERIES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} OR {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"{two[0]} {two[1]}"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} {two[1]})"),
        inner.map(lambda one: one if one.startswith("NOT") else f"NOT ({one})"),
        st.sampled_from(["partner:IR", "good:drones", "from:RU"]).map(lambda one: f"NOT {one}"),
    ),
    max_leaves=5,
)
TEXTS = st.lists(st.sampled_from(["zinc", "tin", "ore", "tint", "tan", "zincs."]), max_size=6).map(" ".join)
RELATIONS = st.lists(
    st.builds(
        relation,
        st.sampled_from(["IR", "KP", "IN"]),
        st.sampled_from(["drones", "missiles", "oil"]),
        st.sampled_from(["to_russia", "from_russia", "any"]),
        st.sampled_from(["reported", "denied"]),
    ),
    max_size=2,
)
SUBJECTS = st.builds(
    lambda title, body, told, language, feed, source: Subject(
        Article(
            id="", title=title, body=body, language=language, feed=feed, tags=("x",) if feed else (), source=source
        ),
        tuple(told),
    ),
    TEXTS,
    TEXTS,
    RELATIONS,
    st.sampled_from(["en", "pt", "pt-BR", ""]),
    st.sampled_from(["ab", "ac", "b", ""]),
    st.sampled_from(["zinc", "zincs weekly", ""]),
)


def clause(text: str) -> Clause:
    """Compile a query."""
    return query.parse(text, LEXICON).whole


@given(QUERIES, QUERIES, st.lists(SUBJECTS, min_size=4, max_size=8))
def test_what_is_proven_holds_of_every_article(one: str, other: str, subjects: list[Subject]) -> None:
    """A conflict means that nothing matches, an implication that whatever meets the one meets the other."""
    first, second = clause(one), clause(other)
    found = [subject for subject in subjects if first.find(subject) is not None]
    if overlap.conflict(first):
        assert found == []
    if overlap.implies(first, second):
        assert all(second.find(subject) is not None for subject in found)
    for subject in found:
        assert overlap.is_open(first, subject.article)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zinc", "zinc"),
        ("zinc tin", "tin"),
        ("zinc", "tin OR zinc*"),
        ("tin OR zinc", "zinc OR tin OR ore"),
        ('"red zinc ore"', '"zinc or*"'),
        ("title:zinc", "zinc"),
        ("zinc*", "zin*"),
        ("zinc NEAR/3 tin", "tin NEAR/5 zinc"),
        ("zinc BEFORE/3 tin", "zinc NEAR/3 tin"),
        ("zinc NEAR/3 (tin OR ore)", "zinc"),
        ("zinc NEAR/3 tin", "zinc NEAR/3 (tin OR ore)"),
        ("SAME(zinc tin ore)", "SAME(tin zinc)"),
        ("SAME(zinc tin)", "tin zinc"),
        ("/a+/", "/a+/"),
        ("source:zinc", "source:zi*"),
        ("lang:pt-br", "lang:pt"),
        ("feed:abc", "feed:ab*"),
        ("NOT zi*", "NOT zinc"),
        ("partner:IR good:drones", "tier:core"),
        ("from:IR", "partner:IR"),
        ("partner:IR NOT good:oil", "partner:IR NOT good:oil"),
        ("partner:IR good:drones", "partner:IR NOT good:oil"),
        ("partner:IR NOT group:energy", "partner:IR NOT good:oil"),
    ],
)
def test_a_query_that_finds_less_implies_the_wider_one(one: str, other: str) -> None:
    """What analysts write so that one rule lies in another is seen."""
    assert overlap.implies(clause(one), clause(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zinc", "tin"),
        ("zinc", "title:zinc"),
        ("zi*", "zinc"),
        ('"zinc tin"', '"tin zinc"'),
        ("zinc NEAR/5 tin", "zinc NEAR/3 tin"),
        ("zinc NEAR/3 tin", "zinc BEFORE/3 tin"),
        ("tin BEFORE/3 zinc", "zinc BEFORE/3 tin"),
        ("zinc NEAR/3 (tin OR ore)", "zinc NEAR/3 tin"),
        ("zinc NEAR/3 (tin OR ore)", "ore"),
        ("zinc tin", "SAME(zinc tin)"),
        ("SAME(zinc NOT tin)", "NOT tin"),
        ("/a+/", "/a/"),
        ("lang:pt", "lang:pt-br"),
        ("lang:pt", "feed:pt"),
        ("feed:ab*", "feed:ab"),
        ("partner:IR", "partner:IR NOT good:oil"),
        ("tier:core", "partner:IR"),
        ("good:drones", "partner:IR"),
        ("zinc", "NOT tin"),
        ("zinc", "lang:en"),
    ],
)
def test_a_query_that_finds_more_does_not(one: str, other: str) -> None:
    """Nothing is called superfluous that finds something of its own."""
    assert not overlap.implies(clause(one), clause(other))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("zinc NOT zinc", "zinc and NOT zinc exclude each other"),
        ('"zinc ore" NOT ore', '"zinc ore" and NOT ore exclude each other'),
        ("partner:IR partner:KP", "partner:IR and partner:KP exclude each other"),
        ("status:denied good:oil group:weapons", "good:oil and group:weapons exclude each other"),
        ("partner:IR NOT tier:core", "NOT tier:core takes away all it asks for"),
        ("lang:en lang:ru", "lang:en and lang:ru exclude each other"),
        ("SAME(zinc NOT zi*)", "zinc and NOT zi* exclude each other"),
        ("(zinc NOT zinc) OR (tin NOT tin)", "zinc and NOT zinc exclude each other"),
        ("ore (zinc NOT zinc)", "zinc and NOT zinc exclude each other"),
    ],
)
def test_a_query_that_nothing_can_meet_says_why(text: str, why: str) -> None:
    """The two parts that exclude each other are named."""
    assert overlap.conflict(clause(text)) == why


@pytest.mark.parametrize(
    "text",
    [
        "zinc NOT tin",
        "lang:pt lang:pt-br",
        "tag:x tag:y",
        "lang:en feed:a",
        "partner:IR NOT good:oil",
        "from:IR to:IR",
        "zinc OR (tin NOT tin)",
        "NOT zinc",
        "feed:a* feed:ab",
    ],
)
def test_a_query_that_something_may_meet_is_left_alone(text: str) -> None:
    """Doubt speaks for the rule."""
    assert overlap.conflict(clause(text)) == ""


def test_a_proof_that_takes_too_long_is_none() -> None:
    """However a stranger nests a query, comparing it ends at once."""
    one = clause("(a (zinc OR (b (c OR zinc)))) OR (d zinc)")
    assert overlap.implies(one, one)
    assert not overlap._Proof(steps=0).holds(one, one)


def test_rules_that_swallow_each_other_are_found_through_the_index() -> None:
    """Of many rules only those are compared that the same article could lead to."""
    texts = ["zinc tin", "tin", "zinc OR tin", "/ore/ NOT zinc", "/ore/", "partner:IR good:drones", "to:RU", "good:oil"]
    watches = [
        compile_rule(Rule(id=f"r{number}", title="T", query=text), VOCABULARY, query.parse(text, LEXICON))
        for number, text in enumerate(texts)
    ]
    fields = Rule(id="f", title="T", partners=("IR",), goods=("drones",), direction="to_russia", feeds=("ab",))
    watches.append(compile_rule(fields, VOCABULARY, None))
    pairs = set(overlap.swallowed(rules.bind(watches, LEXICON)))
    assert pairs == {(0, 1), (0, 2), (1, 2), (3, 4), (8, 5), (8, 6)}


def test_words_and_expressions_are_given_wherever_they_stand() -> None:
    """Words behind NOT need not be found; an expression is tried wherever it stands."""
    one = clause("zinc NOT tin (ore OR /a/) SAME(copper) (x NEAR/2 y) NOT /b/")
    assert [words.shown for words in overlap.words(one)] == ["zinc", "ore", "copper", "x", "y"]
    assert [pattern.shown for pattern in overlap.patterns(one)] == ["/a/", "/b/"]
