"""
Which way a good passes in a language other than English: what prepositions, cases, particles and verbs say of it.

A view is a sentence's units with the word class of each; places are where a partner, Russia and a good stand.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from watcher.decide.declension import by_case
from watcher.decide.field import is_field
from watcher.decide.freed import around
from watcher.decide.hired import is_hiring
from watcher.decide.places import Places

if TYPE_CHECKING:
    from watcher.decide.unit import Sentence, Unit

PARTNERS = "PpZz"
RUSSIA = "RrZzX"
_POSTPOSED = frozenset({"tr", "ja", "ko"})
_SLAVIC, _UNSPACED = frozenset({"ru", "uk", "pl"}), frozenset({"zh", "ja"})
_ACTORS = "RrPpZzXWwUuOo"
_ROMANCE = frozenset({"es", "fr", "it", "pt"})
ORDERED = _ROMANCE | {"de"}
_VERB_SECOND = _ROMANCE | {"zh"}
_REACH, _REACH_UNSPACED = 20, 44  # how far apart the three may stand: units, without spaces characters
_FIRST_CLASS = "\ue000"
_RECEIVING = re.compile(r"(?i)приня|прийня|przyj[ąę]|reci[bv]|reçoi|reçu|recevoir|ricev|receb|empf[aäi]ng|\w{0,2}ستقب")
_PEOPLE = frozenset({"troops", "labour", "mercenaries", "training"})
_SEPARATOR = re.compile("[,،、，]")
_GIVEN = ("weapons", "people")
_MARKERS = frozenset({"to", "from", "in", "of", "with", "via", "subject"})
_PASSING = frozenset({"give", "get", "help"})
_SPOKEN = frozenset({"will", "want", "request"})
_RUSSIA_S = (("dual-use",), ("transshipment",))
_COMMODITIES = frozenset({"oil", "oil-products", "gas", "lng", "coal"})
_LINKS = frozenset({"give", "get", "make", "help", "use", "allow", "stop", "conclude"})


class View:
    """A sentence's units, the sign and the word class of each."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        self.units = sentence.units
        self.is_postposed = sentence.language in _POSTPOSED
        self.is_unspaced = sentence.language in _UNSPACED
        self.classes = [unit.ids[0] if unit.sign >= _FIRST_CLASS and unit.ids else "" for unit in sentence.units]
        # `ukrainische und russische Soldaten`: the adjectives of Russia and another are a group as the names are.
        self.signs = ["X" if unit.role == "group" and unit.sign == "x" else unit.sign for unit in sentence.units]
        for n, unit in enumerate(self.units):
            if unit.sign == "J" and _RECEIVING.match(sentence.text, unit.start) and self._is_before_good(n):
                self.signs[n], self.classes[n] = "x", "get"

    @cached_property
    def present(self) -> frozenset[str]:
        """The word classes in the sentence."""
        return frozenset(self.classes)

    @cached_property
    def russia(self) -> list[int]:
        """Where Russia stands, but as the one that attacks."""
        friends = self.classed("russian")
        is_joined = bool(self.places_of("troops", "G"))  # who is hired for Russia's war deals with Russia
        named = [n for n, sign in enumerate(self.signs) if sign in RUSSIA and (is_joined or not self._is_assault(n))]
        return sorted(named + friends)

    def _is_assault(self, n: int) -> bool:
        """Tell whether Russia is named as the one that attacks: `ataques rusos`, `атака России`."""
        if self.signs[n] in "ZzX" or "condemn" in self.present:
            return False
        after = self.classes[n + 1 : n + 2] if self.signs[n] == "r" else []
        if self.is_postposed and self.classes[n + 1 : n + 2] == ["of"]:
            after = self.classes[n + 2 : n + 3]
        before = self.classes[max(0, n - 1) : n] if not self.is_postposed else []
        return not {"assault", "war"}.isdisjoint([*before, *after])

    def places_of(self, id_: str, signs: str) -> list[int]:
        """Give where a partner or good stands, but in a crowd of many others."""
        return [
            n
            for n, unit in enumerate(self.units)
            if id_ in unit.ids and self.signs[n] in signs and not (unit.sign == "Z" and self._is_crowd(unit))
        ]

    def _is_before_good(self, n: int) -> bool:
        """Tell whether a good is named next, and nobody whom one could meet."""
        following = next((m for m in range(n + 1, min(n + 6, len(self.signs))) if self.signs[m] in "GJRPpZXWwUuOo"), n)
        return self.signs[following] == "G" and not _PEOPLE.intersection(self.units[following].ids)

    def _is_crowd(self, unit: Unit) -> bool:
        """Tell whether an enumeration holds others beside Russia and partners: a roll call joins nobody."""
        return len(_SEPARATOR.findall(self.sentence.text, unit.start, unit.end)) > len(unit.ids)

    def classed(self, *names: str) -> list[int]:
        """Give where words of these classes stand."""
        return [n for n, name in enumerate(self.classes) if name in names]

    def nearest(self, partners: list[int], goods: list[int]) -> Places | None:
        """Find the closest three, within reach of each other, in one sweep; Russia and partner may be one unit."""
        columns = (sorted(partners), self.russia, sorted(goods))
        at = [0, 0, 0]
        best: Places | None = None
        while all(n < len(column) for n, column in zip(at, columns, strict=True)):
            here = Places(*(column[n] for n, column in zip(at, columns, strict=True)))
            if best is None or self.width(here) < self.width(best):
                best = here
            first = min(range(3), key=lambda n: columns[n][at[n]])
            at[first] += 1
        return best if best is not None and self.width(best) <= self.reach else None

    @property
    def reach(self) -> int:
        """How far apart related words may stand, in the measure of `width`."""
        return _REACH_UNSPACED if self.is_unspaced else _REACH

    def width(self, places: Places) -> int:
        """Give how far apart three places are: in units, or characters where units mean little."""
        return self.distance(*places.span)

    def distance(self, first: int, second: int) -> int:
        """Give how far apart two units are."""
        low, high = min(first, second), max(first, second)
        if self.is_unspaced and self.units[low].end:
            return max(0, self.units[high].start - self.units[low].end)
        return high - low

    def is_linked(self, near: Places, group: str) -> bool:
        """Tell whether grammar, or being side by side, ties the good to the two."""
        low, high = near.span
        is_given = bool(_LINKS & {*self.classes[max(0, low - 2) : high + 3]})
        is_apart = self.units[near.russia].role == "implied" and abs(near.good - near.russia) > 1
        if group in _GIVEN and not is_given and is_apart:
            return False
        beside = self.classes[max(0, near.good - 2) : near.good + 3]
        if group == "weapons" and not is_given and not {"war", "assault"}.isdisjoint(beside):
            return False
        role = self.units[near.good].role
        if is_given or is_field(self.sentence, self.classes, near) or is_hiring(self.sentence, near.good, group):
            return True
        if self.signs[near.good] in "JV" and role != "ties":
            return True
        if near.partner == near.russia:
            is_said = role == "russian" or not _SPOKEN.isdisjoint(self.classes[low:high])
            return is_said or abs(near.good - near.partner) <= 2
        return min(abs(near.good - near.partner), abs(near.good - near.russia)) == 1 or high - low <= 8

    def direction(self, near: Places, usual: str, group: str) -> str:
        """Let markers, neighbours and verbs vote; `usual` settles a tie."""
        if self.signs[near.good] == "J" or self._is_together(near) or is_field(self.sentence, self.classes, near):
            return "any"
        if self.units[near.good].role == "russian" and group == "people":
            return usual
        if usual == "any":
            return self._by_teacher(near) if group == "people" else "any"
        if self.units[near.good].ids == ("oil", "gas") and _LINKS.isdisjoint(self.classes):
            return "any"  # energy is talked about
        if (group, usual) == ("people", "to_russia"):  # who hires and who sends may both be the subject
            score = -int(self.marker(near.partner) == "to" and self._is_sender(near))
        else:
            score = self._by_markers(near, usual) + self._by_side(near, usual, group) + self._by_verb(near, usual)
        if score:
            return "to_russia" if score > 0 else "from_russia"
        return usual

    def _is_sender(self, near: Places) -> bool:
        """Tell whether Russia sends: it is marked as the subject, or stands first where nothing is."""
        marker = self.marker(near.russia)
        return marker == "subject" if self.is_postposed else near.russia < near.partner and marker != "to"

    def _is_together(self, near: Places) -> bool:
        """Tell whether two make the good with each other: it comes from neither."""
        return "together" in self.classes[max(0, near.span[0] - 2) : near.span[1] + 3]

    def _by_teacher(self, near: Places) -> str:
        """Tell whose trainers train: those named right beside them, else the subject."""
        if near.partner == near.russia:
            return "any"
        reach = {"": 1, "of": 2 if self.is_postposed else 0}
        named = [n for n in (near.partner, near.russia) if self.units[n].role != "implied"]
        beside = [n for n in named if 0 < self._steps(n, near.good) <= reach.get(self.marker(n), 0)]
        teacher = beside[0] if len(beside) == 1 else self.subject(near)
        return {near.russia: "from_russia", near.partner: "to_russia"}.get(teacher, "any")

    def _steps(self, first: int, second: int) -> int:
        """Count the units from one to another, without those that are only meant."""
        low, high = min(first, second), max(first, second)
        return high - low - sum(unit.role == "implied" for unit in self.units[low + 1 : high])

    def _by_markers(self, near: Places, usual: str) -> int:
        marker = self.marker(near.russia)
        if marker == "to" and self._is_asked(near):
            marker = "from"
        russia = {"to": 3, "from": -2, "by": -2}.get(marker, 0)
        partner = self.marker(near.partner)
        if partner in ("from", "by") and "request" in self.classes[max(0, near.good - 3) : near.good]:
            return russia - 2  # `pedido de armas de Venezuela`: who asks, gets
        return russia + {"to": -3, "from": 2, "by": 2 if usual == "to_russia" else 0}.get(partner, 0)

    def _is_asked(self, near: Places) -> bool:
        """`pide a Putin`, `comprar a Moscú`: in Romance, `to` marks whom one asks or buys of."""
        words = around(self.sentence, self.classes, near)
        is_source = self.sentence.language in _ROMANCE and "get" in words and self.signs[near.good] == "G"
        return near.partner < near.russia and "give" not in words and (is_source or "request" in words)

    def marker(self, n: int) -> str:
        """Give the class of an actor's preposition or particle; `by` for an `of` right after a good."""
        if self.signs[n] in "rp" and self.signs[n + 1 : n + 2] == ["G"] and self._is_good_s(n):
            return ""  # `на российскую нефть`: the preposition is the good's
        step = 1 if self.is_postposed else -1
        at = n + step
        while 0 <= at < len(self.units) and (self.classes[at] == "role" or self.units[at].role == "implied"):
            at += step
        name = self.classes[at] if 0 <= at < len(self.units) else ""
        if self.is_postposed and at == n + 1 and self._is_headed(n):
            return "subject"
        if self.sentence.language in _SLAVIC and name != "via":
            return by_case(name, self.units[n], self.sentence.text)
        if name == "of" and not self.is_postposed and at > 0 and self.signs[at - 1] == "G":
            return "by"
        is_helped = name == "help" and not self.is_postposed and self.signs[n].isupper()  # `协助俄罗斯`
        return "to" if is_helped else name if name in _MARKERS else ""

    def _is_good_s(self, n: int) -> bool:
        """Tell whether what precedes a name is said of the good behind it; `对俄汇款` is said of Russia."""
        is_own = self.sentence.language == "zh" and _COMMODITIES.isdisjoint(self.units[n + 1].ids)
        return not (is_own or self.is_postposed)

    def _is_headed(self, n: int) -> bool:
        """`러시아, 아프간 정권 승인`: the first name of a headline, set off by a comma, is its subject."""
        if any(sign in _ACTORS for sign in self.signs[:n]) or self.signs[n + 1 : n + 2] != [";"]:
            return False
        return self.sentence.text[self.units[n + 1].start] in ",、，"

    def _by_side(self, near: Places, usual: str, group: str) -> int:
        """Weigh a name right beside the good; what mostly comes from Russia may stand in the partner."""
        if group == "people":
            return 0
        score = 0
        for place, weight in ((near.partner, 1), (near.russia, -1)):
            sign = self.signs[place] if weight < 0 or usual == "to_russia" else ""
            if weight < 0 and (self.units[near.good].ids in _RUSSIA_S or self._is_made(near, usual, group)):
                continue  # `die russische Rüstungsindustrie`: it is where things go; `俄规避制裁`: whom it helps
            if self.sentence.language in _SLAVIC and sign.isupper():
                continue
            if sign and sign in "pPrR" and self._steps(place, near.good) == 1 and self.units[place].role != "implied":
                score += weight * (2 if sign.islower() else 1)
        return score

    def _is_made(self, near: Places, usual: str, group: str) -> bool:
        """`Rus drone fabrikasında`: arms that nobody gets from Russia are made with what comes from the partner."""
        is_kind = group == "weapons" and usual == "to_russia" and {"get", "stop", "refuse"}.isdisjoint(self.present)
        return is_kind and self.marker(near.partner) not in ("to", "in")

    def _by_verb(self, near: Places, usual: str) -> int:
        """Take the first of the two for the subject, unless a marker says it is not; a contract is signed by both."""
        words = around(self.sentence, self.classes, near)
        give = words.count("give") + words.count("help")
        get = words.count("get") + words.count("request")
        subject = self.subject(near)
        if give == get or subject < 0 or ("conclude" in words and usual == "from_russia"):
            return 0
        score = (1 if subject == near.partner else -1) * (1 if give > get else -1)
        is_usual = usual == "from_russia" and score > 0 and subject == near.partner
        return 0 if is_usual else score  # `asegurar el suministro`: what Russia sells isn't given to it

    def _acts(self, n: int, reach: int = 3) -> bool:
        """Tell whether a name without a preposition stands right before a verb that passes something on."""
        is_bare = self.signs[n].isupper() and not self.marker(n)
        return is_bare and not _PASSING.isdisjoint(self.classes[n + 1 : n + 1 + reach])

    def _is_free(self, russia: int, partner: int) -> bool:
        """Tell whether a partner stands without a preposition right behind a Russia that is only meant."""
        is_plain = self.signs[partner].isupper() and not self.marker(partner) and russia == partner - 1
        return is_plain and self.sentence.language in ORDERED

    def subject(self, near: Places) -> int:
        """Find which of partner and Russia acts: the one marked as subject, else the first unless it is marked."""
        if near.partner == near.russia:
            return -1
        marked = [n for n in (near.partner, near.russia) if self.marker(n) == "subject"]
        if len(marked) == 1:
            return marked[0]
        first, last = min(near.partner, near.russia), max(near.partner, near.russia)
        if self.units[first].role == "implied" and (self._acts(last) or self._is_free(first, last)):
            return last
        if self.sentence.language in _VERB_SECOND and "deny" not in self.classes[first:last] and self._acts(last, 2):
            return last  # `中国是俄国取得芯片的渠道`: whose verb follows at once
        if self.marker(first) in ("to", "from", "of", "in"):
            return last if self.is_postposed and not self.marker(last) else -1
        return first


def beside(view: View, n: int) -> list[tuple[str, Unit]]:
    """Give the signs and units on both sides of a place."""
    return [(view.signs[m], view.units[m]) for m in (n - 1, n + 1) if 0 <= m < len(view.units)]
