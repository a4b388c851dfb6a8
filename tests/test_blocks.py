"""A digest in Slack's blocks: within every limit, calling nobody, each link in exactly one message."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from hypothesis import given

from tests.hostile import findings
from tests.invented import digest, finding, morning, relation
from tests.slack_limits import links_of, mentions, refusal, texts_of
from watcher.deliver.blocks import messages
from watcher.deliver.piece import ADDRESS, escape, width
from watcher.deliver.slack import plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.decide.match import Finding


def payloads(found: Sequence[Finding] | None = None, **changes: object) -> list[dict[str, Any]]:
    """Give the messages of a digest of these findings as Slack gets them."""
    return [json.loads(json.dumps(dict(part.payload))) for part in plan(digest(found, **changes), "C0123ABCD", "key")]


def expect_sound(sent: list[dict[str, Any]], found: Sequence[Finding]) -> None:
    """Expect that Slack takes all messages, that they call nobody, and that each link stands in one of them."""
    assert [refusal(each) for each in sent] == [None] * len(sent)
    assert [mentions(each) for each in sent] == [[]] * len(sent)
    links = Counter(
        link.replace("%7C", "|").replace("%3C", "<").replace("%3E", ">")
        for each in sent
        for link in links_of(each["blocks"])
    )
    wanted = {each.article.url.replace("%7C", "|") for each in found if each.article.url}
    assert links == Counter(dict.fromkeys(wanted, 1))


def test_the_morning_is_one_message_that_slack_takes() -> None:
    """A usual digest fits one message, with a header, a section for each tier and a footer; the rest is its thread."""
    sent = payloads()
    expect_sound(sent, morning())
    assert [part.is_reply for part in plan(digest(), "C0123ABCD", "key")] == [False, True]
    text = "\n".join(texts_of(sent[0]["blocks"]))
    assert "Iran → Russia" in text
    assert " · missiles · ✕ denied by Tehran" in text
    assert "161 of 163 feeds answered" in text
    assert sent[0]["text"].startswith("Russia's partners · Tuesday 13 January 2026")


def test_each_message_bears_its_key_and_number() -> None:
    """The metadata is what a part is found again by; links unfurl nothing."""
    sent = payloads([finding(f"Report number {n} of a long day", relation("IR", "drones")) for n in range(60)])
    assert len(sent) > 1
    assert [each["metadata"]["event_payload"] for each in sent] == [
        {"key": "key", "part": number, "of": len(sent)} for number in range(1, len(sent) + 1)
    ]
    assert all(each["metadata"]["event_type"] == "watcher_digest" for each in sent)
    assert not any(each["unfurl_links"] or each["unfurl_media"] for each in sent)


def test_what_exceeds_a_sections_limit_follows_in_the_thread() -> None:
    """Twelve lines a section, then "and 8 more" as a reply with just those, and not one link lost."""
    found = [finding(f"Report number {n} of a long day", relation("IR", "drones"), minutes=n) for n in range(20)]
    found += [finding("An unrelated trade deal is signed in Delhi", relation("IN", "trade"))]
    sent = payloads(found)
    expect_sound(sent, found)
    text = "\n".join(texts_of([block for each in sent for block in each["blocks"]]))
    assert "and 8 more in the thread" in text
    assert text.index("unrelated trade deal") < text.index("*Core partners* · and 8 more")
    first, reply = plan(digest(found), "C0123ABCD", "key")
    assert (first.is_reply, reply.is_reply) == (False, True)
    assert "Report number 19" in json.dumps(reply.payload)
    assert len(reply.articles) == 8


def test_low_priority_follows_in_the_thread_as_bare_bullets() -> None:
    """Meetings and words take a line each, without relation or evidence; the digest says how many there are."""
    first, reply = payloads()
    assert "*Low priority* · 3 in the thread" in texts_of(first["blocks"])
    assert reply["blocks"][-1]["elements"][0]["type"] == "rich_text_list"
    assert len(reply["blocks"][-1]["elements"][0]["elements"]) == 3
    assert reply["text"] == "Low priority, 3"


def test_a_digest_of_nothing_but_low_priority_has_no_thread() -> None:
    """Where nothing else is to be shown, bare bullets are the message itself."""
    low = [each for each in morning() if each.matches[0].priority == "low"]
    expect_sound(sent := payloads(low), low)
    assert len(sent) == 1


def test_a_new_message_repeats_the_heading_it_continues() -> None:
    """A section that runs over says so at the top of the next message."""
    found = [
        finding(f"Report number {n} of a long day", relation("IR", "drones", evidence="word " * 60)) for n in range(40)
    ]
    second = payloads(found, limit=40)[1]["blocks"]
    assert second[0]["elements"][0]["text"] == "Russia's partners, continued · *Core partners*"


def test_hundreds_of_outlets_of_one_story_are_spread_over_messages() -> None:
    """A story in 300 outlets with long addresses names and links each once."""
    title = "Tehran denies shipping 400 ballistic missiles to Russia"
    said = relation("IR", "missiles", status="denied")
    found = [finding(title, said, source=f"Paper {n}", url=f"https://p{n}.example/{'long/' * 60}") for n in range(300)]
    expect_sound(payloads(found), found)


def test_many_low_lines_and_long_ones_among_them_are_all_linked() -> None:
    """Bullets are spread over blocks; one too long for a bullet becomes a line of its own."""
    low: dict[str, Any] = {"rule": "support", "priority": "low"}
    found = [
        finding(f"Visit {n} of an envoy to a forum", url=f"https://v{n}.example/{'x' * 500}", **low) for n in range(20)
    ]
    found += [
        finding("A visit told by many papers at once", source=f"P{n}", url=f"https://q{n}.example/{'x' * 500}", **low)
        for n in range(9)
    ]
    expect_sound(payloads(found), found)


def test_an_address_too_long_for_slack_leaves_the_name_unlinked() -> None:
    """No refused block for one monstrous address; the others stay linked."""
    title = "Tehran denies shipping 400 ballistic missiles to Russia"
    monstrous = finding(title, url="https://m.example/" + "x" * ADDRESS, source="Monster", minutes=90)
    fine = finding(title, source="Fine", minutes=10)
    second = finding(title, source="Long", url="https://l.example/" + "&" * ADDRESS, minutes=20)
    expect_sound(sent := payloads([monstrous, fine, second]), [fine])
    assert {"Monster", "Long"} <= set(" ".join(texts_of(sent[0]["blocks"])).replace(",", "").split())


def test_long_small_print_is_cut_into_texts_that_slack_takes() -> None:
    """Names of nothing but ampersands grow fivefold when escaped and still fit, beside addresses of any length."""
    title = "Tehran denies shipping 400 ballistic missiles to Russia"
    for length in (10, 1000, 2300):
        found = [
            finding(title, rule=f"{n}{'&' * 200}", url=f"https://{n}.example/" + "x" * length, source="&" * 200)
            for n in range(3)
        ]
        expect_sound(payloads(found), found)


def test_a_low_line_too_long_for_a_bullet_is_a_line_of_its_own() -> None:
    """Told by many papers, it is said in full, whether or not bullets stand beside it."""
    low: dict[str, Any] = {"rule": "support", "priority": "low"}
    title = "A visit told by many papers at once"
    found = [finding(title, source=f"P{n}", url=f"https://q{n}.example/{'x' * 500}", **low) for n in range(9)]
    expect_sound(payloads(found), found)


def test_many_relations_are_counted_in_slack_too() -> None:
    """Beyond four, "and 2 more relations"."""
    found = finding("x", *(relation(partner, "oil") for partner in ("IR", "KP", "CN", "IN", "TR", "KZ")))
    assert any("and 2 more relations" in text for text in texts_of(payloads([found])[0]["blocks"]))


def test_an_empty_digest_is_one_short_message() -> None:
    """Nothing new is said with the footer that shows what was read."""
    (only,) = payloads([])
    assert refusal(only) is None
    assert "Nothing new" in only["text"]


def test_a_long_footer_is_shortened() -> None:
    """Feeds named by nothing but ampersands don't break the footer."""
    from dataclasses import replace

    made = replace(digest([]), footer=("&" * 3000,))
    (message,) = messages(made)
    assert refusal({"text": message.text, "blocks": json.loads(json.dumps(message.blocks))}) is None


def test_lengths_are_counted_as_slack_counts() -> None:
    """A balloon is two units, and what is escaped can be read back."""
    assert width("a🎈") == 3
    assert escape("<a&b>") == "&lt;a&amp;b&gt;"


@given(findings())
def test_hostile_texts_call_nobody_and_break_nothing(found: list[Finding]) -> None:
    """Whatever titles, outlets, figures and evidence hold: no mention, no refused block, each link once."""
    expect_sound(payloads(found, limit=3), found)
