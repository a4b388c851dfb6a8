"""Articles against rules: which rules they meet, why, and why not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.shipped import shipped_lexicon
from tests.small_lexicon import relation, small_lexicon
from watcher.collect.article import Article
from watcher.decide import query, rules
from watcher.decide.match import Finding, apply_rules, describe, judge, match, try_rules
from watcher.decide.rule import Rule, compile_rule
from watcher.decide.term import Vocabulary

if TYPE_CHECKING:
    from watcher.decide.relation import Relation
    from watcher.decide.rules import Rulebook

LEXICON = small_lexicon()
NOW = datetime(2026, 1, 31, 23, 59, tzinfo=UTC)
SHIPPED = Path(__file__).parent.parent / "rules"
ARTICLE = Article(id="1", title="The shadow fleet grows", feed="bbc-world", kind="broadcaster", tags=("wire",))
IR_DRONES = relation("IR", "drones", status="denied")
CN_OIL = relation("CN", "oil", "from_russia")
KP_TALKS = relation("KP", "political-support", "any")


def book(*listed: dict[str, Any]) -> Rulebook:
    """Make a rulebook of rules; ids and titles are made up where they are left out."""
    made = [Rule.model_validate({"id": f"r{number}", "title": "t"} | each) for number, each in enumerate(listed)]
    vocabulary = Vocabulary(LEXICON)
    watches = [
        compile_rule(rule, vocabulary, query.parse(rule.query, LEXICON) if rule.query else None) for rule in made
    ]
    return rules.bind(watches, LEXICON)


def matched(*relations: Relation, now: datetime = NOW, **rule: Any) -> bool:
    """Say whether an article with these relations meets one rule."""
    return bool(apply_rules(ARTICLE, relations, book(rule), now=now).matches)


def test_all_fields_hold_of_one_relation() -> None:
    """Fields that only different relations meet are not met."""
    assert matched(IR_DRONES, CN_OIL, partners=["IR"], goods=["group:weapons"])
    assert not matched(IR_DRONES, CN_OIL, partners=["IR"], goods=["oil"])
    assert matched(IR_DRONES, partners=["tier:core"], status=["denied"])
    assert not matched(IR_DRONES, partners=["tier:core"], status=["reported", "alleged"])


def test_fields_and_relation_terms_of_the_query_hold_of_one_relation() -> None:
    """Terms that the query joins by AND belong to the rule's fields; those in parentheses don't."""
    assert matched(IR_DRONES, CN_OIL, partners=["IR"], query="good:drones")
    assert not matched(IR_DRONES, CN_OIL, partners=["IR"], query="good:oil")
    assert matched(IR_DRONES, CN_OIL, partners=["IR"], query="(good:oil)")
    assert not matched(IR_DRONES, CN_OIL, partners=["IR"], query="NOT status:denied")
    assert matched(IR_DRONES, CN_OIL, goods=["oil", "drones"], query="NOT status:denied")


def test_what_goes_both_ways_satisfies_either_direction() -> None:
    """A rule's own `any` asks for what goes both ways."""
    assert matched(KP_TALKS, goods=["political-support"], direction="to_russia")
    assert matched(KP_TALKS, goods=["political-support"], direction="from_russia")
    assert matched(KP_TALKS, goods=["political-support"], direction="any")
    assert not matched(CN_OIL, goods=["oil"], direction="to_russia")
    assert not matched(CN_OIL, goods=["oil"], direction="any")


def test_fields_and_query_are_both_needed() -> None:
    """A query narrows a rule with fields, and is enough by itself."""
    assert matched(IR_DRONES, partners=["IR"], query='"shadow fleet"')
    assert not matched(IR_DRONES, partners=["IR"], query="zinc")
    assert not matched(partners=["IR"], query='"shadow fleet"')
    assert matched(query="shad* AND fleet")
    assert matched(query="/fleet/ NOT zinc")


def test_feeds_narrow_a_rule() -> None:
    """One of the feeds, tags or kinds that a rule names must be the article's."""
    assert matched(query="fleet", feeds=["irna", "bbc-world"])
    assert matched(query="fleet", feeds=["tag:Wire"])
    assert matched(query="fleet", feeds=["kind:broadcaster"])
    assert not matched(query="fleet", feeds=["irna", "tag:state", "kind:wire"])


def test_expired_and_disabled_rules_do_not_match() -> None:
    """The day that a rule expires on is its last."""
    assert matched(query="fleet", expires=date(2026, 1, 31))
    assert not matched(query="fleet", expires=date(2026, 1, 30))
    assert not matched(query="fleet", enabled=False)


def test_a_match_names_its_relations_and_reasons() -> None:
    """Relations come first, in words, then what the query found; rules come in the rulebook's order."""
    rulebook = book({"goods": ["oil"]}, {"partners": ["IR"], "query": "fleet", "priority": "high"}, {"query": "fleet"})
    finding = apply_rules(ARTICLE, (IR_DRONES, CN_OIL), rulebook, now=NOW)
    assert finding.relevant
    assert [(one.rule, one.priority, one.relations) for one in finding.matches] == [
        ("r0", "normal", (1,)),
        ("r1", "high", (0,)),
        ("r2", "normal", ()),
    ]
    assert finding.matches[1].reasons == ("Iran → Russia · drones · denied", '"fleet" in the title')


def test_relations_are_described_for_an_analyst() -> None:
    """The arrow shows the way; an id that the lexicon lacks stands for itself."""
    assert describe(CN_OIL, LEXICON) == "Russia → China · oil · reported"
    assert describe(KP_TALKS, LEXICON) == "North Korea ↔ Russia · political support · reported"
    assert describe(relation("XX", "tin"), LEXICON) == "XX → Russia · tin · reported"


def test_every_rule_is_judged() -> None:
    """Why a rule matches, lacks something, or doesn't count is said of each rule, whatever feed a text came by."""
    rulebook = book(
        {"partners": ["IR"], "goods": ["oil"], "direction": "to_russia", "status": ["reported"]},
        {"query": "fleet", "feeds": ["irna"]},
        {"query": "fleet", "enabled": False},
        {"query": "fleet", "expires": date(2025, 1, 1)},
    )
    verdicts = judge(ARTICLE, (IR_DRONES,), rulebook, now=NOW)
    assert [(one.rule.id, one.is_match, one.reasons) for one in verdicts] == [
        (
            "r0",
            False,
            ("the nearest relation, IR drones to_russia denied, is not goods [oil] and not status [reported]",),
        ),
        ("r1", True, ('"fleet" in the title',)),
        ("r2", False, ("it is not enabled",)),
        ("r3", False, ("it expired on 2025-01-01",)),
    ]


@pytest.fixture(scope="module")
def shipped() -> Rulebook:
    """Give the shipped rules."""
    return rules.load(SHIPPED, shipped_lexicon())


def test_an_article_is_read_and_matched(shipped: Rulebook) -> None:
    """From a title to the rule that asks for what it says."""
    finding = match(Article(id="1", title="Iran ships attack drones to Russia"), shipped, now=NOW)
    assert "iran-arms" in [one.rule for one in finding.matches]
    nothing = match(Article(id="2", title="Athletes train in the mountains"), shipped, now=NOW)
    assert nothing == Finding(Article(id="2", title="Athletes train in the mountains"))
    assert not nothing.relevant


def test_shipped_rules_pass_their_own_tests(shipped: Rulebook) -> None:
    """Every `match` sentence meets its rule, no `skip` sentence does."""
    failed = [f"{trial.rule}: {trial.text}: {trial.reasons}" for trial in try_rules(shipped) if not trial.is_passed]
    assert failed == []
    assert not shipped.warnings


def test_shipped_rules_ask_for_every_tier_and_group(shipped: Rulebook) -> None:
    """No tier and no goods group goes unwatched, and summits alone stay low."""
    lex = shipped.lexicon
    for partner in lex.partners.values():
        for good in lex.goods.values():
            finding = apply_rules(Article(id="1", title=""), (relation(partner.id, good.id),), shipped, now=NOW)
            assert finding.matches, f"no rule asks for {partner.id} {good.id}"
    talks = apply_rules(
        Article(id="1", title=""), (relation("CN", "political-support", "any"),), shipped, now=NOW
    )  # fmt: skip
    assert "summits" in [one.rule for one in talks.matches]


def test_a_rules_own_tests_are_run() -> None:
    """A sentence that should match and doesn't, and one that does and shouldn't, fail with the reason."""
    real = shipped_lexicon()
    tests = [{"match": "zinc for all"}, {"match": "tin"}, {"skip": "tin"}, {"skip": "more zinc"}]
    rule = Rule.model_validate({"id": "zinc", "title": "t", "query": "zinc", "feeds": ["x"], "tests": tests})
    other = rule.model_copy(update={"id": "other"})
    vocabulary = Vocabulary(real)
    rulebook = rules.bind([compile_rule(each, vocabulary, query.parse("zinc", real)) for each in (rule, other)], real)
    trials = try_rules(rulebook, ["zinc"])
    assert [(one.rule, one.is_passed, one.reasons) for one in trials] == [
        ("zinc", True, ('"zinc" in the title',)),
        ("zinc", False, ("no zinc",)),
        ("zinc", True, ("no zinc",)),
        ("zinc", False, ('"zinc" in the title',)),
    ]
    assert len(try_rules(rulebook)) == 8
