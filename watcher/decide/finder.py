"""Finding any of many words in one pass over a text, however many they are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import ahocorasick_rs  # noqa: TID251  the one seam to the automaton

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    # A word's number, and where it begins and ends.
    Find = Callable[[str], list[tuple[int, int, int]]]


def find_longest(words: Sequence[str]) -> Find:
    """Find those that don't overlap, the leftmost first, of those the longest."""
    return ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest).find_matches_as_indexes


def find_all(words: Sequence[str]) -> Find:
    """Find all, overlapping ones too."""
    return partial(ahocorasick_rs.AhoCorasick(words).find_matches_as_indexes, overlapping=True)
