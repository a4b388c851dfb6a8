"""What a connection that failed means for a message: never sent, or perhaps."""

from __future__ import annotations

import errno
import socket
import ssl
from typing import TYPE_CHECKING
from urllib.error import URLError

from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping

# The kernel's words for "no connection was made": nothing can have been posted.
_UNREACHED = {errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL}


def interrupted(error: Exception, who: str) -> DeliveryError:
    """Tell a connection that never was from one that broke, after which the message may have been posted."""
    cause = error.reason if isinstance(error, URLError) else error
    is_unsent = isinstance(error, URLError) and (
        isinstance(cause, (socket.gaierror, ssl.SSLCertVerificationError))
        or (isinstance(cause, OSError) and cause.errno in _UNREACHED)
    )
    if is_unsent:
        return DeliveryError(f"{who} can't be reached ({cause})", "retry")
    what = "didn't answer in time" if isinstance(cause, TimeoutError) else f"broke off ({type(cause).__name__})"
    return DeliveryError(f"{who} {what}: the message may have been posted", "ambiguous")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read Retry-After, in seconds."""
    value = next((text for name, text in headers.items() if name.lower() == "retry-after"), "")
    return float(value) if value.isdecimal() else None
