"""`watcher run`, the bot, and `watcher worker`, one of many."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from watcher import poll as polling
from watcher import schedule
from watcher.again import again
from watcher.cli import show
from watcher.cli.digest import kept, publisher, sentence
from watcher.cli.log import open_log
from watcher.complete import complete, hindrance
from watcher.errors import SettingError, WatcherError
from watcher.metrics import Metrics
from watcher.reading import Readers
from watcher.share import Share
from watcher.state.hold import hold
from watcher.state.keeping import Removed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from logging import Logger

    from watcher.cli.workspace import Loaded, Stamp, Workspace
    from watcher.collect.feeds import FeedList
    from watcher.complete import Completion
    from watcher.state.store import Store

DAY = timedelta(days=1)
LOOK = 0.4  # seconds between looks at the files
SETTLE = 0.25  # seconds without a change after which an edit is taken for whole


Place = Annotated[
    str | None, typer.Option("--metrics", metavar="PORT", help="Answer Prometheus at this port (or HOST:PORT).")
]


def run(ctx: typer.Context, metrics: Place = None) -> None:
    """
    Poll and post by the schedule, until SIGTERM or Ctrl-C; then end what is in flight and exit 0 within 10 s.

    Feeds are polled when due, digests posted at their times; what was missed while nobody ran is made up for by one
    digest. Edited files are taken over while it runs; one with an error changes nothing and is reported. One line is
    logged for each event on standard error, as JSON with WATCHER_LOG=json.

    Try: `WATCHER_LOG=json watcher --dir newsdesk run`
    """
    with _bot(ctx.obj, metrics) as bot:
        if bot.store.database.is_shared:
            work(bot)
        else:
            jobs = (bot.poll, bot.publish, bot.watch)
            schedule.run(*jobs, tell=bot.tell, held=hold(bot.workspace.state, "run"))
    schedule.leave()


def worker(ctx: typer.Context, metrics: Place = None) -> None:
    """
    Work as one of a fleet that shares the state in PostgreSQL, until SIGTERM or Ctrl-C; exits 0 within 10 s.

    Any number may run, on any machine, each with the same feeds.yaml and rules/: they share the due feeds and post
    each digest once. A worker that is killed delays its feeds by a minute at most. `watcher run` on the same database
    is a worker, too.

    Try: `WATCHER_DATABASE_URL=postgresql+psycopg://watcher@db/watcher watcher --dir newsdesk worker`
    """
    with _bot(ctx.obj, metrics) as bot:
        if not bot.store.database.is_shared:
            raise SettingError(
                "a fleet shares its state in PostgreSQL: set WATCHER_DATABASE_URL=postgresql+psycopg://user@host/database"
                " (docs/scale.md), or use `watcher run`"
            )
        work(bot)
    schedule.leave()


def work(bot: Bot) -> None:
    """Be a member of the fleet until a signal says stop."""
    member = Member(bot)
    schedule.run(member.run, bot.watch, tell=bot.tell)


@contextmanager
def _bot(workspace: Workspace, place: str | None) -> Iterator[Bot]:
    stamp = workspace.stamp()
    loaded = workspace.take(show.now())
    log = open_log(workspace.settings.log)
    for problem in loaded.notices:
        log.warning("%s", problem.render())
    with workspace.open() as store:
        bot = Bot(workspace, loaded, store, log, stamp)
        if place is not None:
            bot.metrics.serve(place)
        try:
            yield bot
        finally:
            bot.close()
    log.info("stopped")


class Bot:
    """The jobs of a run, under the last files that were good: each takes `loaded` once, for all that it does."""

    def __init__(self, workspace: Workspace, loaded: Loaded, store: Store, log: Logger, stamp: Stamp) -> None:
        self.workspace = workspace
        self.loaded = loaded
        self.store = store
        self.log = log
        self.stamp = stamp
        self.readers = Readers(loaded.files)
        self.has_polled = False
        self.tidied: datetime | None = None
        self.is_greeted = False
        self.hindrance = ""
        self.troubles: set[str] = set()
        self.metrics = Metrics(store)

    def poll(self, stop: threading.Event) -> None:
        """Poll what is due."""
        self.greet()
        self.polled(polling.poll(self.store, self.loaded.feeds, self.readers, self.options(stop)))
        self.completed(complete(self.store, self.loaded.feeds, self.readers, self.options(stop)))

    def completed(self, completion: Completion) -> None:
        """Tell what pages brought; once, why they can't."""
        before, self.hindrance = self.hindrance, hindrance(self.loaded.feeds)
        if self.hindrance and not before:
            self.log.warning("%s", self.hindrance)
        if completion.pages:
            self.store.words.refresh()
            self.log.info("%s", completion)

    def options(self, stop: threading.Event) -> polling.Options:
        """Say how to poll."""
        settings = self.workspace.settings
        return polling.Options(allow_private=settings.allow_private, environ=settings.environ, stop=stop)

    def polled(self, summary: polling.PollSummary) -> None:
        """Tell what a pass brought, and try again what couldn't be read."""
        self.has_polled = True
        again(self.store, self.readers, self.loaded.rulebook.hash, self.store.now())
        self.metrics.polled(summary)
        for feed, reason, detail in summary.failed:
            self.log.warning("failed: %s: %s: %s", feed, reason, detail)
        if summary.feeds:
            self.store.words.refresh()
            self.log.info("%s", summary)
        self.tidy()

    def tidy(self) -> None:
        """Once a day, remove what feeds.yaml keeps no longer."""
        keep, now = self.loaded.feeds.keep, show.now()
        if self.tidied is None or now - self.tidied >= DAY:
            self.tidied = now
            done = self.store.keeping.remove(now, articles=keep.articles, bodies=keep.bodies, matches=keep.matches)
            if done != Removed():
                self.log.info("%s", done)

    def tell(self, error: WatcherError) -> None:
        """Log what a job could not do."""
        self.log.error("%s", error)

    def greet(self) -> None:
        """Say once that it runs; not before the state is held, which another process may hold."""
        if not self.is_greeted:
            self.is_greeted = True
            self.note("")
            feeds, rules = len(self.loaded.feeds.feeds), len(self.loaded.rulebook.rules)
            self.log.info("running: %d feeds, %d rules, %d digests", feeds, rules, len(self.loaded.digests.digests))

    def publish(self, stop: threading.Event) -> None:
        """Post the digests whose time has come; after downtime once its news are fetched, so that one covers it."""
        if not self.has_polled:
            return
        troubles = set()
        for result in publisher(self.workspace, self.loaded, self.store, stop.wait).post_due(self.store.now()):
            if isinstance(result, WatcherError):
                troubles.add(str(result))
                continue
            self.log.info("%s", sentence(result))
            self.metrics.sent(result)
            for line in kept(result):
                self.log.warning("%s", line)
        # Tried again at every tick, told once.
        for trouble in sorted(troubles - self.troubles):
            self.log.error("%s", trouble)
        self.troubles = troubles

    def watch(self, stop: threading.Event) -> None:
        """Take over edited files within a second or so; to look is cheap, and works on any kind of disk."""
        while not stop.wait(LOOK):
            stamp = self.workspace.stamp()
            while stamp != self.stamp and not stop.is_set():
                self.stamp = stamp
                stop.wait(SETTLE)  # an editor may be halfway through
                stamp = self.workspace.stamp()
                if stamp == self.stamp:
                    self.refresh()

    def refresh(self) -> None:
        """Swap in edited files as a whole; where they don't load, report it once and go on with the last good ones."""
        try:
            self.loaded = self.workspace.take(show.now())
        except WatcherError as error:
            self.log.warning("the edited files don't load, the last good ones go on:\n%s", error)
            self.note(f"{str(error).partition(':')[0]} doesn't load after an edit: the last good rules go on")
            return
        self.note("")
        self.readers.rules = self.loaded.files
        book = self.loaded.rulebook
        self.log.info("took over edited files: %d rules, rulebook %s", len(book.rules), book.hash[:16])

    def note(self, problem: str) -> None:
        """Have the health channel told what is wrong with the files, "" for nothing."""
        self.store.health.note("rules", {"files": problem}, show.now())

    def close(self) -> None:
        """End the worker processes."""
        self.readers.__exit__()


class Member:
    """The bot as a member of a fleet: what the jobs do here."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.share = Share(bot.store, bot.readers)
        self.synced: FeedList | None = None
        self.stop = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Share the work until `stop` is set."""
        # Imported here, as only fleets have it installed.
        from watcher.fleet import Fleet  # noqa: PLC0415

        self.stop = stop
        self.bot.greet()
        self.sync()
        Fleet(self.bot.store, self, self.bot.tell).run(stop)

    def poll(self) -> bool:
        """Poll a share of what is due; False if there is none, or no time."""
        if self.stop.is_set():
            return False
        self.sync()
        summary = self.share.poll(self.bot.loaded.feeds, self.bot.options(self.stop))
        if summary is not None:
            self.bot.polled(summary)
            self.bot.completed(self.share.complete(self.bot.loaded.feeds, self.bot.options(self.stop)))
        return summary is not None

    def publish(self) -> None:
        """Post what is due, once the news of a downtime are fetched, by whichever member."""
        if not self.bot.has_polled:
            self.bot.has_polled = not self.bot.store.leases.waiting()
        self.bot.publish(self.stop)

    def sync(self) -> None:
        """Bring the feeds' rows in line with feeds.yaml, where it changed."""
        feeds = self.bot.loaded.feeds
        if feeds is not self.synced:
            self.bot.store.feeds.sync(feeds.feeds, self.bot.store.now())
            self.synced = feeds
