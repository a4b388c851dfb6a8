"""The filters of a scan."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from watcher.collect.article import Article
from watcher.decide.lexicon import Good, Partner
from watcher.decide.match import Finding, Match
from watcher.decide.relation import Relation
from watcher.errors import InputError
from watcher.question import Question, check_rules, expand_goods, expand_partners, read_moment

if TYPE_CHECKING:
    from watcher.decide.rules import Rulebook

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
DENIED = Relation("IR", "missiles", "to_russia", "denied", "Tehran denied it.")
SOLD = Relation("IR", "drones", "from_russia", "reported", "Russia sold it.")
JOINT = Relation("CN", "trade", "any", "reported", "They trade.")


def _finding(*relations: Relation, rules: tuple[Match, ...] = (), language: str = "en-GB") -> Finding:
    return Finding(Article(id="1", title="t", language=language, published=NOW), relations, rules)


def _met(finding: Finding, when: datetime | None = NOW, **asked: Any) -> bool:
    return Question(**{"is_open": True, **asked}).is_met(finding, when)


def test_without_a_match_only_an_open_question_is_answered() -> None:
    """By default a scan shows what rules match; --all shows the rest too."""
    assert _met(_finding(DENIED))
    assert not _met(_finding(DENIED), is_open=False)
    assert _met(_finding(rules=(Match("r", "high", ()),)), is_open=False)


def test_conditions_on_relations_must_hold_of_one_relation() -> None:
    """Missiles denied is an answer; drones denied, put together from two relations, is none."""
    finding = _finding(DENIED, SOLD)
    assert _met(finding, goods=frozenset({"missiles"}), statuses=frozenset({"denied"}))
    assert not _met(finding, goods=frozenset({"drones"}), statuses=frozenset({"denied"}))
    assert not _met(finding, partners=frozenset({"CN"}))


def test_a_relation_both_ways_satisfies_either_direction() -> None:
    """`any` in a text answers a question for to_russia and for from_russia."""
    assert _met(_finding(JOINT), direction="to_russia")
    assert _met(_finding(JOINT), direction="from_russia")
    assert not _met(_finding(SOLD), direction="to_russia")


def test_a_rule_is_asked_of_the_relations_that_met_it() -> None:
    """With --rule, a status must be that of a relation which the rule matched, where it matched any."""
    finding = _finding(DENIED, SOLD, rules=(Match("arms", "high", (), (0,)), Match("words", "low", ())))
    assert _met(finding, rules=frozenset({"arms"}), statuses=frozenset({"denied"}))
    assert not _met(finding, rules=frozenset({"arms"}), statuses=frozenset({"reported"}))
    assert _met(finding, rules=frozenset({"words"}), statuses=frozenset({"reported"}))
    assert not _met(finding, rules=frozenset({"other"}))


def test_languages_are_asked_without_their_region() -> None:
    """A question for en asks for en-GB too; an article without a language answers no such question."""
    assert _met(_finding(), languages=frozenset({"en"}))
    assert not _met(_finding(language=""), languages=frozenset({"en"}))


def test_a_period_includes_its_start_and_not_its_end() -> None:
    """An undated article lies in no period."""
    assert _met(_finding(), since=NOW)
    assert not _met(_finding(), until=NOW)
    assert not _met(_finding(), since=NOW + timedelta(seconds=1))
    assert not _met(_finding(), None, since=NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("7d", NOW - timedelta(days=7)),
        ("36h", NOW - timedelta(hours=36)),
        ("2w", NOW - timedelta(weeks=2)),
        ("5m", NOW - timedelta(minutes=5)),
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
        ("2026-01-02T08:00", datetime(2026, 1, 2, 8, tzinfo=UTC)),
        ("2026-01-02T08:00+02:00", datetime(2026, 1, 2, 6, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_people_write_them(text: str, moment: datetime) -> None:
    """Spans back from now, dates and ISO times."""
    assert read_moment(text, now=NOW) == moment


def test_a_date_as_an_end_includes_its_day() -> None:
    """--until 2026-01-02 takes in what came that afternoon."""
    assert read_moment("2026-01-02", now=NOW, is_end=True) == datetime(2026, 1, 3, tzinfo=UTC)


@pytest.mark.parametrize("text", ["soon", "7", "2026-13-01", "0001-01-01T00:00+05:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """The message names the forms."""
    with pytest.raises(InputError, match="7d, 36h"):
        read_moment(text, now=NOW)


def _rulebook() -> Rulebook:
    lexicon = SimpleNamespace(
        partners={"IR": Partner("IR", "core", "Iran"), "TR": Partner("TR", "trade", "Türkiye")},
        goods={"oil": Good("oil", "energy", "oil"), "gas": Good("gas", "energy", "gas")},
        tiers=("core", "trade"),
        groups=("energy",),
    )
    return cast("Rulebook", SimpleNamespace(lexicon=lexicon, rules=[SimpleNamespace(id="iran-arms")]))


def test_tiers_and_groups_are_spelt_out() -> None:
    """tier:core means its partners, group:energy its goods; a partner's case doesn't matter."""
    assert expand_partners(["tier:core", "tr"], _rulebook()) == {"IR", "TR"}
    assert expand_goods(["group:energy"], _rulebook()) == {"oil", "gas"}
    assert check_rules(["iran-arms"], _rulebook()) == {"iran-arms"}


def test_an_unknown_id_is_refused_with_the_nearest() -> None:
    """A typing mistake is an error that helps, not an empty answer."""
    with pytest.raises(InputError, match='did you mean "iran-arms"'):
        check_rules(["iran-arm"], _rulebook())
    with pytest.raises(InputError, match='unknown partner "XX"'):
        expand_partners(["xx"], _rulebook())
    with pytest.raises(InputError, match='did you mean "group:energy"'):
        expand_goods(["group:energie"], _rulebook())
