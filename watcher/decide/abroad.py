"""
How a sentence in a language other than English is read: by preposition, case, particle and verb, in any order.

Each partner is paired with each good that stands near it and near Russia; markers on the two and the verb beside the
good vote on which way it passes, and the good's usual direction settles a tie.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.decide.mark import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.decide.lexicon import Lexicon
    from watcher.decide.mark import Sentence

_PARTNERS = "PpZz"
_RUSSIA = "RrZzX"
_GOODS = "GVJ"
_POSTPOSED = frozenset({"tr", "ja", "ko"})
_SLAVIC = frozenset({"ru", "uk", "pl"})
_REACH = {"G": 14, "V": 12, "J": 14}
_GUARDIANS = frozenset({"HU", "SK", "RS", "BG", "CZ", "AT"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What one sentence says of a partner and a good, before it is a relation."""

    partner: str
    good: str
    direction: str
    status: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a partner, Russia and a good stand nearest to each other."""

    partner: int
    russia: int
    good: int

    @property
    def span(self) -> tuple[int, int]:
        places = (self.partner, self.russia, self.good)
        return min(places), max(places)


def read(sentences: list[Sentence], lexicon: Lexicon) -> list[Reading]:
    """Give what an article's sentences say, each partner, good and direction once."""
    found: dict[tuple[str, str, str], Reading] = {}
    vague: dict[str, Reading] = {}
    for sentence in _in_context(sentences):
        for each in _Reader(sentence, lexicon).readings():
            if each.good == "political-support" and each.direction == "any":
                vague.setdefault(each.partner, each)
            else:
                found.setdefault((each.partner, each.good, each.direction), each)
    return [*found.values(), *vague.values()]


def _in_context(sentences: list[Sentence]) -> Iterator[Sentence]:
    """Give the sentences that concern Russia; the one subject of the title stands in where a sentence names no partner."""
    title = sentences[0]
    about = _names(title, _RUSSIA)
    subject = list(title.ids(_PARTNERS))
    for sentence in sentences:
        has_russia, has_partner = _names(sentence, _RUSSIA), _names(sentence, _PARTNERS)
        if has_russia and not has_partner and len(subject) == 1:
            yield _with(sentence, Unit("P", tuple(subject), 0, 0, "implied"))
        elif has_russia:
            yield sentence
        elif about and has_partner:
            yield _with(sentence, Unit("R", ("RU",), 0, 0, "implied"))


def _names(sentence: Sentence, signs: str) -> bool:
    return any(sign in signs for sign in sentence.signs)


def _with(sentence: Sentence, implied: Unit) -> Sentence:
    return replace(sentence, units=[implied, *sentence.units])


class _Reader:
    """One sentence on its way to its readings."""

    def __init__(self, sentence: Sentence, lexicon: Lexicon) -> None:
        self.sentence = sentence
        self.language = sentence.language
        self.text = sentence.text
        self.units = sentence.units
        self.goods = lexicon.goods
        names = {symbol: name for name, symbol in lexicon.symbols.items()}
        self.classes = [names.get(unit.sign, "") for unit in sentence.units]
        self.signs = [unit.sign for unit in sentence.units]
        self.present = set(self.classes)
        self.russia = [n for n, sign in enumerate(self.signs) if sign in _RUSSIA and not self._is_assault(n)]

    def _is_assault(self, n: int) -> bool:
        """Tell whether Russia is named as the one that attacks: `ataques rusos`, `атака России`."""
        if self.signs[n] in "ZzX":
            return False
        return any(self.classes[m] in ("assault", "war") for m in (n - 1, n + 1) if 0 <= m < len(self.classes))

    def readings(self) -> Iterator[Reading]:
        """Give readings, goods first; vague support only where nothing else of it is said."""
        for partner in self._ids(_PARTNERS):
            places = [n for n, unit in enumerate(self.units) if partner in unit.ids and unit.sign in _PARTNERS]
            found = [*self._of_goods(partner, places), *self._of_favours(partner, places)]
            yield from found
        yield from self._of_west()

    def _ids(self, signs: str) -> dict[str, None]:
        return {id_: None for unit in self.units if unit.sign in signs for id_ in unit.ids}

    def _of_goods(self, partner: str, places: list[int]) -> Iterator[Reading]:
        for good in self._ids(_GOODS):
            if self.goods[good].group == "favours":
                continue
            near = self._nearest(places, [n for n, unit in enumerate(self.units) if good in unit.ids])
            if near is None or not self._is_linked(near):
                continue
            direction = self._direction(near, good)
            yield Reading(partner, good, direction, self._status(near, good), self.sentence)

    def _nearest(self, partners: list[int], goods: list[int]) -> _Places | None:
        """Find the closest three, within reach of each other; Russia and partner may be one unit."""
        best: _Places | None = None
        for good in goods:
            reach = _REACH.get(self.signs[good], 14)
            for partner in partners:
                for russia in self.russia:
                    places = _Places(partner, russia, good)
                    low, high = places.span
                    if high - low <= reach and (best is None or high - low < best.span[1] - best.span[0]):
                        best = places
        return best

    def _is_linked(self, near: _Places) -> bool:
        """Tell whether grammar, or being side by side, ties the good to the two."""
        sign = self.signs[near.good]
        if sign in "JV" or self.signs[near.partner] in "Zz":
            return True
        if abs(near.good - near.partner) == 1 or abs(near.good - near.russia) == 1:
            return True
        low, high = near.span
        verbs = {"give", "get", "make", "help", "use", "allow", "stop", "via"}
        return high - low <= 6 or not verbs.isdisjoint(self.classes[max(0, low - 2) : high + 3])

    def _direction(self, near: _Places, good: str) -> str:
        usual = self.goods[good].direction
        if usual == "any" or (self.signs[near.good] == "J"):
            return "any"
        score = self._by_markers(near) + self._by_side(near) + self._by_verb(near)
        if score:
            return "to_russia" if score > 0 else "from_russia"
        return usual

    def _by_markers(self, near: _Places) -> int:
        partner, russia = self._marker(near.partner), self._marker(near.russia)
        score = 0
        score += {"to": 3, "from": -2}.get(russia, 0)
        score += {"to": -3, "from": 2}.get(partner, 0)
        return score

    def _marker(self, n: int) -> str:
        """Give `to` or `from` where a preposition, case or particle says so of the actor."""
        step = 1 if self.language in _POSTPOSED else -1
        at = n + step
        while 0 <= at < len(self.units) and self.classes[at] == "role":
            at += step
        name = self.classes[at] if 0 <= at < len(self.units) else ""
        if self.language in _SLAVIC:
            return self._by_case(name, self.units[n])
        return name if name in ("to", "from") else ""

    def _by_case(self, preposition: str, unit: Unit) -> str:
        """`в Россию` is to, `в России` in; `z Rosji` is from, `z Rosją` with."""
        ending = self.text[unit.start : unit.end].lower()[-1:]
        if preposition == "in":
            return "" if ending in "иеіїeij" else "to"
        if preposition == "from":
            return "" if ending in "ąюмm" else "from"
        if not preposition:
            return "to" if ending in "у" and unit.sign in "RP" and unit.role == "names" else ""
        return "to" if preposition == "to" else ""

    def _by_side(self, near: _Places) -> int:
        """An adjective or a name right beside the good says whose it is."""
        score = 0
        if self.signs[near.partner] in "pP" and abs(near.partner - near.good) == 1:
            score += 1 + (self.signs[near.partner] == "p")
        if self.signs[near.russia] in "rR" and abs(near.russia - near.good) == 1:
            score -= 1 + (self.signs[near.russia] == "r")
        return score

    def _by_verb(self, near: _Places) -> int:
        """The first of the two is the subject, unless a marker says it is not."""
        low, high = near.span
        around = self.classes[max(0, low - 3) : high + 4]
        give, get = around.count("give") + around.count("help"), around.count("get")
        if give == get or near.partner == near.russia:
            return 0
        is_partner_first = near.partner < near.russia
        first = near.partner if is_partner_first else near.russia
        if self._marker(first):
            return 0
        score = 1 if is_partner_first else -1
        return score if give > get else -score

    def _of_favours(self, partner: str, places: list[int]) -> Iterator[Reading]:
        yield from self._of_sanctions(partner, places)
        yield from self._of_votes(partner, places)
        for good in ("mediation", "territory"):
            near = self._nearest(places, [n for n, unit in enumerate(self.units) if good in unit.ids])
            if near is not None:
                yield Reading(partner, good, self._favour(near, good), self._status(near, good), self.sentence)
        yield from self._of_support(partner, places)

    def _favour(self, near: _Places, good: str) -> str:
        if good == "territory":
            return "to_russia"
        if "U" in self.signs or near.partner == near.russia:
            return "any"
        return "from_russia" if near.russia < near.partner else "any"

    def _of_support(self, partner: str, places: list[int]) -> Iterator[Reading]:
        good = "political-support"
        if condemned := self._condemned(places):
            yield Reading(partner, good, "from_russia", "reported", self.sentence)
        verbs = [n for n, unit in enumerate(self.units) if good in unit.ids and unit.sign == "V"]
        if near := self._nearest(places, verbs):
            by_partner = near.partner < near.russia if near.partner != near.russia else None
            if self._marker(near.partner if by_partner else near.russia) == "to":
                by_partner = not by_partner
            direction = "any" if by_partner is None else "to_russia" if by_partner else "from_russia"
            if not (condemned and direction == "from_russia"):
                yield Reading(partner, good, direction, self._status(near, good), self.sentence)
            return
        joint = [n for n, unit in enumerate(self.units) if good in unit.ids and unit.sign in "JG"]
        near = self._nearest(places, joint)
        if near is not None and not condemned:
            yield Reading(partner, good, "any", self._status(near, good), self.sentence)
        elif not condemned and any(self.signs[n] == "Z" for n in places) and not {"war", "assault"} & self.present:
            yield Reading(partner, good, "any", "reported", self.sentence)

    def _condemned(self, places: list[int]) -> bool:
        """Russia condemns what is done to the partner."""
        for n, name in enumerate(self.classes):
            if (
                name == "condemn"
                and any(abs(r - n) <= 10 for r in self.russia)
                and any(abs(p - n) <= 12 for p in places)
            ):
                return all(self.signs[p] not in "Zz" for p in places)
        return False

    def _of_sanctions(self, partner: str, places: list[int]) -> Iterator[Reading]:
        if partner not in _GUARDIANS or not {"sanction", "measure"} & self.present and "U" not in self.signs:
            return
        blocks = [n for n, name in enumerate(self.classes) if name in ("block", "veto")]
        if any(abs(p - n) <= 10 for p in places for n in blocks):
            status = "negated" if {"ease", "stop"} & self.present else "reported"
            yield Reading(partner, "sanctions-obstruction", "to_russia", status, self.sentence)

    def _of_votes(self, partner: str, places: list[int]) -> Iterator[Reading]:
        votes = [n for n, name in enumerate(self.classes) if name == "veto"]
        votes += [n for n, unit in enumerate(self.units) if "un-cover" in unit.ids]
        near = self._nearest(places, votes)
        if near is None or partner in _GUARDIANS:
            return
        if self.signs[near.partner] in "Zz":
            yield Reading(partner, "un-cover", "any", self._status(near, "un-cover"), self.sentence)
        else:
            yield Reading(partner, "un-cover", "from_russia", self._status(near, "un-cover"), self.sentence)

    def _of_west(self) -> Iterator[Reading]:
        """A Western government that lifts or lapses its measures against Russia."""
        if not self.russia or "ease" not in self.present:
            return
        eases = [n for n, name in enumerate(self.classes) if name == "ease"]
        targets = [n for n, name in enumerate(self.classes) if name in ("sanction", "measure")]
        targets += [n for n, unit in enumerate(self.units) if "oil" in unit.ids]
        for n, unit in enumerate(self.units):
            if unit.sign != "W" or "US" not in unit.ids:
                continue
            if any(abs(n - e) <= 12 and abs(t - e) <= 6 for e in eases for t in targets):
                yield Reading("US", "sanctions-obstruction", "to_russia", "reported", self.sentence)
                return

    def _status(self, near: _Places, good: str) -> str:
        low, high = near.span
        around = set(self.classes[max(0, low - 2) : high + 3])
        beside = set(self.classes[max(0, near.good - 2) : near.good + 3])
        is_favour = self.goods[good].group == "favours"
        if "deny" in self.present and not is_favour:
            return "denied"
        if {"no", "stop"} & beside:
            return "negated"
        if "accuse" in self.present and not is_favour:
            return "alleged"
        return "planned" if "will" in around else "reported"
