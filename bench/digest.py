"""A digest of 5,000 stories: grouped, composed and planned as Slack messages, page, feed and Markdown; CPU seconds."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from bench.race import table
from watcher.collect.article import Article
from watcher.decide.match import Finding, Match
from watcher.decide.relation import Relation
from watcher.decide.story import stories
from watcher.deliver import feed, markdown, page, slack
from watcher.deliver.coverage import Coverage
from watcher.deliver.digest import compose
from watcher.deliver.digests import DigestPlan
from watcher.deliver.drawn import Names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from watcher.deliver.digest import Digest

NOW = datetime(2026, 7, 1, tzinfo=UTC)
MANY = 5_000
PLAN = DigestPlan.model_validate({"id": "daily", "at": ["08:00"], "channel": "desk"})


def report(_shared: Path, rounds: int) -> str:
    """Measure each step."""
    found = [_finding(number) for number in range(MANY)]
    grouped = stories(found)
    made = compose(grouped, PLAN, names=Names(), coverage=Coverage(), now=NOW)
    steps: list[tuple[str, Callable[[], object]]] = [
        ("grouped into stories", lambda: stories(found)),
        ("composed", lambda: compose(grouped, PLAN, names=Names(), coverage=Coverage(), now=NOW)),
        ("planned for Slack", lambda: slack.plan(made, "C0123ABCD", "key")),
        ("as a page", lambda: page.render(made)),
        ("as a feed", lambda: feed.render(made)),
        ("as Markdown", lambda: markdown.render(made)),
    ]
    seconds = [(name, _seconds(step, rounds)) for name, step in steps]
    rows = [("", "seconds"), *((name, f"{spent:.2f}") for name, spent in seconds)]
    rows.append(("grouped, composed and planned", f"{sum(spent for _, spent in seconds[:3]):.2f}"))
    return table(f"digest: {len(made.lines):,} stories, {_messages(made)} Slack messages; CPU time", rows)


def _seconds(step: Callable[[], object], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        step()
        spent.append(time.process_time() - began)
    return median(spent)


def _messages(digest: Digest) -> int:
    return len(slack.plan(digest, "C0123ABCD", "key"))


def _finding(number: int) -> Finding:
    """Make a report that nobody else tells."""
    evidence = f"Depot {number} received {number * 3 + 50} shells on the night, two people who saw the wagons said."
    said = Relation(f"P{number % 40}", f"good-{number % 50}", "to_russia", "reported", evidence)
    article = Article(
        id=f"{number:032x}",
        title=f"Convoy {number} leaves depot {number % 997} with {number * 3 + 50} crates for the {number % 89}th army",
        summary=evidence,
        url=f"https://outlet-{number % 300}.example/2026/07/{number}",
        source=f"Outlet {number % 300}",
        language="en",
        published=NOW - timedelta(seconds=number * 15),
    )
    return Finding(article, (said,), (Match("rule", "normal", ("said so",), (0,)),))
