"""What a word that no term spells may be: a term with an ending (German, Turkish, Romance), or two in one (German)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Piece = tuple[str, int, int]

_SHORTEST = 3
# Folded, as texts are: `rusya'nın` has its ending behind the apostrophe already, `gazında` and `füzelerini` have not.
_TURKISH = re.compile(
    r"(?:l[ae]r)?(?:[iu]m[iu]z|s?[iu]n?|[iu]n|n[iu]n)?(?:n?d[ae]n?|t[ae]n?|[yns]?[iuae]|y?l[ae]|n[iu]n|k[iu])?\Z"
)
_ENDINGS = {
    "de": ("es", "en", "er", "s", "n", "e"),
    "es": ("es", "s"),
    "pt": ("es", "s"),
    "fr": ("es", "s", "x", "e"),
}
# What passes, and that it does: `Weizenimporte`, `Chipexporteure`, `Dieselhandel`.
_HEAD = re.compile(
    r"(?:liefer|import|export|einfuhr|ausfuhr|kauf|verkauf|handel|handler|transit|schmuggel|deal|geschaft|vertrag|abkommen|"
    r"stopp|zufuhr|boykott|besuch|reise|gesprach|treffen|gipfel|hilf|kooperation|zusammenarbeit)\w*\Z"
)
_LINKS = ("", "s", "n", "es", "en")
_SHORTEST_PART = 2


def stems(word: str, language: str) -> Iterator[str]:
    """Give what may be left of a folded word without its endings, longest first."""
    if language == "tr":
        starts = (n for n in range(len(word) - 1, _SHORTEST - 1, -1) if _TURKISH.match(word, n))
        yield from (word[:n] for n in starts)
        return
    for ending in _ENDINGS.get(language, ()):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            yield word[: -len(ending)]


def is_inflected(language: str) -> bool:
    """Tell whether endings come off words of a language."""
    return language == "tr" or language in _ENDINGS


def open_ended(words: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Give a term's words for a search by letters alone: where endings come off, whatever may end the one."""
    is_one = len(words) == 1 and len(words[0]) >= _SHORTEST and not words[0].endswith("*")
    return (f"{words[0]}*",) if is_one and is_inflected(language) else words


def split(word: str, is_known: Callable[[str], object]) -> list[Piece]:
    """Give `weizen` and `importe` for `weizenimporte`, where both are known and the whole is not."""
    whole = [(word, 0, len(word))]
    if len(word) < 7 or not word.isalpha() or is_known(word):
        return whole
    for at in range(len(word) - 4, _SHORTEST_PART - 1, -1):
        if not _HEAD.match(word, at) or not is_known(word[at:]):
            continue
        for link in _LINKS:
            first = word[:at].removesuffix(link) if word[:at].endswith(link) else ""
            if len(first) >= _SHORTEST_PART and is_known(first):
                return [(first, 0, at), (word[at:], at, len(word))]
    return whole
