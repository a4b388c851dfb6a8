"""Which terms of many may stand in a text, told in one pass over its letters, before anything is cut into tokens."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from watcher.decide.finder import find_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST_ACRONYM = 4
_LAST_SPACED = "\u052f"  # of Latin, Greek and Cyrillic letters
_ARABIC_ENDING = "ه"  # becomes another letter before an ending


class Gate:
    """
    Terms, each the words of one form and the bits that it sets.

    Of each term one word is looked for, the rarest, and where it stands, another of the term's anywhere in the text.
    """

    def __init__(self, terms: Iterable[tuple[tuple[str, ...], int]]) -> None:
        spelt = [(tuple(map(_core, words)), words, bits) for words, bits in terms]
        counts = Counter(word for cores, _, _ in spelt for word in cores)
        found: dict[str, dict[str, int]] = {}
        for cores, words, bits in spelt:
            for word, other in _chosen(cores, words, counts):
                others = found.setdefault(word, {})
                others[other] = others.get(other, 0) | bits
        # What a word tells by itself, it needn't tell with another.
        self._entries = [(word, sorted(others.items())) for word, others in found.items()]
        self._find = find_all([word.rstrip("*") for word, _ in self._entries])

    def bits(self, folded: str) -> int:
        """Give the bits of all terms of which words stand in a folded text; a term may be told that isn't there."""
        seen = 0
        met = set()
        for number, start, end in self._find(folded):
            if number in met:
                continue
            word, others = self._entries[number]
            if _stands_alone(folded, start, end, word):
                met.add(number)
                for other, bits in others:
                    if bits & ~seen and other in folded:
                        seen |= bits
        return seen


def _core(word: str) -> str:
    return word.removesuffix(_ARABIC_ENDING) or word


def _chosen(cores: tuple[str, ...], words: tuple[str, ...], counts: Counter[str]) -> Iterator[tuple[str, str]]:
    """Give the word to look for, in its ways of writing, and the longest other."""
    at = min(range(len(cores)), key=lambda n: (not words[n].strip("*"), counts[cores[n]], -len(cores[n])))
    word = cores[at]
    others = [core.rstrip("*") for n, core in enumerate(cores) if n != at and (n or len(core) > _LONGEST_ACRONYM)]
    other = max(others, key=len, default="")
    if word.strip("*"):
        yield word, other
        if len(word) <= _LONGEST_ACRONYM and word.isalpha():
            yield ".".join(word), other


def _stands_alone(folded: str, start: int, end: int, word: str) -> bool:
    """Tell whether a hit is a word of its own, in scripts that set words apart with no such letter beside them."""
    if word[0] < "a" or word[0] > _LAST_SPACED:
        return True
    if start and folded[start - 1] <= _LAST_SPACED and folded[start - 1].isalnum():
        return False
    return word.endswith("*") or end == len(folded) or folded[end] > _LAST_SPACED or not folded[end].isalnum()
