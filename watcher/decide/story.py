"""
The same event in many outlets → one Story.

In doubt they are two stories: a report told twice costs a glance, two reports told as one lose the second.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from watcher.decide.traits import figures, head, names, traits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.decide.match import Finding
    from watcher.decide.traits import Kind, Traits

# Two outlets tell of one event within this time; a title that comes back later ("Morning briefing") is another story.
NEAR = timedelta(days=2)
# Two languages do so within this.
DAY = timedelta(hours=24)
# Of 100: a changed word in a headline of ten, or another order of the same words.
SIMILAR = 88.0
# What a headline of the same relation may add or leave out, if most of what it says is the same.
CLOSE = 78.0
# Headlines are compared where they share two of this many of their rarest words.
RARE_WORDS = 5
SHARED = 2
# With so many of those before it: a day's headlines on one event stand close together.
COMPARED = 16
# A figure names an event by itself; of names it takes two.
NAMES = 2

# Where every noun has a capital, a capital makes no name.
_NOUNS = frozenset({"de", "lb"})
_DATELESS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Story:
    """
    One event: the earliest finding that tells it, and the others in the order of their publication.

    `before` are findings of the same event that were told already: the story is then an update.
    """

    lead: Finding
    others: tuple[Finding, ...] = ()
    before: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The lead and the others."""
        return (self.lead, *self.others)


def stories(findings: Sequence[Finding], told: Sequence[Finding] = ()) -> tuple[Story, ...]:
    """
    Group findings that tell of one event, in the order of each story's first finding.

    They are: those with the same URL or title; those with nearly the same title that say the same of the same; across
    languages those with the same relation within a day and a figure or two names in common. `told` are findings that
    were announced before: they only join others.
    """
    everything = [*findings, *told]
    seen = [traits(finding) for finding in everything]
    groups = _Groups(len(seen))
    _join_equal(groups, seen)
    _join_similar(groups, seen)
    _join_abroad(groups, everything, seen)
    return tuple(
        _story([everything[index] for index in new], [everything[index] for index in members[len(new) :]])
        for members in groups.listed()
        if (new := [index for index in members if index < len(findings)])
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


def _story(new: list[Finding], before: list[Finding]) -> Story:
    first, *others = sorted(new, key=_published)
    return Story(first, tuple(others), tuple(sorted(before, key=_published)))


def _published(finding: Finding) -> tuple[bool, datetime]:
    """Put the earliest first; an undated finding can't claim to be."""
    published = finding.article.published
    return published is None, published or _DATELESS


def _join_equal(groups: _Groups, seen: Sequence[Traits]) -> None:
    by_url: dict[str, int] = {}
    by_title: dict[str, int] = {}
    for index, each in enumerate(seen):
        if each.url:
            groups.join(by_url.setdefault(each.url, index), index)
        if each.is_telling:
            first = by_title.setdefault(each.title, index)
            if _is_near(seen[first], each, NEAR):
                groups.join(first, index)


def _join_similar(groups: _Groups, seen: Sequence[Traits]) -> None:
    """Compare each headline with the last few that share one of its rarest words and say the same of the same."""
    counts = Counter(word for each in seen for word in each.words)
    met: defaultdict[str, deque[int]] = defaultdict(_recent)
    for index, each in enumerate(seen):
        if not each.is_telling:
            continue
        shared = sorted((counts[word], word) for word in each.words if counts[word] > 1)
        rare = [word for _, word in shared[:RARE_WORDS]]
        shares = Counter(itertools.chain.from_iterable(met[word] for word in rare))
        for other, share in shares.items():
            if share < SHARED or not _has_same_numbers(seen[other], each):
                continue
            if groups.root(other) != groups.root(index) and _is_same(seen[other], each):
                groups.join(other, index)
        for word in rare:
            met[word].append(index)


def _is_same(one: Traits, other: Traits) -> bool:
    """Whether two headlines say the same of the same: nearly word for word, or closely where the relation is one."""
    if not (one.said & other.said if one.said or other.said else True) or not _is_near(one, other, NEAR):
        return False
    is_one = bool(one.kinds & other.kinds) and _is_near(one, other, DAY)
    if not (
        fuzz.token_sort_ratio(one.title, other.title, score_cutoff=SIMILAR)
        or (is_one and fuzz.token_set_ratio(one.title, other.title, score_cutoff=CLOSE))
    ):
        return False
    # Two headlines about two ships differ in a word.
    first, second = names(one.shown), names(other.shown)
    return one.language in _NOUNS or not (first - second and second - first)


def _join_abroad(groups: _Groups, findings: Sequence[Finding], seen: Sequence[Traits]) -> None:
    """Join across languages what tells the same relation within a day, with a figure or two names in common."""
    languages: defaultdict[Kind, set[str]] = defaultdict(set)
    for each in seen:
        for kind in each.kinds:
            languages[kind].add(each.language)
    spoken = [each.language for each in seen]
    met: defaultdict[Kind, defaultdict[float | str, deque[int]]] = defaultdict(lambda: defaultdict(_recent))
    for index, each in enumerate(seen):
        kinds = [kind for kind in each.kinds if len(languages[kind]) > 1]
        if not kinds or each.published is None:
            continue
        text, language = head(findings[index]), spoken[index]
        told: list[tuple[float | str, int]] = [
            *((figure, NAMES) for figure in figures(text)),
            *((name, 1) for name in names(text)),
        ]
        shared: dict[int, int] = {}
        for by_sign, (sign, weight) in itertools.product([met[kind] for kind in kinds], told):
            others = by_sign[sign]
            for other in others:
                if spoken[other] != language:
                    shared[other] = shared.get(other, 0) + weight
            others.append(index)
        for other, weight in shared.items():
            if weight >= NAMES and _is_near(seen[other], each, DAY):
                groups.join(other, index)


def _recent() -> deque[int]:
    return deque(maxlen=COMPARED)


def _has_same_numbers(one: Traits, other: Traits) -> bool:
    return one.numbers <= other.numbers or other.numbers <= one.numbers


def _is_near(one: Traits, other: Traits, span: timedelta) -> bool:
    first, second = one.published, other.published
    return first is None or second is None or abs(first - second) <= span
