"""A frame that a sentence fits → the relation that it means: whose signs to look in, its direction and status."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.decide.event import is_of_west
from watcher.decide.fact import Relation
from watcher.decide.status import is_disputed, status_of

if TYPE_CHECKING:
    from watcher.decide.frame import Frame
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence, Unit

# Whom a body has mediate stands with that word, and no other partner or Ukraine between.
_BESIDE = re.compile(r"[Pp][^PQZpqzU;]{0,25}[GJj]|[GJj][^PQZpqzU;]{0,25}[Pp]")
_LOWER = dict(zip("PpZzGVJ", "QqYygvj", strict=True))
_TARGET = {"W": "T", "w": "t"}


def made(
    sentence: Sentence, match: tuple[Frame, tuple[int, int]] | None, ids: tuple[str, str], lexicon: Lexicon
) -> list[Relation]:
    """Make the relation that a matching frame means, unless it is none."""
    if match is None or match[0].is_veto:
        return []
    frame, span = match
    if frame.is_weak and _is_idle(sentence, ids[0], frame.good or ids[1]):
        return []
    each = _relation(sentence, frame, (ids[0], frame.good or ids[1]), span, lexicon)
    if each.status == "denied" and is_disputed(signs_of(sentence, each.partner, each.good), lexicon):
        return [replace(each, status="alleged"), each]
    return [each]


def _is_idle(sentence: Sentence, partner: str, good: str) -> bool:
    """Tell where little is not enough: of whom a body isn't about, and of whom a summary has told better already."""
    if sentence.part == "body":
        if good == "mediation" and not _BESIDE.search(signs_of(sentence, partner, good)):
            return True
        return partner not in (sentence.titled if good == "political-support" else sentence.told)
    return sentence.part == "summary" and good == "political-support" and partner in sentence.told


def signs_of(sentence: Sentence, partner: str, good: str) -> str:
    """Write the sentence's signs with everything but this partner and this good in the signs of others."""
    # A list: joining a generator takes half as long again, and this is called for every partner and good.
    signs = [
        unit.sign
        if not unit.ids
        else _TARGET.get(unit.sign, unit.sign)
        if partner in unit.ids or good in unit.ids
        else _other(unit, good)
        for unit in sentence.units
    ]
    return "".join(signs)


def _other(unit: Unit, good: str) -> str:
    """Write a unit that is neither; of a good, talks tell that it is only talked about."""
    return "d" if good and unit.role == "talks" else _LOWER.get(unit.sign, unit.sign)


def _relation(
    sentence: Sentence, frame: Frame, ids: tuple[str, str], span: tuple[int, int], lexicon: Lexicon
) -> Relation:
    partner, good = ids
    direction = frame.direction or lexicon.goods[good].direction
    if good == "political-support" and direction == "any" and is_of_west(lexicon.partners[partner]):
        direction = "to_russia"
    status = frame.status or status_of(sentence, signs_of(sentence, *ids), span, lexicon.goods[good], lexicon)
    return Relation(partner, good, direction, status, sentence.text, sentence=sentence.number)
