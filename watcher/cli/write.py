"""`watcher rules schema`: what helps editors to write the workspace's files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer  # noqa: TC002  Typer reads the annotation at run time

from watcher import edit
from watcher.cli import show
from watcher.errors import InputError
from watcher.schema import marked, schemas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.cli.workspace import Workspace

_LEXICON = ("partners", "goods", "phrases")


def schema(ctx: typer.Context) -> None:
    """
    Write JSON Schemas of the workspace's files into schemas/, with its ids, and tell each file of its own.

    An editor that knows YAML (VS Code with the YAML extension, among others) then completes partners, goods, feeds and
    rules, shows what a key means, and underlines mistakes. Run it again when feeds or rules have come or gone.

    Try: `watcher rules schema`
    """
    workspace: Workspace = ctx.obj
    loaded = workspace.load()
    folder = workspace.folder / "schemas"
    try:
        folder.mkdir(exist_ok=True)
        for name, text in schemas(loaded.lexicon, loaded.feeds.feeds, loaded.rulebook).items():
            (folder / f"{name}.json").write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder} can't be written: {error.strerror or error}") from error
    told = 0
    for path, name in _files(workspace):
        way = os.path.relpath(folder / f"{name}.json", path.parent).replace(os.sep, "/")
        before = edit.load(path)
        after = marked(before, way)
        if after != before:
            edit.save(path, before, after)
            told += 1
    show.tell(f"Wrote {folder}: six schemas. {told} files were told of theirs.")


def _files(workspace: Workspace) -> Iterator[tuple[Path, str]]:
    """Give the workspace's YAML files with the name of their schema."""
    yield workspace.folder / "feeds.yaml", "feeds"
    named = {f"{name}.yaml": name for name in _LEXICON} | {"digests.yaml": "digests"}
    yield from ((workspace.rules / file, name) for file, name in named.items() if (workspace.rules / file).is_file())
    for path in sorted((workspace.rules / "watch").glob("[!.]*.y*ml")):
        yield path, "rules"
