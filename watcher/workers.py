"""Work spread over processes, once there is enough of it to pay for starting them; results keep their order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Generic, TypeVar

from watcher.errors import WatcherError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

T = TypeVar("T")
R = TypeVar("R")


def spread(
    work: Callable[[T], R], tasks: Iterable[T], *, patience: int, lost: Callable[[T], R], workers: int | None = None
) -> Iterator[R]:
    """
    Give `work(task)` for each task in order, holding a bounded number of them.

    The first `patience` tasks are done here, the rest by `workers` processes (one a core by default). A process that
    dies costs the tasks it may have held: `lost(task)` stands for each. An error of the tasks' own is raised after
    the results of all tasks before it.
    """
    waiting = iter(tasks)
    for task in islice(waiting, patience):
        yield work(task)
    count = workers or os.cpu_count() or 1
    if count == 1:
        yield from map(work, waiting)
    else:
        yield from _Pool(work, lost, count).results(waiting)


class _Pool(Generic[T, R]):
    """Processes at work on a window of tasks."""

    def __init__(self, work: Callable[[T], R], lost: Callable[[T], R], count: int) -> None:
        self.work = work
        self.lost = lost
        self.count = count
        self.window: deque[tuple[T, Future[R]]] = deque()
        self.executor: ProcessPoolExecutor | None = None

    def results(self, tasks: Iterator[T]) -> Iterator[R]:
        failure: WatcherError | None = None
        try:
            while True:
                try:
                    task = next(tasks)
                except StopIteration:
                    break
                except WatcherError as error:
                    failure = error
                    break
                self.submit(task)
                if len(self.window) >= 3 * self.count:
                    yield self.oldest()
            while self.window:
                yield self.oldest()
        finally:
            self.stop()
        if failure:
            raise failure

    def submit(self, task: T) -> None:
        if self.executor is None:
            self.executor = ProcessPoolExecutor(self.count, initializer=settle)
        try:
            self.window.append((task, self.executor.submit(self.work, task)))
        except BrokenProcessPool:
            self.stop()
            self.submit(task)

    def oldest(self) -> R:
        task, future = self.window.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            return self.lost(task)

    def stop(self) -> None:
        if self.executor:
            self.executor.shutdown(cancel_futures=True)
            self.executor = None


def settle() -> None:
    """Leave Ctrl-C to the parent, and never outlive it: killed, it can't tell its workers to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
