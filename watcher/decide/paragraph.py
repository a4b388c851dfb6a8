"""
Who a sentence is about when it doesn't say: what it takes from the title, from a heading and from the sentence before.

A summary goes on about its title's partner. In a body that holds only under a heading that names a country, where a
word stands in for a partner just named (`it`, `the regime`, `the two countries`), or where a sentence goes on in the
paragraph about the one actor that it began with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from watcher.decide.about import ACTORS, FIRST, is_brokered, is_of_talks, told_of
from watcher.decide.couple import couple_of, coupled
from watcher.decide.frame import first
from watcher.decide.mark import STANDINS
from watcher.decide.roll import Roll
from watcher.decide.rollcall import called, is_of_ballot, is_of_vote
from watcher.decide.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence

_RUSSIA = frozenset("RrZzXm")
_ANYBODY = frozenset("RrPpZzWwUuOoXm")
_RUSSIAN = frozenset("Rrm")
_THIRD, _ABROAD = frozenset("WUOX"), frozenset("WUOXwuo")
_GUARDIANS = frozenset({"HU", "SK"})
_UKRAINE = re.compile("Ukrain|Kyiv|Kiev")
_LONGEST_HEADING = 6
_NEAR = 6
_OPENING = 8


def concerns_russia(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Tell whether a sentence names Russia, what is Russia's, or peace in Ukraine, or measures for it held up."""
    signs = set(sentence.signs)
    if signs & _RUSSIA or signs & {lexicon.symbols["russian"], lexicon.symbols["fleet"], lexicon.symbols["csto"]}:
        return True
    if _is_held_up(signs, lexicon) and ("U" in signs or _is_for_ukraine(sentence, lexicon)):
        return True
    if lexicon.symbols["stance"] in signs and _is_for_ukraine(sentence, lexicon, "assault"):
        return True
    if signs & {"u", "U"} and ("mediation" in sentence.ids("GJ") or _is_blamed(sentence, lexicon)):
        return True
    return "U" in signs and (
        "territory" in sentence.ids("G")
        or not signs.isdisjoint(
            {lexicon.symbols[name] for name in ("vote", "council", "recognise", "stance", "captive")}
        )
        or _is_armed(sentence, lexicon)
        or _is_fielded(sentence, lexicon)
        or _is_disowned(sentence, lexicon)
    )


def _is_held_up(signs: set[str], lexicon: Lexicon) -> bool:
    """`Orban vetoes EU loan for Ukraine`: whom it serves needs no naming."""
    named = lexicon.symbols
    return named["yield"] in signs or (
        named["measure"] in signs and not signs.isdisjoint({named["block"], named["veto"], named["refuse"]})
    )


def _is_for_ukraine(sentence: Sentence, lexicon: Lexicon, name: str = "measure") -> bool:
    """`Ukraine loan`, `war in Ukraine`: a measure, or a word of another class, that names Ukraine in its own words."""
    sign = lexicon.symbols[name]
    return any(unit.sign == sign and _UKRAINE.search(sentence.text, unit.start, unit.end) for unit in sentence.units)


def _is_blamed(sentence: Sentence, lexicon: Lexicon) -> bool:
    """`Slovakia condemns Ukrainian strike on pipeline`: who blames Ukraine takes Russia's side."""
    blame = f"{lexicon.symbols['condemn']}{lexicon.symbols['slam']}"
    return re.search(f"[{blame}]x?(?:u|Us)", sentence.signs) is not None


def _is_disowned(sentence: Sentence, lexicon: Lexicon) -> bool:
    """`Iran will hand drones to no side in Ukraine`: a partner's arms or men that it says are not there."""
    named = lexicon.symbols
    is_refused = not {named[name] for name in ("deny", "never", "no", "refuse")}.isdisjoint(sentence.signs)
    return is_refused and any(lexicon.goods[id_].group in ("weapons", "people") for id_ in sentence.ids("G"))


def _is_armed(sentence: Sentence, lexicon: Lexicon) -> bool:
    """`Iranian-made drones hit Odesa`: who uses them there needs no naming."""
    found = _seen("armed", sentence, lexicon)
    return bool(found) and _is_of_core(found, lexicon)


def _is_fielded(sentence: Sentence, lexicon: Lexicon) -> bool:
    """`Ukraine captures two North Korean soldiers`: for whom they fight there needs no naming."""
    found = _seen("fielded", sentence, lexicon)
    return any("troops" in unit.ids and unit.role != "weak" for unit in found) and _is_of_core(found, lexicon)


def _seen(name: str, sentence: Sentence, lexicon: Lexicon) -> list[Unit]:
    """Give what the first of a list's frames that fits stands for."""
    found = first(lexicon.frames[name], sentence.signs)
    return sentence.units[slice(*found[1])] if found else []


def _is_of_core(units: list[Unit], lexicon: Lexicon) -> bool:
    """Tell whether whoever stands first there is a partner whose part in the war is known."""
    first = next(unit.ids for unit in units if unit.sign in ACTORS)
    return all(lexicon.partners[id_].tier == "core" for id_ in first)


def in_context(sentences: list[Sentence], lexicon: Lexicon) -> Iterator[Sentence]:
    """Give the sentences that concern Russia, by themselves or by what stands before them, their subject put in."""
    place = _Place(lexicon, is_about=_is_told_after(sentences, lexicon))
    told, titled = told_of(sentences)
    is_vote = is_of_vote(sentences)
    is_ballot = bool(sentences) and is_of_ballot(sentences[0], lexicon.symbols)
    for number, sentence in enumerate(_with_ship(sentences, lexicon)):
        if is_vote and (voting := called(sentence, lexicon)):
            yield voting
            continue
        named = _with_russia(sentence, lexicon, is_about=place.is_about)
        has_russia = concerns_russia(named, lexicon)
        given = place.completed(named, tuple(named.ids(ACTORS)), has_russia=has_russia)
        if given is not None:
            if sentence.part == "body":
                given = replace(given, told=told, titled=titled)
            yield replace(given, is_ballot=is_ballot)
        place.go_on(given or named, number, has_russia=has_russia)
        place.roll.go_on(named, lexicon, has_russia=has_russia)


def _is_told_after(sentences: list[Sentence], lexicon: Lexicon) -> bool:
    """Tell whether a title names partners alone, and what follows at once names Russia: `India wants more S-400s`."""
    if len(sentences) < 2 or sentences[0].part != "title" or _ABROAD & set(sentences[0].signs):
        return False
    return any(each.part != "title" and concerns_russia(each, lexicon) for each in sentences[1:FIRST])


@dataclass(slots=True)
class _Place:
    """How far an article is read: its title's and heading's partners, the sentence before and whom it was about."""

    lexicon: Lexicon
    title: tuple[str, ...] = ()
    leader: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    couple: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    before: Sentence | None = None
    is_russian: bool = False
    is_about: bool = False
    is_led: bool = False
    is_of_talks: bool = False
    talking: tuple[str, ...] = ()
    since: int = 0
    roll: Roll = field(default_factory=Roll)

    def completed(self, sentence: Sentence, partners: tuple[str, ...], *, has_russia: bool) -> Sentence | None:
        """Give the sentence with the subject that it lacks; None if it can't concern Russia."""
        if self.before and self.is_russian and partners and sentence.signs.startswith(self.lexicon.symbols["those"]):
            return _with_subject(self.before, "P", partners)
        if sentence.part == "body" and (full := self._filled(sentence, has_russia=has_russia)):
            return full
        if partners:
            return sentence if has_russia or (self.is_about and self._is_near(sentence)) else None
        if sentence.part != "body":
            subject, sign = (self._named(sentence), "P") if has_russia else (self._talking(sentence), "Z")
        else:
            subject, sign = self._implied(sentence, has_russia=has_russia)
        if len(subject) == 1 or (subject and subject == self.heading):
            return _with_subject(sentence, sign, subject)
        return sentence if has_russia else None

    def _filled(self, sentence: Sentence, *, has_russia: bool) -> Sentence | None:
        """Give a body's sentence with those that a long text leaves unsaid: either of two, or a penalty's firms."""
        both = coupled(sentence, self.couple[0], is_of_talks=self.is_of_talks) if self.couple else None
        if both is not None or not has_russia:
            return both or self.roll.listed(sentence, self.lexicon)
        firms = () if sentence.ids(ACTORS) else self.roll.meant(sentence)
        return _with_subject(sentence, "P", firms) if firms else None

    def _named(self, sentence: Sentence) -> tuple[str, ...]:
        """Give whom a summary goes on about: its title's partners; `its` or `he` is whoever leads there."""
        return self.leader if len(self.title) > 1 and _standin(sentence) == "standin" else self.title

    def _is_near(self, sentence: Sentence) -> bool:
        return sentence.part != "body" or self.since <= _NEAR or bool(self.heading)

    def _talking(self, sentence: Sentence) -> tuple[str, ...]:
        """Give who talks with Russia in the title, for a summary's sentence that names nobody: `They discussed oil`."""
        others = sentence.signs.replace(f"{self.lexicon.symbols['in']}U", "")
        is_bare = sentence.part == "summary" and not (_ANYBODY | _ABROAD) & set(others)
        return self.talking if is_bare else ()

    def _implied(self, sentence: Sentence, *, has_russia: bool) -> tuple[tuple[str, ...], str]:
        """Give whom a body's sentence is about, and the sign that stands for it: Z where Russia is one of two."""
        standin = _standin(sentence)
        goes_on = self.before is not None and sentence.paragraph == self.before.paragraph
        if standin == "pair" and self.subject and self.is_russian:
            return self.subject, "Z"
        if standin and self.subject and (has_russia or (self.is_about and self.is_led)):
            return self.subject, "P"
        if not has_russia:
            return (), "P"
        if self.heading:
            return self.heading, "P"
        if _THIRD & set(self._unsaid(sentence)):
            return (), "P"
        return (goes_on and self.subject) or self.topic, "P"

    def _unsaid(self, sentence: Sentence) -> str:
        """Give a sentence's signs without whoever only speaks: `Officials in Seoul believe …`."""
        said = "".join(self.lexicon.symbols[name] for name in ("say", "accuse"))
        return re.sub(rf"[WUO]x{{0,2}}[{said}]", "", sentence.signs)

    def go_on(self, sentence: Sentence, number: int, *, has_russia: bool) -> None:
        """Note what the next sentence may take from this one."""
        partners = tuple(sentence.ids(ACTORS))
        if number == 0:
            self.title = partners
            self.leader = partners[:1] if _leads(sentence, among=_ANYBODY) else ()
            self.topic = () if _THIRD & set(sentence.signs) else partners
            is_talk = is_of_talks(sentence.signs, self.lexicon) and not is_brokered(sentence)
            self.talking = partners if has_russia and is_talk else ()
            self.couple, self.is_of_talks = couple_of(sentence), is_talk
        elif sentence.part == "body" and _is_heading(sentence):
            self.heading = partners
        self.subject = partners if _leads(sentence) and len(partners) == 1 else ()
        self.is_led = has_russia and _leads(sentence, among=_ANYBODY)
        is_war = "U" in sentence.signs and self.lexicon.symbols["assault"] in sentence.signs
        self.is_about = self.is_about or ((has_russia or is_war) and number < FIRST)
        self.since = 0 if has_russia else self.since + 1
        self.before, self.is_russian = sentence, has_russia


def _with_subject(sentence: Sentence, sign: str, partners: tuple[str, ...]) -> Sentence:
    implied = [Unit(sign, partners, 0, 0, "subject")]
    if sign == "Z" and sentence.part == "summary":
        implied.append(Unit("J", ("political-support",), 0, 0, "talks"))
    signs = "".join(unit.sign for unit in implied)
    return replace(sentence, units=[*implied, *sentence.units], signs=signs + sentence.signs)


def _with_russia(sentence: Sentence, lexicon: Lexicon, *, is_about: bool) -> Sentence:
    """Put in whom the European Union's sanctions are on, in a text about Russia, or that Hungary blocks."""
    at = sentence.signs.find(lexicon.symbols["sanction"])
    if at < 0 or concerns_russia(sentence, lexicon):
        return sentence
    blocks = {lexicon.symbols[name] for name in ("block", "veto", "refuse", "yield")}
    is_guarded = not _GUARDIANS.isdisjoint(sentence.ids("P")) and not blocks.isdisjoint(sentence.signs)
    return _inserted(sentence, at) if is_guarded or (is_about and "EU" in sentence.ids("Oo")) else sentence


def _with_ship(sentences: list[Sentence], lexicon: Lexicon) -> list[Sentence]:
    """Put in whose a title's stopped ship is, where the next sentence says that it is Russia's."""
    held = {lexicon.symbols["seize"], lexicon.symbols["board"]}
    title, following = (*sentences[:2], None, None)[:2]
    if title is None or following is None or title.part != "title" or held.isdisjoint(title.signs):
        return sentences
    ship = next((n for n, unit in enumerate(title.units) if unit.sign == "G" and "shipping" in unit.ids), -1)
    is_owned = lexicon.symbols["fleet"] in following.signs or "shipping" in following.ids("G")
    if ship < 0 or not is_owned or title.ids(ACTORS) or concerns_russia(title, lexicon):
        return sentences
    return [_inserted(title, ship), *sentences[1:]] if concerns_russia(following, lexicon) else sentences


def _inserted(sentence: Sentence, at: int) -> Sentence:
    units = [*sentence.units[:at], Unit("r", ("RU",), 0, 0, "implied"), *sentence.units[at:]]
    return replace(sentence, units=units, signs=f"{sentence.signs[:at]}r{sentence.signs[at:]}")


def _standin(sentence: Sentence) -> str:
    """Give `standin` or `pair` if such a word opens the sentence, before any actor's name."""
    for unit in sentence.units[:_OPENING]:
        if unit.sign in _ANYBODY:
            return ""
        if unit.ids and unit.ids[0] in STANDINS:
            return unit.ids[0]
    return ""


def _leads(sentence: Sentence, among: frozenset[str] = _ANYBODY - _RUSSIAN) -> bool:
    """Tell whether a partner is the first actor, of all or of all but Russia, that a sentence names."""
    return next((unit.sign in ACTORS for unit in sentence.units if unit.sign in among), False)


def _is_heading(sentence: Sentence) -> bool:
    """Tell a line of a few words that doesn't end as a sentence does, and doesn't name Russia."""
    is_short = len(sentence.units) <= _LONGEST_HEADING and sentence.text[-1] not in ".!?…\"”'’»:;,"
    return is_short and not _RUSSIA & set(sentence.signs)
