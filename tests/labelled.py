"""Reports of our own invention, labelled by the event they tell of: tests/stories/events.txt."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from tests.invented import NOW
from watcher.collect.article import Article
from watcher.decide.match import Finding
from watcher.decide.relation import Relation
from watcher.decide.story import stories

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Pair = frozenset[str]


def events(root: Path) -> list[list[Finding]]:
    """Give the reports of each event."""
    found: list[list[Finding]] = []
    for number, line in enumerate((root / "tests" / "stories" / "events.txt").read_text("utf-8").splitlines()):
        if line.startswith("=="):
            found.append([])
        elif line and not line.startswith("#"):
            found[-1].append(report(line, f"{number}"))
    return found


def report(line: str, name: str) -> Finding:
    """Read `language | outlet | minutes ago | relation | headline | summary`."""
    language, source, minutes, said, title, summary = (part.strip() for part in line.split(" | "))
    partner, good, direction, status = said.split()
    article = Article(
        id=name,
        title=title,
        summary=summary,
        url=f"https://{name}.example/",
        source=source,
        language=language,
        published=NOW - timedelta(minutes=int(minutes)),
    )
    return Finding(article, (Relation(partner, good, direction, status, title),))


def pairs(groups: Iterable[Iterable[Finding]]) -> set[Pair]:
    """Give all pairs of reports that stand in one group."""
    return {
        frozenset((one.article.id, other.article.id)) for group in groups for one, other in combinations(list(group), 2)
    }


def joined(found: Iterable[Finding]) -> set[Pair]:
    """Give the pairs that stories join."""
    return pairs(story.findings for story in stories(list(found)))
