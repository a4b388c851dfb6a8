"""What a finding is compared by, to tell whether two tell of one event: title, numbers, relations, names, time."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from watcher.decide.lexicon import base_language
from watcher.decide.script import is_unspaced

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.decide.match import Finding

# Partner, good, direction and what kind of status: only relations of one kind can be the same event.
Kind = tuple[str, str, str, str]

# What is said of everybody on every day joins nothing.
VAGUE = frozenset({"political-support"})
# One side's claim is another's fact; what is planned, denied or negated is another event.
_SAID = {"alleged": "reported"}
_WORDS = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")
# Capital letters of the alphabets that have them, or any of those that don't; `isupper` tells the mixed rows apart.
# What may not stand before a match is looked at behind its first sign: so the regex engine leaps from one such sign
# to the next.
_NAMES = re.compile(
    r"[A-Z\u00c0-\u024f\u0370-\u03ab\u0400-\u052f\u0590-\u06ff\u1e00-\u1eff](?<![^\W_].)[^\W\d_]{2,}(?:-[^\W\d_]{3,})*",
    re.DOTALL,
)
# A word that could have had a capital letter and has none.
_SMALL = re.compile(r"[a-z\u00df-\u00ff\u0430-\u045f\u03ac-\u03ce](?<![^\W_].)[^\W\d_]{2}", re.DOTALL)
_DASHES = (" - ", " | ", " – ", " — ")
# A text's head: what matters is said first, and what is compared stays short.
_HEAD = 300

_SCALES = {
    1e3: r"thousands?|mille|mil|mila|tausend|duizend|tys\w*|тыс|тысяч\w*|тис|тисяч\w*|bin|ming"
    r"|هزار|ألف|آلاف|हज़ार|χιλιάδες",
    1e5: "लाख",
    1e6: r"million\w*|miljoen|millón|millones|milh\w+|milion\w*|mln|mio|mn|m|млн|миллион\w*|мільйон\w*|milyon|миллиона"
    r"|میلیون|مليون|ملايين|εκατομμύρια",
    1e7: "करोड़",
    1e9: r"billion\w*|bln|bn|milliard\w*|miliard\w*|mrd|mld|mlrd|milyar\w*|млрд|миллиард\w*|мільярд\w*|میلیارد|مليار",
}
# Signs that stand against their number, where no spaces stand between words.
_SIGNS = {
    "百万": 1e6, "백만": 1e6, "千": 1e3, "천": 1e3, "万": 1e4, "萬": 1e4, "만": 1e4, "亿": 1e8, "億": 1e8, "억": 1e8,
}  # fmt: skip
_SPELT = "|".join(rf"(?P<e{int(value):d}>(?:{words})(?!\w))" for value, words in _SCALES.items())
_SCALE = re.compile(rf"(?P<sign>{'|'.join(_SIGNS)})|[\s\u00a0-]?(?:{_SPELT})", re.IGNORECASE)
# Not within a word, a date, an address, or a weapon's name: C300, 12:30, S-300.
_ALONE = r"(?<![^\W\u3040-\u9fff\uac00-\ud7a3]\d)(?<![.,:/-]\d)"
_NUMBER = re.compile(rf"\d{_ALONE}(?:\d{{0,2}}(?:[ \u00a0\u202f.,']\d{{3}})+|\d*(?:[.,]\d+)?)(?![\d:])")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[ \u00a0\u202f.,']\d{3})+")
_SHARE = re.compile(r"\s?(?:%|٪|per ?cent|percent|Prozent|процент|por ?cento|por ciento|pour cent|yüzde)")
_YEARS = range(1900, 2101)
# Of a skeleton are compared: endings differ from case to case.
LETTERS = 3
# Smaller whole numbers are days of a month, hours, rounds of talks.
_TELLING = 32
# Words that begin a sentence say no more with a capital letter; what follows is read after them.
_OPENERS = frozenset('.!?…:«“"([–—-')


@dataclass(frozen=True, slots=True)
class Traits:
    """
    What a finding is compared by.

    `shown` is the title without its outlet and `title` the same folded to words, `numbers` are those in it; `said` is
    who does what and how certainly, `kinds` says the same with the goods.
    """

    url: str
    shown: str
    title: str
    words: frozenset[str]
    numbers: frozenset[str]
    said: frozenset[tuple[str, str, str]]
    kinds: frozenset[Kind]
    language: str
    published: datetime | None

    @property
    def is_telling(self) -> bool:
        """Whether the title says enough: four words, or ten characters where words aren't spaced."""
        spaces = self.title.count(" ")
        return spaces >= 3 or (spaces == 0 and len(self.title) >= 10)


def traits(finding: Finding) -> Traits:
    """Take a finding's traits."""
    article = finding.article
    shown = without_outlet(article.title, article.source)
    words = _WORDS.findall(shown.casefold())
    kinds = frozenset(
        (found.partner, found.good, found.direction, _SAID.get(found.status, found.status))
        for found in finding.relations
        if found.good not in VAGUE
    )
    return Traits(
        url=article.url,
        shown=shown,
        title=" ".join(words),
        words=frozenset(words if article.title.isascii() else (piece for word in words for piece in _pieces(word))),
        numbers=frozenset(word for word in words if not word.isalpha() and _DIGIT.search(word)),
        said=frozenset((found.partner, found.direction, found.status) for found in finding.relations),
        kinds=kinds,
        language=base_language(article.language or "en"),
        published=article.published,
    )


def without_outlet(title: str, outlet: str) -> str:
    """Give a title without the outlet's name at its end: `… - Harbour News`."""
    if not outlet or title[-1:].casefold() != outlet[-1].casefold() or not title.casefold().endswith(outlet.casefold()):
        return title
    before = title[: len(title) - len(outlet)]
    return before[:-3] if before.endswith(_DASHES) else title


def figures(text: str) -> frozenset[float]:
    """Give the telling numbers of a text in any language, in full: `1,3 млн` and `1.3 million` are the same."""
    found = set()
    for number in _NUMBER.finditer(text):
        value, is_telling = _value(text, number)
        if is_telling:
            found.add(float(f"{value:.3g}"))
    return frozenset(found)


def names(text: str) -> frozenset[str]:
    """
    Give what may be names, as their skeletons: capitalised words within a sentence, any word of a script without.

    Of those whom every second report names there are none, nor of a headline that gives every word a capital.
    """
    capitals = [word for word in _NAMES.finditer(text) if word[0][0].isupper() or _is_caseless(word[0][0])]
    if len(capitals) > LETTERS and capitals[0][0][0].isupper() and not _SMALL.search(text):
        return frozenset()
    found = (_known_by(word[0]) for word in capitals if not _is_placed(text, word.start()))
    return frozenset(name for name in found if name)


def _is_placed(text: str, start: int) -> bool:
    """Whether a word owes its capital to its place."""
    before = text[max(0, start - 3) : start].rstrip()
    return not before or before[-1] in _OPENERS


@lru_cache(maxsize=20_000)
def _known_by(word: str) -> str:
    """Give the letters that a name is compared by, or nothing for one that is too short or in every second report."""
    name = skeleton(word)
    return name[:LETTERS] if len(name) >= LETTERS and not name.startswith(_common()) else ""


def skeleton(word: str) -> str:
    """Give a name's consonants in Latin letters, vowels and spelling left aside: Алабуге and Alabuga are `albg`."""
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_ROMAN))
    letters = "".join(letter for letter in plain if "a" <= letter <= "z")
    for written, sound in _SOUNDS:
        letters = letters.replace(written, sound)
    bare = letters[:1] + re.sub("[aeiouyjv]", "", letters[1:])
    return re.sub(r"(.)\1+", r"\1", re.sub("^[aeiouyj]", "a", bare))


def head(finding: Finding) -> str:
    """Give what a finding says first: headline, summary and evidence."""
    article = finding.article
    evidence = dict.fromkeys(found.evidence for found in finding.relations[:3] if found.evidence != article.title)
    return f"{article.title}. {article.summary[:_HEAD]} {' '.join(evidence)[:_HEAD]}"


def _pieces(word: str) -> list[str]:
    """Cut where no spaces stand between words: each two letters."""
    if is_unspaced(word) and len(word) > 2:
        return [word[start : start + 2] for start in range(len(word) - 1)]
    return [word]


def _value(text: str, found: re.Match[str]) -> tuple[float, bool]:
    """Give a number's value, and whether it says more than a date or a count of days does."""
    written = found[0]
    if _THOUSANDS.fullmatch(written):
        value, is_plain = float(re.sub(r"\D", "", written)), False
    else:
        value, is_plain = float(written.replace(",", ".")), written.isdecimal()
    if (scale := _SCALE.match(text, found.end())) and scale.lastgroup:
        sign = scale["sign"]
        return value * (_SIGNS[sign] if sign else float(scale.lastgroup[1:])), True
    if _SHARE.match(text, found.end()):
        return value / 1000, True
    return value, value >= _TELLING and not (is_plain and int(value) in _YEARS)


def _is_caseless(letter: str) -> bool:
    return "\u0590" <= letter <= "\u06ff"


_CYRILLIC = dict(zip("абвгґдезийклмнопрстуфхыэіїєўёқғңөүұһ", "abvggdezijklmnoprstufhyeiieuekgnouuh", strict=True))
_ROMAN = str.maketrans(
    _CYRILLIC
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ь": "", "ю": "yu", "я": "ya", "ı": "i"}
    | dict(zip("αβγδεζηικλμνξοπρσςτυφχψω", "avgdeziiklmnxoprsstifhpo", strict=True))
    | {"θ": "th"}
    | {"љ": "l", "њ": "n", "ђ": "d", "ћ": "c", "џ": "d", "ј": "j", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "ё": "e"}
    | dict(zip("بپتجچحخدرزژسصضطظفقکكگلمنهةوىيی", "bptgshhdrzsszttzfkkkglmnhhviyy", strict=True))
    | {"ش": "sh", "غ": "g", "ع": "", "ث": "s", "ذ": "z", "ا": "a", "أ": "a", "إ": "a", "آ": "a"}
)
# The same sound as different alphabets and languages write it.
_SOUNDS = (
    ("tsch", "s"), ("sch", "s"), ("tch", "s"), ("cz", "s"), ("sz", "s"), ("ch", "s"), ("sh", "s"), ("zh", "s"),
    ("kh", "h"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("ts", "s"), ("ck", "k"), ("q", "k"), ("x", "ks"),
    ("w", "v"), ("p", "b"), ("z", "s"), ("c", "k"),
)  # fmt: skip
# Whom every second report names: Russia, its war, its partners and their capitals, those who speak of them.
_COMMON = (
    "Russian Rossiya Vladimir Putin Lavrov Peskov Kremlin Federation Moskva Moskau Ukraine Zelensky Selenskyj "
    "Volodymyr Europe European Brussels States Washington American Trump President Minister Ministry Foreign "
    "Defence Reuters London Berlin Government Iran Iranian Tehran China Chinese Beijing Peking Korea Korean "
    "Pyongyang Seoul India Indian Delhi Turkey Turkish Türkiye Ankara Istanbul Belarus Minsk Lukashenko "
    "Kazakhstan Astana Kyrgyz Bishkek Uzbekistan Tashkent Hungary Hungarian Budapest Orban Slovakia Bratislava "
    "Serbia Belgrade Venezuela Caracas Cuba Havana Bamako Emirates Dubai German Deutschland French France Brazil "
    "Brasil Italy Jinping Erdogan Khamenei Pezeshkian Maduro Modi Российский Москва Кремль Путин Владимир Украина "
    "Зеленский Президент Министерство Иран Тегеран Китай Пекин Корея Пхеньян Индия Турция Анкара Белоруссия "
    "Беларусь Минск Лукашенко Казахстан Узбекистан Венгрия Будапешт Сербия روسیه روسيا مسکو موسكو کرملین الكرملين "
    "پوتین بوتين اوکراین أوكرانيا ایران إيران تهران طهران الصين چین Monday Tuesday Wednesday Thursday Friday "
    "Saturday Sunday January February August September October November December"
)


@cache
def _common() -> tuple[str, ...]:
    return tuple({short for name in _COMMON.split() if len(short := skeleton(name)) >= LETTERS})
