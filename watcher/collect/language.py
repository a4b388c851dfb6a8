"""
The language of an article: what its feed says, unless its letters say otherwise; else what the text itself shows.

What tells languages by their text is CLD2. On the labelled news (15 languages, title and summary) it answers for 98 %
of the items and is right in 99.4 % of its answers, at 22,000 texts a second and 8 MiB; of a few words it says nothing.
"""

from __future__ import annotations

import re

import pycld2  # noqa: TID251  the one seam to CLD2

_WRITTEN = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
# What publishers write for a language that has another code, or no two-letter one in their system.
_MISNAMED = {
    "ua": "uk", "jp": "ja", "cn": "zh", "kr": "ko", "gr": "el", "cz": "cs", "dk": "da", "se": "sv", "iw": "he",
    "eng": "en", "rus": "ru", "ukr": "uk", "spa": "es", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de",
    "ita": "it", "por": "pt", "pol": "pl", "tur": "tr", "zho": "zh", "chi": "zh", "jpn": "ja", "kor": "ko",
    "ara": "ar", "fas": "fa", "per": "fa", "farsi": "fa", "english": "en", "russian": "ru",
}  # fmt: skip
# Languages that are not mistaken for a neighbour's (Galician for Portuguese, Malay for Indonesian) in news.
_TOLD = frozenset(
    "ar be bg cs de el en es fa fr he hi hu it ja ka ko nl pl pt ro ru sk th tr uk vi zh".split()  # noqa: SIM905
)
_LATIN = frozenset("cs de en es fr hu it nl pl pt ro sk tr vi".split())  # noqa: SIM905
_ENOUGH = 55  # bytes; shorter texts are not asked about unless their letters contradict the feed
_LOOKED_AT = 1000
_LATIN_LETTER = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_OTHER_LETTER = re.compile("[^\\W\\d_A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_SURE = 90  # percent of the text


def language_of(written: str) -> str:
    """Give the two-letter code (three where there is no other) that a feed means, or ""."""
    name = written.strip().lower()
    if name in _MISNAMED:
        return _MISNAMED[name]
    found = _WRITTEN.fullmatch(name)
    return _MISNAMED.get(found[1], found[1]) if found else ""


def choose(said: str, text: str, *, otherwise: str) -> str:
    """
    Give an article's language: `said` by its feed, else read from the text, else `otherwise` (the desk's word).

    A site that calls its Russian texts English, as some software does by itself, isn't believed. A few words in Latin
    letters are not guessed at.
    """
    if said and _is_fitting(said, text):
        return said
    if said:
        return detect(text, is_guess=True) or said
    shown = detect(text) if len(text.encode("utf-8", "replace")) >= _ENOUGH else ""
    if shown or otherwise or _is_fitting("en", text):
        return shown or otherwise
    return detect(text, is_guess=True)  # at least not English


def detect(text: str, *, is_guess: bool = False) -> str:
    """Give the language that nearly all of a text is surely in (as a guess: is likeliest in), or ""."""
    try:
        is_sure, _, found = pycld2.detect(text[:_LOOKED_AT], isPlainText=True, bestEffort=is_guess)
    except (pycld2.error, UnicodeEncodeError):  # characters that are none
        return ""
    code = language_of(found[0][1])
    return code if is_sure and found[0][2] >= _SURE and code in _TOLD else ""


def _is_fitting(language: str, text: str) -> bool:
    """Say whether a text is written in the letters of its language, as far as a few words show it."""
    if language not in _TOLD or (language in _LATIN and text.isascii()):
        return True
    latin = len(_LATIN_LETTER.findall(text, 0, _LOOKED_AT))
    other = len(_OTHER_LETTER.findall(text, 0, _LOOKED_AT))
    return other <= 3 * latin if language in _LATIN else latin <= max(20, 9 * other)
