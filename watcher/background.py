"""What a digest is said against: names, what could be read, what was told before, and how new it all is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from watcher.decide.emphasis import emphasis
from watcher.decide.highlight import marked
from watcher.decide.novelty import WEEK, WEEKS, History, Report
from watcher.decide.story import NEAR, stories
from watcher.deliver.coverage import Coverage, Source
from watcher.deliver.digest import compose
from watcher.deliver.drawn import Names
from watcher.state import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from watcher.decide.match import Finding
    from watcher.decide.novelty import Kind
    from watcher.decide.rules import Rulebook
    from watcher.decide.story import Story
    from watcher.deliver.digest import Digest
    from watcher.deliver.digests import DigestPlan
    from watcher.deliver.drawn import Span
    from watcher.state.store import Store

# An archive that brought nothing for longer was not read: of the time before nothing is claimed.
PAUSE = timedelta(days=3)
LONGEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Aside:
    """What a digest leaves out: how much silences hold back now, what `alerts` told, how much they are yet to tell."""

    held: int = 0
    alerts: tuple[str, ...] = ()
    awaiting: int = 0


@dataclass(frozen=True, slots=True)
class Background:
    """An archive, a rulebook and a digest's plan, and what they have to say about what is new."""

    store: Store
    rulebook: Rulebook
    plan: DigestPlan
    aside: Aside = Aside()

    def digest(self, findings: Sequence[Finding], now: datetime) -> Digest:
        """Compose the digest of these findings."""
        names = (self.plan.id, *self.aside.alerts)
        before = self.store.told.by(names, now - self.plan.announce_within - 2 * NEAR) if findings else []
        found = stories(findings, before)
        return compose(
            found, self.plan, names=self.names, coverage=self.coverage(now), history=self.history(found, now), now=now
        )

    @property
    def names(self) -> Names:
        """What the lexicon and the rules call things."""
        lexicon = self.rulebook.lexicon
        return Names(
            partners={partner.id: partner.name for partner in lexicon.partners.values()},
            tiers={partner.id: partner.tier for partner in lexicon.partners.values()},
            goods={good.id: good.name for good in lexicon.goods.values()},
            groups={good.id: good.group for good in lexicon.goods.values()},
            rules={rule.id: rule.title for rule in self.rulebook.rules},
            terms=partial(emphasis, lexicon=lexicon),
            words=self._words,
        )

    def _words(self, rules: Iterable[str], shown: str) -> tuple[Span, ...]:
        """Give where a sentence has what these rules' queries ask for."""
        asked = set(rules)
        return marked([watch.on_text for watch in self.rulebook.watches if watch.rule.id in asked], shown)

    def coverage(self, now: datetime) -> Coverage:
        """Say what was read since the last slot, or lately where there was none, and which feeds have failed."""
        since = self.store.outbox.last_slot(self.plan.id)
        counts = self.store.archive.counts(since=since or now - self.plan.announce_within)
        return Coverage(
            sources=tuple(
                Source(feed.name or feed.id, feed.language, feed.country, feed.reason)
                for feed in self.store.feeds.asked()
            ),
            read=counts.articles,
            matched=counts.matched,
            held=self.store.silences.hidden_since(since) + self.aside.held,
            alerted=self.store.outbox.told(self.aside.alerts, since),
            awaiting=self.aside.awaiting,
            broken=tuple(trouble.name for trouble in self.store.health.troubles("rules")),
            since=since,
        )

    def history(self, found: Sequence[Story], now: datetime) -> History:
        """Say what the archive knows of the partners that these stories are about."""
        kinds: set[Kind] = {
            (relation.partner, relation.good, relation.direction)
            for story in found
            for finding in story.findings
            for relation in finding.relations
        }
        partners = {partner for partner, _, _ in kinds}
        begin = now - WEEKS * WEEK
        unbroken = self.store.told.unbroken_since(now, LONGEST, PAUSE) if partners else None
        headlines = self.store.told.headlines(begin) if found else []
        reports = [_report(story) for story in stories(headlines)]
        if unbroken and sum(len(found.relations) for found in headlines) >= told.MOST:
            unbroken = max(unbroken, min(report.when for report in reports).date() + timedelta(days=1))
        return History(
            now=now,
            reports=reports,
            earlier={(kind[0], kind[1], kind[2]): day for kind, day in self._last_days(kinds, begin)},
            since=self._heard_since(partners, unbroken) if unbroken else {},
        )

    def _last_days(self, kinds: set[Kind], before: datetime) -> Iterable[tuple[tuple[str, ...], date]]:
        return self.store.trends.last_days(kinds, before=before).items() if kinds else ()

    def _heard_since(self, partners: set[str], unbroken: date) -> dict[str, date]:
        """Give since when each partner's own feeds were read; one whose feeds all fail now is not heard at all."""
        feeds = self.store.feeds.asked()
        heard: dict[str, date] = {}
        for partner in partners:
            own = [feed for feed in feeds if feed.country == partner]
            polled = [feed.first_polled.date() for feed in own if feed.first_polled and not feed.reason]
            if polled or not own:
                heard[partner] = max(unbroken, min(polled, default=unbroken))
        return heard


def _report(story: Story) -> Report:
    lead = story.lead.article
    assert lead.published is not None  # noqa: S101  what was told has a time
    return Report(
        when=lead.published,
        kinds=frozenset(
            (each.partner, each.good, each.direction) for found in story.findings for each in found.relations
        ),
        articles=frozenset(found.article.id for found in story.findings),
    )
