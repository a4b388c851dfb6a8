"""What runs when: a tick that polls what is due and posts what is due, until a signal says stop."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager, nullcontext
from queue import SimpleQueue
from typing import TYPE_CHECKING

from apscheduler.schedulers.background import BackgroundScheduler  # noqa: TID251  the one seam to APScheduler
from apscheduler.triggers.interval import IntervalTrigger  # noqa: TID251

from watcher.errors import OutdatedError, WatcherError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from types import FrameType

    Job = Callable[[threading.Event], None]

# Seconds after a signal: for what is in flight to end, and then for the process. `watcher run` promises ten.
GRACE = 7.5
FAREWELL = 2.0


def run(
    *jobs: Job,
    tell: Callable[[WatcherError], None],
    held: AbstractContextManager[None] | None = None,
    tick: float = 5.0,
) -> None:
    """
    Do the jobs at every tick, beside each other, until SIGTERM or SIGINT; called in the main thread.

    Which feeds and slots are due is the state's to say: a job looks, does what there is, and returns. It is given an
    event and ends early once that is set; one that doesn't within the grace is left behind. A WatcherError of a job
    goes to `tell`, and the next tick tries again; a bug, or an OutdatedError, stops the run and is raised. `held` is
    what this run holds meanwhile; what it raises is raised.
    """
    with held or nullcontext(), _signals() as ends:
        stop = threading.Event()
        works = [_Work(job, stop, tell, ends) for job in jobs]
        scheduler = BackgroundScheduler()
        for work in works:
            # The tick only wakes: were the work itself the job, a run that came late would be dropped (misfire).
            scheduler.add_job(work.wake.set, IntervalTrigger(seconds=tick), misfire_grace_time=None, coalesce=True)
        scheduler.start()
        try:
            ends.get()
        finally:
            stop.set()
            scheduler.shutdown(wait=False)
            _finish(works)


def leave() -> None:
    """
    See to it that this process, now at its end, exits with 0 soon.

    Python waits at exit for every thread of a pool, and one that looks up a name may take a minute to give up.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    last = threading.Timer(FAREWELL, os._exit, (0,))
    last.daemon = True
    last.start()


class _Work:
    """One job in a thread of its own. A daemon: what outlasts the grace doesn't keep the process from ending."""

    def __init__(
        self, job: Job, stop: threading.Event, tell: Callable[[WatcherError], None], ends: SimpleQueue[None]
    ) -> None:
        self.job = job
        self.stop = stop
        self.tell = tell
        self.ends = ends
        self.wake = threading.Event()
        self.wake.set()
        self.bug: BaseException | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            while True:
                self.wake.wait()
                self.wake.clear()
                if self.stop.is_set():
                    return
                self._try()
        except BaseException as bug:  # noqa: BLE001  raised again in the main thread
            self.bug = bug
            self.ends.put(None)

    def _try(self) -> None:
        try:
            self.job(self.stop)
        except OutdatedError:
            raise
        except WatcherError as error:
            self.tell(error)


def _finish(works: list[_Work]) -> None:
    deadline = time.monotonic() + GRACE
    for work in works:
        work.wake.set()
        work.thread.join(max(0.0, deadline - time.monotonic()))
    for work in works:
        if work.bug is not None:
            raise work.bug


@contextmanager
def _signals() -> Iterator[SimpleQueue[None]]:
    """
    Give the queue that SIGTERM and SIGINT put into, and set their handlers back afterwards.

    Not an event: set by a handler while its own thread is about to wait for it, that would lock up.
    """
    ends: SimpleQueue[None] = SimpleQueue()

    def handle(_number: int, _frame: FrameType | None) -> None:
        ends.put(None)

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield ends
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
