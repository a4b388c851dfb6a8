"""`watcher rules diff` and `rules rescan`: rules over the past."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.text import Text

from watcher import backtest, history, revisions
from watcher.backtest import Comparison, Rescan
from watcher.cli import show
from watcher.cli.listing import stamp
from watcher.deliver.drawn import clean
from watcher.errors import DocumentError, HeldError, InputError
from watcher.question import read_moment
from watcher.state.hold import hold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.backtest import Change, Compared
    from watcher.cli.workspace import Workspace
    from watcher.rulefiles import RuleFiles

LONGEST = 300
Since = Annotated[str, typer.Option(metavar="WHEN", help="What was first seen since: 90d, 2026-01-31; all for all.")]
Against = Annotated[str, typer.Option(metavar="REV", help="A revision of git, or a rulebook of `rules history`.")]
Fail = Annotated[bool, typer.Option("--fail-on-lost", help="Exit with 1 if a rule loses an article.")]
Format = Annotated[Literal["text", "json"], typer.Option("--format", help="How to write it.")]


def diff(
    ctx: typer.Context, since: Since = "90d", against: Against = "", fail: Fail = False, format_: Format = "text"
) -> None:
    """
    Say what an edit of the rules changes over the archive: what each rule loses, and finds anew, and why.

    The files as they are now are compared with the rulebook that decided last, or with an earlier one. Nothing is
    stored or announced.

    Try: `watcher rules diff --since 30d --against HEAD --fail-on-lost`
    """
    workspace: Workspace = ctx.obj
    loaded = workspace.load()
    now = show.now()
    from_ = None if since == "all" else read_moment(since, now=now)
    if not workspace.has_archive:
        raise InputError("the archive is empty, so there is nothing to compare over: `watcher poll` fills it")
    with ExitStack() as stack:
        before = stack.enter_context(_earlier(workspace, against))
        comparison = Comparison(
            url=workspace.database_url,
            rules=loaded.files,
            now=now,
            before=before.files,
            last="" if against else before.hash,
        )
        found = _Differences(before.name)
        with workspace.open() as store:
            total = store.past.size(from_)
        with show.progress("comparing") as move:
            for part in backtest.compare(comparison, from_):
                found.add(part)
                move(found.articles, total)
    if format_ == "json":
        show.write_json(found.as_object())
    else:
        show.results().print(found.as_text(), soft_wrap=True)
    if fail and found.count(is_lost=True):
        raise typer.Exit(1)


def rescan(ctx: typer.Context) -> None:
    """
    Bring the archive's stored matches to the rules as they are now. Announces nothing.

    Texts are read again only where the lexicon has changed, or Watcher itself. It may be interrupted at any time: the
    next rescan goes on where it ended.

    Try: `watcher rules diff && watcher rules rescan`
    """
    workspace: Workspace = ctx.obj
    if not workspace.has_archive:
        raise InputError("the archive is empty: `watcher poll` fills it")
    loaded = workspace.take(show.now())
    with _alone(workspace), show.progress("rescanning") as move:
        task = Rescan(url=workspace.database_url, rules=loaded.files, now=show.now())
        kept = loaded.feeds.keep.matches
        done = backtest.rescan(task, move, task.now - kept if kept else None)
    show.results().print(str(done), markup=False, soft_wrap=True)
    if done.left:
        show.tell(f"{done.left:,} articles are left: a process was killed while it decided them. Run it again.")
        raise typer.Exit(3)


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """Let nobody else rescan meanwhile, on any machine that shares the archive: they would do the work twice."""
    with workspace.open() as store:
        if not store.database.is_shared:
            with hold(workspace.state, "rules rescan"):
                yield
            return
        with store.database.alone("rescan", bool) as is_alone:
            if not is_alone:
                raise HeldError(f"another `watcher rules rescan` works on {store.database.name}: wait until it ends")
            yield


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The rulebook to compare with; `files` is None where only its hash is known."""

    name: str
    hash: str
    files: RuleFiles | None


@contextmanager
def _earlier(workspace: Workspace, against: str) -> Iterator[_Earlier]:
    """Find the rulebook to compare with: a revision of git, a copy of `rules history`, or the one that decided last."""
    with workspace.open() as store:
        last = store.past.last_rulebook()
    kept = history.find(workspace.state, against or last)
    if kept is None and against:
        with history.draft(revisions.files(workspace.folder, against), workspace.state) as folder:
            yield _Earlier(against, "", _checked(workspace.at(folder), against))
        return
    files = _checked(workspace.at(kept.rules), kept.hash) if kept else None
    yield _Earlier(f"rulebook {(against or last)[:12]}", last, files)


def _checked(workspace: Workspace, name: str) -> RuleFiles:
    """Make sure that the files load. Raises InputError."""
    try:
        workspace.rule_files.load()
    except DocumentError as error:
        raise InputError(f"the rules of {name} don't load under today's lexicon:\n{error}") from error
    return workspace.rule_files


class _Differences:
    """What was found, by rule."""

    def __init__(self, before: str) -> None:
        self.before = before
        self.articles = 0
        self.changes: dict[str, list[Change]] = defaultdict(list)

    def add(self, part: Compared) -> None:
        self.articles += part.articles
        for change in part.changes:
            self.changes[change.rule].append(change)

    def count(self, *, is_lost: bool) -> int:
        return sum(change.is_lost is is_lost for changes in self.changes.values() for change in changes)

    def as_object(self) -> dict[str, Any]:
        """Give it for scripts, the rules that lose most first."""
        return {
            "against": self.before,
            "articles": self.articles,
            "found": self.count(is_lost=False),
            "lost": self.count(is_lost=True),
            "rules": [
                {
                    "rule": rule,
                    "lost": [_entry(change) for change in changes if change.is_lost],
                    "found": [_entry(change) for change in changes if not change.is_lost],
                }
                for rule, changes in self._sorted()
            ],
        }

    def as_text(self) -> Text:
        """Give it for reading: a line for each rule, the lost articles first, each with its reasons."""
        text = Text(f"{self.articles:,} articles, against {self.before}: ")
        text.append(f"+{self.count(is_lost=False):,} −{self.count(is_lost=True):,}", style="bold")
        for rule, changes in self._sorted():
            lost = sum(change.is_lost for change in changes)
            text.append(f"\n\n{rule}", style="bold").append(f"  +{len(changes) - lost:,} −{lost:,}")
            for change in changes:
                text.append_text(_lines(change))
        return text

    def _sorted(self) -> list[tuple[str, list[Change]]]:
        """Sort the rules that lose most first, and what they lose before what they find."""
        rules = [(rule, sorted(changes, key=lambda one: not one.is_lost)) for rule, changes in self.changes.items()]
        return sorted(rules, key=lambda pair: (-sum(change.is_lost for change in pair[1]), pair[0]))


def _entry(change: Change) -> dict[str, Any]:
    article = change.article
    told = {"id": article.id, "title": article.title, "url": article.url, "source": article.source}
    return {**told, "published": stamp(article.published), "reasons": list(change.reasons)}


def _lines(change: Change) -> Text:
    """Give an article's lines: its title, why, and where it is."""
    article = change.article
    day = f"{article.published:%Y-%m-%d} " if article.published else ""
    text = Text("\n  ").append("− " if change.is_lost else "+ ", style="red" if change.is_lost else "green")
    text.append(
        f"{day}{clean(article.title, LONGEST) or '(untitled)'} ({clean(article.source or article.feed, LONGEST)})"
    )
    why = "no more" if change.is_lost else "now"
    text.append(f"\n      {why}: {'; '.join(clean(reason, LONGEST) for reason in change.reasons) or 'it is met'}")
    return text.append(f"\n      {clean(article.url, LONGEST)}" if article.url else "", style="dim")
