"""How articles enter the archive, with the states of the feeds that brought them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select, update

from watcher.collect.due import grown
from watcher.state.bulk import add, chunks
from watcher.state.feeds import write_states
from watcher.state.meeting import NEEDED, arrival_of, meet
from watcher.state.tables import articles, edits, feeds, matches, relations, rulebooks, shown, sightings, unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Row, Table

    from watcher.collect.article import Article
    from watcher.collect.due import FeedState
    from watcher.decide.match import Finding
    from watcher.state.meeting import Arrival, Meeting

_SHOWN = ("id", "feed", "content")
_TEXTS = ("title", "summary", "body", "url", "source", "language", "author", "feed", "kind", "enclosure")


@dataclass(frozen=True, slots=True)
class Brought:
    """What a feed brought, as decided under the rulebook of that hash, with its state (None: no poll brought it)."""

    state: FeedState | None
    findings: Sequence[Finding]
    rulebook: str
    is_backfill: bool = False

    @property
    def names(self) -> set[str]:
        """What another feed's articles may have in common with these, so that the two can't be sorted at once."""
        names = {self.state.id} if self.state else set()
        return names.union(*((found.article.id, found.article.url) for found in self.findings)) - {""}


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many articles were new, edited, or seen before as they are, and how many new ones met a rule."""

    new: int = 0
    edited: int = 0
    seen: int = 0
    matched: int = 0


def record(connection: Connection, polls: Sequence[Brought], now: datetime) -> list[Recorded]:
    """
    Store what feeds brought, in their order, within a transaction.

    Those that have nothing in common go together: a question about a thousand articles costs little more than one
    about twenty.
    """
    recorded: dict[int, Recorded] = {}
    waiting = list(range(len(polls)))
    while waiting:
        together: list[int] = []
        later: list[int] = []
        claimed: set[str] = set()
        for number in waiting:
            names = polls[number].names
            (together if claimed.isdisjoint(names) else later).append(number)
            claimed |= names
        done = Recording(connection, [polls[number] for number in together], now).run()
        recorded.update(zip(together, done, strict=True))
        waiting = later
    return [recorded[number] for number in range(len(polls))]


class Recording:
    """Articles on their way into the archive, from feeds that share none of them."""

    def __init__(self, connection: Connection, polls: Sequence[Brought], now: datetime) -> None:
        self.connection = connection
        self.polls = polls
        self.now = now
        books = {poll.rulebook: 0 for poll in polls}
        self.books = {digest: rulebook_key(connection, digest, now) for digest in books}

    def run(self) -> list[Recorded]:
        """Store everything; give what each feed brought."""
        arrivals = [arrival_of(found, number) for number, poll in enumerate(self.polls) for found in poll.findings]
        found = meet(self.connection, arrivals)
        keys = self._add(found.new, self._unpolled()) | {each.row.id: each.row.key for each in found.met}
        self._note(found.met, [_showing(arrival, keys[id_]) for arrival, id_ in found.repeats])
        edited = self._replace(found.met)
        fresh = Counter(arrival.poll for arrival in found.new)
        matched = Counter(arrival.poll for arrival in found.new if arrival.finding.matches)
        brought = fresh + Counter(each.arrival.poll for each in found.met if each.last is None)
        states = [(number, poll.state) for number, poll in enumerate(self.polls) if poll.state is not None]
        write_states(self.connection, [grown(state, brought[number], self.now) for number, state in states])
        self._unmark({found.article.feed for poll in self.polls if poll.state is None for found in poll.findings})
        return [
            Recorded(fresh[n], edited[n], len(poll.findings) - fresh[n] - edited[n], matched[n])
            for n, poll in enumerate(self.polls)
        ]

    def fill(self, key: int, finding: Finding) -> None:
        """Give an article the full text of its page, unless it is gone; that it came by its feed stays as it is."""
        for row in self.connection.execute(select(*NEEDED).where(articles.c.key == key)).all():
            self._edit(row, arrival_of(finding))
            # The feed's own text is still what tells whether the feed edits it.
            self.connection.execute(update(articles).where(articles.c.key == key).values(content=row.content))
            self._decide([(key, arrival_of(finding))])

    def retry(self, key: int, finding: Finding) -> None:
        """Decide an article again that couldn't be read; what is still unread keeps what was once decided of it."""
        arrival = arrival_of(finding)
        self.connection.execute(update(articles).where(articles.c.key == key).values(rulebook=self._book(arrival)))
        for table in (unread,) if finding.unread else (relations, matches, unread):
            self.connection.execute(delete(table).where(table.c.article == key))
        self._decide([(key, arrival)])

    def _unmark(self, names: set[str]) -> None:
        """Have these feeds' next documents read whole: their marks stand for texts that others have now replaced."""
        for chunk in chunks(sorted(names)):
            self.connection.execute(update(feeds).where(feeds.c.id.in_(chunk)).values(entries=""))

    def _unpolled(self) -> set[int]:
        """Give the polls that are the first of their feeds."""
        names = {poll.state.id: number for number, poll in enumerate(self.polls) if poll.state is not None}
        unpolled = set(names.values())
        for chunk in chunks(sorted(names)):
            asked = select(feeds.c.id).where(feeds.c.id.in_(chunk), feeds.c.first_polled.is_not(None))
            unpolled -= {names[name] for name in self.connection.execute(asked).scalars()}
        return unpolled

    def _add(self, new: Sequence[Arrival], unpolled: set[int]) -> dict[str, int]:
        """Store new articles; give their keys by their ids."""
        rows = [
            {
                **_text_of(arrival),
                "id": arrival.id,
                "published": arrival.finding.article.published,
                "told": told_at(arrival.finding.article.published, self.now),
                "first_seen": self.now,
                "is_backfill": self.polls[arrival.poll].is_backfill
                or (arrival.poll in unpolled and arrival.finding.article.published is None),
                "rulebook": self._book(arrival),
            }
            for arrival in new
        ]
        made = add(self.connection, articles, rows, articles.c.id, articles.c.key)
        keys = {row.id: row.key for row in made}
        self._sight([(keys[arrival.id], arrival) for arrival in new])
        own = [arrival for arrival in new if arrival.id != arrival.finding.article.id]
        self._insert(shown, [_showing(arrival, keys[arrival.id]) for arrival in own])
        self._decide((keys[arrival.id], arrival) for arrival in new)
        return keys

    def _note(self, meetings: Sequence[Meeting], showings: Sequence[dict[str, object]]) -> None:
        """Note which feeds now show these articles, and with which text."""
        self._sight([(each.row.key, each.arrival) for each in meetings if each.last is None])
        past = {tuple(str(row[name]) for name in _SHOWN): row for row in showings}
        for each in meetings:
            arrival, key = each.arrival, each.row.key
            rows = [_showing(arrival, key)] if arrival.finding.article.id != each.row.id else []
            if each.last is not None and arrival.content != each.last:
                rows.append({"id": each.row.id, "feed": arrival.feed, "content": each.last, "article": key})
                place = (sightings.c.article == key, sightings.c.feed == arrival.feed)
                self.connection.execute(update(sightings).where(*place).values(content=arrival.content))
            past.update((tuple(str(row[name]) for name in _SHOWN), row) for row in rows)
        for row in past.values():  # it may stand there from an earlier turn
            self.connection.execute(delete(shown).where(*(shown.c[name] == row[name] for name in _SHOWN)))
        self._insert(shown, list(past.values()))

    def _replace(self, meetings: Sequence[Meeting]) -> Counter[int]:
        """Let new texts take the place of the stored ones, which are kept as edits; count those of each feed."""
        changed = [each for each in meetings if each.arrival.content != each.last]
        rules: dict[int, set[str]] = {}
        for chunk in chunks([each.row.key for each in changed]):
            for row in self.connection.execute(select(matches).where(matches.c.article.in_(chunk))):
                rules.setdefault(row.article, set()).add(row.rule)
        edited = [each for each in changed if each.should_replace(rules.get(each.row.key, set()))]
        for each in edited:
            self._edit(each.row, each.arrival)
        self._decide((each.row.key, each.arrival) for each in edited)
        return Counter(each.arrival.poll for each in edited)

    def _edit(self, row: Row[Any], arrival: Arrival) -> None:
        article = arrival.finding.article
        before = {"title": row.title, "summary": row.summary, "body": row.body}
        values = {"article": row.key, "feed": article.feed, "replaced_at": self.now, **before}
        self.connection.execute(insert(edits).values(values))
        # A date that moves with each edit would make an old article look fresh.
        published = row.published or article.published
        told = told_at(published, row.first_seen)
        now_reads = {**_text_of(arrival), "published": published, "told": told, "rulebook": self._book(arrival)}
        self.connection.execute(update(articles).where(articles.c.key == row.key).values(now_reads))
        for table in (relations, matches, unread):
            self.connection.execute(delete(table).where(table.c.article == row.key))

    def _book(self, arrival: Arrival) -> int:
        return self.books[self.polls[arrival.poll].rulebook]

    def _sight(self, seen: Sequence[tuple[int, Arrival]]) -> None:
        rows = [
            {"article": key, "feed": arrival.feed, "first_seen": self.now, "content": arrival.content}
            for key, arrival in seen
        ]
        self._insert(sightings, rows)

    def _decide(self, decided: Iterable[tuple[int, Arrival]]) -> None:
        """Store what the articles say and which rules ask for it."""
        said: list[dict[str, object]] = []
        met: list[dict[str, object]] = []
        left: list[dict[str, object]] = []
        for key, arrival in decided:
            if arrival.finding.unread:
                left.append({"article": key, "reason": arrival.finding.unread, "at": self.now})
            said.extend(
                {**asdict(relation), "article": key, "position": position}
                for position, relation in enumerate(arrival.finding.relations)
            )
            of = {"article": key, "rulebook": self._book(arrival), "in_hindsight": False}
            met.extend({**asdict(match), **of} for match in arrival.finding.matches)
        say(self.connection, said)
        self._insert(matches, met)
        self._insert(unread, left)

    def _insert(self, table: Table, rows: list[dict[str, object]]) -> None:
        add(self.connection, table, rows)


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


def text_of(article: Article, content: str, twin: str | None) -> dict[str, object]:
    """Give the columns that an edit changes, of a text that is named so."""
    texts = {name: getattr(article, name) for name in _TEXTS}
    lists = {"tags": list(article.tags), "categories": list(article.categories)}
    return {**texts, **lists, "content": content, "twin": twin}


def _text_of(arrival: Arrival) -> dict[str, object]:
    return text_of(arrival.finding.article, arrival.content, arrival.twin)


def _showing(arrival: Arrival, key: int) -> dict[str, object]:
    """Give the row that says under which id a feed showed a text that the archive has under another."""
    return {"id": arrival.finding.article.id, "feed": arrival.feed, "content": arrival.content, "article": key}


def told_at(published: datetime | None, first_seen: datetime) -> datetime:
    """Give when an article came into the world, as far as its date can be believed."""
    return min(published, first_seen) if published else first_seen
