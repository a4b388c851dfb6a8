"""`watcher doctor`: whether all is there that digests need, and what to do where it isn't."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from watcher.cli import show
from watcher.cli.digest import access
from watcher.doctor import Check, Doctor

if TYPE_CHECKING:
    from watcher.cli.workspace import Workspace

Format = Annotated[Literal["text", "json"], typer.Option("--format", help="How to write it.")]
Post = Annotated[
    bool, typer.Option("--post", help="Also post a test message, with a reply in its thread, to each Slack channel.")
]
_SIGNS = {"ok": "✓", "warning": "!", "error": "✗"}


def doctor(ctx: typer.Context, post: Post = False, format_: Format = "text") -> None:
    """
    Check files, zones, clock, disk, archive, and each channel: token, scopes, membership.

    Exits 1 if anything is wrong that would keep a digest from arriving.

    Try: `watcher doctor --post`
    """
    workspace: Workspace = ctx.obj
    loaded = workspace.load()
    show.warn(loaded.notices)
    feeds, rules = len(loaded.feeds.feeds), len(loaded.rulebook.rules)
    found = [Check("files", "ok", f"{feeds} feeds, {rules} rules, {len(loaded.digests.digests)} digests")]
    with workspace.open() as store:
        found += Doctor(store, loaded.digests, access(workspace), show.now(), post).checks()
    if format_ == "json":
        show.write_json([{"name": each.name, "state": each.state, "said": each.said} for each in found])
    else:
        lines = [f"{_SIGNS[each.state]} {each.name}: {each.said}" for each in found]
        show.results().print("\n".join(lines), markup=False, soft_wrap=True)
    if any(each.state == "error" for each in found):
        raise typer.Exit(1)
