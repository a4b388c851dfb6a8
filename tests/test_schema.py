"""What editors are told of the files: schemas that are what the models say, and that the shipped files meet."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from tests.command import Command, furnish
from watcher import document, schema
from watcher.cli.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def made(root: Path) -> dict[str, str]:
    """Give the schemas as they are made from the models and the shipped files."""
    loaded = Workspace(root).load()
    return schema.schemas(loaded.lexicon, loaded.feeds.feeds, loaded.rulebook)


def _mistakes(made: str, value: Any) -> list[str]:
    return [error.message for error in jsonschema_rs.Draft7Validator(json.loads(made)).iter_errors(value)]


def _lists(value: Any) -> Any:
    return document.parse(value, "x.yaml").value


def test_the_shipped_schemas_are_those_of_the_models(root: Path, made: dict[str, str]) -> None:
    """After a change of a model, the lexicon's ids or the shipped rules: `watcher rules schema` in the checkout."""
    for name, text in made.items():
        assert (root / "schemas" / f"{name}.json").read_text(encoding="utf-8") == text, "run `watcher rules schema`"


def test_shipped_files_meet_their_schemas_and_name_them(root: Path, made: dict[str, str]) -> None:
    """Another implementation of JSON Schema agrees, and an editor finds the schema from the file."""
    names = {"feeds.yaml": "feeds", "rules/digests.yaml": "digests"}
    names |= {f"rules/{name}.yaml": name for name in ("partners", "goods", "phrases")}
    names |= {path.relative_to(root).as_posix(): "rules" for path in (root / "rules" / "watch").glob("*.yaml")}
    for file, name in names.items():
        text = (root / file).read_text(encoding="utf-8")
        assert _mistakes(made[name], _lists(text)) == []
        way = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
        assert way, f"{file}: run `watcher rules schema`"
        assert ((root / file).parent / way[1]).resolve() == (root / "schemas" / f"{name}.json").resolve()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rules", "- {id: a, title: A, partners: [IRA]}"),
        ("rules", "- {id: a, title: A, goods: [group:drones]}"),
        ("rules", "- {id: a, title: A, priority: urgent}"),
        ("rules", "- {id: a, title: A, good: [drones]}"),
        ("feeds", "feeds: [{id: a, url: u, interval: 15}]"),
        ("feeds", "feeds: [{id: a, url: u, kind: blog}]"),
        ("digests", "digests: [{id: a, at: 8 o'clock, channel: x}]"),
        ("digests", "digests: [{id: a, at: '08:00', channel: x, rules: some}]"),
        ("partners", "partners: {XX: {tier: first}}"),
        ("goods", "drones: {group: flying}"),
    ],
)
def test_a_mistake_is_one_to_the_schema_too(made: dict[str, str], name: str, text: str) -> None:
    """What `rules check` refuses is underlined while it is typed."""
    assert _mistakes(made[name], _lists(text))


def test_what_may_be_written_shortly_is_no_mistake(made: dict[str, str]) -> None:
    """Times and days without brackets, spans with a unit, feeds and rules that the schema hasn't heard of."""
    assert (
        _mistakes(made["digests"], _lists("digests: [{id: a, at: '8:00', days: mon, channel: x, rules: [new]}]")) == []
    )
    assert _mistakes(made["feeds"], _lists("feeds: [{id: a, url: u, timeout: 30s, host_pause: 1.5s}]")) == []
    assert _mistakes(made["rules"], _lists("- {id: a, title: A, query: x, feeds: [new, tag:new]}")) == []


def test_editors_have_ids_to_complete_and_help_to_show(made: dict[str, str]) -> None:
    """Each id with what it stands for, and a sentence for every key of every file."""
    rule = json.loads(made["rules"])["$defs"]["Rule"]["properties"]
    partners = rule["partners"]["items"]
    assert dict(zip(partners["enum"], partners["enumDescriptions"], strict=True))["KP"] == "North Korea (core)"
    assert "group:energy" in rule["goods"]["items"]["enum"]
    assert "kind:wire" in rule["feeds"]["items"]["anyOf"][0]["enum"] or "tag:wire" in str(rule["feeds"])
    for text in made.values():
        node = json.loads(text)
        for owner in (node, *node.get("$defs", {}).values()):
            assert all(each["description"] for each in owner.get("properties", {}).values())


def test_the_command_writes_schemas_with_the_workspaces_own_ids(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are told of theirs, comments and all else stay, and a second run changes nothing."""
    furnish(tmp_path, "{id: news, url: 'https://a.example/x', tags: [mine]}")
    watcher = Command(tmp_path, capsys, monkeypatch)
    (tmp_path / "rules" / "goods.yaml").write_text(
        "# ours\nkites:\n  group: weapons\n  direction: any\n", encoding="utf-8"
    )
    told = watcher("rules", "schema")
    assert told.code == 0
    assert "4 files were told of theirs" in told.err
    made = json.loads((tmp_path / "schemas" / "rules.json").read_text(encoding="utf-8"))["$defs"]["Rule"]["properties"]
    assert "kites" in made["goods"]["items"]["enum"]
    assert {"news", "tag:mine"} <= set(made["feeds"]["items"]["anyOf"][0]["enum"])
    text = (tmp_path / "rules" / "goods.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schemas/goods.json\n# ours\nkites:\n")
    assert "0 files were told" in watcher("rules", "schema").err
    (tmp_path / "blocked").write_text("", encoding="utf-8")
    for path in (tmp_path / "schemas").iterdir():
        path.unlink()
    (tmp_path / "schemas").rmdir()
    (tmp_path / "schemas").write_text("", encoding="utf-8")
    assert watcher("rules", "schema").code == 2


def test_init_ships_them(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A new workspace's files name schemas that are there."""
    watcher = Command(tmp_path, capsys, monkeypatch)
    assert watcher("init", str(tmp_path / "desk")).code == 0
    assert (tmp_path / "desk" / "feeds.yaml").read_text(encoding="utf-8").startswith("# yaml-language-server: ")
    assert sorted(path.stem for path in (tmp_path / "desk" / "schemas").iterdir()) == sorted(schema.NAMES)
