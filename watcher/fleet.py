"""The jobs that a fleet shares, in the PostgreSQL that holds its state: only Procrastinate here."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from procrastinate import App, PsycopgConnector  # noqa: TID251  the one seam to Procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException  # noqa: TID251
from procrastinate.jobs import Status  # noqa: TID251

from watcher.errors import OutdatedError, StateError, WatcherError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from watcher.state.store import Store

TICK = "* * * * * */5"  # every five seconds: looks at what is due
SWEEP = "* * * * * 30"  # once a minute: looks at what a killed worker left
STALLED = 30.0  # seconds without a sign of life
LOOK = 0.1  # seconds between looks at whether to stop
GRACE = 7.0  # seconds for a job in flight to end


class Work(Protocol):
    """What a machine can do for the fleet; each does what there is, and ends early once the machine is to stop."""

    def poll(self) -> bool:
        """Poll one share of the due feeds; False if there was none left."""

    def publish(self) -> None:
        """Post what is due."""


class Fleet:
    """
    This process as a member of the fleet: it looks at what is due, notes jobs, and does jobs that any member noted.

    A job is a hint that there is something to do; what exactly is decided by leases, slots and the outbox. So a job
    that is lost, late or done twice costs a look, and nothing else.
    """

    def __init__(self, store: Store, work: Work, tell: Callable[[WatcherError], None]) -> None:
        self.store = store
        self.work = work
        self.tell = tell
        self.ends: list[Exception] = []
        self.app = App(connector=PsycopgConnector(conninfo=store.database.dsn, min_size=1, max_size=8))
        self._register()

    def run(self, stop: threading.Event) -> None:
        """
        Work until `stop` is set.

        Raises StateError while the server is away, OutdatedError once the archive is another version's, and bugs.
        """
        # Their own logs tell of every job and every try to connect; what matters is told by what the jobs do.
        for name in ("procrastinate", "psycopg.pool"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            asyncio.run(self._run(stop))
        except ConnectorException as error:
            raise self._away(error) from error
        if self.ends:
            raise self.ends[0]

    async def _run(self, stop: threading.Event) -> None:
        asyncio.get_running_loop().set_exception_handler(self._unheard)
        async with self.app.open_async():
            await self._prepare()
            await self._look(0)  # at once, and then with the clock
            tasks = [asyncio.create_task(self._worker(queue)) for queue in ("watch", "poll", "publish")]
            while not (stop.is_set() or self.ends or any(task.done() for task in tasks)):
                await asyncio.wait(tasks, timeout=LOOK)
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error

    def _unheard(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Tell of a job that ended while the server was away: the library drops that error."""
        error = context.get("exception")
        if isinstance(error, ConnectorException):
            self.tell(self._away(error))
        else:
            loop.default_exception_handler(context)

    def _away(self, error: ConnectorException) -> StateError:
        return StateError(f"the archive {self.store.database.name} can't be used: {error.__cause__}")

    async def _prepare(self) -> None:
        """Make Procrastinate's tables in a new database; others may be about to."""
        with self.store.database.alone("fleet", lambda _seconds: False, patience=30.0):
            if not await self.app.check_connection_async():
                await self.app.schema_manager.apply_schema_async()

    async def _worker(self, queue: str) -> None:
        await self.app.run_worker_async(
            queues=[queue],
            name=queue,
            concurrency=1,
            install_signal_handlers=False,
            shutdown_graceful_timeout=GRACE,
            delete_jobs="always",
            fetch_job_polling_interval=1.0,
        )

    def _register(self) -> None:
        """Say what the jobs are. One of a kind waits at most, as each does all there is."""
        for name, job in (("poll", self._poll), ("publish", self._publish)):
            self.app.task(name=name, queue=name, queueing_lock=name)(job)
        for name, watch, cron in (("look", self._look, TICK), ("sweep", self._sweep, SWEEP)):
            self.app.periodic(cron=cron)(self.app.task(name=name, queue="watch", queueing_lock=name)(watch))

    async def _look(self, timestamp: int) -> None:  # noqa: ARG002  which slot it is for: any look will do
        with self._guarded():
            await self._note_poll()
            await self._note("publish")

    async def _poll(self) -> None:
        with self._guarded():
            await self._note_poll()  # whoever is idle may help
            while await asyncio.to_thread(self.work.poll):
                pass

    async def _publish(self) -> None:
        with self._guarded():
            await asyncio.to_thread(self.work.publish)

    async def _sweep(self, timestamp: int) -> None:  # noqa: ARG002
        """Forget the jobs of killed members: what they left undone is still due, and noted anew."""
        for job in await self.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            await self.app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)

    async def _note_poll(self) -> None:
        """Wake one more member, unless there is nothing left for it: it would wake the next one, and so on."""
        if await asyncio.to_thread(self.store.leases.is_any_free):
            await self._note("poll")

    async def _note(self, task: str) -> None:
        with suppress(AlreadyEnqueued):
            await self.app.configure_task(task, queue=task, queueing_lock=task).defer_async()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Tell what a job can't help, and end this member where a job has a bug, or can do no more."""
        try:
            yield
        except OutdatedError as error:
            self.ends.append(error)
        except WatcherError as error:
            self.tell(error)
        except ConnectorException as error:
            self.tell(self._away(error))
        except Exception as bug:  # noqa: BLE001  raised again by `run`
            self.ends.append(bug)
