"""What a digest, or an alert, has to say now: state, rulebook and silences → Digest → the outbox's parts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from watcher.background import Aside, Background
from watcher.decide.match import match
from watcher.decide.silence import silencing
from watcher.deliver import alert as alerts
from watcher.deliver.drawn import clean
from watcher.state.outbox import PlannedPart

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.decide.match import Finding
    from watcher.decide.rules import Rulebook
    from watcher.deliver.channel import Fanout, Part
    from watcher.deliver.digest import Digest
    from watcher.deliver.digests import Alert, DigestBook, DigestPlan
    from watcher.state.archive import StoredArticle
    from watcher.state.store import Store

HEADLINE = 110


@dataclass(frozen=True, slots=True)
class Found:
    """
    What is to be told, with its rows' keys; the keys that each silence hides; how many an alert is yet to tell.

    What is `unread` has a reason each, and is tried again the next time.
    """

    told: list[tuple[Finding, int]] = field(default_factory=list)
    hidden: dict[int, list[int]] = field(default_factory=dict)
    awaiting: int = 0
    unread: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edition:
    """A digest of this archive under this rulebook; with `alert`, what that alert tells beside the digests."""

    store: Store
    rulebook: Rulebook
    book: DigestBook
    plan: DigestPlan
    alert: Alert | None = None

    @classmethod
    def of(cls, store: Store, rulebook: Rulebook, book: DigestBook, alert: Alert) -> Edition:
        """Make an alert's edition."""
        return cls(store, rulebook, book, alerts.plan_of(alert, book), alert)

    def stored(self, now: datetime) -> list[StoredArticle]:
        """
        Give what may have to be told, undecided.

        Digests leave out what an alert told, and alerts what a digest did; a round-up tells all once more.
        """
        digests = [plan.id for plan in self.book.digests if plan.since is None]
        told = digests if self.alert else [each.name for each in self.book.alerts]
        return self.store.archive.candidates(
            self.plan.id,
            announce_within=self.plan.announce_within,
            now=now,
            beside=() if self.plan.since else told,
            priorities=alerts.priorities(self.alert) if self.alert else (),
        )

    def found(self, now: datetime) -> Found:
        """Decide again what may have to be told, and sort out what silences hide and alerts tell."""
        found, silences = Found(), self.store.silences.listed()
        alerted = self._alerted(now)
        awaiting = 0
        for each in self.stored(now):
            finding = match(each.article, self.rulebook, now=now)
            if finding.unread:
                found.unread[each.key] = finding.unread
            if not self._takes(finding):
                continue
            silence = silencing(finding, silences, self.plan.takes, each.first_seen, now)
            if silence is not None:
                found.hidden.setdefault(silence.id, []).append(each.key)
            elif each.key in alerted:
                awaiting += 1
            else:
                found.told.append((finding, each.key))
        return replace(found, awaiting=awaiting)

    def digest(self, found: Found, now: datetime) -> Digest:
        """Compose what was found."""
        alerts_told = () if self.plan.since else tuple(each.name for each in self.book.alerts)
        aside = Aside(sum(map(len, found.hidden.values())), alerts_told, found.awaiting)
        said = Background(self.store, self.rulebook, self.plan, aside).digest([each for each, _ in found.told], now)
        if self.alert is None:
            return said
        first, more = said.lines[0], len(said.lines) - 1
        title = clean(f"Alert: {first.headline}", HEADLINE) + (f" and {more:,} more" if more else "")
        return replace(said, title=title, footer=("Told at once; digests only count it.",))

    def parts(self, fanout: Fanout, key: str, found: Found, now: datetime) -> list[PlannedPart]:
        """Say it in the channel's messages; an alert soon after another in that one's thread."""
        rows = {finding.article.id: row for finding, row in found.told}
        planned = [planned_part(part, self.plan.channel, rows) for part in fanout.plan(self.digest(found, now), key)]
        return [self._threaded(part, now) for part in planned] if self.alert else planned

    def _takes(self, finding: Finding) -> bool:
        if self.alert:
            return alerts.takes(self.alert, finding)
        return any(self.plan.takes(each.rule) for each in finding.matches)

    def _alerted(self, now: datetime) -> set[int]:
        """Give the keys of what an alert will tell, so that a digest doesn't."""
        if self.alert or self.plan.since:
            return set()
        editions = [Edition.of(self.store, self.rulebook, self.book, each) for each in self.book.alerts]
        return {key for edition in editions for _, key in edition.found(now).told}

    def _threaded(self, part: PlannedPart, now: datetime) -> PlannedPart:
        head = self.store.outbox.head(self.plan.id, part.destination)
        if head is None or not alerts.is_recent(head.slot, now):
            return part
        return replace(part, is_reply=False, reply_to=head.id)


def planned_part(part: Part, channel: str, rows: Mapping[str, int]) -> PlannedPart:
    """Give a channel's message for the outbox; `rows` are the keys of the articles by id."""
    return PlannedPart(
        key=part.key,
        part=part.part,
        of=part.of,
        channel=channel,
        destination=part.destination,
        payload=part.payload,
        articles=tuple(rows[article] for article in part.articles),
        is_reply=part.is_reply,
    )
