"""Articles grouped into stories a second: headlines of our own making, and those of news-30k."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from bench.race import Contender, race, rate, table
from watcher import items
from watcher.collect.article import Article
from watcher.decide.match import Finding
from watcher.decide.relation import Relation
from watcher.decide.story import stories

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 7, 1, tzinfo=UTC)
MANY = 10_000
_GIVERS = ("Iran", "North Korea", "China", "Belarus", "Turkey", "India", "Kazakhstan", "Serbia")
_DOES = ("ships", "sells", "denies shipping", "plans to send", "stops selling", "is accused of supplying")
_GOODS = ("drones", "artillery shells", "machine tools", "microchips", "crude oil", "ball bearings", "grain")
_PLACES = ("Rostov", "Yelabuga", "Khasan", "Ust-Luga", "Murmansk", "Astrakhan", "Tuapse", "Omsk", "Perm")


def report(shared: Path, rounds: int) -> str:
    """Measure, and say how many articles a second are grouped, of made-up headlines and of real ones."""
    made, real = _made(), _real(shared)
    laps = race(
        [
            Contender("made", lambda: _group(made)),
            Contender("real", lambda: _group(real)),
        ],
        rounds,
    )
    return table(
        f"story: {MANY} made-up reports of two days, {len(real)} headlines of news-30k; by CPU time",
        [
            ("", "stories", "articles/s"),
            ("made-up, with relations, in two languages", f"{len(stories(made)):,}", f"{rate(laps['made']):,.0f}"),
            ("news-30k, headlines alone", f"{len(stories(real)):,}", f"{rate(laps['real']):,.0f}"),
        ],
    )


def _group(findings: list[Finding]) -> int:
    stories(findings)
    return len(findings)


def _made() -> list[Finding]:
    """Make reports, each event in one to five outlets with a word changed."""
    chance = random.Random(2026)
    found: list[Finding] = []
    while len(found) < MANY:
        giver, does, good, place = (chance.choice(each) for each in (_GIVERS, _DOES, _GOODS, _PLACES))
        figure, at = chance.randrange(40, 9000), NOW - timedelta(minutes=chance.randrange(2880))
        said = (Relation(giver[:2].upper(), good, "to_russia", "reported", ""),)
        for outlet in range(chance.randrange(1, 6)):
            who = chance.choice(("officials", "sources"))
            title = f"{giver} {does} {figure} {good} to Russia, {who} in {place} say"
            article = Article(
                id=f"{len(found):032x}",
                title=title,
                summary=f"The {good} left {place} on the night, {figure} in all.",
                url=f"https://o{outlet}.example/{len(found)}",
                source=f"Outlet {outlet}",
                language="en" if outlet else "de",
                published=at + timedelta(minutes=outlet * 20),
            )
            found.append(Finding(article, said))
    return found[:MANY]


def _real(shared: Path) -> list[Finding]:
    with (shared / "items" / "news-30k.jsonl.gz").open("rb") as stream:
        return [Finding(article) for article in islice(items.read(stream, name="news-30k"), MANY)]
