"""How articles enter the archive: what is new, what was seen before, and what is an edit."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import bindparam, delete, insert, select, update

from watcher.collect.article import digest_of
from watcher.collect.due import grown
from watcher.state.feeds import write_states
from watcher.state.likeness import is_another, own_id, twin_of
from watcher.state.tables import articles, edits, feeds, forgotten, matches, relations, rulebooks, sightings, unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Column, Connection, Row, Table

    from watcher.collect.article import Article
    from watcher.collect.due import FeedState
    from watcher.decide.match import Finding

T = TypeVar("T")
CHUNK = 500  # values in one question: SQLite takes 32,766
_NEEDED = ("key", "id", "feed", "url", "title", "summary", "body", "published", "first_seen", "content", "twin")
_TEXTS = ("title", "summary", "body", "url", "source", "language", "author", "feed", "kind", "enclosure")


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many articles were new, edited, or seen before as they are, and how many new ones met a rule."""

    new: int = 0
    edited: int = 0
    seen: int = 0
    matched: int = 0


@dataclass(frozen=True, slots=True)
class _Meeting:
    """A known article that a feed shows: `last` is the text's hash as this feed last gave it, None the first time."""

    row: Row[Any]
    finding: Finding
    content: str
    last: str | None

    def should_replace(self, rules: set[str]) -> bool:
        """
        Whether this text takes the stored one's place.

        A change by the feed that the text came from does. Another feed gives its own rendition: it may only add to
        the rules that the article meets, or two feeds with one article would edit it in turn for ever.
        """
        if self.content == self.row.content:
            return False
        if self.last is not None and self.finding.article.feed == self.row.feed:
            return True
        met = {match.rule for match in self.finding.matches}
        return met > rules or (self.last is not None and met == rules)


class Recording:
    """One transaction's worth of articles on their way into the archive."""

    def __init__(self, connection: Connection, *, rulebook: str, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self.rulebook = rulebook_key(connection, rulebook, now)

    def run(self, state: FeedState | None, findings: Sequence[Finding], *, is_backfill: bool) -> Recorded:
        """Store the findings and, with them, the state of the feed that brought them (None: no poll did)."""
        is_first_poll = state is not None and self._is_unpolled(state.id)
        new, known = self._sort(self._renamed(findings))
        self._add(new, is_backfill=is_backfill, is_first_poll=is_first_poll)
        meetings = self._meet(known)
        edited = self._replace([meeting for meeting in meetings if meeting.content != meeting.last])
        if state is not None:
            brought = len(new) + sum(meeting.last is None for meeting in meetings)
            write_states(self.connection, [grown(state, brought, self.now)])
        else:
            self._unmark({finding.article.feed for finding in findings})
        matched = sum(bool(finding.matches) for finding in new)
        return Recorded(len(new), edited, len(findings) - len(new) - edited, matched)

    def fill(self, key: int, finding: Finding) -> None:
        """Give an article the full text of its page, unless it is gone; that it came by its feed stays as it is."""
        rows = self.connection.execute(select(*(articles.c[name] for name in _NEEDED)).where(articles.c.key == key))
        for row in rows.all():
            self._edit(row, finding.article)
            # The feed's own text is still what tells whether the feed edits it.
            self.connection.execute(update(articles).where(articles.c.key == key).values(content=row.content))
            self._decide([(key, finding)])

    def retry(self, key: int, finding: Finding) -> None:
        """Decide an article again that couldn't be read; what is still unread keeps what was once decided of it."""
        self.connection.execute(update(articles).where(articles.c.key == key).values(rulebook=self.rulebook))
        for table in (unread,) if finding.unread else (relations, matches, unread):
            self.connection.execute(delete(table).where(table.c.article == key))
        self._decide([(key, finding)])

    def _unmark(self, names: set[str]) -> None:
        """Have these feeds' next documents read whole: their marks stand for texts that others have now replaced."""
        for chunk in chunks(sorted(names)):
            self.connection.execute(update(feeds).where(feeds.c.id.in_(chunk)).values(entries=""))

    def _is_unpolled(self, feed: str) -> bool:
        asked = select(feeds.c.id).where(feeds.c.id == feed, feeds.c.first_polled.is_not(None))
        return self.connection.execute(asked).first() is None

    def _renamed(self, findings: Sequence[Finding]) -> list[Finding]:
        """Give an article for which its feed reuses an old id one of its own: it is no edit, and mustn't be lost."""
        known: dict[str, Row[Any] | Article] = {
            row.id: row for row in self._lookup(articles.c.id, (finding.article.id for finding in findings))
        }
        renamed = []
        for finding in findings:
            article = finding.article
            first = known.setdefault(article.id, article)
            if first is not article and is_another(first, article):
                finding = replace(finding, article=replace(article, id=own_id(article)))  # noqa: PLW2901
            renamed.append(finding)
        return renamed

    def _sort(self, findings: Sequence[Finding]) -> tuple[list[Finding], list[tuple[Row[Any], Finding]]]:
        """
        Tell the new from those that the archive has, under their id or as a twin.

        Of several texts for one article the first counts: the others would take its place in turn.
        """
        by_id = {row.id: row for row in self._lookup(articles.c.id, (finding.article.id for finding in findings))}
        twins = [twin_of(finding.article) for finding in findings]
        by_twin = {row.twin: row for row in self._lookup(articles.c.twin, (twin for twin in twins if twin))}
        gone = self._forgotten([finding.article.id for finding in findings], [twin for twin in twins if twin])
        new: list[Finding] = []
        known: dict[int, tuple[Row[Any], Finding]] = {}
        taken: set[str] = set()
        for finding, twin in zip(findings, twins, strict=True):
            name = finding.article.id
            row = by_id.get(name) or by_twin.get(twin)
            if row is not None:
                known.setdefault(row.key, (row, finding))
            elif gone.isdisjoint((name, twin)) and taken.isdisjoint((name, twin)):
                new.append(finding)
                taken.update(each for each in (name, twin) if each)
        return new, list(known.values())

    def _forgotten(self, ids: Sequence[str], twins: Sequence[str]) -> set[str]:
        """Give the ids and twins of articles that were removed because they were old."""
        found: set[str] = set()
        for column, values in ((forgotten.c.id, ids), (forgotten.c.twin, twins)):
            for chunk in chunks(values):
                found.update(self.connection.execute(select(column).where(column.in_(chunk))).scalars())
        return found

    def _lookup(self, column: Column[Any], values: Iterable[str]) -> list[Row[Any]]:
        found: list[Row[Any]] = []
        for chunk in chunks(sorted(set(values))):
            found.extend(
                self.connection.execute(select(*(articles.c[name] for name in _NEEDED)).where(column.in_(chunk)))
            )
        return found

    def _add(self, new: Sequence[Finding], *, is_backfill: bool, is_first_poll: bool) -> None:
        rows = [
            {
                **text_of(finding.article),
                "id": finding.article.id,
                "published": finding.article.published,
                "told": told_at(finding.article.published, self.now),
                "first_seen": self.now,
                "is_backfill": is_backfill or (is_first_poll and finding.article.published is None),
                "rulebook": self.rulebook,
            }
            for finding in new
        ]
        keys: dict[str, int] = {}
        for chunk in chunks(rows):
            made = self.connection.execute(insert(articles).returning(articles.c.id, articles.c.key), chunk)
            keys.update((row.id, row.key) for row in made)
        self._sight((keys[finding.article.id], finding.article) for finding in new)
        self._decide((keys[finding.article.id], finding) for finding in new)

    def _meet(self, known: Sequence[tuple[Row[Any], Finding]]) -> list[_Meeting]:
        """Note which feeds now show these articles, and with which text."""
        last: dict[tuple[int, str], str] = {}
        for chunk in chunks([row.key for row, _ in known]):
            rows = self.connection.execute(select(sightings).where(sightings.c.article.in_(chunk)))
            last.update(((row.article, row.feed), row.content) for row in rows)
        meetings = [
            _Meeting(row, finding, digest_of(finding.article), last.get((row.key, finding.article.feed)))
            for row, finding in known
        ]
        self._sight((each.row.key, each.finding.article) for each in meetings if each.last is None)
        for each in meetings:
            if each.last not in (None, each.content):
                place = (sightings.c.article == each.row.key, sightings.c.feed == each.finding.article.feed)
                self.connection.execute(update(sightings).where(*place).values(content=each.content))
        return meetings

    def _replace(self, changed: Sequence[_Meeting]) -> int:
        """Let new texts take the place of the stored ones, which are kept as edits; give how many did."""
        rules: dict[int, set[str]] = {}
        for chunk in chunks([each.row.key for each in changed]):
            for row in self.connection.execute(select(matches).where(matches.c.article.in_(chunk))):
                rules.setdefault(row.article, set()).add(row.rule)
        edited = [each for each in changed if each.should_replace(rules.get(each.row.key, set()))]
        for each in edited:
            self._edit(each.row, each.finding.article)
        self._decide((each.row.key, each.finding) for each in edited)
        return len(edited)

    def _edit(self, row: Row[Any], article: Article) -> None:
        before = {"title": row.title, "summary": row.summary, "body": row.body}
        values = {"article": row.key, "feed": article.feed, "replaced_at": self.now, **before}
        self.connection.execute(insert(edits).values(values))
        # A date that moves with each edit would make an old article look fresh.
        published = row.published or article.published
        told = told_at(published, row.first_seen)
        now_reads = {**text_of(article), "published": published, "told": told, "rulebook": self.rulebook}
        self.connection.execute(update(articles).where(articles.c.key == row.key).values(now_reads))
        for table in (relations, matches, unread):
            self.connection.execute(delete(table).where(table.c.article == row.key))

    def _sight(self, shown: Iterable[tuple[int, Article]]) -> None:
        rows = [
            {"article": key, "feed": article.feed, "first_seen": self.now, "content": digest_of(article)}
            for key, article in shown
        ]
        self._insert(sightings, rows)

    def _decide(self, decided: Iterable[tuple[int, Finding]]) -> None:
        """Store what the articles say and which rules ask for it."""
        said: list[dict[str, object]] = []
        met: list[dict[str, object]] = []
        left: list[dict[str, object]] = []
        for key, finding in decided:
            if finding.unread:
                left.append({"article": key, "reason": finding.unread, "at": self.now})
            said.extend(
                {**asdict(relation), "article": key, "position": position}
                for position, relation in enumerate(finding.relations)
            )
            of = {"article": key, "rulebook": self.rulebook, "in_hindsight": False}
            met.extend({**asdict(match), **of} for match in finding.matches)
        say(self.connection, said)
        self._insert(matches, met)
        self._insert(unread, left)

    def _insert(self, table: Table, rows: list[dict[str, object]]) -> None:
        if rows:
            self.connection.execute(insert(table), rows)


def say(connection: Connection, said: Sequence[Mapping[str, object]]) -> None:
    """Store what articles say, each with when its article was told."""
    when = select(articles.c.told).where(articles.c.key == bindparam("of")).scalar_subquery()
    if said:
        connection.execute(insert(relations).values(told=when), [{**row, "of": row["article"]} for row in said])


def rulebook_key(connection: Connection, digest: str, now: datetime) -> int:
    """Give the number of a rulebook's row, made if need be."""
    found: int | None = connection.execute(select(rulebooks.c.key).where(rulebooks.c.hash == digest)).scalar()
    if found is not None:
        return found
    made = insert(rulebooks).values(hash=digest, first_used=now).returning(rulebooks.c.key)
    key: int = connection.execute(made).scalar_one()
    return key


def text_of(article: Article) -> dict[str, object]:
    """Give the columns that an edit changes."""
    texts = {name: getattr(article, name) for name in _TEXTS}
    lists = {"tags": list(article.tags), "categories": list(article.categories)}
    return {**texts, **lists, "content": digest_of(article), "twin": twin_of(article)}


def told_at(published: datetime | None, first_seen: datetime) -> datetime:
    """Give when an article came into the world, as far as its date can be believed."""
    return min(published, first_seen) if published else first_seen


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Give the values in runs that one question can hold."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
