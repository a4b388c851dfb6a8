"""The press of a siege: hosts on loopback whose feeds grow."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count
from typing import TYPE_CHECKING

from tests.feed_server import feed, item

if TYPE_CHECKING:
    from tests.feed_server import FeedServer

GOODS = ("drones", "artillery shells", "tanks", "helicopters", "mortars", "howitzers")


class Press:
    """Hosts whose feeds grow: `titles` are all that was ever published, by link."""

    def __init__(self, webs: list[FeedServer], feeds: int) -> None:
        self.titles: dict[str, str] = {}
        self.items: dict[tuple[int, int], list[str]] = {}
        self.webs = webs
        self.numbers = count()
        for host in range(len(webs)):
            for number in range(feeds):
                self.publish(host, number)

    @property
    def requests(self) -> int:
        """How often anything was asked for."""
        return sum(len(web.ledger) for web in self.webs)

    def publish(self, host: int, number: int, *, is_urgent: bool = False) -> None:
        """Add an article to a feed."""
        serial = next(self.numbers)
        link = f"https://press.example/{serial}"
        good = "missiles" if is_urgent else GOODS[serial % len(GOODS)]
        self.titles[link] = title = f"Iran ships {7 + serial * 13} {good} to Russia, port {serial}"
        kept = self.items.setdefault((host, number), [])
        kept.insert(0, item(title, link=link, date=format_datetime(datetime.now(UTC))))
        self.webs[host].put(f"/{number}.xml", feed(*kept))
