"""Feed and what is remembered of it → the Request to make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.collect import due
from watcher.collect.feeds import expand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.collect.due import FeedState
    from watcher.collect.feeds import Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    One feed to ask for.

    `url` and `headers` are expanded; `etag` and `last_modified` go back as they came; `timeout` (seconds) is for the
    whole exchange; `host_pause` None means one second, and none on private addresses.
    """

    feed: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    last_modified: str = ""
    timeout: float = 20.0
    host_pause: float | None = None


def request_for(feed: Feed, state: FeedState | None, environ: Mapping[str, str]) -> Request:
    """
    Ask unconditionally, at the feed's own address or, once that has moved for good, at the new one.

    Only what the desk wrote is expanded, and a secret header never follows a redirect to where it leads. Raises
    SettingError.
    """
    headers = {name: expand(value, environ) for name, value in feed.headers.items()}
    has_moved = state is not None and state.url == feed.url and due.address(state) != feed.url
    is_own = not has_moved or headers != feed.headers
    return Request(
        feed=feed.id,
        url=expand(feed.url, environ) if state is None or is_own else due.address(state),
        headers=headers,
        timeout=feed.timeout,
        host_pause=feed.host_pause,
    )
