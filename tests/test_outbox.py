"""The outbox: planned whole, taken once, never taken back once it is sent; and the slots."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.remembered import NOW, announceable, article, finding, listed, opened, part, record
from watcher.state.outbox import LEASE

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.state.store import Store

DAY = timedelta(days=1)


def planned(store: Store) -> None:
    """Plan two parts with an article each."""
    listed(store, "wire")
    record(store, "wire", finding(article("1"), "arms"), finding(article("2"), "arms"))
    one, two = store.archive.articles()
    store.outbox.plan("daily", NOW, [part(1, one, of=2), part(2, two, of=2)], NOW)


def test_parts_come_back_as_they_were_planned(tmp_path: Path) -> None:
    """Payload, destination and articles survive, in order, pending and never tried."""
    with opened(tmp_path) as store:
        planned(store)
        parts = store.outbox.parts()
        assert [(each.part, each.of, each.status, each.attempts) for each in parts] == [
            (1, 2, "pending", 0),
            (2, 2, "pending", 0),
        ]
        assert [(each.payload, each.destination, each.key, each.digest, each.slot) for each in parts] == [
            ({"text": f"part {number}"}, "C1", "daily-1", "daily", NOW) for number in (1, 2)
        ]
        assert [each.articles for each in parts] == [(stored.key,) for stored in store.archive.articles()]


def test_a_part_goes_its_way(tmp_path: Path) -> None:
    """Pending, sending with an attempt counted, sent with its receipt; each with its time."""
    with opened(tmp_path) as store:
        planned(store)
        first, second = store.outbox.parts()
        assert store.outbox.sending(first.id, NOW + DAY)
        sending = store.outbox.parts("sending")
        assert [(each.id, each.attempts, each.changed_at) for each in sending] == [(first.id, 1, NOW + DAY)]
        store.outbox.sent(first.id, "123.456", NOW + 2 * DAY)
        assert [(each.ts, each.reason) for each in store.outbox.parts("sent", "daily")] == [("123.456", "")]
        assert [each.id for each in store.outbox.parts("pending")] == [second.id]


def test_a_part_is_taken_once(tmp_path: Path) -> None:
    """Of two processes that see it pending, one gets it; what is held or sent nobody takes."""
    with opened(tmp_path) as store, opened(tmp_path) as other:
        planned(store)
        first, second = store.outbox.parts()
        assert [store.outbox.sending(first.id, NOW), other.outbox.sending(first.id, NOW)] == [True, False]
        store.outbox.hold(second.id, "channel_not_found", NOW)
        assert not other.outbox.sending(second.id, NOW)


def test_a_held_part_says_why_and_can_be_let_go(tmp_path: Path) -> None:
    """Its reason is kept while it is held, and the next attempt counts as the second."""
    with opened(tmp_path) as store:
        planned(store)
        first = store.outbox.parts()[0]
        store.outbox.sending(first.id, NOW)
        store.outbox.hold(first.id, "not_in_channel", NOW)
        assert [each.reason for each in store.outbox.parts("held")] == ["not_in_channel"]
        store.outbox.requeue(first.id, "the channel was joined", NOW)
        assert store.outbox.sending(first.id, NOW)
        assert [each.attempts for each in store.outbox.parts("sending")] == [2]


def test_what_is_sent_stays_sent(tmp_path: Path) -> None:
    """Neither a hold nor a requeue that comes too late sends it again."""
    with opened(tmp_path) as store:
        planned(store)
        first = store.outbox.parts()[0]
        store.outbox.sent(first.id, "1.1", NOW)
        store.outbox.hold(first.id, "late", NOW)
        store.outbox.requeue(first.id, "late", NOW)
        assert [(each.id, each.ts) for each in store.outbox.parts("sent")] == [(first.id, "1.1")]


def test_a_part_that_waits_follows_its_channel(tmp_path: Path) -> None:
    """Where a channel leads elsewhere by now, what wasn't posted goes there, and what was stays as it was."""
    with opened(tmp_path) as store:
        planned(store)
        first, second = store.outbox.parts()
        store.outbox.sent(first.id, "1.1", NOW)
        for each in (first, second):
            store.outbox.redirect(each.id, "C2", NOW)
        assert [each.destination for each in store.outbox.parts()] == ["C1", "C2"]


def test_a_digest_is_planned_whole_or_not_at_all(tmp_path: Path) -> None:
    """A part that can't be planned leaves no other part, and no article counts as delivered."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        record(store, "wire", finding(article("1"), "arms"))
        (only,) = store.archive.articles()
        with pytest.raises(Exception, match="UNIQUE"):
            store.outbox.plan("daily", NOW, [part(1, only), part(2, only)], NOW)
        assert store.outbox.parts() == []
        assert announceable(store) == [only.article.title]


def test_of_two_that_plan_the_same_articles_one_does(tmp_path: Path) -> None:
    """A post by hand beside a run: the second is told, and plans nothing, not even what is left of its parts."""
    with opened(tmp_path) as store, opened(tmp_path) as other:
        planned(store)
        record(store, "wire", finding(article("3"), "arms"))
        _, two, three = store.archive.articles()
        again = [part(1, three, key="by-hand", of=2), part(2, two, key="by-hand", of=2)]
        assert not other.outbox.plan("daily", NOW, again, NOW)
        assert {each.key for each in store.outbox.parts()} == {"daily-1"}
        assert other.outbox.plan("weekly", NOW, again, NOW)


def test_a_slot_is_claimed_once(tmp_path: Path) -> None:
    """However many look, one composes it; another digest's slot at that time is another slot."""
    with opened(tmp_path) as store, opened(tmp_path) as other:
        assert store.outbox.claim_slot("daily", NOW, NOW)
        assert not other.outbox.claim_slot("daily", NOW, NOW)
        assert other.outbox.claim_slot("weekly", NOW, NOW)


def test_a_slot_of_a_process_that_died_is_claimed_anew(tmp_path: Path) -> None:
    """Claimed and never finished, it is free again after the lease, and again only once."""
    with opened(tmp_path) as store:
        store.outbox.claim_slot("daily", NOW, NOW)
        assert store.outbox.last_slot("daily") is None
        assert store.outbox.claim_slot("daily", NOW, NOW + LEASE)
        assert not store.outbox.claim_slot("daily", NOW, NOW + LEASE)


def test_a_finished_slot_is_done_for_good(tmp_path: Path) -> None:
    """It is never claimed again, and the latest one tells what comes next."""
    with opened(tmp_path) as store:
        for slot in (NOW, NOW + DAY):
            store.outbox.claim_slot("daily", slot, slot)
        store.outbox.plan("daily", NOW, [], NOW)
        assert store.outbox.last_slot("daily") == NOW
        store.outbox.plan("daily", NOW + DAY, [], NOW + DAY)
        assert store.outbox.last_slot("daily") == NOW + DAY
        assert not store.outbox.claim_slot("daily", NOW, NOW + 9 * DAY)
