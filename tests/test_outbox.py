"""The outbox: planned whole, taken once, never taken back once it is sent; and the slots."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.remembered import NOW, announceable, article, finding, listed, opened, part, record
from watcher.errors import StateError
from watcher.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


pytestmark = pytest.mark.usefixtures("engine")

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
        assert store.posting.begin(first, NOW + DAY)
        sending = store.outbox.parts("sending")
        assert [(each.id, each.attempts, each.changed_at) for each in sending] == [(first.id, 1, NOW + DAY)]
        store.posting.sent(first.id, "123.456", NOW + 2 * DAY)
        assert [(each.ts, each.reason) for each in store.outbox.parts("sent", digest="daily")] == [("123.456", "")]
        assert [each.id for each in store.outbox.parts("pending")] == [second.id]


def test_a_part_is_taken_once(tmp_path: Path) -> None:
    """What is tried, held or sent by now nobody takes; what another left half done is taken over."""
    with opened(tmp_path) as store, opened(tmp_path) as other:
        planned(store)
        first, second = store.outbox.parts()
        assert [store.posting.begin(first, NOW), other.posting.begin(first, NOW + DAY)] == [True, False]
        (first,) = other.outbox.parts("sending")
        assert other.posting.begin(first, NOW + DAY)
        assert [each.doubt_since for each in store.outbox.parts("sending")] == [NOW]
        store.posting.sent(first.id, "1.1", NOW)
        store.posting.hold(second.id, "msg_too_long", NOW)
        assert not any(other.posting.begin(each, NOW) for each in other.outbox.parts())


def test_a_held_part_says_why_and_can_be_let_go(tmp_path: Path) -> None:
    """Its reason is kept while it is held, and the next attempt counts as the second."""
    with opened(tmp_path) as store:
        planned(store)
        first = store.outbox.parts()[0]
        store.posting.begin(first, NOW)
        store.posting.hold(first.id, "not_in_channel", NOW)
        assert [each.reason for each in store.outbox.parts("held")] == ["not_in_channel"]
        store.posting.requeue(first, "the channel was joined", NOW)
        assert store.posting.begin(store.outbox.parts()[0], NOW)
        assert [each.attempts for each in store.outbox.parts("sending")] == [2]


def test_what_is_sent_stays_sent(tmp_path: Path) -> None:
    """Neither a hold nor a requeue that comes too late sends it again."""
    with opened(tmp_path) as store:
        planned(store)
        first = store.outbox.parts()[0]
        store.posting.sent(first.id, "1.1", NOW)
        store.posting.hold(first.id, "late", NOW)
        store.posting.requeue(first, "late", NOW)
        assert [(each.id, each.ts) for each in store.outbox.parts("sent")] == [(first.id, "1.1")]


def test_a_part_that_waits_follows_its_channel(tmp_path: Path) -> None:
    """Where a channel leads elsewhere by now, what wasn't posted goes there, and what was stays as it was."""
    with opened(tmp_path) as store:
        planned(store)
        first, second = store.outbox.parts()
        store.posting.sent(first.id, "1.1", NOW)
        for each in (first, second):
            store.posting.redirect(each.id, "C2")
        assert [each.destination for each in store.outbox.parts()] == ["C1", "C2"]


def test_a_digest_is_planned_whole_or_not_at_all(tmp_path: Path) -> None:
    """A part that can't be planned leaves no other part, and no article counts as delivered."""
    with opened(tmp_path) as store:
        listed(store, "wire")
        record(store, "wire", finding(article("1"), "arms"))
        (only,) = store.archive.articles()
        with pytest.raises(Exception, match=r"(?i)unique"):
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


def test_a_slot_of_a_process_that_died_is_claimed_anew(tmp_path: Path) -> None:
    """Claimed and never finished, it is as free as before; another digest's slot at that time is another slot."""
    with opened(tmp_path) as store:
        assert store.outbox.claim_slot("daily", NOW, NOW)
        assert store.outbox.last_slot("daily") is None
        assert store.outbox.claim_slot("daily", NOW, NOW + DAY)
        store.outbox.plan("daily", NOW, [], NOW)
        assert not store.outbox.claim_slot("daily", NOW, NOW)
        assert store.outbox.claim_slot("weekly", NOW, NOW)


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


def named(payload: Mapping[str, Any], part: int, of: int) -> Mapping[str, Any]:
    """Write a number into a payload."""
    return {"text": f"{payload['text'].partition(' ')[0]} {part}/{of}"}


def test_a_refused_part_is_cut_in_its_place(tmp_path: Path) -> None:
    """The first piece keeps name and articles, the others are numbered last and posted next, cut again or not."""
    with opened(tmp_path) as store:
        planned(store)
        first = store.outbox.parts()[0]
        store.posting.begin(first, NOW)
        store.posting.split(first, [{"text": "a"}, {"text": "b"}, {"text": "c"}], "msg_too_long", NOW, named)
        middle = store.outbox.parts()[1]
        store.posting.split(middle, [{"text": "b1"}, {"text": "b2"}], "msg_too_long", NOW, named)
        parts = store.outbox.parts()
        assert [each.payload["text"] for each in parts] == ["a 1/4", "b1 3/5", "b2 5/5", "c 4/4", "part 2"]
        assert [(each.part, each.of) for each in parts] == [(1, 4), (3, 5), (5, 5), (4, 4), (2, 2)]
        assert [len(each.articles) for each in parts] == [1, 0, 0, 0, 1]
        assert {each.status for each in parts} == {"pending"}
        store.posting.split(parts[-1], [{"text": "y"}, {"text": "z"}], "msg_too_long", NOW, named)
        assert [each.payload["text"] for each in store.outbox.parts()][-2:] == ["y 2/6", "z 6/6"]


def test_a_reply_knows_its_thread(tmp_path: Path) -> None:
    """It is the receipt of the first part of its key, or of the part that it names, while both are in one place."""
    with opened(tmp_path) as store:
        planned(store)
        head = store.outbox.parts()[0]
        replies = [replace(part(number, key="more", of=3), is_reply=number > 1) for number in (1, 2)]
        store.outbox.plan("daily", NOW, [*replies, replace(part(3, key="more", of=3), reply_to=head.id)], NOW)
        first, second, third = store.outbox.parts()[2:]
        assert (second.reply_to, third.reply_to) == (first.id, head.id)
        store.posting.sent(first.id, "2.2", NOW)
        store.posting.sent(head.id, "1.1", NOW)
        assert [each.thread for each in store.outbox.parts()[2:]] == ["", "2.2", "1.1"]
        store.posting.redirect(third.id, "C2")
        assert [each.thread for each in store.outbox.parts()[2:]] == ["", "2.2", ""]


def test_a_place_remembers_its_last_message(tmp_path: Path) -> None:
    """When it was last tried, and which receipt it gave last before a time."""
    with opened(tmp_path) as store:
        planned(store)
        first, second = store.outbox.parts()
        assert (store.posting.touched("C1"), store.posting.receipt("C1", NOW)) == (None, "")
        for each, ts, now in ((first, "1.1", NOW), (second, "2.2", NOW + DAY)):
            store.posting.begin(each, now)
            store.posting.sent(each.id, ts, now)
        assert store.posting.touched("C1") == NOW + DAY
        assert (store.posting.receipt("C1", NOW), store.posting.receipt("C1", NOW + DAY)) == ("1.1", "2.2")
        assert store.posting.touched("C2") is None


def test_who_posts_is_alone(tmp_path: Path) -> None:
    """A second waits as long as it will, unless the program is to end; whoever is first goes first."""
    waits: list[float] = []
    with opened(tmp_path) as store, opened(tmp_path) as other:
        with store.database.alone("posting", waits.append) as is_first:
            with other.database.alone("posting", waits.append) as is_second:
                assert (is_first, is_second, waits) == (True, False, [])
            with other.database.alone("posting", lambda _: True, patience=60) as is_second:
                assert not is_second
            with other.database.alone("posting", time.sleep, patience=0.2) as is_second:
                assert not is_second
        with other.database.alone("posting", waits.append) as is_second:
            assert is_second


def test_a_lock_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A folder in the place of its file."""
    (tmp_path / "state" / "watcher.db.posting").mkdir(parents=True)
    store = Store.open(f"sqlite:///{tmp_path / 'state' / 'watcher.db'}")
    with (
        store,
        pytest.raises(StateError, match=r"watcher\.db\.posting can't be written"),
        store.database.alone("posting", time.sleep),
    ):
        pass
