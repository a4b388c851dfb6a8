"""feeds.yaml → FeedList: which feeds are read, and how often."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from watcher import document
from watcher.errors import DocumentError, SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from watcher.document import Document, Problem

Kind = Literal[
    "wire", "newspaper", "broadcaster", "state-media", "government", "think-tank", "trade-press", "aggregator", "other"
]
_SPAN = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([smhdw])")
LEAST_KEPT = timedelta(days=7)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def read_span(value: object) -> timedelta:
    """Read `90s`, `30m`, `6h`, `3d`, `2w`; ValueError names the forms."""
    found = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or float(found[1]) * _UNITS[found[2]] > _UNITS["d"] * 3660:
        raise ValueError(f"{value!r} is not a span of time: write 90s, 30m, 6h, 3d or 2w")
    return timedelta(seconds=float(found[1]) * _UNITS[found[2]])


def spell_span(span: timedelta) -> str:
    """Write a span as `read_span` reads it."""
    seconds = int(span.total_seconds())
    unit = next(unit for unit in "wdhms" if seconds % _UNITS[unit] == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


def _read_seconds(value: object) -> float:
    return read_span(value).total_seconds()


def _check_positive(value: timedelta) -> timedelta:
    if not value:
        raise ValueError("must be longer than nothing: write 15m, 30m or 1h")
    return value


def _shaped(pattern: str, meaning: str) -> AfterValidator:
    """Make the check of a text's shape whose message says what is meant rather than the expression."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f'"{value}" is not {meaning}')
        return value

    return AfterValidator(check)


_WRITTEN = WithJsonSchema({"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?\\s*[smhdw]$"})
Span = Annotated[timedelta, BeforeValidator(read_span), _WRITTEN]
Seconds = Annotated[float, BeforeValidator(_read_seconds), _WRITTEN]
Interval = Annotated[Span, AfterValidator(_check_positive)]
_MODEL = ConfigDict(extra="forbid", frozen=True)


class Defaults(BaseModel):
    """What a feed that says nothing else has; `host_pause` None means one second, and none on private addresses."""

    model_config = _MODEL
    interval: Interval = timedelta(minutes=30)
    timeout: Annotated[Seconds, Field(gt=0, le=120)] = 20.0
    host_pause: Annotated[Seconds, Field(ge=0, le=3600)] | None = None


class Feed(Defaults):
    """One feed of feeds.yaml; `url` and `headers` may hold ${NAME}, which stays unexpanded here."""

    id: Annotated[str, _shaped(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", "an id: use letters, digits and . _ -")]
    url: str
    name: str = ""
    language: Annotated[str, _shaped(r"([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?", "a language code such as en or pt-BR")] = ""
    country: Annotated[str, _shaped(r"([A-Z]{2})?", "a country code such as GB")] = ""
    kind: Kind = "other"
    tags: tuple[str, ...] = ()
    enabled: bool = True
    fulltext: bool = False
    headers: dict[str, str] = Field(default_factory=dict)

    @field_validator("url")
    @classmethod
    def _check_url(cls, value: str) -> str:
        if value.startswith("${"):
            return value
        try:
            parts = urlsplit(value)
            is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_good = False
        if not is_good or re.search(r"\s", value):
            raise ValueError(f'"{value}" is not an http:// or https:// address')
        return value

    @field_validator("headers")
    @classmethod
    def _check_headers(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or not text.isprintable() or not text.isascii():
                raise ValueError(f'"{name}" is not an HTTP header with a plain value')
        return value


def _check_kept(value: timedelta) -> timedelta:
    if value < LEAST_KEPT:
        raise ValueError(f"must be at least {spell_span(LEAST_KEPT)}: digests still announce what is younger")
    return value


Kept = Annotated[Span, AfterValidator(_check_kept)]


class Keep(BaseModel):
    """How long the archive keeps articles, their full texts and their matches; for ever where nothing is said."""

    model_config = _MODEL
    articles: Kept | None = None
    bodies: Kept | None = None
    matches: Kept | None = None

    @model_validator(mode="after")
    def _is_in_order(self) -> Keep:
        for name, kept in (("bodies", self.bodies), ("matches", self.matches)):
            if self.articles and kept and kept > self.articles:
                raise ValueError(f"{name} can't be kept longer than the articles they belong to")
        return self


@dataclass(frozen=True, slots=True)
class FeedList:
    """
    All feeds of a file, with its defaults applied; `warnings` are what `check` tells but nobody must mend.

    `lines` says for each id in which line its feed stands.
    """

    contact: str = ""
    feeds: tuple[Feed, ...] = ()
    warnings: tuple[Problem, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict, repr=False)
    keep: Keep = field(default_factory=Keep)


class FeedFile(BaseModel):
    """feeds.yaml."""

    model_config = _MODEL
    contact: Annotated[str, _shaped(r"[ -~]{0,200}", "a contact: write a mail or web address in ASCII")] = ""
    defaults: Defaults = Defaults()
    keep: Keep = Keep()
    feeds: tuple[Feed, ...]


def load(path: Path, *, shown: str | None = None) -> FeedList:
    """Load feeds.yaml. Raises DocumentError with all of the file's problems."""
    source = document.read(path, shown=shown)
    file, problems = document.check(source, FeedFile)
    problems += _repeated(source)
    if file is None or problems:
        raise DocumentError(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    feeds = tuple(_with_defaults(feed, file.defaults) for feed in file.feeds)
    lines = {feed.id: source.places["feeds", number][0] + 1 for number, feed in enumerate(feeds)}
    warnings = tuple(_warnings(source, file))
    return FeedList(contact=file.contact, feeds=feeds, warnings=warnings, lines=lines, keep=file.keep)


def expand(text: str, environ: Mapping[str, str]) -> str:
    """Replace each ${NAME} by its value. Raises SettingError naming the variable that is missing."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if not environ.get(name):
            raise SettingError(f"the environment variable {name} is missing: set it, or put it into .env")
        return environ[name]

    return _VARIABLE.sub(value, text)


def shown_address(feed: Feed, url: str) -> str:
    """Give an address that the feed led to, as it may be kept and shown: where it may hold a secret, the site alone."""
    if "${" not in feed.url:
        return url
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"


def _with_defaults(feed: Feed, defaults: Defaults) -> Feed:
    """Fill in what a feed doesn't say; its `model_fields_set` still tells what it did."""
    missing = set(Defaults.model_fields) - feed.model_fields_set
    values = dict(feed) | {name: getattr(defaults, name) for name in missing}
    return Feed.model_construct(_fields_set=feed.model_fields_set, **values)


def host_of(url: str) -> str:
    """Give the host of a feed's address as feeds.yaml has it, in lower case; "" where the address can't be read."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _repeated(source: Document) -> list[Problem]:
    """Find ids that stand twice; asked of the plain value, so that other mistakes don't hide them."""
    value = source.value.get("feeds") if isinstance(source.value, dict) else None
    seen: dict[object, int] = {}
    problems = []
    for index, entry in enumerate(value if isinstance(value, list) else []):
        name = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(name, str):
            continue
        if name in seen:
            line = source.places["feeds", seen[name], "id"][0] + 1
            message = f'the id "{name}" is taken by the feed in line {line}: choose another'
            problems.append(source.problem(("feeds", index, "id"), message))
        seen.setdefault(name, index)
    return problems


def _warnings(source: Document, file: FeedFile) -> list[Problem]:
    found = []
    if not file.contact:
        message = "has no contact: add an address that publishers can write to"
        found.append(source.problem((), message, severity="warning"))
    seen: dict[str, str] = {}
    for index, feed in enumerate(file.feeds):
        if feed.url in seen:
            message = f'has the same address as the feed "{seen[feed.url]}": it is fetched twice'
            found.append(source.problem(("feeds", index, "url"), message, severity="warning"))
        seen.setdefault(feed.url, feed.id)
    return found
