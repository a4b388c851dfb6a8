"""What Prometheus reads of a running bot: only prometheus_client here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server  # noqa: TID251
from prometheus_client.core import GaugeMetricFamily  # noqa: TID251
from prometheus_client.registry import Collector  # noqa: TID251

from watcher.errors import SettingError, StateError
from watcher.state.outbox import KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric  # noqa: TID251

    from watcher.poll import PollSummary
    from watcher.send import Posted
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
        to.register(_Sizes(store))

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


class _Sizes(Collector):
    """The sizes of what all share; while the archive can't be read there are none, and `up` says so."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def collect(self) -> Iterator[Metric]:
        """Read them."""
        up = GaugeMetricFamily("watcher_archive_up", "Whether the archive can be read.")
        due = GaugeMetricFamily("watcher_feeds_due", "Feeds that are due now.")
        outbox = GaugeMetricFamily("watcher_outbox_parts", "Messages not delivered yet, by status.", labels=["status"])
        try:
            waiting, counts = self.store.leases.waiting(), self.store.outbox.counts()
        except StateError:
            up.add_metric([], 0)
        else:
            up.add_metric([], 1)
            due.add_metric([], waiting)
            for status in KEPT:
                outbox.add_metric([status], counts.get(status, 0))
        yield from (up, due, outbox)
