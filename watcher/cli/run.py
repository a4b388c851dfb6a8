"""`watcher run`: the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer  # noqa: TC002  Typer reads the annotation at run time

from watcher import poll as polling
from watcher import publish, schedule
from watcher.cli import show
from watcher.cli.digest import kept, opener, sentence
from watcher.cli.log import open_log
from watcher.errors import DocumentError, WatcherError
from watcher.reading import Readers

if TYPE_CHECKING:
    import threading
    from logging import Logger

    from watcher.cli.workspace import Loaded, Workspace
    from watcher.state.store import Store


def run(ctx: typer.Context) -> None:
    """
    Poll and post by the schedule, until SIGTERM or Ctrl-C; then end what is in flight and exit 0 within 10 s.

    Feeds are polled when due, digests posted at their times; what was missed while nobody ran is made up for by one
    digest. Edited files are taken over while it runs; one with an error changes nothing and is reported. One line is
    logged for each event on standard error, as JSON with WATCHER_LOG=json.

    Try: `WATCHER_LOG=json watcher --dir newsdesk run`
    """
    workspace: Workspace = ctx.obj
    loaded = workspace.load()
    log = open_log(workspace.settings.log)
    for problem in loaded.notices:
        log.warning("%s", problem.render())
    with workspace.open() as store:
        bot = _Bot(workspace, loaded, store, log)
        try:
            schedule.run(workspace.state, poll=bot.poll, publish=bot.publish, tell=lambda error: log.error("%s", error))
        finally:
            bot.close()
    log.info("stopped")
    schedule.leave()


class _Bot:
    """The two jobs of a run, under the last files that were good."""

    def __init__(self, workspace: Workspace, loaded: Loaded, store: Store, log: Logger) -> None:
        self.workspace = workspace
        self.loaded = loaded
        self.store = store
        self.log = log
        self.stamp = workspace.stamp()
        self.readers = Readers(workspace.rule_files)
        self.has_polled = False
        self.is_greeted = False
        self.troubles: set[str] = set()

    def poll(self, stop: threading.Event) -> None:
        """Take over edited files, then poll what is due."""
        self.greet()
        self.refresh()
        settings = self.workspace.settings
        options = polling.Options(allow_private=settings.allow_private, environ=settings.environ, stop=stop)
        summary = polling.poll(self.store, self.loaded.feeds, self.readers, options)
        self.has_polled = True
        for feed, reason, detail in summary.failed:
            self.log.warning("failed: %s: %s: %s", feed, reason, detail)
        if summary.feeds:
            self.log.info("%s", summary)

    def greet(self) -> None:
        """Say once that it runs; not before the state is held, which another process may hold."""
        if not self.is_greeted:
            self.is_greeted = True
            feeds, rules = len(self.loaded.feeds.feeds), len(self.loaded.rulebook.rules)
            self.log.info("running: %d feeds, %d rules, %d digests", feeds, rules, len(self.loaded.digests.digests))

    def publish(self, stop: threading.Event) -> None:
        """Post the digests whose time has come; after downtime once its news are fetched, so that one covers it."""
        if not self.has_polled:
            return
        troubles = set()
        opened = opener(self.workspace, stop.wait)
        for result in publish.post_due(self.store, self.loaded.rulebook, self.loaded.digests, opened, show.now()):
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

    def refresh(self) -> None:
        """Swap in edited files as a whole; where they don't load, report it once and go on with the last good ones."""
        stamp = self.workspace.stamp()
        if stamp == self.stamp:
            return
        self.stamp = stamp
        try:
            loaded = self.workspace.load()
        except DocumentError as error:
            self.log.warning("the edited files don't load, the last good ones go on:\n%s", error)
            return
        self.close()
        self.readers = Readers(self.workspace.rule_files)
        self.loaded = loaded
        self.log.info("took over edited files: %d rules", len(loaded.rulebook.rules))

    def close(self) -> None:
        """End the worker processes."""
        self.readers.__exit__()
