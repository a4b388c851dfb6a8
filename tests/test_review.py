"""What `rules check` warns of: rules, words and languages that load and yet do nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.command import Command

if TYPE_CHECKING:
    from pathlib import Path

FEEDS = """\
contact: tests@example.org
feeds:
  - {id: a, url: 'https://a.example/1', language: en}
  - {id: b, url: 'https://a.example/2', language: sw, enabled: false}
  - {id: c, url: 'https://a.example/3', language: sw}
  - {id: d, url: 'https://a.example/4', language: fr-CA}
"""
TESTS = "    tests: [{match: x}, {skip: y}]\n"


@pytest.fixture
def watcher(workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the command line in a workspace with feeds in English, French and Swahili."""
    (workspace / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    return Command(workspace, capsys, monkeypatch)


def warned(watcher: Command, *rules: str, strict: bool = False) -> list[str]:
    """Check these rules, YAML flow mappings, numbered r1, r2 …; give the warnings on them."""
    lines = [
        f"- {{id: r{n}, title: T, tests: [{{match: x}}, {{skip: y}}], {rule}}}\n" for n, rule in enumerate(rules, 1)
    ]
    (watcher.folder / "rules" / "watch" / "mine.yaml").write_text("".join(lines), encoding="utf-8")
    told = watcher("rules", "check", "--format", "json", *(["--strict"] if strict else []))
    assert told.code == int(strict)
    found = [one for one in json.loads(told.out) if one["path"].endswith("mine.yaml")]
    assert {one["severity"] for one in found} <= {"warning"}
    return [f"{one['line']}: {one['message']}" for one in found]


def test_a_rule_that_cannot_match_is_told(watcher: Command) -> None:
    """By what it asks of a relation or of the words, and by the feeds and languages it names."""
    assert warned(
        watcher,
        "partners: [IR], query: partner:KP",
        "query: zinc NOT zinc",
        "query: zinc lang:ru",
        "query: tin, feeds: [b]",
        "query: ore lang:fr",
        "query: copper NOT feed:b",
    ) == [
        '1: "r1" can\'t match anything: partners [IR] and partner:KP exclude each other',
        '2: "r2" can\'t match anything: zinc and NOT zinc exclude each other',
        '3: "r3" can\'t match anything: no feed that is read meets what it says of feeds and languages',
        '4: "r4" can\'t match anything: no feed that is read meets what it says of feeds and languages',
    ]


def test_a_rule_that_adds_nothing_to_another_is_told_once(watcher: Command) -> None:
    """Whether it asks for the same or for less; of equal ones the more urgent, else the first stays."""
    assert warned(
        watcher,
        "partners: [tier:core], goods: [group:weapons]",
        "partners: [IR], goods: [drones]",
        "query: zinc tin",
        "query: tin AND zinc",
        "query: ore",
        "query: ore, priority: high",
    ) == [
        '2: "r2" adds nothing to "r1" (rules/watch/mine.yaml:1), which matches whenever it does',
        '4: "r4" asks for the same as "r3" (rules/watch/mine.yaml:3), which matches whenever it does',
        '5: "r5" asks for the same as "r6" (rules/watch/mine.yaml:6), which matches whenever it does',
    ]


def test_a_rule_that_adds_something_is_left_alone(watcher: Command) -> None:
    """More urgent, longer lasting, in a digest of its own, or beside one that is off: it has its use."""
    digests = "channels: {s: {terminal: true}}\ndigests: [{id: d, at: '08:00', channel: s, rules: [r4]}]\n"
    (watcher.folder / "rules" / "digests.yaml").write_text(digests, encoding="utf-8")
    assert (
        warned(
            watcher,
            "query: zinc",
            "query: zinc tin, priority: high",
            "query: ore",
            "query: ore tin",
            "query: copper, expires: 2999-01-01",
            "query: copper tin",
            "query: iron, enabled: false",
            "query: iron tin",
            "query: lead tin, expires: 2998-01-01",
        )
        == []
    )
    (watcher.folder / "rules" / "digests.yaml").unlink()
    assert len(warned(watcher, "query: ore, expires: 2999-01-01", "query: ore tin, expires: 2998-01-01")) == 1


def test_expired_and_slow_rules_are_told_at_their_line(watcher: Command) -> None:
    """An expired rule matches nothing; an expression that counts far costs every article."""
    found = warned(
        watcher,
        "query: zinc, expires: 2024-01-31",
        "query: '/[ap].{900}zzz/'",
        "query: '/(\\w+\\s+){1,20}xyzzy/ \"tin ore\"'",
        strict=True,
    )
    assert found[0] == '1: "r1" expired on 2024-01-31: it matches nothing any more'
    assert found[1].startswith("2: /[ap].{900}zzz/ is slow: it takes ")
    assert len(found) == 2


def test_words_in_the_script_of_no_feed_are_told(watcher: Command) -> None:
    """Unless some feed may be in any language."""
    rules = ("query: дрон* OR дроны", "query: zinc NOT дрон", "query: ŻURAW OR 無人機")
    found = warned(watcher, *rules)
    assert found[0].startswith("1: дрон* is found in no feed: none is in a language of its script (ru uk ")
    assert [line[:4] for line in found] == ["1: д", "1: д", "3: 無"]
    feeds = FEEDS.replace(", language: fr-CA", "")
    (watcher.folder / "feeds.yaml").write_text(feeds, encoding="utf-8")
    assert warned(watcher, *rules, "query: zink lang:ru") == []
    (watcher.folder / "feeds.yaml").write_text("contact: tests@example.org\nfeeds: []\n", encoding="utf-8")
    assert warned(watcher, *rules, "query: zink lang:ru") == []


def test_languages_and_lexicon_are_held_against_each_other(watcher: Command) -> None:
    """Feeds in a language without terms, own terms in no feed's language, and terms that clash or are never found."""
    goods = "drones:\n  terms: {en: [buzzers, '!nothing', 'b*zz'], ka: [xy], all: [uv]}\n"
    (watcher.folder / "rules" / "goods.yaml").write_text(goods, encoding="utf-8")
    phrases = "words:\n  supply:\n    en: [buzzers]\n"
    (watcher.folder / "rules" / "phrases.yaml").write_text(phrases, encoding="utf-8")
    told = watcher("rules", "check")
    assert told.code == 0
    for line in (
        'rules/goods.yaml:2:25: warning: "!nothing" takes nothing away: the shipped lexicon has no such term in en',
        'rules/goods.yaml:2:37: warning: term "b*zz" is never found: * stands for any ending, so only at the end of a',
        'rules/phrases.yaml:3:10: warning: term "buzzers" already means drones (goods.yaml): this second meaning wins',
        "rules/goods.yaml:2:50: warning: terms in ka, but no feed that is read is in that language",
        "feeds.yaml:5:1: notice: the lexicon has no terms in the languages of some feeds: sw (1).",
    ):
        assert line in told.err
    assert told.out.endswith("warnings: 4\n")


def test_github_shows_problems_at_their_lines(watcher: Command) -> None:
    """One workflow command for each, with what would end it early escaped."""
    (watcher.folder / "rules" / "watch" / "a,b.yaml").write_text(
        "- {id: x, title: 5%, query: zinc}\n", encoding="utf-8"
    )
    told = watcher("rules", "check", "--format", "github")
    place = f"file={watcher.folder.as_posix()}/rules/watch/a%2Cb.yaml,line=1,col=8"
    assert f'::warning {place}::"x" has no match and no skip test' in told.out
    (watcher.folder / "rules" / "watch" / "a,b.yaml").write_text("- {id: x%y}\n", encoding="utf-8")
    told = watcher("rules", "check", "--format", "github")
    assert told.code == 2
    assert "::error file=" in told.out
    assert "x%y" not in told.out
