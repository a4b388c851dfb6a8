"""Alerts: at once but not one by one, quiet at night, told once in all; and health in its own channel."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.desk import DESK, channel, due_book, post, post_due
from tests.invented import plan
from tests.remembered import NOW, article, finding, listed, opened, record
from tests.shipped import shipped_lexicon
from watcher.decide import rules
from watcher.decide.match import Finding
from watcher.deliver.alert import is_quiet, priorities
from watcher.deliver.bulletin import LINES, bulletin, is_due, plan_of
from watcher.deliver.digests import Alert, ChannelPlan, DigestBook, Health, Quiet
from watcher.publish import CROWD, Publisher
from watcher.send import Posted
from watcher.state.health import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fake_slack import FakeSlack
    from watcher.decide.rules import Rulebook
    from watcher.state.store import Store

OPS = "C0456EFGH"
MINUTE = timedelta(minutes=1)
RULES = """\
- {id: words, title: Samples wherever, query: samples}
- {id: urgent, title: What can't wait, query: title:urgent, priority: critical}
"""
NIGHT = Quiet.model_validate({"from": "22:00", "to": "07:00", "timezone": "Europe/Madrid"})
# No digest is due within hours of it.
NOON = NOW + timedelta(hours=5)


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """Give a rulebook of a normal and a critical rule, over the shipped lexicon."""
    folder = tmp_path_factory.mktemp("rules")
    (folder / "watch").mkdir()
    (folder / "watch" / "words.yaml").write_text(RULES, encoding="utf-8")
    return rules.load(folder, shipped_lexicon())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an archive with a feed and no articles, after the morning's digest."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        store.outbox.claim_slot("daily", NOW, NOW)
        store.outbox.plan("daily", NOW, [], NOW)
        yield store


def fill(store: Store, guid: str, now: datetime, *, is_urgent: bool = True) -> str:
    """Record an article, as a poll does; give its link."""
    title = f"{'Urgent: ' if is_urgent else ''}samples are shipped, part {guid}"
    told = article(guid, title=title, published=now - timedelta(hours=1))
    matched = finding(told, "words")
    if is_urgent:
        urgent = Finding(
            told, matched.relations, (*matched.matches, matched.matches[0].__class__("urgent", "critical", ()))
        )
        record(store, "wire", urgent, now=now)
    else:
        record(store, "wire", matched, now=now)
    return told.url


def book(**more: Any) -> DigestBook:
    """Make a book of a daily digest and an alert to the desk."""
    values = {"alerts": (Alert(id="breaking", channel="desk", **more),)}
    return due_book(plan(), **values)


def tick(
    store: Store, rulebook: Rulebook, slack: FakeSlack, now: datetime, desk: DigestBook | None = None
) -> list[str]:
    """Do what a run does at a time; give what was posted by name."""
    found = post_due(store, rulebook, desk or book(), lambda plan: channel(slack, plan.slack or ""), now)
    return [each.digest for each in found if isinstance(each, Posted) and each.sent]


def test_what_is_critical_is_told_at_once_and_together(store: Store, rulebook: Rulebook, slack: FakeSlack) -> None:
    """Half a minute after the first, in one message; what isn't critical waits for the digest."""
    links = [fill(store, "1", NOON), fill(store, "2", NOON + timedelta(seconds=20))]
    normal = fill(store, "3", NOON, is_urgent=False)
    assert tick(store, rulebook, slack, NOON + timedelta(seconds=25)) == []
    assert tick(store, rulebook, slack, NOON + timedelta(seconds=31)) == ["alert:breaking"]
    assert sorted(slack.links) == sorted(links)
    assert slack.messages[0]["text"].startswith("Alert: Urgent: samples are shipped, part")
    assert "and 1 more" in slack.messages[0]["text"]
    assert tick(store, rulebook, slack, NOON + MINUTE) == []
    tick(store, rulebook, slack, NOW + timedelta(days=1))
    assert slack.links[2:] == [normal]
    assert "Not here: 2 articles told by alerts." in json.dumps(slack.messages[-1])


def test_what_follows_goes_into_the_thread(store: Store, rulebook: Rulebook, slack: FakeSlack) -> None:
    """For five minutes; then it is a message again."""
    for number, minutes in enumerate((0, 2, 4, 6)):
        seen = NOON + minutes * MINUTE
        fill(store, str(number), seen)
        assert tick(store, rulebook, slack, seen + timedelta(seconds=31)) == ["alert:breaking"]
    head = slack.messages[0]["ts"]
    assert [message.get("thread_ts") for message in slack.messages] == [None, head, head, None]


def test_at_night_alerts_gather_until_the_morning(store: Store, rulebook: Rulebook, slack: FakeSlack) -> None:
    """One message at the end of the quiet hours, though a digest came between, which only counts them."""
    desk = book(quiet=NIGHT)
    evening = datetime(2026, 1, 13, 22, 30, tzinfo=UTC)
    links = [fill(store, str(number), evening + number * 90 * MINUTE) for number in range(3)]
    for minutes in range(0, 420, 30):
        assert tick(store, rulebook, slack, evening + minutes * MINUTE, desk) == []
    night = due_book(plan(), plan(id="night", at=["05:00"]), alerts=desk.alerts)
    before = datetime(2026, 1, 14, 4, 0, tzinfo=UTC)
    normal = fill(store, "9", before - MINUTE, is_urgent=False)
    assert tick(store, rulebook, slack, before, night) == ["night"]
    assert "Not here: 0 articles told by alerts, 3 will be." in json.dumps(slack.messages[-1])
    assert tick(store, rulebook, slack, datetime(2026, 1, 14, 6, 0, 5, tzinfo=UTC), desk) == ["alert:breaking"]
    assert (slack.links[0], sorted(slack.links[1:]), len(slack.messages)) == (normal, sorted(links), 2)


def test_a_digest_and_an_alert_tell_nothing_twice(store: Store, rulebook: Rulebook, slack: FakeSlack) -> None:
    """Not even where a rule becomes critical after its digest; a round-up tells all once more."""
    link = fill(store, "1", NOON)
    post(store, rulebook, plan(), channel(slack), now=NOON)
    assert slack.links == [link]
    assert tick(store, rulebook, slack, NOON + MINUTE) == []
    weekly = due_book(plan(), plan(id="weekly", at=["13:05"], since="last", rules=["urgent"]), alerts=book().alerts)
    assert tick(store, rulebook, slack, NOON + 6 * MINUTE, weekly) == ["weekly"]
    assert slack.links == [link, link]


def test_by_hand_alerts_go_out_without_gathering(store: Store, rulebook: Rulebook, slack: FakeSlack) -> None:
    """A desk without a running bot gets them with its digest, each link once."""
    links = {fill(store, "1", NOON), fill(store, "2", NOON, is_urgent=False)}
    desk = Publisher(store, rulebook, book(), lambda _: channel(slack))
    assert [(each.digest, each.articles) for each in desk.post(plan(), NOON)] == [("daily", 1), ("alert:breaking", 1)]
    assert (set(slack.links), len(slack.links)) == (links, 2)
    assert [each.sent for each in desk.post(plan(), NOON)] == [(), ()]


def test_an_alert_looks_back_no_farther_than_it_must(store: Store, rulebook: Rulebook, slack: FakeSlack) -> None:
    """Once an hour it notes that it looked, so that a look stays cheap however old the archive."""
    tick(store, rulebook, slack, NOON)
    assert store.outbox.considered("alert:breaking", NOON) == NOON
    tick(store, rulebook, slack, NOON + 30 * MINUTE)
    assert store.outbox.considered("alert:breaking", NOON) == NOON
    tick(store, rulebook, slack, NOON + 61 * MINUTE)
    assert store.outbox.considered("alert:breaking", NOON) == NOON + 61 * MINUTE
    assert store.outbox.considered("alert:unknown", NOON) == NOON


@pytest.mark.parametrize(
    ("clock", "quiet", "is_still"),
    [
        ("23:00", NIGHT, True),
        ("05:59", NIGHT, True),
        ("06:00", NIGHT, False),
        ("12:00", NIGHT, False),
        ("12:00", Quiet.model_validate({"from": "11:00", "to": "13:00"}), True),
        ("13:00", Quiet.model_validate({"from": "11:00", "to": "13:00"}), False),
        ("12:00", None, False),
    ],
)
def test_quiet_hours_go_by_the_wall_clock(clock: str, quiet: Quiet | None, is_still: bool) -> None:
    """Over midnight or not, in their own zone."""
    assert is_quiet(quiet, datetime.fromisoformat(f"2026-01-13T{clock}+00:00")) == is_still


def test_an_alert_is_for_its_priority_and_above() -> None:
    """One for high takes critical, too."""
    assert priorities(Alert(id="a", channel="desk", priority="high")) == ("critical", "high")


def health_book() -> DigestBook:
    """Make a book with a health channel and a digest that goes astray."""
    channels = {
        "desk": ChannelPlan(slack=DESK),
        "ops": ChannelPlan(slack=OPS),
        "astray": ChannelPlan(slack="C0999ZZZZ"),
    }
    digests = (plan(channel="astray", at=["13:00"]),)
    return DigestBook(channels=channels, digests=digests, health=Health(channel="ops"))


def test_what_turns_bad_is_told_once_in_the_health_channel(store: Store, rulebook: Rulebook, slack: FakeSlack) -> None:
    """A digest that can't be delivered and why, a feed, a rule file; and once more when all is well again."""
    desk = health_book()
    fill(store, "1", NOON - MINUTE)
    store.health.note("feed", {"wire": "http-503"}, NOON)
    assert tick(store, rulebook, slack, NOON, desk) == []
    assert tick(store, rulebook, slack, NOON + MINUTE, desk) == ["health:"]
    (message,) = slack.messages
    said = json.dumps(message, ensure_ascii=False)
    assert message["channel"] == OPS
    assert "2 problems" in message["text"]
    assert "✗ Digest daily: not delivered to astray: Slack refuses the channel C0999ZZZZ (channel_not_found)" in said
    assert "✗ Feed wire: http-503 (since 13:00)" in said
    assert tick(store, rulebook, slack, NOON + 2 * MINUTE, desk) == []
    slack.channels["C0999ZZZZ"] = "found"
    slack.joined.add("C0999ZZZZ")
    assert tick(store, rulebook, slack, NOON + 6 * MINUTE, desk) == ["daily"]
    assert tick(store, rulebook, slack, NOON + 7 * MINUTE, desk) == ["health:"]
    assert "✓ Digest daily is well again" in json.dumps(slack.messages[-1], ensure_ascii=False)


def test_health_waits_like_everything_else(store: Store, rulebook: Rulebook, slack: FakeSlack) -> None:
    """Where its channel refuses it, it goes out later, once; by hand at once."""
    slack.joined.remove(OPS)
    store.health.note("rules", {"mine.yaml": "mine.yaml:1:1: bad"}, NOON)
    desk = health_book()
    assert tick(store, rulebook, slack, NOON + MINUTE, desk) == []
    slack.joined.add(OPS)
    assert tick(store, rulebook, slack, NOON + 7 * MINUTE, desk) == ["health:"]
    store.health.note("rules", {"mine.yaml": ""}, NOON + 8 * MINUTE)
    by_hand = Publisher(store, rulebook, desk, lambda plan: channel(slack, plan.slack or ""))
    assert [each.digest for each in by_hand.post(desk.digests[0], NOON + 8 * MINUTE) if each.sent] == ["health:"]


def test_what_is_late_and_what_grows_is_told(store: Store, rulebook: Rulebook, slack: FakeSlack) -> None:
    """A limit that goes on is told after a quarter of an hour; so is an outbox with more than some messages."""
    from tests.fake_slack import Fault
    from tests.remembered import part

    fill(store, "1", NOON - MINUTE)
    slack.fail(*[Fault("ratelimited-429", seconds=100)] * 99)
    desk = due_book(plan(at=["13:00"]))
    tick(store, rulebook, slack, NOON, desk)
    assert store.health.troubles() == []
    tick(store, rulebook, slack, NOON + 16 * MINUTE, desk)
    assert [each.problem for each in store.health.troubles()] == ["not delivered yet, due 13 Jan 12:00 UTC"]
    store.outbox.plan("other", NOON, [part(number) for number in range(CROWD)], NOON)
    tick(store, rulebook, slack, NOON + 20 * MINUTE, desk)
    assert [each.problem for each in store.health.troubles("outbox")] == [
        f"more than {CROWD} messages wait to be posted"
    ]


def test_a_bulletin_gathers_and_stays_short() -> None:
    """What still changes is waited for, but not for ever; many changes are counted."""
    news = [Trouble("feed", f"feed-{number}", "dead", NOW) for number in range(LINES + 2)]
    assert not is_due([], NOW)
    assert not is_due(news, NOW + timedelta(seconds=20))
    assert is_due(news, NOW + timedelta(seconds=30))
    late = Trouble("feed", "late", "dead", NOW + 5 * MINUTE)
    assert is_due([*news, late], NOW + 5 * MINUTE)
    told = bulletin(news, plan_of(Health(channel="ops"), DigestBook()), NOW)
    assert (told.zone, told.summary, len(told.footer)) == ("UTC", f"{LINES + 2} problems", LINES + 1)
    assert told.footer[-1] == "and 2 more: `watcher status` lists them"
