"""Who says so in a language other than English: whoever stands by the verb of saying, accusing or denying."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.decide.bearing import View

if TYPE_CHECKING:
    from watcher.decide.unit import Sentence

_ACTORS = "RPZXWUOuw"
_VERB_LAST = frozenset({"tr", "ja", "ko", "fa"})
_BEHIND, _BEFORE = 3, 4
# Words behind which the speaker stands: `selon Kiev`, `по словам Зеленского`.
_FOLLOWED = re.compile(r"(?i)selon|d'après|seg[uú]n|secondo|laut|nach|по |за |według|zdaniem|بحسب|وفق|به گفته|据")
_SPEAKING = {"denied": ("deny",), "alleged": ("say", "accuse", "condemn")}


def speaker(sentence: Sentence, status: str) -> str:
    """Give the name of the one whose claim or denial a sentence reports, as the text has it, or nothing."""
    view = View(sentence)
    words = view.classed(*_SPEAKING.get(status, ("say",)))
    actors = [n for n, sign in enumerate(view.signs) if sign in _ACTORS and view.units[n].end > view.units[n].start]
    place = _headed(view, actors) if status != "denied" else None
    if place is None:
        place = next((found for n in words if (found := _beside(view, actors, n)) is not None), None)
    return _name(view, place) if place is not None else ""


def _headed(view: View, actors: list[int]) -> int | None:
    """Find who stands before a headline's colon, `Kiew: …`, or behind its last dash, `… — Зеленський`."""
    if actors and len(actors) > 1 and actors[-1] == len(view.units) - 1 and view.signs[-2] == ";":
        return actors[-1]
    colon = next((n for n, unit in enumerate(view.units[:4]) if _is_colon(view, n)), -1)
    return next((n for n in actors if n < colon), None)


def _is_colon(view: View, n: int) -> bool:
    return view.signs[n] == ";" and view.sentence.text[view.units[n].start] in ":："


def _beside(view: View, actors: list[int], word: int) -> int | None:
    """Find who is named by such a word: before it, behind it if nobody is; where verbs end a sentence, its subject."""
    behind = [n for n in actors if 0 < n - word <= _BEHIND]
    unit = view.units[word]
    if behind and _FOLLOWED.match(view.sentence.text, unit.start, unit.end):
        return behind[0]
    if view.sentence.language in _VERB_LAST:
        named = [n for n in actors if n < word and view.marker(n) in ("subject", "")]
        subjects = [n for n in named if view.marker(n) == "subject"]
        return subjects[-1] if subjects else next(iter(named), None)
    before = [n for n in actors if 0 < word - n <= _BEFORE and view.marker(n) in ("", "subject")]
    return before[-1] if before else next(iter(behind), None)


def _name(view: View, place: int) -> str:
    unit = view.units[place]
    return view.sentence.text[unit.start : unit.end].split(",")[0].strip()
