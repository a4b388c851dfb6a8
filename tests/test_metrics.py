"""What Prometheus reads of a running bot."""

from __future__ import annotations

import socket
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.remembered import NOW, listed, opened, part
from watcher.errors import SettingError
from watcher.metrics import Metrics
from watcher.poll import PollSummary
from watcher.send import Posted
from watcher.state.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_client import CollectorRegistry  # noqa: TID251

    from tests.postgres import Server


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    """Give one sample."""
    return registry.get_sample_value(f"watcher_{name}", labels)


@pytest.mark.usefixtures("engine")
def test_passes_failures_and_the_outbox_are_counted(tmp_path: Path) -> None:
    """Counts add up over passes; sizes are those of the moment."""
    with opened(tmp_path) as store:
        metrics = Metrics(store)
        listed(store, "wire")
        summary = PollSummary(
            unchanged=2, changed=3, failed=[("a", "http-404", ""), ("b", "timeout", "")], new=7, matched=1
        )
        metrics.polled(summary)
        metrics.polled(summary)
        store.outbox.plan("daily", NOW, [part(1)], NOW)
        metrics.sent(Posted(digest="daily", sent=tuple(store.outbox.parts())))
        read = metrics.registry
        assert value(read, "feeds_polled_total", outcome="changed") == 6
        assert value(read, "feed_failures_total", reason="timeout") == 2
        assert value(read, "articles_total") == 14
        assert value(read, "articles_matched_total") == 2
        assert value(read, "pass_seconds_count") == 2
        assert value(read, "outbox_parts", status="pending") == 1
        assert value(read, "outbox_parts", status="held") == 0
        assert value(read, "parts_posted_total", digest="daily") == 1
        assert value(read, "feeds_due") == 1


def test_an_archive_that_is_away_is_a_metric(postgres: Server) -> None:
    """What the process counts is told all the same; there are no sizes, and one says that the archive is away."""
    address = postgres.database()
    with Store.open(address) as store:
        metrics = Metrics(store)
        metrics.polled(PollSummary(new=7))
        assert value(metrics.registry, "archive_up") == 1
        postgres.drop(address)
        assert value(metrics.registry, "archive_up") == 0
        assert value(metrics.registry, "feeds_due") is None
        assert value(metrics.registry, "articles_total") == 7


def test_a_port_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    """Only this machine may ask unless another place is named; what is no port, or taken, names the option."""
    with opened(tmp_path) as store:
        for wrong in ("nine", "99999999999999999999", "203.0.113.1:1"):
            with pytest.raises(SettingError, match="--metrics"):
                Metrics(store).serve(wrong)


def test_prometheus_is_answered(tmp_path: Path) -> None:
    """The page is Prometheus' text format."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with opened(tmp_path) as store:
        Metrics(store).serve(str(port))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            assert "watcher_articles_total 0.0" in answer.read().decode()
