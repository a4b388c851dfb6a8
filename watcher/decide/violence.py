"""Who attacks and who is attacked: an assault's two sides are no parties to talks or trade."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.decide.unit import has

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.decide.unit import Unit

_TAKES_SIDES = ("condemn", "slam", "thank", "council", "idle")
_SUFFERED = ("war", "conflict", "invasion")
_LAUNCHED = frozenset({"drones", "missiles", "artillery"})


def embattle(units: list[Unit], shown: str, violence: str, symbols: Mapping[str, str]) -> list[Unit]:
    """Take who is attacked out of play, as in `the Iran war` or `strikes on Iran`, unless somebody takes sides."""
    if not has(units, violence):
        return units
    kept = {symbols.get(name) for name in _TAKES_SIDES} | {"V"}
    signs = "".join(unit.sign for unit in units)
    if not kept.isdisjoint(signs) or re.search(f"[RZ].*{symbols.get('help', 'V')}", signs):
        return units
    links = "".join(symbols.get(name, "") for name in ("with", "in", "to", "toward"))
    for found in re.finditer(rf"[Pp](?=s?([{violence}]))|(?<=[{violence}])[{links}]?P", signs):
        word = units[found.start(1)] if found[1] else None
        if word is None or shown[word.start : word.end].lower().startswith(_SUFFERED):
            units[found.end() - 1].sign = "x"
    return units


def blows(units: list[Unit], words: str) -> list[Unit]:
    """Take the drones of `after a drone strike` for no goods: only whose they are makes them any."""
    following = ""
    if not has(units, words):
        return units
    for n in range(len(units) - 1, -1, -1):
        unit = units[n]
        is_means = unit.sign == "G" and following and following in words and _LAUNCHED.issuperset(unit.ids)
        if is_means and units[n - 1].sign not in "pPs":
            units[n] = replace(unit, sign="x", ids=())
        following = unit.sign
    return units


def assault(units: list[Unit], words: str) -> list[Unit]:
    """Make one unit of `Russia's invasion` or `the Russian full-scale war`, which is no party to talks or trade."""
    if not has(units, words):
        return units
    done: list[Unit] = []
    for unit in units:
        back = _assailant(done) if unit.sign in words else 0
        assailant = done[len(done) - back :]
        del done[len(done) - back :]
        done.append(replace(unit, sign="m", ids=("RU",), start=assailant[0].start) if assailant else unit)
    return done


def _assailant(before: list[Unit]) -> int:
    """Count the units back to the Russia whose assault this is; 0 if it is another's."""
    signs = "".join(unit.sign for unit in before[-4:])
    found = re.search(r"(?:r|Rs)x?\Z", signs)
    return len(found[0]) if found else 0
