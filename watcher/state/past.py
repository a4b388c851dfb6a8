"""The archive looked back on: slices of it with what was decided of each article, and decisions put right."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, tuple_, update

from watcher.decide.figure import Figure
from watcher.decide.match import Match
from watcher.decide.relation import Relation
from watcher.state.archive import COLUMNS, stored, within
from watcher.state.bulk import chunks
from watcher.state.recording import rulebook_key, say
from watcher.state.tables import articles, edits, matches, relations, rulebooks, unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Table

    from watcher.collect.article import Article
    from watcher.state.database import Database

SLICE = 1000
Edge = tuple["datetime", int]
_PLACE = (articles.c.first_seen, articles.c.key)
DECIDED = (
    select(*COLUMNS, articles.c.content, rulebooks.c.hash.label("decided_by"))
    .select_from(articles.join(rulebooks, rulebooks.c.key == articles.c.rulebook))
)  # fmt: skip
_RELATION = tuple(column for column in relations.c if column.name not in ("article", "position", "figures", "told"))


@dataclass(frozen=True, slots=True)
class Slice:
    """A run of articles in the order they were first seen: `size` of them, after one edge and up to another."""

    after: Edge | None
    upto: Edge
    size: int


@dataclass(frozen=True, slots=True)
class Decided:
    """
    An article with what is stored as decided of it.

    `rulebook` is the hash of the rulebook that decided it, `content` names the text that it decided; both are "" where
    the text is an earlier one.
    """

    key: int
    article: Article
    first_seen: datetime
    content: str
    rulebook: str
    relations: tuple[Relation, ...] = ()
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """What an article's decision becomes; `relations` is None where they stay, and all stays of what is `unread`."""

    key: int
    matches: tuple[Match, ...] = ()
    relations: tuple[Relation, ...] | None = None
    unread: str = ""


class Past:
    """The archive as it was decided. Every method is one transaction; `slices` takes one for each slice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def size(self, since: datetime | None = None, until: datetime | None = None) -> int:
        """Count what was first seen from `since` on and before `until`."""
        with self._database.read() as connection:
            asked = select(func.count()).select_from(articles).where(*within(since, until))
            return int(connection.execute(asked).scalar_one())

    def slices(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[Slice]:
        """Cut what was first seen from `since` on and before `until` into slices, by the index alone."""
        after = (since, -1) if since else None
        while True:
            asked = select(*_PLACE).where(*within(None, until), *_after(after))
            rising = asked.order_by(*_PLACE).offset(SLICE - 1).limit(1)
            falling = asked.order_by(*(column.desc() for column in _PLACE)).limit(1)
            with self._database.read() as connection:
                end, size = connection.execute(rising).first(), SLICE
                if end is None:
                    end = connection.execute(falling).first()
                    size = connection.execute(select(func.count()).select_from(asked.subquery())).scalar_one()
            if end is None:
                return
            yield Slice(after, (end[0], end[1]), size)
            after = (end[0], end[1])

    def read(self, part: Slice, *, unless: str = "", as_of: datetime | None = None) -> list[Decided]:
        """
        Give a slice's articles with what was decided of them, but those decided under the rulebook `unless`.

        `as_of` gives the texts as they read at that time; what was decided of those edited since isn't known.
        """
        asked = DECIDED.where(*_after(part.after), tuple_(*_PLACE) <= tuple_(*part.upto)).order_by(*_PLACE)
        if unless:
            asked = asked.where(rulebooks.c.hash != unless)
        with self._database.read() as connection:
            found = complete(connection, connection.execute(asked))
            return _as_of(connection, found, as_of) if as_of else found

    def pending(self, rulebook: str, since: datetime | None = None) -> int:
        """Count the articles, first seen from `since` on, that were last decided under another rulebook."""
        others = select(rulebooks.c.key).where(rulebooks.c.hash != rulebook)
        asked = select(func.count()).select_from(articles).where(articles.c.rulebook.in_(others), *within(since, None))
        with self._database.read() as connection:
            return int(connection.execute(asked).scalar_one())

    def last_matches(self) -> dict[str, datetime]:
        """Give for each rule that ever matched when the newest of its articles was first seen."""
        asked = select(matches.c.rule, func.max(articles.c.first_seen))
        asked = asked.join(articles, articles.c.key == matches.c.article).group_by(matches.c.rule)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(asked)}

    def began(self) -> datetime | None:
        """Give when the oldest article was first seen."""
        with self._database.read() as connection:
            return connection.execute(select(func.min(articles.c.first_seen))).scalar()

    def last_rulebook(self) -> str:
        """Give the hash of the rulebook that decided the newest article; "" where there is none."""
        newest = select(articles.c.rulebook).order_by(*(column.desc() for column in _PLACE)).limit(1)
        asked = select(rulebooks.c.hash).where(rulebooks.c.key == newest.scalar_subquery())
        with self._database.read() as connection:
            return connection.execute(asked).scalar() or ""

    def revise(self, contents: Mapping[int, str], revisions: Sequence[Revision], rulebook: str, now: datetime) -> None:
        """
        Put decisions right: these articles, by the texts they had, are now decided under the rulebook of this hash.

        What was edited meanwhile is left as it is. New matches are marked as found in hindsight: nothing is announced
        for them.
        """
        with self._database.write() as connection:
            book = rulebook_key(connection, rulebook, now)
            keys = _unchanged(connection, contents)
            for chunk in chunks(sorted(keys)):
                connection.execute(delete(unread).where(unread.c.article.in_(chunk)))
            for revision in revisions:
                if revision.key in keys and revision.unread:
                    row = {"article": revision.key, "reason": revision.unread, "at": now}
                    connection.execute(insert(unread).values(row))
                elif revision.key in keys:
                    _revise(connection, revision, book)
            for chunk in chunks(sorted(keys)):
                connection.execute(update(articles).where(articles.c.key.in_(chunk)).values(rulebook=book))
                connection.execute(update(matches).where(matches.c.article.in_(chunk)).values(rulebook=book))


def _after(edge: Edge | None) -> list[ColumnElement[bool]]:
    return [tuple_(*_PLACE) > tuple_(*edge)] if edge else []


def complete(connection: Connection, rows: Iterable[Any]) -> list[Decided]:
    """Put relations and matches to rows of DECIDED."""
    rows = list(rows)
    said: dict[int, list[Relation]] = {}
    met: dict[int, list[Match]] = {}
    for chunk in chunks([row.key for row in rows]):
        asked = (
            select(relations).where(relations.c.article.in_(chunk)).order_by(relations.c.article, relations.c.position)
        )
        for row in connection.execute(asked):
            said.setdefault(row.article, []).append(_relation(row))
        for row in connection.execute(select(matches).where(matches.c.article.in_(chunk))):
            met.setdefault(row.article, []).append(_match(row))
    return [
        Decided(
            row.key,
            stored(row).article,
            row.first_seen,
            row.content,
            row.decided_by,
            tuple(said.get(row.key, ())),
            tuple(met.get(row.key, ())),
        )
        for row in rows
    ]


def _relation(row: Row[Any]) -> Relation:
    figures = tuple(Figure(**each) for each in row.figures)
    return Relation(figures=figures, **{column.name: row._mapping[column] for column in _RELATION})  # noqa: SLF001


def _match(row: Row[Any]) -> Match:
    return Match(row.rule, row.priority, tuple(row.reasons), tuple(row.relations))


def _as_of(connection: Connection, found: list[Decided], moment: datetime) -> list[Decided]:
    """Put back the texts that were replaced since: the first edit after a moment holds what was read at it."""
    before: dict[int, Row[Any]] = {}
    for chunk in chunks([each.key for each in found]):
        asked = select(edits).where(edits.c.article.in_(chunk), edits.c.replaced_at >= moment).order_by(edits.c.key)
        for row in connection.execute(asked):
            before.setdefault(row.article, row)
    return [_restored(each, before[each.key]) if each.key in before else each for each in found]


def _restored(decided: Decided, row: Row[Any]) -> Decided:
    texts = {"title": row.title, "summary": row.summary, "body": row.body}
    return replace(
        decided, article=replace(decided.article, **texts), content="", rulebook="", relations=(), matches=()
    )


def _unchanged(connection: Connection, contents: Mapping[int, str]) -> set[int]:
    found: set[int] = set()
    for chunk in chunks(sorted(contents)):
        asked = select(articles.c.key, articles.c.content).where(articles.c.key.in_(chunk))
        found.update(key for key, content in connection.execute(asked) if content == contents[key])
    return found


def _revise(connection: Connection, revision: Revision, book: int) -> None:
    key = revision.key
    if revision.relations is not None:
        connection.execute(delete(relations).where(relations.c.article == key))
        said = [{**asdict(one), "article": key, "position": at} for at, one in enumerate(revision.relations)]
        say(connection, said)
    asked = select(matches.c.rule, matches.c.in_hindsight).where(matches.c.article == key)
    known: dict[str, bool] = {row.rule: row.in_hindsight for row in connection.execute(asked)}
    connection.execute(delete(matches).where(matches.c.article == key))
    of = {"article": key, "rulebook": book}
    met = [{**asdict(one), **of, "in_hindsight": known.get(one.rule, True)} for one in revision.matches]
    _insert(connection, matches, met)


def _insert(connection: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
