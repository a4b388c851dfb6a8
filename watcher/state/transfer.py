"""Articles on their way out of one archive and into another, with everything that is known of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, or_, select, tuple_

from watcher.collect.article import digest_of
from watcher.state.archive import within
from watcher.state.bulk import chunks
from watcher.state.likeness import twin_of
from watcher.state.past import DECIDED, SLICE, complete
from watcher.state.recording import rulebook_key, say, text_of, told_at
from watcher.state.tables import articles, edits, forgotten, matches, sightings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from watcher.state.database import Database
    from watcher.state.past import Decided

_PLACE = (articles.c.first_seen, articles.c.key)


@dataclass(frozen=True, slots=True)
class Sighting:
    """That a feed had an article, since when, and the hash of the text that it last gave."""

    feed: str
    first_seen: datetime
    content: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A text that a later one replaced."""

    feed: str
    replaced_at: datetime
    title: str
    summary: str
    body: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An article with what was decided of it, who showed it and how it read before; its key is this archive's own."""

    decided: Decided
    sightings: tuple[Sighting, ...] = ()
    edits: tuple[Edit, ...] = ()


class Transfer:
    """What leaves an archive, and what comes into it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[Entry]:
        """Give what was first seen from `since` on and before `until`, oldest first, all as of one moment."""
        last: tuple[datetime, int] | None = None
        with self._database.read() as connection:
            while True:
                asked = DECIDED.where(*within(since, until)).order_by(*_PLACE).limit(SLICE)
                if last is not None:
                    asked = asked.where(tuple_(*_PLACE) > tuple_(*last))
                found = complete(connection, connection.execute(asked))
                yield from _entries(connection, found)
                if len(found) < SLICE:
                    return
                last = (found[-1].first_seen, found[-1].key)

    def add(self, entries: Sequence[Entry], now: datetime) -> int:
        """
        Store what the archive doesn't have, in one transaction; give how much that was.

        It keeps its first-seen time and is never announced. What was removed as too old comes back by this alone.
        """
        with self._database.write() as connection:
            new = _new(connection, entries)
            names = [each.decided.article.id for each in new]
            for chunk in chunks(names):
                connection.execute(delete(forgotten).where(forgotten.c.id.in_(chunk)))
            books = {each.decided.rulebook: 0 for each in new}
            books = {digest: rulebook_key(connection, digest, now) for digest in books}
            rows = [_row(each.decided, books) for each in new]
            keys: dict[str, int] = {}
            for part in chunks(rows):
                made = connection.execute(insert(articles).returning(articles.c.id, articles.c.key), part)
                keys.update((row.id, row.key) for row in made)
            for each in new:
                _add_rest(connection, each, keys[each.decided.article.id], books)
        return len(new)


def _entries(connection: Connection, found: Sequence[Decided]) -> Iterator[Entry]:
    seen: dict[int, list[Sighting]] = {}
    edited: dict[int, list[Edit]] = {}
    for chunk in chunks([each.key for each in found]):
        for row in connection.execute(select(sightings).where(sightings.c.article.in_(chunk))):
            seen.setdefault(row.article, []).append(Sighting(row.feed, row.first_seen, row.content))
        for row in connection.execute(select(edits).where(edits.c.article.in_(chunk)).order_by(edits.c.key)):
            edit = Edit(row.feed, row.replaced_at, row.title, row.summary, row.body)
            edited.setdefault(row.article, []).append(edit)
    for each in found:
        yield Entry(each, tuple(seen.get(each.key, ())), tuple(edited.get(each.key, ())))


def _new(connection: Connection, entries: Sequence[Entry]) -> list[Entry]:
    """Leave out what the archive has, under its id or as a twin, and what stands twice among them."""
    names = [_names(each) for each in entries]
    known: set[str | None] = set()
    for chunk in chunks([name for pair in names for name in pair]):
        asked = select(articles.c.id, articles.c.twin).where(or_(articles.c.id.in_(chunk), articles.c.twin.in_(chunk)))
        known.update(value for row in connection.execute(asked) for value in row)
    new = []
    for each, own in zip(entries, names, strict=True):
        if known.isdisjoint(own):
            new.append(each)
            known.update(own)
    return new


def _names(entry: Entry) -> list[str]:
    """Give an article's id and, where it has one, its twin's name."""
    twin = twin_of(entry.decided.article)
    return [entry.decided.article.id, *([twin] if twin else [])]


def _row(decided: Decided, books: dict[str, int]) -> dict[str, Any]:
    article = decided.article
    return {
        **text_of(article, decided.content or digest_of(article), twin_of(article)),
        "id": article.id,
        "published": article.published,
        "told": told_at(article.published, decided.first_seen),
        "first_seen": decided.first_seen,
        "is_backfill": True,
        "rulebook": books[decided.rulebook],
    }


def _add_rest(connection: Connection, entry: Entry, key: int, books: dict[str, int]) -> None:
    decided = entry.decided
    said = [{**asdict(one), "article": key, "position": place} for place, one in enumerate(decided.relations)]
    of = {"article": key, "rulebook": books[decided.rulebook], "in_hindsight": True}
    met = [{**asdict(one), **of} for one in decided.matches]
    say(connection, said)
    shown: list[tuple[Table, list[dict[str, Any]]]] = [
        (matches, met),
        (sightings, [{**asdict(one), "article": key} for one in entry.sightings]),
        (edits, [{**asdict(one), "article": key} for one in entry.edits]),
    ]
    for table, rows in shown:
        if rows:
            connection.execute(insert(table), rows)
