"""What a siege came to, counted from the ledgers of Slack and of the feeds' servers, and from the archive."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tests.fake_slack import FakeSlack
    from tests.feed_server import FeedServer


@dataclass(slots=True)
class Toll:
    """What a siege came to."""

    kills: int = 0
    restarts: int = 0
    requests: int = 0
    articles: int = 0
    digests: int = 0
    messages: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    rude: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost or doubled, and nobody was rude."""
        return not (self.lost or self.doubled or self.rude)

    def __str__(self) -> str:
        return (
            f"{self.kills} workers killed, {self.restarts} restarts of the database, {self.requests:,} requests, "
            f"{self.articles:,} articles, {self.messages:,} messages of {self.digests:,} digests and alerts: "
            f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.rude)} rude"
        )

    def count_articles(self, published: Collection[str], stored: Sequence[str]) -> None:
        """Count what is in the archive, by address: everything that was published, once."""
        self.articles = len(set(stored))
        self.lost += [f"not in the archive: {link}" for link in sorted(set(published) - set(stored))]
        self.doubled += [f"{times} times in the archive: {link}" for link, times in _repeated(stored)]

    def count_messages(self, published: Collection[str], slack: FakeSlack) -> None:
        """Count what Slack has: every article in one message, every part of a digest once, and nobody impatient."""
        names = [message["metadata"]["event_payload"] for message in slack.messages]
        self.messages, self.digests = len(names), len({name["key"] for name in names})
        self.lost += [f"never told: {link}" for link in sorted(set(published) - set(slack.links))]
        self.doubled += [f"told {times} times: {link}" for link, times in _repeated(slack.links)]
        posted = [f"{name['key']}, part {name['part']}" for name in names]
        self.doubled += [f"posted {times} times: {name}" for name, times in _repeated(posted)]
        self.rude += slack.rudeness

    def count_requests(self, webs: Sequence[FeedServer], pause: float) -> None:
        """Count what hosts were asked, none of them sooner than `pause` seconds after it was asked before."""
        for host, web in enumerate(webs):
            asked = sorted(each.at for each in web.ledger)
            self.requests += len(asked)
            self.rude += [
                f"host {host} asked again after {later - earlier:.3f} s"
                for earlier, later in pairwise(asked)
                if later - earlier < pause
            ]

    def count_endings(self, codes: Mapping[int, int], expected: Mapping[int, int], others: Collection[int]) -> None:
        """Count how workers ended: so many times with these codes, and otherwise only with `others`."""
        is_so = all(codes.get(code, 0) == times for code, times in expected.items())
        if not is_so or set(codes) - set(expected) - set(others):
            self.rude.append(f"workers ended with {dict(codes)}, and not {dict(expected)}")


def _repeated(names: Sequence[str]) -> list[tuple[str, int]]:
    return [(name, times) for name, times in Counter(names).items() if times > 1]
