"""
A sentence as signs: one character for each term, word or break, so that grammar can be said in short expressions.

R r   Russia: name, adjective            P p   a partner the same way           Z   partner and Russia in one breath
W w   a western state                    U O   Ukraine; other states            X   Russia with one of these
G V J a good: noun, verb that gives it, word for what both sides do             lower case: not the good in question
m     Russia's war or attack             n     a number                        , ;   breaks
s     the possessive                     x     any other word
Word classes of phrases.yaml have signs of their own.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from watcher.decide.conjunction import bare, entitled, join, listed, part, role_of, turn
from watcher.decide.dateline import undated
from watcher.decide.proper import common
from watcher.decide.separable import arrange
from watcher.decide.unit import Unit, has
from watcher.decide.violence import assault, blows, embattle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from watcher.decide.choice import Hit, Token
    from watcher.decide.lexicon import Lexicon

_DASH = " - "
_BREAKS = {
    ",": ",",
    "(": ",",
    ")": ",",
    ";": ";",
    ":": ";",
    "—": ";",
    "–": ";",
    _DASH: ";",
    "|": ";",
    "•": ";",
    "…": ";",
    "،": ",",
    "、": ",",
}
_GOOD_SIGNS = {"terms": "G", "russian": "G", "weak": "G", "verbs": "V"} | dict.fromkeys(
    ("joint", "talks", "ahead", "ties"), "J"
)
_ADJECTIVES = "rpwuoz"
_ACTORS = frozenset("RPWUOZX" + _ADJECTIVES)
_LONGEST = 300
# How far into a sentence a colon still stands behind whom it is about.
_OPENING = 4
_BESIDE = 2
# Words that stand in for a partner named before; frames take them for any other word.
STANDINS = ("standin", "pair")
# Languages in which `with` also joins the actors beside it; in which a country's name before a noun is an adjective.
_JOINING = frozenset({"tr", "zh", "ja", "ko"})
_COMPOUNDING = frozenset({"en", "de", "tr", "zh", "ja", "ko"})


def mark(shown: str, tokens: list[Token], hits: list[Hit], lexicon: Lexicon, language: str = "en") -> list[Unit]:
    """Turn one sentence's tokens and the terms found in them into units, actors and enumerations put together."""
    symbols = lexicon.symbols
    # What is not a sentence at all is cut before grammar looks at it, so that no text costs more than its length.
    named = common(hits, tokens, shown) if language == "en" else hits
    article, marked = symbols.get("article"), _units(tokens, named, shown, lexicon)
    units = [unit for unit in itertools.islice(marked, _LONGEST * 4) if unit.sign != article]
    if language == "en":
        units = entitled(bare(units, shown, symbols), symbols.get("role", ""))
    units = undated(units, shown) if language == "ko" else units
    if language in _JOINING:
        join(units, symbols)
    units = turn(part(arrange(units, shown, language, symbols), shown, language), symbols)
    units = blows(units, symbols.get("assault", ""))
    present = {unit.sign for unit in units}
    if present.isdisjoint(_ACTORS):  # of most sentences that are marked: nobody is there to be put together
        units = [unit for unit in units if unit.sign != "-"]
    else:
        units = _unite(units, present, shown, language, symbols)
    return listed(units, symbols)[:_LONGEST]


def _unite(units: list[Unit], present: set[str], shown: str, language: str, symbols: Mapping[str, str]) -> list[Unit]:
    """Put actors together with what belongs to them, and with those beside whom they are named."""
    violence = symbols.get("assault", "") + symbols.get("war", "")
    if not present.isdisjoint("Rr"):
        units = assault(units, violence + symbols.get("press", ""))
    if not present.isdisjoint(_ADJECTIVES):
        units = _merge(units, _ADJECTIVES, symbols)
    units = _silence(_merge(_collapse(units, symbols), "RPWUOZX", symbols))
    units = embattle(units, shown, violence, symbols)
    if language == "en":
        _introduce(units, shown, symbols.get("say", ","))
    if language in _COMPOUNDING:
        units = _attribute(units, symbols.get("give", ""))
    return units


def _introduce(units: list[Unit], shown: str, say: str) -> None:
    """`Fico: Slovakia will …`, `Mali: Russian fighters …`: who speaks, or whom it is about, is no clause of its own."""
    colon = next((n for n, unit in enumerate(units[:_OPENING]) if unit.sign == ";"), 0)
    if colon and shown[units[colon].start] == ":" and units[colon - 1].sign in "RPWUO":
        is_speaker = units[colon - 1].role in ("people", "role", "firms")
        units[colon].sign = say if is_speaker else ","


def _silence(units: list[Unit]) -> list[Unit]:
    """`US-Iran talks`: what a partner does with others is nothing between it and Russia."""
    for unit, following in itertools.pairwise(units):
        if unit.sign == "P" and unit.role == "others" and following.sign == "J":
            following.sign = "x"
    return units


def _attribute(units: list[Unit], give: str) -> list[Unit]:
    """`Russia oil`, `China drones`: a country's name right before a good is an adjective."""
    before = ""
    for unit, following in itertools.pairwise(units):
        if following.sign == "G" and unit.sign in "RP" and unit.role in ("names", "firms") and before != give:
            unit.sign = unit.sign.lower()
        before = unit.sign
    return units


def _units(tokens: list[Token], hits: list[Hit], shown: str, lexicon: Lexicon) -> Iterable[Unit]:
    by_first = {hit.first: hit for hit in hits}
    here = said = 0
    while here < len(tokens):
        token, hit = tokens[here], by_first.get(here)
        if hit is not None:
            # `Russian-made S-400s` names Russia once.
            if hit.sense.role == "russian" and (not said or here - said > _BESIDE):
                yield Unit("r", ("RU",), token.start, token.start, "implied")
            here = hit.last + 1
            said = here if hit.sense.kind == "russia" else said
            yield _unit(hit, token.start, tokens[hit.last].end, lexicon)
            continue
        here += 1
        word, start, end = token
        is_dash = word == "-" and shown[max(0, start - 1) : end + 1] == _DASH
        sign = "x" if word[0].isalpha() else _sign_of(_DASH if is_dash else word)
        if sign:
            yield Unit(sign, (), start, end)


def _sign_of(word: str) -> str:
    if word[0].isdigit():
        return "n"
    if word in ("-", "/", "·", "・"):
        return "-"
    return "s" if word == "'s" else _BREAKS.get(word, "")


def _unit(hit: Hit, start: int, end: int, lexicon: Lexicon) -> Unit:
    sense = hit.sense
    if sense.id in STANDINS or sense.id == "plain":
        return Unit("x", (sense.id,), start, end)
    if sense.kind == "word":
        return Unit(lexicon.symbols[sense.id], (sense.id,), start, end)
    if sense.kind == "good":
        return Unit(_GOOD_SIGNS[sense.role], tuple(sense.id.split("+")), start, end, sense.role)
    if sense.kind == "nothing":
        return Unit("x", (sense.id,) if sense.id in lexicon.partners else (), start, end, sense.role)
    sign = _actor_sign(sense.kind, sense.id, sense.role, lexicon)
    if sense.role == "adjectives":
        sign = sign.lower()
    return Unit(sign, (sense.id,), start, end, sense.role)


def _actor_sign(kind: str, id_: str, role: str, lexicon: Lexicon) -> str:
    if kind == "russia":
        return "R"
    if kind == "other":
        return "U" if id_ == "UA" else "O"
    is_helper = lexicon.partners[id_].tier != "western" or role in ("people", "firms")
    return "P" if is_helper else "W"


def _collapse(units: list[Unit], symbols: Mapping[str, str]) -> list[Unit]:
    """`Chinese President Xi`, `Russia's foreign minister Lavrov`: an actor, his role and his name are one."""
    firm = symbols.get("firm", "-")
    role = symbols.get("role", "") + firm
    done: list[Unit] = []
    here = 0
    while here < len(units):
        unit = units[here]
        after = here + 1
        if unit.sign in "rpwuoz" or (unit.sign in "RPWUO" and _signs(units, after, 1) == "s"):
            after += unit.sign.isupper()
            roles = after
            while after < len(units) and (units[after].sign in role or units[after].ids == ("UNNAMED",)):
                after += 1
            if after > roles:
                is_helper = unit.sign in "wW" and firm in _signs(units, roles, after - roles)
                sign = "P" if is_helper else unit.sign.upper()
                is_firm = firm in _signs(units, roles, after - roles)
                unit = Unit(sign, unit.ids, unit.start, units[after - 1].end, "firms" if is_firm else "role")
            else:
                after = here + 1
        if unit.sign in "RPWUO" and after < len(units):
            name = min(after + (units[after].sign == "s"), len(units) - 1)
            if units[name].ids == unit.ids and units[name].sign in (unit.sign, "P"):
                unit = Unit(units[name].sign, unit.ids, unit.start, units[name].end, units[name].role)
                after = name + 1
        done.append(unit)
        here = after
    return done


def _signs(units: list[Unit], start: int, count: int) -> str:
    return "".join(unit.sign for unit in units[start : start + count])


def _merge(units: list[Unit], actors: str, symbols: Mapping[str, str]) -> list[Unit]:
    """Put actors that are enumerated or hyphenated into one unit, and say whether Russia is among them."""
    if not has(units, f"{actors}rp-"):
        return units
    joining = symbols.get("and", "")
    done: list[Unit] = []
    here = 0
    while here < len(units):
        sign = units[here].sign
        if sign not in actors and sign not in "rp-":
            done.append(units[here])
            here += 1
            continue
        members, after = [units[here]], here + 1
        is_open = sign in actors or (sign in "rp" and actors.isupper() and _is_shared(units, here, symbols))
        if done and done[-1].sign == symbols.get("say") and _signs(units, after, 1) == ",":
            is_open = _signs(units, after + 2, 1) == joining  # `According to Kyiv, Iran …`
        while is_open and (link := _link(units, after, actors, joining)) and (link != ",&" or len(members) > 1):
            members.append(units[after + len(link)])
            after += len(link) + 1
            is_open = "&" not in link
        if (
            done
            and len(members) > 1
            and units[after - 2].sign == ","
            and symbols.get("say", "-")
            in _signs(units, after, 5 if _signs(units, after, 1) in ("s", symbols.get("role")) else 2)
        ):
            after -= 2
            members.pop()
        if len(members) > 1:
            done.append(_group(members))
        elif units[here].sign != "-" or actors.islower():
            done.append(units[here])
        here = after
    return done


def _is_shared(units: list[Unit], here: int, symbols: Mapping[str, str]) -> bool:
    """`Russian, UAE diplomats`: an adjective whose role stands behind the next actor's name."""
    signs = _signs(units, here, 4)
    joining, role = symbols.get("and", ""), symbols.get("role", "")
    is_list = signs[1:2] in (",", joining) and signs[2:3] in ("R", "P")
    return is_list and (units[here + 2].role == "role" or signs[3:] == role)


def _link(units: list[Unit], after: int, actors: str, joining: str) -> str:
    """Give what joins one actor to the next of the same enumeration: `,` `-` `&` `,&`, or nothing."""
    link = ""
    for unit in units[after : after + 3]:
        if link and unit.sign in actors:
            return link
        link += "&" if unit.sign == joining else unit.sign
        if link not in (",", "-", "&", ",&"):
            break
    return ""


def _group(members: list[Unit]) -> Unit:
    signs = {member.sign.upper() for member in members}
    sign = _group_sign(signs)
    kept = {"P": "PZ", "Z": "PZ", "O": "O"}.get(sign, "WXU")
    ids = tuple(dict.fromkeys(id_ for member in members if member.sign.upper() in kept for id_ in member.ids))
    if members[0].sign.islower() and members[-1].sign.islower() and sign != "X":
        sign = sign.lower()
    western = tuple(id_ for member in members if sign == "P" and member.sign in "Ww" for id_ in member.ids)
    return Unit(sign, ids, members[0].start, members[-1].end, role_of(sign, members), western)


def _group_sign(signs: set[str]) -> str:
    with_russia = bool(signs & {"R", "Z", "X"})
    if with_russia and signs & {"P", "Z"}:
        return "Z"
    if with_russia:
        return "X" if signs & {"W", "U", "O", "X"} else "R"
    return next(sign for sign in "PWUO" if sign in signs)
