"""`watcher rules history|restore`: who changed the rules, and how to have them back."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from watcher import history as copies
from watcher import revisions
from watcher.cli import show
from watcher.cli.listing import stamp
from watcher.errors import DocumentError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.cli.workspace import Workspace

Format = Annotated[Literal["text", "json"], typer.Option("--format", help="How to write it.")]
NAMED = 3


def history(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many changes.")] = 20,
    format_: Format = "text",
) -> None:
    """
    Say who changed which rules, and when: from git where the workspace lies in a repository, else from our own copies.

    A copy is kept whenever `watcher run` or `watcher poll` takes over files that were edited.

    Try: `watcher rules history --limit 5`
    """
    workspace: Workspace = ctx.obj
    commits = revisions.commits(workspace.folder, limit)
    pending = revisions.uncommitted(workspace.folder) if commits is not None else ()
    rows = list(_copies(workspace, limit)) if commits is None else [_commit(commit) for commit in commits]
    if format_ == "json":
        show.write_json(rows)
    elif not rows:
        show.tell("No rules were taken over yet: `watcher poll` and `watcher run` keep a copy when they do.")
    for row in rows if format_ == "text" else ():
        who = f"  {row['who']}" if row["who"] else ""
        show.results().print(f"{row['id']}  {row['at']}{who}  {row['what']}", markup=False, soft_wrap=True)
    if pending:
        show.tell(f"not committed yet: {', '.join(pending)}")


def restore(
    ctx: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="From `watcher rules history`, or any revision of git.")],
) -> None:
    """
    Bring the files of rules/ back as they were. What stands there now is kept first, so that this can be undone.

    A running bot takes them over by itself. feeds.yaml stays as it is; rules that don't load any more are refused.

    Try: `watcher rules restore HEAD~1`
    """
    workspace: Workspace = ctx.obj
    copy = copies.find(workspace.state, id_)
    wanted = copy.files if copy else revisions.files(workspace.folder, id_)
    if "unchecked" not in id_:
        with copies.draft(wanted, workspace.state) as aside:
            workspace.at(aside).load()
    before = copies.contents(workspace.rules)
    changes = copies.differences(before, wanted)
    if before == wanted:
        raise InputError(f"the rules are as they were in {id_} already: nothing was changed")
    undo = _keep(workspace)
    copies.restore(workspace.rules, wanted)
    print("restored:", " ".join(changes) or "comments only")
    show.tell(f"To undo it: watcher rules restore {undo}")


def _keep(workspace: Workspace) -> str:
    """Keep the files as they are, good or not; give the name of the copy."""
    try:
        return workspace.take(show.now()).rulebook.hash[:16]
    except DocumentError:
        with copies.draft(copies.contents(workspace.rules), workspace.state) as aside:
            return copies.keep(aside, "unchecked", copies.author(workspace.rules), show.now()).hash


def _commit(commit: revisions.Commit) -> dict[str, Any]:
    named, more = commit.files[:NAMED], len(commit.files) - NAMED
    files = ", ".join(named) + (f" and {more} more" if more > 0 else "")
    return {"id": commit.revision, "at": stamp(commit.at), "who": commit.who, "what": f"{commit.subject}  ({files})"}


def _copies(workspace: Workspace, limit: int) -> Iterator[dict[str, Any]]:
    for newer, older in pairwise([*copies.kept(workspace.state)[: limit + 1], None]):
        if newer is not None and limit:
            limit -= 1
            what = _changes(older, newer) if older else "first copy"
            yield {"id": newer.hash, "at": stamp(newer.at), "who": newer.who, "what": what}


def _changes(older: copies.Kept, newer: copies.Kept) -> str:
    before, after = older.files, newer.files
    if before == after:
        return "an upgrade: the same rules, another lexicon or program"
    return " ".join(copies.differences(before, after)) or "comments only"
