"""What later sentences say of one in another language: that it is denied, a claim, or who a region is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.decide.bearing import PARTNERS, View
from watcher.decide.claim import is_told_of
from watcher.decide.status import ACCUSABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.decide.favour import Reading
    from watcher.decide.lexicon import Good
    from watcher.decide.unit import Sentence

# Partner, good, direction, and whether it is denied.
Key = tuple[str, str, str, bool]
# How far behind a sentence another may speak of it.
SOON = 2
_SHORT = 6
_NEAR_TITLE = 4
_SEIZED = frozenset({"seize", "shipping"})
_MATERIALS = frozenset({"energy", "commodities"})
_DRILLED = frozenset({"troops", "ships", "fighter-jets", "armour", "artillery", "aircraft", "missiles"})
_REGIONS = frozenset({"AFRICA", "ASEAN", "CENTRAL-ASIA", "BRICS"})


def settle(found: dict[Key, Reading], sentences: list[Sentence], goods: Mapping[str, Good]) -> None:
    """Add denials to an article's readings, make claims of facts, and leave out regions whose states are named."""
    for key, each in [*found.items()]:
        if (each.partner in _REGIONS and _is_placed(each, found)) or _is_echo(each, found, goods):
            del found[key]
        elif each.good == "shipping" and each.status != "negated" and _is_seized(each, sentences):
            found[key] = replace(each, status="negated")
        elif goods[each.good].group in ACCUSABLE:
            if each.status == "reported" and (_is_claimed(each, sentences) or _is_punished(each, sentences)):
                found[key] = replace(each, status="alleged")
            if denial := _denial(each, sentences):
                found.setdefault((*key[:3], True), replace(each, status="denied", sentence=denial))


def _is_seized(reading: Reading, sentences: list[Sentence]) -> bool:
    """Tell whether the headline, or the next sentence, has a ship stopped: which fleet's it is, another says."""
    near = [each for each in sentences if each.part == "title" or abs(each.number - reading.sentence.number) < SOON]
    return any(
        {"shipping" if "shipping" in u.ids else u.ids[0] for u in each.units if u.ids} >= _SEIZED for each in near
    )


def _is_echo(reading: Reading, found: Mapping[Key, Reading], goods: Mapping[str, Good]) -> bool:
    """Tell whether a reading names again what is told: `сырьё` for oil, ships and soldiers of a joint drill."""
    if reading.good == "raw-materials":
        return any(goods[each.good].group in _MATERIALS and each.good != reading.good for each in found.values())
    is_drilled = (reading.partner, "training", "any", False) in found and reading.good in _DRILLED
    return is_drilled and any(unit.role == "implied" and unit.sign == "P" for unit in reading.sentence.units)


def _is_placed(reading: Reading, found: Mapping[Key, Reading]) -> bool:
    """Tell whether states are said to do the same as a region."""
    others = (each for each in found.values() if each.partner not in _REGIONS)
    return any((each.good, each.direction) == (reading.good, reading.direction) for each in others)


def _is_punished(reading: Reading, sentences: list[Sentence]) -> bool:
    """Tell whether a headline has another side punish the partner: what it sent is what it is accused of."""
    title = sentences[0]
    names = {unit.ids[:1] for unit in title.units}
    is_near = 0 < reading.sentence.number <= _NEAR_TITLE and reading.direction == "to_russia"
    return is_near and ("sanction",) in names and reading.partner in title.ids(PARTNERS) and bool(title.ids("UWO"))


def _is_claimed(reading: Reading, sentences: list[Sentence]) -> bool:
    """Tell whether a headline's second sentence names a third party that says its first: `"…". Zełenski ujawnia`."""
    if any(_is_source(reading, sentence) for sentence in sentences):
        return True
    for sentence in sentences[1:SOON] if reading.sentence is sentences[0] else ():
        view = View(sentence)
        if {"say", "accuse"}.isdisjoint(view.present) or view.russia or any(sign in "PG" for sign in view.signs):
            return False
        # `Lo riferiscono funzionari americani`: all that the next sentence says is who says so.
        is_short = len(view.units) <= _SHORT and any(sign in "UWOw" for sign in view.signs)
        return is_short or (sentence.part == "title" and view.signs[:1] in (["U"], ["W"], ["O"]))
    return False


def _is_source(reading: Reading, sentence: Sentence) -> bool:
    """Tell whether one of the next sentences has the same good as a claim and names none of the two."""
    is_near = 0 < sentence.number - reading.sentence.number <= SOON and reading.sentence.part == "title"
    if (
        not is_near
        or "say" in View(reading.sentence).present
        or reading.good not in sentence.ids("GJ")
        or not {*sentence.ids("RrPpZz")} <= {"RU"}
    ):
        return False
    return is_told_of(View(sentence))


def _denial(reading: Reading, sentences: list[Sentence]) -> Sentence | None:
    """
    Find a sentence that denies, by the partner or Russia: one of the next two, which names nothing that passes.

    Or a headline, which names that good or none.
    """
    if reading.status in ("negated", "denied"):
        return None
    for sentence in sentences:
        after = sentence.number - reading.sentence.number
        is_headline = sentence is sentences[0] and -SOON <= after < 0 and reading.status == "alleged"
        if (is_headline or 0 < after <= SOON) and "deny" in View(sentence).present:
            is_party = reading.partner in sentence.ids(PARTNERS) or sentence.ids("Rr")
            goods = {id_ for unit in sentence.units if unit.sign == "G" for id_ in unit.ids}
            if is_party and goods <= ({reading.good} if is_headline else set()):
                return sentence
    return None
