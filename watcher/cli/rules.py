"""`watcher rules check|list|test|explain|score`: the watch rules, and how they decide."""

from __future__ import annotations

import dataclasses
from pathlib import Path  # noqa: TC003  Typer reads the options' types at run time
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.table import Table
from rich.text import Text

from watcher import score as scoring
from watcher.cli import show
from watcher.cli.listing import LONGEST, describe
from watcher.collect.article import Article
from watcher.decide import relation
from watcher.decide.match import judge, try_rules
from watcher.deliver.drawn import clean
from watcher.document import suggest
from watcher.errors import DocumentError, InputError
from watcher.review import review

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.cli.workspace import Workspace
    from watcher.decide.match import Trial, Verdict
    from watcher.decide.relation import Explanation
    from watcher.decide.rules import Rule, Rulebook
    from watcher.document import Problem

app = typer.Typer(no_args_is_help=True, help="The watch rules of rules/watch: check, list, try and measure them.")
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
    languages that feeds and lexicon don't share. Exit code 2 if a file doesn't load. Changes nothing.

    Try: `watcher rules check --strict && watcher rules test`
    """
    workspace: Workspace = ctx.obj
    try:
        loaded = workspace.load()
    except DocumentError as error:
        _write_problems(error.problems, format_, workspace)
        raise
    odd = review(loaded.feeds, loaded.rulebook, loaded.digests, show.now().date())
    warnings = [*_own(loaded.warnings, workspace), *odd]
    show.warn(warnings)
    _write_problems(warnings, format_, workspace)
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
    book = _load(ctx.obj)
    if format_ == "json":
        show.write_json([_listed(rule) for rule in book.rules])
        return
    rows = [(rule.id, rule.title, rule.priority, _asks(rule), rule.owner, _tests(rule)) for rule in book.rules]
    _print(("id", "title", "priority", "asks for", "owner", "tests"), rows)


@app.command("test")
def run_tests(ctx: typer.Context, named: Named = None, format_: Format = "text") -> None:
    """
    Run the rules' own tests: each `match:` sentence must meet its rule, each `skip:` sentence must not.

    Exit code 1 if one fails; why is said beneath it.

    Try: `watcher rules test iran-arms`
    """
    book = _load(ctx.obj)
    _check_ids(named or [], book)
    trials = try_rules(book, named or [])
    failed = [trial for trial in trials if not trial.is_passed]
    if format_ == "json":
        show.write_json([_trial(trial) for trial in trials])
    else:
        for trial in failed:
            kind = "match" if trial.test.match else "skip"
            print(f"FAILED {trial.rule}: {kind}: {trial.test.text}", *trial.reasons, sep="\n       ")
        print(f"{len(trials):,} tests of {len(named or book.rules):,} rules: {len(failed):,} failed")
    if failed:
        raise typer.Exit(1)


@app.command("explain")
def explain(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="A sentence or more; a first line is taken as the title.")],
    lang: Annotated[str, typer.Option(metavar="CODE", help="Its language. Default: any.", show_default=False)] = "",
    format_: Format = "text",
) -> None:
    """
    Say why a text matches or not: its sentences, the terms found in them, its relations, and each rule's verdict.

    Try: `watcher rules explain "Tehran denied that it had shipped missiles to Russia"`
    """
    book = _load(ctx.obj)
    title, _, body = text.strip().partition("\n")
    article = Article(id="", title=title, body=body.strip(), language=lang)
    seen = relation.explain(article, book.lexicon)
    verdicts = judge(article, seen.relations, book, now=show.now())
    if format_ == "json":
        show.write_json(_explained(seen, verdicts))
    else:
        show.results().print("\n".join(_lines(seen, verdicts)), markup=False, soft_wrap=True)


@app.command("score")
def score(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="JSONL of labelled items.")],
    format_: Format = "text",
) -> None:
    """
    Measure how well relations are read: precision, recall and F1 against labelled items.

    A line of the file is an item (id, title, summary …) with `relevant` and with `relations`, a list of
    [partner, good, direction, status].

    Try: `watcher rules score items.jsonl --format json`
    """
    workspace: Workspace = ctx.obj
    measured = scoring.score(file, workspace.load_lexicon()).as_object()
    if format_ == "json":
        show.write_json(measured)
        return
    rows = [(name, *(f"{rate:.3f}" for rate in rates.values())) for name, rates in measured.items() if name != "items"]
    _print((f"{measured['items']:,} items", "precision", "recall", "f1"), rows)


def _load(workspace: Workspace) -> Rulebook:
    book = workspace.load().rulebook
    show.warn(book.warnings)
    return book


def _own(warnings: Sequence[Problem], workspace: Workspace) -> list[Problem]:
    """Leave out what the shipped lexicon is warned of, which nobody but its authors can mend."""
    foreign = str(workspace.shipped_rules) if workspace.added_rules else None
    return [problem for problem in warnings if foreign is None or not problem.path.startswith(foreign)]


def _check_ids(ids: Sequence[str], book: Rulebook) -> None:
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


def _trial(trial: Trial) -> dict[str, Any]:
    kind = "match" if trial.test.match else "skip"
    return {"rule": trial.rule, kind: trial.test.text, "passed": trial.is_passed, "reasons": list(trial.reasons)}


def _explained(seen: Explanation, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    return {
        "sentences": list(seen.sentences),
        "terms": [{"text": one.text, "kind": one.kind, "id": one.id, "sentence": one.sentence} for one in seen.terms],
        "relations": [dataclasses.asdict(one) for one in seen.relations],
        "rules": [{"rule": one.rule.id, "matches": one.is_match, "reasons": list(one.reasons)} for one in verdicts],
    }


def _lines(seen: Explanation, verdicts: Sequence[Verdict]) -> Iterable[str]:
    for number, sentence in enumerate(seen.sentences):
        yield f"sentence {number + 1}: {clean(sentence, LONGEST)}"
        for term in seen.terms:
            if term.sentence == number:
                yield f"    {clean(term.text, LONGEST)}: {term.kind} {term.id}"
    yield "" if seen.relations else "\nno relation"
    for one in seen.relations:
        who = f", says {clean(one.attributed_to, LONGEST)}" if one.attributed_to else ""
        yield f"relation: {describe(one)}{who} (sentence {one.sentence + 1})"
    yield ""
    for verdict in sorted(verdicts, key=lambda verdict: not verdict.is_match):
        sign = "matches" if verdict.is_match else "no match"
        yield f"{sign} {verdict.rule.id}: {'; '.join(verdict.reasons) or 'nothing speaks against it'}"


def _print(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    show.results().print(table)
