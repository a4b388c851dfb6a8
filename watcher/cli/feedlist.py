"""`watcher feeds add|remove|import|export`: feeds.yaml edited, with all that a desk wrote in it kept."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError

from watcher import edit
from watcher.cli import show
from watcher.collect import opml
from watcher.collect.feeds import Feed, FeedList, Kind, expand
from watcher.collect.fetch import Fetcher
from watcher.decide import rules
from watcher.deliver.drawn import clean
from watcher.document import suggest
from watcher.errors import DocumentError, InputError
from watcher.probe import Found, probe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.cli.workspace import Workspace

TITLE = 100
Address = Annotated[str, typer.Argument(metavar="URL", help="A feed, or a page that has one.")]
Names = Annotated[list[str], typer.Argument(metavar="ID...", help="The feeds to take out of feeds.yaml.")]
Source = Annotated[str, typer.Argument(metavar="FILE.opml", help="What another reader exported; - is standard input.")]
Id = Annotated[str, typer.Option("--id", help="Its id. Default: made of its title.", show_default=False)]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="A tag, repeatable.", show_default=False)]
OfKind = Annotated[Kind | None, typer.Option("--kind", help="What it is.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask; of several feeds take the first.")]
Output = Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Default: standard output.")]


def add(
    ctx: typer.Context, address: Address, name: Id = "", tag: Tags = None, kind: OfKind = None, yes: Yes = False
) -> None:
    """
    Find the feed at an address, show what is in it, ask, and write it into feeds.yaml.

    The address may be that of a web page: its feeds are looked for. Comments in feeds.yaml stay as they are.

    Try: `watcher feeds add https://www.example.org --tag wire`
    """
    workspace: Workspace = ctx.obj
    listed = workspace.load_feeds()
    taken = {feed.id for feed in listed.feeds}
    if name in taken:
        raise InputError(f'the id "{name}" is taken: choose another')
    url = address if "://" in address else f"https://{address}"
    asked = expand(url, workspace.settings.environ)
    known = {feed.url for feed in listed.feeds}
    found = [each for each in _probe(workspace, listed, asked) if each.url not in known]
    if asked != url:  # what the environment holds is never written down
        found = [replace(each, url=url) for each in found if each.url == asked]
    if not found:
        raise InputError(f"every feed of {url} is in feeds.yaml already: `watcher feeds list` shows them")
    chosen = found[0] if yes else _choose(found)
    outline = opml.Outline(chosen.url, clean(chosen.title, TITLE), chosen.language, tuple(tag or ()), _own(name, kind))
    _append(workspace, [_checked(opml.entry(outline, taken))])


def remove(ctx: typer.Context, names: Names) -> None:
    """
    Take feeds out of feeds.yaml. Their articles stay in the archive.

    A feed that a watch rule asks for by its id is kept: edit the rule first.

    Try: `watcher feeds remove bbc-world`
    """
    workspace: Workspace = ctx.obj
    listed = workspace.load_feeds()
    known = [feed.id for feed in listed.feeds]
    for name in names:
        if name not in known:
            raise InputError(f'unknown feed "{name}"{suggest(name, known)}: `watcher feeds list` shows them')
    _check_rules(workspace, listed, set(names))
    path = workspace.folder / "feeds.yaml"
    before = after = edit.load(path)
    for name in dict.fromkeys(names):
        after = edit.remove(after, "feeds.yaml", "feeds", name)
    edit.save(path, before, after)
    show.tell(f"Removed {', '.join(dict.fromkeys(names))} from feeds.yaml; the archive keeps what they brought.")


def import_(ctx: typer.Context, source: Source) -> None:
    """
    Add the feeds of an OPML file to feeds.yaml; folders become tags.

    A feed that is listed already is left as it is. What can't be a feed here is named, and makes the exit code 3.

    Try: `watcher feeds import subscriptions.opml`
    """
    workspace: Workspace = ctx.obj
    listed = workspace.load_feeds()
    found = opml.read(_content(source), source)
    known, taken = {feed.url for feed in listed.feeds}, {feed.id for feed in listed.feeds}
    entries, refused = [], [f"{title}: is no feed but a page taken apart by rules" for title in found.others]
    for outline in (each for each in found.outlines if each.url not in known):
        entry = opml.entry(outline, taken)
        try:
            entries.append(_checked(entry))
            taken.add(str(entry["id"]))
        except InputError as error:
            refused.append(f"{outline.title or outline.url}: {error}")
    if entries:
        _append(workspace, entries)
    same = len(found.outlines) - len(entries) - (len(refused) - len(found.others))
    show.tell(f"{source}: {len(entries):,} added, {same:,} listed already, {len(refused):,} left out")
    for line in refused:
        show.tell(f"left out: {clean(line, 300)}")
    if refused:
        raise typer.Exit(3)


def export(ctx: typer.Context, output: Output = None) -> None:
    """
    Write the feeds as OPML, which every reader imports. Headers, which may be secrets, are left out.

    Try: `watcher feeds export --output feeds.opml`
    """
    workspace: Workspace = ctx.obj
    listed = workspace.load_feeds()
    show.write(opml.write(listed.feeds), output)
    bare = [feed.id for feed in listed.feeds if feed.headers]
    if bare:
        show.tell(f"written without their headers: {', '.join(bare)}")


def _probe(workspace: Workspace, listed: FeedList, url: str) -> list[Found]:
    async def ask() -> list[Found]:
        async with Fetcher(contact=listed.contact, allow_private=workspace.settings.allow_private) as fetcher:
            return await probe(url, fetcher)

    return asyncio.run(ask())


def _choose(found: Sequence[Found]) -> Found:
    """Show the feeds and ask which to add. Raises InputError where nobody answers."""
    for number, each in enumerate(found, 1):
        language = f", language {each.language}" if each.language else ""
        show.tell(f"{number}. {clean(each.title, TITLE) or 'without a title'}{language}, {each.articles:,} articles")
        show.tell(f"   {clean(each.url, 300)}")
        for headline in each.headlines:
            show.tell(f"   - {clean(headline, TITLE)}")
    try:
        if len(found) == 1:
            typer.confirm("Add it?", default=True, abort=True, err=True)
            return found[0]
        chosen: int = typer.prompt("Which one?", default=1, type=int, err=True)
    except typer.Abort as error:
        raise InputError("\nnothing was added (--yes adds without asking)") from error
    if not 1 <= chosen <= len(found):
        raise InputError(f"there is no {chosen} among them: nothing was added")
    return found[chosen - 1]


def _own(name: str, kind: str | None) -> dict[str, str]:
    return {key: value for key, value in (("id", name), ("kind", kind)) if value}


def _checked(entry: dict[str, Any]) -> dict[str, Any]:
    """Give an entry that feeds.yaml may hold: without a language that is none. Raises InputError."""
    try:
        Feed.model_validate(entry)
    except ValidationError as error:
        wrong = {problem["loc"][0] for problem in error.errors()}
        left = {key: value for key, value in entry.items() if key not in wrong}
        if wrong & {"id", "url"} or not wrong & set(entry):
            raise InputError(
                "; ".join(problem["msg"].removeprefix("Value error, ") for problem in error.errors())
            ) from (error)
        return _checked(left)
    return entry


def _append(workspace: Workspace, entries: Sequence[dict[str, Any]]) -> None:
    path = workspace.folder / "feeds.yaml"
    before = edit.load(path)
    edit.save(path, before, edit.add(before, "feeds.yaml", "feeds", entries))
    for entry in entries:
        show.tell(f"Added {entry['id']} to feeds.yaml: {entry['url']}")


def _check_rules(workspace: Workspace, listed: FeedList, names: set[str]) -> None:
    """Refuse what would keep the rules from loading. Raises InputError naming the rules."""
    words = workspace.load_lexicon()
    left = replace(listed, feeds=tuple(feed for feed in listed.feeds if feed.id not in names))

    def problems(feeds: FeedList) -> set[str]:
        try:
            rules.load(workspace.rules, words, feeds.feeds)
        except DocumentError as error:
            return {problem.render() for problem in error.problems}
        return set()

    if broken := sorted(problems(left) - problems(listed)):
        raise InputError("\n".join([*broken, "nothing was removed: these rules ask for what would be gone"]))


def _content(source: str) -> bytes:
    try:
        return sys.stdin.buffer.read(opml.MAX_BYTES + 1) if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise InputError(f"{source} can't be read: {error.strerror or error}") from error
