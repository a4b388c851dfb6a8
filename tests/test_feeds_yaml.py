"""feeds.yaml as shipped: what an analyst can rely on being read."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from watcher.collect.feeds import Feed, load

if TYPE_CHECKING:
    from pathlib import Path

# Partners by country code, as rules/partners.yaml knows them.
PARTNERS = re.findall(
    r"\w+",
    "CN IR KP BY IN TR AE HK SG GR VN SA BR ZA EG ID MY TH PK QA AF MN KZ KG TJ TM UZ AM AZ GE MD SY ER VE CU NI MM HU "
    "SK RS BO LA YE PS ML CF BF NE SD LY DZ ET UG ZW GN TG GQ MZ MG CD CG US FR DE IT AT GB BG CY MT CH NL JP KR TW",
)
PRESS = {"wire", "newspaper", "broadcaster", "state-media", "trade-press"}
BOTH_SIDES = ("RU", "BY", "CN", "IR", "TR", "HU", "RS", "VE")
TRADES = ("energy", "shipping", "defence", "nuclear", "sanctions", "export-control", "un", "eu")
BODIES = (
    "treasury",
    "ofac",
    "bis-",
    "eu-council",
    "uk-ofsi",
    "un-news",
    "isw",
    "crea",
    "kse",
    "carnegie",
    "bruegel",
    "rusi",
)


@pytest.fixture(scope="module")
def feeds(root: Path) -> tuple[Feed, ...]:
    """Give the shipped feeds."""
    return load(root / "feeds.yaml").feeds


def test_the_list_is_long_and_every_feed_is_described(feeds: tuple[Feed, ...]) -> None:
    """At least 150 feeds, each with name, language, country where it has one, and a kind."""
    assert len(feeds) >= 150
    assert [feed.id for feed in feeds if not (feed.name and feed.language)] == []
    assert [feed.id for feed in feeds if not feed.country and "search" not in feed.tags] == []
    assert [feed.id for feed in feeds if feed.kind == "other"] == []


def test_no_feed_stands_twice(feeds: tuple[Feed, ...]) -> None:
    """Ids are unique, and so are addresses whatever their scheme, case of host or last slash."""
    assert [name for name, count in Counter(feed.id for feed in feeds).items() if count > 1] == []
    assert [url for url, count in Counter(map(_plain, feeds)).items() if count > 1] == []


def test_ids_are_words_that_rules_can_name(feeds: tuple[Feed, ...]) -> None:
    """Ids are lower-case words with hyphens, so that `feeds: [bbc-world]` needs no quotes."""
    assert [feed.id for feed in feeds if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", feed.id)] == []


def test_many_languages_are_read(feeds: tuple[Feed, ...]) -> None:
    """The languages of the lexicon each have a feed."""
    spoken = {feed.language for feed in feeds}
    assert spoken >= {"en", "ru", "uk", "es", "fr", "de", "it", "pt", "pl", "tr", "zh", "ja", "ko", "ar", "fa"}


@pytest.mark.parametrize("partner", PARTNERS)
def test_every_partner_is_covered_by_its_press_or_a_news_search(feeds: tuple[Feed, ...], partner: str) -> None:
    """No partner is read about only from outside."""
    assert any(feed.country == partner and (feed.kind in PRESS or feed.kind == "aggregator") for feed in feeds)


@pytest.mark.parametrize("country", BOTH_SIDES)
def test_state_media_and_other_press_are_both_read(feeds: tuple[Feed, ...], country: str) -> None:
    """Where the state owns the loudest voice, another one is read beside it."""
    kinds = {feed.kind for feed in feeds if feed.country == country}
    assert "state-media" in kinds
    assert kinds - {"state-media", "government"}


@pytest.mark.parametrize("trade", TRADES)
def test_trades_and_bodies_that_sanction_are_read(feeds: tuple[Feed, ...], trade: str) -> None:
    """Trade press, governments and think tanks are tagged by what they are read for."""
    assert any(
        trade in feed.tags and feed.kind in {"trade-press", "government", "think-tank", "aggregator"} for feed in feeds
    )


@pytest.mark.parametrize("name", BODIES)
def test_the_named_bodies_are_read(feeds: tuple[Feed, ...], name: str) -> None:
    """Treasury, OFAC, BIS, EU Council, UK, UN and the think tanks that count tankers and chips."""
    assert any(name in feed.id for feed in feeds)


def test_news_searches_are_aggregators(feeds: tuple[Feed, ...]) -> None:
    """A search's items name their own outlet, so that the search is never taken for one."""
    assert [
        feed.id for feed in feeds if urlsplit(feed.url).hostname == "news.google.com" and feed.kind != "aggregator"
    ] == []


def test_every_feed_has_its_origin_in_the_documents(feeds: tuple[Feed, ...], root: Path) -> None:
    """docs/feeds.md tells of each feed, and of no other, where its address comes from and who saw it last."""
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.+?) \| (.+?) \|$", (root / "docs/feeds.md").read_text("utf-8"), re.M)
    assert sorted(row[0] for row in rows) == sorted(feed.id for feed in feeds)


def _plain(feed: Feed) -> str:
    parts = urlsplit(feed.url)
    return f"{parts.hostname}{parts.path.rstrip('/')}?{parts.query}"
