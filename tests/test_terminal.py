"""The digest on a terminal: the same lines, links only to the web, nothing that moves the cursor."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from hypothesis import given
from rich.console import Console

from tests.hostile import findings
from tests.invented import digest, finding, relation
from watcher.deliver.terminal import TerminalChannel, show, text

if TYPE_CHECKING:
    from watcher.decide.match import Finding


def test_the_morning_reads_well() -> None:
    """A line with its relation, figures, evidence and outlets, as it stands on a terminal."""
    said = text(digest())
    assert (
        """\
  ! Tehran denies shipping 400 ballistic missiles to Russia
  Iran → Russia · missiles · ✕ denied by Tehran
  Iran → Russia · missiles, drones · ◐ alleged by Washington
  400 ballistic missiles
  “Tehran denied on Monday that it had shipped ballistic missiles to Russia, calling the claim
  baseless.”
  3 outlets, 1 origin · first: Harbour News 04:40 · also Northern Post 05:40, Caspian State
  Agency (state media) 06:25 · Iranian arms for Russia
"""
        in said
    )
    assert "‼ Pyongyang sends" in said
    assert "· Putin and Mali's leader speak by telephone — Sahel Info 05:50" in said


def test_what_exceeds_the_limit_follows_in_short() -> None:
    """Beyond the limit, one line each, with all outlets."""
    title = "Tehran denies shipping 400 ballistic missiles to Russia"
    found = [finding(title, relation("IR", "oil"), source="A"), finding(title, relation("IR", "oil"), source="B")]
    found.append(finding("Something critical comes first", relation("IR", "oil"), priority="critical"))
    said = text(digest(found, limit=1))
    assert f"and 1 more\n  · {title} — A 07:00, B\n" in said


def test_many_relations_are_counted() -> None:
    """Beyond four, the rest is counted."""
    found = finding("x", *(relation(partner, "oil") for partner in ("IR", "KP", "CN", "IN", "TR", "KZ")))
    assert "  and 2 more\n" in text(digest([found]))


def test_a_line_that_no_rule_of_the_digest_asked_for_names_none() -> None:
    """The small print then ends with the outlet."""
    assert text(digest([finding("Something happened", rule="")])).splitlines()[7] == "  Example Wire 07:00"


def test_a_terminal_that_knows_links_gets_them() -> None:
    """Headline and outlets are OSC 8 links to the articles."""
    out = io.StringIO()
    show(digest(), Console(file=out, force_terminal=True, width=80, legacy_windows=False, _environ={}))
    assert re.search(r"\x1b\]8;id=\d+;https://harbournews\.example/[^\x1b]+\x1b\\", out.getvalue())


ESCAPES = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;(id=\d+;https?://[^\x00-\x20\x1b]+|;)\x1b\\")


@given(findings())
def test_hostile_texts_move_nothing(found: list[Finding]) -> None:
    """Beyond colours and links of our own, no control character reaches the terminal."""
    out = io.StringIO()
    show(digest(found, limit=2), Console(file=out, force_terminal=True, width=80, legacy_windows=False, _environ={}))
    left = ESCAPES.sub("", out.getvalue())
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", left)


def test_the_terminal_is_a_channel() -> None:
    """Its one message is the digest as plain text."""
    out = io.StringIO()
    channel = TerminalChannel(out)
    channel.ready()
    (part,) = channel.plan(digest(), "key")
    assert channel.address(part.destination) == "terminal"
    assert channel.address("page:x") == ""
    assert channel.post(part.destination, part.payload).ts == ""
    assert "Russia's partners\nTuesday 13 January 2026" in out.getvalue()
