"""Worker processes that parse and match: a document that kills or hangs its worker costs that document alone."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from watcher.collect import prose
from watcher.collect.parse import parse
from watcher.decide.match import match
from watcher.errors import DocumentError, InputError, SourceError
from watcher.workers import settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from watcher.collect.article import Article
    from watcher.collect.feeds import Feed
    from watcher.decide.match import Finding
    from watcher.decide.rules import Rulebook

T = TypeVar("T")
R = TypeVar("R")
PATIENCE = 60.0  # seconds for one document; the slowest captured feed takes less than two


class RuleSource(Protocol):
    """Where each process loads the rulebook from; hashable, and small to send."""

    def load(self) -> Rulebook:
        """Load it. Raises DocumentError."""
        ...

    def __hash__(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A fetched feed; `url` is what its relative links are relative to, `known` marks the entries to leave out."""

    feed: Feed
    content: bytes
    content_type: str = ""
    url: str = ""
    known: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """
    What a body says, decided under the rulebook of that hash.

    `newest` is the latest date that isn't in the future, `ttl` the feed's own wish in seconds, `warning` "" or the
    name of what is wrong with a feed that could be read all the same. `marks` are those of all its entries; `known` of
    them were left out.
    """

    findings: tuple[Finding, ...]
    rulebook: str
    newest: datetime | None = None
    ttl: float | None = None
    warning: str = ""
    marks: str = ""
    known: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An article and the page that it is on."""

    article: Article
    content: bytes


@dataclass(frozen=True, slots=True)
class Completed:
    """An article decided under the rulebook of that hash; or the reason why it isn't, "" where it needn't be."""

    finding: Finding | None
    rulebook: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A body that couldn't be read, and the named reason."""

    reason: str
    detail: str


class Readers:
    """
    A few worker processes, started when there is work for them. A context manager, to be entered once.

    `count` is one a core by default. `rules` may be set anew at any time: what is read from then on is decided by them,
    each body as a whole under the old rulebook or the new one.
    """

    def __init__(self, rules: RuleSource, *, count: int | None = None, patience: float = PATIENCE) -> None:
        self.count = count or len(os.sched_getaffinity(0))
        self.rules = rules
        self._readers = [_Reader(patience) for _ in range(self.count)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for reader in self._readers:
            reader.stop()

    @property
    def processes(self) -> list[int]:
        """The ids of the processes that are running."""
        return [reader.process for reader in self._readers if reader.process]

    async def read(self, number: int, body: Body, now: datetime) -> Read | Unread:
        """Have worker `number` (below `count`, one call at a time) read a body. Raises InputError if no rules load."""
        return await self._readers[number].do(read, self.rules, body, now)

    async def complete(self, number: int, page: Page, now: datetime) -> Completed:
        """Have worker `number` take an article's text out of its page. Raises InputError if no rules load."""
        done = await self._readers[number].do(complete, self.rules, page, now)
        return Completed(None, reason=done.reason) if isinstance(done, Unread) else done

    async def decide(self, number: int, article: Article, now: datetime) -> Completed:
        """Have worker `number` decide an article anew. Raises InputError if no rules load."""
        done = await self._readers[number].do(decide, self.rules, article, now)
        return Completed(None, reason=done.detail) if isinstance(done, Unread) else done


class _Reader:
    """One worker process: an executor of its own, so that its death names the document that it held."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.executor: ProcessPoolExecutor | None = None
        self.process = 0

    async def do(
        self, work: Callable[[RuleSource, T, datetime], R], rules: RuleSource, task: T, now: datetime
    ) -> R | Unread:
        try:
            executor = self.executor or await self._start(rules)
            return await asyncio.wait_for(asyncio.wrap_future(executor.submit(work, rules, task, now)), self.patience)
        except BrokenProcessPool:
            self.stop()
            return Unread("crashed", "reading this feed killed the process that read it")
        except TimeoutError:
            self.stop()
            return Unread("timeout", f"reading this feed took longer than {self.patience:g} s")
        except BaseException:
            self.stop()
            raise

    async def _start(self, rules: RuleSource) -> ProcessPoolExecutor:
        """Start the process; loading its rules is not on the document's time."""
        self.executor = await asyncio.to_thread(_make)
        self.process = await asyncio.wrap_future(self.executor.submit(prepare, rules))
        return self.executor

    def stop(self) -> None:
        """End the process at once, whatever it is doing."""
        if self.executor is not None:
            if self.process:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.process, signal.SIGKILL)
            # Of one that was killed the thread beside it ends at once; Python's exit would stumble over it meanwhile.
            self.executor.shutdown(wait=bool(self.process), cancel_futures=True)
        self.executor = None
        self.process = 0


def _make() -> ProcessPoolExecutor:
    """
    Make an executor of one process that shares nothing with this one.

    Forked from here it would inherit the archive's connections and the threads' locks; a fork server, which has loaded
    what a worker needs (`hatch.py`), starts one about as fast.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["watcher.hatch"])
    return ProcessPoolExecutor(1, mp_context=context, initializer=settle)


def prepare(rules: RuleSource) -> int:
    """Load the rulebook, in the worker, and give the worker's process id. Raises InputError."""
    _rulebook(rules)
    gc.freeze()  # what is there by now stays, and needn't be gone through time and again
    return os.getpid()


def read(rules: RuleSource, body: Body, now: datetime) -> Read | Unread:
    """Parse a body and decide its articles, in the worker."""
    rulebook = _rulebook(rules)
    try:
        parsed = parse(body.content, body.feed, content_type=body.content_type, url=body.url, known=body.known, now=now)
    except SourceError as error:
        return Unread(error.reason, error.detail)
    dates = (article.published for article in parsed.articles)
    return Read(
        findings=tuple(match(article, rulebook, now=now) for article in parsed.articles),
        rulebook=rulebook.hash,
        newest=max((date for date in dates if date and date <= now), default=None),
        ttl=parsed.ttl,
        warning=parsed.warning,
        marks=parsed.marks,
        known=parsed.known,
    )


def complete(rules: RuleSource, page: Page, now: datetime) -> Completed:
    """Decide an article by the text of its page, in the worker, where that says more than its feed did."""
    rulebook = _rulebook(rules)
    try:
        text = prose.text_of(page.content)
    except SourceError as error:
        return Completed(None, reason=error.reason)
    if len(text) <= len(page.article.body):
        return Completed(None)
    finding = match(replace(page.article, body=text), rulebook, now=now)
    # What it says as its feed gave it is better than nothing.
    return Completed(None, reason="unread") if finding.unread else Completed(finding, rulebook.hash)


def decide(rules: RuleSource, article: Article, now: datetime) -> Completed:
    """Decide an article, in the worker."""
    rulebook = _rulebook(rules)
    return Completed(match(article, rulebook, now=now), rulebook.hash)


@lru_cache(maxsize=2)
def _rulebook(rules: RuleSource) -> Rulebook:
    try:
        return rules.load()
    except DocumentError as error:
        raise InputError(str(error)) from None  # a DocumentError holds problems, which don't cross processes
