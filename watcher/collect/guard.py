"""Which addresses may be fetched, and how much of anybody's time and memory a feed may take."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

MAX_BYTES = 15 << 20  # of a body, raw and inflated
MAX_REDIRECTS = 5
HOST_PAUSE = 1.0  # seconds between two requests to one public host

# What Python 3.11's is_global takes for public. IPv6: only 2000::/3 is handed out at all.
_UNICAST = IPv6Network("2000::/3")
_SPECIAL = [
    ip_network(net)
    for net in ("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4", "2001::/23", "2001:db8::/32", "3fff::/20")
]
_NAT64 = IPv6Network("64:ff9b::/96")
_SIXTOFOUR = IPv6Network("2002::/16")
# Nothing a desk could mean even on its own network: this host's own, link-local (clouds keep credentials there),
# multicast, reserved.
_NEVER = [
    ip_network(net)
    for net in ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::/128", "fe80::/10", "ff00::/8")
]


def allowed(address: str, *, allow_private: bool) -> str:
    """Give "" if an IP address may be connected to, else why not; `allow_private` opens the desk's own networks."""
    try:
        ip = _meant(ip_address(address.partition("%")[0]))
    except ValueError:
        return f"{address} is not an IP address"
    if _is_public(ip):
        return ""
    if any(ip in net for net in _NEVER):
        return f"{address} is an address that no feed is read from"
    return "" if allow_private else f"{address} is not a public address (WATCHER_ALLOW_PRIVATE=1 allows it)"


def is_address(host: str) -> bool:
    """Tell whether a host is an IP address in its usual form; 2130706433 and the like are the resolver's to read."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Tell whether anybody on the internet may have this IP address."""
    return _is_public(_meant(ip_address(address.partition("%")[0])))


def is_near(host: str) -> bool:
    """Tell whether a host's name alone says that it is on the desk's own networks: an address there, or localhost."""
    try:
        return not is_public(host)
    except ValueError:
        return host == "localhost"


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv6Address) and ip not in _UNICAST:
        return False
    return ip.is_global and not any(ip in net for net in _SPECIAL)


def _meant(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Give the IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    if ip in _SIXTOFOUR:
        return IPv4Address(int(ip) >> 80 & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip
