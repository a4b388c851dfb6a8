"""Whom an article is about, and who in a sentence of it is only named."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence

ACTORS = "PpZz"
# What an article begins with; who is named in more sentences than these is what it is about.
FIRST = 3


def told_of(sentences: Sequence[Sentence]) -> tuple[frozenset[str], frozenset[str]]:
    """
    Give the partners that an article is about, and those that it is about before all others.

    The former are named where it begins, or in more than one sentence; the latter in its title, or both.
    """
    named = Counter(id_ for sentence in sentences for id_ in sentence.ids(ACTORS))
    first = {id_ for sentence in sentences[:FIRST] for id_ in sentence.ids(ACTORS)}
    again = {id_ for id_, count in named.items() if count > 1}
    often = {id_ for id_ in first if named[id_] > FIRST}
    titled = often.union(*(sentence.ids(ACTORS) for sentence in sentences[:1]))
    return frozenset(first | again), frozenset(titled)


def is_talked_of(sentence: Sentence, partner: str) -> bool:
    """Tell who is only talked about: `Putin and Xi discuss Iran`."""
    units = sentence.units
    places = [n for n, unit in enumerate(units) if unit.sign in ACTORS and partner in unit.ids]
    return all(n and units[n - 1].role == "talks" for n in places)


def is_vague(sentence: Sentence) -> bool:
    """Tell where of support a sentence has only vague words, which say no more than what else passes."""
    return all(unit.role == "ties" for unit in sentence.units if "political-support" in unit.ids)


def is_of_talks(signs: str, lexicon: Lexicon) -> bool:
    """Tell a title of a meeting or a deal, which a summary goes on about without naming anybody."""
    received = f"{lexicon.symbols['receive']}P"
    return "J" in signs or received in signs


def is_brokered(sentence: Sentence) -> bool:
    """Tell a title whose talks are others', between whom a partner mediates."""
    talks = [unit.ids for unit in sentence.units if unit.sign == "J"]
    return bool(talks) and all(ids == ("mediation",) for ids in talks)
