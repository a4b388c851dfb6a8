"""When a digest is due, over both changes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.deliver.digests import DigestPlan
from watcher.deliver.slots import due, following, slots
from watcher.deliver.wallclock import WEEKDAYS


def plan(*at: str, zone: str = "Europe/Madrid", days: list[str | int] | None = None) -> DigestPlan:
    """Make a digest due at these times."""
    return DigestPlan.model_validate(
        {"id": "daily", "at": list(at), "timezone": zone, "channel": "desk", "days": days or list(WEEKDAYS)}
    )


def utc(text: str) -> datetime:
    """Read an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_morning_digest_keeps_its_wall_clock_over_both_changes() -> None:
    """08:00 in Madrid is 07:00 UTC in winter and 06:00 UTC in summer, on the very days of the changes too."""
    spring = slots(plan("08:00"), utc("2026-03-28T00:00"), utc("2026-03-30T00:00"))
    autumn = slots(plan("08:00"), utc("2026-10-24T00:00"), utc("2026-10-26T00:00"))
    assert spring == [utc("2026-03-28T07:00"), utc("2026-03-29T06:00")]
    assert autumn == [utc("2026-10-24T06:00"), utc("2026-10-25T07:00")]


def test_a_time_that_spring_skips_is_the_first_instant_after_the_jump() -> None:
    """02:30 on the day the clocks go from 02:00 to 03:00 is 03:00 summer time, 01:00 UTC."""
    found = slots(plan("02:30"), utc("2026-03-28T12:00"), utc("2026-03-30T12:00"))
    assert found == [utc("2026-03-29T01:00"), utc("2026-03-30T00:30")]


def test_two_times_inside_the_jump_are_one_slot() -> None:
    """02:10 and 02:50 both become the instant after the jump, which is due once."""
    assert slots(plan("02:10", "02:50"), utc("2026-03-29T00:00"), utc("2026-03-29T12:00")) == [utc("2026-03-29T01:00")]


def test_a_time_that_autumn_shows_twice_is_due_the_first_time_only() -> None:
    """02:30 on the day the clocks go back is 00:30 UTC and not again at 01:30 UTC."""
    assert slots(plan("02:30"), utc("2026-10-25T00:00"), utc("2026-10-25T12:00")) == [utc("2026-10-25T00:30")]


def test_a_zone_may_change_its_clocks_at_midnight_or_by_half_an_hour() -> None:
    """Cairo jumps from 00:00 to 01:00, Lord Howe by thirty minutes at 02:00."""
    assert slots(plan("00:30", zone="Africa/Cairo"), utc("2026-04-23T12:00"), utc("2026-04-24T12:00")) == [
        utc("2026-04-23T22:00")
    ]
    assert slots(plan("02:15", zone="Australia/Lord_Howe"), utc("2026-10-03T00:00"), utc("2026-10-04T00:00")) == [
        utc("2026-10-03T15:30")
    ]


def test_a_day_that_a_zone_skipped_is_due_when_the_next_day_begins() -> None:
    """Samoa had no 30 December 2011: its 08:00 falls to the first instant of the 31st."""
    found = slots(plan("08:00", zone="Pacific/Apia"), utc("2011-12-30T00:00"), utc("2011-12-31T00:00"))
    assert found == [utc("2011-12-30T10:00"), utc("2011-12-30T18:00")]


def test_days_are_those_of_the_digests_zone() -> None:
    """Monday 00:30 in Tokyo is still Sunday in UTC."""
    found = slots(plan("00:30", zone="Asia/Tokyo", days=["mon"]), utc("2026-01-10T00:00"), utc("2026-01-20T00:00"))
    assert found == [utc("2026-01-11T15:30"), utc("2026-01-18T15:30")]


def test_the_end_belongs_to_a_span_and_its_start_does_not() -> None:
    """A slot is due at its very instant and not due again after it."""
    at = utc("2026-01-12T07:00")
    assert slots(plan("08:00"), at - timedelta(hours=1), at) == [at]
    assert slots(plan("08:00"), at, at + timedelta(hours=1)) == []


def test_one_digest_covers_all_that_downtime_missed() -> None:
    """After three days away, the newest slot alone is due."""
    found = due(plan("08:00", "18:00"), utc("2026-01-09T07:00"), utc("2026-01-12T09:00"))
    assert found == utc("2026-01-12T07:00")


def test_nothing_is_due_twice() -> None:
    """Right after a slot was served, none is due."""
    assert due(plan("08:00"), utc("2026-01-12T07:00"), utc("2026-01-12T07:01")) is None


def test_a_long_absence_still_finds_the_newest_slot() -> None:
    """After a year away a weekly digest is due at its last Monday."""
    assert due(plan("08:00", days=["mon"]), utc("2025-01-01T00:00"), utc("2026-01-18T00:00")) == utc("2026-01-12T07:00")


def test_a_first_start_looks_back_one_day() -> None:
    """A digest never served is due if its time has come within a day, and waits otherwise."""
    assert due(plan("08:00"), None, utc("2026-01-12T09:00")) == utc("2026-01-12T07:00")
    assert due(plan("08:00", days=["mon"]), None, utc("2026-01-14T09:00")) is None


def test_the_following_slot_is_told() -> None:
    """A weekly digest's next slot is found a week ahead."""
    assert following(plan("08:00", days=["mon"]), utc("2026-01-12T07:00")) == utc("2026-01-19T07:00")


ZONES = ["Europe/Madrid", "America/New_York", "Asia/Tehran", "Africa/Casablanca", "Pacific/Apia", "Antarctica/Troll"]


@pytest.mark.parametrize("zone", ZONES)
@given(
    start=st.datetimes(datetime(2005, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  aware below
    minutes=st.integers(0, 24 * 60 - 1),
)
def test_every_day_has_one_slot_and_none_comes_early(zone: str, start: datetime, minutes: int) -> None:
    """Over any ten days a daily digest is due once a day, never before its wall-clock time."""
    at = f"{minutes // 60:02}:{minutes % 60:02}"
    found = slots(plan(at, zone=zone), start, start + timedelta(days=10))
    days = [slot.astimezone(ZoneInfo(zone)).date() for slot in found]
    assert len(set(days)) == len(days) or zone == "Pacific/Apia"
    assert 9 <= len(found) <= 11
    assert all(slot.astimezone(ZoneInfo(zone)).strftime("%H:%M") >= at for slot in found) or zone == "Pacific/Apia"


def test_a_monthly_digest_is_due_once_a_month() -> None:
    """On its day, or on the last of a month that lacks it; beside days of the week, on each day once."""
    monthly = plan("08:00", zone="UTC", days=[31])
    found = slots(monthly, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))
    assert [(each.month, each.day) for each in found] == [(1, 31), (2, 28), (3, 31), (4, 30)]
    assert following(monthly, datetime(2026, 1, 31, 8, tzinfo=UTC)) == datetime(2026, 2, 28, 8, tzinfo=UTC)
    both = plan("08:00", zone="UTC", days=["thu", 1])
    found = slots(both, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC))
    assert [each.day for each in found] == [1, 8]
    assert due(plan("08:00", zone="UTC", days=[1]), datetime(2026, 1, 1, 8, tzinfo=UTC), found[-1]) is None
