"""Quantities, sums and shares in a sentence, each with the good it stands beside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from watcher.decide.unit import Sentence, Unit

_SCALES = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "mln": 1e6, "mn": 1e6, "m": 1e6,
    "billion": 1e9, "bln": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "₽": "RUB", "₹": "INR"}
_MEASURES = (
    r"barrels? (?:per|a) day|bpd|b/d|barrels?|bcm|cubic met(?:er|re)s|(?:metric )?tons?|tonnes?|kilograms?|kg|"
    r"dollars?|euros?|rubles?|roubles?|yuan|rupees?|MW|GW"
)
_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_FIGURE = re.compile(
    rf"(?<![\w.,-])(?P<money>[$€£¥₽₹])?\s?(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|\b(?:{'|'.join(_WORDS)})\b)"
    r"(?![\w,.]*\d|-(?!thousand|million|billion|trillion)[a-z])"
    r"(?:[ -]?(?P<scale>thousand|million|billion|trillion|mln|bln|mn|bn|tn|m|k)\b)?"
    rf"(?:\s?(?P<share>%|per ?cent\b)|\s(?P<measure>{_MEASURES})\b)?"
)
# A tariff's rate, a share of the vote: not a figure of the goods beside it.
_OTHERS = re.compile(r"tariff|dut(?:y|ies)\b|lev(?:y|ies)\b|interest rate|of the vote|of GDP")
# A share that says how much more or less: of the one good that the sentence has, however far off.
_CHANGE = re.compile(
    r"\b(?:up|down|rose|risen|fell|fallen|grew|jumped|surged|soared|dropped|plunged|declined)(?: by)? $"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_BETWEEN = re.compile(r"[ \w'’-]{0,40}")
_NEAR = 60


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity, sum or share attached to a relation: its value in full, its unit, and the text's own words."""

    value: float
    unit: str
    text: str


def figures(sentence: Sentence) -> list[tuple[str, Figure]]:
    """Give the sentence's figures, each with the id of the good it counts or stands nearest to in its clause."""
    goods = [unit for unit in sentence.units if unit.sign in "GJV" and unit.ids]
    if not goods:
        return []
    found = []
    for number in _FIGURE.finditer(sentence.text):
        counted = _counted(sentence.text, number, goods)
        unit = counted or _nearest(sentence, number, goods)
        figure = _figure(sentence.text, number, counted)
        if unit is not None and figure is not None:
            found += [(id_, figure) for id_ in unit.ids]
    return found


def of_good(
    good: str, sentence: Sentence, again: Iterable[Sentence], found: Callable[[Sentence], list[tuple[str, Figure]]]
) -> tuple[Figure, ...]:
    """
    Give a good's figures, as `found` in the sentence that a relation was read in.

    A title often has none: then the summary's counts, where its sentences say the same `again` with one figure in all.
    """
    own = tuple(figure for id_, figure in found(sentence) if id_ == good)
    if own or sentence.part != "title":
        return own
    told = [figure for each in again for id_, figure in found(each) if id_ == good]
    return tuple(told[:1]) if len({(figure.value, figure.unit) for figure in told}) == 1 else ()


def is_again(before: Sentence, sentence: Sentence, partner: str, group: str) -> bool:
    """Whether a summary's sentence that names a partner goes on about goods of its title's; favours aren't counted."""
    is_next = before.part == "title" and sentence.part == "summary" and group != "favours"
    return is_next and any(partner in unit.ids and unit.start < unit.end for unit in sentence.units)


def _counted(text: str, number: re.Match[str], goods: list[Unit]) -> Unit | None:
    """Find the good that is counted: `400 ballistic missiles`, with nothing but a few words between."""
    if number["money"] or number["share"] or number["measure"]:
        return None
    for unit in goods:
        if unit.sign == "G" and unit.start > number.end() and _BETWEEN.fullmatch(text, number.end(), unit.start):
            return unit if len(text[number.end() : unit.start].split()) <= 2 else None
    return None


def _nearest(sentence: Sentence, number: re.Match[str], goods: list[Unit]) -> Unit | None:
    is_others = _OTHERS.search(sentence.text, max(0, number.start() - 30), number.end() + 20)
    if is_others or not (number["money"] or number["share"] or number["measure"]):
        return None
    is_change = number["share"] and len(goods) == 1 and _CHANGE.search(sentence.text, 0, number.start())
    reach = len(sentence.text) if is_change else _NEAR
    breaks = [unit.start for unit in sentence.units if unit.sign == ";"]
    near = [
        (gap, place)
        for place, unit in enumerate(goods)
        if (gap := max(unit.start - number.end(), number.start() - unit.end)) <= reach
        and not any(min(unit.start, number.start()) < at < max(unit.start, number.start()) for at in breaks)
    ]
    return goods[min(near)[1]] if near else None


def _figure(text: str, number: re.Match[str], counted: Unit | None) -> Figure | None:
    if counted is not None and not number["scale"] and _YEAR.fullmatch(number["number"]):
        return None
    value = _value(number["number"]) * _SCALES.get(number["scale"] or "", 1)
    if counted is not None:
        noun = text[counted.start : counted.end]
        return Figure(value, noun.split()[-1].lower(), text[number.start() : counted.end].strip())
    if number["money"]:
        return Figure(value, _CURRENCIES[number["money"]], number[0].strip())
    return Figure(value, "%" if number["share"] else number["measure"], number[0].strip())


def _value(number: str) -> float:
    return float(_WORDS.index(number) + 2) if number in _WORDS else float(number.replace(",", ""))
