"""Adjectives behind their noun, as Romance languages have them: `empresas suizas`, `société italienne`."""

from __future__ import annotations

from watcher.decide.unit import Unit

ROMANCE = frozenset({"es", "fr", "it", "pt"})


def attach(units: list[Unit], shown: str) -> list[Unit]:
    """Tell a country's adjective behind its noun, though nouns for its people look the same; a firm takes it in."""
    done: list[Unit] = []
    for unit in units:
        noun = done[-1] if done else None
        if noun is not None and _is_adjective(unit, noun, shown):
            if noun.ids == ("firm",):
                sign = "P" if unit.sign in "wW" else unit.sign.upper()
                done[-1] = Unit(sign, unit.ids, noun.start, unit.end, "firms")
                continue
            unit.sign, unit.role = unit.sign.lower(), "adjectives"
        done.append(unit)
    return done


def _is_adjective(unit: Unit, noun: Unit, shown: str) -> bool:
    """`camiones rusos`: in lower case and right behind a word that is no link, `rusos` are no people."""
    if unit.sign in "rpwuo":
        return unit.role == "adjectives"
    is_small = unit.sign in "RPWUO" and unit.role == "names" and shown[unit.start].islower()
    return is_small and noun.sign not in ",;s-" and shown[noun.end : unit.start] == " "
