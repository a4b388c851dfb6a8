"""docs/rules.md: what it shows can be typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from watcher.cli.workspace import Workspace
from watcher.decide import query, rules
from watcher.decide.match import try_rules

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.decide.lexicon import Lexicon


@pytest.fixture(scope="module")
def guide(root: Path) -> str:
    """Give the guide."""
    return (root / "docs" / "rules.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def lexicon(root: Path) -> Lexicon:
    """Give the shipped lexicon."""
    return Workspace(root).load_lexicon()


def test_the_rule_of_the_guide_loads_and_passes_its_tests(guide: str, lexicon: Lexicon, tmp_path: Path) -> None:
    """Copied from the page into a file it is a good rule."""
    found = re.search(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert found
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "a.yaml").write_text(found[1], encoding="utf-8")
    book = rules.load(tmp_path, lexicon)
    assert book.warnings == ()
    assert [trial.reasons for trial in try_rules(book) if not trial.is_passed] == []


def test_every_query_of_the_guide_parses(guide: str, lexicon: Lexicon) -> None:
    """The left column of its table is the language."""
    rows = [line.split(" | ")[0] for line in guide.splitlines() if line.startswith("| `")]
    shown = [text for row in rows for text in re.findall("`([^`]+)`", row)]
    assert len(shown) > 15
    for text in shown:
        assert query.parse(text, lexicon).text == text
