"""Rule files: what loads, and how every mistake of every file is told at its place."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.small_lexicon import small_lexicon
from watcher.collect.feeds import Feed
from watcher.decide import rules
from watcher.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.decide.rules import Rulebook

LEXICON = small_lexicon()
FEEDS = (
    Feed(id="bbc-world", url="https://example.org/a", name="A", kind="broadcaster", tags=("Wire",)),
    Feed(id="irna", url="https://example.org/b", name="B", kind="state-media"),
)
GOOD = """
- id: iran-arms
  title: Iranian arms
  partners: [ir, tier:core]
  goods: [Drones, group:weapons]
  direction: to_russia
  status: [reported, denied]
  query: 'NOT title:football*'
  feeds: [bbc-world, tag:wire, kind:state-media]
  priority: high
  owner: Ana
  notes: Ask Ana.
  tags: [arms]
  expires: 2027-01-31
  enabled: true
  tests:
    - match: Tehran has shipped missiles to Russia
    - skip: Iran fires missiles at Israel
"""


def load(folder: Path, *, feeds: tuple[Feed, ...] | None = FEEDS, **files: str) -> Rulebook:
    """Load rules from files named by keyword."""
    watch = folder / "rules" / "watch"
    watch.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (watch / f"{name}.yaml").write_text(text, encoding="utf-8")
    return rules.load(folder / "rules", LEXICON, feeds)


def problems(folder: Path, **files: str) -> list[str]:
    """Give the problems of files, without the source lines."""
    with pytest.raises(DocumentError) as caught:
        load(folder, feeds=FEEDS, **files)
    return [one.render().splitlines()[0].removeprefix("rules/watch/") for one in caught.value.problems]


def warnings(folder: Path, **files: str) -> list[str]:
    """Give the warnings of files, without the source lines."""
    return [
        one.render().splitlines()[0].removeprefix("rules/watch/") for one in load(folder, feeds=FEEDS, **files).warnings
    ]


def test_a_rule_with_every_key_loads(tmp_path: Path) -> None:
    """Each key that the contract names is read; ids are known whatever their case."""
    book = load(tmp_path, a=GOOD)
    (rule,) = book.rules
    assert (rule.id, rule.priority, rule.owner) == ("iran-arms", "high", "Ana")
    assert rule.expires == date(2027, 1, 31)
    assert [test.text for test in rule.tests][1] == "Iran fires missiles at Israel"
    assert book.warnings == ()


def test_rules_come_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    """Both .yaml and .yml are read, an editor's hidden copies are not, and a folder without files has no rules."""
    rule = "- {id: %s, title: t, query: x, tests: [{match: x}, {skip: y}]}\n"
    assert load(tmp_path).rules == ()
    watch = tmp_path / "rules" / "watch"
    (watch / "b.yml").write_text(rule % "b1" + rule % "b2", encoding="utf-8")
    (watch / ".#a.yaml").write_text("- broken", encoding="utf-8")
    (watch / "c.yaml~").write_text("- broken", encoding="utf-8")
    book = load(tmp_path, a=rule % "a1", empty="# nothing yet\n")
    assert [one.id for one in book.rules] == ["a1", "b1", "b2"]


def test_the_hash_follows_rules_and_not_their_layout(tmp_path: Path) -> None:
    """A comment leaves the hash alone, an edit of a rule doesn't."""
    first = load(tmp_path, a=GOOD).hash
    assert load(tmp_path, a="# note\n" + GOOD).hash == first
    assert load(tmp_path, a=GOOD.replace("high", "low")).hash != first


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """Wrong keys, values, ids and queries of a rule don't hide each other, nor those of the next file."""
    first = """\
- id: one
  title: One
  partners: [Iran, XX]
  good: [drones]
  goods: [dronse, group:weapon, tier:core]
  status: [denyed]
  query: 'oil AND (partner:IR good:dronse'
  feeds: [bbc-wrld, tag:wires, kind:state-medai, lang:en]
- title: Two
- just text
"""
    assert problems(tmp_path, a=first, b="- id: one\n  title: t\n  query: x AND\n", c="a: [", d="id: x") == [
        'a.yaml:3:14: unknown partner "Iran" (did you mean "IR"?)',
        'a.yaml:3:20: unknown partner "XX"',
        'a.yaml:4:3: unknown key "good" (did you mean "goods"?)',
        'a.yaml:5:11: unknown good "dronse" (did you mean "drones"?)',
        'a.yaml:5:19: unknown group "weapon" (did you mean "weapons"?)',
        'a.yaml:5:33: unknown good "tier:core"',
        'a.yaml:6:12: "denyed" is not one of reported, alleged, planned, denied, negated (did you mean "denied"?)',
        'a.yaml:7:42: query: expected AND, OR or ")", found the end',
        'a.yaml:8:11: unknown feed "bbc-wrld" (did you mean "bbc-world"?)',
        'a.yaml:8:21: no feed has the tag "wires" (did you mean "Wire"?)',
        'a.yaml:8:32: no feed has the kind "state-medai" (did you mean "state-media"?)',
        "a.yaml:8:50: \"lang:en\" is none of: a feed's id, tag:NAME, kind:NAME",
        'a.yaml:9:3: "id" is missing: add it',
        "a.yaml:9:3: needs partners, goods or a query: it would match nothing in particular",
        "a.yaml:10:3: must be made of keys and values",
        'b.yaml:1:7: id "one" is already taken by rules/watch/a.yaml:1',
        "b.yaml:3:15: query: expected a word, a \"phrase\", a field or \"(\", found the end",
        "c.yaml:2:1: is not valid YAML: did not find expected node content",
        'd.yaml:1:1: must be a list of rules: begin each with "- id: …"',
    ]  # fmt: skip


def test_a_query_is_marked_at_its_character_in_the_file(tmp_path: Path) -> None:
    """All unknown ids of a query are told, through quotes and folded lines."""
    text = """\
- id: one
  title: One
  query: >-
    oil AND
    partner:XX
    good:dronse
- id: two
  title: Two
  query: 'it''s /(?=a)/'
"""
    assert problems(tmp_path, a=text) == [
        'a.yaml:5:13: query: unknown partner "XX"',
        'a.yaml:6:10: query: unknown good "dronse" (did you mean "drones"?)',
        "a.yaml:9:18: query: /(?=a)/ looking ahead or behind can't be done in linear time: say it without",
    ]


def test_a_query_that_asks_for_no_feed_of_ours_is_told(tmp_path: Path) -> None:
    """A feed or tag that feeds.yaml lacks would keep a rule silent for ever; a prefix may pass."""
    text = "- {id: one, title: One, query: 'oil feed:bbc-wrld OR tag:wyre OR tag:wi* OR feed:IRNA NOT tag:wire'}"
    assert problems(tmp_path, a=text) == [
        'a.yaml:1:42: query: unknown feed "bbc-wrld" (did you mean "bbc-world"?)',
        'a.yaml:1:58: query: no feed has the tag "wyre" (did you mean "Wire"?)',
    ]
    assert load(tmp_path, feeds=None, a=text).rules[0].id == "one"


def test_odd_shapes_are_told_in_words(tmp_path: Path) -> None:
    """Ids with odd characters, lists that are none, tests of no or two kinds, empty texts."""
    text = """\
- id: a b
  title: ''
  partners: IR
  goods: [1]
  query: 5
  expires: soon
  tests:
    - {}
    - {match: a, skip: b}
"""
    found = problems(tmp_path, a=text)
    assert [one.split(": ", 1)[0] for one in found] == [
        "a.yaml:1:7",
        "a.yaml:2:10",
        "a.yaml:3:13",
        "a.yaml:4:11",
        "a.yaml:5:10",
        "a.yaml:6:12",
        "a.yaml:8:7",
        "a.yaml:9:7",
    ]
    assert found[2].endswith("must be a list: [IR]")
    assert found[7].endswith("a test is one line, match: TEXT, skip: TEXT or items: FILE.jsonl")


def test_feeds_are_unchecked_where_none_are_given(tmp_path: Path) -> None:
    """Without feeds.yaml at hand, names of feeds are taken as they are."""
    assert load(tmp_path, feeds=None, a=GOOD.replace("bbc-world", "other")).rules


def test_a_text_that_yaml_cuts_short_is_warned_of(tmp_path: Path) -> None:
    """`Tanker #2 sinks` is shown as it should be written; a comment behind other values is none of our business."""
    text = """\
- id: one  # mine
  title: One
  goods: [oil]  # and more
  tests:
    - match: "Tanker #1"  # quoted
    - skip: Tanker #2 isn't
"""
    (told,) = warnings(tmp_path, a=text)
    assert told.startswith("a.yaml:6:13: warning: what follows # is a comment to YAML, not text.")
    assert told.endswith("put it in quotes: skip: 'Tanker #2 isn''t'")


def test_a_rule_without_tests_of_both_kinds_is_warned_of(tmp_path: Path) -> None:
    """So is one that would take nearly every article."""
    text = """\
- {id: one, title: One, goods: [oil], tests: [{match: x}]}
- {id: two, title: Two, query: NOT x}
"""
    assert warnings(tmp_path, a=text) == [
        'a.yaml:1:8: warning: "one" has no skip test: add a sentence of each kind under tests:',
        'a.yaml:2:8: warning: "two" has no match and no skip test: add a sentence of each kind under tests:',
        'a.yaml:2:32: warning: "two" matches an empty text, and so nearly every article: ask for something',
    ]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["id", "title", "partners", "goods", "query", "feeds", "tests", "status", "x"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_any_values_give_a_rulebook_or_a_document_error(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    """Whatever a file says in valid YAML is loaded or refused, never a crash."""
    folder = tmp_path_factory.mktemp("fuzz")
    try:
        load(folder, a=f"[{value!r}, {value!r}]".replace("None", "null").replace("\\", ""))
    except DocumentError as error:
        place = error.problems[0].line
    else:
        place = 1
    assert place >= 1
