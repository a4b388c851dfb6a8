"""A story that was told before comes again only with what is new about it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.invented import COVERAGE, NAMES, NOW, digest, finding, plan, relation
from watcher.decide.figure import Figure
from watcher.decide.relation import Relation
from watcher.decide.story import Story, stories
from watcher.decide.update import change
from watcher.deliver import markdown
from watcher.deliver.blocks import messages
from watcher.deliver.digest import compose
from watcher.deliver.matrix import Cell, Matrix
from watcher.deliver.record import record
from watcher.deliver.terminal import text

if TYPE_CHECKING:
    from watcher.decide.match import Finding
    from watcher.deliver.digest import Digest

ALLEGED = relation("IR", "missiles", status="alleged")
TITLE = "Washington accuses Iran of shipping ballistic missiles to Russia"
TOLD = finding(TITLE, ALLEGED, source="A", minutes=300)


def update(*new: Finding) -> Story:
    """Give the update that these make of what was told."""
    return Story(new[0], new[1:], (TOLD,))


def counted(value: float, unit: str, text: str) -> Relation:
    """Make the alleged relation with a figure."""
    return Relation("IR", "missiles", "to_russia", "alleged", "", "", (Figure(value, unit, text),))


def test_what_was_told_joins_what_is_new() -> None:
    """A new report of a told event is an update of it; what was told makes no story of its own."""
    again = finding(TITLE + " again", ALLEGED, source="B", minutes=60)
    other = finding("Something else is told of oil from Perm", relation("IN", "oil"), source="C")
    made = stories([again, other], [TOLD])
    assert [(len(story.findings), len(story.before)) for story in made] == [(1, 1), (1, 0)]


def test_one_more_outlet_changes_nothing() -> None:
    """The same said again, or said with less certainty, is no news."""
    assert not change(update(finding("B", ALLEGED, source="B"))).is_any
    reported = Story(finding("C", ALLEGED), (), (finding("B", relation("IR", "missiles")),))
    assert not change(reported).is_any


def test_a_new_status_is_a_change() -> None:
    """A denial of what was alleged is news, as is its confirmation."""
    for status in ("denied", "reported"):
        found = change(update(finding("B", relation("IR", "missiles", status=status), source="B")))
        assert [each.status for each in found.relations] == [status]


def test_kind_words_beside_it_are_no_change() -> None:
    """Political support joins every story sooner or later."""
    assert not change(update(finding("B", relation("IR", "political-support", "any"), source="B"))).is_any


def test_a_new_figure_is_a_change() -> None:
    """Another number, or the first one; the same in other words isn't."""
    first = finding("B", counted(400, "missiles", "400 missiles"), source="B")
    assert [each.text for each in change(update(first)).figures] == ["400 missiles"]
    told = Story(finding("C", counted(400, "미사일", "미사일 400기")), (), (first,))
    assert not change(told).is_any


def test_three_more_origins_are_a_change() -> None:
    """Two more outlets are not, nor are copies."""
    more = [finding(f"Headline {n} in own words", ALLEGED, source=f"P{n}") for n in range(3)]
    assert change(update(*more)).origins == 3
    assert not change(update(*more[:2])).is_any
    assert not change(update(*(finding(TITLE, ALLEGED, source=f"P{n}") for n in range(5)))).is_any


def test_the_line_says_what_changed_and_links_only_what_is_new() -> None:
    """`now denied by Tehran`, the new figure, the number of further origins."""
    denied = relation("IR", "missiles", status="denied", by="Tehran", figure="400 missiles")
    new = [finding(f"Headline {n} in own words", denied, source=f"P{n}", rule="iran-arms") for n in range(3)]
    made = digest_of(new)
    assert made.lines[0].update == (
        "now ✕ denied by Tehran: Iran → Russia · missiles · new figure: 400 missiles · 3 more origins"
    )
    assert made.lines[0].articles == tuple(each.article.id for each in new)
    assert "1 story from 3 articles · 1 update · 1 denied" in made.summary


def test_what_brings_nothing_new_stands_apart() -> None:
    """Further outlets of a told story are linked in short at the end; a digest of nothing else says so."""
    made = digest_of([finding("B", ALLEGED, source="B", rule="iran-arms")])
    assert [(section.title, section.is_collapsed) for section in made.sections] == [
        ("More on stories told before", True)
    ]
    assert made.summary == "Nothing new · 1 more article on stories told before"


def digest_of(new: list[Finding]) -> Digest:
    """Compose a digest of one update."""
    return compose([update(*new)], plan(), names=NAMES, coverage=COVERAGE, now=NOW)


def test_every_form_tells_what_is_new() -> None:
    """Slack, terminal, Markdown and JSON say an update and what is new, with the evidence's terms in bold."""
    made = digest()
    line = replace(
        made.sections[0].lines[0],
        update="now ✕ denied",
        notes=("first in 94 days",),
        evidence="On Iran, and Russia now",
        bold=((3, 7), (13, 19)),
    )
    week = Matrix(("Iran",), ("Weapons",), (Cell(0, 0, 3, "to"),))
    made = replace(made, sections=(replace(made.sections[0], lines=(line,)),), week=week)
    (message,) = messages(made)
    slack = json.dumps(message.blocks, ensure_ascii=False)
    assert '{"type": "text", "text": "Russia", "style": {"bold": true}}' in slack
    for said in (slack, text(made), markdown.render(made).replace("\\", "")):
        assert "↻ Update: now ✕ denied" in said
        assert "★ first in 94 days" in said
    assert "> On **Iran**, and **Russia** now" in markdown.render(made)
    told = record(made)
    assert told["sections"][0]["lines"][0]["update"] == "now ✕ denied"
    assert told["week"] == [{"partner": "Iran", "goods": "Weapons", "stories": 3, "way": "to"}]
