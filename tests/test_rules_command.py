"""`watcher rules …` as a person types it: what is printed where, and the exit code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.command import Command, Ran

if TYPE_CHECKING:
    from pathlib import Path

RULES = """
- id: zinc
  title: Zinc | of all kinds
  query: zinc NOT tin
  owner: Ana
  tests:
    - match: Zinc for sale
    - skip: Iran ships drones to Russia
- id: iran-arms
  title: Iranian arms for Russia
  partners: [IR]
  goods: [drones, missiles]
  direction: to_russia
  priority: high
  tests:
    - match: Iran ships drones to Russia
    - skip: Iran fires missiles at Israel
- id: off
  title: Not in use
  query: tin
  enabled: false
  tests:
    - match: tin
    - skip: zinc
"""
DIGESTS = "channels: {here: {terminal: true}}\ndigests:\n  - {id: daily, at: '08:00', channel: here}\n"


@pytest.fixture
def rules(workspace: Path) -> Path:
    """Give a workspace with three rules and a digest."""
    (workspace / "rules" / "watch" / "rules.yaml").write_text(RULES, encoding="utf-8")
    (workspace / "rules" / "digests.yaml").write_text(DIGESTS, encoding="utf-8")
    return workspace


@pytest.fixture
def watcher(rules: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the command line in that workspace."""
    return Command(rules, capsys, monkeypatch)


def edit(folder: Path, old: str, new: str) -> None:
    """Change the rules."""
    path = folder / "rules" / "watch" / "rules.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def json_of(answer: Ran) -> Any:
    """Read a result."""
    return json.loads(answer.out)


def test_check_counts_what_is_right(rules: Path, watcher: Command) -> None:
    """A workspace without mistakes is said to have none, strictly too."""
    answer = watcher("rules", "check", "--strict")
    assert answer.code == 0, answer.err
    assert answer.out == "rules: 3 · feeds: 0 · digests: 1 · errors: 0 · warnings: 0\n"


def test_check_tells_all_mistakes_of_all_files(rules: Path, watcher: Command) -> None:
    """Mistakes in feeds, rules and digests come in one run, with source line and caret, and exit code 2."""
    edit(rules, "  goods: [drones", "  good: [drones")
    (rules / "feeds.yaml").write_text("contact: a@example.org\nfeeds:\n  - id: a\n    ulr: x\n", encoding="utf-8")
    (rules / "rules" / "digests.yaml").write_text(DIGESTS.replace("here}", "there}"), encoding="utf-8")
    answer = watcher("rules", "check")
    assert answer.code == 2
    assert answer.out == ""
    assert 'feeds.yaml:4:5: unknown key "ulr" (did you mean "url"?)' in answer.err
    assert 'rules/watch/rules.yaml:12:3: unknown key "good" (did you mean "goods"?)\n' in answer.err
    assert "\n      good: [drones, missiles]\n      ^\n" in answer.err
    assert "rules/digests.yaml:3:" in answer.err
    found = json_of(watcher("rules", "check", "--format", "json"))
    wanted = {"path": "rules/watch/rules.yaml", "line": 12, "column": 3, "severity": "error"}
    assert any(wanted.items() <= one.items() for one in found)


def test_check_warns_and_strictly_fails(rules: Path, watcher: Command) -> None:
    """A warning is no failure unless one wants it to be; an expired rule is one."""
    edit(rules, "    - match: Zinc for sale\n", "")
    edit(rules, "  priority: high", "  expires: 2024-01-31")
    answer = watcher("rules", "check")
    assert answer.code == 0
    assert answer.out.endswith("warnings: 2\n")
    assert 'warning: "zinc" has no match test' in answer.err
    assert '"iran-arms" expired on 2024-01-31' in answer.err
    strict = watcher("rules", "check", "--strict", "--format", "json")
    assert strict.code == 1
    assert [one["line"] for one in json_of(strict)] == [2, 13]


def test_list_shows_what_rules_ask_for(rules: Path, watcher: Command) -> None:
    """A table for people, all fields for scripts."""
    answer = watcher("rules", "list")
    assert "IR · drones, missiles · to_russia" in answer.out
    assert "not enabled" in answer.out
    listed = json_of(watcher("rules", "list", "--format", "json"))
    assert [(one["id"], one["priority"], one["tests"]) for one in listed] == [
        ("zinc", "normal", 2),
        ("iran-arms", "high", 2),
        ("off", "normal", 2),
    ]


def test_the_rules_own_tests_pass_or_say_why_not(rules: Path, watcher: Command) -> None:
    """A failed test is shown with its reason, and makes the exit code 1."""
    answer = watcher("rules", "test")
    assert (answer.code, answer.out) == (0, "6 tests of 3 rules: 0 failed\n")
    edit(rules, "match: Zinc for sale", "match: Tin for sale")
    edit(rules, "skip: Iran ships drones to Russia", "skip: Zinc")
    answer = watcher("rules", "test", "zinc")
    assert answer.code == 1
    assert answer.out == (
        'FAILED zinc: match: Tin for sale\n       no zinc\n       NOT tin, but "tin" in the title\n'
        'FAILED zinc: skip: Zinc\n       "zinc" in the title\n2 tests of 1 rules: 2 failed\n'
    )
    told = json_of(watcher("rules", "test", "--format", "json"))
    assert told[0] == {
        "rule": "zinc",
        "match": "Tin for sale",
        "passed": False,
        "reasons": ["no zinc", 'NOT tin, but "tin" in the title'],
    }
    unknown = watcher("rules", "test", "zink")
    assert unknown.code == 2
    assert 'unknown rule "zink" (did you mean "zinc"?)' in unknown.err


def test_explain_shows_the_way_to_a_verdict(rules: Path, watcher: Command) -> None:
    """Sentences, terms, relations, and for each rule why or why not."""
    text = "Zinc is cheap.\nIran ships drones to Russia."
    answer = watcher("rules", "explain", text)
    assert answer.code == 0, answer.err
    for line in (
        "sentence 2: Iran ships drones to Russia.",
        "Iran: partner IR",
        "drones: good drones",
        "relation: IR → Russia · drones · reported",
        'matches zinc: "zinc" in the title',
        "matches iran-arms: Iran → Russia · drones · reported",
        "no match off: it is not enabled",
    ):
        assert line in answer.out
    told = json_of(watcher("rules", "explain", text, "--lang", "en", "--format", "json"))
    assert [one["matches"] for one in told["rules"]] == [True, True, False]
    assert told["relations"][0]["partner"] == "IR"
    assert told["sentences"][0] == "Zinc is cheap."
    assert {"text": "Iran", "kind": "partner", "id": "IR", "sentence": 1} in told["terms"]
    assert "no relation" in watcher("rules", "explain", "Nothing of note").out
    assert not set(watcher("rules", "explain", "A \x1b[31mpasted\u202e text").out) & set("\x1b\u202e")


def test_score_measures_a_labelled_file(rules: Path, watcher: Command) -> None:
    """Precision, recall and F1 of each measure, as a table and as JSON."""
    path = rules / "labelled.jsonl"
    lines = [
        {"id": "1", "title": "Iran ships drones to Russia", "relevant": True}
        | {"relations": [["IR", "drones", "to_russia", "reported"]]},
        {"id": "2", "title": "Athletes train in the mountains", "relevant": False, "relations": []},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    answer = watcher("rules", "score", str(path), "--format", "json")
    assert answer.code == 0, answer.err
    told = json_of(answer)
    assert told["items"] == 2
    assert told["relations"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert "2 items" in watcher("rules", "score", str(path)).out
    path.write_text('{"id": "1"}\n', encoding="utf-8")
    wrong = watcher("rules", "score", str(path))
    assert wrong.code == 2
    assert "line 1" in wrong.err
    assert watcher("rules", "score", str(rules / "none.jsonl")).code == 2
