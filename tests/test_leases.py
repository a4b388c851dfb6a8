"""Which machine of a fleet asks which host."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.remembered import feed, opened
from watcher.state import leases

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.state.store import Store

pytestmark = pytest.mark.usefixtures("engine")


def listed(store: Store) -> None:
    """List two feeds of one host and two hosts with one, all due for an hour, the one named first for longest."""
    names = {"a": "shared.example", "b": "shared.example", "c": "c.example", "d": "d.example"}
    every = [feed(name, url=f"https://{host}/{name}.xml") for name, host in names.items()]
    for count, hours in ((2, 3), (3, 2), (4, 1)):
        store.feeds.sync(every[:count], datetime.now(UTC) - timedelta(hours=hours))


def test_a_host_is_asked_by_one_at_a_time(tmp_path: Path) -> None:
    """All of a host's feeds go to whoever comes first, the longest due before others; the next gets other hosts."""
    with opened(tmp_path) as store:
        listed(store)
        assert store.leases.take("one", 1).feeds == {"a", "b"}
        assert store.leases.take("two", 1).feeds == {"c"}
        assert store.leases.take("three", 9).feeds == {"d"}
        assert store.leases.take("four", 9).feeds == set()
        assert store.leases.waiting() == 4


def test_what_is_given_back_may_be_asked_again_after_its_pause(tmp_path: Path) -> None:
    """A host without a pause is free at once; another rests, whoever would ask it."""
    with opened(tmp_path) as store:
        listed(store)
        store.leases.take("one", 9)
        store.leases.release("one", {"shared.example": 60.0})
        assert store.leases.take("two", 9).feeds == {"c", "d"}


def test_a_killed_holder_delays_its_hosts_by_the_lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody renews falls to others; who comes to renew it then has lost it."""
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=0.2))
    with opened(tmp_path) as store:
        listed(store)
        assert len(store.leases.take("killed", 9).feeds) == 4
        assert store.leases.renew("killed") == 3
        while not (found := store.leases.take("heir", 9).feeds):
            pass
        assert len(found) == 4
        assert store.leases.renew("killed") == 0
        store.leases.release("killed", {})
        monkeypatch.setattr(leases, "LEASE", timedelta(seconds=60))
        assert store.leases.renew("heir") == 3


def test_the_time_is_the_databases(tmp_path: Path) -> None:
    """A fleet goes by one clock, whatever its machines' say."""
    with opened(tmp_path) as store:
        assert abs(store.leases.take("one", 1).now - datetime.now(UTC)) < timedelta(seconds=5)
