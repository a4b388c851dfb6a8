"""Which terms of many may stand in a text, told in one pass over its letters, before anything is cut into tokens."""

from __future__ import annotations

import functools
import itertools
import operator
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from watcher.decide.finder import find_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    Pairs = tuple[tuple[str, str], ...]

_LONGEST_ACRONYM = 4
_SHORT = 4
_ARABIC_ENDING = "ه"  # becomes another letter before an ending
_ASCII = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)).lower().ljust(256)
_PUNCTUATION = re.compile("[\u2000-\u206f]")  # dashes, bullets, dots: all that most English texts have beyond ASCII
# Words of Latin, Greek and Cyrillic letters, which those of other scripts may run into, and runs of those.
_RUN = re.compile("[^\\W_\u0530-\U0010ffff]+|[\u0530-\U0010ffff]+")


class Gate:
    """
    Terms, each the words of one form and the bits that it sets.

    Of each term one word is looked for, the rarest, and where it stands, another of the term's anywhere in the text.
    """

    def __init__(self, terms: Iterable[tuple[tuple[str, ...], int]]) -> None:
        spelt = [(tuple([_core(word) for word in words]), bits) for words, bits in terms]
        counts = Counter(itertools.chain.from_iterable([words for words, _ in spelt]))
        alone: dict[str, int] = {}  # most: a word that tells by itself
        beside: dict[str, dict[str, int]] = {}
        for words, bits in spelt:
            for word, other in _alone(words[0]) if len(words) == 1 else _chosen(words, counts):
                if other:
                    others = beside.setdefault(word, {})
                    others[other] = others.get(other, 0) | bits
                else:
                    alone[word] = alone.get(word, 0) | bits
        alike = {bits: (("", bits),) for bits in alone.values()}
        by_word = {word: alike[bits] for word, bits in alone.items()}
        for word, others in beside.items():
            by_word[word] = (*by_word.get(word, ()), *others.items())
        self._entries = list(by_word.values())
        self._all = functools.reduce(operator.or_, (bits for _, bits in itertools.chain(*self._entries)), 0)
        self._find = find_all(list(map(pattern, by_word)))

    def bits(self, apart: str) -> int:
        """Give the bits of all terms of which words stand in a text set apart; a term may be told that isn't there."""
        seen = 0
        for number in sorted({number for number, _, _ in self._find(apart)}):  # those that tell alone are first
            for other, bits in self._entries[number]:
                if bits & ~seen and other in apart:
                    seen |= bits
            if seen == self._all:
                break
        return seen


@lru_cache(maxsize=8)
def set_apart(folded: str) -> str:
    """Give a folded text with spaces around each word; the last few are remembered, since several readers ask."""
    return _set_apart(folded)


def _set_apart(folded: str) -> str:
    spaced = folded if folded.isascii() else _PUNCTUATION.sub(" ", folded)
    if spaced.isascii():
        return f" {spaced.encode().translate(_ASCII).decode()} "
    return f" {' '.join(_RUN.findall(folded))} "


def _told(word: str) -> str:
    """Give what is left of a folded word in a text set apart."""
    bare = word.rstrip("*")
    return bare if _is_whole(bare) else _set_apart(bare).strip()


def _is_whole(word: str) -> bool:
    """Tell whether a folded word stands in a text set apart as it is; most do."""
    return word.isalnum() and (word.isascii() or _RUN.fullmatch(word) is not None)


def _core(word: str) -> str:
    return word.removesuffix(_ARABIC_ENDING) or word


def pattern(word: str) -> str:
    """Write a word as it stands in a text set apart: with no space where others may run into it."""
    bare = word.rstrip("*")
    if word[0] >= "\u0530":
        return bare
    spaced = f" {bare} " if _is_whole(bare) else _set_apart(bare)
    return spaced.rstrip() if word.endswith("*") else spaced


def _alone(word: str) -> Pairs:
    """Give a word that is a term by itself, and nothing to look for beside it."""
    return _written(word, "") if word[0].isalnum() or _told(word) else ()


def _chosen(words: tuple[str, ...], counts: Counter[str]) -> Pairs:
    """Give the word to look for, in its ways of writing, and the longest other; rather one that has another."""
    told = list(map(_told, words))
    places = range(len(words))
    others = [
        [told[n] for n in places if n != at and told[n] and (n or len(told[n]) > _LONGEST_ACRONYM)] for at in places
    ]
    # Short words are grammar's: rare among terms (`the Urals`), and in every text.
    ranks = [(not told[n], not others[n], len(told[n]) <= _SHORT, counts[words[n]], -len(words[n])) for n in places]
    at = min(places, key=ranks.__getitem__)
    return _written(words[at], max(others[at], key=len, default="")) if told[at] else ()


def _written(word: str, other: str) -> Pairs:
    if len(word) <= _LONGEST_ACRONYM and word.isalpha():
        return (word, other), (".".join(word), other)
    return ((word, other),)
