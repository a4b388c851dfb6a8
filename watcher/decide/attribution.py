"""Who says so: the shortest name that a sentence gives its claim to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence

_SPEAKERS = frozenset("RPQWUOZX")
_TITLES = frozenset(
    {"president", "premier", "minister", "chancellor", "leader", "king", "prince", "spokesman", "spokeswoman"}
)


def attribution(sentence: Sentence, status: str, lexicon: Lexicon) -> str:
    """Give the speaker's name as the text has it, or nothing; of a denial, who denies."""
    for frame in lexicon.frames["denier" if status == "denied" else "speaker"]:
        found = frame.pattern.search(sentence.signs)
        spoken = (
            range(*found.span()) if found and not _is_spoken_of(sentence, found.end(), lexicon.symbols["of"]) else ()
        )
        for place in spoken:
            unit = sentence.units[place]
            if unit.sign in _SPEAKERS and unit.end > unit.start:
                return _name(sentence, place, lexicon.symbols["role"])
    return ""


def _is_spoken_of(sentence: Sentence, after: int, of: str) -> bool:
    """`X accused of shipping`: others say so of X."""
    verb = sentence.units[after - 1]
    return sentence.signs[after : after + 1] == of or sentence.text[verb.start : verb.end].endswith(" of")


def _name(sentence: Sentence, place: int, role: str) -> str:
    """`Ukrainian President Volodymyr Zelenskyy` is Zelenskyy; `US officials` stay as they are."""
    start, end = sentence.units[place].start, sentence.units[place].end
    while place + 1 < len(sentence.units) and sentence.units[place + 1].sign == role:
        place += 1
        end = sentence.units[place].end
    name = sentence.text[start:end].split(",")[0].strip()
    *titles, last = name.split()
    is_titled = any(word.lower() in _TITLES for word in titles) and last[:1].isupper()
    return last if is_titled and last.lower() not in _TITLES else name
