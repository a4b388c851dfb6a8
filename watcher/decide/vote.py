"""Votes in the United Nations, in a language other than English: whose vote covers whom, and who is called by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.decide.bearing import PARTNERS
from watcher.decide.unit import Unit

if TYPE_CHECKING:
    from watcher.decide.bearing import View
    from watcher.decide.places import Places
    from watcher.decide.unit import Sentence

_VOTED = (("un-cover",), ("abstain",), ("veto",))
# How far behind a title who voted how is told, and how many are called to make a list.
_NEAR_TITLE = 4
_MANY = 3


def called(sentence: Sentence, title: Sentence) -> Sentence:
    """Put a vote before those whom a sentence only names, behind a title on one: `За — Беларусь, Сирия, КНДР`."""
    is_vote = any(unit.ids in (*_VOTED, ("council",)) for unit in title.units)
    if not (is_vote and 0 < sentence.number <= _NEAR_TITLE) or any(unit.ids in _VOTED for unit in sentence.units):
        return sentence
    at = next((n for n, u in enumerate(sentence.units) if u.sign in PARTNERS and len(u.ids) >= _MANY), -1)
    if at < 0:
        return sentence
    start = sentence.units[at].start
    others = [replace(unit, sign="x", ids=()) if unit.sign == "J" else unit for unit in sentence.units]
    units = [*others[:at], Unit("G", ("un-cover",), start, start), *others[at:]]
    return replace(sentence, units=units, signs="".join(unit.sign for unit in units))


def votes(view: View) -> list[int]:
    """Give where a vote stands, or a block where the United Nations are named."""
    found = [*view.classed("veto", "abstain"), *view.places_of("un-cover", "GJV")]
    is_there = view.classed("council") or view.places_of("UN", "O")
    return [*found, *(view.classed("block") if is_there else ())]


def covered(view: View, near: Places, partner: str, *, is_war: bool) -> str:
    """Tell whose vote covers whom: both vote alike, the partner for Russia, or Russia covers it; "" for neither."""
    if view.signs[near.partner] in "Zz":
        return "to_russia" if is_war else "any"
    abstained = view.classed("abstain")
    is_nearer = any(view.distance(near.partner, n) < view.distance(near.russia, n) for n in abstained)
    is_alone = view.signs[near.russia] not in "Zz"
    is_own = is_nearer or (bool(abstained) and is_alone and view.subject(near) == near.partner)
    is_called = view.units[near.good].end == view.units[near.good].start and view.units[near.russia].role == "implied"
    if not (is_own or is_called):
        return "from_russia"
    if is_war:
        return "to_russia"
    # Who votes beside Russia and another partner votes on something else.
    return "" if any(unit.sign == "Z" and partner not in unit.ids for unit in view.units) else "to_russia"
