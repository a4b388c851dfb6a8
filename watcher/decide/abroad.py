"""
How an article in a language other than English is read: by preposition, case, particle and verb, in any order.

Each partner is paired with each good that stands near it and near Russia; `bearing` says which way the good passes,
`favour` what else the two do for each other.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.decide.amount import amounts
from watcher.decide.bearing import ORDERED, PARTNERS, View, beside
from watcher.decide.belonging import is_others, is_owned, is_russia_s_own
from watcher.decide.condemn import is_condemned
from watcher.decide.exchange import exchanged
from watcher.decide.favour import SUPPORT, Favours, Reading
from watcher.decide.figure import is_again, of_good
from watcher.decide.hired import with_men
from watcher.decide.implied import in_context, with_trade
from watcher.decide.places import Places
from watcher.decide.settle import SOON, settle
from watcher.decide.speaker import speaker
from watcher.decide.vote import called
from watcher.decide.west import of_outsiders

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from watcher.decide.figure import Figure
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.settle import Key
    from watcher.decide.unit import Sentence, Unit

# Iran's enriched uranium is what Russia is to take.
_URANIUM = re.compile(
    r"(?i)(?:\w+[ -])?(?:uran|ура[нн]|铀|浓缩铀|濃縮ウラン|ウラン|농축 ?우라늄|우라늄|(?:ال)?يورانيوم|اورانیوم|ذخایر)"
)
# Beside what is named, `agreement` and `imports` tell nothing more.
_CONCRETE = ("weapons", "know-how", "energy", "commodities", "dual-use")
_CONTESTED = (("sanction",), ("measure",))
# Who trains soldiers sends none, and what is re-exported is no trade of the two.
_INSTEAD = {"training": ("troops", "security-aid", "fighter-jets", "ships"), "transshipment": ("trade",)}
# What carries or refines oil that passes is but the way it goes, and an arms plant but where workers go.
_WAYS = ("shipping", "refining", "transshipment")


def read(sentences: list[Sentence], lexicon: Lexicon) -> list[Reading]:
    """Give what an article's sentences say, each partner, good and direction once, and once as denied."""
    found: dict[Key, Reading] = {}
    vague: dict[str, Reading] = {}
    title = [sentence for sentence in sentences if sentence.part == "title"] or sentences[:1]
    is_war = any(_is_of_war(unit) for sentence in title for unit in sentence.units)
    is_leisure = lexicon.symbols["leisure"] in sentences[0].signs
    is_contested = any(unit.ids in _CONTESTED for sentence in sentences[:SOON] for unit in sentence.units)
    near = in_context([*map(with_men, sentences)])
    for sentence in (called(with_trade(each), sentences[0]) for each in near):
        for each in _Reader(
            sentence, lexicon, is_war=is_war, is_leisure=is_leisure, is_contested=is_contested
        ).readings():
            if each.good == SUPPORT and each.direction == "any":
                if each.partner not in vague or vague[each.partner].is_vague > each.is_vague:
                    vague[each.partner] = each
            elif not _is_reversal(each, found):
                key = (each.partner, each.good, each.direction, each.status == "denied")
                before = found.setdefault(key, each)
                if _is_qualified(before, each):
                    before = found[key] = replace(before, status=each.status)
                is_ahead = (before.status == "planned") != (each.status == "planned")
                if not is_ahead and is_again(before.sentence, sentence, each.partner, lexicon.goods[each.good].group):
                    found[key] = replace(before, again=(*before.again, sentence))
    told = {each.partner for each in found.values()}
    ties = [each for each in vague.values() if not (each.is_vague and each.partner in told)]
    found |= {(each.partner, SUPPORT, "any", False): each for each in ties}
    settle(found, sentences, lexicon.goods)
    return [*found.values()]


def told(reading: Reading) -> tuple[str, str, str, str, str, str, tuple[Figure, ...], int]:
    """Give partner, good, direction, status, evidence, who says so, the good's figures, and the sentence's number."""
    sentence = reading.sentence
    key = (reading.partner, reading.good, reading.direction, reading.status, sentence.text)
    counted = of_good(reading.good, sentence, reading.again, amounts)
    return *key, speaker(sentence, reading.status), counted, sentence.number


def _is_qualified(before: Reading, after: Reading) -> bool:
    """Tell whether a headline's fact turns out to be a claim or a plan right behind it."""
    is_near = before.sentence.part == "title" and 0 < after.sentence.number - before.sentence.number <= SOON
    return is_near and before.status == "reported" and after.status in ("alleged", "planned")


def _is_reversal(reading: Reading, found: Mapping[Key, Reading]) -> bool:
    """Tell whether the article has the same good pass the other way: what it says first counts."""
    other = {"to_russia": "from_russia", "from_russia": "to_russia"}.get(reading.direction, "")
    return any((reading.partner, reading.good, other, is_denied) in found for is_denied in (True, False))


class _Reader:
    """One sentence on its way to its readings."""

    def __init__(self, sentence: Sentence, lexicon: Lexicon, **topic: bool) -> None:
        self.view = View(sentence)
        self.favours = Favours(self.view, lexicon, **topic)
        self.goods = lexicon.goods
        self.partners = lexicon.partners
        self.sentence = sentence

    def readings(self) -> Iterator[Reading]:
        """Give readings of each partner: goods, then favours; then of western states and unnamed fleets."""
        for partner in self.sentence.ids(PARTNERS):
            places = self.view.places_of(partner, PARTNERS)
            if any(self.sentence.units[n].role == "topic" for n in places):
                yield from self.favours.of_topic(partner, places)
                continue
            goods = list(self._of_goods(partner, places))
            yield from goods
            yield from self.favours.of(partner, places, goods)
        yield from of_outsiders(self.view, self.goods)

    def _of_goods(self, partner: str, places: list[int]) -> Iterator[Reading]:
        is_lifted = self.partners[partner].tier == "western" and {"sanction", "ease"} <= self.view.present
        if is_lifted or is_condemned(self.view, places) or self._is_giver(partner, places):
            return
        goods = dict.fromkeys(self._told())
        if self.view.classed("fleet"):
            goods["shipping"] = None
        if self._is_passage(places):
            goods.pop("transshipment", None)
            goods.pop("railway", None)
            yield self.favours.say(partner, "transshipment", *self._through(places))
        passed = []
        yield from self._of_garrison(partner, places, goods)
        for good in goods:
            if is_others(self.view, partner, good, self.goods[good].group):
                continue
            standing = self._standing(good)
            near = self.view.nearest(places, standing or self.view.classed("fleet"))
            if near is not None and self.view.is_linked(near, self.goods[good].group):
                passed.append((near.good, self._passing(partner, near, good, goods)))
        yield from exchanged(self.view, passed)

    def _told(self) -> list[str]:
        """Give the goods that a sentence names, but those that only tell of others."""
        medal = "gold" if self.favours.is_leisure else ""
        named = [g for g in self.sentence.ids("GVJ") if g != medal and self.goods[g].group != "favours"]
        groups = {self.goods[good].group for good in named}
        gone = {other for good in named for other in _INSTEAD.get(good, ())}
        if not groups.isdisjoint(_CONCRETE):
            gone.add("trade-agreement")
            if "energy" not in groups or self._are_all("trade", "J", "ties"):
                gone.add("trade")
        if "energy" in groups or self._is_struck():
            gone.update(_WAYS)
        if not groups.isdisjoint(("energy", "commodities")):
            gone.add("railway")
        if "troops" in named and not self._are_any("mercenaries", "G", "russian"):
            gone.add("mercenaries")
        if "labour" in named:
            gone.update(good for good in named if self.goods[good].group == "weapons")
        kept = [good for good in named if good not in gone]
        if any(self.goods[good].group == "dual-use" for good in kept):
            return [good for good in kept if not self._is_target(good, kept)]
        return kept

    def _is_struck(self) -> bool:
        """Tell whether a ship is only attacked: neither who sails nor what it carries passes between the two."""
        is_named = {"sanction", "seize", "fleet", "get", "via"} & self.view.present
        return bool({"war", "assault"} & self.view.present) and not is_named and self._are_all("shipping", "G", "weak")

    def _are_all(self, good: str, signs: str, role: str) -> bool:
        return all(self.sentence.units[n].role == role for n in self.view.places_of(good, signs))

    def _are_any(self, good: str, signs: str, role: str) -> bool:
        return any(self.sentence.units[n].role == role for n in self.view.places_of(good, signs))

    def _standing(self, good: str) -> list[int]:
        """Give where a good stands: by what can only be Russia's, if it does."""
        standing = self.view.places_of(good, "GVJ")
        return [n for n in standing if self.sentence.units[n].role == "russian"] or standing

    def _of_garrison(self, partner: str, places: list[int], goods: Collection[str]) -> Iterator[Reading]:
        """`tropas rusas en Nicaragua`: Russia's own soldiers in a partner's land protect whoever rules there."""
        view = self.view
        if view.sentence.language not in ORDERED or not {"U", "X"}.isdisjoint(view.signs) or "security-aid" in goods:
            return
        near = view.nearest(places, view.places_of("troops", "G")) if is_russia_s_own(view, "troops") else None
        if near is not None and view.is_linked(near, "people"):
            yield self.favours.say(partner, "security-aid", "from_russia", self.favours.status(near, "security-aid"))

    def _is_target(self, good: str, goods: Collection[str]) -> bool:
        """`chinesische Teile in russischen Raketen`, `Chips für die Rüstung`: what parts are for doesn't pass."""
        if good == "dual-use":
            return any(self.goods[other].group == good for other in goods if other != good)
        return self.goods[good].group == "weapons" and is_owned(self.view, good, "rR")

    def _is_passage(self, places: list[int]) -> bool:
        """Tell whether something gets to or from Russia by way of the partner."""
        view = self.view
        meetings = [n for n in view.places_of(SUPPORT, "J") if view.units[n].role != "ties"]
        is_given = "give" in view.present
        is_moving = any(self._is_end(r) or (is_given and view.units[r].role == "implied") for r in view.russia)
        return is_moving and not meetings and any(view.marker(n) == "via" for n in places)

    def _is_end(self, russia: int) -> bool:
        """Tell whether Russia is where something goes or comes from: `in Russia`, `流入俄罗斯`."""
        is_reached = self.view.classes[max(0, russia - 1)] == "give"
        return is_reached or self.view.marker(russia) in ("to", "from", "in")

    def _through(self, places: list[int]) -> tuple[str, str]:
        """Give direction and status of what passes through the partner."""
        view = self.view
        russia = next((r for r in view.russia if self._is_end(r)), view.russia[0])
        near = Places(places[0], russia, places[0])
        direction = "from_russia" if view.marker(russia) == "from" else "to_russia"
        return direction, self.favours.status(near, "transshipment")

    def _passing(self, partner: str, near: Places, good: str, goods: Collection[str]) -> Reading:
        """Say that a good passes; a tanker that comes from Russia brings what is in it."""
        direction = self._bearing(near, good)
        if good == "mercenaries" and self._is_hired(near):
            good, direction = "troops", "to_russia"
        if good == "shipping" and direction == "from_russia" and self.sentence.units[near.good].role == "weak":
            good = next((each for each in goods if self.goods[each].group == "energy"), "oil")
        return self.favours.say(partner, good, direction, self.favours.status(near, good))

    def _is_hired(self, near: Places) -> bool:
        """Tell whether mercenaries are a partner's men in Russia's ranks: `쿠바 용병`, not Wagner's in its country."""
        view = self.view
        is_russian = view.units[near.good].role == "russian" or any(sign in "rR" for sign, _ in beside(view, near.good))
        return not is_russian and abs(near.partner - near.good) == 1

    def _bearing(self, near: Places, good: str) -> str:
        """Tell which way a good passes; services between the two, both ways."""
        if near.partner == near.russia and self.goods[good].group == "services":
            return "any"
        if good == "transshipment" and self.view.units[near.russia].role == "implied":
            return "to_russia"
        if good == "shipping" and not {"fleet", "sanction"}.isdisjoint(self.view.present):
            return "to_russia"
        is_uranium = _URANIUM.match(self.sentence.text, self.view.units[near.good].start)
        if is_uranium and "IR" in self.view.units[near.partner].ids:
            return "to_russia"
        return self.view.direction(near, self.goods[good].direction, self.goods[good].group)

    def _is_giver(self, partner: str, places: list[int]) -> bool:
        """Tell whether Russia and this partner together give to another: `Russia and China ship to Iran`."""
        view = self.view
        others = [n for n, unit in enumerate(self.sentence.units) if unit.sign in PARTNERS and partner not in unit.ids]
        return any(view.signs[n] in "Zz" for n in places) and any(view.marker(n) == "to" for n in others)


def _is_of_war(unit: Unit) -> bool:
    """Tell whether Ukraine is named, alone or together with Russia: `俄乌`."""
    return unit.sign in "Uu" or (unit.sign == "X" and "UA" in unit.ids)
