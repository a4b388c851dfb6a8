"""An analyst's question, answered over feeds, files, items or the archive. Changes nothing."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from watcher import items, reading
from watcher.collect.feeds import Feed, shown_address
from watcher.collect.fetch import Failed, Fetched
from watcher.collect.guard import MAX_BYTES
from watcher.decide.match import match
from watcher.errors import InputError, SourceError
from watcher.reading import PATIENCE, Body, Readers, Unread
from watcher.workers import spread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from watcher.collect.article import Article
    from watcher.collect.fetch import Fetcher
    from watcher.collect.request import Request
    from watcher.decide.match import Finding
    from watcher.decide.rules import Rulebook
    from watcher.question import Question
    from watcher.reading import Read, RuleSource

BATCH = 250
PATIENCE_BATCHES = 20
SUFFIXES = (".xml", ".rss", ".atom", ".rdf", ".json")


@dataclass(frozen=True, slots=True)
class Scanned:
    """
    What one source, or one batch of one, brought.

    `findings` are the answers (everything, where no question was asked); `articles`, `relevant` and `matched` count
    all that was read. `reason` is one of the names of failures, or ""; a truncated feed has one and articles too.
    `detail` may also say that a feed has moved.
    """

    source: str
    findings: tuple[Finding, ...] = ()
    articles: int = 0
    relevant: int = 0
    matched: int = 0
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FeedFile:
    """A feed that lies in a file."""

    path: Path
    feed: Feed

    def body(self) -> Body | Scanned:
        """Give the file's content, or why it can't be had."""
        try:
            return Body(feed=self.feed, content=_content(self.path))
        except SourceError as error:
            return Scanned(self.feed.id, reason=error.reason, detail=error.detail)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some articles of one source."""

    source: str
    articles: tuple[Article, ...]


Task = FeedFile | Batch


@dataclass(frozen=True, slots=True)
class Desk:
    """Decides tasks, in whatever process. Without a question it keeps every finding."""

    rules: RuleSource
    now: datetime
    question: Question | None = None

    def decide(self, task: Task) -> Scanned:
        """Read the task's articles and decide them; a source that can't be read is a result with a reason."""
        if isinstance(task, Batch):
            rulebook = _rulebook(self.rules, self.now)
            findings = [match(article, rulebook, now=self.now) for article in task.articles]
            return answer(task.source, findings, self.question)
        body = task.body()
        return body if isinstance(body, Scanned) else self.tell(body, reading.read(self.rules, body, self.now))

    def tell(self, body: Body, found: Read | Unread) -> Scanned:
        """Say what a body brought."""
        if isinstance(found, Unread):
            return Scanned(body.feed.id, reason=found.reason, detail=found.detail)
        answered = answer(body.feed.id, found.findings, self.question)
        return replace(answered, reason=found.warning or answered.reason)


def answer(source: str, findings: Sequence[Finding], question: Question | None) -> Scanned:
    """Count what one source brought, and keep what answers the question; everything where none is asked."""
    unread = [finding for finding in findings if finding.unread]
    first = f"“{unread[0].article.title}”: {unread[0].unread}" if unread else ""
    return Scanned(
        source,
        tuple(f for f in findings if question is None or question.is_met(f, f.article.published)),
        articles=len(findings),
        relevant=sum(finding.relevant for finding in findings),
        matched=sum(bool(finding.matches) for finding in findings),
        reason="unread" if unread else "",
        detail=f"{len(unread):,} of its articles, {first}" if unread else "",
    )


def scan_articles(articles: Iterable[Article], desk: Desk, *, source: str) -> Iterator[Scanned]:
    """Decide a stream of articles in its order; an error of the stream comes after the results of all before it."""
    batches = (Batch(source, tuple(some)) for some in items.batches(articles, BATCH))
    return spread(desk.decide, batches, patience=PATIENCE_BATCHES, lost=_lost)


def scan_files(files: Sequence[FeedFile], desk: Desk, *, patience: float = PATIENCE) -> Iterator[Scanned]:
    """
    Decide feed files in their order.

    Several are read by worker processes, so that one which kills or hangs its reader (for `patience` seconds) costs
    no other; a file alone is read here, where it has nothing to lose but itself.
    """
    if len(files) < 2:
        yield from map(desk.decide, files)
        return
    with Readers(desk.rules, patience=patience) as readers:
        yield from driven(_decided(_bodies(files), desk, readers))


async def scan_web(
    requests: Sequence[Request], feeds: dict[str, Feed], desk: Desk, fetcher: Fetcher
) -> AsyncIterator[Scanned]:
    """Fetch and decide, in the order of arrival; `feeds` are the requests' feeds by id."""
    async with fetcher:
        with Readers(desk.rules) as readers:
            async for result in _decided(_fetched(requests, feeds, fetcher), desk, readers):
                yield result


def driven(results: AsyncIterator[Scanned]) -> Iterator[Scanned]:
    """Give an asynchronous stream's results as they come."""

    async def step() -> Scanned | None:
        return await anext(results, None)

    with asyncio.Runner() as runner:
        while result := runner.run(step()):
            yield result


async def _bodies(files: Iterable[FeedFile]) -> AsyncIterator[tuple[Body, str] | Scanned]:
    for file in files:
        body = file.body()
        yield body if isinstance(body, Scanned) else (body, "")


async def _fetched(
    requests: Sequence[Request], feeds: dict[str, Feed], fetcher: Fetcher
) -> AsyncIterator[tuple[Body, str] | Scanned]:
    """Give what was fetched, each with what is to be told of its address."""
    async for request, outcome in fetcher.fetch_all(requests):
        feed = feeds[request.feed]
        if isinstance(outcome, Fetched):
            url = shown_address(feed, outcome.url)
            body = Body(feed=feed, content=outcome.body, content_type=outcome.content_type, url=url)
            yield body, f"moved for good to {shown_address(feed, outcome.moved_to)}" if outcome.moved_to else ""
        elif isinstance(outcome, Failed):
            yield Scanned(request.feed, reason=outcome.reason, detail=outcome.detail)


async def _decided(
    bodies: AsyncIterator[tuple[Body, str] | Scanned], desk: Desk, readers: Readers
) -> AsyncIterator[Scanned]:
    """Have bodies read by all workers at once; the results keep their order."""
    free: asyncio.Queue[int] = asyncio.Queue()
    for number in range(readers.count):
        free.put_nowait(number)

    async def decide(task: tuple[Body, str] | Scanned) -> Scanned:
        if isinstance(task, Scanned):
            return task
        body, note = task
        number = await free.get()
        try:
            result = desk.tell(body, await readers.read(number, body, desk.now))
        finally:
            free.put_nowait(number)
        return replace(result, detail=result.detail or note)

    under_way: deque[asyncio.Task[Scanned]] = deque()
    try:
        async for task in bodies:
            under_way.append(asyncio.create_task(decide(task)))
            if len(under_way) > 2 * readers.count:
                yield await under_way.popleft()
        while under_way:
            yield await under_way.popleft()
    finally:
        for rest in under_way:
            rest.cancel()


def find_files(path: Path) -> list[FeedFile]:
    """Give a file, or a folder's feed files by name. Raises InputError if there is none."""
    if path.is_dir():
        paths = sorted(each for each in path.iterdir() if each.suffix.lower() in SUFFIXES and each.is_file())
    else:
        paths = [path]
    if not paths:
        raise InputError(f"{path} has no feed files: their names end in {' '.join(SUFFIXES)}")
    if not path.exists():
        raise InputError(f"{path} does not exist: give a feed's URL, a file or a folder")
    return [FeedFile(each, Feed.model_construct(id=each.name, url="")) for each in paths]


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SourceError("unreachable", f"can't be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise SourceError("too-large", f"more than {MAX_BYTES // 1024**2} MiB")
    return content


def _lost(batch: Batch) -> Scanned:
    return Scanned(batch.source, reason="crashed", detail="reading it killed the process that read it")


@lru_cache(maxsize=1)
def _rulebook(rules: RuleSource, _now: datetime) -> Rulebook:
    """Load rules once for a desk, whose time tells it from another at files that were edited since."""
    return rules.load()
