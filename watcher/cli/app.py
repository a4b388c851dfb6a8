"""The commands, put together."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli import (
    archive,
    backtest,
    demo,
    digest,
    feeds,
    history,
    init,
    learn,
    new,
    poll,
    rules,
    run,
    scan,
    search,
    silence,
    status,
    trend,
    trial,
    write,
)
from watcher.cli.workspace import Workspace
from watcher.errors import InputError

app = typer.Typer(
    name="watcher",
    help="Reads who keeps Russia's war economy going out of the news: partner, good, direction, status, evidence.",
    epilog="New here? `watcher demo` shows the whole way on sample feeds; `watcher init PATH` makes a workspace.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Folder = Annotated[
    Path | None,
    typer.Option("--dir", metavar="PATH", help="The workspace: a folder with feeds.yaml, rules/ and state/. "
                 "Default: WATCHER_DIR, else the current folder.", show_default=False),
]  # fmt: skip


@app.callback()
def workspace(ctx: typer.Context, folder: Folder = None) -> None:
    """Choose the workspace; nothing of it is read before a command needs it."""
    chosen = folder or Path(os.environ.get("WATCHER_DIR") or ".")
    if (folder or os.environ.get("WATCHER_DIR")) and not chosen.is_dir() and ctx.invoked_subcommand != "init":
        raise InputError(f"{chosen} is not a folder: make a workspace there with `watcher init {chosen}`")
    ctx.obj = Workspace(chosen)


app.command()(demo.demo)
app.command()(init.init)
app.command()(scan.command)
app.command()(search.command)
app.command("trend")(trend.command)
app.command()(poll.poll)
app.command()(digest.digest)
app.command()(run.run)
app.command()(run.worker)
app.command()(status.status)
rules.app.command("new")(new.command)
rules.app.command("test")(trial.run_tests)
rules.app.command("explain")(trial.explain)
rules.app.command("label")(learn.label)
rules.app.command("score")(learn.score)
rules.app.command("report")(learn.report)
rules.app.command("diff")(backtest.diff)
rules.app.command("rescan")(backtest.rescan)
rules.app.command("schema")(write.schema)
rules.app.command("history")(history.history)
rules.app.command("restore")(history.restore)
app.add_typer(rules.app, name="rules")
app.add_typer(silence.app, name="silence")
app.add_typer(feeds.app, name="feeds")
app.add_typer(archive.app, name="archive")
