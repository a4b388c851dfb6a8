"""What is done for Russia in another language by no partner: a Western government, a Kremlin's friend, a fleet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.decide.bearing import PARTNERS
from watcher.decide.favour import SUPPORT, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from watcher.decide.bearing import View
    from watcher.decide.lexicon import Good

_PARTS = ("electronics", "semiconductors", "computers", "machinery")


# An easing that says in one word of what.
_SANCTION = re.compile(r"(?i)sanktion|sankcj|санкц|制裁|제재|yaptırım")


def of_outsiders(view: View, goods: Mapping[str, Good]) -> Iterator[Reading]:
    """Give what a sentence tells of them."""
    yield from _of_friends(view)
    yield from _of_west(view)
    yield from _of_fleet(view)
    yield from _of_parts(view, goods)


def _of_friends(view: View) -> Iterator[Reading]:
    """Read of a Western country that a friend of the Kremlin's speaks or stands for it."""
    friends = view.classed("russian")
    for west in view.sentence.ids("Ww"):
        places = view.places_of(west, "Ww")
        if any(view.distance(n, friend) <= view.reach // 3 for n in places for friend in friends):
            is_ahead = any("will" in view.classes[max(0, n - 3) : n] for n in friends)
            status = "planned" if is_ahead else "reported"
            yield Reading(west, SUPPORT, "to_russia", status, view.sentence)


def _of_west(view: View) -> Iterator[Reading]:
    """Read of a Western government that lifts its measures against Russia, or lets its oil be bought."""
    targets = [*view.classed("sanction", "measure"), *view.places_of("oil", "G")]
    for ease in _eased(view):
        is_compound = _SANCTION.match(view.sentence.text, view.units[ease].start) is not None
        is_aimed = is_compound or any(view.distance(ease, n) <= view.reach // 2 for n in targets)
        wests = [n for n in view.places_of("US", "Ww") if view.distance(n, ease) <= view.reach]
        if view.russia and is_aimed and wests:
            before = view.classes[max(0, ease - 3) : ease]
            is_ahead = {"will", "want"} & {*before} or view.sentence.text.endswith("?")
            status = "negated" if "no" in before else "planned" if is_ahead else "reported"
            yield Reading("US", "sanctions-obstruction", "to_russia", status, view.sentence)
            return


def _eased(view: View) -> list[int]:
    """Give where words of easing stand, and of ending right before sanctions."""
    ended = [n for n in view.classed("break", "stop") if view.classes[n + 1 : n + 2] == ["sanction"]]
    return sorted([*view.classed("ease"), *ended])


def _of_fleet(view: View) -> Iterator[Reading]:
    """Read of a shadow fleet that is nobody's in particular."""
    if view.classed("fleet") and not view.sentence.ids(PARTNERS):
        status = "negated" if {"seize", "stop"} & view.present else "alleged"
        yield Reading("UNNAMED", "shipping", "to_russia", status, view.sentence)


def _of_parts(view: View, goods: Mapping[str, Good]) -> Iterator[Reading]:
    """Read of a Western maker's parts that are found in Russian arms."""
    named = [(n, good) for n, unit in enumerate(view.units) if unit.sign in "GV" for good in unit.ids]
    arms = [n for n, good in named if goods[good].group == "weapons"]
    if not any(abs(r - n) <= 2 for r in view.russia for n in arms) or not {"found", "use", "make"} & view.present:
        return
    for west in view.sentence.ids("Ww"):
        for good in _PARTS:
            near = (abs(w - n) for w in view.places_of(west, "Ww") for n in view.places_of(good, "G"))
            if min(near, default=9) <= 3:
                yield Reading(west, good, "to_russia", "reported", view.sentence)
                return
