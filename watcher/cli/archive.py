"""`watcher archive …`: the archive out, in, backed up, and kept small."""

from __future__ import annotations

import gzip
import os
import secrets
import sys
from contextlib import contextmanager
from pathlib import Path  # noqa: TC003  Typer reads the annotations at run time
from typing import IO, TYPE_CHECKING, Annotated

import typer

from watcher import items, transfer
from watcher.cli import show
from watcher.cli.scan import opened, shown
from watcher.errors import InputError
from watcher.question import read_moment
from watcher.state import copying
from watcher.state.hold import hold
from watcher.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.cli.workspace import Workspace

app = typer.Typer(help="The archive: export and import it, back it up, keep it small.", no_args_is_help=True)
BATCH = 500

When = Annotated[str, typer.Option(metavar="WHEN", help="When it was first seen: 7d, 2026-01-31 or an ISO time.")]


@app.command("export")
def export(
    ctx: typer.Context,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Write to this file; packed if it ends in .gz.")
    ] = None,
    since: When = "",
    until: When = "",
) -> None:
    """
    Write every article with all that is known of it, one JSON object a line: for notebooks, or for another archive.

    It is the archive as of one moment, whatever is polled meanwhile. A file appears under its name only once it is
    whole.

    Try: `watcher archive export --since 30d --output month.jsonl.gz`
    """
    workspace: Workspace = ctx.obj
    now = show.now()
    from_ = read_moment(since, now=now) if since else None
    to = read_moment(until, now=now, is_end=True) if until else None
    _need(workspace)
    with workspace.open() as store, _written(output) as file, show.progress("exporting") as move:
        total = store.past.size(from_, to)
        number = 0
        for number, entry in enumerate(store.transfer.entries(from_, to), start=1):
            file.write((show.as_json(transfer.as_object(entry)) + "\n").encode("utf-8", "replace"))
            move(number, total)
    show.tell(f"exported {number:,} articles")


@app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="What `archive export` wrote; - is standard input.")],
) -> None:
    """
    Store what another archive exported and this one doesn't have; nothing of it is announced.

    At a bad line it stops and says which; what came before is stored. It can be interrupted and repeated: what is
    there already is left as it is.

    Try: `watcher --dir newsdesk archive import month.jsonl.gz`
    """
    workspace: Workspace = ctx.obj
    workspace.load_feeds()
    read = added = 0
    try:
        with opened(file) as stream, workspace.open() as store, show.progress("importing") as move:
            for entries in items.batches(transfer.read(stream, name=shown(file)), BATCH):
                added += store.transfer.add(entries, show.now())
                read += len(entries)
                move(read, None)
            store.words.refresh()
    finally:
        show.tell(f"imported {added:,} of {read:,} articles; the others were there already")


@app.command("backup")
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="The copy; what is there is replaced.")],
) -> None:
    """
    Copy the archive into a file, as of one moment, while a bot may be running.

    The copy is a whole archive: put it in place of state/watcher.db to go back to it.

    Try: `watcher archive backup watcher-$(date +%F).db`
    """
    workspace: Workspace = ctx.obj
    _need(workspace)
    with workspace.open() as store:
        store.database.copy(file)
    show.tell(f"backed up to {file} ({file.stat().st_size / 1024**2:,.1f} MiB)")


@app.command("copy")
def copy(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="URL", help="Where to: an address as in WATCHER_DATABASE_URL.")],
) -> None:
    """
    Copy the archive whole into an empty database, SQLite or PostgreSQL, and compare all rows that arrived.

    No bot may run meanwhile. It can be interrupted and repeated: it goes on where it ended. A password in URL may be
    left to PGPASSWORD or ~/.pgpass.

    Try: `watcher archive copy --to postgresql+psycopg://watcher@db/watcher`
    """
    workspace: Workspace = ctx.obj
    _need(workspace)
    with (
        hold(workspace.state, "archive copy"),
        workspace.open() as store,
        Store.open(to) as target,
        show.progress("copying") as move,
    ):
        copied = copying.copy(store.database, target.database, move)
    for table in copied:
        show.tell(f"{table.table}: {table.rows:,} rows, {table.new:,} new")
    total = sum(table.rows for table in copied)
    show.results().print(f"copied {total:,} rows to {target.database.name}, all equal", markup=False, soft_wrap=True)


@app.command("prune")
def prune(
    ctx: typer.Context,
    vacuum: Annotated[bool, typer.Option("--vacuum", help="Give the disk back what is free; others wait.")] = False,
) -> None:
    """
    Remove what is older than `keep:` in feeds.yaml says, as a running bot does once a day.

    What the outbox still has to say stays, and what is removed is no news if a feed shows it again.

    Try: `watcher archive prune --vacuum`
    """
    workspace: Workspace = ctx.obj
    keep = workspace.load_feeds().keep
    _need(workspace)
    if not (keep.articles or keep.bodies or keep.matches):
        example = "keep: {articles: 365d, bodies: 90d, matches: 365d}"
        show.tell(f"feeds.yaml keeps everything for ever; to change that: {example}")
    with workspace.open() as store:
        done = store.keeping.remove(show.now(), articles=keep.articles, bodies=keep.bodies, matches=keep.matches)
        if vacuum:
            store.database.vacuum()
    show.results().print(str(done), markup=False, soft_wrap=True)


def _need(workspace: Workspace) -> None:
    if not workspace.has_archive:
        raise InputError("the archive is empty: `watcher poll` fills it")


@contextmanager
def _written(output: Path | None) -> Iterator[IO[bytes]]:
    """Open standard output, or a file that takes its name once it is whole."""
    if output is None:
        yield sys.stdout.buffer
        return
    aside = output.with_name(f".{output.name}.{secrets.token_hex(4)}")
    try:
        with aside.open("xb") as raw:
            if output.suffix == ".gz":
                with gzip.open(raw, "wb", compresslevel=6) as packed:
                    yield packed  # type: ignore[misc]
            else:
                yield raw
            raw.flush()
            os.fsync(raw.fileno())
        aside.replace(output)
    except OSError as error:
        raise InputError(f"{output} can't be written: {error.strerror}") from error
    finally:
        aside.unlink(missing_ok=True)
