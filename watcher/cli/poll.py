"""`watcher poll`: one pass over the due feeds."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from watcher import poll as polling
from watcher.again import again
from watcher.cli import show
from watcher.complete import Completion, complete, hindrance
from watcher.poll import Options, PollSummary
from watcher.reading import Readers
from watcher.share import Share
from watcher.state.hold import hold

if TYPE_CHECKING:
    from watcher.cli.workspace import Loaded, Workspace
    from watcher.state.store import Store

Force = Annotated[bool, typer.Option("--force", help="All feeds, due or not, but none that asked to be left alone.")]


def poll(ctx: typer.Context, force: Force = False) -> None:
    """
    One polling pass over the due feeds into the archive.

    Everything fetched is kept, matched or not, so that a changed rule can be run over the past
    (`watcher scan --archive`). A feed that fails is named, tried again later, and makes the exit code 3.

    Try: `watcher poll && watcher digest`
    """
    workspace: Workspace = ctx.obj
    loaded = workspace.take(show.now())
    show.warn(loaded.notices)
    with workspace.open() as store, nullcontext() if store.database.is_shared else hold(workspace.state, "poll"):
        summary = poll_once(workspace, loaded, store, force=force)
    if not summary.feeds:
        show.tell("Nothing is due; `watcher poll --force` asks all feeds.")
    tell_failed(summary)
    show.results().print(str(summary), markup=False, soft_wrap=True)
    if summary.failed:
        raise typer.Exit(3)


def poll_once(workspace: Workspace, loaded: Loaded, store: Store, *, force: bool) -> PollSummary:
    """Make one pass, with a progress bar where there is a terminal."""
    # From now on what is new is each digest's, even if its first post comes late.
    store.outbox.register(loaded.digests.names, store.now())
    with Readers(loaded.files) as readers, show.progress("polling") as move:
        options = Options(
            force=force,
            allow_private=workspace.settings.allow_private,
            environ=workspace.settings.environ,
            on_progress=move,
        )
        summary, completion = _pass(loaded, store, readers, options)
        again(store, readers, loaded.rulebook.hash, store.now())
    if why := hindrance(loaded.feeds):
        show.tell(why)
    if completion.pages:
        show.tell(str(completion))
    store.words.refresh()
    return summary


def _pass(loaded: Loaded, store: Store, readers: Readers, options: Options) -> tuple[PollSummary, Completion]:
    feeds = loaded.feeds
    if not store.database.is_shared:
        return polling.poll(store, feeds, readers, options), complete(store, feeds, readers, options)
    store.feeds.sync(feeds.feeds, store.now())
    share = Share(store, readers)
    summary = share.poll(feeds, options, at_once=True) or PollSummary()
    return summary, share.complete(feeds, options)


def tell_failed(summary: PollSummary) -> None:
    """Name each feed that failed, and why."""
    for feed, reason, detail in summary.failed:
        show.tell(f"failed: {feed}: {reason}{f': {detail}' if detail else ''}")
