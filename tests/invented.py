"""Findings of our own invention, for every test of what is said: each tier, each status, one story in many outlets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from watcher.collect.article import Article
from watcher.decide.figure import Figure
from watcher.decide.match import Finding, Match
from watcher.decide.relation import Relation
from watcher.decide.story import stories
from watcher.deliver.coverage import Coverage, Source
from watcher.deliver.digest import Digest, compose
from watcher.deliver.digests import DigestPlan
from watcher.deliver.drawn import Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.decide.rules import Priority

NOW = datetime(2026, 1, 13, 7, 0, tzinfo=UTC)
NAMES = Names(
    partners={
        "IR": "Iran",
        "KP": "North Korea",
        "CN": "China",
        "IN": "India",
        "TR": "Türkiye",
        "KZ": "Kazakhstan",
        "HU": "Hungary",
        "ML": "Mali",
        "DE": "Germany",
        "UNNAMED": "Unnamed third countries",
    },
    tiers={
        "IR": "core",
        "KP": "core",
        "CN": "core",
        "IN": "trade",
        "TR": "trade",
        "KZ": "neighbours",
        "HU": "political",
        "ML": "africa",
        "DE": "western",
        "UNNAMED": "unnamed",
    },
    goods={
        "missiles": "missiles",
        "drones": "drones",
        "oil": "crude oil",
        "electronics": "electronics",
        "political-support": "political support",
        "sanctions-obstruction": "obstruction of sanctions",
    },
    groups={
        "missiles": "weapons",
        "drones": "weapons",
        "artillery": "weapons",
        "oil": "energy",
        "gas": "energy",
        "electronics": "dual-use",
        "political-support": "favours",
    },
    rules={
        "iran-arms": "Iranian arms for Russia",
        "oil": "Who buys Russian oil",
        "support": "Meetings and words",
        "chips": "Chips and boards",
        "trade-core": "Anything from core partners",
        "words": "Vostochny, wherever it is named",
    },
)
COVERAGE = Coverage(
    sources=(
        *(Source(f"Paper {number}", "en", "GB") for number in range(161)),
        Source("Pyeongan Daily", "ko", "KP", "http-503"),
        Source("Gulf Shipping Wire", "en", "AE", "timeout"),
    ),
    read=2314,
    matched=21,
    since=NOW - timedelta(days=1),
)


def plan(**changes: object) -> DigestPlan:
    """Make a daily digest's plan."""
    values = {
        "id": "daily",
        "title": "Russia's partners",
        "at": ["08:00"],
        "timezone": "Europe/Madrid",
        "channel": "desk",
    }
    return DigestPlan.model_validate(values | changes)


def relation(partner: str, good: str, direction: str = "to_russia", status: str = "reported", **more: str) -> Relation:
    """Make a relation; `figure` is the text of its one figure."""
    figure = more.pop("figure", "")
    figures = (Figure(1.0, "", figure),) if figure else ()
    evidence = more.pop("evidence", "")
    return Relation(partner, good, direction, status, evidence, more.pop("by", ""), figures)


def finding(
    title: str,
    *relations: Relation,
    rule: str = "trade-core",
    priority: Priority = "normal",
    minutes: int = 60,
    **article: str,
) -> Finding:
    """Make an article of `minutes` before NOW that meets one rule with all of its relations."""
    source = article.pop("source", "Example Wire")
    slug = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in title.lower())[:60]
    place = source.lower().replace(" ", "")
    made = Article(
        id=article.pop("id", f"{abs(hash((title, source))):032x}"[-32:]),
        title=title,
        url=article.pop("url", f"https://{place}.example/2026/01/{slug}"),
        source=source,
        published=NOW - timedelta(minutes=minutes),
        feed=article.pop("feed", "wire"),
        **article,  # type: ignore[arg-type]  # the other fields given here are texts
    )
    matches = (Match(rule, priority, ("partner:IR",), tuple(range(len(relations)))),) if rule else ()
    return Finding(made, relations, matches)


def morning() -> list[Finding]:
    """Give a realistic morning's findings."""
    denied = "Tehran denied on Monday that it had shipped ballistic missiles to Russia, calling the claim baseless."
    iran = [
        relation("IR", "missiles", status="denied", by="Tehran", evidence=denied, figure="400 ballistic missiles"),
        relation("IR", "missiles", status="alleged", by="Washington", evidence=denied, figure="400 ballistic missiles"),
        relation("IR", "drones", status="alleged", by="Washington", evidence=denied),
    ]
    title = "Tehran denies shipping 400 ballistic missiles to Russia"
    return [
        finding(title, *iran, rule="iran-arms", priority="high", minutes=200, source="Harbour News"),
        finding(title, *iran, rule="iran-arms", priority="high", minutes=140, source="Northern Post"),
        finding(
            title + ".",
            *iran,
            rule="iran-arms",
            priority="high",
            minutes=95,
            source="Caspian State Agency",
            kind="state-media",
        ),
        finding(
            "Pyongyang sends a second train of artillery shells across the Tumen bridge",
            relation(
                "KP",
                "artillery",
                evidence="Satellite images show 64 wagons crossing the bridge on Friday.",
                figure="64 wagons",
            ),
            priority="critical",
            minutes=30,
            source="Strait Observer",
        ),
        finding(
            "Chinese optics found in drones shot down over Odesa",
            relation(
                "CN",
                "electronics",
                status="alleged",
                by="Kyiv",
                evidence="Kyiv says that the cameras were made in Shenzhen in November.",
            ),
            relation("CN", "drones", status="alleged", by="Kyiv"),
            rule="chips",
            minutes=900,
            source="Odesa Herald",
        ),
        finding(
            "Indian refiners halt new orders of Urals crude after the price cap is lowered",
            relation(
                "IN",
                "oil",
                "from_russia",
                "negated",
                evidence="Two state refiners have placed no orders for March loading.",
                figure="1.3 million barrels per day",
            ),
            rule="oil",
            minutes=340,
            source="Tanker Desk",
        ),
        finding(
            "Ankara plans to pay for Russian gas in lira",
            relation(
                "TR",
                "gas",
                "from_russia",
                "planned",
                evidence="The ministry offered to settle a quarter of its bill in lira from April.",
                figure="a quarter of its bill",
            ),
            rule="oil",
            minutes=600,
            source="Bosphorus Daily",
        ),
        finding(
            "Kazakhstan's trade with Russia grows by a tenth",
            relation("KZ", "trade", "any", figure="$28 billion, up 10%"),
            minutes=420,
            source="Steppe Business",
        ),
        finding(
            "Budapest blocks the twentieth package of sanctions again",
            relation(
                "HU",
                "sanctions-obstruction",
                evidence="Hungary's envoy withheld consent for the third time this month.",
            ),
            minutes=480,
            source="Danube Review",
        ),
        finding(
            "هیئت روسی برای گفت‌وگو درباره پهپادها وارد تهران شد",
            relation(
                "IR",
                "drones",
                "to_russia",
                "planned",
                evidence="هیئت روسی برای گفت‌وگو درباره تولید مشترک پهپاد وارد تهران شد.",
            ),
            rule="iran-arms",
            minutes=210,
            source="خبر نمونه",
        ),
        finding(
            "Vostochny launch slips again: <engine> tests & paperwork",
            rule="words",
            minutes=55,
            source="Orbit Letter",
            summary="The launch, planned for Tuesday, was moved to March without a reason being given.",
        ),
        finding(
            "Putin and Mali's leader speak by telephone",
            relation("ML", "political-support", "any"),
            minutes=130,
            source="Sahel Info",
            rule="support",
            priority="low",
        ),
        finding(
            "Beijing congratulates Moscow on a holiday",
            relation("CN", "political-support", "any"),
            minutes=150,
            source="Plain News",
            rule="support",
            priority="low",
        ),
        finding(
            "Belgrade's envoy visits a forum in Kazan",
            relation("HU", "political-support", "any"),
            minutes=155,
            source="Plain News",
            rule="support",
            priority="low",
        ),
    ]


def digest(findings: Sequence[Finding] | None = None, **changes: object) -> Digest:
    """Compose the morning's digest, or that of other findings."""
    found = morning() if findings is None else findings
    return compose(stories(found), plan(**changes), names=NAMES, coverage=COVERAGE, now=NOW)
