"""What publishing asks of a channel, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


class Channel(Protocol):
    """A place that digests are posted to."""

    def ready(self) -> None:
        """Raise SettingError while something is missing without which nothing can be posted."""
        ...

    def plan(self, digest: Digest, key: str) -> list[Part]:
        """Give the messages that say the digest; every article stands in exactly one of them."""
        ...

    def address(self, destination: str) -> str:
        """Say where a message once planned for `destination` goes by now; "" if it isn't this channel's."""
        ...

    def wait(self, seconds: float) -> bool:
        """Let time pass before the next attempt; True where there is no use in going on, as the program is to end."""
        ...

    def post(self, destination: str, payload: Mapping[str, Any]) -> Receipt:
        """Post one message. Raises DeliveryError, whose fate says whether a retry helps."""
        ...


class Fanout:
    """Several channels as one: each says the whole digest, under a key of its own."""

    def __init__(self, channels: Sequence[Channel]) -> None:
        self._channels = tuple(channels)

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

    def address(self, destination: str) -> str:
        """Ask each channel in turn."""
        return next(filter(None, (channel.address(destination) for channel in self._channels)), "")

    def wait(self, seconds: float) -> bool:
        """Let time pass as any of them does."""
        return any(channel.wait(seconds) for channel in self._channels)

    def post(self, destination: str, payload: Mapping[str, Any]) -> Receipt:
        """Post by the channel that the destination belongs to."""
        channel = next(channel for channel in self._channels if channel.address(destination))
        return channel.post(destination, payload)
