"""Where a sentence turns without a break: `…, while Beijing buys oil`; and what `with` and commas put into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.decide.unit import Unit, has

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERBS = ("give", "get", "receive", "make", "help", "use", "block", "stop", "carry", "fight")
_ACTORS = "RPWUOrpwuo"
# The commas that enumerate, in languages where others part a topic from what is said of it.
_LOCATING = frozenset({"de", "es", "fr", "it", "pt"})
_LISTING = {"zh": "、", "ja": "", "ko": "", "tr": ""}


def turn(units: list[Unit], symbols: Mapping[str, str]) -> list[Unit]:
    """Make a break of a conjunction that brings a subject of its own; `while also buying oil` brings none."""
    conjunction, as_, target = (symbols.get(name, "") for name in ("while", "as", "target"))
    for n, unit in enumerate(units):
        if unit.sign == conjunction:
            verbs = {symbols.get(name) for name in _VERBS} | {"V"}
            following = next((each.sign for each in units[n + 1 : n + 4] if each.sign != "x"), "")
            unit.sign = "x" if following in verbs else ";"
            unit.ids = ()
        elif unit.sign == as_:
            unit.sign = as_ if any(_is_subject(each) for each in units[n + 1 : n + 3]) else "x"
            unit.ids = ()
        elif unit.sign == target and not _is_punished(units[max(0, n - 4) : n], symbols):
            unit.sign = "x"
            unit.ids = ()
    return units


def _is_punished(before: list[Unit], symbols: Mapping[str, str]) -> bool:
    """Tell whether who is targeted is so by a Western state or by sanctions, and not by an army."""
    punishing = {symbols.get("sanction"), symbols.get("measure")}
    return any(unit.sign in "WwOo" or unit.sign in punishing for unit in before)


def _is_subject(unit: Unit) -> bool:
    """Tell an actor, or what stands in for one: `… as Beijing buys more`, `… as they sign`, but `… as a gift`."""
    return unit.sign in _ACTORS or unit.ids[:1] in (("standin",), ("pair",))


def join(units: list[Unit], symbols: Mapping[str, str]) -> None:
    """`ロシアとウクライナ`: right between two actors, `with` is `and`."""
    for before, unit, following in zip(units, units[1:], units[2:], strict=False):
        if unit.sign == symbols.get("with") and before.sign in "RPWUO" and following.sign in "RPWUO":
            unit.sign = symbols.get("and", unit.sign)


def role_of(sign: str, members: list[Unit]) -> str:
    """Tell leaders that are named together, a partner's and Russia's, and a partner in a row with others."""
    if sign == "Z" and all(each.role in ("people", "role") for each in members):
        return "leaders"
    return "others" if sign == "P" and any(each.sign in "WwUuOo" for each in members) else "group"


def bare(units: list[Unit], shown: str, symbols: Mapping[str, str]) -> list[Unit]:
    """`Iran, the UAE and the Houthis`: an article before an actor parts no enumeration."""
    links = {",", symbols.get("and", "")}
    return [
        unit
        for n, unit in enumerate(units)
        if not (
            unit.sign == "x"
            and 0 < n < len(units) - 1
            and units[n - 1].sign in links
            and units[n + 1].sign in "RPWUO"
            and shown[unit.start : unit.end].lower() == "the"
        )
    ]


def entitled(units: list[Unit], role: str) -> list[Unit]:
    """`UAE President MBZ`: a country, a role and who holds it are one; the role is left out."""
    if not has(units, role):
        return units
    done: list[Unit] = []
    for unit in units:
        if unit.sign in "RPWUO" and done:
            before = len(done)
            while done[before - 1].sign == role and before > 1:
                before -= 1
            if before < len(done) and done[before - 1].sign in "RPWUO" and done[before - 1].ids == unit.ids:
                del done[before:]
        done.append(unit)
    return done


def part(units: list[Unit], shown: str, language: str) -> list[Unit]:
    """`러시아, 이란에`: where a comma follows the topic, it parts and doesn't enumerate."""
    listing = _LISTING.get(language)
    for n, unit in enumerate(units):
        is_topic = listing is not None and shown[unit.start] not in listing
        if unit.sign == "," and (is_topic or (language in _LOCATING and _is_placed(units, n))):
            unit.sign = ";"
    return units


def _is_placed(units: list[Unit], comma: int) -> bool:
    """`à Istanbul, Zelensky s'est dit ouvert`: a comma between a place and a person enumerates nothing."""
    around = units[comma - 2 : comma + 2] if comma > 1 else []
    if len(around) < 4 or around[0].ids not in (("in",), ("to",)):
        return False
    place, person = around[1], around[3]
    return (
        place.sign in _ACTORS
        and place.role in ("names", "places")
        and person.sign in _ACTORS
        and person.role == "people"
    )


def listed(units: list[Unit], symbols: Mapping[str, str]) -> list[Unit]:
    """Put enumerated goods into one unit: `smartphones, computers, industrial and construction machinery`."""
    links = {",", symbols.get("and", "")}
    done: list[Unit] = []
    for unit in units:
        before = done[-1] if done else None
        if unit.sign == "G" and before is not None:
            back = len(done)
            seen_link = False
            words = 0
            while back and done[back - 1].sign in links | {"x"} and words < 4:
                seen_link = seen_link or done[back - 1].sign in links
                words += 1
                back -= 1
            first = done[back - 1] if back and done[back - 1].sign == "G" and words < 4 else None
            # `gave Wagner satellite pictures`: who is Russia's own is no kind of what follows.
            if first is not None and (seen_link or (words == 0 and first.role != "russian")):
                role = "terms" if "terms" in (first.role, unit.role) else "weak"
                ids = tuple(dict.fromkeys((*first.ids, *unit.ids)))
                done[back - 1 :] = [Unit("G", ids, first.start, unit.end, role)]
                continue
        done.append(unit)
    return done
