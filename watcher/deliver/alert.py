"""When alerts go out: gathered for half a minute, quiet at night, in a recent one's thread. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.deliver.digests import DigestPlan
from watcher.deliver.line import PRIORITIES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from watcher.decide.match import Finding
    from watcher.deliver.digests import Alert, DigestBook, Quiet

# What comes within this time goes together.
GATHER = timedelta(seconds=30)
# So long an alert's thread takes what follows it; then it is time for another message.
SPACE = timedelta(minutes=5)


def plan_of(alert: Alert, book: DigestBook) -> DigestPlan:
    """Give an alert as a digest of its own, in the zone of its quiet hours, else of its channel's first digest."""
    zones = [each.timezone for each in book.digests if each.channel == alert.channel]
    zone = alert.quiet.timezone if alert.quiet else (zones or ["UTC"])[0]
    at = {"at": ["00:00"], "timezone": zone, "limit": 100}
    whole = DigestPlan.model_validate({"id": alert.id, "title": "Alert", "channel": alert.channel, **at})
    return whole.model_copy(update={"id": alert.name, "on_doubt": alert.on_doubt})


def priorities(alert: Alert) -> tuple[str, ...]:
    """Give the priorities that an alert is for: its own and those above."""
    return tuple(PRIORITIES[: PRIORITIES.index(alert.priority) + 1])


def takes(alert: Alert, finding: Finding) -> bool:
    """Whether an alert tells a finding."""
    wanted = priorities(alert)
    return any(match.priority in wanted for match in finding.matches)


def is_quiet(quiet: Quiet | None, now: datetime) -> bool:
    """Whether it is within quiet hours, by the wall clock of their zone, over midnight or not."""
    if quiet is None:
        return False
    clock = now.astimezone(quiet.zone).time()
    if quiet.start <= quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end


def is_gathered(first_seen: Iterable[datetime], now: datetime) -> bool:
    """Whether the oldest of what waits has waited for others."""
    return min(first_seen) <= now - GATHER


def is_recent(posted: datetime, now: datetime) -> bool:
    """Whether what follows an alert of that time goes into its thread."""
    return now - posted < SPACE
