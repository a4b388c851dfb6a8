"""Which machine of a fleet asks which host."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.remembered import feed, opened
from watcher.state import leases
from watcher.state.leases import Want

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from watcher.state.store import Store

HOSTS = ("shared.example", "c.example", "d.example")
pytestmark = pytest.mark.usefixtures("engine")


def listed(store: Store) -> None:
    """List two feeds of one host and two hosts with one, all due for an hour, the one named first for longest."""
    names = dict(zip("abcd", ("shared.example", *HOSTS), strict=True))
    every = [feed(name, url=f"https://{host}/{name}.xml") for name, host in names.items()]
    for count, hours in ((2, 3), (3, 2), (4, 1)):
        store.feeds.sync(every[:count], datetime.now(UTC) - timedelta(hours=hours))


def taken(
    store: Store, holder: str, want: Want | None, pauses: Mapping[str, float] | None = None, **more: Any
) -> set[str]:
    """Take hosts; give the ids of their feeds."""
    found = store.leases.take(holder, want, pauses or {}, **more)
    return {state.id for states in found.hosts.values() for state in states}


def test_a_host_is_asked_by_one_at_a_time(tmp_path: Path) -> None:
    """All of a host's feeds go to whoever comes first, the longest due before others; the next gets other hosts."""
    with opened(tmp_path) as store:
        listed(store)
        assert taken(store, "one", Want(1)) == {"a", "b"}
        assert taken(store, "two", Want(1)) == {"c"}
        assert taken(store, "three", Want(9)) == {"d"}
        assert taken(store, "four", Want(9)) == set()
        assert store.leases.waiting() == 4


def test_hosts_are_taken_until_there_are_enough_feeds(tmp_path: Path) -> None:
    """Hosts with a feed or two each keep a machine as busy as one with many; without a wish all are taken."""
    with opened(tmp_path) as store:
        listed(store)
        assert taken(store, "one", Want(1, 3)) == {"a", "b", "c"}
        assert taken(store, "two", None) == {"d"}


def test_what_a_server_asked_to_leave_alone_is_not_taken(tmp_path: Path) -> None:
    """A feed whose server said when to come back isn't asked before, whether it is due or asked by hand."""
    with opened(tmp_path) as store:
        listed(store)
        state = store.feeds.states()["a"]
        store.feeds.save([replace(state, retry_at=datetime.now(UTC) + timedelta(hours=1))])
        assert taken(store, "one", None, force=True) == {"b", "c", "d"}


def test_hosts_given_back_can_be_taken_by_the_same_claim(tmp_path: Path) -> None:
    """One step gives back what is done and takes what is next."""
    with opened(tmp_path) as store:
        listed(store)
        assert taken(store, "one", Want(1)) == {"a", "b"}
        assert taken(store, "one", Want(9), done=["shared.example"]) == {"a", "b", "c", "d"}


def test_what_is_given_back_may_be_asked_again_after_its_pause(tmp_path: Path) -> None:
    """A host without a pause is free at once; another rests, whoever would ask it."""
    with opened(tmp_path) as store:
        listed(store)
        taken(store, "one", None, {"shared.example": 60.0})
        store.leases.release("one", HOSTS)
        assert taken(store, "two", None) == {"c", "d"}


def test_a_killed_holders_hosts_have_their_pause_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have asked them a moment before its lease ended."""
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=0))
    with opened(tmp_path) as store:
        listed(store)
        taken(store, "killed", None, {"shared.example": 60.0})
        assert taken(store, "heir", None) == {"c", "d"}


def test_a_killed_holder_delays_its_hosts_by_the_lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody renews falls to others; who comes to renew it then has lost it."""
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=0.2))
    with opened(tmp_path) as store:
        listed(store)
        assert len(taken(store, "killed", None)) == 4
        assert store.leases.renew("killed") == 3
        monkeypatch.setattr(leases, "LEASE", timedelta(seconds=60))
        while not (found := taken(store, "heir", None)):
            pass
        assert len(found) == 4
        assert store.leases.renew("killed") == 0
        store.leases.release("killed", HOSTS)
        assert store.leases.renew("heir") == 3


def test_the_time_is_the_databases(tmp_path: Path) -> None:
    """A fleet goes by one clock, whatever its machines' say."""
    with opened(tmp_path) as store:
        assert abs(store.leases.take("one", Want(1), {}).now - datetime.now(UTC)) < timedelta(seconds=5)
