"""`watcher demo`: the whole way on sample feeds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from watcher import demo as samples
from watcher.cli import show
from watcher.cli.digest import publisher, send
from watcher.cli.poll import poll_once, tell_failed
from watcher.cli.workspace import Workspace, shipped
from watcher.deliver import page, terminal
from watcher.deliver.file import write
from watcher.state.hold import hold

if TYPE_CHECKING:
    from watcher.poll import PollSummary

Channel = Annotated[
    str,
    typer.Option(
        help="With SLACK_BOT_TOKEN: the Slack channel's id. Default: the first one of rules/digests.yaml.",
        metavar="C0123ABCD",
        show_default=False,
    ),
]


def demo(ctx: typer.Context, channel: Channel = "") -> None:
    """
    Go the whole way on sample feeds served on this machine: poll, match, digest. Needs no network.

    Works in `state/demo` of the workspace, afresh each time, and leaves the archive of the workspace alone. The digest
    is shown here and written as a page. One feed fails on purpose, to show how a failure is told. With
    SLACK_BOT_TOKEN in the environment the same digest is posted to a channel, too.

    Try: `watcher demo`, then `watcher --dir state/demo status`
    """
    outer: Workspace = ctx.obj
    folder = outer.state / "demo"
    target = _channel(outer, channel)
    outer.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True)
    with hold(folder / "state", "demo"), samples.serve(show.now()) as base:
        samples.make(folder, base=base, rules=shipped() / "rules", channel=target)
        inner = Workspace(folder)
        # Its own archive and loopback, whatever the environment says of the workspace around it.
        inner.settings = replace(outer.settings, allow_private=True, database_url="")
        summary, is_sent = _go(inner, is_posted=bool(target))
    page_path = folder / "digest.html"
    tell_failed(summary)
    show.tell(f"{summary}\nThe page: {page_path}\nThe demo's workspace: watcher --dir {folder} status")
    if [feed for feed, _, _ in summary.failed] != [samples.PLANTED]:
        show.tell(f"Expected exactly {samples.PLANTED} to fail.")
        raise typer.Exit(3)
    if not is_sent:
        raise typer.Exit(4)


def _go(workspace: Workspace, *, is_posted: bool) -> tuple[PollSummary, bool]:
    """Poll, show and write the digest, and post it if asked to; say whether all of it arrived."""
    loaded = workspace.take(show.now())
    with workspace.open() as store:
        summary = poll_once(workspace, loaded, store, force=True)
        plan = loaded.digests.digests[0]
        digest = publisher(workspace, loaded, store).preview(plan, show.now())
        terminal.show(digest, show.results())
        write(workspace.folder / "digest.html", page.render(digest))
        return summary, not is_posted or send(workspace, loaded, store, plan)


def _channel(workspace: Workspace, named: str) -> str:
    """Give the Slack channel's id, or "" where there is no token."""
    if not workspace.settings.slack_token:
        return ""
    source = workspace if workspace.is_made else Workspace(shipped())
    found = [channel.slack for channel in source.load_digests().channels.values() if channel.slack]
    if not (named or found):
        show.tell("SLACK_BOT_TOKEN is set, but rules/digests.yaml names no Slack channel: nothing is posted.")
    return named or next(iter(found), "")
