"""What turned bad or well again → one message for the health channel. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.deliver.coverage import count
from watcher.deliver.digest import Digest
from watcher.deliver.digests import DigestPlan
from watcher.deliver.drawn import clean
from watcher.deliver.line import when

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.deliver.digests import DigestBook, Health
    from watcher.state.health import Trouble

NAME = "health:"
# What changes within this time is told together; what changes all the time is told after the longer one.
GATHER = timedelta(seconds=30)
LONGEST = timedelta(minutes=5)
# So many changes are told in one message.
LINES = 20
LENGTH = 300
_SUBJECTS = {"feed": "Feed", "rules": "Rules", "digest": "Digest", "outbox": "Outbox", "archive": "Archive"}


def is_due(news: Sequence[Trouble], now: datetime) -> bool:
    """Whether it is time to tell what changed."""
    times = [each.since for each in news]
    return bool(times) and (max(times) <= now - GATHER or min(times) <= now - LONGEST)


def plan_of(health: Health, book: DigestBook) -> DigestPlan:
    """Give the health channel's plan, in the zone of the first digest."""
    zone = book.digests[0].timezone if book.digests else "UTC"
    whole = DigestPlan.model_validate({"id": "health", "channel": health.channel, "at": ["00:00"], "timezone": zone})
    return whole.model_copy(update={"id": NAME})


def bulletin(news: Sequence[Trouble], plan: DigestPlan, now: datetime) -> Digest:
    """Say what changed, what is wrong first."""
    at = now.astimezone(plan.zone)
    bad = [each for each in news if each.problem]
    well = [each for each in news if not each.problem]
    lines = [f"✗ {_subject(each)}: {clean(each.problem, LENGTH)} (since {when(each.since, at)})" for each in bad]
    lines += [f"✓ {_subject(each)} is well again (was: {clean(each.told, LENGTH)})" for each in well]
    if len(lines) > LINES:
        lines[LINES:] = [f"and {len(lines) - LINES:,} more: `watcher status` lists them"]
    said = [count(len(bad), "problem")] * bool(bad) + [f"{len(well):,} solved"] * bool(well)
    return Digest(
        id=plan.id, title="Watcher's health", at=at, zone=plan.timezone, summary=" · ".join(said), footer=tuple(lines)
    )


def _subject(trouble: Trouble) -> str:
    return f"{_SUBJECTS[trouble.kind]} {clean(trouble.name, 80)}"
