"""`watcher silence`: what is not announced for a while, by whom, why, and what it hid."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from watcher.cli import show
from watcher.cli.listing import stamp
from watcher.cli.options import Direction, Status, grouped
from watcher.collect.feeds import read_span
from watcher.decide.silence import Silence
from watcher.deliver.drawn import clean
from watcher.errors import InputError
from watcher.question import check_rules, expand_goods, expand_partners

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from watcher.cli.workspace import Workspace
    from watcher.decide.rules import Rulebook

app = typer.Typer(
    help="What is not announced for a while; everything is still archived, and `show` lists what was hidden.",
    no_args_is_help=True,
)
LONGEST = timedelta(days=366)
WIDE = 300

Format = Annotated[Literal["text", "json"], typer.Option("--format", help="How to write it.")]
Number = Annotated[int, typer.Argument(metavar="ID", help="The silence's number, from `silence list`.")]


@dataclass(frozen=True, slots=True)
class What:
    """What is not to be heard of."""

    partner: Annotated[list[str], typer.Option(help="Partner (IR) or tier (tier:core), repeatable.", metavar="ID")] = (
        field(default_factory=list)
    )
    good: Annotated[
        list[str], typer.Option(help="Good (drones) or group (group:energy), repeatable.", metavar="ID")
    ] = field(default_factory=list)
    direction: Annotated[Direction | None, typer.Option(help="Which way the good goes.", show_default=False)] = None
    status: Annotated[list[Status], typer.Option(help="What is said of it, repeatable.")] = field(default_factory=list)
    rule: Annotated[list[str], typer.Option(help="Id of a watch rule, repeatable.", metavar="ID")] = field(
        default_factory=list
    )

    @property
    def wording(self) -> str:
        """What was asked for, as options."""
        chosen: dict[str, list[str]] = {
            "partner": self.partner,
            "good": self.good,
            "direction": [self.direction] if self.direction else [],
        }
        chosen |= {"status": [each.value for each in self.status], "rule": self.rule}
        return " ".join(f"--{name} {word}" for name, words in chosen.items() for word in words)

    def facets(self, rulebook: Rulebook) -> dict[str, Any]:
        """Check it against what the rulebook knows. Raises InputError."""
        return {
            "partners": tuple(sorted(expand_partners(self.partner, rulebook))),
            "goods": tuple(sorted(expand_goods(self.good, rulebook))),
            "rules": tuple(sorted(check_rules(self.rule, rulebook))),
            "directions": (self.direction,) if self.direction else (),
            "statuses": tuple(each.value for each in self.status),
            "wording": self.wording,
        }


@dataclass(frozen=True, slots=True)
class Why:
    """For how long, and why."""

    span: Annotated[str, typer.Option("--for", help="How long: 3d, 12h, 1w.", metavar="SPAN")] = "1d"
    because: Annotated[str, typer.Option(help="Why, for the others.", metavar="TEXT")] = ""
    author: Annotated[
        str, typer.Option("--by", help="Who; your login name by default.", metavar="NAME", show_default=False)
    ] = ""


def _add(ctx: typer.Context, what: What, why: Why) -> None:
    """
    Announce nothing of this for a while: neither in digests nor as alerts, nor later.

    Several options narrow it to what all hold of at once. A report that says anything else that a rule asks for is
    still announced. What waits to be announced now is hidden, too.

    Try: `watcher silence add --partner IR --good drones --for 3d --because "the parade, known"`
    """
    workspace: Workspace = ctx.obj
    rulebook = workspace.load().rulebook
    if not what.wording:
        raise InputError("say what to silence: --partner, --good, --direction, --status or --rule")
    reason, now = why.because.strip(), show.now()
    if not reason:
        raise InputError('say why, for the others: --because "the parade, known"')
    about: dict[str, Any] = {
        "author": why.author or show.login(),
        "reason": reason,
        "starts": now,
        "ends": now + _length(why.span),
    }
    silence = Silence(**what.facets(rulebook), **about)
    with workspace.open() as store:
        made = store.silences.add(silence)
    show.tell(f"silence {made.id}: {made.wording}, until {stamp(made.ends)}")


app.command("add")(grouped(_add))


@app.command("list")
def list_(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Those that ended, too.")] = False,
    format_: Format = "text",
) -> None:
    """Say what is silenced, until when, by whom and why, and how much each hid."""
    workspace: Workspace = ctx.obj
    workspace.load_feeds()
    now = show.now()
    with workspace.open() as store:
        counts = store.silences.counts()
        found = [each for each in store.silences.listed() if every or each.is_active(now)]
    rows = [_row(silence, counts.get(silence.id, 0), now) for silence in found]
    if format_ == "json":
        show.write_json(rows)
    else:
        _print([_line(row) for row in rows] or ["nothing is silenced"])


@app.command()
def end(ctx: typer.Context, number: Number) -> None:
    """End a silence now: what comes from now on is announced; what it hid stays hidden."""
    workspace: Workspace = ctx.obj
    workspace.load_feeds()
    with workspace.open() as store:
        if not store.silences.end(number, show.now()):
            raise InputError(f"no silence {number} holds now: `watcher silence list` shows those that do")
    show.tell(f"silence {number} ended")


@app.command("show")
def show_(ctx: typer.Context, number: Number, format_: Format = "text") -> None:
    """
    List what a silence hid, the latest first.

    Try: `watcher silence show 1`
    """
    workspace: Workspace = ctx.obj
    workspace.load_feeds()
    now = show.now()
    with workspace.open() as store:
        silence = next((each for each in store.silences.listed() if each.id == number), None)
        if silence is None:
            raise InputError(f"there is no silence {number}: `watcher silence list --all` shows all")
        found = store.silences.hidden(number)
    row = _row(silence, len(found), now)
    articles = [{"title": each.title, "url": each.url, "source": each.source, "at": stamp(each.at)} for each in found]
    if format_ == "json":
        show.write_json(row | {"articles": articles})
    else:
        lines = [f"  {stamp(each.at)}  {clean(each.title, WIDE)}  {clean(each.url, WIDE)}" for each in found]
        _print([_line(row), *lines])


def _length(span: str) -> timedelta:
    try:
        length = read_span(span)
    except ValueError as error:
        raise InputError(f"--for: {error}") from error
    if not timedelta() < length <= LONGEST:
        raise InputError("--for: a silence lasts up to a year: write 3d, 12h or 1w")
    return length


def _row(silence: Silence, hidden: int, now: datetime) -> dict[str, Any]:
    return {
        "id": silence.id,
        "what": silence.wording,
        "until": stamp(silence.ends),
        "active": silence.is_active(now),
        "author": silence.author,
        "because": silence.reason,
        "hidden": hidden,
    }


def _line(row: dict[str, Any]) -> str:
    when = f"until {row['until']}" if row["active"] else f"ended {row['until']}"
    who = f"{clean(row['author'], WIDE)}: {clean(row['because'], WIDE)}"
    return f"{row['id']}  {row['what']}  {when}  {row['hidden']} hidden  ({who})"


def _print(lines: Iterable[str]) -> None:
    show.results().print("\n".join(lines), markup=False, soft_wrap=True)
