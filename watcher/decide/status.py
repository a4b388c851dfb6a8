"""Whether a relation is reported, alleged, planned, denied or negated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.lexicon import Good, Lexicon

_BEFORE = 6
_AFTER = 4
# The signs of who says so at a headline's end: `…: intelligence report`.
_LONGEST_SOURCE = 7
_ORDER = ("reported", "warned", "asked", "denied", "negated", "accused", "planned", "said")
_MEANING = {"warned": "planned", "asked": "planned", "accused": "alleged", "said": "alleged"}
# What one is accused of; buying oil or meeting a president is done in the open.
ACCUSABLE = frozenset({"weapons", "people", "know-how", "dual-use", "services"})

# What one is told to stop, because one does it.
_UNDERWAY = frozenset({"weapons"})
# What is there for all to see, whatever it is accused of.
_KNOWN = frozenset({"mercenaries"})


def status_of(signs: str, span: tuple[int, int], good: Good, lexicon: Lexicon) -> str:
    """Give the status of a good that passes where a sentence's signs, with it as target, stand at `span`."""
    signs = _freed(signs, lexicon).replace(lexicon.symbols["as"], ";")
    if good.group == "people":
        signs = signs.replace(lexicon.symbols["seize"], "x")  # who is captured has come
    if good.group == "favours":
        signs = _alone(signs, span)
    clause = signs.rfind(";", 0, span[0]) + 1
    end = span[1] + _AFTER
    near = signs[max(clause, span[0] - _BEFORE) : end]
    is_accusable = good.group in ACCUSABLE and good.id not in _KNOWN and "J" not in signs[slice(*span)]
    wide = signs if is_accusable or lexicon.symbols["exchange"] in signs else ""
    scopes = {"said": wide, "accused": wide[: _clause_end(wide, span[1])]}
    scopes |= {"planned": signs[clause:end], "asked": signs[clause:end], "denied": signs[clause:]}
    for name in _ORDER:
        scope = scopes.get(name, near)
        if any(frame.pattern.search(scope) for frame in lexicon.frames[name]):
            if name == "asked" and good.group in _UNDERWAY and lexicon.symbols["give"] in near:
                return "reported"
            return _MEANING.get(name, name)
    return "reported"


def _clause_end(signs: str, after: int) -> int:
    """Give where the clause ends that a place stands in: a suspicion in a later one, if long, is of something else."""
    end = signs.find(";", after)
    return end if 0 <= end < len(signs) - _LONGEST_SOURCE else len(signs)


def _freed(signs: str, lexicon: Lexicon) -> str:
    """Take away the verbs whose object is another good: what is said of them is not said of this one."""
    verbs = "".join(lexicon.symbols.get(name, "") for name in ("give", "get", "make"))
    return re.sub(rf"[{verbs}](?=[xr]{{0,2}}g)", "x", signs) if verbs else signs


def _alone(signs: str, span: tuple[int, int]) -> str:
    """Leave only what the relation was read from: `hails ties ahead of a visit` is no plan, though the visit is."""
    start, end = span
    return signs[:start].replace("J", "j") + signs[start:end] + signs[end:].replace("J", "j")


def is_disputed(signs: str, lexicon: Lexicon) -> bool:
    """Tell whether one sentence makes a claim and has it denied: `X, which Tehran denies`."""
    return any(frame.pattern.search(signs) for frame in lexicon.frames["disputed"])


def is_rejoinder(signs: str, lexicon: Lexicon) -> bool:
    """Tell whether a sentence denies what was said before it: `Tehran denies the accusations`."""
    return any(frame.pattern.search(signs) for frame in lexicon.frames["rejoinder"])
