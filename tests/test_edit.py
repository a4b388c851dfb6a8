"""Lists of YAML files, edited without touching what others wrote in them."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher import document, edit
from watcher.errors import DocumentError, InputError

if TYPE_CHECKING:
    from pathlib import Path

FEEDS = """\
# What the desk reads.
contact: desk@example.org   # mail
feeds:
  # --- Wires
  - id: one
    url: https://one.example/feed   # slow on Sundays
    tags: [wire,   'a b']

  # --- Others
  - {id: two, url: "https://two.example/"}
# The end.
"""
NEW = {"id": "three", "url": "https://three.example/?a=b&c=#d", "tags": ["a, b", "no"], "enabled": False}
WRITTEN = """\
  - id: three
    url: 'https://three.example/?a=b&c=#d'
    tags: ['a, b', 'no']
    enabled: false
"""


def read(text: str) -> Any:
    """Give what a YAML text says."""
    return document.parse(text, "f").value


def test_an_entry_is_added_at_the_end_and_nothing_else_is_touched() -> None:
    """Comments, quotes and odd spaces stay byte for byte."""
    assert edit.add(FEEDS, "f", "feeds", [NEW]) == FEEDS + WRITTEN


def test_an_entry_goes_before_the_next_key_and_its_remarks() -> None:
    """Whatever order the keys of the file have."""
    text = "feeds:\n- id: one\n\n# who asks\ncontact: a@b.example\n"
    assert edit.add(text, "f", "feeds", [{"id": "x"}]) == (
        "feeds:\n- id: one\n- id: x\n\n# who asks\ncontact: a@b.example\n"
    )
    assert edit.remove(text, "f", "feeds", "one") == "feeds: []\n\n# who asks\ncontact: a@b.example\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "feeds:\n  - id: x\n"),
        ("contact: a", "contact: a\nfeeds:\n  - id: x\n"),
        ("feeds: []  # none yet\n", "feeds:  # none yet\n  - id: x\n"),
        ("feeds:\ncontact: a\n", "feeds:\n  - id: x\ncontact: a\n"),
        ("feeds:\r\n- id: a\r\n", "feeds:\r\n- id: a\r\n- id: x\r\n"),
        ("\ufefffeeds:\n  - id: a", "\ufefffeeds:\n  - id: a\n  - id: x\n"),
        ("feeds:\n  -\n    id: a\n", "feeds:\n  -\n    id: a\n  - id: x\n"),
        ("feeds:\n  - # first\n    id: a\n", "feeds:\n  - # first\n    id: a\n  - id: x\n"),
    ],
)
def test_the_first_entry_finds_its_place(text: str, expected: str) -> None:
    """In an empty file, an empty list, with other line ends, behind a byte order mark, under a lonely dash."""
    assert edit.add(text, "f", "feeds", [{"id": "x"}]) == expected


def test_a_list_of_its_own_file_grows_as_well() -> None:
    """As files of watch rules are; entries within an entry are written below it."""
    rule = {"id": "r", "query": "a: b", "tests": [{"match": "It's so"}, {"skip": "line\nbreak"}]}
    text = edit.add("- id: q\n", "f", None, [rule])
    assert read(text) == [{"id": "q"}, rule]
    assert text.startswith("- id: q\n- id: r\n  query: 'a: b'\n  tests:\n    - match: It's so\n    - skip: ")
    assert edit.add("", "f", None, [{"id": "r"}]) == "- id: r\n"
    assert edit.remove(text, "f", None, "q").startswith("- id: r\n")
    assert edit.remove("- id: q\n", "f", None, "q") == ""


def test_an_entry_is_taken_out_with_its_lines_alone() -> None:
    """Comments between the entries stay."""
    without = edit.remove(FEEDS, "f", "feeds", "one")
    assert "one.example" not in without
    assert without.count("# ---") == 2
    last = edit.remove(without, "f", "feeds", "two")
    assert read(last) == {"contact": "desk@example.org", "feeds": []}
    assert last.endswith("# The end.\n")
    with pytest.raises(InputError, match='no entry with the id "nine"'):
        edit.remove(FEEDS, "f", "feeds", "nine")


@pytest.mark.parametrize(
    "text",
    [
        "feeds: [{id: a}]\n",
        "feeds: {a: b}\n",
        "- id: a\n",
        "feeds: 'none'\n",
        "{feeds: , contact: a}\n",
        "feeds:\n  - id: a\n...\n",
        "feeds:\n  ? id\n  : a\n",
    ],
)
def test_what_can_not_be_edited_safely_is_left_to_a_person(text: str) -> None:
    """A list in brackets, something else than a list, a file that goes on after its end: nothing is guessed."""
    with pytest.raises(DocumentError, match=r"f:.*can't be edited for you"):
        edit.add(text, "f", "feeds", [{"id": "x"}])


def test_a_list_in_brackets_has_no_entry_taken_out() -> None:
    """Nor does a list alone in its file that is written so."""
    with pytest.raises(DocumentError, match="write the list as lines"):
        edit.remove("feeds: [{id: a}]\n", "f", "feeds", "a")
    with pytest.raises(DocumentError, match="write the list as lines"):
        edit.add("[]\n", "f", None, [{"id": "x"}])


TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["no", "1:30", "12", "1e3", "~", "null", "- a", "a: b", "a #b", "#", "'", '"', "{a", "[", "!x", "*"]
    ),
)


@given(st.lists(TEXTS, min_size=1, max_size=3), st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), TEXTS))
def test_whatever_a_stranger_calls_himself_is_read_back_as_written(texts: list[str], values: dict[str, str]) -> None:
    """Titles come from strangers: each is quoted until it is only a text."""
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    values = {name: value.encode("utf-8", "replace").decode() for name, value in values.items()}
    entry = {"id": texts[0], "tags": texts, "headers": values, "none": None, "count": 3, "parts": [{"a": texts[-1]}]}
    assert read(edit.add(FEEDS, "f", "feeds", [entry]))["feeds"][-1] == entry


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    """A symbolic link stays one, and no half-written file is left behind."""
    real, link = tmp_path / "real.yaml", tmp_path / "feeds.yaml"
    real.write_bytes(b"a: 1\r\n")
    real.chmod(0o640)
    link.symlink_to(real)
    edit.save(link, edit.load(link), "a: 2\r\n")
    assert (real.read_bytes(), link.is_symlink()) == (b"a: 2\r\n", True)
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    edit.save(tmp_path / "new.yaml", "", "b: 1\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feeds.yaml", "new.yaml", "real.yaml"]


def test_a_file_that_somebody_edited_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """An editor's save beats a command's; a folder that is not there is told, too."""
    path = tmp_path / "feeds.yaml"
    path.write_text("a: 1\n")
    with pytest.raises(InputError, match="edited meanwhile"):
        edit.save(path, "a: 0\n", "a: 2\n")
    assert path.read_text() == "a: 1\n"
    with pytest.raises(InputError, match="can't be written"):
        edit.save(tmp_path / "no" / "f.yaml", "", "a: 2\n")
    with pytest.raises(InputError, match="can't be read"):
        edit.load(tmp_path / "no.yaml")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        edit.load(path)
