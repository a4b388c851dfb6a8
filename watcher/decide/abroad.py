"""
How an article in a language other than English is read: by preposition, case, particle and verb, in any order.

Each partner is paired with each good that stands near it and near Russia; `bearing` says which way the good passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.decide.bearing import PARTNERS, Places, View
from watcher.decide.claim import status_of
from watcher.decide.implied import GUARDIANS, in_context

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence

_SUPPORT = "political-support"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one sentence says of a partner and a good, before it is a relation."""

    partner: str
    good: str
    direction: str
    status: str
    sentence: Sentence


def read(sentences: list[Sentence], lexicon: Lexicon) -> list[Reading]:
    """Give what an article's sentences say, each partner, good and direction once, and once as denied."""
    found: dict[tuple[str, str, str, bool], Reading] = {}
    vague: dict[str, Reading] = {}
    is_war = "U" in sentences[0].signs
    is_leisure = lexicon.symbols["leisure"] in sentences[0].signs
    for sentence in in_context(sentences):
        for each in _Reader(sentence, lexicon, is_war=is_war, is_leisure=is_leisure).readings():
            if each.good == _SUPPORT and each.direction == "any":
                vague.setdefault(each.partner, each)
            elif not _is_reversal(each, found):
                found.setdefault((each.partner, each.good, each.direction, each.status == "denied"), each)
    return [*found.values(), *vague.values()]


def _is_reversal(reading: Reading, found: dict[tuple[str, str, str, bool], Reading]) -> bool:
    """Tell whether the article has the same good pass the other way: what it says first counts."""
    other = {"to_russia": "from_russia", "from_russia": "to_russia"}.get(reading.direction, "")
    return any((reading.partner, reading.good, other, is_denied) in found for is_denied in (True, False))


class _Reader:
    """One sentence on its way to its readings."""

    def __init__(self, sentence: Sentence, lexicon: Lexicon, *, is_war: bool, is_leisure: bool) -> None:
        self.view = View(sentence)
        self.is_leisure = is_leisure or "leisure" in self.view.present
        self.is_war = is_war or not {"U", "X"}.isdisjoint(self.view.signs)
        self.goods = lexicon.goods
        self.partners = lexicon.partners
        self.is_said = False
        self.sentence = sentence

    def readings(self) -> Iterator[Reading]:
        """Give readings of each partner: goods, then favours; then of western states and unnamed fleets."""
        for partner in self.sentence.ids(PARTNERS):
            places = self.view.places_of(partner, PARTNERS)
            if any(self.sentence.units[n].role == "topic" for n in places):
                yield from self._of_topic(partner, places)
                continue
            goods = list(self._of_goods(partner, places))
            yield from goods
            self.is_said = bool(goods)
            yield from self._of_favours(partner, places, is_armed=any(self._is_armed(each) for each in goods))
        yield from self._of_friends()
        yield from self._of_west()
        yield from self._of_fleet()

    def _of_topic(self, partner: str, places: list[int]) -> Iterator[Reading]:
        """Read what Russia does about the country that a title is about, where a sentence names no partner."""
        if self._is_condemned(places):
            yield self._say(partner, _SUPPORT, "from_russia", "reported")
        elif not self.is_war:
            yield from self._of_mediation(partner, places)

    def _say(self, partner: str, good: str, direction: str, status: str) -> Reading:
        return Reading(partner, good, direction, status, self.sentence)

    def _is_armed(self, reading: Reading) -> bool:
        return self.goods[reading.good].group in ("weapons", "people", "know-how") and reading.good != "training"

    def _of_goods(self, partner: str, places: list[int]) -> Iterator[Reading]:
        if self._is_condemned(places) or self._is_giver(partner, places):
            return
        goods = dict.fromkeys(good for good in self.sentence.ids("GVJ") if self.goods[good].group != "favours")
        if self.view.classed("fleet"):
            goods["shipping"] = None
        for good in goods:
            standing = self.view.places_of(good, "GVJ")
            near = self.view.nearest(places, standing or self.view.classed("fleet"))
            if near is not None and self.view.is_linked(near, self.goods[good].group):
                yield self._passing(partner, near, good, goods)

    def _passing(self, partner: str, near: Places, good: str, goods: Collection[str]) -> Reading:
        """Say that a good passes; a tanker that comes from Russia brings what is in it."""
        direction = self._bearing(near, good)
        is_laden = good == "shipping" and direction == "from_russia" and self.sentence.units[near.good].role == "weak"
        if is_laden:
            good = next((each for each in goods if self.goods[each].group == "energy"), "oil")
        return self._say(partner, good, direction, self._status(near, good))

    def _bearing(self, near: Places, good: str) -> str:
        """Tell which way a good passes; services between the two, both ways."""
        if near.partner == near.russia and self.goods[good].group == "services":
            return "any"
        return self.view.direction(near, self.goods[good].direction, self.goods[good].group)

    def _is_giver(self, partner: str, places: list[int]) -> bool:
        """Tell whether Russia and this partner together give to another: `Russia and China ship to Iran`."""
        view = self.view
        others = [n for n, unit in enumerate(self.sentence.units) if unit.sign in PARTNERS and partner not in unit.ids]
        return any(view.signs[n] in "Zz" for n in places) and any(view.marker(n) == "to" for n in others)

    def _of_favours(self, partner: str, places: list[int], *, is_armed: bool) -> Iterator[Reading]:
        yield from self._of_sanctions(partner, places)
        yield from self._of_penalties(partner, places)
        yield from self._of_votes(partner, places)
        if near := self.view.nearest(places, self.view.places_of("territory", "GJ")):
            is_guest = self.sentence.units[near.partner].role == "people" or self.view.marker(near.russia) == "in"
            direction = "from_russia" if is_guest else "to_russia"
            yield self._say(partner, "territory", direction, self._status(near, "territory"))
        mediated = list(self._of_mediation(partner, places))
        yield from mediated
        if not mediated:
            yield from self._of_support(partner, places, is_armed=is_armed)

    def _of_mediation(self, partner: str, places: list[int]) -> Iterator[Reading]:
        view = self.view
        goods = [n for n in view.places_of("mediation", "GJ") if self.is_war or view.units[n].role != "weak"]
        if self.is_war and any(
            view.marker(n) == "in" or (view.marker(n) == "to" and "X" in view.signs) for n in places
        ):
            goods += view.places_of(_SUPPORT, "J")
        near = view.nearest(places, goods)
        if near is None:
            return
        if self.is_war or near.partner == near.russia:
            yield self._say(partner, "mediation", "any", self._status(near, "mediation"))
        elif view.distance(near.russia, near.good) <= view.reach // 3:
            yield self._say(partner, "mediation", "from_russia", self._status(near, "mediation"))

    def _of_support(self, partner: str, places: list[int], *, is_armed: bool) -> Iterator[Reading]:
        view = self.view
        if self._is_condemned(places):
            if not view.classed("veto", "council") and not view.places_of("un-cover", "GJ"):
                yield self._say(partner, _SUPPORT, "from_russia", "reported")
            return
        if near := view.nearest(places, view.classed("russian")):
            yield self._say(partner, _SUPPORT, "to_russia", self._status(near, _SUPPORT))
        elif not is_armed and (near := view.nearest(places, self._backings())):
            yield self._say(partner, _SUPPORT, self._supported(near), self._status(near, _SUPPORT))
        elif self.is_leisure:
            return
        elif (near := view.nearest(places, self._ties())) and self._is_close(near):
            yield self._say(partner, _SUPPORT, "any", self._status(near, _SUPPORT))
        elif not self.is_said and (self._is_paired(places) or self._is_visit(places)):
            yield self._say(partner, _SUPPORT, "any", "reported")

    def _backings(self) -> list[int]:
        """Give where words of support stand, and of help where no good is named."""
        return self.view.places_of(_SUPPORT, "V") or ([] if self.is_said else self.view.classed("help"))

    def _ties(self) -> list[int]:
        """Give where words of meetings and ties stand; the vague among them only where nothing else is said."""
        ties = self.view.places_of(_SUPPORT, "GJ")
        return [n for n in ties if not (self.is_said and self.sentence.units[n].role == "weak")]

    def _is_close(self, near: Places) -> bool:
        """Tell whether a meeting or tie is one of these two: near both, and not Russia's with another."""
        view = self.view
        is_implied = "implied" in (self.sentence.units[near.partner].role, self.sentence.units[near.russia].role)
        if view.signs[near.russia] == "X" or self._is_anothers(near):
            return False
        return view.width(near) <= view.reach * (3 if is_implied else 7) // 10

    def _is_anothers(self, near: Places) -> bool:
        """Tell whether Russia stands together with a third party, and the partner apart: `Trump with Putin on Iran`."""
        view = self.view
        others = [n for n, sign in enumerate(view.signs) if sign in "WU" and abs(n - near.russia) == 2]
        joined = [n for n in others if view.classes[(n + near.russia) // 2] in ("with", "and")]
        return bool(joined) and abs(near.partner - near.russia) > 2

    def _supported(self, near: Places) -> str:
        """Tell who supports whom: the subject, or the one it comes from."""
        view = self.view
        if near.partner == near.russia:
            return "any"
        if view.is_postposed and not view.marker(near.partner) and not view.marker(near.russia):
            by_partner = abs(near.partner - near.good) < abs(near.russia - near.good)
        else:
            first = min(near.partner, near.russia)
            is_receiver = view.marker(first) == "to"
            by_partner = (first == near.partner) != is_receiver
        return "to_russia" if by_partner else "from_russia"

    def _is_visit(self, places: list[int]) -> bool:
        """Tell whether a person of the one is named right beside, in or to the other: `Araghchi in Moskau`."""
        view = self.view
        pairs = [(p, r) for p in places for r in view.russia if 0 < abs(p - r) <= 3]
        for person, place in [*pairs, *((r, p) for p, r in pairs)]:
            is_person = view.units[person].role in ("people", "role")
            if is_person and view.units[place].role == "names" and view.marker(place) in ("in", "to"):
                return True
        return False

    def _is_paired(self, places: list[int]) -> bool:
        """Tell whether partner and Russia are named in one breath, and nobody else is."""
        signs = self.view.signs
        others = {"W", "w", "U", "O", "X"} & set(signs)
        is_war = {"war", "assault"} & self.view.present
        return not others and not is_war and any(signs[n] == "Z" for n in places)

    def _is_condemned(self, places: list[int]) -> bool:
        """Tell whether Russia condemns what is done to the partner."""
        view = self.view
        if any(view.signs[p] in "Zz" for p in places):
            return False
        return view.nearest(places, view.classed("condemn")) is not None

    def _of_sanctions(self, partner: str, places: list[int]) -> Iterator[Reading]:
        """Read of a state of the union, or a Western politician, that blocks what is against Russia or for Ukraine."""
        view = self.view
        if self.partners[partner].tier == "western" and view.russia and "sanction" in view.present:
            if {"block", "veto", "ease", "stop", "condemn"} & view.present:
                yield self._say(partner, "sanctions-obstruction", "to_russia", "planned")
            return
        if partner not in GUARDIANS or not ({"sanction", "measure"} & view.present or "U" in view.signs):
            return
        if any(view.distance(p, n) <= view.reach for p in places for n in view.classed("block", "veto")):
            status = "negated" if {"ease", "stop"} & view.present else "reported"
            yield self._say(partner, "sanctions-obstruction", "to_russia", status)

    def _of_penalties(self, partner: str, places: list[int]) -> Iterator[Reading]:
        """Read of a partner's firms on a sanctions list, for no good that is named."""
        view = self.view
        near = view.nearest(places, view.classed("sanction", "measure"))
        if (
            near is None
            or partner in GUARDIANS
            or any(self.goods[g].group != "favours" for g in self.sentence.ids("G"))
        ):
            return
        if any(view.distance(near.partner, n) <= view.reach // 2 for n in view.classed("firm")):
            yield self._say(partner, "dual-use", "to_russia", "alleged")

    def _of_votes(self, partner: str, places: list[int]) -> Iterator[Reading]:
        view = self.view
        votes = [*view.classed("veto"), *view.places_of("un-cover", "GJV")]
        if view.classed("council") or view.places_of("UN", "O"):
            votes += view.classed("block")
        near = view.nearest(places, votes)
        if near is None or partner in GUARDIANS:
            return
        direction = "any" if view.signs[near.partner] in "Zz" else "from_russia"
        yield self._say(partner, "un-cover", direction, self._status(near, "un-cover"))

    def _of_friends(self) -> Iterator[Reading]:
        """Read of a Western country that a friend of the Kremlin's speaks or stands for it."""
        view = self.view
        for west in self.sentence.ids("Ww"):
            places = view.places_of(west, "Ww")
            if any(view.distance(n, friend) <= view.reach // 3 for n in places for friend in view.classed("russian")):
                yield self._say(west, _SUPPORT, "to_russia", "reported")

    def _of_west(self) -> Iterator[Reading]:
        """Read of a Western government that lifts its measures against Russia, or lets its oil be bought."""
        view = self.view
        targets = [*view.classed("sanction", "measure"), *view.places_of("oil", "G")]
        for ease in view.classed("ease"):
            is_aimed = any(view.distance(ease, n) <= view.reach // 2 for n in targets)
            wests = [n for n in view.places_of("US", "Ww") if view.distance(n, ease) <= view.reach]
            if view.russia and is_aimed and wests:
                yield self._say("US", "sanctions-obstruction", "to_russia", "reported")
                return

    def _of_fleet(self) -> Iterator[Reading]:
        view = self.view
        if view.classed("fleet") and not self.sentence.ids(PARTNERS):
            status = "negated" if "seize" in view.present else "alleged"
            yield self._say("UNNAMED", "shipping", "to_russia", status)

    def _status(self, near: Places, good: str) -> str:
        return status_of(self.view, near, self.goods[good].group)
