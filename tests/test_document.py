"""YAML as people write it: what loads, what is refused, and where the caret stands."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable  # noqa: TC003  pydantic reads it
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import yaml  # noqa: TID251  only to write what a stranger's editor would write
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from watcher import document
from watcher.errors import DocumentError

ANYTHING = st.one_of(
    st.text(),
    st.text(alphabet=st.sampled_from(list("ab: -#'\"[]{}|>&*!%@`?,\t\n\r\\~0.\x00\x85\u2028\ufeff\ud800é"))),
)


def problem(text: str) -> document.Problem:
    """Give the one problem of a text."""
    with pytest.raises(DocumentError) as caught:
        document.parse(text, "f.yaml")
    (found,) = caught.value.problems
    return found


def value(text: str) -> Any:
    """Give a text's value."""
    return document.parse(text, "f.yaml").value


@given(ANYTHING)
@example("{a: b, c")
@example("a: 'x\n\n")
def test_any_text_gives_a_value_or_a_document_error(text: str) -> None:
    """Whatever a file holds, reading it ends in a value or in a problem whose line exists."""
    try:
        found = document.parse(text, "f.yaml")
    except DocumentError as error:
        for one in error.problems:
            assert 1 <= one.line <= len(text) + 1
            assert one.render()
    else:
        for loc in found.places:
            assert found.problem(loc, "x").render()


@given(st.binary())
@example("id: x".encode("utf-16"))
@example("id: x".encode("utf-16-le"))
def test_any_bytes_give_a_value_or_a_document_error(raw: bytes) -> None:
    """A file in any encoding is read or refused with its name."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.yaml"
        path.write_bytes(raw)
        with contextlib.suppress(DocumentError):
            assert document.read(path).path == str(path)


@given(
    st.text(min_size=1),
    st.integers(min_value=0),
    st.sampled_from(["'", '"', "|", None]),
)
def test_a_character_of_a_text_is_found_in_the_file(text: str, at: int, style: str | None) -> None:
    """Whatever way a text is written, the problem at one of its characters stands at that character."""
    try:
        written = yaml.safe_dump({"query": text}, default_style=style, allow_unicode=True, width=20)
        read = document.parse(written, "f.yaml")
    except (DocumentError, yaml.YAMLError, UnicodeEncodeError):
        return
    text = str(read.value["query"] if isinstance(read.value, dict) and "query" in read.value else "")
    if not text or ("query",) not in read.places:
        return
    at %= len(text)
    found = read.problem_within(("query",), at, "here")
    assert 1 <= found.line <= len(read.lines)
    if text[at].isascii() and text[at].isalnum() and "\\" not in found.source:
        assert found.source[found.column - 1] == text[at]


def test_scalars_follow_yaml_1_2() -> None:
    """Country codes, times and leading zeros stay the text they are."""
    read = value("[no, NO, yes, 1:30, 007, true, null, ~, 12, -3, 1.5, 1e3, '12', 2027-01-31, .5]")
    assert read == ["no", "NO", "yes", "1:30", "007", True, None, None, 12, -3, 1.5, "1e3", "12", "2027-01-31", 0.5]


def test_an_empty_file_has_no_value() -> None:
    """An empty file, or one of comments, is None."""
    assert value("") is None
    assert value("# nothing\n") is None


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\r\nb: *x\r\n", 2, 4, "anchor or alias"),
        ("a: &x 1", 1, 4, "anchor or alias"),
        ("&x a: 1", 1, 1, "anchor or alias"),
        ("a: !!str x", 1, 4, "uses the tag"),
        ("a: 1\nb: 2\na: 3", 3, 1, 'key "a" stands twice'),
        ("? [a]\n: 1", 1, 3, "a key must be a word"),
        ("---\na\n---\nb", 3, 1, "second document"),
        ("[" * 100, 1, 22, "nested deeper than 20"),
        ("a:\n\tb: 1", 2, 1, "indented with a tab"),
        ("a: b\x00c", 1, 5, "U+0000"),
        ("a: \ud800", 1, 4, "U+D800"),
        ('a: "x\n', 1, 4, "opens a quote"),
        ("a: [x\nb: 1\n", 1, 4, 'opens a "[" that isn\'t closed'),
        ("- {a: [x],\n  b: c\n- {a: y}", 1, 3, 'opens a "{" that isn\'t closed'),
        ("- a: [x\n  query: 'y'\n", 1, 6, 'opens a "[" that isn\'t closed'),
        ("- {a: x b: y}", 1, 10, "not valid YAML"),
        ("%YAML 9.0\n---\na", 1, 1, "not valid YAML"),
    ],
)
def test_a_mistake_is_told_where_it_stands(text: str, line: int, column: int, message: str) -> None:
    """Each thing refused names its line and column, counted from one."""
    found = problem(text)
    assert (found.line, found.column) == (line, column)
    assert message in found.message


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("- match: Exclusive: Iran ships", "- match: 'Exclusive: Iran ships'"),
        ('query: "shadow fleet" AND x', """query: '"shadow fleet" AND x'"""),
        ("- skip: [Analysis] It's over", "- skip: '[Analysis] It''s over'"),
        ("title: `x`", "title: '`x`'"),
    ],
)
def test_a_text_that_needs_quotes_is_shown_with_them(text: str, quoted: str) -> None:
    """What YAML takes for something else is shown as it should be written."""
    found = problem(text)
    assert found.message.endswith(f"Put it in quotes: {quoted}")
    assert value(quoted)


def test_a_problem_shows_the_line_and_a_caret() -> None:
    """Tabs and control characters don't move the caret, and a long line is cut around it."""
    assert document.Problem("f", 1, 3, "m", "a\tb").render() == "f:1:3: m\n    a b\n      ^"
    assert document.Problem("f", 1, 1, "m", "x", "warning").render().startswith("f:1:1: warning: m\n")
    assert document.Problem("f", 1, 1, "m").render() == "f:1:1: m"
    long = document.Problem("f", 1, 401, "m", "x" * 400 + "Y" + "x" * 400).render().splitlines()
    assert len(long[1]) < 200
    assert long[1][long[2].index("^")] == "Y"


def test_a_comment_behind_a_text_is_noted() -> None:
    """`Tanker #2 sinks` is a tanker and a comment, which the reader of the value may want to know."""
    read = document.parse("- Tanker #2 sinks\n- 'Tanker #2'\n- Tanker#2\n", "f.yaml")
    assert read.value == ["Tanker", "Tanker #2", "Tanker#2"]
    assert read.commented == {(0,)}


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """Missing, huge and wrongly encoded files are refused with a sentence."""
    path = tmp_path / "f.yaml"
    with pytest.raises(DocumentError, match=r"f\.yaml:1:1: can't be read: No such file"):
        document.read(path)
    path.write_bytes(b"a" * 1_000_001)
    with pytest.raises(DocumentError, match=r"larger than 1,000,000 bytes"):
        document.read(path)
    path.write_bytes("a: 1\nb: é".encode("latin-1"))
    with pytest.raises(DocumentError, match=r"rules\.yaml:2:1: is not UTF-8"):
        document.read(path, shown="rules.yaml")
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    assert document.read(path).value == {"a": 1}


class Part(BaseModel):
    """A model's inner part."""

    model_config = ConfigDict(extra="forbid")

    goods: tuple[str, ...] = ()
    level: Literal["low", "high"] = "low"


class Loud(BaseModel):
    """The other member of a union."""

    model_config = ConfigDict(extra="forbid")

    volume: int


def _even(given: object) -> object:
    if given == 3:
        raise ValueError("3 is odd")
    return given


class Whole(BaseModel):
    """A model as the loaders have them."""

    model_config = ConfigDict(extra="forbid")

    title: str
    parts: list[Part] = []
    by_name: dict[Annotated[str, Field(max_length=3)], Part | Loud] = {}
    more: list[Part] | dict[str, Part] = []
    count: Annotated[int, BeforeValidator(_even)] = 2
    on: bool = True


def checked(text: str) -> list[str]:
    """Give the problems of a text under Whole, rendered without their source."""
    _, problems = document.check(document.parse(text, "f"), Whole)
    return [one.render().splitlines()[0] for one in problems]


def test_a_model_gives_all_its_problems_in_the_order_of_the_file() -> None:
    """Unknown keys with the nearest known one, missing keys, wrong types and values, each at its place."""
    text = "parts:\n- goods: drones\n- good: [x]\n- level: hihg\n  goods: [1]\ncount: 3\non: maybe\n"
    assert checked(text) == [
        'f:1:1: "title" is missing: add it',
        "f:2:10: must be a list: [drones]",
        'f:3:3: unknown key "good" (did you mean "goods"?)',
        'f:4:10: "hihg" is not one of low, high (did you mean "high"?)',
        "f:5:11: must be text: put it in quotes",
        "f:6:8: 3 is odd",
        "f:7:5: must be true or false",
    ]


def test_unions_and_keys_are_told_at_their_place() -> None:
    """What pydantic calls the members of a union is no part of the way through the file."""
    assert checked("title: x\nby_name: {abc: {volum: 1}, abcd: {volume: 1}}") == [
        'f:2:16: "volume" is missing: add it',
        'f:2:17: unknown key "volum" (did you mean "volume"?)',
        "f:2:28: string should have at most 3 characters",
    ]
    assert checked("title: x\nmore: [{good: []}]") == [
        "f:2:7: must be made of keys and values",
        'f:2:9: unknown key "good" (did you mean "goods"?)',
    ]


def test_other_shapes_are_told_in_words() -> None:
    """A list where keys are wanted, keys where a list is wanted, nothing where something is."""
    assert checked("- x") == ["f:1:1: must be made of keys and values"]
    assert checked("title:\nparts: {}\ncount: x") == [
        "f:1:7: must be text",
        "f:2:8: must be a list",
        "f:3:8: must be a valid integer, unable to parse string as an integer",
    ]


def test_what_is_right_is_given() -> None:
    """A file that fits its model gives the model and no problems."""
    assert document.check(document.parse("title: x", "f"), Whole) == (Whole(title="x"), [])


class Opaque(BaseModel):
    """A model that JSON Schema can't describe."""

    model_config = ConfigDict(extra="forbid")

    what: Callable[[], int] | None = None


def test_a_model_beyond_json_schema_suggests_nothing() -> None:
    """An unknown key is still told where its neighbours can't be listed."""
    _, (found,) = document.check(document.parse("waht: 1", "f"), Opaque)
    assert found.message == 'unknown key "waht"'


def test_no_key_is_suggested_where_none_is_near() -> None:
    """A suggestion is made only when one of the known words is near."""
    assert checked("title: x\nzzz: 1") == ['f:2:1: unknown key "zzz"']
    assert document.suggest("ir", ["IR", "KP"]) == ' (did you mean "IR"?)'
    assert document.suggest("quux", ["IR", "KP"]) == ""


def test_a_place_inside_a_folded_or_quoted_text_is_found() -> None:
    """The caret stands under the character, whatever quotes and line breaks stand before it."""
    text = "a: 'it''s x'\nb: \"q\\u00e9 x\"\nc: >-\n  one\n  two x\nd: |\n  one\n  x\n"
    read = document.parse(text, "f")
    for key, line, column in (("a", 1, 11), ("b", 2, 13), ("c", 5, 7), ("d", 8, 3)):
        found = read.problem_within((key,), read.value[key].index("x"), "here")
        assert (found.line, found.column) == (line, column)
    end = read.problem_within(("a",), 99, "here")
    assert (end.line, end.column) == (1, 12)
    assert read.problem_within(("d",), 99, "here").line == 8
