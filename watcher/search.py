"""What an analyst searches for in the archive: an index narrows it down, the query itself decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from watcher.decide.highlight import Hit, excerpts
from watcher.decide.sieve import sieve, wanted
from watcher.decide.subject import Subject
from watcher.state.finder import Narrowing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from watcher.decide.query import Query
    from watcher.decide.term import Term
    from watcher.question import Question
    from watcher.state.past import Decided
    from watcher.state.store import Store
    from watcher.state.trend import Facet

Order = Literal["relevance", "date"]
FEW = 10_000  # articles whose order is worth working out before one is read; of more, the newest are looked through
PAGE = 100


@dataclass(frozen=True, slots=True)
class Search:
    """A query, the filters beside it, and the order of its hits."""

    query: Query
    question: Question
    by: Order = "date"

    def hits(self, store: Store) -> Iterator[Hit]:
        """Give the hits, with what is stored as decided of them; the last told first, or the most relevant."""
        for decided in self._candidates(store):
            subject = Subject(decided.article, decided.relations)
            if self.query.find(subject) is None:
                continue
            shown = excerpts(self.query.whole, decided.article)
            hit = Hit(decided.article, decided.relations, decided.matches, shown)
            if self.question.is_met(hit, decided.first_seen):
                yield hit

    def _candidates(self, store: Store) -> Iterator[Decided]:
        """Give what may be a hit, in the order of the hits."""
        narrowing, words = self.narrowing, sieve(self.query.whole)
        keys = None
        if words is not None and self.by == "relevance":
            keys = store.words.best(words)
        if keys is None:
            few = None if words is None else store.words.newest(words, FEW + 1)
            keys = store.finder.find(narrowing, few, FEW)
        if keys is None:
            yield from store.finder.newest(narrowing)
            return
        for start in range(0, len(keys), PAGE):
            yield from store.finder.named(keys[start : start + PAGE], narrowing)

    @property
    def narrowing(self) -> Narrowing:
        """What the archive can tell by itself."""
        asked = self.question
        facets: Mapping[Facet, Collection[str]] = {
            "partner": asked.partners,
            "good": asked.goods,
            "direction": {asked.direction, "any"} if asked.direction else (),
            "status": asked.statuses,
        }
        terms = [_facets(term) for term in wanted(self.query.whole)]
        return Narrowing(
            since=asked.since,
            until=asked.until,
            languages=asked.languages,
            rules=asked.rules,
            relations=tuple(each for each in (facets, *terms) if any(each.values())),
        )


def _facets(term: Term) -> Mapping[Facet, Collection[str]]:
    return {
        "partner": term.partners or (),
        "good": term.goods or (),
        "direction": term.directions or (),
        "status": term.statuses or (),
    }
