"""The house's rules, held by tests where no other tool holds them."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FUNCTION_LINES = 50
MODULE_LINES = 300
ARGUMENTS = 6
PUBLIC_METHODS = 12

# Where each outside library may be imported: a file, or a folder that ends in /.
SEAMS = {
    "protego": "watcher/collect/robots.py",
    "trafilatura": "watcher/collect/prose.py",
    "apprise": "watcher/deliver/apprise.py",
    "backports": "watcher/collect/inflate.py",
    "brotli": "watcher/collect/inflate.py",
    "ahocorasick_rs": "watcher/decide/finder.py",
    "alembic": "watcher/state/",
    "apscheduler": "watcher/schedule.py",
    "dotenv": "watcher/settings.py",
    "feedparser": "watcher/collect/parse.py",
    "httptools": "watcher/collect/wire.py",
    "httpx": "watcher/collect/",
    "jinja2": "watcher/deliver/page.py",
    "PIL": "watcher/deliver/picture.py",
    "pycld2": "watcher/collect/language.py",
    "rapidfuzz": "watcher/decide/story.py",
    "procrastinate": "watcher/fleet.py",
    "prometheus_client": "watcher/metrics.py",
    "re2": "watcher/decide/expression.py",
    "slack_sdk": "watcher/deliver/slack.py",
    "sqlalchemy": "watcher/state/",
    "typer": "watcher/cli/",
    "yaml": "watcher/document.py",
}
# What a distribution is called where that is not the name it is imported by.
IMPORTED_AS = {
    "lxml-html-clean": "",  # trafilatura needs it and doesn't say so
    "backports-zstd": "backports",
    "ahocorasick-rs": "ahocorasick_rs",
    "google-re2": "re2",
    "pillow": "PIL",
    "prometheus-client": "prometheus_client",
    "python-dotenv": "dotenv",
    "pyyaml": "yaml",
    "slack-sdk": "slack_sdk",
    "tzdata": "",
}
# Parts that a declared dependency brings along and speaks in.
BROUGHT = {"click": "typer", "markupsafe": "jinja2", "pydantic_core": "pydantic"}
NAMELESS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "types", "misc"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _trees(*folders: str) -> list[tuple[str, ast.Module]]:
    return [(_shown(path), ast.parse(path.read_text("utf-8"))) for path in _sources(*folders)]


def _functions(tree: ast.AST) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def _lines(function: Function) -> int:
    """Count a function's lines, its docstring's apart."""
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        length -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return length


def _arguments(function: Function) -> int:
    taken = function.args
    named = [argument.arg for argument in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
    return len([name for name in named if name not in ("self", "cls")])


def _methods(owner: ast.ClassDef) -> list[str]:
    """Name a class's public methods; what is read like an attribute is none."""
    functions = [node for node in owner.body if isinstance(node, Function) and not node.name.startswith("_")]
    return [node.name for node in functions if not any("property" in ast.unparse(mark) for mark in node.decorator_list)]


def _imports(tree: ast.AST) -> set[str]:
    """Name the top packages that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@cache
def _imported() -> list[tuple[str, set[str]]]:
    """Give what each module of the package imports."""
    return [(shown, _imports(tree)) for shown, tree in _trees("watcher")]


def _undocumented(tree: ast.Module) -> Iterator[str]:
    """Name the public parts of a module that have no docstring."""
    if not ast.get_docstring(tree):
        yield "the module"
    owners: list[ast.Module | ast.ClassDef] = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]
    for owner in owners:
        for node in owner.body:
            if not isinstance(node, Function | ast.ClassDef) or ast.get_docstring(node):
                continue
            if not node.name.startswith("_") and not getattr(owner, "name", "").startswith("_"):
                yield node.name


def _tracked() -> list[Path]:
    """Give the files under version control, in a checkout; skip elsewhere."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: nothing says which files belong to it")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _texts() -> Iterator[tuple[str, str]]:
    for path in _tracked():
        try:
            yield _shown(path), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """Give pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def pins() -> list[str]:
    """Give the lines of constraints.txt that are not remarks."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _requirements(project: dict[str, Any]) -> list[str]:
    extras = project["project"]["optional-dependencies"].values()
    listed = [*project["project"]["dependencies"], *(line for extra in extras for line in extra)]
    names = (_canonical(re.split(r"[<>=!~;\[ ]", line)[0]) for line in listed)
    return [name for name in names if name != "watcher"]  # an extra of its own may be part of another


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_functions_fit_on_a_screen() -> None:
    """No function is longer than fifty lines without its docstring."""
    long = [
        f"{shown}:{function.lineno} {function.name} has {_lines(function)} lines"
        for shown, tree in _trees("watcher", "bench")
        for function in _functions(tree)
        if _lines(function) > FUNCTION_LINES
    ]
    assert long == []


def test_modules_stay_short() -> None:
    """No module is longer than three hundred lines."""
    lengths = {_shown(path): len(path.read_text("utf-8").splitlines()) for path in _sources("watcher", "bench")}
    assert {shown: length for shown, length in lengths.items() if length > MODULE_LINES} == {}


def test_functions_take_few_arguments() -> None:
    """No function takes more than six arguments, keyword-only ones included."""
    greedy = [
        f"{shown}:{function.lineno} {function.name} takes {_arguments(function)}"
        for shown, tree in _trees("watcher", "bench")
        for function in _functions(tree)
        if _arguments(function) > ARGUMENTS
    ]
    assert greedy == []


def test_classes_promise_little() -> None:
    """No public class has more than twelve public methods."""
    wide = [
        f"{shown} {node.name}"
        for shown, tree in _trees("watcher", "bench")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and len(_methods(node)) > PUBLIC_METHODS
    ]
    assert wide == []


def test_what_is_public_is_described() -> None:
    """Every module, public class, function and method has a docstring."""
    silent = [
        f"{shown} {name}"
        for shown, tree in _trees("watcher", "bench")
        if "/migrations/" not in shown
        for name in _undocumented(tree)
    ]
    assert silent == []


def test_modules_bear_the_words_of_the_flow() -> None:
    """No module is called by a name that says nothing."""
    assert [_shown(path) for path in _sources("watcher", "bench") if path.stem.strip("_") in NAMELESS] == []


@pytest.mark.parametrize("library", sorted(SEAMS))
def test_an_outside_library_is_imported_at_its_one_seam(library: str) -> None:
    """Whoever replaces a library has one place to look at."""
    seam = SEAMS[library]
    strays = [
        shown
        for shown, imported in _imported()
        if library in imported and shown != seam and not (seam.endswith("/") and shown.startswith(seam))
    ]
    assert strays == []


def test_ruff_holds_the_same_seams(project: dict[str, Any]) -> None:
    """What ruff bans is what this file bans."""
    banned = project["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]
    assert set(banned) <= set(SEAMS)


def test_nothing_undeclared_is_imported(project: dict[str, Any]) -> None:
    """Every outside library that the package imports is declared, for all or as an extra, and the other way round."""
    extras = project["project"]["optional-dependencies"]
    for_users = [line for name, lines in extras.items() if name not in ("dev", "bench") for line in lines]
    listed = [*project["project"]["dependencies"], *for_users]
    names = [_canonical(re.split(r"[<>=!~;\[ ]", line)[0]) for line in listed]
    declared = {IMPORTED_AS.get(name, name) for name in names} - {""}
    used = set().union(*(imported for _, imported in _imported())) - sys.stdlib_module_names - {"watcher"}
    assert {BROUGHT.get(name, name) for name in used} - declared == set()
    assert declared - used == set()


def test_every_module_has_its_layer(project: dict[str, Any]) -> None:
    """The import contract names each module or the room it lies in, so that none slips past it."""
    (contract,) = project["tool"]["importlinter"]["contracts"]
    layers = {name.strip() for line in contract["layers"] for name in re.split(r"[|:]", line)}
    modules = {_shown(path).removesuffix(".py").replace("/", ".") for path in _sources("watcher")}
    homeless = {
        module
        for module in modules
        if not module.endswith(".__init__") and not any(f"{module}.".startswith(f"{layer}.") for layer in layers)
    }
    assert homeless - {"watcher.samples"} == set()


def test_pins_are_exact_and_name_no_index(pins: list[str]) -> None:
    """constraints.txt holds `name==version` and nothing of the machine or index it came from."""
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+", line)] == []
    assert not re.search(r"https?:|file:|--|@", (ROOT / "constraints.txt").read_text("utf-8"))


def test_every_dependency_is_pinned(project: dict[str, Any], pins: list[str]) -> None:
    """What pyproject asks for, extras included, has its exact version in constraints.txt."""
    assert set(_requirements(project)) - {_canonical(line.partition("==")[0]) for line in pins} == set()


def test_no_machine_left_its_paths() -> None:
    """No file names a folder of the machine it was written on."""
    path = re.compile(r"(?<![\w.~/])/(?:home|Users|root|work|workspace|mnt|opt/pypi)/[\w.-]+")
    found = [f"{shown}: {hit[0]}" for shown, text in _texts() if (hit := path.search(text))]
    assert found == []


def test_nothing_is_put_off_or_waved_through() -> None:
    """No note of work to come, and no exemption that doesn't say from what."""
    put_off = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b|# type" r": ignore(?!\[)|# no" r"qa(?!: ?[A-Z])")
    assert [f"{shown}: {hit[0]}" for shown, text in _texts() if (hit := put_off.search(text))] == []


@pytest.mark.parametrize("target", ["setup", "demo", "check", "test", "format", "bench", "score"])
def test_the_makefile_has_each_target(target: str) -> None:
    """The commands that the README names exist, and `make` alone lists them."""
    assert re.search(rf"^{target}:.*##", (ROOT / "Makefile").read_text("utf-8"), re.M)


@pytest.mark.parametrize(
    "name",
    ["README.md", "CHANGELOG.md", "LICENSE", "Makefile", "constraints.txt", "feeds.yaml", "rules/digests.yaml"]
    + [f"docs/{name}.md" for name in ("architecture", "digest", "feeds", "bench")],
)
def test_the_house_is_furnished(name: str) -> None:
    """What a newcomer looks for lies where it is looked for, and says something."""
    assert (ROOT / name).stat().st_size > 100


def test_ci_runs_what_the_readme_says() -> None:
    """.ci/run can be executed and runs `make test`."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text("utf-8")
