"""What publishing asks of a channel, whichever it is."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from watcher.deliver.digest import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    One message of a digest: `part` counts from 1 `of` so many, `articles` are the ids of those it links.

    `key` and `part` name it for ever; `payload` is plain JSON and everything that posting needs. A reply belongs into
    the thread of the digest's first part.
    """

    key: str
    part: int
    of: int
    destination: str
    payload: Mapping[str, Any]
    articles: tuple[str, ...] = ()
    is_reply: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel answers to a post that arrived: `ts` is its name for the message, "" where it has none."""

    ts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A message that may have been posted, first tried `since`; `after` is the receipt of the one before it, if any."""

    destination: str
    payload: Mapping[str, Any]
    since: datetime
    after: str = ""
    thread: str = ""


class Channel(ABC):
    """A place that digests are posted to."""

    name: str
    # Seconds that its places want between two messages.
    pause: float = 0.0
    # Whether a message of unknown fate can be looked for.
    is_readable: bool = False

    def ready(self) -> None:
        """Raise SettingError while something is missing without which nothing can be posted."""
        return

    @abstractmethod
    def plan(self, digest: Digest, key: str) -> list[Part]:
        """Give the messages that say the digest; every article stands in exactly one of them."""

    @abstractmethod
    def address(self, destination: str) -> str:
        """Say where a message once planned for `destination` goes by now; "" if it isn't this channel's."""

    @abstractmethod
    def post(self, destination: str, payload: Mapping[str, Any], thread: str = "") -> Receipt:
        """Post one message, into the thread of a receipt. Raises DeliveryError, whose fate says if a retry helps."""

    def find(self, doubt: Doubt) -> Receipt | None:  # noqa: ARG002  as its heirs need it
        """Look for a message; None if it isn't there (yet). Raises DeliveryError where that can't be said."""
        return None

    def halve(self, payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:  # noqa: ARG002  as its heirs need it
        """Say a refused message in smaller ones; nothing where it can't be said smaller."""
        return []

    def named(self, payload: Mapping[str, Any], part: int, of: int) -> Mapping[str, Any]:  # noqa: ARG002
        """Give a message of the same key under another number."""
        return payload


class Fanout:
    """A channel's places as one: each says the whole digest, under a key of its own."""

    def __init__(self, channels: Sequence[Channel], wait: Callable[[float], object] = time.sleep) -> None:
        self._channels = tuple(channels)
        self._wait = wait

    def ready(self) -> None:
        """Raise SettingError while any of them lacks something."""
        for channel in self._channels:
            channel.ready()

    def plan(self, digest: Digest, key: str) -> list[Part]:
        """Give the messages of all channels; the first one's carry the articles, which are delivered once."""
        planned: list[Part] = []
        for number, channel in enumerate(self._channels):
            parts = channel.plan(digest, f"{key}-{number + 1}" if number else key)
            planned += parts if number == 0 else [replace(part, articles=()) for part in parts]
        return planned

    def at(self, destination: str) -> Channel | None:
        """Give the channel that takes what was planned for a destination."""
        return next((channel for channel in self._channels if channel.address(destination)), None)

    def wait(self, seconds: float) -> bool:
        """Let time pass; True where there is no use in going on, as the program is to end."""
        return bool(self._wait(seconds))
