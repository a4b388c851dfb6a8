"""The query language: what a query finds, what it says it lacks, and where it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.small_lexicon import relation, small_lexicon
from watcher.collect.article import Article
from watcher.decide import query
from watcher.decide.subject import Subject, tokens
from watcher.decide.term import Term
from watcher.errors import QueryError

if TYPE_CHECKING:
    from watcher.decide.query import Query

LEXICON = small_lexicon()
ARTICLE = Article(
    id="1",
    title="Иран поставит дроны России",
    summary="Shadow fleet tankers carry oil. The ballistic missiles went to Moscow.",
    body="Straße, café, ΡΩΣΊΑ, أحمد. 俄罗斯购买导弹5G手机 ガス 러시아에 Su-35 jets",
    language="en-GB",
    source="BBC News",
    feed="bbc-world",
    tags=("wire", "UK"),
)
RELATIONS = (
    relation("IR", "drones"),
    relation("CN", "oil", "from_russia", "planned"),
    relation("KP", "missiles", "any", "denied"),
)
PIECES = st.sampled_from(
    [*'()"/*:-', " ", "AND", "OR", "NOT", "NEAR/3", "BEFORE/2", "SAME(", "title:", "partner:IR", "good:", "oil", "é"]
)


def parse(text: str) -> Query:
    """Compile against the small lexicon."""
    return query.parse(text, LEXICON)


def holds(text: str, article: Article = ARTICLE) -> bool:
    """Say whether a query holds of an article with RELATIONS."""
    return parse(text).find(Subject(article, RELATIONS)) is not None


def holds_of(text: str, shown: str) -> bool:
    """Say whether a query holds of a title alone."""
    return parse(text).find(Subject(Article(id="1", title=shown))) is not None


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)), st.text())
@example("NOT " * 3000 + "x", "")
@example("(" * 3000, "")
@example("/" + "(" * 3000 + "/", "")
@example("\ud800", "\ud800")
@example("/\ud800/", "\ud800")
def test_any_query_and_any_text_give_an_answer(text: str, shown: str) -> None:
    """Whatever a stranger writes is a query or a QueryError with a place in it; a query answers of any text."""
    place, compiled = 0, None
    try:
        compiled = parse(text)
    except QueryError as error:
        place = error.position
    assert 0 <= place <= len(text)
    if compiled is not None:
        article = Article(id="1", title=shown, summary=shown, body=shown, source=shown, language=shown)
        for relations in ((), RELATIONS):
            subject = Subject(article, relations)
            if compiled.find(subject) is None:
                assert all(compiled.whole.lacks(subject))
            compiled.whole.needs()


@pytest.mark.parametrize(
    "text",
    [
        "oil",
        "OIL",
        "ShAdOw",
        "ballist*",
        '"shadow fleet"',
        "“shadow fleet”",
        "shadow-fleet",
        '"ballist* missil*"',
        '"ballistic missil*"',
        "дрон*",
        "oil tankers",
        "oil AND tankers",
        "zinc OR oil",
        "NOT zinc",
        "NOT NOT oil",
        "oil NOT (zinc OR tin)",
        "title:дроны",
        "title:(zinc OR дроны)",
        "body:oil",
        "body:cafe",
        "NOT title:oil",
        "source:bbc",
        'source:"bbc news"',
        "lang:en",
        "lang:en-gb",
        "feed:bbc-world",
        "feed:bbc*",
        "tag:wire",
        "tag:uk",
        "fleet NEAR/3 oil",
        "oil NEAR/3 fleet",
        "fleet BEFORE/3 oil",
        "fleet NEAR/1 tankers",
        "(zinc OR fleet) BEFORE/2 (carr* OR tin)",
        '"shadow fleet" BEFORE/2 carry',
        "title:(иран NEAR/2 дроны)",
        "SAME(fleet oil)",
        "SAME(fleet (zinc OR oil) NOT moscow)",
        "title:SAME(иран дроны)",
        "/Su-\\d\\d/",
        "/su-?35\\b/",
        "title:/\\bдро\\w+/",
        "strasse",
        "STRASSE",
        "CAFÉ",
        "ρωσια",
        "احمد",
        "导弹",
        "购买导弹",
        "5g",
        "ガス",
        "러시아에",
        "러시아*",
    ],
)
def test_what_the_language_promises_is_found(text: str) -> None:
    """Words, prefixes, phrases, operators, fields, distances, sentences and expressions find what is there."""
    assert holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "zinc",
        "tanker",
        '"fleet shadow"',
        '"oil the"  zinc',
        '"ballist* fleet"',
        "oil zinc",
        "NOT oil",
        "title:oil",
        "body:дроны",
        "source:reuters",
        "lang:e",
        "feed:bbc",
        "tag:wir",
        "fleet NEAR/2 oil",
        "oil BEFORE/9 fleet",
        "zinc NEAR/9 oil",
        "дроны NEAR/9 shadow",
        "oil NEAR/9 oil",
        "SAME(fleet missiles)",
        "/\\bроны/",
        "/zinc/",
        "йран",
        "カス",
        "러시아",
        "5",
        '"россии shadow"',
        "иpан zinc",
    ],
)
def test_what_is_not_there_is_not_found(text: str) -> None:
    """Near misses stay misses: order, distance, field, sentence, diacritics of other scripts."""
    assert not holds(text)


def test_fields_of_the_text_stay_apart() -> None:
    """Neither phrase nor NEAR reaches from the title into the summary."""
    assert holds("россии")
    assert not holds('"россии shadow"')
    assert not holds("россии NEAR/5 shadow")


def test_diacritics_fold_on_latin_greek_and_arabic_alone() -> None:
    """й is not и and ガ is not カ, however they are composed."""
    assert tokens("Łódź ÉCOLE Ῥωσία إِيران ئ") == ["lodz", "ecole", "ρωσια", "ايران", "ي"]
    assert tokens("и\u0306 й カ\u3099 ガ х\u0301") == ["й", "й", "ガ", "ガ", "х\u0301"]
    assert tokens("x\u0302 ß") == ["x", "ss"]
    assert holds_of("ya\u0301", "Ya")
    assert not holds_of("мои", "мой")


def test_relation_terms_joined_by_and_hold_of_one_relation() -> None:
    """Without parentheses between them, terms that only different relations meet are not met."""
    assert holds("partner:IR good:drones")
    assert not holds("partner:IR AND good:oil")
    assert holds("partner:IR AND (good:oil)")
    assert holds("(partner:IR) good:oil")
    assert holds("partner:IR good:oil OR partner:CN good:oil")
    assert holds("partner:ir oil good:Drones")


def test_a_relation_term_behind_not_speaks_of_the_same_relation() -> None:
    """`NOT status:denied` beside another term means one relation; alone it means that there is none."""
    assert holds("good:drones NOT status:denied")
    assert not holds("partner:KP NOT status:denied")
    assert not holds("NOT status:denied")
    assert not holds("oil NOT (partner:KP)")
    assert holds_of("oil NOT partner:KP", "Oil")


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("from:IR", True),
        ("to:RU", True),
        ("from:RU to:CN", True),
        ("from:RU to:IR", False),
        ("from:KP", True),
        ("to:KP", True),
        ("to:IR", False),
        ("from:CN", False),
        ("tier:core group:weapons", True),
        ("tier:trade", False),
        ("group:energy status:planned", True),
        ("status:negated", False),
    ],
)
def test_directions_tiers_groups_and_status(text: str, is_true: bool) -> None:
    """Russia stands at one end, a partner at the other; what goes both ways goes either way."""
    assert holds(text) is is_true


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 0, 'expected a word, a "phrase", a field or "(", found the end'),
        ("AND x", 0, "found AND"),
        ("x AND", 5, "found the end"),
        ("x OR OR y", 5, "found OR"),
        ("(x", 2, 'expected AND, OR or ")", found the end'),
        ("x)", 1, "expected AND, OR or the end, found )"),
        ("()", 1, "found )"),
        ("titel:x", 0, 'unknown field "titel:" (did you mean "title"?)'),
        ("http://x", 0, "put it in quotes if it is text"),
        ("title: x", 6, 'expected something right after "title:"'),
        ("x NEAR y", 2, "expected a distance in words, such as NEAR/10"),
        ("x BEFORE/0 y", 2, "such as BEFORE/10"),
        ("x NEAR/two y", 2, "such as NEAR/10"),
        ("x NEAR/1000 y", 2, "such as NEAR/10"),
        ("(a b) NEAR/2 c", 0, "ORs of them in parentheses beside NEAR"),
        ("a NEAR/2 title:c", 9, "ORs of them in parentheses beside NEAR"),
        ("a NEAR/2 b NEAR/2 c", 11, "NEAR joins two"),
        ("SAME(title:x)", 5, "expected words only inside SAME( )"),
        ("SAME(partner:IR)", 5, "expected words only inside SAME( )"),
        ("SAME x", 5, 'expected "(" after SAME'),
        ("SAME(SAME(a))", 9, "no SAME inside another"),
        ("*", 0, 'expected "*" at the end of a word only'),
        ("ab*c", 2, 'expected "*" at the end of a word only'),
        ("-x", 0, 'expected NOT x instead of -x (or quotes: "-x")'),
        ("x && y", 2, "expected a letter or a digit in && (the operators are AND, OR, NOT)"),
        ('""', 0, "expected a letter or a digit"),
        ('a "x', 2, "opens a quote that isn't closed"),
        ("/x", 0, "opens an expression that isn't closed"),
        ("title:tag:x", 6, 'expected a word, a "phrase" or "(" after title:, found tag:'),
        ("partner:(IR)", 8, 'expected a word or a "phrase" after partner:, found ('),
        ("(" * 60 + "x", 50, "nested deeper than 50"),
        ("a partner:Iran", 10, 'unknown partner "Iran" (did you mean "IR"?)'),
        ("good:dronse", 5, 'unknown good "dronse" (did you mean "drones"?)'),
        ("good:zinc", 5, 'unknown good "zinc"'),
        ("group:weapon", 6, 'unknown group "weapon" (did you mean "weapons"?)'),
        ("tier:cor", 5, 'unknown tier "cor" (did you mean "core"?)'),
        ("status:denid", 7, 'unknown status "denid" (did you mean "denied"?)'),
        ("to:drones", 3, 'unknown partner "drones"'),
    ],
)
def test_a_query_that_does_not_parse_says_where_and_what_was_expected(text: str, position: int, message: str) -> None:
    """The position is that of the offending character."""
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.position == position
    assert message in str(caught.value)


def test_all_unknown_ids_of_a_query_are_told() -> None:
    """One unknown id doesn't hide the next."""
    _, errors = query.read("partner:XX good:dronse tier:core", LEXICON)
    assert [error.position for error in errors] == [8, 16]


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("ballist*", ['"ballistic" in the summary']),
        ('"shadow fle*"', ['"shadow fleet" in the summary']),
        ('"ballist* missil*"', ['"ballistic missiles" in the summary']),
        ("fleet NEAR/3 oil", ['"fleet tankers carry oil" in the summary']),
        ("SAME(fleet oil)", ['"fleet" in the summary', '"oil" in the summary', "in one sentence: Shadow fleet tank"]),
        ("/su-3\\d/ source:bbc", ['"Su-35" in the body', "source: BBC News"]),
        ("lang:en NOT zinc", ["lang:en"]),
        ("zinc OR oil OR oil", ['"oil" in the summary']),
    ],
)
def test_reasons_show_what_was_found(text: str, reasons: list[str]) -> None:
    """An analyst sees the words of the text, and where they stand."""
    evidence = parse(text).find(Subject(ARTICLE))
    found = evidence.reasons if evidence else ()
    assert [one[: len(wanted)] for one, wanted in zip(found, reasons, strict=True)] == reasons


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("oil zinc tin", ["no zinc", "no tin"]),
        ("title:oil", ["no oil in the title"]),
        ("zinc OR tin", ["none of zinc OR tin"]),
        ("oil NOT fleet", ['NOT fleet, but "fleet" in the summary']),
        ("NOT (partner:IR)", ["NOT (partner:IR), but it holds"]),
        ("NOT partner:IR", ["NOT partner:IR, but it holds"]),
        ("/zinc/", ["no /zinc/"]),
        ("source:reuters", ["not source:reuters but BBC News"]),
        ("lang:fr", ["not lang:fr but en-GB"]),
        ("tag:x", ["not tag:x but wire, UK"]),
        ("SAME(oil moscow)", ["no SAME(oil moscow)"]),
        ("partner:IR good:oil", ["the nearest relation, IR drones to_russia reported, is not good:oil"]),
        ("partner:KP NOT status:denied", ["the nearest relation, KP missiles any denied, is status:denied"]),
    ],
)
def test_what_a_text_lacks_is_said(text: str, why: list[str]) -> None:
    """Why a query doesn't hold is as readable as why it does."""
    assert list(parse(text).whole.lacks(Subject(ARTICLE, RELATIONS))) == why


def test_an_article_without_outlet_or_relation_lacks_them() -> None:
    """What isn't known is said to be none."""
    bare = Subject(Article(id="1", title="x"))
    assert parse("source:x feed:x partner:IR").whole.lacks(bare) == (
        "the text has no relation",
        "not source:x but none",
        "not feed:x but none",
    )


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("the shadow", {"shadow"}),
        ("ballist* OR oil", {"ballist*", "oil"}),
        ("oil OR NOT tin", None),
        ("NOT oil", None),
        ("/x/ lang:en", None),
        ("source:x oil", {"oil"}),
        ("SAME(a bcd)", {"bcd"}),
        ("(a OR b) NEAR/3 cd", {"cd"}),
        ("partner:IR oil", {"@IR"}),
        ("oil status:denied", {"@"}),
        ("good:drones tier:core", {"#drones"}),
        ("(good:oil)", {"#oil"}),
        ("good:oil OR from:RU", {"#oil", "@"}),
        ("tier:africa", set()),
    ],
)
def test_a_query_knows_what_it_cannot_do_without(text: str, needs: set[str] | None) -> None:
    """A rulebook asks a query only about articles that have one of its keys."""
    assert parse(text).whole.needs() == (None if needs is None else frozenset(needs))


def test_a_query_may_be_asked_with_fields_of_a_rule() -> None:
    """A rule's fields and the query's own terms hold of one relation."""
    subject = Subject(ARTICLE, RELATIONS)
    fields = (Term("partners [IR]", partners=frozenset({"IR"})),)
    assert parse("good:drones").joined(fields).find(subject)
    assert not parse("good:oil").joined(fields).find(subject)
    assert parse("(good:oil)").joined(fields).find(subject)
    assert not parse("NOT good:drones").joined(fields).find(subject)
    assert parse("NOT status:denied").joined(fields).find(subject)


def test_near_takes_linear_time() -> None:
    """A megabyte of the same two words is searched at once."""
    shown = "oil tankers " * 80_000
    assert parse("(tankers OR zinc) BEFORE/1 tankers").find(Subject(Article(id="1", title=shown))) is None
    assert parse("oil NEAR/1 oil").find(Subject(Article(id="1", title=shown))) is None
