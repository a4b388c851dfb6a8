"""What Prometheus reads of a running bot: only prometheus_client here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server  # noqa: TID251

from watcher.errors import SettingError
from watcher.state.outbox import KEPT

if TYPE_CHECKING:
    from watcher.poll import PollSummary
    from watcher.send import Posted
    from watcher.state.outbox import PartStatus
    from watcher.state.store import Store

LOCAL = "127.0.0.1"
_SECONDS = (0.1, 0.5, 1, 5, 10, 30, 60, 300, 900)


class Metrics:
    """One process's counts since it started, and the sizes of what all share, read when they are asked for."""

    def __init__(self, store: Store) -> None:
        self.registry = to = CollectorRegistry()
        self.feeds = Counter("watcher_feeds_polled", "Feeds that were asked, by outcome.", ["outcome"], registry=to)
        self.failures = Counter("watcher_feed_failures", "Feeds that failed, by reason.", ["reason"], registry=to)
        self.seconds = Histogram("watcher_pass_seconds", "A polling pass's time.", buckets=_SECONDS, registry=to)
        self.articles = Counter("watcher_articles", "New articles.", registry=to)
        self.matched = Counter("watcher_articles_matched", "New articles that met a rule.", registry=to)
        self.posted = Counter("watcher_parts_posted", "Messages that were posted, by digest.", ["digest"], registry=to)
        Gauge("watcher_feeds_due", "Feeds that are due now.", registry=to).set_function(store.leases.waiting)
        outbox = Gauge("watcher_outbox_parts", "Messages not delivered yet, by status.", ["status"], registry=to)
        for status in KEPT:
            outbox.labels(status).set_function(partial(_count, store, status))

    def polled(self, summary: PollSummary) -> None:
        """Count a pass."""
        failed = len(summary.failed)
        for outcome, count in (("unchanged", summary.unchanged), ("changed", summary.changed), ("failed", failed)):
            self.feeds.labels(outcome).inc(count)
        for _feed, reason, _detail in summary.failed:
            self.failures.labels(reason).inc()
        self.seconds.observe(summary.seconds)
        self.articles.inc(summary.new)
        self.matched.inc(summary.matched)

    def sent(self, posted: Posted) -> None:
        """Count what was posted."""
        self.posted.labels(posted.digest).inc(len(posted.sent))

    def serve(self, place: str) -> None:
        """Answer at PORT of this machine, or at HOST:PORT, as long as the process lives. Raises SettingError."""
        host, _, port = place.rpartition(":")
        try:
            start_http_server(int(port), host or LOCAL, self.registry)
        except (ValueError, OverflowError, OSError) as error:
            raise SettingError(f"--metrics {place}: {error}; give a free PORT, or HOST:PORT") from error


def _count(store: Store, status: PartStatus) -> int:
    return store.outbox.counts().get(status, 0)
