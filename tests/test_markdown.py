"""The digest as Markdown and as plain data."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from hypothesis import given
from markdown_it import MarkdownIt

from tests.hostile import findings
from tests.invented import digest, finding, morning, relation
from watcher.deliver.markdown import escape, render
from watcher.deliver.record import record

if TYPE_CHECKING:
    from watcher.decide.match import Finding


def links(text: str) -> list[str]:
    """Give every address that a Markdown reader links."""
    return re.findall(r'href="([^"]*)"', MarkdownIt("commonmark").render(text))


def test_markdown_says_the_morning() -> None:
    """A heading for each section, an item for each line, the relation, the evidence, the outlets."""
    said = render(digest(limit=2))
    assert "# Russia's partners\n" in said
    assert "## Core partners\n" in said
    assert "- **[Tehran denies shipping 400 ballistic missiles to Russia](<https://harbournews.example/" in said
    assert "  Iran → Russia · missiles · ✕ denied by Tehran  \n" in said
    assert "and 2 more:" in said
    # One outlet's name is Persian: Markdown readers give its address in Punycode.
    wanted = {each.article.url for each in morning() if each.article.url.isascii()}
    assert wanted < set(links(said))
    assert len(links(said)) == len(morning())


def test_many_relations_are_counted() -> None:
    """Beyond four, the rest is counted."""
    found = finding("x", *(relation(partner, "oil") for partner in ("IR", "KP", "CN", "IN", "TR", "KZ")))
    assert "and 2 more  \n" in render(digest([found]))


def test_what_means_something_in_markdown_is_escaped() -> None:
    """A headline can't become a heading, a list, an image or HTML, and an unlinked one is text."""
    assert escape("1. *x* <b> #1 @team") == "1\\. \\*x\\* \\<b\\> \\#1 \\@team"
    assert links(render(digest([finding("No address [x](https://evil.example)", url="")]))) == []


@given(findings())
def test_hostile_texts_link_nothing_of_theirs(found: list[Finding]) -> None:
    """As many links as articles, and no HTML."""
    html = MarkdownIt("commonmark").render(render(digest(found, limit=2)))
    assert html.count("<a ") == len(found)
    assert set(re.findall(r"<(\w+)", html)) <= {"h1", "h2", "p", "br", "ul", "li", "strong", "blockquote", "a", "hr"}


def test_the_record_is_json_with_everything_said() -> None:
    """Scripts get each line's relations, outlets and articles, and the footer."""
    made = json.loads(json.dumps(record(digest())))
    assert (made["id"], made["at"], made["timezone"]) == ("daily", "2026-01-13T08:00:00+01:00", "Europe/Madrid")
    line = next(line for line in made["sections"][0]["lines"] if line["headline"].startswith("Tehran denies"))
    assert line["relations"][0] == {
        "text": "Iran → Russia · missiles · ✕ denied by Tehran",
        "from": "Iran",
        "to": "Russia",
        "both_ways": False,
        "goods": ["missiles"],
        "status": "denied",
        "attributed_to": "Tehran",
    }
    assert line["outlets"][2]["state_media"]
    assert [section["collapsed"] for section in made["sections"]] == [False] * 5 + [True]
