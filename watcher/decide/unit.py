"""What a sentence is made of: units of one sign each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from watcher.decide import text

if TYPE_CHECKING:
    from watcher.collect.article import Article

# A novel's length; what is longer is no article, and a megabyte of anything is to take less than two seconds.
_MOST = 200_000


class Part(NamedTuple):
    """A part of an article: title, summary or body, its cleaned text and that folded."""

    name: str
    shown: str
    folded: str


@dataclass(slots=True)
class Unit:
    """One sign, what it stands for, and the part of the sentence it covers; `western`: who stands in a row with it."""

    sign: str
    ids: tuple[str, ...]
    start: int
    end: int
    role: str = ""
    western: tuple[str, ...] = ()


@dataclass(slots=True)
class Sentence:
    """
    A sentence's units and its place in the article; `part` is title, summary or body.

    `told`, `titled`: whom the article is about; `is_ballot`: it is of a vote on what Russia does.
    """

    text: str
    number: int
    part: str
    units: list[Unit]
    signs: str = ""
    paragraph: int = 0
    language: str = "en"
    told: frozenset[str] = frozenset()
    is_ballot: bool = False
    titled: frozenset[str] = frozenset()

    def ids(self, signs: str) -> dict[str, None]:
        """Give the distinct ids under any of these signs, in order."""
        return {id_: None for unit in self.units if unit.sign in signs for id_ in unit.ids}

    def beside(self, partner: str) -> list[str]:
        """Give the Western states that stand in a row with a partner: `Hungary and Germany block …`."""
        return [id_ for unit in self.units if unit.western and partner in unit.ids for id_ in unit.western]


def has(units: list[Unit], signs: str) -> bool:
    """Tell whether any unit has one of these signs: a loop, since every sentence is asked many times."""
    for unit in units:  # noqa: SIM110
        if unit.sign in signs:
            return True
    return False


def parts_of(article: Article) -> list[Part]:
    """Give those parts of an article that aren't empty."""
    parts = (("title", article.title), ("summary", article.summary), ("body", article.body))
    return [Part(name, *text.shadow(shown[:_MOST])) for name, shown in parts if shown]
