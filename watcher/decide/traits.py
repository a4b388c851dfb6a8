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
_NAMES = re.compile(r"[^\W\d_]{4,}(?:-[^\W\d_]{3,})*")
# A text's head: what matters is said first, and what is compared stays short.
_HEAD = 300

_SCALES = {
    1e3: "thousand|thousands|mille|mil|mila|tausend|tys|tysi\\w+|тыс|тысяч\\w*|тис|тисяч\\w*|bin|nghìn"
    "|هزار|ألف|آلاف|千|천",
    1e4: "万|萬|만",
    1e6: "million\\w*|millón|millones|milh\\w+|milion\\w*|milioni|mln|mio|mn|m|млн|миллион\\w*|мільйон\\w*|milyon"
    "|میلیون|مليون|ملايين|百万|백만",
    1e8: "亿|億|억",
    1e9: "billion|bln|bn|milliard\\w*|miliard\\w*|miliardi|mrd|mld|milyar|млрд|миллиард\\w*|мільярд\\w*|میلیارد|مليار",
}
_SCALE = {value: re.compile(rf"[\s\u00a0-]?(?:{words})(?!\w)", re.IGNORECASE) for value, words in _SCALES.items()}
_UNSPACED_SCALE = {"千": 1e3, "천": 1e3, "万": 1e4, "萬": 1e4, "만": 1e4, "百万": 1e6, "亿": 1e8, "億": 1e8, "억": 1e8}
_NUMBER = re.compile(
    r"(?<![\w.,:/-])\d{1,3}(?:[ \u00a0\u202f.,']\d{3})+(?![\d:])|(?<![\w.,:/-])\d+(?:[.,]\d+)?(?![\d:])"
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[ \u00a0\u202f.,']\d{3})+")
_SHARE = re.compile(r"\s?(?:%|٪|per ?cent|percent|Prozent|процент|por ?cento|por ciento|pour cent|yüzde)")
_YEARS = range(1900, 2101)
# Smaller whole numbers are days of a month, hours, rounds of talks.
_TELLING = 32
# Words that begin a sentence say no more with a capital letter; what follows is read after them.
_PLACED = re.compile(r"(?:^|[.!?…:«“\"'(\[–—-])\s*$")


@dataclass(frozen=True, slots=True)
class Traits:
    """
    What a finding is compared by.

    `title` is folded to words, `numbers` are those in it; `said` is who does what and how certainly, `kinds` says the
    same with the goods.
    """

    url: str
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
    words = _WORDS.findall(without_outlet(article.title, article.source).casefold())
    kinds = frozenset(
        (found.partner, found.good, found.direction, _SAID.get(found.status, found.status))
        for found in finding.relations
        if found.good not in VAGUE
    )
    return Traits(
        url=article.url,
        title=" ".join(words),
        words=frozenset(piece for word in words for piece in _pieces(word)),
        numbers=frozenset(word for word in words if any(letter.isdigit() for letter in word)),
        said=frozenset((found.partner, found.direction, found.status) for found in finding.relations),
        kinds=kinds,
        language=base_language(article.language or "en"),
        published=article.published,
    )


def without_outlet(title: str, outlet: str) -> str:
    """Give a title without the outlet's name at its end: `… - Harbour News`."""
    for dash in (" - ", " | ", " – ", " — "):
        tail = f"{dash}{outlet}".casefold()
        if outlet and title.casefold().endswith(tail):
            return title[: len(title) - len(tail)]
    return title


def figures(text: str) -> frozenset[float]:
    """Give the telling numbers of a text in any language, in full: `1,3 млн` and `1.3 million` are the same."""
    found = set()
    for number in _NUMBER.finditer(text):
        value, is_telling = _value(text, number)
        if is_telling:
            found.add(float(f"{value:.3g}"))
    return frozenset(found)


def names(text: str) -> frozenset[str]:
    """Give the skeletons of what may be names: capitalised words within a sentence; any word of a script without."""
    found = set()
    for word in _NAMES.finditer(text):
        is_name = word[0][0].isupper() and not _PLACED.search(text[max(0, word.start() - 4) : word.start()])
        if is_name or _is_caseless(word[0][0]):
            found.add(skeleton(word[0]))
    return frozenset(name for name in found if len(name) >= 4 and not name.startswith(_common()))


@lru_cache(maxsize=20_000)
def skeleton(word: str) -> str:
    """Give a name's consonants in Latin letters, its vowels and spelling left aside: Алабуга and Alabuga are `albg`."""
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_ROMAN))
    letters = "".join(letter for letter in plain if "a" <= letter <= "z")
    for written, sound in _SOUNDS:
        letters = letters.replace(written, sound)
    bare = letters[:1] + re.sub("[aeiouyjv]", "", letters[1:])
    return re.sub(r"(.)\1+", r"\1", re.sub("^[aeiouyj]", "a", bare))


def head(finding: Finding) -> str:
    """Give what a finding says first: headline, summary and evidence."""
    evidence = " ".join(dict.fromkeys(found.evidence for found in finding.relations[:3]))
    return f"{finding.article.title}. {finding.article.summary[:_HEAD]} {evidence[:_HEAD]}"


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
    for scale, words in _SCALE.items():
        if words.match(text, found.end()):
            return value * scale, True
    if unspaced := next((scale for sign, scale in _UNSPACED_SCALE.items() if text.startswith(sign, found.end())), 0):
        return value * unspaced, True
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
    | {"θ": "th", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "ё": "e"}
    | dict(zip("بپتجچحخدرزژسصضطظفقکكگلمنهةوىيی", "bptgshhdrzsszttzfkkkglmnhhviyy", strict=True))
    | {"ش": "sh", "غ": "g", "ع": "", "ث": "s", "ذ": "z", "ا": "a", "أ": "a", "إ": "a", "آ": "a"}
)
# The same sound as different alphabets and languages write it.
_SOUNDS = (
    ("tsch", "s"), ("sch", "s"), ("tch", "s"), ("cz", "s"), ("sz", "s"), ("ch", "s"), ("sh", "s"), ("zh", "s"),
    ("kh", "h"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("ts", "s"), ("ck", "k"), ("q", "k"), ("x", "ks"),
    ("w", "v"), ("p", "b"), ("z", "s"), ("c", "k"),
)  # fmt: skip
# Whom every second report names: Russia, its leaders, its war, and those who speak of it.
_COMMON = (
    "Vladimir Lavrov Peskov Kremlin Federation Moskva Moskau Ukraine Zelensky Selenskyj Volodymyr Europe European "
    "Brussels States Washington American Trump President Minister Ministry Foreign Defence Reuters London Berlin "
    "Government "
    "Российский Москва Кремль Путин Владимир Лавров Песков Украина Зеленский Президент Министерство "
    "روسیه مسکو موسكو کرملین الكرملين پوتین بوتين اوکراین أوكرانيا "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February August September October "
    "November December"
)


@cache
def _common() -> tuple[str, ...]:
    return tuple(short for name in _COMMON.split() if len(short := skeleton(name)) >= 4)
