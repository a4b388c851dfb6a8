"""What a site asks robots to leave alone: only Protego here, which comes with the extra `fulltext`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.collect.fetch import Failed, Fetched

if TYPE_CHECKING:
    from watcher.collect.fetch import Outcome

AGENT = "Watcher"
LONGEST = 500 << 10  # bytes that count, as RFC 9309 has it
SLOWEST = 60.0  # seconds between two pages that a site may ask for


class Robots:
    """One site's rules, read from the outcome of asking for its robots.txt as RFC 9309 says."""

    def __init__(self, outcome: Outcome) -> None:
        from protego import Protego  # noqa: PLC0415, TID251  an extra

        self._is_shut = isinstance(outcome, Failed) and not outcome.reason.startswith(("http-4", "gone"))
        body = outcome.body[:LONGEST] if isinstance(outcome, Fetched) else b""
        self._rules = Protego.parse(body.decode("utf-8", "replace"))

    def allows(self, url: str) -> bool:
        """Tell whether a page may be fetched; none may while robots.txt can't be had, all where there is none."""
        return not self._is_shut and bool(self._rules.can_fetch(url, AGENT))

    @property
    def pause(self) -> float | None:
        """The seconds between two pages that the site asks for."""
        delay = self._rules.crawl_delay(AGENT)
        return min(float(delay), SLOWEST) if delay else None


def place_of(url: str) -> str:
    """Give the address of the robots.txt that speaks for a page."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"
