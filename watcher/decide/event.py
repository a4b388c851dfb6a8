"""What is told, and what one sentence makes of what those before it told: a text tells of one event."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.decide.about import ACTORS
from watcher.decide.status import ACCUSABLE, is_rejoinder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.decide.fact import Relation
    from watcher.decide.lexicon import Lexicon, Partner
    from watcher.decide.unit import Sentence

_ENERGY = ("oil", "gas")
# An ISO code; a bloc's name is longer. And who is read as Western, but deals with Russia as others do.
_CODE = 2
_REGIONS = frozenset({"AFRICA", "ASEAN", "CAUCASUS", "CENTRAL-ASIA"})
_UNALIGNED = frozenset({"IL"})
_SORTS = frozenset({"oil", "gas", "lng", "coal", "oil-products", "nuclear-power"})
# How far behind a sentence another may speak of its ship.
_SOON = 2
_OPPOSITE = {"to_russia": "from_russia", "from_russia": "to_russia"}


def is_of_west(partner: Partner) -> bool:
    """Tell a Western country, of which only those count who side with Russia: their visits and talks serve it."""
    return partner.tier == "western" and len(partner.id) == _CODE and partner.id not in _UNALIGNED


def is_turned(relation: Relation, before: Iterable[Relation]) -> bool:
    """Tell what would have a partner's good pass the other way than was told before."""
    turned = (relation.partner, relation.good, _OPPOSITE.get(relation.direction))
    return any((each.partner, each.good, each.direction) == turned for each in before)


def is_vaguer(relation: Relation, sentence: Sentence, before: Iterable[Relation]) -> bool:
    """Tell `energy` in a text that has told by then which: it is no news of another sort."""
    named = [unit.ids for unit in sentence.units if relation.good in unit.ids]
    is_vague = bool(named) and all(ids == _ENERGY for ids in named)
    return is_vague and any(each.partner == relation.partner and each.good in _SORTS for each in before)


def is_placed(relation: Relation, before: Iterable[Relation]) -> bool:
    """Tell the support of a region, one of whose states a text has named by then."""
    kind = (relation.good, relation.direction)
    named = any((each.good, each.direction) == kind and each.partner not in _REGIONS for each in before)
    return named and relation.partner in _REGIONS and relation.good == "political-support"


def denied(sentence: Sentence, before: Iterable[Relation], lexicon: Lexicon) -> list[Relation]:
    """Deny what the two sentences before claimed of a partner, where this one denies and names nothing that passes."""
    if not is_rejoinder(sentence.signs, lexicon):
        return []
    partners = sentence.ids(ACTORS)
    return [
        replace(each, status="denied", evidence=sentence.text, sentence=sentence.number)
        for each in before
        if lexicon.goods[each.good].group in ACCUSABLE
        and each.status not in ("denied", "negated")
        and 0 < sentence.number - each.sentence <= 2
        and (each.partner in partners or not partners)
    ]


def held(relation: Relation, sentences: Iterable[Sentence], lexicon: Lexicon) -> Relation:
    """Tell of a ship that was boarded, and is detained as the next sentences say, that it was seized."""
    if (relation.partner, relation.good, relation.status) != ("UNNAMED", "shipping", "alleged"):
        return relation
    following = (each for each in sentences if 0 < each.number - relation.sentence <= _SOON)
    words = {lexicon.symbols["seize"], lexicon.symbols["captive"]}
    is_held = any(not words.isdisjoint(each.signs) and not each.ids(ACTORS) for each in following)
    return replace(relation, status="negated") if is_held else relation
