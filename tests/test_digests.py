"""rules/digests.yaml: what it may say, and where each mistake is shown."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest

from watcher.deliver.digests import DigestBook, load
from watcher.deliver.wallclock import WEEKDAYS
from watcher.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
channels:
  desk: {slack: C0123ABCD}
  wall: {page: out/digest.html, terminal: true}
digests:
  - {id: daily, title: Russia's partners, at: ["08:00"], days: [mon, tue], timezone: Europe/Madrid, channel: desk,
     rules: all, empty: post, announce_within: 3d, sections: tier, limit: 12, on_doubt: resend}
  - {id: evening, at: 18:30, channel: wall, rules: [iran-arms]}
"""


def book(folder: Path, text: str, rule_ids: set[str] | None = None) -> DigestBook:
    """Load a digests.yaml of this text."""
    path = folder / "digests.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, rule_ids, shown="rules/digests.yaml")


def mistakes(folder: Path, text: str, rule_ids: set[str] | None = None) -> list[str]:
    """Give `line:column: message` of every mistake."""
    with pytest.raises(DocumentError) as caught:
        book(folder, text, rule_ids)
    return [f"{each.line}:{each.column}: {each.message}" for each in caught.value.problems]


def digest(**changes: str) -> str:
    """Make a file of one digest, keys changed, added, or left out where the value is "-"."""
    values = {"id": "daily", "at": "['08:00']", "channel": "desk"} | changes
    lines = [f"{key}: {value}" for key, value in values.items() if value != "-"]
    return "channels:\n  desk: {slack: C0123ABCD}\ndigests:\n  - " + "\n    ".join(lines) + "\n"


def test_a_good_file_loads(tmp_path: Path) -> None:
    """Every key of the contract is read, and what is left out has its default."""
    daily, evening = book(tmp_path, GOOD, {"iran-arms"}).digests
    assert (daily.name, daily.at, daily.days, daily.zone.key) == (
        "Russia's partners",
        (time(8),),
        ("mon", "tue"),
        "Europe/Madrid",
    )
    assert (daily.rules, daily.takes("anything"), daily.empty) == (None, True, "post")
    assert (evening.name, evening.at, evening.days) == ("evening", (time(18, 30),), WEEKDAYS)
    assert (evening.takes("iran-arms"), evening.takes("other"), evening.empty) == (True, False, "skip")
    assert (evening.announce_within, evening.limit, evening.sections) == (timedelta(days=3), 12, "tier")


def test_a_workspace_without_the_file_has_no_digests(tmp_path: Path) -> None:
    """Nothing is due, and nothing is wrong."""
    assert load(tmp_path / "digests.yaml").digests == ()


def test_an_unquoted_time_is_a_time(tmp_path: Path) -> None:
    """08:00 is a time of day in YAML as we read it, several are put in order, twice is once."""
    assert book(tmp_path, digest(at="[18:00, 08:00, 8:00]")).digests[0].at == (time(8), time(18))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"timezone": "Europe/Madird"}, '7:15: "Europe/Madird" is not a time zone (did you mean "Europe/Madrid"?)'),
        ({"timezone": "../UTC"}, '7:15: "../UTC" is not a time zone'),
        ({"at": "['24:00']"}, "5:10: '24:00' is not a time of day: write \"08:00\""),
        ({"at": "[8]"}, '5:10: 8 is not a time of day: write "08:00"'),
        ({"at": "[]"}, "5:9: "),
        ({"at": "-"}, '"at" is missing'),
        ({"days": "[mon, tues]"}, '"tues" is not one of mon, tue, wed, thu, fri, sat, sun (did you mean "tue"?)'),
        ({"channel": "dsk"}, '"dsk" is not one of the channels above (did you mean "desk"?)'),
        ({"limits": "12"}, 'unknown key "limits" (did you mean "limit"?)'),
        ({"limit": "0"}, "7:12: "),
        ({"empty": "never"}, '"never" is not one of skip, post'),
        ({"sections": "country"}, '"country" is not one of tier, partner, rule'),
        ({"on_doubt": "ask"}, '"ask" is not one of resend, hold'),
        ({"announce_within": "3 days"}, "is not a span of time"),
        ({"rules": "some"}, "must be all, or a list of the ids of watch rules"),
        ({"rules": "[iran-amrs]"}, '"iran-amrs" is not the id of a watch rule (did you mean "iran-arms"?)'),
        ({"id": "a b"}, "4:9: "),
    ],
)
def test_a_mistake_is_shown_where_it_stands(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    """One mistake, one message, with line, column and what to write instead."""
    found = mistakes(tmp_path, digest(**changes), {"iran-arms"})
    assert len(found) == 1
    assert message in found[0]


@pytest.mark.parametrize(
    ("channel", "message"),
    [
        ("{webhook: 'https://hooks.example/s3cret'}", "the address is a secret: put it into .env as NAME=address"),
        ("{apprise: 'mailto://me:pass@example.org'}", "the address is a secret"),
        ("{slack: '#general'}", '"#general" is not the id of a Slack channel'),
        ("{}", "goes nowhere: give it slack, webhook, apprise, page, feed or terminal"),
        ("{terminal: false}", "goes nowhere"),
        ("{slak: C0123ABCD}", 'unknown key "slak" (did you mean "slack"?)'),
    ],
)
def test_a_channel_that_cannot_work_is_refused(tmp_path: Path, channel: str, message: str) -> None:
    """What isn't supported yet says so, a channel's name is not its id."""
    found = mistakes(tmp_path, f"channels:\n  desk: {channel}\n")
    assert any(message in each for each in found)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """A repeated id, an unknown channel in three places, an unknown zone: five messages in the order of the lines."""
    text = """\
channels: {desk: {slack: C0123ABCD}}
digests:
  - {id: daily, at: 08:00, channel: desk, timezone: Mars/Base}
  - {id: daily, at: 08:00, channel: dsek}
alerts:
  - {id: breaking, channel: other, quiet: {from: "22:00", to: "07:00"}}
health: {channel: none}
"""
    found = mistakes(tmp_path, text)
    assert [each.split(":")[0] for each in found] == ["3", "4", "4", "6", "7"]
    assert 'the id "daily" is taken in line 3: choose another' in found[1]


@pytest.mark.parametrize(
    "text", ["- a\n", "digests: daily\n", "digests: [daily]\nalerts: {a: b}\nchannels: [x]\n", "health: x\n"]
)
def test_a_file_of_another_shape_is_refused_without_a_crash(tmp_path: Path, text: str) -> None:
    """Lists for mappings and words for lists are mistakes like others."""
    assert mistakes(tmp_path, text, set())


def test_alerts_and_health_are_read(tmp_path: Path) -> None:
    """With what they leave out, and under names that no digest can have."""
    text = (
        GOOD
        + 'alerts:\n  - {id: breaking, channel: desk, quiet: {from: "22:00", to: "07:00"}}\nhealth: {channel: desk}\n'
    )
    made = book(tmp_path, text)
    (alert,) = made.alerts
    assert (alert.priority, alert.quiet and alert.quiet.timezone, alert.name) == ("critical", "UTC", "alert:breaking")
    assert made.names[-1] == "alert:breaking"
    assert made.health
    assert made.health.channel == "desk"


@pytest.mark.parametrize("day", [0, 32, -1, True, 1.5])
def test_a_day_that_no_month_has_is_refused(tmp_path: Path, day: object) -> None:
    """A month's days go from 1 to 31."""
    text = GOOD.replace("[mon, tue]", f"[{str(day).lower()}]")
    assert "nor a day of the month from 1 to 31" in mistakes(tmp_path, text)[0]


def test_a_time_of_day_out_of_quiet_hours_is_refused(tmp_path: Path) -> None:
    """Quiet hours are checked like a digest's times."""
    text = GOOD + 'alerts:\n  - {id: breaking, channel: desk, quiet: {from: "22:60", to: "07:00"}}\n'
    assert "'22:60' is not a time of day" in mistakes(tmp_path, text)[0]
