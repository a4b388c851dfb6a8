"""Rules over the past: the archive asked again, what an edit changes, and stored decisions brought up to date."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from watcher.collect.article import digest_of
from watcher.decide.match import match, refusal
from watcher.decide.rules import lexicon_of
from watcher.errors import StateError
from watcher.scan import Scanned, answer
from watcher.state.past import Revision
from watcher.state.store import Store
from watcher.workers import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from watcher.collect.article import Article
    from watcher.decide.match import Finding, Match
    from watcher.decide.rules import Rulebook
    from watcher.question import Question
    from watcher.reading import RuleSource
    from watcher.state.past import Decided, Slice

PATIENCE = 2  # slices that are done here before other processes are started


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Looks at slices of an archive under a rulebook, in whatever process; `now` is when its rules are to apply."""

    url: str
    rules: RuleSource
    now: datetime

    @property
    def store(self) -> Store:
        """The archive, opened once in each process."""
        return _store(self.url)

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook, loaded once in each process."""
        return _loaded(self.rules, self.now)

    def decide(self, decided: Decided) -> Finding:
        """Decide an article anew."""
        return _decide(decided, self.rulebook, self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveScan(Look):
    """Answers a question from the archive as it read at `now`."""

    question: Question

    def look(self, part: Slice) -> Scanned:
        """Answer it from one slice."""
        found = self.store.past.read(part, as_of=self.now)
        return answer("archive", [self.decide(each) for each in found], self.question)


@dataclass(frozen=True, slots=True)
class Revised:
    """What a rescan found in a slice: the articles, by the texts they had, and those whose decision changes."""

    contents: dict[int, str]
    revisions: tuple[Revision, ...] = ()
    found: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescan(Look):
    """Brings stored decisions to the rulebook."""

    def look(self, part: Slice) -> Revised:
        """Decide anew what another rulebook decided."""
        stale = self.store.past.read(part, unless=self.rulebook.hash)
        revisions: list[Revision] = []
        found = lost = 0
        for each in stale:
            finding = self.decide(each)
            if finding.unread:
                revisions.append(Revision(each.key, unread=finding.unread))
                continue
            is_same = finding.relations == each.relations
            if is_same and _by_rule(finding) == _by_rule(each):
                continue
            revisions.append(Revision(each.key, finding.matches, None if is_same else finding.relations))
            found += len(_by_rule(finding).keys() - _by_rule(each).keys())
            lost += len(_by_rule(each).keys() - _by_rule(finding).keys())
        return Revised({each.key: each.content for each in stale}, tuple(revisions), found, lost)


@dataclass(frozen=True, slots=True)
class Change:
    """An article that an edit of the rules lets a rule find, or lose, and why."""

    rule: str
    is_lost: bool
    article: Article
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What two rulebooks make of a slice."""

    articles: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Look):
    """
    Compares the rulebook with an earlier one.

    What the earlier one, of the hash `last`, decided is taken as it is stored; the rest it decides now, if its files
    are there (`before`).
    """

    before: RuleSource | None
    last: str = ""

    def look(self, part: Slice) -> Compared:
        """Compare the two on one slice."""
        found = self.store.past.read(part)
        changes = [change for each in found for change in self.changes(each)]
        return Compared(len(found), tuple(changes))

    def changes(self, decided: Decided) -> Iterator[Change]:
        """Give what changes for an article, the lost first."""
        earlier, later = _by_rule(self.earlier(decided)), _by_rule(after := self.decide(decided))
        if after.unread:
            return
        for rule in sorted(earlier.keys() - later.keys()):
            reasons = refusal(after.article, after.relations, self.rulebook, rule, now=self.now)
            yield Change(rule, is_lost=True, article=decided.article, reasons=reasons)
        for rule in sorted(later.keys() - earlier.keys()):
            yield Change(rule, is_lost=False, article=decided.article, reasons=later[rule].reasons)

    def earlier(self, decided: Decided) -> Finding | Decided:
        """Give what the earlier rulebook says of an article."""
        if self.before is None or decided.rulebook == self.last:
            return decided
        return _decide(decided, _loaded(self.before, self.now), self.now)


@dataclass(slots=True)
class Rescanned:
    """What a rescan did: articles decided anew, matches found and lost in them, and articles it couldn't decide."""

    articles: int = 0
    found: int = 0
    lost: int = 0
    left: int = 0

    def __str__(self) -> str:
        left = f"; {self.left:,} left" if self.left else ""
        return f"rescanned {self.articles:,} articles: {self.found:,} matches found, {self.lost:,} lost{left}"


def scan_archive(scan: ArchiveScan, since: datetime | None) -> Iterator[Scanned]:
    """Ask the archive, oldest first, for what was first seen from `since` on and before the scan's time."""
    lost = Scanned("archive", reason="crashed", detail="deciding its articles killed the process that did")
    with _open(scan.url) as store:
        yield from spread(scan.look, store.past.slices(since, scan.now), patience=PATIENCE, lost=lambda _: lost)


def compare(comparison: Comparison, since: datetime | None) -> Iterator[Compared]:
    """Compare two rulebooks over what was first seen from `since` on."""
    with _open(comparison.url) as store:
        yield from spread(comparison.look, store.past.slices(since), patience=PATIENCE, lost=_refuse)


def rescan(rescan: Rescan, tell: Callable[[int, int], None], since: datetime | None = None) -> Rescanned:
    """
    Bring the archive's decisions to the rulebook, slice by slice, each in one transaction; nothing is announced.

    `since` leaves out what was first seen before, whose matches are no longer kept.

    Whenever it is interrupted, what is done is done, and the next rescan goes on with the rest. `tell` is told how
    many articles of how many are done.
    """
    done = Rescanned()
    rulebook = rescan.rulebook.hash
    with _open(rescan.url) as store:
        total = store.past.pending(rulebook, since)
        slices = store.past.slices(since) if total else iter(())
        for revised in spread(rescan.look, slices, patience=PATIENCE, lost=lambda _: Revised({})):
            if revised.contents:
                store.past.revise(revised.contents, revised.revisions, rulebook, rescan.now)
            done.articles += len(revised.contents)
            done.found += revised.found
            done.lost += revised.lost
            tell(done.articles, total)
        done.left = store.past.pending(rulebook, since) if total else 0
    return done


def _decide(decided: Decided, rulebook: Rulebook, now: datetime) -> Finding:
    """Apply a rulebook; relations are read again only where another lexicon, or an older Watcher, has read them."""
    is_read = lexicon_of(decided.rulebook) == lexicon_of(rulebook.hash) or _is_cut(decided)
    return match(decided.article, rulebook, now=now, relations=decided.relations if is_read else None)


def _is_cut(decided: Decided) -> bool:
    """Whether a part of the text was removed as too old: what was read in it can't be read again."""
    return bool(decided.content) and digest_of(decided.article) != decided.content


def _by_rule(of: Finding | Decided) -> dict[str, Match]:
    return {match.rule: match for match in of.matches}


def _refuse(_part: Slice) -> Compared:
    raise StateError("deciding the archive's articles killed the process that did: what was compared is not complete")


_stores: dict[int, Store] = {}


def _store(url: str) -> Store:
    """Open the archive once in each process; a connection isn't to be used across a fork."""
    process = os.getpid()
    if process not in _stores:
        _stores[process] = Store.open(url)
    return _stores[process]


@contextmanager
def _open(url: str) -> Iterator[Store]:
    try:
        yield _store(url)
    finally:
        _stores.pop(os.getpid()).close()


@lru_cache(maxsize=2)
def _loaded(rules: RuleSource, _now: datetime) -> Rulebook:
    """Load rules once for a look, whose time tells it from another at files that were edited since."""
    return rules.load()
