"""`watcher feeds list|check`: what is read, and whether it answers. feedlist.py has the commands that edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.table import Table
from rich.text import Text

from watcher import scan as scanning
from watcher.cli import feedlist, show
from watcher.cli.listing import stamp
from watcher.cli.web import Web
from watcher.collect.due import FeedState
from watcher.collect.health import verdict
from watcher.document import suggest
from watcher.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.cli.workspace import Workspace
    from watcher.collect.feeds import Feed
    from watcher.collect.health import Verdict
    from watcher.scan import Scanned

app = typer.Typer(no_args_is_help=True, help="The feeds of feeds.yaml: what is read, and whether it answers.")
Format = Annotated[Literal["table", "json"], typer.Option("--format", help="How to write it.")]
Named = Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Only these feeds.", show_default=False)]
app.command("add")(feedlist.add)
app.command("remove")(feedlist.remove)
app.command("import")(feedlist.import_)
app.command("export")(feedlist.export)
Unhealthy = Annotated[bool, typer.Option("--unhealthy", help="Only those with something wrong, and what.")]
_STYLES = {"ok": "green", "failing": "red", "ailing": "yellow", "new": "", "disabled": "dim"}


@app.command("list")
def list_(ctx: typer.Context, format_: Format = "table", unhealthy: Unhealthy = False) -> None:
    """
    List the feeds with their health, as the last polls left it. Fetches nothing.

    States: `new` (never polled), `ok`, `failing` (no articles come, or not all; the reason says why), `ailing` (it
    answers, but is `silent`, `stale`, `undated`, `moved`, or had a `gap`), `disabled`.

    Try: `watcher feeds list --unhealthy`
    """
    workspace: Workspace = ctx.obj
    listed = workspace.load_feeds()
    show.warn(listed.warnings)
    states = workspace.feed_states()
    now = show.now()
    rows = [health(feed, states.get(feed.id) or FeedState(id=feed.id, url=feed.url), now) for feed in listed.feeds]
    if unhealthy:
        rows = [row for row in rows if "reason" in row]
    if format_ == "json":
        show.write_json(rows)
        return
    if unhealthy and not rows:
        show.tell("Nothing is wrong with any feed that was polled.")
        return
    columns = ("id", "state", "reason", "detail" if unhealthy else "next_due", "last_success", "articles")
    _print(columns, [[row.get(name) for name in columns] for row in rows])


@app.command("check")
def check(ctx: typer.Context, named: Named = None, format_: Format = "table") -> None:
    """
    Fetch each feed once, now, and say what came. Stores nothing.

    Exit code 3 if any of them failed, each with its reason: `html-page` and `login-page` mean that the address is no
    feed any more, `gone` that the publisher ended it, `blocked-address` that it leads to a private network.

    Try: `watcher feeds check bbc-world`
    """
    workspace: Workspace = ctx.obj
    loaded = workspace.load()
    chosen = _chosen(loaded.feeds.feeds, named or [])
    desk = scanning.Desk(workspace.rule_files, show.now())
    web = Web(workspace, loaded.feeds.contact, desk)
    results = []
    with show.progress("checking") as move:
        for result in web.results(chosen):
            results.append(result)
            move(len(results), len(chosen))
    rows = [_checked(result) for result in sorted(results, key=lambda result: result.source)]
    if format_ == "json":
        show.write_json(rows)
    else:
        columns = ("id", "state", "reason", "detail", "articles", "newest")
        _print(columns, [[row.get(name) for name in columns] for row in rows])
    failed = sum(bool(result.reason) for result in results)
    show.tell(f"checked {len(results):,} feeds: {len(results) - failed:,} answered, {failed:,} failed")
    if failed:
        raise typer.Exit(3)


def health(feed: Feed, state: FeedState, now: datetime) -> dict[str, Any]:
    """Give a feed's row as CONTRACTS.md promises it to scripts: `reason` only where the feed is unhealthy."""
    found = verdict(state, now)
    if not feed.enabled:
        word = "disabled"
    elif state.reason:
        word = "failing"
    elif found:
        word = "ailing"
    else:
        word = "ok" if state.last_success else "new"
    row: dict[str, Any] = {"id": feed.id, "url": feed.url, "state": word}
    if word in ("failing", "ailing"):
        row["reason"] = state.reason or (found.word if found else "")
        row["detail"] = _detail(state, found)
    return row | {
        "last_success": stamp(state.last_success),
        "next_due": stamp(state.next_due),
        "articles": state.articles,
    }


def _detail(state: FeedState, found: Verdict | None) -> str:
    """Say more than the reason: what it amounts to, where that is another word."""
    if found is None:
        return state.detail
    return (
        found.sentence
        if found.word in (state.reason, "failing") or not state.reason
        else f"{found.word}: {found.sentence}"
    )


def _chosen(feeds: Sequence[Feed], named: Sequence[str]) -> list[Feed]:
    known = {feed.id: feed for feed in feeds}
    for name in named:
        if name not in known:
            raise InputError(f'unknown feed "{name}"{suggest(name, list(known))}: `watcher feeds list` shows them')
    return [known[name] for name in named] or [feed for feed in feeds if feed.enabled]


def _checked(result: Scanned) -> dict[str, Any]:
    dates = [each.article.published for each in result.findings if each.article.published]
    row: dict[str, Any] = {"id": result.source, "state": "failing" if result.reason else "ok"}
    if result.reason:
        row["reason"] = result.reason
    if result.detail:
        row["detail"] = result.detail
    return row | {"articles": result.articles, "newest": stamp(max(dates, default=None))}


def _print(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name.replace("_", " "), justify="right" if name == "articles" else "left")
    for row in rows:
        cells = ["" if value is None else str(value) for value in row]
        table.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in cells))
    show.results().print(table)
