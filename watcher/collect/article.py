"""An Article as every floor knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """
    One published text.

    `id` is its identity (32 hex digits, see `identity`), `url` its canonical http(s) link or "", `source` the outlet
    that published it, `published` aware and in UTC. `feed`, `kind` and `tags` are those of the feed it came by.
    """

    id: str
    title: str
    summary: str = ""
    body: str = ""
    url: str = ""
    source: str = ""
    language: str = ""
    published: datetime | None = None
    author: str = ""
    feed: str = ""
    kind: str = ""
    tags: tuple[str, ...] = ()
