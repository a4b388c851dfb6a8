"""A long text of penalties for whoever serves Russia: its lists of firms name their countries and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence

_PARTNERS = "PpZz"
_GOODS = frozenset("GVJ")
_FIRMS = (
    r"(?:firms?|compan(?:y|ies)|entit(?:y|ies)|banks?|business(?:es)?|organi[sz]ations?|individuals?|"
    r"refiner(?:y|ies)|traders?|suppliers?)"
)
_LISTED = re.compile(rf"(?i)\b{_FIRMS}\b")
_LISTING = re.compile(
    r"(?i)\b(?:lists?|listed|listing|registered|based|located|included?s?|including|among|targets?|targeted|"
    r"blacklist\w*|sanctioned|package)\b"
)
_THEY = re.compile(
    rf"(?:(?:Many|Some|Most|Several|All) of )?(?:[Tt]he|[Tt]hese|[Tt]hose|[Ss]uch)\b[^,.;]{{0,30}}?\b{_FIRMS}\b|"
    r"They\b"
)
_SOON = 2
_MOST = 10


@dataclass(slots=True)
class Roll:
    """The last sentence of a penalty for serving Russia, and whose firms the sentences since have listed."""

    penalty: Sentence | None = None
    partners: tuple[str, ...] = ()
    last: int = 0

    def go_on(self, sentence: Sentence, lexicon: Lexicon, *, has_russia: bool) -> None:
        """Note a penalty and whose firms a sentence lists."""
        if has_russia and lexicon.symbols["sanction"] in sentence.signs:
            self.penalty = sentence
        partners = tuple(sentence.ids(_PARTNERS))
        if partners and _LISTED.search(sentence.text):
            before = self.partners if sentence.number - self.last <= _SOON else ()
            self.partners, self.last = tuple(dict.fromkeys((*before, *partners)))[:_MOST], sentence.number

    def meant(self, sentence: Sentence) -> tuple[str, ...]:
        """Give whose firms a sentence goes on about: `Many of the entities help Russia …`."""
        is_soon = self.penalty is not None and sentence.number - self.last <= _SOON
        return self.partners if is_soon and _THEY.match(sentence.text) else ()

    def listed(self, sentence: Sentence, lexicon: Lexicon) -> Sentence | None:
        """Say of the firms that a sentence lists what the penalty before says of others."""
        partners = tuple(sentence.ids(_PARTNERS))
        is_list = partners and _GOODS.isdisjoint(sentence.signs) and _LISTING.search(sentence.text)
        if self.penalty is None or not is_list or not _LISTED.search(sentence.text):
            return None
        firm = lexicon.symbols["firm"]
        names = _PARTNERS if self.penalty.ids(_PARTNERS) else firm
        units = [
            replace(unit, sign="P" if unit.sign == firm else unit.sign, ids=partners) if unit.sign in names else unit
            for unit in self.penalty.units
        ]
        if units == self.penalty.units:
            return None
        return replace(self.penalty, units=units, signs="".join(unit.sign for unit in units))
