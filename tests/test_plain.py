"""Files that are read without libyaml say what they say with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher import document, plain
from watcher.errors import DocumentError

RULES = Path(__file__).resolve().parent.parent / "rules"
INVOLVED = "\n#\t"  # a tab, even in a comment, sends the whole file to libyaml

WORDS = st.one_of(
    st.sampled_from(["a", "iran", "tier:core", "007", "12", "-3", "+.5", "1e3", "true", "null", "~", "", "no", "=US"]),
    st.sampled_from(["'it''s'", '"a, b"', "'", '"', "''", "x y", "x  y", "-x", "- x", "--", "---", "...", "!x", "x*"]),
    st.sampled_from(["*x", "a: b", "a:", "a:b", ":a", "a #b", "a#b", "#", "?", "a?", "[", "]", "{}", "{a: b}", "é:"]),
    st.sampled_from([">", "%", "@", "`", "a ", " a", "'a'b", "a'b'", "a:'b'", "a:[b", "1:2"]),
    st.text(alphabet=st.sampled_from("ab0.: -#'\"[]{}|>&*!%@`?,~+=é\\"), max_size=6),
)
LISTS = st.builds(
    "[{}{}".format, st.lists(WORDS, max_size=4).flatmap(lambda words: st.sampled_from([", ", ",", " ,"]).map(
        lambda comma: comma.join(words))), st.sampled_from(["]", ", ]", ",]", "", " ]", "] "])
)  # fmt: skip
LINES = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "", "  ", "  ", "    ", " "]),
    st.sampled_from(["", "", "- ", "- ", "-", "-  "]),
    st.one_of(st.just(""), st.builds("{}{}".format, st.one_of(st.sampled_from(list("abcdef")), WORDS),
                                     st.sampled_from([": ", ": ", ":", ":  "]))),
    st.one_of(st.just(""), WORDS, LISTS),
    st.sampled_from(["", "", "", "", " ", " # c"]),
)  # fmt: skip


@given(st.one_of(st.lists(LINES, max_size=7).map("\n".join), st.text(max_size=30)))
@example("a:\n- b\n- c:\n  - d\ne: f")
@example("a: b\n  c")
@example("a: 'b'\n  c")
@example("- a\n-\n- b")
@example("[a, ]")
@example("a: [,]")
@example("a: [b , c]")
@example("a:\n  b: c\n d: e")
@example("a: b\na: c")
@example("\ufeffa: b")
@example("a: b\x85c: d")
def test_what_is_read_plainly_is_what_libyaml_reads(text: str) -> None:
    """Whatever is read line by line, libyaml reads too, without an error, and to the same values."""
    read = plain.read(text)
    if read is not None:
        whole = document.parse(text + INVOLVED, "f.yaml")
        assert repr(read) == repr(whole.value)
        assert not whole.commented


@pytest.mark.parametrize("name", ["partners.yaml", "goods.yaml", "phrases.yaml"])
def test_the_shipped_lexicon_is_written_plainly(name: str) -> None:
    """Every command reads the lexicon: each value stands on one line, lists in brackets, no comment behind it."""
    assert plain.read((RULES / name).read_text(encoding="utf-8")) is not None


def test_a_place_is_the_same_however_a_file_was_read() -> None:
    """A problem found in a file that was read line by line stands where the thing stands."""
    text = "russia:\n  names:\n    # Whoever reads on.\n    en: [Russia, 'Moscow', Kremlin]\nothers: {}\n"
    for written in (text.replace("{}", ""), text):
        found = document.parse(written, "f.yaml").problem(("russia", "names", "en", 2), "x")
        assert (found.line, found.column, found.source) == (4, 28, "    en: [Russia, 'Moscow', Kremlin]")


def test_a_list_that_runs_on_is_read_too() -> None:
    """What isn't written plainly is read all the same."""
    text = "names:\n  en: [Russia,\n    Moscow] # both\n"
    assert plain.read(text) is None
    assert document.parse(text, "f.yaml").value == {"names": {"en": ["Russia", "Moscow"]}}


@pytest.mark.parametrize("text", ["a:\n  b: 1\n  b: 2\n", "a: [b\n", "a: b: c\n", "a:\n    b: 1\n  c: 2\n"])
def test_a_mistake_is_never_read_over(text: str) -> None:
    """What libyaml refuses, and what we do, is refused though it is read line by line first."""
    with pytest.raises(DocumentError):
        document.parse(text, "f.yaml")
