"""Whom a sentence means that doesn't name him: the title's subject, its topic, or Russia that was just spoken of."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.decide.bearing import PARTNERS, RUSSIA
from watcher.decide.claim import GUARDIANS
from watcher.decide.hired import men, tells_of_hiring
from watcher.decide.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.decide.unit import Sentence

# Ukraine and other states: what a title calls Russia's may be used against them.
_BATTLE = frozenset("UuOo")
# What makes a title's good one that passes, or is used: `Rosjanie wystrzelili`.
_PASSING = frozenset((name,) for name in ("give", "get", "make", "use"))
_SENT = (("give",), ("get",))
_BESIDE = 3
# Words of a title on goods that get to Russia around sanctions.
_ROUTES = frozenset((name,) for name in ("sanction", "via", "transshipment", "dual-use"))
# Russian firms of one trade: who deals with them deals in it.
_TRADES = {
    "nuclear-power": re.compile(r"(?i)росатом|rosatom|روساتوم|روس‌?اتم|俄罗斯国家原子能|俄原子能|ロスアトム|로사톰"),
    "gas": re.compile(
        r"(?i)газпром(?!бан|нефт)|gazprom(?!bank|\Wneft)|غازبروم|گازپروم|俄气|俄罗斯天然气工业|ガスプロム|가스프롬"
    ),
    "oil": re.compile(
        r"(?i)роснефт|лукойл|rosn(?:e|ie)ft|[lł]ukoil|loukoïl|روسنفت|لوك ?أويل|لوک‌?اویل|"
        r"俄罗斯石油|卢克石油|ロスネフチ|ルクオイル|로스네프트|루코일"
    ),
    "diamonds": re.compile(r"(?i)алрос|alrosa"),
}
# In a roundup, later sentences are other stories.
_NEAR_TITLE = 4


def in_context(sentences: list[Sentence]) -> Iterator[Sentence]:
    """Give the sentences that concern Russia, or follow one; the title's one subject stands in where none is named."""
    title = sentences[0]
    head = [sentence for sentence in sentences if sentence.part == title.part == "title"] or [title]
    subject, role = _subjects(head), "implied"
    if not subject:
        subject, role = _topics(title), "topic"
    told, end = ([], []) if subject else _told(next((each for each in head if _names(each, RUSSIA)), title))
    owned = _own_goods(title, subject)
    is_about, is_before = any(_names(each, RUSSIA) for each in head), _names(title, RUSSIA)
    is_russian = any(_names(sentence, RUSSIA) for sentence in sentences[:_NEAR_TITLE])
    is_hiring = is_about and tells_of_hiring(title)
    before = title
    for sentence in sentences:
        has_russia, has_partner = _names(sentence, RUSSIA), _names(sentence, PARTNERS)
        is_near = 0 < sentence.number <= _NEAR_TITLE
        if owned and is_near and has_russia and any(unit.ids[:1] in _PASSING for unit in sentence.units):
            named = sentence if has_partner else _insert(sentence, Unit("P", (subject[0],), 0, 0, role), RUSSIA)
            yield _with_goods(named, owned)
        elif has_russia and not has_partner and len(subject) == 1:
            yield _insert(sentence, Unit("P", (subject[0],), 0, 0, role), RUSSIA)
        elif not has_russia and (friend := _friend(sentence)) and not has_partner and len(subject) == 1:
            yield _insert(sentence, Unit("P", (subject[0],), 0, 0, role), friend)
        elif has_russia or _friend(sentence):
            yield _with_goods(sentence, told) if has_russia and has_partner and is_near else sentence
        elif has_partner and men(sentence) >= 0 and ((is_hiring and is_near) or _are_fought(sentence)):
            yield _with_hirer(sentence)
        elif has_partner and (
            _is_dark(sentence) or _is_brokered(sentence) or ((is_about or is_before) and sentence.number <= _NEAR_TITLE)
        ):
            yield _with_russia(sentence, told, end)
        elif not has_partner and (pair := _pair(sentence, before)):
            yield pair
        elif is_about and is_near and len(subject) == 1 and not has_partner and _goes_on(sentence):
            yield _between(sentence, subject[0])
        elif _is_read_alone(sentence, is_russian=is_russian):
            yield sentence
        is_before, before = has_russia, sentence


def _is_read_alone(sentence: Sentence, *, is_russian: bool) -> bool:
    """Tell whether it is about who can block measures, or in a text on Russia about a fleet of nobody's."""
    if partners := sentence.ids(PARTNERS):
        return not GUARDIANS.isdisjoint(partners)
    return is_russian and any(unit.ids == ("fleet",) for unit in sentence.units)


def _subjects(head: list[Sentence]) -> list[str]:
    """Give the partners of a headline's first sentence; of the others too, where no word of war stands."""
    is_calm = all(_BATTLE.isdisjoint(sentence.signs) for sentence in head)
    return [*dict.fromkeys(id_ for sentence in (head if is_calm else head[:1]) for id_ in sentence.ids(PARTNERS))]


def _are_fought(sentence: Sentence) -> bool:
    """Tell whether Ukraine stands beside Pyongyang's men, who are there for Russia alone."""
    return "U" in sentence.signs and "KP" in sentence.ids(PARTNERS)


def _with_hirer(sentence: Sentence) -> Sentence:
    """Put Russia before the men whom a sentence names: its title says who hires them."""
    at = men(sentence)
    units = [*sentence.units[:at], Unit("R", ("RU",), 0, 0, "implied"), *sentence.units[at:]]
    return replace(sentence, units=units, signs="".join(unit.sign for unit in units))


def _told(title: Sentence) -> tuple[list[Unit], list[Unit]]:
    """
    Give what whoever is named next deals in: the first good that a title calls Russia's, with no word of war.

    Else, what is sent there to Russia, and the preposition that says so; around sanctions, the passage of goods.
    """
    if not _BATTLE.isdisjoint(title.signs):
        return [], []
    around = [["", *title.signs][n : n + 3] for n in range(len(title.units))]
    own = [
        unit
        for n, (unit, near) in enumerate(zip(title.units, around, strict=True))
        if unit.sign == "G" and ("r" in near or _is_from(title.units[n + 1 : n + 3]))
    ][:1]
    if own and any(unit.ids == ("get",) for unit in title.units[title.units.index(own[0]) :][:2]):
        return [], []  # `russische Fluggesellschaften kaufen`: what they get is another's
    at = next((n for n, unit in enumerate(title.units) if unit.sign == "R"), -1)
    goods = [unit for unit in title.units if unit.sign == "G"][: 1 + at]
    if own or not goods:
        return own, []
    if any(unit.ids in _ROUTES for unit in title.units):
        return [Unit("G", ("transshipment",), 0, 0, "terms")], []
    end = [unit for unit in title.units[at - 1 : at] if unit.ids == ("to",)]
    is_sent = bool(end) and any(unit.ids == ("give",) for unit in title.units)
    return (goods[:1], end) if is_sent else ([], [])


def with_trade(sentence: Sentence) -> Sentence:
    """Put the good of a Russian firm behind its name, where a sentence names no good."""
    if any(unit.sign in "GV" for unit in sentence.units):
        return sentence
    for n, unit in enumerate(sentence.units):
        for good, trade in _TRADES.items() if unit.sign in "RZ" and unit.role in ("firms", "group") else ():
            if trade.search(sentence.text, unit.start, unit.end):
                units = [
                    *sentence.units[: n + 1],
                    Unit("G", (good,), unit.end, unit.end, "weak"),
                    *sentence.units[n + 1 :],
                ]
                return replace(sentence, units=units, signs="".join(each.sign for each in units))
    return sentence


def _own_goods(title: Sentence, subject: list[str]) -> list[Unit]:
    """Give the first good of a title that names one partner alone: the next sentence may say it is Russia's."""
    if len(subject) != 1 or not {*RUSSIA, *_BATTLE, "W", "w"}.isdisjoint(title.signs):
        return []
    return [unit for unit in title.units if unit.sign == "G"][:1]


def _with_goods(sentence: Sentence, goods: list[Unit]) -> Sentence:
    """Put goods before the partners of a sentence that names no good of its own."""
    if any(unit.sign in "GVJ" for unit in sentence.units):
        return sentence
    for good in goods:
        sentence = _insert(sentence, good, PARTNERS)
    return sentence


def _is_from(units: list[Unit]) -> bool:
    """`зерно из России`: what follows says whose a good is."""
    return [unit.ids for unit in units] == [("from",), ("RU",)]


def _with_russia(sentence: Sentence, goods: list[Unit], end: list[Unit]) -> Sentence:
    """Put in Russia beside the partners, and goods that the title has go there where the sentence names none."""
    russia = Unit("R", ("RU",), 0, 0, "implied")
    completed = _with_goods(sentence, goods)
    if not end or completed is sentence:
        return _insert(completed, russia, PARTNERS)
    units = completed.units
    at = next(n for n, unit in enumerate(units) if unit.sign in PARTNERS)
    here = units[at].end
    placed = [replace(unit, start=here, end=here) for unit in (*end, russia)]
    return replace(completed, units=[*units[: at + 1], *placed, *units[at + 1 :]])


def _is_brokered(sentence: Sentence) -> bool:
    """Tell whether a sentence is about mediation for Ukraine: its other side needn't be named."""
    return "U" in sentence.signs and any(unit.ids == ("mediation",) for unit in sentence.units)


def _pair(sentence: Sentence, before: Sentence) -> Sentence | None:
    """Give a sentence about `both sides` with these two put in, where the one before names Russia and one partner."""
    partners = [*before.ids(PARTNERS)]
    at = next((n for n, unit in enumerate(sentence.units) if unit.ids == ("pair",)), -1)
    if at < 0 or len(partners) != 1 or not _names(before, RUSSIA):
        return None
    units = list(sentence.units)
    units[at] = replace(units[at], sign="Z", ids=(partners[0],), role="group")
    return replace(sentence, units=units, signs="".join(unit.sign for unit in units))


def _friend(sentence: Sentence) -> str:
    """Give the sign of a word for the Kremlin's friends, where one stands."""
    return next((unit.sign for unit in sentence.units if unit.ids == ("russian",)), "")


def _is_dark(sentence: Sentence) -> bool:
    """Tell whether a sentence is about the shadow fleet, which carries Russia's oil."""
    return any(unit.ids == ("fleet",) for unit in sentence.units)


def _goes_on(sentence: Sentence) -> bool:
    """Tell whether a sentence names nobody and says more of what two do: `Товарооборот вырос`, `Wysyła też rakiety`."""
    if _names(sentence, "WUOXwuo"):
        return False
    first = next((unit for unit in sentence.units if unit.ids), None)
    sent = [n for n, unit in enumerate(sentence.units) if unit.ids in _SENT]
    goods = [n for n, unit in enumerate(sentence.units) if unit.sign == "G" and unit.role != "weak"]
    is_trade = first is not None and (first.sign, first.ids) == ("J", ("trade",))
    return is_trade or any(abs(n - m) <= _BESIDE for n in sent for m in goods)


def _between(sentence: Sentence, partner: str) -> Sentence:
    """Put Russia and a partner before what a sentence says."""
    units = [Unit("Z", (partner,), 0, 0, "group"), *sentence.units]
    return replace(sentence, units=units, signs="".join(unit.sign for unit in units))


def _topics(sentence: Sentence) -> list[str]:
    """Give the countries that a sentence names only in a phrase of another meaning: `Iran-Krieg`."""
    return [id_ for unit in sentence.units if unit.role == "unless" for id_ in unit.ids][:1]


def _names(sentence: Sentence, signs: str) -> bool:
    return any(sign in signs for sign in sentence.signs)


def _insert(sentence: Sentence, implied: Unit, beside: str) -> Sentence:
    """Put an implied actor before the first of those it deals with."""
    units = sentence.units
    at = next(n for n, unit in enumerate(units) if unit.sign in beside)
    placed = replace(implied, start=units[at].start, end=units[at].start)
    return replace(sentence, units=[*units[:at], placed, *units[at:]])
