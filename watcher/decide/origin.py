"""Who a report comes from in the end: twenty papers with one agency's text are one origin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.decide.traits import without_outlet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.decide.match import Finding

# The agencies whose texts others print, as their bylines and datelines write them.
_AGENCIES = (
    "Reuters", "AP", "Associated Press", "AFP", "Agence France-Presse", "Bloomberg", "dpa", "EFE", "ANSA", "Lusa",
    "PAP", "APA", "Belga", "Kyodo", "Jiji", "Yonhap", "Xinhua", "PTI", "ANI", "IANS", "Anadolu", "AA", "TASS",
    "ТАСС", "Interfax", "Интерфакс", "RIA Novosti", "РИА Новости", "Ukrinform", "Укринформ", "Укрінформ", "KCNA",
    "IRNA", "Tasnim", "Fars", "BelTA", "БЕЛТА", "Kazinform", "UPI", "CNA", "SANA", "연합뉴스", "新华社", "共同",
)  # fmt: skip
_NAMED = {name.casefold(): name.casefold() for name in _AGENCIES} | {
    "associated press": "ap", "agence france-presse": "afp", "тасс": "tass", "интерфакс": "interfax", "aa": "anadolu",
    "риа новости": "ria novosti", "укринформ": "ukrinform", "укрінформ": "ukrinform", "белта": "belta",
    "연합뉴스": "yonhap", "新华社": "xinhua",
}  # fmt: skip
_ANY = "|".join(re.escape(name) for name in sorted(_AGENCIES, key=len, reverse=True))
# `KYIV (Reuters) –`, `(AFP) `, `新华社莫斯科1月12日电`: a credit stands before the text's first sentence ends.
_CREDIT = re.compile(rf"^[^!?\n]{{0,60}}?[(（/]\s*({_ANY})\s*[)）/]|^({_ANY})(?:\s*[-–—:]|(?=[\u3400-\u9fff]))")
_BYLINE = re.compile(rf"(?<!\w)({_ANY})(?!\w)", re.IGNORECASE)
_WORDS = re.compile(r"\w+")
# So many words alike at a text's beginning are no coincidence.
_SAME = 12


def origins(findings: Iterable[Finding]) -> int:
    """Count who tells a story by themselves: an agency and all that print its text, or the same headline, are one."""
    known: dict[object, int] = {}
    merged: dict[int, int] = {}
    for number, finding in enumerate(findings):
        signs = _signs(finding)
        roots = {_root(merged, known[sign]) for sign in signs if sign in known}
        merged[number] = number
        for root in roots:
            merged[root] = number
        known.update(dict.fromkeys(signs, number))
    return sum(number == root for number, root in merged.items())


def _root(merged: dict[int, int], number: int) -> int:
    while merged[number] != number:
        number = merged[number]
    return number


def _signs(finding: Finding) -> list[object]:
    """Give what a report shares with its copies: outlet, agency, headline, beginning."""
    article = finding.article
    signs: list[object] = [("title", tuple(_WORDS.findall(without_outlet(article.title, article.source).casefold())))]
    if article.source:
        name = article.source.casefold()
        signs.append(("source", _NAMED.get(name, name)))
    if agency := _agency(finding):
        signs.append(("source", agency))
    for text in (article.summary, article.body):
        words = _WORDS.findall(text[:400].casefold())
        if len(words) >= _SAME:
            signs.append(("text", tuple(words[:_SAME])))
    return signs


def _agency(finding: Finding) -> str:
    """Give the agency that a report is credited to, or nothing."""
    article = finding.article
    bylines = [_BYLINE.search(article.author[:100]), _BYLINE.fullmatch(article.source)]
    bylines += [_CREDIT.search(text[:200]) for text in (article.summary, article.body)]
    found = next((byline for byline in bylines if byline), None)
    return _NAMED[next(filter(None, found.groups())).casefold()] if found else ""
