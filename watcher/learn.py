"""What people's labels and the archive say of the rules: how well each decides, what to label next, what is wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.decide.match import match
from watcher.decide.near import near_misses
from watcher.score import Count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from watcher.collect.article import Article
    from watcher.decide.match import Finding
    from watcher.decide.rules import Rulebook
    from watcher.labels import Label

DEAD = timedelta(days=30)  # a rule that found nothing for so long may be dead
FELL = 0.1  # by which precision falls before it is worth a word
ENOUGH = 5  # labelled finds on either side that make a rate


@dataclass(frozen=True, slots=True)
class RuleScore:
    """How one rule decides labelled items."""

    rule: str
    items: int
    count: Count

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return self.count.rates()["f1"]


@dataclass(frozen=True, slots=True)
class Case:
    """An article to be labelled for a rule: found by it, or missed by the one clause that `reasons` speak of."""

    rule: str
    article: Article
    is_found: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """A clause that alone kept so many articles from a rule, and one of them."""

    rule: str
    clause: str
    articles: int
    title: str


@dataclass(slots=True)
class Look:
    """What the rules found and nearly found in a stretch of the archive; of each rule the newest cases are kept."""

    keep: int = 0
    found: Counter[str] = field(default_factory=Counter)
    edges: Counter[tuple[str, str]] = field(default_factory=Counter)
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    cases: dict[tuple[str, bool], list[Case]] = field(default_factory=lambda: defaultdict(list))

    def add(self, finding: Finding, rulebook: Rulebook, now: datetime) -> None:
        """Look at one article, a newer one than those before."""
        for met in finding.matches:
            self.found[met.rule] += 1
            self._keep(Case(met.rule, finding.article, is_found=True, reasons=met.reasons))
        for miss in near_misses(finding, rulebook, now=now):
            self.edges[miss.rule, miss.clause] += 1
            self.titles[miss.rule, miss.clause] = finding.article.title
            self._keep(Case(miss.rule, finding.article, is_found=False, reasons=miss.reasons))

    def _keep(self, case: Case) -> None:
        kept = self.cases[case.rule, case.is_found]
        kept.append(case)
        del kept[: -self.keep or len(kept)]

    def top_edges(self, limit: int) -> list[Edge]:
        """Give the clauses that kept most away, the first of them first."""
        return [Edge(*key, number, self.titles[key]) for key, number in self.edges.most_common(limit)]


def choose(look: Look, labels: Iterable[Label], rules: Sequence[str], limit: int) -> Iterator[Case]:
    """Give cases nobody has labelled: each rule in turn, the least labelled first, finds and near misses by turns."""
    known = {(label.article.id, rule) for label in labels for rule in label.rules}
    counts = Counter(rule for _, rule in known)
    queues = []
    for rule in sorted(rules, key=lambda rule: counts[rule]):
        sides = [[case for case in reversed(look.cases[rule, is_found]) if (case.article.id, rule) not in known]
                 for is_found in (True, False)]  # fmt: skip
        queues.append([case for pair in _paired(*sides) for case in pair])
    longest = max(map(len, queues), default=0)
    turns = (queue[turn] for turn in range(longest) for queue in queues if turn < len(queue))
    for number, case in enumerate(turns):
        if number == limit:
            return
        yield case


def score_rules(labels: Iterable[Label], rulebook: Rulebook, now: datetime) -> list[RuleScore]:
    """Measure each rule in use on the items that are labelled for it, the worst first."""
    counts: dict[str, Count] = defaultdict(Count)
    items: Counter[str] = Counter()
    active = {rule.id for rule in rulebook.rules if rule.is_active(now.date())}
    for label in labels:
        asked = active & label.rules.keys()
        met = {one.rule for one in match(label.article, rulebook, now=now).matches} if asked else set()
        for rule in asked:
            items[rule] += 1
            counts[rule].add({()} if rule in met else set(), {()} if label.rules[rule] else set())
    scores = [RuleScore(rule, items[rule], count) for rule, count in counts.items()]
    return sorted(scores, key=lambda score: (score.f1, -score.items, score.rule))


def falls(
    labels: Sequence[Label], rulebook: Rulebook, since: datetime, now: datetime
) -> list[tuple[str, float, float]]:
    """Give rules whose precision on what was labelled since is lower than on what was labelled before, and both."""
    earlier = score_rules((label for label in labels if label.at and label.at < since), rulebook, now)
    later = score_rules((label for label in labels if label.at and label.at >= since), rulebook, now)
    before = {score.rule: score.count for score in earlier if score.count.found >= ENOUGH}
    found = []
    for score in later:
        if score.rule in before and score.count.found >= ENOUGH:
            was, is_ = (count.rates()["precision"] for count in (before[score.rule], score.count))
            if was - is_ >= FELL:
                found.append((score.rule, was, is_))
    return found


def dead(rulebook: Rulebook, last: dict[str, datetime], began: datetime | None, now: datetime) -> list[str]:
    """Give rules in use that found nothing for a month, of which the archive, begun at `began`, knows a month."""
    if began is None or began > now - DEAD:
        return []
    active = (rule.id for rule in rulebook.rules if rule.is_active(now.date()))
    return [rule for rule in active if rule not in last or last[rule] < now - DEAD]


def _paired(first: Sequence[Case], second: Sequence[Case]) -> Iterator[Sequence[Case]]:
    for number in range(max(len(first), len(second))):
        yield [*first[number : number + 1], *second[number : number + 1]]
