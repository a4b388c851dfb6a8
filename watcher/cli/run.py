"""`watcher run`: the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer  # noqa: TC002  Typer reads the annotation at run time

from watcher import poll as polling
from watcher import schedule
from watcher.cli import show
from watcher.cli.digest import kept, publisher, sentence
from watcher.cli.log import open_log
from watcher.errors import WatcherError
from watcher.reading import Readers

if TYPE_CHECKING:
    import threading
    from logging import Logger

    from watcher.cli.workspace import Loaded, Stamp, Workspace
    from watcher.state.store import Store

LOOK = 0.4  # seconds between looks at the files
SETTLE = 0.25  # seconds without a change after which an edit is taken for whole


def run(ctx: typer.Context) -> None:
    """
    Poll and post by the schedule, until SIGTERM or Ctrl-C; then end what is in flight and exit 0 within 10 s.

    Feeds are polled when due, digests posted at their times; what was missed while nobody ran is made up for by one
    digest. Edited files are taken over while it runs; one with an error changes nothing and is reported. One line is
    logged for each event on standard error, as JSON with WATCHER_LOG=json.

    Try: `WATCHER_LOG=json watcher --dir newsdesk run`
    """
    workspace: Workspace = ctx.obj
    stamp = workspace.stamp()
    loaded = workspace.take(show.now())
    log = open_log(workspace.settings.log)
    for problem in loaded.notices:
        log.warning("%s", problem.render())
    with workspace.open() as store:
        bot = _Bot(workspace, loaded, store, log, stamp)
        try:
            schedule.run(
                workspace.state,
                poll=bot.poll,
                publish=bot.publish,
                watch=bot.watch,
                tell=lambda error: log.error("%s", error),
            )
        finally:
            bot.close()
    log.info("stopped")
    schedule.leave()


class _Bot:
    """The jobs of a run, under the last files that were good: each takes `loaded` once, for all that it does."""

    def __init__(self, workspace: Workspace, loaded: Loaded, store: Store, log: Logger, stamp: Stamp) -> None:
        self.workspace = workspace
        self.loaded = loaded
        self.store = store
        self.log = log
        self.stamp = stamp
        self.readers = Readers(loaded.files)
        self.has_polled = False
        self.is_greeted = False
        self.troubles: set[str] = set()

    def poll(self, stop: threading.Event) -> None:
        """Poll what is due."""
        self.greet()
        settings = self.workspace.settings
        options = polling.Options(allow_private=settings.allow_private, environ=settings.environ, stop=stop)
        summary = polling.poll(self.store, self.loaded.feeds, self.readers, options)
        self.has_polled = True
        for feed, reason, detail in summary.failed:
            self.log.warning("failed: %s: %s: %s", feed, reason, detail)
        if summary.feeds:
            self.store.words.refresh()
            self.log.info("%s", summary)

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
        for result in publisher(self.workspace, self.loaded, self.store, stop.wait).post_due(show.now()):
            if isinstance(result, WatcherError):
                troubles.add(str(result))
                continue
            self.log.info("%s", sentence(result))
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
