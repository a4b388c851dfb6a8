"""Whose a good is that a sentence names, where it doesn't pass between Russia and the partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.decide.bearing import ORDERED, beside
from watcher.decide.claim import GUARDIANS

if TYPE_CHECKING:
    from watcher.decide.bearing import View
    from watcher.decide.unit import Unit


def is_others(view: View, partner: str, good: str, group: str) -> bool:
    """Tell whether a good of this group is Russia's own, a third side's, or only what a measure is about."""
    # `amerikanischer Kriegsschiffe`: arms of a third side are none that pass between the two.
    is_foreign = group == "weapons" and is_owned(view, good, "wuo")
    return is_foreign or is_russia_s_own(view, good) or _is_sent_on(view, good) or _is_barred(view, partner, good)


def is_russia_s_own(view: View, good: str) -> bool:
    """`российские солдаты`: people that are Russia's are none that a partner sends."""
    if good not in ("troops", "labour"):
        return False
    places = view.places_of(good, "G")
    if view.sentence.language in ORDERED:
        before = {name for n in places for name in view.classes[max(0, n - 4) : n]}
        if good == "labour" and "stop" in before and "give" not in before:
            return True  # `Rosatom evacuó a trabajadores`
        if any(view.classes[n + 1 : n + 2] == ["of"] and view.signs[n + 2 : n + 3] == ["R"] for n in places):
            return True
    around = [view.units[max(0, n - 1) : n + 2] for n in places]
    return bool(around) and all(
        any(_is_of_russia(unit) for unit in each) or _is_from_russia(view, n)
        for n, each in zip(places, around, strict=True)
    )


def _is_from_russia(view: View, n: int) -> bool:
    """`военнослужащих из России`: what follows says whose they are."""
    return view.classes[n + 1 : n + 2] == ["from"] and view.signs[n + 2 : n + 3] == ["R"]


def is_owned(view: View, good: str, signs: str) -> bool:
    """Tell whether a good stands only beside adjectives of these signs: `russischen Raketen`."""
    return all(
        any(sign in signs and (unit.role == "adjectives" or sign.islower()) for sign, unit in beside(view, n))
        for n in view.places_of(good, "GVJ")
    )


def _is_barred(view: View, partner: str, good: str) -> bool:
    """`veto alle sanzioni sul petrolio russo`: what a measure that is blocked is about doesn't pass by that."""
    if partner not in GUARDIANS or not {"block", "veto"} & view.present:
        return False
    return all({"sanction", "measure"} & {*view.classes[max(0, n - 3) : n]} for n in view.places_of(good, "GJ"))


def _is_sent_on(view: View, good: str) -> bool:
    """`suministra drones a Kiev`: what goes to a third side doesn't go to Russia."""
    places = view.places_of(good, "G") if view.sentence.language in ORDERED else []
    return bool(places) and all(_is_addressed(view, n) for n in places)


def _is_addressed(view: View, good: int) -> bool:
    """Tell whether a third side stands behind a good and a preposition."""
    signs = view.signs[good + 1 : good + 5]
    other = next((good + 1 + n for n, sign in enumerate(signs) if sign not in "xn" and sign.isascii()), good)
    is_given = "give" in view.classes[max(0, good - 3) : good]
    return is_given and view.signs[other] in "UO" and view.marker(other) == "to"


def _is_of_russia(unit: Unit) -> bool:
    """`российские солдаты`, and those of both sides: `ukrainische und russische Soldaten`."""
    return (unit.sign == "r" and unit.role == "adjectives") or (unit.sign in "xX" and unit.role == "group")
