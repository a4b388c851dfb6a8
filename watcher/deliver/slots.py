"""
When a digest is due: wall-clock rules in, instants in UTC out.

Where clocks jump forward over 02:30 it is the first instant after the jump, where they show 02:30 twice the first of
the two. Nothing here reads a clock.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from watcher.deliver.wallclock import WEEKDAYS

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from watcher.deliver.digests import DigestPlan

# A digest that has never been due looks back this far, so that a first start doesn't dig out last week's.
FIRST_LOOK = timedelta(days=1)
# A monthly digest's slots lie no farther apart than this, a day that a zone skipped included.
_LONGEST_GAP = timedelta(days=33)


def slots(plan: DigestPlan, after: datetime, until: datetime) -> list[datetime]:
    """Give the plan's slots with after < slot ≤ until, in UTC and in order; all three are aware."""
    zone = plan.zone
    day = after.astimezone(zone).date() - timedelta(days=1)
    last = until.astimezone(zone).date() + timedelta(days=1)
    found = set()
    while day <= last:
        if _is_of(plan, day):
            found |= {instant(day, at, zone) for at in plan.at}
        day += timedelta(days=1)
    return sorted(slot for slot in found if after < slot <= until)


def due(plan: DigestPlan, last: datetime | None, now: datetime) -> datetime | None:
    """Give the newest slot since `last` that has come: one digest covers all that were missed."""
    after = now - _LONGEST_GAP if last is not None else now - FIRST_LOOK
    found = slots(plan, max(after, last) if last is not None else after, now)
    return found[-1] if found else None


def following(plan: DigestPlan, now: datetime) -> datetime:
    """Give the first slot after `now`."""
    return slots(plan, now, now + _LONGEST_GAP)[0]


def _is_of(plan: DigestPlan, day: date) -> bool:
    """Whether a digest is due on a day; of the month's days those that it lacks mean its last."""
    last = monthrange(day.year, day.month)[1]
    days = {min(each, last) for each in plan.days if isinstance(each, int)}
    return WEEKDAYS[day.weekday()] in plan.days or day.day in days


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Give the UTC instant at which the clocks of `zone` first show `at` on `day`, or first pass it in a jump."""
    first = datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, at):
        return first
    return _jump(first, datetime.combine(day, at, tzinfo=zone).replace(fold=1).astimezone(UTC), zone)


def _jump(after: datetime, before: datetime, zone: ZoneInfo) -> datetime:
    """Find, to the second, the instant between `before` and `after` at which the zone's offset changes."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
