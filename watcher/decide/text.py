"""
Normalising and sentences: what every reader of text on this floor starts from.

`clean` gives the text as it is shown and quoted; `fold` gives its shadow for matching, character by character, so
that an offset in one is an offset in the other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# One by one: a class that repeats is searched for many times slower.
_INVISIBLE = re.compile(
    "[\u00ad\u0640\u064b-\u0652\u0670\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*(?:>|\Z)|https?://\S+|&(?:nbsp|amp|quot|#\d{1,6});")
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_MIXED = re.compile("[a-z][\u0400-\u04ff]|[\u0400-\u04ff][a-z]")
_LOOKALIKES = str.maketrans("асеорхуіјкмтвн", "aceopxyijkmtbh")
_SPECIAL = {
    "\u2018": "'", "\u2019": "'", "\u201b": "'", "\u02bc": "'", "\u0060": "'", "\u00b4": "'", "\u2032": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2212": "-",
    "ı": "i", "İ": "i", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ß": "s",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ؤ": "و",
}  # fmt: skip
_ABBREVIATIONS = frozenset({
    "mr", "mrs", "ms", "dr", "gen", "lt", "col", "maj", "sgt", "capt", "sen", "rep", "gov", "prof", "st", "no", "vs",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "u.s", "u.k", "u.n",
    "u.a.e", "e.u", "ee.uu", "d.c", "inc", "ltd", "corp", "co", "jr", "sr", "approx", "etc", "e.g", "i.e",
    "тис", "тыс", "млн", "млрд", "трлн", "долл", "руб", "mio", "mrd", "tys",
})  # fmt: skip
_END = re.compile(r"(?:[.!?…]{1,6}[\"'”’»)\]]*(?=\s)|[。！？]+[」』”]*|[\n\r]+|(?<=\S)\s*[*•▪]+(?=\S))\s*")
# Elsewhere a semicolon parts the items of a bulletin: `Смотрите в этом выпуске: …; …`.
_END_ABROAD = re.compile(rf"(?:{_END.pattern})|[;；؛]\s+")
# A letter of each way to end, which is found many times faster than the ways themselves.
_STOP = re.compile("[.!?…。！？\n\r*•▪]")
_STOP_ABROAD = re.compile(_STOP.pattern[:-1] + ";；؛]")
# What begins a sentence though an abbreviation stands before it: `from the U.S. While …`.
_OPENERS = re.compile(r"(?:The|This|These|While|But|And|In|On|At|As|It|He|She|They|We|If|When|Although|However)\s")
# Where a dot makes a number an ordinal: `20. Sanktionspaket`.
_DOTTING = frozenset({"de", "pl", "tr", "cs", "sk", "hu", "sr", "fi", "no", "da"})
_ORDINAL = re.compile(r"(?<![\d.,:])\d{1,2}\Z")
# A headline that only lists an edition's topics: `News: Ungarn, Gaspreise, Wladimir Putin`.
_BULLETIN = re.compile(
    r"(?i)(?:news(?:ticker|letter|blog)?|nachrichten|themen|(?:morning )?briefing|was heute wichtig (?:ist|wird)|"
    r"(?:die )?(?:lage|nachrichten|themen) (?:am|des|vom) \w+|revue de presse|rassegna stampa|prima pagina|"
    r"(?:le|les|las|os|as|i) (?:notizie|titres|noticias|titulares|notícias|temas|fatti) (?:di|du|del|do|de)\s?\w+|"
    r"l'essentiel de l'actualité|à la une|en portada|manchetes do dia)\s?:(?=[^,]*,[^,]*,)"
)
_ITEM = re.compile(r"[^,]*[^,\s][^,]*,?")
_MOST_OF_BULLETIN = 250
_WORD_BEFORE = re.compile(r"[\w.]+\Z")


def _fold_character(character: str) -> str:
    """Lower it, take marks off Latin, Greek and Arabic letters, widen nothing: one character in, one out."""
    if character in _SPECIAL:
        return _SPECIAL[character]
    if 0xFF01 <= ord(character) <= 0xFF5E:
        character = chr(ord(character) - 0xFEE0)
    lowered = character.lower()
    if lowered.isspace():
        return " "
    if lowered < "\u0400" or "\u1e00" <= lowered < "\u2000":
        lowered = unicodedata.normalize("NFD", lowered)[0]
    return lowered


# Whatever is folded otherwise than `lower` would: translating every character of a text costs several times as much.
_FOLDED = re.compile(f"[\x80-\u03ff\u1e00-\u1fff\uff01-\uff5e\u1680\u2000-\u200a\u205f\u3000{''.join(_SPECIAL)}]")
_FORMS: dict[str, str] = {}


def clean(text: str) -> str:
    """Give the text composed (NFC), without markup, invisible characters and lone surrogates."""
    if "<" in text or "&" in text or "://" in text:
        text = _MARKUP.sub(" ", text)
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return text


@lru_cache(maxsize=8)
def shadow(shown: str) -> tuple[str, str]:
    """Give a text cleaned, and that folded; the last few are remembered, since an article's readers ask in turn."""
    cleaned = clean(shown)
    return cleaned, fold(cleaned)


def fold(text: str) -> str:
    """Give the lower-case shadow of a cleaned text, of the same length, lookalike letters in mixed words undone."""
    if text.isascii():
        return text.lower()
    folded = _FOLDED.sub(_form, text).lower()
    if _CYRILLIC.search(folded) and _MIXED.search(folded):
        folded = _WORD.sub(_unmix, folded)
    return folded


def _form(found: re.Match[str]) -> str:
    character = found[0]
    if character not in _FORMS:
        _FORMS[character] = _fold_character(character)
    return _FORMS[character]


def _unmix(found: re.Match[str]) -> str:
    """Give a word of Latin and Cyrillic letters in Latin ones."""
    word = found[0]
    return word.translate(_LOOKALIKES) if _MIXED.search(word) else word


def sentences(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Give the spans of a cleaned text's sentences, without the space around them."""
    if language != "en" and len(text) < _MOST_OF_BULLETIN and _BULLETIN.match(text):
        return [_trim(text, *item.span()) for item in _ITEM.finditer(text)]
    spans = []
    start = 0
    for found in _ends(text, language):
        if found[0][0] == "." and _is_abbreviation(text, found.start()) and not _OPENERS.match(text, found.end()):
            continue
        if (
            found[0][0] == "."
            and language in _DOTTING
            and _ORDINAL.search(text, max(0, found.start() - 4), found.start())
        ):
            continue
        spans.append((start, found.end()))
        start = found.end()
    spans.append((start, len(text)))
    return [span for first, last in spans if (span := _trim(text, first, last))[0] < span[1]]


def _ends(text: str, language: str) -> Iterator[re.Match[str]]:
    """Find what ends a sentence, as `finditer` would: at its first letter, or the space before an item's bullet."""
    end, stop = (_END, _STOP) if language == "en" else (_END_ABROAD, _STOP_ABROAD)
    after = 0
    while candidate := stop.search(text, after):
        at = candidate.start()
        before = at
        while before > after and text[before - 1].isspace():
            before -= 1
        found = end.match(text, before) or end.match(text, at)
        if found:
            yield found
        after = found.end() if found else at + 1


def _is_abbreviation(text: str, dot: int) -> bool:
    found = _WORD_BEFORE.search(text, max(0, dot - 12), dot)
    if found is None:
        return False
    word = found[0].lower()
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
