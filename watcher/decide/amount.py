"""Quantities, sums and shares in languages other than English, each with the good it counts or stands nearest to."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from watcher.decide.figure import Figure

if TYPE_CHECKING:
    from watcher.decide.unit import Sentence, Unit

_UNSPACED = frozenset({"zh", "ja", "ko"})
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩０１２３４５６７８９٫٬\u00a0\u202f", "012345678901234567890123456789.,  ")
_POINTED = frozenset({"zh", "ja", "ko", "ar", "fa"})
_SCALES: dict[str, dict[str, float]] = {
    "ru": {r"тыс(?:\.|яч\w*)": 1e3, r"млн\.?|миллион\w*": 1e6, r"млрд\.?|миллиард\w*": 1e9, r"трлн\.?|трилл\w*": 1e12},
    "uk": {r"тис(?:\.|яч\w*)": 1e3, r"млн\.?|мільйон\w*": 1e6, r"млрд\.?|мільярд\w*": 1e9, r"трлн\.?|трил\w*": 1e12},
    "pl": {r"tys\.?|tysi[ąę]\w*": 1e3, r"mln|milion\w*": 1e6, r"mld|miliard\w*": 1e9, r"bln|bilion\w*": 1e12},
    "de": {r"Tausend": 1e3, r"Mio\.?|Million(?:en)?": 1e6, r"Mrd\.?|Milliarden?": 1e9, r"Billion(?:en)?": 1e12},
    "fr": {r"mille|milliers": 1e3, r"millions?": 1e6, r"milliards?": 1e9, r"billions?": 1e12},
    "es": {r"mil millones": 1e9, r"mil": 1e3, r"millones|millón": 1e6, r"billones|billón": 1e12},
    "it": {r"mila|mille": 1e3, r"milion[ei]|mln": 1e6, r"miliard[io]|mld": 1e9, r"bilion[ei]": 1e12},
    "pt": {r"mil milhões|bilh(?:ões|ão)": 1e9, r"mil": 1e3, r"milh(?:ões|ão)": 1e6, r"trilh(?:ões|ão)": 1e12},
    "tr": {r"bin": 1e3, r"milyon": 1e6, r"milyar": 1e9, r"trilyon": 1e12},
    "ar": {r"ألف|آلاف|ألفا": 1e3, r"مليون\w?|ملايين": 1e6, r"مليار\w*": 1e9, r"تريليون": 1e12},
    "fa": {r"هزار": 1e3, r"میلیون": 1e6, r"میلیارد": 1e9, r"تریلیون": 1e12},
}  # fmt: skip
_SIGNS = dict(zip("百千万亿億兆천만억조백", (1e2, 1e3, 1e4, 1e8, 1e8, 1e12, 1e3, 1e4, 1e8, 1e12, 1e2), strict=True))
_SIGN = f"[{''.join(_SIGNS)}]"
# Of equal meaning in all fourteen languages; the first that fits counts.
_UNITS = {
    "%": r"%|٪|процент\w*|відсотк\w*|procent\w*|Prozent|pour cent|por ?cien(?:to)?|per cento|por cento"
    r"|パーセント|퍼센트|(?:ب|في )?الم(?:ئة|ائة)|درصد",
    "USD": r"\$|дол+ар\w*|dolar\w*|(?:US-)?Dollar|dollars?|dólares|dollari|美元|米?ドル|달러|دولار\w*|دلار",
    "EUR": r"€|евро|євро|euros?|Euro|avro|欧元|ユーロ|유로|يورو|یورو",
    "RUB": r"₽|рубл\w*|rubl\w*|Rubel|roubles?|rublos?|卢布|ルーブル|루블|روبل",
    "CNY": r"юан\w*|yuan\w*|juan\w*|元|人民元|위안|يوان|یوان",
    "INR": r"рупи\w*|rupi\w*|Rupien|roupies|rupias|卢比|ルピー|루피|روبية",
    "barrels per day": r"баррел\w* в (?:сутки|день)|барел\w* на (?:добу|день)|barył\w* dziennie"
    r"|Barrel (?:(?:pro|am) Tag|täglich)|barils? par jour|barriles (?:diarios|al día|por día)"
    r"|barili al giorno|barris por dia|برميل يوميا|بشکه در روز",
    "barrels": r"баррел\w*|барел\w*|barył\w*|Barrel|barils?|barriles|barili|barris|varil|桶|バレル|배럴|برميل|بشکه",
    "cubic metres": r"куб(?:\.|ометр\w*|ических метр\w*)|м³|Kubikmeter|mètres cubes|metros cúbicos|metri cubi|metreküp"
    r"|立方米|立方メートル|㎥|متر م[كک]عب",
    "tons": r"тонн\w*|ton\w*|Tonnen?|tonnes?|toneladas|tonnellate|吨|トン|톤|t\b|طن|تن\b",
}  # fmt: skip
_COUNTERS = r"[发發架枚辆輌艘名人个隻機頭両台척명대발기문량]"
# `yüzde 20`, `%20`, `百分之20`: the share's sign before its number.
_SHARE = re.compile(r"(?:yüzde|%|百分之)\s?\Z")
_MONEY = re.compile(r"[$€₽]\s?\Z")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NEAR, _NEAR_UNSPACED = 60, 20
_WORDS_BETWEEN = re.compile(r"[\w \-’'`]{0,30}")


def amounts(sentence: Sentence) -> list[tuple[str, Figure]]:
    """Give the sentence's figures, each with the id of the good that it is a figure of."""
    goods = [unit for unit in sentence.units if unit.sign in "GJV" and unit.ids and unit.end > unit.start]
    if not goods:
        return []
    text = sentence.text.translate(_DIGITS)
    found = []
    for number in _pattern(sentence.language).finditer(text):
        value, unit = _value(number, sentence.language), _unit(text, number)
        good = _nearest(sentence, number, goods) if unit else _counted(text, number, goods)
        if good is None or (not unit and _YEAR.fullmatch(number[0].strip())):
            continue
        start, end = number.span()
        if not unit:
            start, end, unit = min(start, good.start), max(end, good.end), sentence.text[good.start : good.end].lower()
        elif before := _SHARE.search(text, max(0, start - 6), start):
            start = before.start()
        figure = Figure(value, unit, sentence.text[start:end].strip())
        found += [(id_, figure) for id_ in good.ids]
    return found


@lru_cache(maxsize=64)
def _pattern(language: str) -> re.Pattern[str]:
    """Compile what a number looks like in a language: digits, scale, unit."""
    units = "|".join(_UNITS.values())
    if language in _UNSPACED:
        number = rf"(?P<number>(?:\d[\d,]{{0,15}}(?:\.\d+)?\s?{_SIGN}{{0,3}}){{1,4}})(?![\d])"
        return re.compile(rf"(?<![\d.]){number}\s?(?P<counter>{_COUNTERS})?\s?(?P<unit>{units})?")
    scales = "|".join(_SCALES.get(language, {"(?!)": 1.0}))
    number = r"(?P<number>\d{1,3}(?:[ .,']\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,15}(?:[.,]\d{1,9})?)"
    scaled = rf"(?<![a-zA-Zа-яА-Я\d.,-]){number}(?![\d-])(?:\s?(?P<scale>{scales})(?!\w))?"
    return re.compile(rf"{scaled}(?:\s(?:de |di |d')?|)(?P<unit>{units})?(?!\w)")


def _value(number: re.Match[str], language: str) -> float:
    if language in _UNSPACED:
        parts = re.findall(rf"(\d[\d,]{{0,15}}(?:\.\d+)?)\s?({_SIGN}{{0,3}})", number["number"])
        return sum(_plain(digits, language) * _product(signs) for digits, signs in parts)
    scale = number["scale"] or ""
    scales = _SCALES.get(language, {})
    factor = next((factor for words, factor in scales.items() if scale and re.fullmatch(words, scale)), 1.0)
    return _plain(number["number"], language) * factor


def _product(signs: str) -> float:
    product = 1.0
    for sign in signs:
        product *= _SIGNS[sign]
    return product


def _plain(digits: str, language: str) -> float:
    """Read `1 234,5`, `1.234,5`, `1,234.5` and `1.5`: three digits behind a sign are thousands, else a fraction."""
    if language not in _POINTED and re.search(r",\d{1,2}\Z|,\d{4,}\Z", digits):
        digits = digits.replace(".", "").replace(",", ".")
    digits = re.sub(r"[ ',.](?=\d{3}(?:\D|\Z))", "", digits)
    return float(digits.replace(",", "."))


def _unit(text: str, number: re.Match[str]) -> str:
    """Give the unit behind the number, or the sign before it; nothing where it counts things."""
    if behind := number["unit"]:
        return next(name for name, words in _UNITS.items() if re.fullmatch(words, behind))
    if _SHARE.search(text, max(0, number.start() - 6), number.start()):
        return "%"
    money = _MONEY.search(text, max(0, number.start() - 2), number.start())
    return {"$": "USD", "€": "EUR", "₽": "RUB"}[money[0][0]] if money else ""


def _counted(text: str, number: re.Match[str], goods: list[Unit]) -> Unit | None:
    """Find the good that is counted: right behind the number, or right before it and its counter."""
    for unit in goods:
        between = text[number.end() : unit.start]
        if unit.sign == "G" and unit.start >= number.end() and _WORDS_BETWEEN.fullmatch(between):
            return unit if len(between.split()) <= 2 else None
    if number.re.groupindex.get("counter") and number["counter"]:
        return next((unit for unit in goods if 0 <= number.start() - unit.end <= 2), None)
    return None


def _nearest(sentence: Sentence, number: re.Match[str], goods: list[Unit]) -> Unit | None:
    breaks = [unit.start for unit in sentence.units if unit.sign == ";"]
    near = [
        (gap, place)
        for place, unit in enumerate(goods)
        if (gap := max(unit.start - number.end(), number.start() - unit.end))
        <= (_NEAR_UNSPACED if sentence.language in _UNSPACED else _NEAR)
        and not any(min(unit.start, number.start()) < at < max(unit.start, number.start()) for at in breaks)
    ]
    return goods[min(near)[1]] if near else None
