"""Which addresses are fetched from."""

from __future__ import annotations

import pytest

from watcher.collect.guard import allowed, is_public

PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
OWN = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "100.64.0.1",
    "198.18.0.1",
    "::1",
    "fd00::1",
    "fec0::1",
    "::ffff:127.0.0.1",
    "64:ff9b:1::1",
    "64:ff9b::10.0.0.1",
    "2002:7f00:1::",
    "2001:0:1::1",
    "2001:db8::1",
    "3fff::1",
    "192.88.99.1",
    "192.0.0.9",
    "5f00::1",
    "::127.0.0.1",
]
NEVER = ["0.0.0.0", "0.1.2.3", "169.254.169.254", "224.0.0.1", "239.1.2.3", "255.255.255.255", "240.0.0.1", "::"]
NEVER += ["fe80::1", "fe80::1%eth0", "ff02::1", "ff0e::1", "::ffff:169.254.169.254"]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_fetched_from(address: str) -> None:
    """Also where an IPv6 address stands for a public IPv4 one."""
    assert is_public(address)
    assert allowed(address, allow_private=False) == ""
    assert allowed(address, allow_private=True) == ""


@pytest.mark.parametrize("address", OWN)
def test_the_desks_own_networks_need_an_opt_in(address: str) -> None:
    """Private, loopback and special addresses are refused until WATCHER_ALLOW_PRIVATE says otherwise."""
    assert not is_public(address)
    assert "WATCHER_ALLOW_PRIVATE" in allowed(address, allow_private=False)
    assert allowed(address, allow_private=True) == ""


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_fetched_from(address: str) -> None:
    """Link-local, multicast and reserved addresses stay shut even with the opt-in."""
    assert not is_public(address)
    assert allowed(address, allow_private=False)
    assert allowed(address, allow_private=True)


def test_a_name_is_no_address() -> None:
    """Names are resolved before they are asked about."""
    assert allowed("localhost", allow_private=True) == "localhost is not an IP address"
