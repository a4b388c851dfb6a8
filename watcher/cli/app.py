"""The commands, put together."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.late import MARKUP, late
from watcher.cli.workspace import Workspace
from watcher.errors import InputError

# Where each command is; in this order help shows them.
_COMMANDS = {
    "demo": "demo:demo",
    "init": "init:init",
    "scan": "scan:command",
    "search": "search:command",
    "trend": "trend:command",
    "poll": "poll:poll",
    "digest": "digest:digest",
    "run": "run:run",
    "worker": "run:worker",
    "status": "status:status",
    "doctor": "doctor:doctor",
    "rules": "rules:app",
    "outbox": "outbox:app",
    "silence": "silence:app",
    "feeds": "feeds:app",
    "archive": "archive:app",
}

app = typer.Typer(
    cls=late(_COMMANDS),
    name="watcher",
    help="Reads who keeps Russia's war economy going out of the news: partner, good, direction, status, evidence.",
    epilog="New here? `watcher demo` shows the whole way on sample feeds; `watcher init PATH` makes a workspace.",
    no_args_is_help=True,
    rich_markup_mode=MARKUP,
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
