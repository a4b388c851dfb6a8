"""
The same event in many outlets → one Story.

In doubt they are two stories: a report told twice costs a glance, two reports told as one lose the second.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.decide.match import Finding

# Two outlets tell of one event within this time; a title that comes back later ("Morning briefing") is another story.
NEAR = timedelta(days=2)
# Of 100: a changed word in a headline of ten, or another order of the same words.
SIMILAR = 88.0
# Headlines are compared where they share one of this many of their rarest words.
RARE_WORDS = 3

_WORDS = re.compile(r"\w+")
_DATELESS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Story:
    """One event: the earliest finding that tells it, and the others in the order of their publication."""

    lead: Finding
    others: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The lead and the others."""
        return (self.lead, *self.others)


def stories(findings: Sequence[Finding]) -> tuple[Story, ...]:
    """Group findings with the same URL, the same title or nearly so, in the order of each story's first finding."""
    titles = [" ".join(_WORDS.findall(finding.article.title.casefold())) for finding in findings]
    groups = _Groups(len(findings))
    _join_equal(groups, findings, titles)
    _join_similar(groups, findings, titles)
    return tuple(_story([findings[index] for index in members]) for members in groups.listed())


class _Groups:
    """Sets of indexes that grow together (union-find)."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def root(self, index: int) -> int:
        while self.parent[index] != index:
            self.parent[index] = self.parent[self.parent[index]]
            index = self.parent[index]
        return index

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self.parent[high] = low

    def listed(self) -> Iterable[list[int]]:
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for index in range(len(self.parent)):
            groups[self.root(index)].append(index)
        return groups.values()


def _story(findings: list[Finding]) -> Story:
    """Put the earliest first; an undated finding can't claim to be."""
    ordered = sorted(
        findings, key=lambda found: (found.article.published is None, found.article.published or _DATELESS)
    )
    return Story(ordered[0], tuple(ordered[1:]))


def _join_equal(groups: _Groups, findings: Sequence[Finding], titles: list[str]) -> None:
    by_url: dict[str, int] = {}
    by_title: dict[str, int] = {}
    for index, (finding, title) in enumerate(zip(findings, titles, strict=True)):
        if finding.article.url:
            groups.join(by_url.setdefault(finding.article.url, index), index)
        if _is_telling(title):
            first = by_title.setdefault(title, index)
            if _is_near(findings[first], finding):
                groups.join(first, index)


def _join_similar(groups: _Groups, findings: Sequence[Finding], titles: list[str]) -> None:
    """Compare each headline with those that share one of its rarest words."""
    words = [set(title.split()) for title in titles]
    counts = Counter(word for each in words for word in each)
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    for index, title in enumerate(titles):
        if not _is_telling(title):
            continue
        rare = sorted(words[index], key=lambda word: (counts[word], word))[:RARE_WORDS]
        for other in {other for word in rare for other in by_word[word]}:
            is_joined = groups.root(other) == groups.root(index)
            if not is_joined and _is_same(findings[other], findings[index], titles[other], title):
                groups.join(other, index)
        for word in rare:
            by_word[word].append(index)


def _is_telling(title: str) -> bool:
    """Whether a title says enough to be compared: four words, or ten characters where words aren't spaced."""
    spaces = title.count(" ")
    return spaces >= 3 or (spaces == 0 and len(title) >= 10)


def _is_same(one: Finding, other: Finding, title: str, other_title: str) -> bool:
    return (
        _is_near(one, other)
        and _numbers(title) == _numbers(other_title)
        and _said(one) == _said(other)
        and fuzz.token_sort_ratio(title, other_title, score_cutoff=SIMILAR) > 0
    )


def _is_near(one: Finding, other: Finding) -> bool:
    first, second = one.article.published, other.article.published
    return first is None or second is None or abs(first - second) <= NEAR


def _numbers(title: str) -> list[str]:
    return sorted(word for word in title.split() if any(letter.isdigit() for letter in word))


def _said(finding: Finding) -> set[tuple[str, str, str]]:
    """Give what the finding says, and whether it is denied: near headlines may say the opposite."""
    return {(relation.partner, relation.direction, relation.status) for relation in finding.relations}
