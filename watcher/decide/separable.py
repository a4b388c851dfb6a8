"""German verbs in two parts, with their object between these: `weist die Vorwürfe zurück`, `schließt einen Vertrag`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.decide.postnominal import ROMANCE, attach
from watcher.decide.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLAUSE = re.compile(r"[^,;:.!?|–—»“\"]{0,160}?(?=[,;:.!?|–—»“\"]|\s+(?:und|sowie)\b|\Z)")
_DEAL = r"\w*(?:deals?|abkommen|vertr[aä]ge?|pakte?|vereinbarung(?:en)?)\b"
# A verb's forms, what it takes to mean a class of words, and that class; particles stand at their clause's end.
_VERBS = tuple(
    (re.compile(rf"(?:{verb})\Z", re.IGNORECASE), re.compile(rest, re.IGNORECASE), name)
    for verb, rest, name in (
        (r"weis(?:t|en)|wies(?:en)?", r"\b(?:zurück|von sich)\Z", "deny"),
        (r"streite[tn]|stritt(?:en)?", r"\bab\Z", "deny"),
        (r"schlie(?:ß|ss)(?:t|en)|schloss(?:en)?", _DEAL, "conclude"),
        (r"schlie(?:ß|ss)(?:t|en)|schloss(?:en)?|lehn(?:t|en|te|ten)", r"\b(?:aus|ab)\Z", "refuse"),
        (
            r"(?:stell|setz|dreh|fahr)(?:t|en|te|ten)|fährt|fuhr(?:en)?",
            r"\b(?:ein|aus|ab|zu|herunter|zurück)\Z",
            "stop",
        ),
        (r"(?:führ|kauf)(?:t|en|te|ten)|nimmt|nehmen|nahm(?:en)?", r"\b(?:ein|ab|auf)\Z", "get"),
        (r"(?:führ|stell|leit)(?:e?t|en|e?te|e?ten)", r"\b(?:aus|bereit|zur verfügung|weiter)\Z", "give"),
        (r"(?:bau|weit)(?:e?t|en|e?te|e?ten)", r"\baus\Z", "grow"),
        (r"(?:setz|führ)(?:t|en|te|ten)", r"\b(?:fort|weiter)\Z", "continue"),
        (r"bring(?:t|en)|brachten?|halten|hält|hielt(?:en)?", r"\bauf\Z", "seize"),
        (r"biete[tn]|b[oö]t(?:en)?|(?:kündig|streb)(?:t|en|te|ten)", r"\ban\Z", "will"),
    )
)


def arrange(units: list[Unit], shown: str, language: str, symbols: Mapping[str, str]) -> list[Unit]:
    """Tell what a language's order of words says: an adjective behind its noun, a verb in two parts."""
    if language in ROMANCE:
        return attach(units, shown)
    return join_verbs(units, shown, symbols) if language == "de" else units


def join_verbs(units: list[Unit], shown: str, symbols: Mapping[str, str]) -> list[Unit]:
    """Put the meaning of both parts where the first stands, if the other follows in the same clause."""
    return [_joined(unit, shown, symbols) if unit.sign == "x" or not unit.sign.isascii() else unit for unit in units]


def _joined(unit: Unit, shown: str, symbols: Mapping[str, str]) -> Unit:
    forms = [(rest, name) for verb, rest, name in _VERBS if verb.match(shown, unit.start, unit.end)]
    if forms and (clause := _CLAUSE.match(shown, unit.end)):
        for rest, name in forms:
            if rest.search(clause[0]):
                return Unit(symbols[name], (name,), unit.start, unit.end)
    return unit
