"""A relation as a reader sees it: `Iran → Russia · drones, missiles · ✕ denied by Tehran`."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from watcher.decide.relation import Relation

# Each status has a sign of its own shape, so that it is told without colour.
SIGNS = {"reported": "●", "alleged": "◐", "planned": "○", "denied": "✕", "negated": "⊘"}
NAME = 80

# Two joiners are kept of the invisible format characters: Persian and emoji need them. The others may reorder a line.
_JOINERS = "\u200c\u200d"

Span = tuple[int, int]


def _nothing(*_asked: object) -> tuple[Span, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Names:
    """
    What ids are called: partners, goods and rules by id, each partner's tier and each good's group.

    `terms` gives the places of the lexicon's terms in a text of a language, `words` those of what the queries of rules
    ask for.
    """

    partners: Mapping[str, str] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)
    goods: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    terms: Callable[[str, str], tuple[Span, ...]] = _nothing
    words: Callable[[Iterable[str], str], tuple[Span, ...]] = _nothing

    def way(self, partner: str, direction: str) -> tuple[str, Literal["→", "↔"], str]:
        """Give who gives to whom: Iran, →, Russia."""
        name = self.partners.get(partner, partner)
        if direction == "from_russia":
            return "Russia", "→", name
        return name, "→" if direction == "to_russia" else "↔", "Russia"

    def kind(self, partner: str, good: str, direction: str) -> str:
        """Give `Iran → Russia · missiles`."""
        return f"{' '.join(self.way(partner, direction))} · {self.goods.get(good, good)}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A relation as a reader sees it: from whom, to whom, what, and how certain."""

    giver: str
    arrow: Literal["→", "↔"]
    taker: str
    goods: tuple[str, ...]
    status: str
    by: str = ""

    @property
    def sign(self) -> str:
        """The status as a sign of its own shape."""
        return SIGNS.get(self.status, "·")

    @property
    def way(self) -> str:
        """`Iran → Russia`."""
        return f"{self.giver} {self.arrow} {self.taker}"

    @property
    def said(self) -> str:
        """`denied by Tehran`."""
        if not self.by:
            return self.status
        link = " by " if self.status in ("reported", "alleged", "denied") else ", says "
        return f"{self.status}{link}{self.by}"

    @property
    def text(self) -> str:
        """`Iran → Russia · drones, missiles · ✕ denied by Tehran`."""
        return f"{self.way} · {', '.join(self.goods)} · {self.sign} {self.said}"


def draw(relations: Iterable[Relation], names: Names) -> tuple[Drawn, ...]:
    """Draw relations, goods of one partner, direction and status together; what a named source says not without."""
    goods: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for relation in relations:
        key = (relation.partner, relation.direction, relation.status, clean(relation.attributed_to, NAME))
        goods.setdefault(key, {})[names.goods.get(relation.good, relation.good)] = None
    return tuple(
        Drawn(*names.way(key[0], key[1]), tuple(what), key[2], key[3])
        for key, what in goods.items()
        if key[3]
        or not any(key[:3] == other[:3] and other[3] and what.keys() <= goods[other].keys() for other in goods)
    )


def clean(text: str, limit: int) -> str:
    """Make a stranger's text one line without control characters, shortened at a word to `limit` characters."""
    head = text[: limit * 20]
    spaced = head if head.isprintable() else "".join(map(_plain, head))
    line = " ".join(spaced.split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    word = head.rfind(" ", limit * 2 // 3)
    return head[: word if word > 0 else None].rstrip() + "…"


def _plain(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    return "" if kind in ("Cf", "Cs") and letter not in _JOINERS else letter
