"""Connections to feeds' hosts: resolved once, and opened to an address that the guard allowed."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from typing import TYPE_CHECKING, Any, TypeVar

from watcher.collect import guard
from watcher.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

Place = tuple[bool, str, int]  # whether with TLS, host, port
P = TypeVar("P", bound=asyncio.Protocol)
_ADDRESSES = 4
_PATIENCE = 5.0  # seconds for an address while another is left to try: hosts announce IPv6 that leads nowhere


class BrokenError(Exception):
    """The server broke off, or answered with what is not HTTP."""


class Dialler:
    """
    Opens connections, redirects' included. Raises SourceError `dns` or `blocked-address`, and OSError.

    Because the checked address is the one connected to, a name that resolves differently a moment later gains
    nothing. `near` collects the hosts that turned out to be on the desk's own networks.
    """

    def __init__(self, *, allow_private: bool, resolving: Executor, tls: ssl.SSLContext) -> None:
        self.near: set[str] = set()
        self._allow_private = allow_private
        self._resolving = resolving
        self._tls = tls

    async def connect(self, make: Callable[[], P], place: Place) -> P:
        """Connect to the first of the host's addresses that answers, and give the protocol made for it."""
        _, host, port = place
        *others, last = await self._addresses(host, port)
        for address in others:
            with contextlib.suppress(OSError):
                async with asyncio.timeout(_PATIENCE):
                    return await self._open(make, address, place)
        return await self._open(make, last, place)

    async def _open(self, make: Callable[[], P], address: str, place: Place) -> P:
        is_secure, host, port = place
        loop = asyncio.get_running_loop()
        tls: dict[str, Any] = {"ssl": self._tls, "server_hostname": host} if is_secure else {}
        _, made = await loop.create_connection(make, address, port, **tls)
        return made

    async def _addresses(self, host: str, port: int) -> list[str]:
        """Resolve a host, once; every address must be allowed, as it could be the one connected to."""
        try:
            found = [host] if guard.is_address(host) else await self._resolved(host, port)
        except (OSError, UnicodeError) as error:
            raise SourceError("dns", f"{host} is not known: {getattr(error, 'strerror', None) or error}") from error
        addresses = list(dict.fromkeys(found))
        if not all(guard.is_public(address) for address in addresses):
            self.near.add(host)
        for address in addresses:
            if refusal := guard.allowed(address, allow_private=self._allow_private):
                raise SourceError("blocked-address", f"{host}: {refusal}")
        return addresses[:_ADDRESSES]

    async def _resolved(self, host: str, port: int) -> list[str]:
        return await asyncio.get_running_loop().run_in_executor(self._resolving, _resolve, host, port)


def _resolve(host: str, port: int) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def explain(error: Exception) -> SourceError:
    """Name what broke a connection. Exceptions' own texts may quote headers, so only the system's part is told."""
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) and cause not in causes:
        causes.append(cause)
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            detail = getattr(cause, "verify_message", "") or getattr(cause, "reason", "")
            return SourceError("tls", detail or "no secure connection")
    for cause in causes:
        if isinstance(cause, OSError) and cause.strerror:
            return SourceError("unreachable", cause.strerror)
    if any(isinstance(cause, BrokenError) for cause in causes):
        return SourceError("unreachable", "the server broke off, or answered with what is not HTTP")
    return SourceError("unreachable", "the connection could not be made or kept")
