"""`watcher rules check|list`: the watch rules, and what is wrong or odd about them."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  Typer reads the options' types at run time
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.table import Table
from rich.text import Text

from watcher.cli import show
from watcher.cli.late import late
from watcher.document import suggest
from watcher.errors import DocumentError, InputError
from watcher.review import review

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.cli.workspace import Workspace
    from watcher.decide.rules import Rule, Rulebook
    from watcher.document import Problem

_COMMANDS = {
    "new": "new:command",
    "test": "trial:run_tests",
    "explain": "trial:explain",
    "label": "learn:label",
    "score": "learn:score",
    "report": "learn:report",
    "diff": "backtest:diff",
    "rescan": "backtest:rescan",
    "schema": "write:schema",
    "history": "history:history",
    "restore": "history:restore",
}
app = typer.Typer(
    cls=late(_COMMANDS),
    no_args_is_help=True,
    help="The watch rules of rules/watch: check, list, try and measure them.",
)
Format = Annotated[Literal["text", "json"], typer.Option("--format", help="How to write it.")]
Named = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Only these rules.", show_default=False)]


@app.command("check")
def check(
    ctx: typer.Context,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 if there is a warning.")] = False,
    format_: Annotated[
        Literal["text", "json", "github"], typer.Option("--format", help="How to write it; github annotates a commit.")
    ] = "text",
) -> None:
    """
    Read all files of the workspace and tell every mistake in one go: file, line, column, and what was meant.

    Warns of rules that can't match, add nothing to another, have expired, are slow or lack a test, and of words and
    languages that feeds and lexicon don't share. Of feeds in a language that Watcher has no words in it only takes
    notice. Exit code 2 if a file doesn't load. Changes nothing.

    Try: `watcher rules check --strict && watcher rules test`
    """
    workspace: Workspace = ctx.obj
    try:
        loaded = workspace.load()
    except DocumentError as error:
        _write_problems(error.problems, format_, workspace)
        raise
    odd = review(loaded.feeds, loaded.rulebook, loaded.digests, show.now().date())
    told = [*_own(loaded.warnings, workspace), *odd]
    warnings = [problem for problem in told if problem.severity == "warning"]
    show.warn(told)
    _write_problems(told, format_, workspace)
    if format_ == "text":
        counts = (len(loaded.rulebook.rules), len(loaded.feeds.feeds), len(loaded.digests.digests), len(warnings))
        print("rules: {:,} · feeds: {:,} · digests: {:,} · errors: 0 · warnings: {:,}".format(*counts))
    if strict and warnings:
        raise typer.Exit(1)


@app.command("list")
def list_(ctx: typer.Context, format_: Format = "text") -> None:
    """
    List the rules: what each asks for, its priority, owner, and how many tests it has.

    Try: `watcher rules list --format json | jq '.[] | select(.priority == "high") | .id'`
    """
    book = load(ctx.obj)
    if format_ == "json":
        show.write_json([_listed(rule) for rule in book.rules])
        return
    rows = [(rule.id, rule.title, rule.priority, _asks(rule), rule.owner, _tests(rule)) for rule in book.rules]
    write_table(("id", "title", "priority", "asks for", "owner", "tests"), rows)


def load(workspace: Workspace) -> Rulebook:
    """Load the rules and tell their warnings. Raises DocumentError, InputError."""
    book = workspace.load().rulebook
    show.warn(book.warnings)
    return book


def _own(warnings: Sequence[Problem], workspace: Workspace) -> list[Problem]:
    """Leave out what the shipped lexicon is warned of, which nobody but its authors can mend."""
    foreign = str(workspace.shipped_rules) if workspace.added_rules else None
    return [problem for problem in warnings if foreign is None or not problem.path.startswith(foreign)]


def check_ids(ids: Sequence[str], book: Rulebook) -> None:
    """Raise InputError for an id that no rule has."""
    known = [rule.id for rule in book.rules]
    for name in ids:
        if name not in known:
            raise InputError(f'unknown rule "{name}"{suggest(name, known)}: `watcher rules list` shows them')


def _write_problems(problems: Sequence[Problem], format_: str, workspace: Workspace) -> None:
    if format_ == "json":
        show.write_json([_problem(problem) for problem in problems])
    if format_ == "github":
        for problem in problems:
            print(_annotation(problem, workspace.folder))


def _annotation(problem: Problem, folder: Path) -> str:
    """Write a problem as GitHub's workflow command; its path is from where the command runs, a repository's root."""
    path = _escaped((folder / problem.path).as_posix()).replace(":", "%3A").replace(",", "%2C")
    place = f"file={path},line={problem.line},col={problem.column}"
    return f"::{problem.severity} {place}::{_escaped(problem.message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _problem(problem: Problem) -> dict[str, Any]:
    names = ("path", "line", "column", "severity", "message")
    return {name: getattr(problem, name) for name in names}


def _listed(rule: Rule) -> dict[str, Any]:
    return rule.model_dump(mode="json", exclude={"tests"}) | {"tests": len(rule.tests)}


def _asks(rule: Rule) -> str:
    parts = [", ".join(rule.partners), ", ".join(rule.goods), rule.direction or "", ", ".join(rule.status)]
    return " · ".join(part for part in (*parts, rule.query or "") if part)


def _tests(rule: Rule) -> str:
    return str(len(rule.tests)) if rule.enabled else "not enabled"


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table for people."""
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    show.results().print(table)
