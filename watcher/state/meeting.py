"""Which article a text belongs to: one that is new, one that its feed has shown before, or one that it edits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from watcher.collect.article import digest_of
from watcher.state.bulk import chunks, which
from watcher.state.likeness import is_another, own_id, twin_of
from watcher.state.tables import articles, forgotten, shown, sightings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Column, Connection, Row

    from watcher.collect.article import Article
    from watcher.decide.match import Finding

_SAME, _TWIN, _OTHER = range(3)
NEEDED = tuple(
    articles.c[name]
    for name in (
        "key", "id", "feed", "url", "title", "summary", "body", "published", "first_seen", "content", "twin", "rulebook"
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrival:
    """
    A finding on its way in, the `poll`-th feed's.

    `id` is what the archive calls the article, which isn't what its feed calls it where that feed reuses ids;
    `content` names its text, `twin` its address and headline.
    """

    finding: Finding
    id: str
    content: str
    twin: str | None
    poll: int = 0

    @property
    def feed(self) -> str:
        """The feed that brings it."""
        return self.finding.article.feed

    @property
    def names(self) -> tuple[str, ...]:
        """What another feed's text may share with it, to be an article with it."""
        return tuple(filter(None, (self.id, self.finding.article.url)))

    @property
    def called(self) -> str:
        """What its feed calls it."""
        return self.finding.article.id

    def is_like(self, other: Arrival) -> bool:
        """Whether one document has the same entry twice: one id, or one address and headline."""
        return self.finding.article.id == other.finding.article.id or (
            self.twin is not None and self.twin == other.twin
        )


@dataclass(frozen=True, slots=True)
class Meeting:
    """
    A known article that a feed shows.

    `last` is the text's hash as this feed last gave it, None the first time.
    """

    row: Row[Any]
    arrival: Arrival
    last: str | None

    def should_replace(self, rules: set[str]) -> bool:
        """
        Whether this text takes the stored one's place.

        A change by the feed that the text came from does. Another feed gives its own rendition: it may only add to
        the rules that the article meets, or two feeds with one article would edit it in turn for ever.
        """
        if self.arrival.content in (self.last, self.row.content):
            return False
        if self.last is not None and self.arrival.feed == self.row.feed:
            return True
        met = {match.rule for match in self.arrival.finding.matches}
        return met > rules or (self.last is not None and met == rules)


@dataclass(slots=True)
class Sorted:
    """
    What feeds brought: articles that are new, and texts of known ones.

    `repeats` are copies of a text under further ids of one document, each with the id of the article that has it.
    """

    new: list[Arrival]
    met: list[Meeting]
    repeats: list[tuple[Arrival, str]]


def arrival_of(finding: Finding, poll: int = 0) -> Arrival:
    """Name a finding's text."""
    article = finding.article
    return Arrival(finding, article.id, digest_of(article), twin_of(article), poll)


def meet(connection: Connection, arrivals: Sequence[Arrival]) -> Sorted:
    """
    Tell the new from those that the archive has, under their id or as a twin.

    What a feed shows again under the same id is left out: a cache, or a feed that reuses its ids in turn, brings no
    news.
    """
    known = _Known(connection, arrivals)
    unknown, met, repeats = _seat(known, [each for each in known.named(arrivals) if not known.is_past(each)])
    taken: dict[str | None, Arrival | None] = dict.fromkeys(known.gone(unknown))
    new: list[Arrival] = []
    for arrival in unknown:
        names = [name for name in (arrival.id, arrival.twin) if name]
        other = [taken[name] for name in names if name in taken]
        if not other:
            new.append(arrival)
            taken |= dict.fromkeys(names, arrival)
        elif other[0] and other[0].called != arrival.called and other[0].content == arrival.content:
            repeats.append((arrival, other[0].id))
    return Sorted(new, met, repeats)


def _seat(known: _Known, arrivals: Sequence[Arrival]) -> tuple[list[Arrival], list[Meeting], list[tuple[Arrival, str]]]:
    """
    Give each known article one text: the one that it had, else one with its address and headline, else another.

    A document's other texts for it are copies, or, where they read differently, articles of their own.
    """
    met: dict[int, Meeting] = {}
    repeats: list[tuple[Arrival, str]] = []
    unknown: list[Arrival] = []
    while arrivals:
        apart: list[Arrival] = []
        for arrival in sorted(arrivals, key=known.strangeness):
            row = known.row_of(arrival)
            if row is None:
                unknown.append(arrival)
            elif row.key not in met:
                met[row.key] = Meeting(row, arrival, known.last.get((row.key, arrival.feed)))
            elif known.strangeness(arrival) < _OTHER or arrival.is_like(met[row.key].arrival):
                first = met[row.key].arrival
                if first.called != arrival.called and arrival.content in (row.content, first.content):
                    repeats.append((arrival, row.id))
            else:
                apart.extend(_apart(arrival, row))
        known.look_up(apart)
        arrivals = apart
    return unknown, list(met.values()), repeats


def _apart(arrival: Arrival, row: Row[Any]) -> Iterator[Arrival]:
    """Give a text that came under a known article's id an id of its own, unless it had those, too."""
    article = arrival.finding.article
    by_text = own_id(replace(article, url=""))
    by_link = own_id(article) if article.url not in ("", row.url) else by_text
    if arrival.id != by_text:
        yield replace(arrival, id=by_text if arrival.id == by_link else by_link)


class _Known:
    """What the archive knows of some texts: articles by their names, and what each feed showed of them."""

    def __init__(self, connection: Connection, arrivals: Sequence[Arrival]) -> None:
        self._connection = connection
        self.by_id: dict[str, Row[Any]] = {}
        self.by_twin: dict[str, Row[Any]] = {}
        self.by_key: dict[int, Row[Any]] = {}
        self.last: dict[tuple[int, str], str] = {}
        ids = {arrival.id for arrival in arrivals}
        shows = which(connection, tuple(shown.c), shown.c.id, ids)
        self.past = {(row.feed, row.id, row.content): row.article for row in shows}
        self._take(articles.c.id, ids)
        self._take(articles.c.twin, {arrival.twin for arrival in arrivals if arrival.twin})
        self._take(articles.c.key, set(self.past.values()) - self.by_key.keys())

    def _take(self, column: Column[Any], values: Collection[Any]) -> None:
        """Read articles, and what feeds showed of them last; mostly there are none."""
        keys = sorted({row.key for row in which(self._connection, (articles.c.key,), column, values)})
        for chunk in chunks(keys):
            asked = select(*NEEDED).where(articles.c.key.in_(chunk)).order_by(articles.c.key)
            for row in self._connection.execute(asked):
                self.by_id[row.id] = self.by_key[row.key] = row
                self.by_twin.setdefault(row.twin, row)
        seen = (sightings.c.article, sightings.c.feed, sightings.c.content)
        for row in which(self._connection, seen, sightings.c.article, keys):
            self.last[row.article, row.feed] = row.content

    def named(self, arrivals: Sequence[Arrival]) -> list[Arrival]:
        """Give an article for which its feed reuses an old id one of its own: it is no edit, and mustn't be lost."""
        firsts: dict[str, Row[Any] | Article] = {}
        strays: dict[str, str] = {}
        for arrival in arrivals:
            article = arrival.finding.article
            first = firsts.setdefault(arrival.id, self.by_id.get(arrival.id, article))
            if first.url and article.url and first.url != article.url and not self.has_shown(arrival):
                strays[article.url] = own_id(article)
        self._take(articles.c.id, set(strays.values()) - self.by_id.keys())
        return [self._named(arrival, firsts[arrival.id], strays) for arrival in arrivals]

    def _named(self, arrival: Arrival, first: Row[Any] | Article, strays: dict[str, str]) -> Arrival:
        article = arrival.finding.article
        own = strays.get(article.url, "")
        if not own or first.url in ("", article.url) or self.has_shown(arrival):
            return arrival
        is_kept = own in self.by_id and (self.by_id[own].key, arrival.feed) in self.last
        return replace(arrival, id=own) if is_kept or is_another(first, article) else arrival

    def look_up(self, arrivals: Sequence[Arrival]) -> None:
        """Read what the archive has under these texts' ids."""
        self._take(articles.c.id, {arrival.id for arrival in arrivals} - self.by_id.keys())

    def strangeness(self, arrival: Arrival) -> int:
        """Tell how far a text is from the article that it belongs to: its feed's last one, its twin, another."""
        row = self.row_of(arrival)
        if row is None or self.last.get((row.key, arrival.feed)) == arrival.content:
            return _SAME
        return _TWIN if arrival.content == row.content or (arrival.twin or "") == row.twin else _OTHER

    def row_of(self, arrival: Arrival) -> Row[Any] | None:
        """Give the article that a text belongs to."""
        key = self.past.get(_told(arrival))
        row = self.by_key.get(key) if key else self.by_id.get(arrival.id)
        return row or (self.by_twin.get(arrival.twin) if arrival.twin else None)

    def is_past(self, arrival: Arrival) -> bool:
        """Whether its feed showed this text under this id, and another one since."""
        return _told(arrival) in self.past

    def has_shown(self, arrival: Arrival) -> bool:
        """Whether its feed ever showed this text under this id."""
        row = self.by_id.get(arrival.finding.article.id)
        is_last = row is not None and self.last.get((row.key, arrival.feed)) == arrival.content
        return is_last or self.is_past(arrival)

    def gone(self, arrivals: Sequence[Arrival]) -> set[str | None]:
        """Give the ids and twins of articles that were removed because they were old."""
        twins = {arrival.twin for arrival in arrivals if arrival.twin}
        asked = ((forgotten.c.id, {arrival.id for arrival in arrivals}), (forgotten.c.twin, twins))
        return {row[0] for column, values in asked for row in which(self._connection, (column,), column, values)}


def _told(arrival: Arrival) -> tuple[str, str, str]:
    return arrival.feed, arrival.finding.article.id, arrival.content
