"""Silences: what they hide and what not, how long, and that it is never told later."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.command import Command, furnish
from tests.desk import book, channel, fill, post
from tests.invented import plan
from tests.remembered import NOW, article, listed, opened
from watcher.decide.match import Finding, Match
from watcher.decide.relation import Relation
from watcher.decide.silence import Silence, silencing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_slack import FakeSlack

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def silence(number: int = 1, **more: Any) -> Silence:
    """Make a silence of a day from now on."""
    about: dict[str, Any] = {"wording": "this", "author": "Ana", "reason": "known", "starts": NOW, "ends": NOW + DAY}
    return Silence(id=number, **about | more)


def finding(*relations: tuple[str, str], rules: dict[str, tuple[int, ...]] | None = None) -> Finding:
    """Make a finding of relations (partner, good); `rules` says which of them each rule asks for, one for all."""
    said = tuple(Relation(partner, good, "to_russia", "denied", "E.", "", ()) for partner, good in relations)
    asked = rules if rules is not None else {"arms": tuple(range(len(said)))}
    return Finding(article("1"), said, tuple(Match(rule, "high", (), numbers) for rule, numbers in asked.items()))


def hides(told: Finding, *silences: Silence, seen: Any = NOW, now: Any = NOW, takes: Any = lambda _rule: True) -> int:
    """Give the number of the silence that hides a finding, 0 for none."""
    found = silencing(told, silences, takes, seen, now)
    return found.id if found else 0


@pytest.mark.parametrize(
    ("more", "is_hidden"),
    [
        ({"partners": ("IR",)}, True),
        ({"partners": ("KP",)}, False),
        ({"partners": ("IR", "KP"), "goods": ("drones",)}, True),
        ({"partners": ("IR",), "goods": ("missiles",)}, False),
        ({"directions": ("to_russia",)}, True),
        ({"directions": ("from_russia",)}, False),
        ({"statuses": ("denied", "alleged")}, True),
        ({"statuses": ("reported",)}, False),
        ({"rules": ("arms",)}, True),
        ({"rules": ("boats",)}, False),
        ({"rules": ("arms",), "partners": ("IR",)}, True),
        ({"rules": ("boats",), "partners": ("IR",)}, False),
    ],
)
def test_a_silence_hides_what_all_of_it_holds_of(more: dict[str, Any], is_hidden: bool) -> None:
    """Each of its parts narrows it; an empty one means any."""
    assert bool(hides(finding(("IR", "drones")), silence(**more))) == is_hidden


def test_what_else_is_said_is_still_told() -> None:
    """A second relation that a rule asks for keeps the report, unless it is silenced as well."""
    both = finding(("IR", "drones"), ("KP", "artillery"))
    iran, korea = silence(partners=("IR",)), silence(2, partners=("KP",))
    assert hides(both, iran) == 0
    assert hides(both, iran, korea) == 1
    assert hides(finding(("IR", "drones"), ("KP", "artillery"), rules={"arms": (0,)}), iran) == 1


def test_a_rule_for_words_is_silenced_by_its_id_only() -> None:
    """It asks for no relation, so none of them hides it; another rule that asks keeps the report."""
    words = finding(("IR", "drones"), rules={"words": ()})
    assert hides(words, silence(partners=("IR",))) == 0
    assert hides(words, silence(rules=("words",))) == 1
    assert hides(finding(("IR", "drones"), rules={"words": (), "arms": (0,)}), silence(rules=("words",))) == 0


def test_only_the_rules_of_the_digest_count() -> None:
    """What a digest doesn't take from a report keeps it from nobody."""
    told = finding(("IR", "drones"), ("KP", "artillery"), rules={"arms": (0,), "other": (1,)})
    assert hides(told, silence(partners=("IR",)), takes=lambda rule: rule == "arms") == 1
    assert hides(told, silence(partners=("IR",)), takes=lambda _rule: False) == 0


def test_a_silence_has_its_time() -> None:
    """What came during it stays hidden for ever; what came before only while it holds; what comes later is told."""
    told, iran = finding(("IR", "drones")), silence(partners=("IR",))
    assert hides(told, iran, seen=NOW + HOUR, now=NOW + 9 * DAY) == 1
    assert hides(told, iran, seen=NOW - HOUR, now=NOW + HOUR) == 1
    assert hides(told, iran, seen=NOW - HOUR, now=NOW + 2 * DAY) == 0
    assert hides(told, iran, seen=NOW + DAY, now=NOW + DAY) == 0


def test_what_was_hidden_is_counted_and_never_told(tmp_path: Path, slack: FakeSlack) -> None:
    """The digest says how much it holds back; the silence lists it; after its end only what is new is told."""
    (tmp_path / "rules").mkdir()
    rulebook = book(tmp_path / "rules", "samples")
    with opened(tmp_path) as store:
        listed(store, "wire")
        fill(store, "1", "2")
        made = store.silences.add(silence(rules=("words",)))
        assert post(store, rulebook, plan(), channel(slack), now=NOW + HOUR).is_complete
        assert (slack.messages, store.silences.counts(), store.silences.hidden_since(None)) == ([], {made.id: 2}, 2)
        assert [each.title for each in store.silences.hidden(made.id)] == [
            "Samples are shipped, part 1",
            "Samples are shipped, part 2",
        ]
        assert store.silences.end(made.id, NOW + HOUR)
        assert not store.silences.end(made.id, NOW + HOUR)
        links = fill(store, "3", now=NOW + 2 * HOUR)
        post(store, rulebook, plan(), channel(slack), now=NOW + 3 * HOUR)
        assert slack.links == links
        assert "2 held back by silences" in json.dumps(slack.messages)
        assert store.silences.hidden_since(NOW + 2 * HOUR) == 0


@pytest.fixture
def watcher(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the command line on a workspace without feeds."""
    furnish(tmp_path)
    return Command(tmp_path, capsys, monkeypatch)


def test_a_desk_silences_lists_and_ends(watcher: Command) -> None:
    """Who, why and until when stand in the list; ended, it is only in the long one."""
    words = ("--partner", "ir", "--good", "group:weapons", "--direction", "to_russia", "--status", "denied")
    made = watcher(
        "silence", "add", *words, "--rule", "iran-arms", "--for", "3d", "--because", "the parade", "--by", "Ana"
    )
    assert (made.code, made.err.split(", until")[0]) == (
        0,
        "silence 1: --partner ir --good group:weapons --direction to_russia --status denied --rule iran-arms",
    )
    assert "0 hidden  (Ana: the parade)" in watcher("silence", "list").out
    (row,) = json.loads(watcher("silence", "list", "--format", "json").out)
    assert (row["id"], row["active"], row["author"], row["because"], row["hidden"]) == (1, True, "Ana", "the parade", 0)
    assert json.loads(watcher("silence", "show", "1", "--format", "json").out)["articles"] == []
    assert "until" in watcher("silence", "show", "1").out
    assert watcher("silence", "end", "1").code == 0
    assert watcher("silence", "list").out == "nothing is silenced\n"
    assert "ended" in watcher("silence", "list", "--all").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "--for", "3d", "--because", "x"), "say what to silence"),
        (("add", "--partner", "IR"), "say why, for the others"),
        (("add", "--partner", "XX", "--because", "x"), 'unknown partner "XX"'),
        (("add", "--rule", "iran-arm", "--because", "x"), 'unknown rule "iran-arm" (did you mean "iran-arms"?)'),
        (("add", "--partner", "IR", "--because", "x", "--for", "soon"), "--for: 'soon' is not a span of time"),
        (("add", "--partner", "IR", "--because", "x", "--for", "500d"), "a silence lasts up to a year"),
        (("end", "7"), "no silence 7 holds now"),
        (("show", "7"), "there is no silence 7"),
    ],
)
def test_a_mistake_is_told(watcher: Command, words: tuple[str, ...], said: str) -> None:
    """In a sentence that says what to do, with exit code 2."""
    told = watcher("silence", *words)
    assert (told.code, said in told.err) == (2, True), told.err


def test_a_login_without_a_name_is_unknown(watcher: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system knows no name for who runs it."""

    def nobody() -> str:
        """Fail as getpass does."""
        raise OSError("no name")

    monkeypatch.setattr("getpass.getuser", nobody)
    watcher("silence", "add", "--partner", "IR", "--because", "x")
    assert "(unknown: x)" in watcher("silence", "list").out
