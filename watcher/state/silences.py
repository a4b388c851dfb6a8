"""What is not to be announced, and what that hid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, insert, select, update

from watcher.decide.silence import Silence
from watcher.state.tables import articles, hidden, silences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from watcher.state.database import Database

_FACETS = ("partners", "goods", "directions", "statuses", "rules")


@dataclass(frozen=True, slots=True)
class Hidden:
    """An article that a silence hid, and when."""

    title: str
    url: str
    source: str
    at: datetime


class Silences:
    """The silences, those that ended included. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, silence: Silence) -> Silence:
        """Keep a new silence; give it with its number."""
        values = {name: list(getattr(silence, name)) for name in _FACETS}
        values |= {name: getattr(silence, name) for name in ("wording", "author", "reason", "starts", "ends")}
        with self._database.write() as connection:
            made = connection.execute(insert(silences).values(values).returning(*silences.c)).one()
            return _silence(made)

    def end(self, number: int, now: datetime) -> bool:
        """End a silence now; False if it is over, or there is none of this number."""
        which = (silences.c.id == number, silences.c.ends > now)
        with self._database.write() as connection:
            return connection.execute(update(silences).where(*which).values(ends=now)).rowcount == 1

    def listed(self) -> list[Silence]:
        """Give all silences, the newest last."""
        with self._database.read() as connection:
            return [_silence(row) for row in connection.execute(select(silences).order_by(silences.c.id))]

    def counts(self) -> dict[int, int]:
        """Give how many articles each silence hid."""
        asked = select(hidden.c.silence, func.count()).group_by(hidden.c.silence)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(asked)}

    def hidden(self, number: int) -> list[Hidden]:
        """Give what a silence hid, the latest first."""
        asked = (
            select(articles.c.title, articles.c.url, articles.c.source, hidden.c.at)
            .join(articles, articles.c.key == hidden.c.article)
            .where(hidden.c.silence == number)
            .order_by(hidden.c.at.desc(), hidden.c.article)
        )
        with self._database.read() as connection:
            return [Hidden(*row) for row in connection.execute(asked)]

    def hidden_since(self, since: datetime | None) -> int:
        """Count what was hidden from `since` on, or ever."""
        asked = select(func.count()).select_from(hidden)
        if since is not None:
            asked = asked.where(hidden.c.at >= since)
        with self._database.read() as connection:
            return int(connection.execute(asked).scalar_one())


def hide(connection: Connection, found: Mapping[int, Sequence[int]], now: datetime) -> None:
    """Keep which articles (by key) each silence (by number) hid, within the transaction that plans the others."""
    for number, keys in found.items():
        known = set(connection.execute(select(hidden.c.article).where(hidden.c.silence == number)).scalars())
        rows = [{"article": key, "silence": number, "at": now} for key in keys if key not in known]
        if rows:
            connection.execute(insert(hidden), rows)


def is_hidden() -> Any:  # noqa: ANN401  a condition on rows of articles
    """Give the condition that a silence hid an article."""
    return exists().where(hidden.c.article == articles.c.key)


def _silence(row: Row[Any]) -> Silence:
    found = row._asdict()
    facets: dict[str, Any] = {name: tuple(found.pop(name)) for name in _FACETS}
    return Silence(**facets, **found)
