"""Who says so: the shortest name that a sentence gives its claim to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence

_SPEAKERS = frozenset("RPQWUOZX")
_TITLES = frozenset(
    {"president", "premier", "minister", "chancellor", "leader", "king", "prince", "spokesman", "spokeswoman"}
)
# Who is no actor of the lexicon, an outlet or a service, where the text says outright that it speaks.
_NAME = r"(?:the )?((?:[A-Z][\w&.-]*)(?: (?:of |for )?[A-Z][\w&.-]*){0,4}(?: intelligence| officials?| media)?)"
_SAYS = r"(?:has )?(?:says?|said|reports?|reported|claims?|claimed|warns?|warned|writes|wrote|finds|found)"
_CITED = re.compile(rf"\b(?i:according to|citing|cited by|reported by) {_NAME}|, {_NAME} {_SAYS}\b[^,;:]*$")


def attribution(sentence: Sentence, status: str, lexicon: Lexicon) -> str:
    """Give the speaker's name as the text has it, or nothing; of a denial, who denies."""
    named = _named(sentence, status, lexicon)
    found = _CITED.search(sentence.text) if status != "denied" else None
    cited = (found[1] or found[2]).removesuffix("'s").rstrip(".") if found else ""
    # `Kyiv Post reports`: what begins as a capital's name is an outlet's.
    return cited if cited.startswith(named) else named


def _named(sentence: Sentence, status: str, lexicon: Lexicon) -> str:
    for frame in lexicon.frames["denier" if status == "denied" else "speaker"]:
        found = frame.pattern.search(sentence.signs)
        spoken = (
            range(*found.span()) if found and not _is_spoken_of(sentence, found.end(), lexicon.symbols["of"]) else ()
        )
        for place in spoken:
            unit = sentence.units[place]
            is_place = place and sentence.signs[place - 1] in lexicon.symbols["in"]
            if unit.sign in _SPEAKERS and unit.end > unit.start and not is_place:
                return _name(sentence, place, lexicon.symbols["role"])
    return ""


def _is_spoken_of(sentence: Sentence, after: int, of: str) -> bool:
    """`X accused of shipping`: others say so of X."""
    verb = sentence.units[after - 1]
    return sentence.signs[after : after + 1] == of or sentence.text[verb.start : verb.end].endswith(" of")


def _name(sentence: Sentence, place: int, role: str) -> str:
    """`Ukrainian President Volodymyr Zelenskyy` is Zelenskyy, `India's oil minister` India; `US officials` stay."""
    start, end = sentence.units[place].start, sentence.units[place].end
    while place + 1 < len(sentence.units) and sentence.units[place + 1].sign == role:
        place += 1
        end = sentence.units[place].end
    name = sentence.text[start:end].split(",")[0].strip().removeprefix("The ").removeprefix("the ")
    owner, _, owned = name.replace("’", "'").partition("'s ")
    *titles, last = (owned or name).split()
    is_titled = bool(owned) or any(word.lower() in _TITLES for word in titles)
    if is_titled and last[:1].isupper() and last.lower() not in _TITLES:
        return last
    return owner if owned else name
