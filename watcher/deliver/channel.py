"""What publishing asks of a channel, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.deliver.digest import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    One message of a digest: `part` counts from 1 `of` so many, `articles` are the ids of those it links.

    `key` and `part` name it for ever; `payload` is plain JSON and everything that posting needs.
    """

    key: str
    part: int
    of: int
    destination: str
    payload: Mapping[str, Any]
    articles: tuple[str, ...] = ()


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

    def post(self, destination: str, payload: Mapping[str, Any]) -> Receipt:
        """Post one message. Raises DeliveryError, whose fate says whether a retry helps."""
        ...


class Fanout:
    """Several channels as one: each says the whole digest, under a key of its own."""

    def __init__(self, channels: Sequence[tuple[str, Channel]]) -> None:
        """Take channels, each with the prefix that its destinations begin with."""
        self._channels = tuple(channels)

    def ready(self) -> None:
        """Raise SettingError while any of them lacks something."""
        for _, channel in self._channels:
            channel.ready()

    def plan(self, digest: Digest, key: str) -> list[Part]:
        """Give the messages of all channels; the first one's carry the articles, which are delivered once."""
        planned: list[Part] = []
        for number, (_, channel) in enumerate(self._channels):
            parts = channel.plan(digest, f"{key}-{number + 1}" if number else key)
            planned += parts if number == 0 else [_without_articles(part) for part in parts]
        return planned

    def post(self, destination: str, payload: Mapping[str, Any]) -> Receipt:
        """Post by the channel that the destination belongs to."""
        channel = next(channel for prefix, channel in self._channels if destination.startswith(prefix))
        return channel.post(destination, payload)


def _without_articles(part: Part) -> Part:
    return Part(key=part.key, part=part.part, of=part.of, destination=part.destination, payload=part.payload)
