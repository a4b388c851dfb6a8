"""
What a text must name for any relation to be read of it; most texts don't, and are left before grammar looks at them.

A relation needs Russia (or what stands for it) and a partner. Where a frame does without a partner, its own words tell
what it needs: `fleet .. seize` needs both, so a text with neither a partner nor a fleet has nothing of an unnamed one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.decide.frame import wanted
from watcher.decide.gate import Gate, set_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from watcher.decide.entry import Sense
    from watcher.decide.frame import Frame

PARTS = frozenset({"electronics", "semiconductors", "computers", "machinery", "dual-use"})
# Frames of a western country, whose target is T; and of nobody: what their good is.
_WESTERN = {"western": None, "western:goods": "good", "western:security-aid": "good", "parts": "part"}
_NOBODY = {"unnamed": "shipping", "nameless": "part"}
# Signs that `mark` writes where no term of theirs stands: a colon for `say`, `with` for `and`.
_WRITTEN = frozenset({"say", "and"})
# In other languages than English (see abroad.py): a partner; a fleet; what is read of western countries.
_WEST = (("western", "firm"), ("western", "russian"), ("US", "ease"), ("US", "sanction"), ("western", "part"))
_ABROAD = (("partner",), ("fleet",), *_WEST)

# Of each of an alternative's sets one bit is needed.
Alternative = tuple[int, ...]


class Doors:
    """What lets a text in: the gates of some terms, each its words and bits, that open and that tell."""

    def __init__(self, terms: Iterable[tuple[tuple[str, ...], int]], opens: int) -> None:
        spelt = list(terms)
        self.opening = Gate((words, opens) for words, bits in spelt if bits & opens)
        self.telling = Gate((words, bits & ~opens) for words, bits in spelt if bits & ~opens)


class Need:
    """What a language's texts must name: `opens` is the bit of whatever is Russia's."""

    opens = 1

    def __init__(self, frames: Mapping[str, tuple[Frame, ...]], tiers: Mapping[str, str], *, is_english: bool) -> None:
        self._tiers = tiers
        self._is_english = is_english
        self._bits: dict[str, int] = {}
        self._known: dict[Sense, int] = {}
        everything = set(_english(frames)) if is_english else {frozenset(map(_only, each)) for each in _ABROAD}
        fewest = [each for each in everything if not any(other < each for other in everything)]
        self._alternatives = [tuple(map(self._mask, each)) for each in fewest]

    def _is_met(self, seen: int) -> bool:
        """Tell whether a text in which the terms of these bits stand can have a relation."""
        return any(all(seen & bits for bits in sets) for sets in self._alternatives)

    def bits(self, sense: Sense) -> int:
        """Give the bits of a term; 0 for most, whose presence decides nothing."""
        bits = self._known.get(sense)
        if bits is None:
            bits = self.opens if _is_russian(sense) else 0
            for name in set(self._names(sense)):
                bits |= self._bits.get(name, 0)
            self._known[sense] = bits
        return bits

    def is_opened(self, doors: Iterable[Doors], folded: str) -> bool:
        """Tell whether a folded text can concern Russia."""
        apart = set_apart(folded)
        return any(each.opening.bits(apart) for each in doors)

    def may_be_met(self, doors: Iterable[Doors], folded: str) -> bool:
        """Tell whether a folded text can have a relation."""
        if not self.is_opened(doors, folded):
            return False
        seen = self.opens
        for each in doors:
            seen |= each.telling.bits(set_apart(folded))
        return self._is_met(seen)

    def _mask(self, names: frozenset[str]) -> int:
        return sum(self._bits.setdefault(name, 2 << len(self._bits)) for name in sorted(names))

    def _names(self, sense: Sense) -> Iterator[str]:
        if sense.kind == "word":
            yield sense.id
        elif sense.kind == "good":
            yield "good"
            yield from (id_ for id_ in sense.id.split("+") if id_ == "shipping")
            yield from ("part" for id_ in sense.id.split("+") if id_ in PARTS)
        elif sense.id in self._tiers:
            yield from self._actor(sense)

    def _actor(self, sense: Sense) -> Iterator[str]:
        """Take a western country's people and firms for partners, and but in English what may be a title's topic."""
        is_western = self._tiers[sense.id] == "western" and sense.role not in ("people", "firms", "unless")
        if is_western:
            yield "western"
            yield sense.id
        elif sense.kind == "partner" or not self._is_english:
            yield "partner"


def _english(frames: Mapping[str, tuple[Frame, ...]]) -> Iterator[frozenset[frozenset[str]]]:
    yield frozenset({_only("partner")})
    yield frozenset({_only("western"), _only("firm")})  # `a German company` is a partner
    for targets, actor in ((_WESTERN, {_only("western")}), (_NOBODY, set())):
        for name, good in targets.items():
            for frame in frames.get(name, ()):
                if not frame.is_veto:
                    yield from (frozenset(actor | set(_sets(each, good))) for each in wanted(frame.source))


def _sets(alternative: Iterable[frozenset[str]], good: str | None) -> Iterator[frozenset[str]]:
    """Give those sets of a frame's whose every name tells of a term."""
    for names in alternative:
        told = {good if name == "G" and good else name for name in names}
        if not any(len(name) == 1 for name in told) and _WRITTEN.isdisjoint(told):
            yield frozenset(told)


def _only(name: str) -> frozenset[str]:
    return frozenset({name})


def _is_russian(sense: Sense) -> bool:
    return (
        sense.kind == "russia"
        or (sense.kind == "other" and sense.id == "UA")
        or (sense.kind == "word" and sense.id in ("russian", "fleet", "csto"))
        or (sense.kind == "good" and sense.role == "russian")
    )
