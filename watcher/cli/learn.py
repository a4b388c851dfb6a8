"""`watcher rules label|score|report`: what people say of the rules' finds, and what follows from it."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path  # noqa: TC003  Typer reads the options' types at run time
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from watcher import labels as labelling
from watcher import learn
from watcher import score as scoring
from watcher.backtest import Look as Decider
from watcher.cli import show
from watcher.cli.listing import LONGEST, stamp
from watcher.cli.rules import Format, Named, check_ids, write_table
from watcher.decide.match import apply_rules
from watcher.deliver.drawn import clean
from watcher.errors import InputError
from watcher.labels import Label
from watcher.question import read_moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from watcher.cli.workspace import Workspace
    from watcher.decide.rules import Rulebook
    from watcher.learn import Case

Since = Annotated[str, typer.Option(metavar="WHEN", help="What was first seen since: 7d, 2026-01-31.")]
_KEPT = 100  # newest finds, and near misses, of a rule that may be asked about
_EDGES = 12
_HELP = "y: should match · n: should not · s: don't know · q: enough"


def label(
    ctx: typer.Context,
    named: Named = None,
    since: Since = "30d",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to ask about.")] = 20,
) -> None:
    """
    Walk through recent finds and near misses and say of each whether its rule should match, with one key.

    Rules with the fewest labels come first. The answers are lines of rules/labels.jsonl, kept at once: `rules score`
    measures with them, and a rule may test with them (`- items: ../labels.jsonl`).

    Try: `watcher rules label iran-arms --limit 10`
    """
    workspace: Workspace = ctx.obj
    book = workspace.load().rulebook
    check_ids(named or [], book)
    now = show.now()
    path = workspace.rules / labelling.NAME
    known = labelling.latest(path)
    look = look_back(workspace, book, read_moment(since, now=now), now)
    rules = named or [rule.id for rule in book.rules if rule.is_active(now.date())]
    cases = list(learn.choose(look, known, rules, limit))
    if not cases:
        show.tell("Nothing to label: no find or near miss since then that has no label yet.")
        return
    show.tell(_HELP)
    told = 0
    for number, case in enumerate(cases, start=1):
        show.tell(_shown(case, number, len(cases)))
        answer = _key()
        if answer == "q":
            break
        if answer in "yn":
            labelling.append(path, Label(case.article, {case.rule: answer == "y"}, now))
            told += 1
    show.tell(f"{told} labels were added to {path}: `watcher rules score` measures with them")


def score(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", dir_okay=False, help="JSONL; rules/labels.jsonl by default.")
    ] = None,
    format_: Format = "text",
) -> None:
    """
    Measure the rules on labelled items, the worst first; or how well relations are read.

    Items whose `rules` say true or false of rule ids, as `rules label` writes them, measure rules. Items with
    `relevant` and `relations`, a list of [partner, good, direction, status], measure the reading of relations.

    Try: `watcher rules score` or `watcher rules score items.jsonl --format json`
    """
    workspace: Workspace = ctx.obj
    path = file or workspace.rules / labelling.NAME
    if file is None and not path.exists():
        raise InputError(f"{path} is not there: `watcher rules label` makes it, or name a file of labelled items")
    if labelling.has_rules(path):
        _score_rules(path, workspace.load().rulebook, format_)
        return
    measured = scoring.score(path, workspace.load_lexicon()).as_object()
    if format_ == "json":
        show.write_json(measured)
        return
    rows = [(name, *(f"{rate:.3f}" for rate in rates.values())) for name, rates in measured.items() if name != "items"]
    write_table((f"{measured['items']:,} items", "precision", "recall", "f1"), rows)


def report(ctx: typer.Context, since: Since = "7d", format_: Format = "text") -> None:
    """
    Say what is wrong with the rules: those that find nothing, whose finds got worse, and what they nearly found.

    Meant for once a week. Precision is measured on labels (`rules label`): those since then against those before.

    Try: `watcher rules report --since 7d`
    """
    workspace: Workspace = ctx.obj
    book = workspace.load().rulebook
    now = show.now()
    from_ = read_moment(since, now=now)
    look = look_back(workspace, book, from_, now)
    known = labelling.latest(workspace.rules / labelling.NAME)
    with workspace.open() as store:
        silent = learn.dead(book, store.past.last_matches(), store.past.began(), now)
    told = {
        "since": stamp(from_),
        "found": {rule.id: look.found[rule.id] for rule in book.rules if rule.is_active(now.date())},
        "dead": silent,
        "precision_fell": [
            {"rule": rule, "was": was, "is": is_} for rule, was, is_ in learn.falls(known, book, from_, now)
        ],
        "near_misses": [
            {"rule": edge.rule, "clause": edge.clause, "articles": edge.articles, "example": edge.title}
            for edge in look.top_edges(_EDGES)
        ],
    }
    if format_ == "json":
        show.write_json(told)
    else:
        show.results().print("\n".join(_report(told)), markup=False, soft_wrap=True)


def look_back(workspace: Workspace, book: Rulebook, since: datetime, now: datetime) -> learn.Look:
    """
    Look at what was first seen since, under a rulebook; where the lexicon has changed, texts are read again.

    Raises InputError where there is no archive.
    """
    if not workspace.has_archive:
        raise InputError("the archive is empty, so there is nothing to look at: `watcher poll` fills it")
    look = learn.Look(_KEPT)
    reader = Decider(url=workspace.database_url, rules=workspace.rule_files, now=now)
    with workspace.open() as store, show.progress("looking") as move:
        total, done = store.past.size(since), 0
        for part in store.past.slices(since):
            for decided in store.past.read(part):
                finding = reader.decide(decided)
                look.add(apply_rules(finding.article, finding.relations, book, now=now), book, now)
            done += part.size
            move(done, total)
    return look


def _shown(case: Case, number: int, total: int) -> str:
    article = case.article
    head = f"\n{number} of {total} · {case.rule} {'found' if case.is_found else 'nearly found'}:"
    what = " · ".join(part for part in (article.source, stamp(article.published) or "", article.url) if part)
    why = "; ".join(case.reasons)
    lines = (head, article.title, article.summary, what, f"{'because of' if case.is_found else 'but'} {why}")
    return "\n  ".join(clean(line, LONGEST) if place else line for place, line in enumerate(lines) if line)


def _key() -> str:
    """Read one of the keys: at once from a terminal, else the next letter that comes; the end means enough."""
    while True:
        pressed = click.getchar() if sys.stdin.isatty() else sys.stdin.read(1)
        key = pressed.lower() or "q"
        if key in ("\x03", "\x04", "\x1b"):
            return "q"
        if key in "ynsq":
            return key
        if not key.isspace():
            show.tell(_HELP)


def _score_rules(path: Path, book: Rulebook, format_: str) -> None:
    labels = labelling.latest(path)
    scores = learn.score_rules(labels, book, show.now())
    if format_ == "json":
        rows: list[dict[str, Any]] = [{"rule": one.rule, "items": one.items} | one.count.rates() for one in scores]
        show.write_json({"items": len({label.article.id for label in labels}), "rules": rows})
        return
    known = {rule.id for rule in book.rules}
    unknown = sorted({rule for label in labels for rule in label.rules} - known)
    if unknown:
        show.tell(f"labels for rules that there are no more: {', '.join(clean(rule, LONGEST) for rule in unknown)}")
    table = [(one.rule, str(one.items), *(f"{rate:.3f}" for rate in one.count.rates().values())) for one in scores]
    write_table(("rule", "items", "precision", "recall", "f1"), table)


def _report(told: dict[str, Any]) -> Iterator[str]:
    counts = sorted(told["found"].items(), key=lambda one: -one[1])
    yield f"Found since {told['since']}: " + (", ".join(f"{rule} {n:,}" for rule, n in counts if n) or "nothing")
    if told["dead"]:
        days = learn.DEAD // timedelta(days=1)
        yield f"\nNothing found for {days} days:"
        yield from (f"  {rule}" for rule in told["dead"])
    if told["precision_fell"]:
        yield "\nFinds got worse, by what was labelled since and before:"
        yield from (f"  {one['rule']}: precision {one['was']:.2f} → {one['is']:.2f}" for one in told["precision_fell"])
    if told["near_misses"]:
        yield "\nNearly found, but for one clause:"
    for one in told["near_misses"]:
        yield f"  {one['rule']}: {one['articles']:,} × {clean(one['clause'], LONGEST)}, such as"
        yield f"      {clean(one['example'], LONGEST)}"
