"""
Words where no space stands around each: in Chinese, Japanese and Korean, and the prefixes of Arabic.

A text is cut at the terms in it and what lies between. One-letter abbreviations (中, 러) are too common by themselves:
they count in a row that has Russia's among them (中俄, 북·중·러), beside a visit or an office (访朝, 伊外长),
and Russia's in Korean where it is a word.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

Span = tuple[int, int]
Piece = tuple[str, int, int]

_HAN = "\u3005-\u3007\u3400-\u9fff\uf900-\ufaff"
_KANA = "\u3040-\u30fa\u30fc-\u30ff"
_KATAKANA = "\u30a1-\u30fa\u30fc"
_HANGUL = "\uac00-\ud7a3"
_UNSPACED = re.compile(f"[{_HAN}{_KANA}{_HANGUL}]")
_SCRIPTS = re.compile(f"[{_HAN}{_KANA}]+|[{_HANGUL}]+|[^{_HAN}{_KANA}{_HANGUL}]+")
_IS_ARABIC = re.compile("[\u0620-\u06ff]")
_IS_HANGUL = re.compile(f"[{_HANGUL}]")
_IS_KATAKANA = re.compile(f"[{_KATAKANA}]+")
_PREFIXES = re.compile("[وف]?[بكل]?")
_PARTICLE = f"(?=[^{_HANGUL}]|\\Z|(?:에서|에게|와의|[가는의와에도])(?![{_HANGUL}]))"
# Plurals, possessives and the Persian link between words, longest first.
_ENDINGS = ("هايي", "هاي", "هما", "ها", "هم", "ات", "ان", "ون", "ين", "نا", "يه", "اي", "ه", "ي", "ا")
_SHORTEST_STEM = 4
_LONGEST = 12
_LETTERS = 0xF000
# What makes a longer word of a country's letter: 俄罗斯, 中间, 印象.
_LONGER = "罗斯鲜朗度耳国國东東间間央心亚尼拉始阳着向宫地库豆萨马瓦尔里古特利南克兹鲁立部期午年旬途象刷色金盟洲委"
# `중·인` is a row of countries whoever else is named.
_IS_DOTTED = re.compile(f"[{_HANGUL}]·[{_HANGUL}]")
_IS_DATED = re.compile("[0-9一二三四五六七八九十今昨当近连次翌同]日")
_OFFICES = (
    "军(?!火库)|軍|方(?![法面向式案便程言])|企(?!图)|籍|媒|总统|总理|外长|防长|外交部|国防部|副总理|政府|大使|海军|"
    "元首|领导人|官员|制(?![度裁定约])|大統領|首相|外相|外務|国防相|高官|当局|海軍|製|紙|向け|財務|検察"
)


def is_unspaced(folded: str) -> bool:
    """Tell whether a text has letters of a script without spaces between words, or with particles on them."""
    return _UNSPACED.search(folded) is not None


def is_hangul(letter: str) -> bool:
    """Tell a letter of Korean."""
    return _IS_HANGUL.match(letter) is not None


def is_arabic(folded: str) -> bool:
    """Tell whether a text has Arabic letters."""
    return _IS_ARABIC.search(folded) is not None


def unmark(word: str) -> str:
    """Take the Arabic article off, in terms and texts alike: `الصين` and `صين` are one word."""
    return word[2:] if len(word) > 4 and word.startswith("ال") else word


def split_arabic(word: str, candidates: Callable[[str], object], inner: Collection[str] = ()) -> list[Piece]:
    """
    Give `و`, `ل` and `روسيا` for `ولروسيا`, where the rest is a known word and the whole is not.

    `inner` are the words behind a term's first, which stay whole; of others, endings come off.
    """
    whole = unmark(word)
    if not _IS_ARABIC.match(word) or candidates(whole):
        return [(whole, 0, len(word))]
    for length in (1, 2):
        rest = word[length:]
        if rest.startswith("ل") and word[length - 1] == "ل" and "ا" + rest != whole:
            rest = rest[1:]
        if len(rest) > 2 and _PREFIXES.fullmatch(word, 0, length) and candidates(unmark(rest)):
            prefixes = [(letter, n, n + 1) for n, letter in enumerate(word[:length])]
            return [*prefixes, (unmark(rest), length, len(word))]
    stem = whole if whole in inner else _stem(whole, candidates) or whole
    return [(stem, 0, len(word))]


def _stem(word: str, candidates: Callable[[str], object]) -> str:
    """Give `اسلحه` for `اسلحتها`, `تحريم` for `تحريمهاي`: the known word without an ending of Arabic or Persian."""
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if len(rest) < _SHORTEST_STEM or rest == word:
            continue
        for stem in (rest, f"{rest[:-1]}ه" if rest.endswith("ت") else rest):
            if candidates(stem):
                return stem
    return ""


class Cutter:
    """Cuts runs of Han, Kana and Hangul at known words; `named` are abbreviations: Russia's, partners', others'."""

    def __init__(
        self, known: Collection[str], named: Mapping[str, str], find: Callable[[str], list[tuple[int, int, int]]]
    ) -> None:
        mine, letters = named["russia"], "".join(named.values())
        self._known = known
        self._mine = frozenset(mine)
        self._find = find
        self.letters = {letter: chr(_LETTERS + number) for number, letter in enumerate(letters)}
        # 中俄罗斯 is 中 and 俄罗斯: what makes a longer name of the letter keeps it out of a row.
        self._row = re.compile(f"(?!白俄)(?:[{letters}](?![{_LONGER}])[·・]?){{2,6}}" if mine else r"(?!)")
        free = "".join(letter for letter in letters if letter not in known)
        beside = f"(?<=[访訪抵赴对対])[{free}](?![俄{_LONGER}])|(?<![司其空途集立宪合办])[{free}]{{1,4}}(?={_OFFICES})"
        self._beside = re.compile(beside if free else r"(?!)")
        korean = "".join(letter for letter in mine if _IS_HANGUL.match(letter))
        # `북, 미사일 …`: whom a headline is about stands first.
        first = "".join(letter for letter in mine + named["partner"] if _IS_HANGUL.match(letter))
        alone = f"(?<![{_HANGUL}])[{korean}]{_PARTICLE}|\\A[{first}](?=,)"
        self._alone = re.compile(alone if korean else r"(?!)")
        self.cut = lru_cache(maxsize=20_000)(self._cut)

    def mark(self, folded: str) -> str:
        """Put signs of their own in place of the letters that stand for countries; the length stays."""
        marked = self._row.sub(self._mark_row, folded)
        marked = self._beside.sub(self._mark_beside, marked)
        return self._alone.sub(lambda found: self.letters[found[0]], marked)

    def _mark_row(self, row: re.Match[str]) -> str:
        is_row = not self._mine.isdisjoint(row[0]) or _IS_DOTTED.search(row[0])
        return self._mark_letters(row) if is_row else row[0]

    def _mark_beside(self, row: re.Match[str]) -> str:
        """Leave 中方 alone, which is a name of its own."""
        is_name = row.string[row.start() : row.end() + 1] in self._known
        return row[0] if is_name else self._mark_letters(row)

    def _mark_letters(self, row: re.Match[str]) -> str:
        before, after = row.string[max(0, row.start() - 1) : row.start()], row.string[row.end() : row.end() + 1]
        first, last = row[0][0], row[0].rstrip("·・")[-1]
        is_inside = any(
            script.match(a) and script.match(b or " ")
            for script, a, b in (
                (_IS_HANGUL, first, before),
                (_IS_KATAKANA, first, before),
                (_IS_KATAKANA, last, after),
            )
        )
        if is_inside:
            return row[0]
        dated = 1 if _IS_DATED.fullmatch(before + first) else 0
        return row[0][:dated] + "".join(self.letters.get(letter, letter) for letter in row[0][dated:])

    def _cut(self, run: str) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        for part in _SCRIPTS.finditer(run):
            cut = self._cut_hangul if _IS_HANGUL.match(part[0]) else self._cut_han
            pieces += [(part[0][a:b], part.start() + a, part.start() + b) for a, b in cut(part[0])]
        return tuple(pieces)

    def _cut_han(self, run: str) -> Iterator[Span]:
        done = 0
        for _, start, end in self._find(run):
            if self._touches_katakana(run, start, end):
                continue
            if done < start:
                yield done, start
            yield start, end
            done = end
        if done < len(run):
            yield done, len(run)

    @staticmethod
    def _touches_katakana(run: str, start: int, end: int) -> bool:
        """Tell whether a word in Katakana is part of a longer one: `タイ` in `タイプ`."""
        if not _IS_KATAKANA.fullmatch(run, start, end):
            return False
        neighbours = (run[max(0, start - 1) : start], run[end : end + 1])
        return any(_IS_KATAKANA.match(letter) for letter in neighbours)

    def _cut_hangul(self, run: str) -> Iterator[Span]:
        """Cut a word between spaces into terms and particles, from its beginning on."""
        at = 0
        while at < len(run):
            end = self._end_of_term(run, at)
            yield at, end
            at = end

    def _end_of_term(self, run: str, start: int) -> int:
        """Find the longest term from here; one letter is a term only at the end, as a particle."""
        for end in range(min(len(run), start + _LONGEST), start, -1):
            if run[start:end] in self._known and (end - start > 1 or (start and end == len(run))):
                return end
        return len(run)
