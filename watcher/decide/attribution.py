"""Who says so: the shortest name that a sentence gives its claim to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.mark import Sentence, Unit

_SPEAKERS = frozenset("RPQWUOZX")


def attribution(sentence: Sentence, status: str, lexicon: Lexicon) -> str:
    """Give the speaker's name as the text has it, or nothing; of a denial, who denies."""
    signs = sentence.signs
    for frame in lexicon.frames["denier" if status == "denied" else "speaker"]:
        if found := frame.pattern.search(signs):
            for unit in sentence.units[found.start() : found.end()]:
                if unit.sign in _SPEAKERS and unit.end > unit.start:
                    return _name(sentence.text, unit)
    return ""


def _name(text: str, unit: Unit) -> str:
    """`Ukrainian President Volodymyr Zelenskyy` is Zelenskyy; `Ukrainian officials` stay as they are."""
    name = text[unit.start : unit.end].strip()
    last = name.split()[-1]
    return last if unit.role == "role" and last[:1].isupper() and not last.isupper() else name
