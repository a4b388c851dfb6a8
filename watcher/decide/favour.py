"""
What two states do for each other in a language other than English: support, talks, votes, blocked sanctions, shelter.

`abroad` reads the goods of a sentence first and tells here what they said, since favours count less beside them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.decide.bearing import View, beside
from watcher.decide.claim import GUARDIANS, is_ban, is_future, status_of
from watcher.decide.condemn import is_condemned
from watcher.decide.hired import is_swap
from watcher.decide.places import Places
from watcher.decide.vote import covered, votes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence

SUPPORT = "political-support"
# What is brokered in Russia's war alone: prisoners, and grain by the Black Sea.
_OF_WAR = re.compile(r"(?i)(?:\w+[ -])?(?:плен|полон|військовополон|военноплен|jeńc|jenców|esir|зернов|zbożow|tahıl)")
# Words that block have their object in them: `отменить санкции`.
_SANCTIONS = re.compile(r"(?i)санкц|sankc|yaptırım|sanc|sanktion|sanzion")


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What one sentence says of a partner and a good, before it is a relation; vague: where nothing else is said.

    `again` are the summary's sentences that say the same as a title.
    """

    partner: str
    good: str
    direction: str
    status: str
    sentence: Sentence
    is_vague: bool = False
    again: tuple[Sentence, ...] = ()


class Favours:
    """
    The favours that one sentence tells of.

    `is_war`: the title is about Russia's war, `is_leisure`: about sport, `is_contested`: aid or sanctions come first.
    """

    def __init__(
        self, view: View, lexicon: Lexicon, *, is_war: bool, is_leisure: bool, is_contested: bool = False
    ) -> None:
        self.is_contested = is_contested or "U" in view.signs
        self.view = view
        self.sentence = view.sentence
        self.partners = lexicon.partners
        self.goods = lexicon.goods
        self.is_war = is_war or not {"U", "u", "X"}.isdisjoint(view.signs)
        self.is_leisure = is_leisure or "leisure" in view.present
        self.is_said = False

    def say(self, partner: str, good: str, direction: str, status: str) -> Reading:
        """Make a reading of this sentence."""
        return Reading(partner, good, direction, status, self.sentence)

    def status(self, near: Places, good: str) -> str:
        """Give the status of a good or favour at these places."""
        return status_of(self.view, near, self.goods[good].group)

    def of(self, partner: str, places: list[int], said: list[Reading]) -> Iterator[Reading]:
        """Give what a partner does and gets, beside the goods that were `said` of it."""
        yield from self._of_sanctions(partner, places)
        stated = [*self._of_penalties(partner, places), *self._of_votes(partner, places)]
        yield from stated
        self.is_said = bool(said or stated)
        if near := self.view.nearest(places, self.view.places_of("territory", "GJ")):
            is_guest = self.sentence.units[near.partner].role == "people" or self.view.marker(near.russia) == "in"
            direction = "from_russia" if is_guest else "to_russia"
            yield self.say(partner, "territory", direction, self.status(near, "territory"))
        mediated = list(self.mediation(partner, places))
        yield from mediated
        if (not mediated or self._is_of_leaders(places)) and not any(each.good == "dual-use" for each in stated):
            yield from self._of_support(partner, places, is_armed=any(self._is_armed(each) for each in said))

    def _is_of_leaders(self, places: list[int]) -> bool:
        """Tell whether Russia's and the partner's leaders are named in one breath: they meet, whatever they broker."""
        return any(self.view.signs[n] == "Z" and self.view.units[n].role in ("leaders", "role") for n in places)

    def _is_armed(self, reading: Reading) -> bool:
        return self.goods[reading.good].group in ("weapons", "people", "know-how") and reading.good != "training"

    def of_topic(self, partner: str, places: list[int]) -> Iterator[Reading]:
        """Read what Russia does about the country that a title is about, where a sentence names no partner."""
        if is_condemned(self.view, places):
            yield self.say(partner, SUPPORT, "from_russia", "reported")
        elif not self.is_war:
            yield from self.mediation(partner, places)

    def mediation(self, partner: str, places: list[int]) -> Iterator[Reading]:
        """Read of a partner that hosts or brokers what Russia negotiates, or of Russia that offers to."""
        view = self.view
        goods = [n for n in view.places_of("mediation", "GJ") if self.is_war or view.units[n].role != "weak"]
        if self.is_war and any(self._is_host(n) for n in places):
            goods += [n for n in view.places_of(SUPPORT, "J") if view.units[n].role != "ties"]
        near = view.nearest(places, goods) or self._hosted(places)
        if near is None:
            return
        if self.is_war or near.partner == near.russia or _OF_WAR.match(self.sentence.text, view.units[near.good].start):
            yield self.say(partner, "mediation", "any", self.status(near, "mediation"))
        elif view.distance(near.russia, near.good) <= view.reach // 3:
            reach = 2 if view.is_unspaced else 1
            is_own = abs(near.partner - near.good) <= reach and near.partner < near.russia
            direction = "any" if is_own or is_swap(view.sentence, near.good) else "from_russia"
            yield self.say(partner, "mediation", direction, self.status(near, "mediation"))

    def _is_host(self, n: int) -> bool:
        """Tell whether talks on the war are held in or brought to a place, where no other war is: `en Iran`."""
        view = self.view
        is_place = view.marker(n) in (("in", "to") if "X" in view.signs else ("in",))
        is_own = any(unit.role == "people" and unit.ids == view.units[n].ids for unit in view.units)
        return is_place and not is_own and {"war", "assault"}.isdisjoint(view.classes[max(0, n - 6) : n])

    def _hosted(self, places: list[int]) -> Places | None:
        """Find talks of Russia with Ukraine, named in one breath, that a partner beside has a part in."""
        near = self.view.nearest(places, self.view.places_of(SUPPORT, "J")) if "X" in self.view.signs else None
        is_warring = near is not None and "UA" in self.view.units[near.russia].ids
        return near if is_warring else None

    def _of_support(self, partner: str, places: list[int], *, is_armed: bool) -> Iterator[Reading]:
        view = self.view
        if is_condemned(self.view, places):
            is_cover = view.classed("veto", "council") or view.places_of("un-cover", "GJ")
            if not is_cover or view.places_of(SUPPORT, "V") or "request" in view.present:
                yield self.say(partner, SUPPORT, "from_russia", "reported")
            return
        if near := view.nearest(places, view.classed("russian")):
            yield self.say(partner, SUPPORT, "to_russia", self.status(near, SUPPORT))
        elif not is_armed and (near := view.nearest(places, self._backings(partner))) and near.partner != near.russia:
            good = "transshipment" if partner == "UNNAMED" else SUPPORT
            yield self.say(partner, good, self._supported(near), self.status(near, good))
            self.is_said = True
        if not self.is_leisure and not (near is not None and self._is_crowded(partner)):
            yield from self._of_ties(partner, places)

    def _is_crowded(self, partner: str) -> bool:
        """Tell whether others than Russia and this partner are named, whom a meeting may be with."""
        named = [unit for unit in self.view.units if unit.sign in "PpZzWwUuOoX"]
        return any(unit.sign in "WwUuOoX" or partner not in unit.ids for unit in named)

    def _of_ties(self, partner: str, places: list[int]) -> Iterator[Reading]:
        view = self.view
        if (near := view.nearest(places, self._ties())) and self._is_close(near):
            is_vague = view.units[near.good].role == "ties" or view.units[near.russia].role == "implied"
            yield Reading(partner, SUPPORT, "any", self.status(near, SUPPORT), self.sentence, is_vague)
        elif not self.is_said and (near := self._visit(places)) and not self._is_venue(near):
            yield Reading(partner, SUPPORT, "any", self.status(near, SUPPORT), self.sentence, is_vague=True)

    def _backings(self, partner: str) -> list[int]:
        """Give where words of support stand, and of help where no good is named; others' support isn't Russia's."""
        is_implied = all(self.view.units[n].role == "implied" for n in self.view.russia)
        if "deny" in self.view.present or (is_implied and self._is_crowded(partner)):
            return []
        return self.view.places_of(SUPPORT, "V") or ([] if self.is_said else self.view.classed("help"))

    def _ties(self) -> list[int]:
        """Give where words of meetings stand; of ties, which are vague, only where neither these nor goods are."""
        places = self.view.places_of(SUPPORT, "GJ")
        ties = [n for n in places if not any(sign in "wuo" for sign, _ in beside(self.view, n))]
        meetings = [n for n in ties if self.sentence.units[n].role != "ties"]
        return meetings or ([] if self.is_said else ties)

    def _is_close(self, near: Places) -> bool:
        """Tell whether a meeting or tie is one of these two: near both, and not Russia's with another."""
        view = self.view
        is_implied = "implied" in (self.sentence.units[near.partner].role, self.sentence.units[near.russia].role)
        if view.signs[near.russia] == "X" or self._is_anothers(near) or self._is_met(near) or self._is_venue(near):
            return False
        has_others = not {"W", "w", "U", "O"}.isdisjoint(view.signs)
        return view.width(near) <= view.reach * (3 if is_implied else 4 if has_others else 10) // 10

    def _is_anothers(self, near: Places) -> bool:
        """Tell whether Russia stands together with a third party, and the partner apart: `Trump with Putin on Iran`."""
        view = self.view
        others = [n for n, sign in enumerate(view.signs) if sign in "WU" and abs(n - near.russia) == 2]
        joined = [n for n in others if view.classes[(n + near.russia) // 2] in ("with", "and")]
        return (bool(joined) and abs(near.partner - near.russia) > 2) or self._is_addressed(near)

    def _is_addressed(self, near: Places) -> bool:
        """Tell whether a third party acts, and Russia is but whom it deals with: `Trump talks with Putin on Iran`."""
        view = self.view
        first = next((n for n, sign in enumerate(view.signs) if sign in "RPZXWUO"), near.russia)
        is_told = {"say", "accuse", "condemn"} & {*view.classes[first : first + 4]}
        is_acting = view.signs[first] in "WUO" and not view.marker(first) and not is_told
        return is_acting and view.marker(near.russia) in ("with", "to")

    def _is_venue(self, near: Places) -> bool:
        """Tell whether a partner is but where Russia meets another: `Фіцо зустрівся з Путіним у Пекіні`."""
        ids, units = self.view.units[near.partner].ids, self.view.units
        is_place = self.view.marker(near.partner) == "in" and units[near.partner].role == "names"
        others = (u for u in units if u.sign in "PZ" and u.role in ("people", "role", "group", "leaders"))
        is_met = any(not set(u.ids) & set(ids) for u in others)
        is_met = is_met or any(u.ids == ("pair",) or u.sign in "UX" for u in units)
        return is_place and (is_met or units[near.russia].role == "implied")

    def _is_met(self, near: Places) -> bool:
        """Tell whether somebody else meets these two: `Pezeshkian spoke to Putin and Sharif`."""
        units, pair = self.view.units, self.view.units[near.partner]
        people = [unit for unit in units if unit.sign == "P" and unit.role in ("people", "role")]
        return pair.sign == "Z" and any(set(unit.ids).isdisjoint(pair.ids) for unit in people)

    def _supported(self, near: Places) -> str:
        """Tell who supports whom: the subject, or the one it comes from."""
        view = self.view
        if view.is_postposed and not view.marker(near.partner) and not view.marker(near.russia):
            by_partner = abs(near.partner - near.good) < abs(near.russia - near.good)
        else:
            first = min(near.partner, near.russia)
            is_receiver = view.marker(first) == "to"
            by_partner = (first == near.partner) != is_receiver
        return "to_russia" if by_partner else "from_russia"

    def _visit(self, places: list[int]) -> Places | None:
        """Find a person of the one named right beside, in or to the other: `Araghchi in Moskau`."""
        view = self.view
        pairs = [(p, r) for p in places for r in view.russia if 0 < abs(p - r) <= 3]
        for person, place in [*pairs, *((r, p) for p, r in pairs)]:
            is_person = view.units[person].role in ("people", "role")
            if is_person and view.units[place].role == "names" and view.marker(place) in ("in", "to"):
                partner, russia = (person, place) if person in places else (place, person)
                return Places(partner, russia, place)
        return None

    def _of_sanctions(self, partner: str, places: list[int]) -> Iterator[Reading]:
        """Read of a state of the union, or a Western politician, that blocks what is against Russia or for Ukraine."""
        view = self.view
        if self.partners[partner].tier == "western" and view.russia and "sanction" in view.present:
            if {"block", "veto", "ease", "stop", "condemn"} & view.present:
                yield self.say(partner, "sanctions-obstruction", "to_russia", "planned")
            return
        lifts = self._lifts()
        if partner not in GUARDIANS or not (
            lifts or self.is_contested or {"sanction", "measure", "yield"} & view.present
        ):
            return
        blocks = [*view.classed("block", "veto", "yield"), *self._unsanctioned(), *lifts]
        if any(view.distance(p, n) <= view.reach for p in places for n in blocks):
            is_ahead = any(self._is_block_ahead(n) for n in blocks)
            is_over = {"ease", "stop", "yield"} & view.present and not lifts
            status = "negated" if is_over else "planned" if is_ahead else "reported"
            yield self.say(partner, "sanctions-obstruction", "to_russia", status)

    def _lifts(self) -> list[int]:
        """Give where measures against Russia are to fall: `призвал отменить санкции`, `оспорит запрет`."""
        view = self.view
        units = [(n, view.units[n]) for n in view.classed("block") if view.russia]
        whole = [n for n, unit in units if _SANCTIONS.search(self.sentence.text, unit.start, unit.end)]
        ends = [n for n in view.classed("ease", "stop", "block") if not is_ban(view, n)]
        bans = [n for n in range(len(view.units)) if view.classes[n] == "sanction" or is_ban(view, n)]
        return whole + [n for n in ends if view.russia and any(0 < abs(m - n) <= 3 for m in bans)]

    def _is_block_ahead(self, n: int) -> bool:
        """Tell whether a block is only meant, asked for or to come: `збирається ветувати`, `заблокирует пакет`."""
        view = self.view
        return not {"will", "want", "request"}.isdisjoint(view.classes[max(0, n - 3) : n + 1]) or is_future(
            view, n, n + 1
        )

    def _unsanctioned(self) -> list[int]:
        """Give where it is said that there are no sanctions: `non imporrà sanzioni`."""
        view = self.view
        return [n for n in view.classed("no") if "sanction" in view.classes[n + 1 : n + 5] and view.russia]

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
        firms = [*view.classed("firm"), *(n for n in places if view.units[n].role == "firms")]
        if any(view.distance(near.partner, n) <= view.reach // 2 for n in firms):
            yield self.say(partner, "dual-use", "to_russia", "alleged")

    def _of_votes(self, partner: str, places: list[int]) -> Iterator[Reading]:
        near = self.view.nearest(places, votes(self.view))
        if near is None or partner in GUARDIANS:
            return
        if direction := covered(self.view, near, partner, is_war=self.is_war):
            status = self.status(near, "un-cover")  # what a veto ends or refuses isn't the veto
            yield self.say(partner, "un-cover", direction, "reported" if status == "negated" else status)
