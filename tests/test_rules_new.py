"""`watcher rules new`: a rule by questions, tried over the archive, written without touching the rest of its file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.command import RULES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command import Command

ITEMS = (
    "North Korea sends soldiers to Russia",
    "North Korea deployed soldiers in Russia, Seoul says",
    "North Korea sends 'more' soldiers to Russia: Seoul # again",
    "North Korea supplied Russia with artillery shells",
    "North Korea sold Russia missiles",
    "A regatta in the rain",
)


@pytest.fixture
def archive(watcher: Command) -> Command:
    """Give the command line in a workspace with an archive, too."""
    lines = "".join(json.dumps({"id": str(n), "title": title}) + "\n" for n, title in enumerate(ITEMS))
    watcher("scan", "--items", "-", "--save", stdin=lines.encode())
    return watcher


def _mine(watcher: Command) -> Path:
    return watcher.folder / "rules" / "watch" / "mine.yaml"


def test_options_make_a_rule_with_tests_from_the_archive(archive: Command) -> None:
    """What it would have found and nearly found is shown; two of each become tests; the file's own text stays."""
    commented = f"# ours\n{RULES}\n# the end\n"
    _mine(archive).write_text(commented, encoding="utf-8")
    told = archive("rules", "new", "--partner", "KP", "--good", "troops", "--direction", "to_russia", "--yes")
    assert told.code == 0, told.err
    assert "It would have found 3:\n" in told.err
    assert "and nearly:\n  North Korea sold Russia missiles (the nearest relation" in told.err
    text = _mine(archive).read_text(encoding="utf-8")
    assert text.startswith(f"# ours\n{RULES}")
    assert "# the end\n" in text
    assert "- id: kp-troops-to-russia\n  title: " in text
    assert "    - match: 'North Korea sends ''more'' soldiers to Russia: Seoul # again'\n" in text
    assert text.count("    - match: ") == 2
    assert text.count("    - skip: ") == 2
    assert archive("rules", "test", "kp-troops-to-russia").out.endswith("4 tests of 1 rules: 0 failed\n")
    again = archive("rules", "new", "--partner", "KP", "--good", "troops", "--direction", "to_russia", "--yes")
    assert "Wrote kp-troops-to-russia-2 " in again.err


def test_questions_are_asked_again_until_the_answer_can_be_used(archive: Command) -> None:
    """Unknown ids and broken queries are told with what was meant; the rule goes into a file of its own."""
    answers = "kz, XR\nKP\nshells\nartillery missiles\nsideways\nto_russia\nsold AND (\nsold\nShells & more\n\n"
    told = archive("rules", "new", "--file", "kim.yaml", "--priority", "high", stdin=answers.encode())
    assert told.code == 0, told.err
    for line in ('unknown partner "XR"', 'unknown good "shells"', '"sideways" is none of to_russia', "found the end"):
        assert line in told.err
    text = (archive.folder / "rules" / "watch" / "kim.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../../schemas/rules.json\n- id: shells-more\n")
    assert "  priority: high\n" in text
    assert "    - match: North Korea sold Russia missiles\n" in text
    assert archive("rules", "check").code == 0


@pytest.mark.parametrize(
    ("words", "stdin", "why"),
    [
        (["--partner", "ZZ"], b"", 'unknown partner "ZZ"'),
        (["--query", "a AND ("], b"", "found the end"),
        (["--query", "a", "--id", "boats"], b"", 'the id "boats" is taken'),
        (["--query", "a", "--id", "a b"], b"", "id: "),
        (["--query", "a", "--file", "../a.yaml"], b"", "is no name for a file"),
        (["--query", "regatta"], b"n\n", "nothing was written"),
        (["--query", "regatta"], b"", "nothing was written"),
        ([], b"KP\n", "nothing was written"),
        ([], b"\n\n\n\n\n", "a rule needs partners, goods or a query"),
    ],
)
def test_nothing_is_written_unless_it_is_right_and_wanted(
    archive: Command, words: list[str], stdin: bytes, why: str
) -> None:
    """Exit 2, a reason, and the file as it was."""
    told = archive("rules", "new", *words, stdin=stdin)
    assert told.code == 2
    assert why in told.err
    assert _mine(archive).read_text(encoding="utf-8") == RULES


def test_without_an_archive_a_rule_has_no_tests_yet(watcher: Command) -> None:
    """It is written all the same, and check asks for them."""
    told = watcher("rules", "new", "--query", "дрон*", "--yes")
    assert "There is no archive yet" in told.err
    assert "Wrote rule to rules/watch/mine.yaml, with 0 tests." in told.err
    assert '"rule" has no match and no skip test' in watcher("rules", "check").err
