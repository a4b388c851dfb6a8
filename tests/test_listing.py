"""Findings as scripts and people read them."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from watcher.cli import listing
from watcher.collect.article import Article
from watcher.decide.figure import Figure
from watcher.decide.match import Finding, Match
from watcher.decide.relation import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable

DENIAL = Finding(
    Article(
        id="a1",
        title="Iran denies [missiles] <b>",
        url="https://example.org/a",
        source="The Example",
        language="en",
        published=datetime(2026, 1, 13, 0, 21, 40, tzinfo=UTC),
    ),
    (
        Relation(
            "IR",
            "missiles",
            "to_russia",
            "denied",
            "Tehran denied that …",
            "Tehran",
            (Figure(400, "missiles", "400 ballistic missiles"),),
        ),
        Relation("CN", "trade", "any", "reported", "They trade."),
    ),
    (Match("words", "low", ("title: iran",)), Match("iran-arms", "high", ("IR missiles to_russia denied",), (0,))),
)
QUIET = Finding(Article(id="a2", title="", feed="some-feed", author="A. B.", categories=("Trade",)))


NAMES = listing.Names({"IR": "Iran"}, {"missiles": "missiles"})


def _text(style: str, findings: Iterable[Finding] = (DENIAL, QUIET)) -> str:
    return "".join(listing.as_format(style, findings, NAMES))


def test_jsonl_is_one_object_a_line_as_promised_to_scripts() -> None:
    """Every key of CONTRACTS.md stands there, with its type."""
    first, second = map(json.loads, _text("jsonl").splitlines())
    assert first == {
        "id": "a1",
        "title": "Iran denies [missiles] <b>",
        "url": "https://example.org/a",
        "source": "The Example",
        "language": "en",
        "published": "2026-01-13T00:21:40Z",
        "relevant": True,
        "relations": [
            {
                "partner": "IR",
                "good": "missiles",
                "direction": "to_russia",
                "status": "denied",
                "evidence": "Tehran denied that …",
                "attributed_to": "Tehran",
                "figures": [{"value": 400, "unit": "missiles", "text": "400 ballistic missiles"}],
            },
            {
                "partner": "CN",
                "good": "trade",
                "direction": "any",
                "status": "reported",
                "evidence": "They trade.",
                "attributed_to": "",
                "figures": [],
            },
        ],
        "matches": [
            {"rule": "words", "priority": "low", "reasons": ["title: iran"]},
            {"rule": "iran-arms", "priority": "high", "reasons": ["IR missiles to_russia denied"]},
        ],
    }
    assert (second["published"], second["relevant"], second["relations"], second["matches"]) == (None, False, [], [])
    assert (second["author"], second["categories"], "enclosure" in second) == ("A. B.", ["Trade"], False)


def test_json_is_one_list_even_of_nothing() -> None:
    """A script can load the whole answer."""
    assert [each["id"] for each in json.loads(_text("json"))] == ["a1", "a2"]
    assert json.loads(_text("json", ())) == []


def test_csv_has_a_row_for_each_relation_and_one_without_any() -> None:
    """A spreadsheet can count relations, and sees the rules' highest priority."""
    rows = list(csv.DictReader(io.StringIO(_text("csv"))))
    assert [(row["id"], row["partner"], row["figures"]) for row in rows] == [
        ("a1", "IR", "400 ballistic missiles"),
        ("a1", "CN", ""),
        ("a2", "", ""),
    ]
    assert rows[0]["priority"] == "high"
    assert rows[0]["rules"] == "words iran-arms"


def test_csv_keeps_a_title_from_being_run_as_a_formula() -> None:
    """A stranger's title that begins like a formula arrives as text."""
    (row,) = csv.DictReader(io.StringIO(_text("csv", [Finding(Article(id="=1", title="=HYPERLINK(1)"))])))
    assert (row["id"], row["title"]) == ("'=1", "'=HYPERLINK(1)")


def test_markdown_escapes_what_strangers_wrote() -> None:
    """A title can't open a link or a tag of its own."""
    text = _text("markdown")
    assert r"## [Iran denies \[missiles\] \<b\>](<https://example.org/a>)" in text
    assert r"- **Iran → Russia · missiles · denied**: Tehran denied that …" in text
    assert "## (untitled)" in text


def test_html_is_a_whole_page_that_escapes_what_strangers_wrote() -> None:
    """The page needs nothing else, and a title adds no markup to it."""
    page = _text("html")
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert "Iran denies [missiles] &lt;b&gt;" in page
    assert "CN ↔ Russia · trade · reported" in page


def test_the_table_shows_relations_rules_and_links_under_the_title() -> None:
    """Columns are headed once, however many rows come."""
    text = "".join(listing.as_table([DENIAL, DENIAL, QUIET], NAMES, 100, is_coloured=False))
    assert text.count("published") == 1
    assert "2026-01-13" in text
    assert "Iran → Russia · missiles · denied" in text
    assert "words, iran-arms" in text
    assert "https://example.org/a" in text
    assert "\x1b" not in text


def test_the_table_is_coloured_for_a_terminal() -> None:
    """Colours come where they are asked for."""
    assert "\x1b[" in "".join(listing.as_table([DENIAL], NAMES, 100, is_coloured=True))


def test_rows_come_before_all_findings_are_there() -> None:
    """Every format but the list's last bracket is written as findings come."""

    def endless() -> Iterable[Finding]:
        while True:
            yield DENIAL

    for style in ("json", "jsonl", "csv", "markdown", "html"):
        pieces = listing.as_format(style, endless(), NAMES)
        assert any("a1" in next(pieces) or "Iran" in next(pieces) for _ in range(20))


@given(st.text(max_size=60))
def test_no_title_steers_the_terminal(title: str) -> None:
    """Whatever a title holds, no control character but line ends reaches the terminal."""
    finding = Finding(Article(id="1", title=title, source=title), (), (Match("r", "low", ()),))
    text = "".join(listing.as_table([finding], NAMES, 80, is_coloured=False))
    assert not [char for char in text if ord(char) < 32 and char != "\n"]


def test_no_format_lets_a_terminal_obey_a_title() -> None:
    """Escape sequences, C1 controls and reordering marks reach no output as they are, and JSON keeps them escaped."""
    nasty = "a\x1b[31m\x9b31m\x7f\u2028\u202eb"
    finding = Finding(
        Article(id=nasty, title=nasty, source=nasty, language=nasty),
        (Relation("IR", "missiles", "any", "denied", nasty, nasty, (Figure(1.5, nasty, nasty),)),),
        (Match("words", "low", (nasty,), (0,)),),
    )
    for style in ("json", "jsonl", "csv", "markdown", "html"):
        assert not set(_text(style, [finding])) & set("\x1b\x9b\x7f\u2028\u202e"), style
    assert json.loads(_text("jsonl", [finding]))["title"] == nasty


def test_whole_figures_are_whole_numbers() -> None:
    """400 rather than 400.0; a share keeps its decimals."""
    figures = (Figure(400.0, "missiles", "400"), Figure(1.5, "percent", "1.5%"))
    relation = Relation("IR", "missiles", "any", "denied", "…", "", figures)
    written = _text("jsonl", [Finding(Article(id="f", title="t"), (relation,))])
    assert '"value": 400,' in written
    assert '"value": 1.5,' in written
