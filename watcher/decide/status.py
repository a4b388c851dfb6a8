"""Whether a relation is reported, alleged, planned, denied or negated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.decide.frame import first

if TYPE_CHECKING:
    from watcher.decide.frame import Frame
    from watcher.decide.lexicon import Good, Lexicon
    from watcher.decide.unit import Sentence, Unit

_BEFORE = 6
_AFTER = 4
# The signs of who says so at a headline's end: `…: intelligence report`.
_LONGEST_SOURCE = 7
_ORDER = ("reported", "warned", "asked", "denied", "negated", "weighed", "accused", "planned", "said")
_MEANING = {"warned": "planned", "asked": "planned", "weighed": "planned", "accused": "alleged", "said": "alleged"}
# What one is accused of; buying oil or meeting a president is done in the open.
ACCUSABLE = frozenset({"weapons", "people", "know-how", "dual-use", "services"})

# Goods that are bought in the open, unless by stealth.
_PASSED = frozenset({"energy", "commodities"})
# What one is told to stop, because one does it.
_UNDERWAY = frozenset({"weapons"})
# What is there for all to see, whatever it is accused of.
_KNOWN = frozenset({"mercenaries"})
# `ready to deepen ties`, `urges closer cooperation`: what is wished for is there already, and saying so is support.
_WISHED = re.compile(
    r"(?:ready(?: to)?|readiness|willing(?: to)?|prospects(?: for)?|urg(?:e|es|ed|ing)|call(?:s|ed)? (?:for|on)|"
    r"encourage[sd]?|push(?:es)?|press(?:es)?|potential|interested in|keen on)\Z",
    re.IGNORECASE,
)
_BOND = re.compile(
    r"(?:(?:\w+ )?(?:ties|relations|cooperation)|relationship|partnerships?|(?:strategic|comprehensive) partnership|"
    r"cooperat(?:e|es|ing)|friendship|co-operation|alliance|coordination|work(?:ing)? together)\Z",
    re.IGNORECASE,
)
# `pledges support`, `vows to stand by`: who says so backs already.
_PLEDGED = re.compile(r"(?:pledg(?:e|es|ed|ing)|vow(?:s|ed|ing)?|promis(?:e|es|ed|ing))\Z", re.IGNORECASE)
_BACKING = re.compile(r"(?:(?:\w+ )?(?:support|backing|solidarity)|back|stand (?:by|with))\Z", re.IGNORECASE)
# What is taken or passed on by stealth is a matter of who says so, oil and grain too.
_STEALTH = re.compile(
    r"\b(?:secret|covert|clandestine|illicit|smuggl|stolen|plunder|loot|in violation|breach|violat)", re.IGNORECASE
)
_NEAR = 6


def status_of(sentence: Sentence, signs: str, span: tuple[int, int], good: Good, lexicon: Lexicon) -> str:
    """Give the status of a good that passes where a sentence, its signs with it as target, tells of it at `span`."""
    if good.group == "favours":
        signs = _alone(_wished(sentence, signs, lexicon), span)
    signs = _freed(signs, lexicon).replace(lexicon.symbols["as"], ";")
    if good.group == "people":
        signs = signs.replace(lexicon.symbols["seize"], "x")  # who is captured has come
    clause = signs.rfind(";", 0, span[0]) + 1
    end = span[1] + _AFTER
    near = signs[max(clause, span[0] - _BEFORE) : end]
    is_accusable = good.id not in _KNOWN and (good.group in ACCUSABLE or _is_furtive(good, sentence))
    is_joint = "J" in signs[slice(*span)]
    wide = signs if (is_accusable and not is_joint) or lexicon.symbols["exchange"] in signs else ""
    suspected = near if is_accusable and is_joint else wide[: _clause_end(wide, span[1])]
    scopes = {"said": wide, "accused": suspected}
    ahead = re.sub("[dj]", "x", near) if good.id in _KNOWN else signs[clause:end]
    scopes |= {"planned": ahead, "asked": signs[clause:end], "denied": signs[clause:]}
    for name in _ORDER:
        scope = scopes.get(name, near)
        if first(_frames(name, good, lexicon), scope):
            if name == "asked" and good.group in _UNDERWAY and lexicon.symbols["give"] in near:
                return "reported"
            return _MEANING.get(name, name)
    return "reported"


def _is_furtive(good: Good, sentence: Sentence) -> bool:
    return good.group in _PASSED and _STEALTH.search(sentence.text) is not None


def _frames(name: str, good: Good, lexicon: Lexicon) -> tuple[Frame, ...]:
    """Give the frames of a status: a good's own instead of all goods', then its group's besides."""
    frames = lexicon.frames
    return frames.get(f"{name}:only:{good.id}", frames.get(name, ())) + frames.get(f"{name}:{good.group}", ())


def _wished(sentence: Sentence, signs: str, lexicon: Lexicon) -> str:
    """Take away the will where it is only for ties that are there: `Beijing is ready to deepen cooperation`."""
    kept = list(signs)
    willing = (lexicon.symbols["will"], lexicon.symbols["want"])
    for place, unit in enumerate(sentence.units):
        meant = _meant(unit, sentence.text) if unit.sign in willing else None
        if meant is not None:
            after = sentence.units[place + 1 : place + _NEAR]
            first = next((each for each in after if each.sign in "JGV"), None)
            if first is not None and meant.match(sentence.text, first.start, first.end):
                kept[place] = "x"
                if kept[place + 1] == lexicon.symbols["to"]:
                    kept[place + 1] = "x"
    return "".join(kept)


def _meant(unit: Unit, text: str) -> re.Pattern[str] | None:
    """Give what a word of will only says of: ties are wished for by those who have them, backing pledged."""
    if _PLEDGED.match(text, unit.start, unit.end):
        return _BACKING
    return _BOND if _WISHED.match(text, unit.start, unit.end) else None


def _clause_end(signs: str, after: int) -> int:
    """Give where the clause ends that a place stands in: a suspicion in a later one, if long, is of something else."""
    end = signs.find(";", after)
    return end if 0 <= end < len(signs) - _LONGEST_SOURCE else len(signs)


def _freed(signs: str, lexicon: Lexicon) -> str:
    """Take away the verbs whose object is another good: what is said of them is not said of this one."""
    named = lexicon.symbols
    verbs = "".join(named.get(name, "") for name in ("give", "get", "make"))
    freed = re.sub(rf"[{verbs}](?=[xry]{{0,2}}g)", "x", signs) if verbs else signs
    # `sanctions against India's refinery` refuse nothing.
    return re.sub(rf"(?<={named['sanction']}){named['block']}", "x", freed)


def _alone(signs: str, span: tuple[int, int]) -> str:
    """Leave only what the relation was read from: `hails ties ahead of a visit` is no plan, though the visit is."""
    start, end = span
    return signs[:start].replace("J", "j") + signs[start:end] + signs[end:].replace("J", "j")


def is_disputed(signs: str, lexicon: Lexicon) -> bool:
    """Tell whether one sentence makes a claim and has it denied: `X, which Tehran denies`."""
    return first(lexicon.frames["disputed"], signs) is not None


def is_rejoinder(signs: str, lexicon: Lexicon) -> bool:
    """Tell whether a sentence denies what was said before it: `Tehran denies the accusations`."""
    return first(lexicon.frames["rejoinder"], signs) is not None
