"""
The same event in many outlets → one Story.

In doubt they are two stories: a report told twice costs a glance, two reports told as one lose the second.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
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
# With so many of those before it: a day's headlines on one event stand close together.
COMPARED = 40

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
    told = [_tell(finding) for finding in findings]
    groups = _Groups(len(findings))
    _join_equal(groups, told)
    _join_similar(groups, told)
    return tuple(_story([findings[index] for index in members]) for members in groups.listed())


# What near headlines must have in common: their numbers, and who is said to do what, and how certainly.
_Said = tuple[tuple[str, ...], frozenset[tuple[str, str, str]]]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a finding is compared by."""

    url: str
    title: str
    words: frozenset[str]
    said: _Said
    published: datetime | None

    @property
    def is_telling(self) -> bool:
        """Whether the title says enough: four words, or ten characters where words aren't spaced."""
        spaces = self.title.count(" ")
        return spaces >= 3 or (spaces == 0 and len(self.title) >= 10)


def _tell(finding: Finding) -> _Told:
    words = _WORDS.findall(finding.article.title.casefold())
    numbers = tuple(sorted(word for word in words if any(letter.isdigit() for letter in word)))
    relations = frozenset((found.partner, found.direction, found.status) for found in finding.relations)
    return _Told(
        url=finding.article.url,
        title=" ".join(words),
        words=frozenset(words),
        said=(numbers, relations),
        published=finding.article.published,
    )


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


def _join_equal(groups: _Groups, told: Sequence[_Told]) -> None:
    by_url: dict[str, int] = {}
    by_title: dict[str, int] = {}
    for index, each in enumerate(told):
        if each.url:
            groups.join(by_url.setdefault(each.url, index), index)
        if each.is_telling:
            first = by_title.setdefault(each.title, index)
            if _is_near(told[first], each):
                groups.join(first, index)


def _join_similar(groups: _Groups, told: Sequence[_Told]) -> None:
    """Compare each headline with the last few that share one of its rarest words and say the same of the same."""
    counts = Counter(word for each in told for word in each.words)
    met: defaultdict[tuple[str, _Said], deque[int]] = defaultdict(lambda: deque(maxlen=COMPARED))
    for index, each in enumerate(told):
        if not each.is_telling:
            continue
        rare = sorted(each.words, key=lambda word: (counts[word], word))[:RARE_WORDS]
        for other in {other for word in rare for other in met[word, each.said]}:
            if groups.root(other) != groups.root(index) and _is_same(told[other], each):
                groups.join(other, index)
        for word in rare:
            met[word, each.said].append(index)


def _is_same(one: _Told, other: _Told) -> bool:
    return _is_near(one, other) and fuzz.token_sort_ratio(one.title, other.title, score_cutoff=SIMILAR) > 0


def _is_near(one: _Told, other: _Told) -> bool:
    first, second = one.published, other.published
    return first is None or second is None or abs(first - second) <= NEAR
