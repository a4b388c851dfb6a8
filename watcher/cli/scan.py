"""`watcher scan`: an analyst's question, answered now."""

from __future__ import annotations

import re
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from watcher import items
from watcher import scan as scanning
from watcher.backtest import ArchiveScan, scan_archive
from watcher.cli import listing, show
from watcher.cli.options import Choice, Filters, Output, grouped
from watcher.cli.web import Web
from watcher.cli.workspace import Workspace, shipped
from watcher.collect.article import identity
from watcher.collect.feeds import Feed
from watcher.errors import InputError
from watcher.state.past import SLICE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from watcher.cli.workspace import Loaded
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.match import Finding
    from watcher.question import Question
    from watcher.scan import Scanned
    from watcher.state.store import Store

_PANEL = "Where to look (default: the feeds of feeds.yaml)"
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Source:
    """Where to look."""

    feed: Annotated[
        list[str],
        typer.Option(
            help="A URL, a file or a folder of feed files, repeatable.", metavar="FEED", rich_help_panel=_PANEL
        ),
    ] = field(default_factory=list)
    items: Annotated[
        str,
        typer.Option(help="Items, one JSON object a line, also gzipped; - is standard input.", metavar="FILE.jsonl",
                     rich_help_panel=_PANEL),
    ] = ""  # fmt: skip
    archive: Annotated[bool, typer.Option("--archive", help="What is stored already.", rich_help_panel=_PANEL)] = False
    save: Annotated[
        bool,
        typer.Option("--save", help="Also store it; it is never announced.", rich_help_panel=_PANEL),
    ] = False

    def check(self, output: Path | None) -> None:
        """Raise InputError for options that exclude each other, or where the answers would overwrite what is read."""
        given = [name for name, value in (("--feed", self.feed), ("--items", self.items), ("--archive", self.archive))
                 if value]  # fmt: skip
        if len(given) > 1:
            raise InputError(f"{' and '.join(given)} exclude each other: choose one place to look")
        if self.save and self.archive:
            raise InputError("--save has nothing to do with --archive: what is there is stored already")
        if output and output.exists() and any(output.samefile(read) for read in self.files()):
            raise InputError(f"--output {output} is what is read: nothing was changed. Name another file.")

    def files(self) -> Iterator[Path]:
        """Give the files that are named and there."""
        named = [*self.feed, self.items]
        return (Path(name) for name in named if name and "://" not in name and Path(name).is_file())


def scan(ctx: typer.Context, source: Source, filters: Filters, output: Output, choice: Choice) -> None:
    """
    One pass, now: shows what the watch rules match. Changes nothing, unless told to --save.

    Without --feed, --items or --archive it fetches the feeds of feeds.yaml. `--since` and `--until` mean when an
    article was first seen in the archive, and when it was published elsewhere. A scan of the archive tells its id and
    how to have the same answer again, whatever has come in since.

    Try:

    - `watcher scan` – what do the feeds say right now?

    - `watcher scan --feed https://example.org/rss --all` – one feed, matched or not

    - `watcher scan --archive --partner IR --good group:weapons --status denied --since 30d`

    - `watcher scan --items news.jsonl.gz --format jsonl --all > read.jsonl`
    """
    source.check(output.output)
    workspace = _workspace(ctx.obj, source)
    now = show.now()
    loaded = workspace.take(now) if source.save else workspace.load()
    question = filters.question(loaded.rulebook, now, is_open=choice.all)
    with ExitStack() as stack:
        store = stack.enter_context(workspace.open()) if source.save else None
        desk = scanning.Desk(loaded.files, now, None if store else question)
        tally = _Tally(question, store, loaded.rulebook.hash, now)
        look = _Look(workspace, loaded, desk, stack)
        found = look.archive(question) if source.archive else look.results(source)
        write(tally.answers(found), output, loaded.lexicon)
    tally.tell()
    if source.archive and workspace.has_archive:
        _tell_again(question, loaded.rulebook.hash, now)
    if tally.failed:
        raise typer.Exit(3)


command = grouped(scan)


def _workspace(workspace: Workspace, source: Source) -> Workspace:
    """Take the shipped rules where a feed or a file is asked about and no workspace is around."""
    if workspace.is_made or not (source.feed or source.items) or source.save:
        return workspace
    show.tell("No workspace here: the shipped rules decide. `watcher init PATH` makes one.")
    return Workspace(shipped())


class _Tally:
    """Counts what came, stores it if asked to, and lets the answers through."""

    def __init__(self, question: Question, store: Store | None, rulebook: str, now: datetime) -> None:
        self.question = question
        self.store = store
        self.rulebook = rulebook
        self.now = now
        self.articles = self.relevant = self.matched = self.shown = 0
        self.failed: list[Scanned] = []

    def answers(self, results: Iterable[Scanned]) -> Iterator[Finding]:
        """Give the findings that answer the question."""
        for result in results:
            self.articles += result.articles
            self.relevant += result.relevant
            self.matched += result.matched
            if result.reason:
                self.failed.append(result)
            findings: Sequence[Finding] = result.findings
            if self.store:
                self._save(self.store, findings)
                findings = [each for each in findings if self.question.is_met(each, each.article.published)]
            self.shown += len(findings)
            yield from findings

    def _save(self, store: Store, findings: Sequence[Finding]) -> None:
        named = [replace(each, article=replace(each.article, id=_stored_id(each))) for each in findings]
        store.archive.record(None, named, rulebook=self.rulebook, now=self.now, is_backfill=True)

    def tell(self) -> None:
        """Say what was read, and name each source that failed."""
        for result in self.failed:
            show.tell(f"failed: {result.source}: {result.reason}{f': {result.detail}' if result.detail else ''}")
        counts = f"{self.articles:,} articles, {self.relevant:,} relevant, {self.matched:,} matched"
        failed = f"; {len(self.failed):,} sources failed" if self.failed else ""
        show.tell(f"scanned {counts}, {self.shown:,} shown{failed}")


class _Look:
    """Gives what the sources hold, as it comes."""

    def __init__(self, workspace: Workspace, loaded: Loaded, desk: scanning.Desk, stack: ExitStack) -> None:
        self.workspace = workspace
        self.loaded = loaded
        self.desk = desk
        self.stack = stack

    def archive(self, question: Question) -> Iterator[Scanned]:
        """Look into the archive as it read at the question's end, or now."""
        if not self.workspace.has_archive:
            show.tell("The archive is empty: `watcher poll` fills it.")
            return
        since, now = question.since, _cut_off(question, self.desk.now)
        scan = ArchiveScan(
            url=self.workspace.database_url,
            rules=self.desk.rules,
            now=now,
            question=replace(question, since=None, until=None),
        )
        with self.workspace.open() as store:
            total = -(-store.past.size(since, now) // SLICE)
        yield from self.counted(scan_archive(scan, since), total)

    def results(self, source: Source) -> Iterator[Scanned]:
        """Look where else the options say."""
        if source.items:
            stream, name = self.stack.enter_context(opened(source.items)), shown(source.items)
            yield from self.counted(scanning.scan_articles(items.read(stream, name=name), self.desk, source=name))
        else:
            yield from self.feeds(source.feed)

    def feeds(self, named: Sequence[str]) -> Iterator[Scanned]:
        """Look at feed files, then at addresses; at those of feeds.yaml where none is named."""
        known = {feed.url: feed for feed in self.loaded.feeds.feeds}
        urls = [name for name in named if name.startswith(("http://", "https://"))]
        files = [file for name in named if name not in urls for file in scanning.find_files(Path(name))]
        asked = [known.get(url) or Feed.model_construct(id=url, url=url) for url in urls]
        asked = asked if named else [feed for feed in self.loaded.feeds.feeds if feed.enabled]
        yield from self.counted(scanning.scan_files(files, self.desk), len(files))
        if asked:
            web = Web(self.workspace, self.loaded.feeds.contact, self.desk)
            yield from self.counted(web.results(asked), len(asked))

    def counted(self, results: Iterable[Scanned], total: int | None = None) -> Iterator[Scanned]:
        """Move a progress bar as results come."""
        with show.progress("scanning") as move:
            for done, result in enumerate(results, start=1):
                move(done, total)
                yield result


def _cut_off(question: Question, now: datetime) -> datetime:
    """Give the time whose archive is asked: what comes later, edits of old articles included, changes no answer."""
    return min(question.until or now, now)


def _tell_again(question: Question, rulebook: str, now: datetime) -> None:
    """Say how to have the same answer again."""
    until = _cut_off(question, now)
    since = f"--since {_exactly(question.since)} " if question.since else ""
    name = replace(question, until=until).name(rulebook)
    show.tell(f"scan {name}, rulebook {rulebook[:12]}; the same again: {since}--until {_exactly(until)}")


def _exactly(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def opened(name: str) -> IO[bytes]:
    """Open a file of lines; - is standard input. Raises InputError."""
    if name == "-":
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise InputError(f"{name} can't be read: {error.strerror}") from error


def shown(name: str) -> str:
    """Give what such a file is called."""
    return "standard input" if name == "-" else name


def _stored_id(finding: Finding) -> str:
    """Give the archive's id for an article; an item's own is only known within its file."""
    article = finding.article
    if _ID.fullmatch(article.id):
        return article.id
    guid = article.id
    return identity(feed=article.feed, guid=guid, url=article.url, title=article.title, summary=article.summary)


def write(answers: Iterable[Finding], output: Output, lexicon: Lexicon) -> None:
    """Write findings in the format, and to the file, that is asked for."""
    names = listing.names_of(lexicon)
    if output.format == "table":
        is_terminal = output.output is None and sys.stdout.isatty()
        width = show.results().width if is_terminal else show.WIDE
        pieces = listing.as_table(answers, names, width, is_coloured=is_terminal)
    else:
        pieces = listing.as_format(output.format, answers, names)
    show.write(pieces, output.output)
