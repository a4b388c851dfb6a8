"""Adjectives behind their noun, as Romance languages have them: `empresas suizas`, `société italienne`."""

from __future__ import annotations

from watcher.decide.unit import Unit

ROMANCE = frozenset({"es", "fr", "it", "pt"})


def attach(units: list[Unit]) -> list[Unit]:
    """Make one actor of a firm and the country's adjective behind it."""
    done: list[Unit] = []
    for unit in units:
        noun = done[-1] if done else None
        if noun is not None and unit.sign in "rpwuo" and unit.role == "adjectives" and noun.ids == ("firm",):
            sign = "P" if unit.sign == "w" else unit.sign.upper()
            done[-1] = Unit(sign, unit.ids, noun.start, unit.end, "firms")
        else:
            done.append(unit)
    return done
