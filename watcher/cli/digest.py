"""`watcher digest`: what a digest would say now, and its post."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from watcher.channels import Access, open_channel
from watcher.cli import show
from watcher.deliver import feed, markdown, page, slack, terminal
from watcher.deliver.record import record
from watcher.deliver.slack import TIMEOUT
from watcher.document import suggest
from watcher.errors import InputError
from watcher.publish import Publisher

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.cli.workspace import Loaded, Workspace
    from watcher.deliver.channel import Fanout
    from watcher.deliver.digest import Digest
    from watcher.deliver.digests import ChannelPlan, DigestBook, DigestPlan
    from watcher.send import Posted
    from watcher.state.store import Store

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of a digest; the first of rules/digests.yaml by default.")]
Format = Annotated[
    Literal["terminal", "json", "html", "markdown", "atom", "slack"],
    typer.Option("--format", help="How to show it; slack gives the exact payloads."),
]
# Seconds that Slack is given to answer, however short WATCHER_SETTLE is.
SHORTEST = 5
Post = Annotated[bool, typer.Option("--post", help="Deliver it to its channel, instead of showing it.")]


def digest(ctx: typer.Context, name: Id = "", format_: Format = "terminal", post: Post = False) -> None:
    """
    Show what a digest would say now, or deliver it.

    Showing changes nothing. `--post` first finishes what an earlier post left behind, then delivers what has not been
    delivered under this digest yet; with nothing new it posts nothing. A post to Slack needs SLACK_BOT_TOKEN.

    Try:

    - `watcher digest` – in the terminal

    - `watcher digest daily --format html > digest.html`

    - `watcher digest daily --post` – to the channel of rules/digests.yaml
    """
    workspace: Workspace = ctx.obj
    loaded = workspace.load()
    plan = _chosen(loaded.digests, name)
    with workspace.open() as store:
        if post:
            if not send(workspace, loaded, store, plan):
                raise typer.Exit(4)
            return
        if not store.archive.counts().articles:
            show.tell("The archive is empty: `watcher poll` fills it.")
        said = publisher(workspace, loaded, store).preview(plan, show.now())
        _show(said, format_, loaded.digests.channels[plan.channel])


def send(workspace: Workspace, loaded: Loaded, store: Store, plan: DigestPlan) -> bool:
    """Post a digest by hand, say what came of it, and whether nothing is kept undelivered. Raises SettingError."""
    is_complete = True
    for posted in publisher(workspace, loaded, store).post(plan, store.now()):
        if posted.digest == plan.id or posted.sent:
            print(sentence(posted), flush=True)
        for line in kept(posted):
            show.tell(line)
        is_complete = is_complete and posted.is_complete
    return is_complete


def publisher(
    workspace: Workspace, loaded: Loaded, store: Store, wait: Callable[[float], object] = time.sleep
) -> Publisher:
    """Give what posts for a workspace; `wait` lets seconds pass."""
    settle = timedelta(seconds=workspace.settings.settle)
    return Publisher(store, loaded.rulebook, loaded.digests, opener(workspace, wait), settle)


def opener(workspace: Workspace, wait: Callable[[float], object] = time.sleep) -> Callable[[ChannelPlan], Fanout]:
    """Give what opens the channels of digests.yaml with this workspace's token; `wait` lets seconds pass."""
    keys = access(workspace)
    return lambda plan: open_channel(plan, keys, wait)


def access(workspace: Workspace) -> Access:
    """Give what opening a channel takes."""
    settings = workspace.settings
    return Access(
        out=sys.stdout,
        token=settings.slack_token,
        api_url=settings.slack_api_url,
        # A call must be over well before its message may be sent again.
        timeout=int(min(TIMEOUT, max(SHORTEST, settings.settle / 3))),
        folder=workspace.folder,
        environ=settings.environ,
    )


def sentence(posted: Posted) -> str:
    """Give `posted daily: 2 parts, 14 articles`."""
    if not posted.sent:
        return f"posted {posted.digest}: nothing{' new' if posted.is_complete else ''}"
    return f"posted {posted.digest}: {_count(len(posted.sent), 'part')}, {_count(posted.articles, 'article')}"


def kept(posted: Posted) -> list[str]:
    """Give a line for each part that is kept undelivered, with the reason."""
    lines = [(part, "waiting") for part in posted.waiting] + [(part, "held") for part in posted.held]
    return [
        f"{word}: {posted.digest} part {part.part} of {part.of}, to {part.channel}: {part.reason or 'not tried yet'}"
        for part, word in lines
    ]


def _chosen(book: DigestBook, name: str) -> DigestPlan:
    known = {plan.id: plan for plan in book.digests}
    if not known:
        raise InputError("no digest is planned: add one to rules/digests.yaml")
    if name and name not in known:
        raise InputError(f'unknown digest "{name}"{suggest(name, list(known))}: there is {", ".join(known)}')
    if not name and len(known) > 1:
        show.tell(f"Showing the first digest of {', '.join(known)}.")
    return known[name] if name else book.digests[0]


def _show(digest: Digest, style: str, channel: ChannelPlan) -> None:
    if style == "terminal":
        terminal.show(digest, show.results())
    elif style == "json":
        show.write_json(record(digest))
    elif style == "slack":
        parts = slack.plan(digest, channel.slack or "", key=f"{digest.id}-preview")
        show.write_json([slack.illustrated(part.payload) for part in parts])
    else:
        render = {"html": page.render, "markdown": markdown.render, "atom": feed.render}[style]
        sys.stdout.write(render(digest))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else f'{noun}s'}"
