"""Articles with everything known of them, one JSON object a line: for notebooks, and for another archive."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from watcher import items
from watcher.collect.article import Article, canonical
from watcher.decide.match import Match
from watcher.decide.relation import Relation  # noqa: TC001  pydantic reads it
from watcher.decide.rule import Priority  # noqa: TC001  pydantic reads it
from watcher.errors import ItemError
from watcher.state.past import Decided
from watcher.state.transfer import Edit, Entry, Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODEL = ConfigDict(extra="ignore")
Key = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Match(BaseModel):
    model_config = _MODEL
    rule: Key
    priority: Priority = "normal"
    reasons: tuple[str, ...] = ()
    relations: tuple[Annotated[int, Field(ge=0)], ...] = ()


class _Sighting(BaseModel):
    model_config = _MODEL
    feed: str
    first_seen: AwareDatetime
    content: str = ""


class _Edit(BaseModel):
    model_config = _MODEL
    feed: str = ""
    replaced_at: AwareDatetime
    title: str = ""
    summary: str = ""
    body: str = ""


class _Line(BaseModel):
    model_config = _MODEL
    id: Key
    title: str
    summary: str = ""
    body: str = ""
    url: str = ""
    source: str = ""
    language: str = ""
    author: str = ""
    feed: str = ""
    kind: str = ""
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    enclosure: str = ""
    published: AwareDatetime | None = None
    first_seen: AwareDatetime
    content: str = ""
    rulebook: str = ""
    relations: tuple[Relation, ...] = ()
    matches: tuple[_Match, ...] = ()
    sightings: tuple[_Sighting, ...] = ()
    edits: tuple[_Edit, ...] = ()


_ARTICLE = ("id", "title", "summary", "body", "source", "language", "author", "feed", "kind", "tags", "categories")


def as_object(entry: Entry) -> dict[str, Any]:
    """Give an entry as a line of JSONL says it."""
    decided = entry.decided
    article = {name: value for name, value in asdict(decided.article).items() if name != "published"}
    return {
        **article,
        "published": _stamp(decided.article.published),
        "first_seen": _stamp(decided.first_seen),
        "relevant": bool(decided.relations),
        "relations": [asdict(one) for one in decided.relations],
        "matches": [asdict(one) for one in decided.matches],
        "rulebook": decided.rulebook,
        "content": decided.content,
        "sightings": [{**asdict(one), "first_seen": _stamp(one.first_seen)} for one in entry.sightings],
        "edits": [{**asdict(one), "replaced_at": _stamp(one.replaced_at)} for one in entry.edits],
    }


def read(stream: IO[bytes], *, name: str) -> Iterator[Entry]:
    """Give the entries of a JSONL stream, gzipped or not. Raises ItemError with the number of the first bad line."""
    for number, line in items.lines(stream, name=name):
        try:
            yield _entry(_Line.model_validate_json(line))
        except ValidationError as error:
            raise ItemError(f"{name}, line {number}: {_why(error)}") from error


def _entry(line: _Line) -> Entry:
    values = {each: getattr(line, each) for each in _ARTICLE}
    published = line.published.astimezone(UTC) if line.published else None
    article = Article(url=canonical(line.url), enclosure=canonical(line.enclosure), published=published, **values)
    met = tuple(Match(one.rule, one.priority, one.reasons, one.relations) for one in line.matches)
    decided = Decided(0, article, line.first_seen, line.content, line.rulebook, line.relations, met)
    seen = tuple(Sighting(one.feed, one.first_seen, one.content) for one in line.sightings)
    edited = tuple(Edit(one.feed, one.replaced_at, one.title, one.summary, one.body) for one in line.edits)
    return Entry(decided, seen, edited)


def _why(error: ValidationError) -> str:
    """Say the first thing that is wrong, and where in the line."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{json.dumps(place)}: {first['msg']}" if place else str(first["msg"])


def _stamp(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
