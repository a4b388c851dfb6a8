"""What an index of words can tell of a query, and where the words stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.small_lexicon import small_lexicon
from watcher.collect.article import Article
from watcher.decide import text
from watcher.decide.highlight import AROUND, excerpts
from watcher.decide.query import parse
from watcher.decide.sieve import Every, Row, Sieve, Some, sieve, wanted
from watcher.decide.subject import Subject, placed, tokens


def sieved(query: str) -> Sieve | None:
    """Give a query's sieve."""
    return sieve(parse(query, small_lexicon()).whole)


def row(*tokens: str, field: str = "") -> Row:
    """Make a row of tokens; those that end in * are beginnings."""
    return Row(tuple((token.removesuffix("*"), token.endswith("*")) for token in tokens), field)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Drönes", row("drones")),
        ('"shadow fleet*"', row("shadow", "fleet*")),
        ("title:drones body:oil", Every((row("drones", field="title"), row("oil", field="body")))),
        ("drones OR oil", Some((row("drones"), row("oil")))),
        ("(a OR b) NEAR/3 c", Every((Some((row("a"), row("b"))), row("c")))),
        ("SAME(a b)", Every((row("a"), row("b")))),
        ("source:wire lang:en", Every((row("wire", field="source"), row("en", field="lang")))),
        ("tag:x*", row("x*", field="tag")),
        ("drones NOT oil partner:IR /x+y/", row("drones")),
        ("无人", row("无", "人")),
        ("drones OR NOT oil", None),
        ("NOT drones", None),
        ("partner:IR", None),
    ],
)  # fmt: skip
def test_a_sieve_keeps_what_a_query_cannot_do_without(query: str, expected: Sieve | None) -> None:
    """Words, phrases and labels; what is negated, near, in one sentence or an expression is left to the query."""
    assert sieved(query) == expected


def test_the_relations_that_a_query_cannot_do_without_are_known() -> None:
    """Those of an alternative, or of what isn't wanted, are not among them."""
    query = parse("drones partner:IR good:oil (partner:KP OR status:denied) NOT good:missiles", small_lexicon())
    assert [term.shown for term in wanted(query.whole)] == ["partner:IR", "good:oil"]


def shown(query: str, title: str = "", body: str = "") -> list[str]:
    """Give each excerpt with what was searched for in brackets."""
    article = Article(id="1", title=title, body=body)
    clause = parse(query, small_lexicon()).whole
    found = excerpts(clause, article)
    if found:
        assert clause.find(Subject(article)) is not None
    return ["".join(f"[{piece}]" if is_found else piece for piece, is_found in each.pieces) for each in found]


@pytest.mark.parametrize(
    ("query", "title", "expected"),
    [
        ("drone*", "Drones and a DRONE", "[Drones] and a [DRONE]"),
        ('"shadow fleet" OR fleet', "A shadow fleet, a fleet", "A [shadow fleet], a [fleet]"),
        ("cafe", "A café in Paris", "A [café] in Paris"),
        ("无人机", "中国的无人机出口", "中国的[无人机]出口"),
        ("strasse", "Die Straße brennt", "Die [Straße] brennt"),
        ("a NEAR/3 d", "a b c d", "[a] b c [d]"),
        ("SAME(oil gas)", "Oil. Gas and oil.", "[Oil]. [Gas] and [oil]."),
        (r"/\d+ tonnes/", "Some 40 tonnes of oil", "Some [40 tonnes] of oil"),
        ("oil NOT gas", "Oil\x1b[31m and\u202e water", "[Oil] [31m and water"),
        ("body:oil OR title:gas", "Oil and gas", "Oil and [gas]"),
    ],
)
def test_what_was_searched_for_is_marked(query: str, title: str, expected: str) -> None:
    """As it is written in the text, whatever its case, accents and script, and without what a terminal would obey."""
    assert shown(query, title=title) == [expected]


@given(st.text(max_size=20))
def test_every_token_has_its_place(written: str) -> None:
    """Whatever the script: what stands at a token's place is that token."""
    shown = text.clean(written)
    assert [one for start, end in placed(shown) for one in tokens(shown[start:end])[:1]] == tokens(shown)


def test_a_long_field_is_cut_around_what_was_found() -> None:
    """At words, with a sign for what is left out; the title is always whole."""
    words = " ".join(f"word{number}" for number in range(100))
    title, body = shown("oil", title=f"{words} oil", body=f"{words} oil {words}")
    assert title.endswith("word99 [oil]")
    assert body.startswith("… word")
    assert body.endswith(" …")
    assert " [oil] word0 " in body
    assert len(body) < 2 * AROUND + 20
    assert shown("oil", body="x" * 300 + " oil " + "y" * 300)[0].strip("… ") == "[oil]"


def test_nothing_is_marked_where_nothing_can_be_shown() -> None:
    """An expression that meets only what is left out of the excerpt, or a query without words."""
    assert shown(r"/<b>oil/", title="gas") == []
    assert shown("NOT oil", title="gas") == []
    assert shown(r"/\x{1}|oil/", title="\x01") == []
