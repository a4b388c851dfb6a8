"""`watcher outbox`: the messages that are kept undelivered, and why; to be tried again, or given up."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from watcher.cli import show
from watcher.cli.listing import stamp
from watcher.deliver.coverage import count
from watcher.deliver.drawn import clean
from watcher.errors import HeldError, InputError
from watcher.publish import BUSY
from watcher.send import UNREADABLE
from watcher.state.outbox import KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.cli.workspace import Workspace
    from watcher.state.outbox import StoredPart
    from watcher.state.store import Store

app = typer.Typer(
    help="Messages that are kept undelivered, and why; `retry` tries them again, `drop` gives them up.",
    no_args_is_help=True,
)
WIDE = 300

Format = Annotated[Literal["text", "json"], typer.Option("--format", help="How to write it.")]
Numbers = Annotated[list[int], typer.Argument(metavar="NUMBER...", help="The messages' numbers, from `outbox list`.")]


@app.command("list")
def list_(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Those that were given up, too.")] = False,
    format_: Format = "text",
) -> None:
    """
    List what is kept undelivered, and why: what waits, what may have arrived (in doubt), and what is held.

    What waits, or is in doubt, goes out by itself. What is held waits for a person: `retry` or `drop`.
    """
    workspace: Workspace = ctx.obj
    workspace.load_feeds()
    with workspace.open() as store:
        rows = [_row(part) for part in store.outbox.parts(*KEPT, *(("dropped",) if every else ()))]
    if format_ == "json":
        show.write_json(rows)
    else:
        lines = [line for row in rows for line in _lines(row)] or ["nothing is kept undelivered"]
        show.results().print("\n".join(lines), markup=False, soft_wrap=True)


@app.command()
def retry(ctx: typer.Context, numbers: Numbers) -> None:
    """
    Try kept messages again: with the next look of a run, or the next `watcher digest --post`.

    One that may have arrived is looked for first where that is possible. Where it isn't (webhooks, Apprise), look
    yourself before: it will be posted again.

    Try: `watcher outbox retry 12`
    """
    with _kept(ctx.obj, numbers) as (store, parts):
        for part in parts:
            store.posting.retry(part, show.now(), is_looked_for=part.reason != UNREADABLE)
            show.tell(f"{part.id}: {_name(part)} will be tried again")


@app.command()
def drop(
    ctx: typer.Context,
    numbers: Numbers,
    because: Annotated[str, typer.Option(help="Why, for the others.", metavar="TEXT")] = "",
    author: Annotated[
        str, typer.Option("--by", help="Who; your login name by default.", metavar="NAME", show_default=False)
    ] = "",
) -> None:
    """
    Give kept messages up: they are never posted, nor are their articles announced by this digest again.

    That is for what can't be delivered, and for what did arrive. The health channel is told, and `outbox list --all`
    keeps who did it and why.

    Try: `watcher outbox drop 12 --because "it arrived, I looked"`
    """
    if not because.strip():
        raise InputError('say why, for the others: --because "it arrived, I looked"')
    reason = f"dropped by {author or show.login()}: {because.strip()}"
    with _kept(ctx.obj, numbers) as (store, parts):
        for part in parts:
            store.posting.drop(part, reason, show.now())
            show.tell(f"{part.id}: {_name(part)} is dropped, with {count(len(part.articles), 'article')}")


@contextmanager
def _kept(workspace: Workspace, numbers: Sequence[int]) -> Iterator[tuple[Store, list[StoredPart]]]:
    """Give the kept parts of these numbers while nobody posts. Raises InputError, HeldError."""
    workspace.load_feeds()
    with workspace.open() as store, store.database.alone("posting", time.sleep, BUSY) as is_alone:
        if not is_alone:
            raise HeldError("another process is posting: wait until it ends")
        kept = {part.id: part for part in store.outbox.parts(*KEPT)}
        unknown = [str(number) for number in numbers if number not in kept]
        if unknown:
            raise InputError(f"no message {', '.join(unknown)} is kept: `watcher outbox list` shows those that are")
        yield store, [kept[number] for number in dict.fromkeys(numbers)]


def _name(part: StoredPart) -> str:
    return f"{part.digest} part {part.part} of {part.of}"


def _row(part: StoredPart) -> dict[str, Any]:
    is_doubtful = part.status == "sending" or part.reason == UNREADABLE
    state = {"pending": "waiting", "sending": "in doubt"}.get(part.status, part.status)
    return {
        "number": part.id,
        "digest": part.digest,
        "part": part.part,
        "of": part.of,
        "channel": part.channel,
        "slot": stamp(part.slot),
        "state": state,
        "in_doubt": is_doubtful,
        "reason": part.reason,
        "since": stamp(part.changed_at),
        "next": stamp(part.due_at),
        "attempts": part.attempts,
        "articles": len(part.articles),
        "says": clean(str(part.payload.get("text") or part.payload.get("title") or ""), WIDE),
    }


def _lines(row: dict[str, Any]) -> list[str]:
    name = f"{row['digest']} part {row['part']} of {row['of']} to {row['channel']}"
    why = clean(row["reason"], WIDE) or "not tried yet"
    first = f"{row['number']}  {name}, {count(row['articles'], 'article')}, {row['state']} since {row['since']}: {why}"
    return [first, f"    {row['says']}"] if row["says"] else [first]
