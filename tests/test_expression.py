r"""Regular expressions in queries: Unicode's \b \w \d \s, linear time, and what is refused."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher.decide.expression import compile_expression
from watcher.decide.subject import Passage
from watcher.errors import QueryError

PIECES = st.sampled_from(
    [
        *"abж .^$|()[]{}*+?\\/-,29éカ",
        r"\b",
        r"\w",
        r"\W",
        r"\d",
        r"\D",
        r"\s",
        r"\S",
        r"\pL",
        r"\PL",
        "(?:",
        "(?s)",
        "[^",
    ]
)


def found(expression: str, shown: str) -> str | None:
    """Give what an expression finds in a text."""
    return compile_expression(expression).find(Passage(shown, "title"))


@given(st.one_of(st.lists(PIECES).map("".join), st.text()), st.text())
@example("a" * 100_000, "")
@example("\ufdd0", "\ufdd0")
def test_any_expression_is_compiled_or_refused(expression: str, shown: str) -> None:
    """Whatever stands between the slashes gives an expression or a QueryError, and an answer for any text."""
    try:
        answer = found(expression, shown)
    except QueryError as error:
        place = error.position
    else:
        place = 0
        assert answer is None or "\ufdd0" not in answer
    assert 0 <= place <= len(expression)


@pytest.mark.parametrize(
    ("expression", "shown", "wanted"),
    [
        (r"\bдрон\w*", "Иран: дроны России", "дроны"),
        (r"\bрон", "дроны", None),
        (r"рон\b", "дроны", None),
        (r"foo\b \bbar", "foo bar", "foo bar"),
        (r"foo.\b", "foobar", None),
        (r"foo.$", "foo", None),
        (r"^\bfoo\b$", "foo", "foo"),
        (r"\Aabc\b\z", "abc", "abc"),
        (r"abc\Z", "abc", "abc"),
        (r"\b\bfoo", "a foo", "foo"),
        (r"\b(?:\bfoo)", "a foo", "foo"),
        (r"[^\W\d]+\d", "ж5", "ж5"),
        (r"\d+", "٣", "٣"),
        (r"a\sb", "a\u2003b", "a\u2003b"),
        (r"\S+\s\S+\b", "é ж", "é ж"),
        (r"a\Db\W", "axb!", "axb!"),
        (r"[\D\S]", "x", "x"),
        (r"(?s)a.b", "a\nb", "a\nb"),
        (r"(?s:a.)b.", "a\nb\n", None),
        (r"(?s:a.)b", "a\nb", "a\nb"),
        (r"(?s-s:a.)b", "a\nb", None),
        (r"a.b", "a\nb", None),
        (r"a[^x]b\b", "a b", "a b"),
        (r"[]]", "]", "]"),
        (r"[[:alpha:]]+[[]", "ab[", "ab["),
        (r"{a}]", "{a}]", "{a}]"),
        (r"а{2}\b", "аа", "аа"),
        (r"\PL\b", "a b", " "),
        (r"\p{Greek}+", "abc ρω", "ρω"),
        (r"[\pL\x{2d}]+", "a-b", "a-b"),
        (r"ABC", "abc", "abc"),
        (r"(?-i)ABC", "abc", None),
        (r"(a)(?P<n>b)", "ab", "ab"),
        (r"a\/b", "a/b", "a/b"),
        (r"ガ", "カ\u3099", "ガ"),
        (r"ガ", "カ", None),
    ],
)
def test_expressions_mean_unicode(expression: str, shown: str, wanted: str | None) -> None:
    """Boundaries, classes, anchors and flags mean for every script what they mean for English."""
    assert found(expression, shown) == wanted


@pytest.mark.parametrize(
    ("expression", "position", "message"),
    [
        ("x(?=a)", 1, "linear time"),
        ("(?<!a)x", 0, "linear time"),
        (r"(a)\1", 3, "linear time"),
        ("(?P=a)", 0, "linear time"),
        ("a++", 1, "possessive"),
        ("(?>a)", 0, "atomic"),
        ("(?#a)", 0, "not supported"),
        (r"a\B", 1, r"\B is not supported"),
        (r"a\q", 1, r'doesn\'t know "\q"'.replace("\\'", "'")),
        ("a\\", 1, "doesn't know"),
        ("(?X)", 0, "doesn't know this kind of group"),
        ("(?P<1>x)", 0, "doesn't know this kind of group"),
        ("a[b", 1, 'opens a "["'),
        ("(a", 0, "is not a regular expression: missing )"),
        ("a)", 0, "is not a regular expression"),
        (r"\p{Foo}", 0, "is not a regular expression"),
        ("a{9999}", 0, "is not a regular expression"),
        ("x*", 0, "matches the empty text"),
        ("", 0, "matches the empty text"),
    ],
)
def test_what_cannot_be_had_is_refused_with_the_reason(expression: str, position: int, message: str) -> None:
    """An expression that is not linear, not known or of no use is refused where it stands."""
    with pytest.raises(QueryError) as caught:
        compile_expression(expression)
    assert caught.value.position == position
    assert message in str(caught.value)


def test_no_text_makes_an_expression_slow() -> None:
    """What takes a backtracking matcher ages takes linear time."""
    passage = Passage("a" * 200_000, "body")
    start = time.perf_counter()
    assert compile_expression(r"(\w+)+\b!").find(passage) is None
    assert time.perf_counter() - start < 2
