"""
The short notation of the lexicon's terms, spelt out.

`drone+` is a noun with its plural, `ship~` a regular English verb with all its forms, `sell~sold` and
`give~gave~given` irregular ones, `stem*` any word that begins so, `=US` a word that must stand in these very letters.
"""

from __future__ import annotations

import itertools
import re

_VOWELS = "aeiou"
_DOUBLING = re.compile(r"[^aeiou][aeiou][bdgmnprt]\Z")


def spell(term: str) -> list[str]:
    """Give every form a term stands for, in its own letters; `*` stays."""
    forms = [_spell_word(word) for word in term.split()]
    return [" ".join(words) for words in itertools.product(*forms)]


def _spell_word(word: str) -> list[str]:
    if word.endswith("+") and len(word) > 1:
        return [word[:-1], add_s(word[:-1])]
    if "~" in word[1:]:
        return _conjugate(*word.split("~"))
    return [word]


def add_s(word: str) -> str:
    """Give the plural of a noun, or the third person of a verb."""
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"


def _conjugate(verb: str, past: str, *participle: str) -> list[str]:
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) else verb
    if _DOUBLING.search(verb) and len(verb) <= 4:
        stem = verb + verb[-1]
    regular = verb[:-1] + "ied" if verb.endswith("y") and verb[-2:-1] not in _VOWELS else stem + "ed"
    if verb.endswith("e"):
        regular = verb + "d"
    return list(dict.fromkeys([verb, add_s(verb), past or regular, *participle, stem + "ing"]))
