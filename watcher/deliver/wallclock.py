"""Times, days and zones as digests.yaml writes them."""

from __future__ import annotations

import re
import zoneinfo
from datetime import time
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from watcher import document

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def read_clock(value: object) -> time:
    """Read a wall-clock time, `08:00`. ValueError says how to write it."""
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f'{value!r} is not a time of day: write "08:00"')
    return time(int(found[1]), int(found[2]))


def read_day(value: object) -> str | int:
    """Read a day of the week, or of the month: one that a month lacks means its last. ValueError names the days."""
    if isinstance(value, str) and value in WEEKDAYS:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 31:
        return value
    near = document.suggest(str(value), WEEKDAYS)
    raise ValueError(f'"{value}" is not one of {", ".join(WEEKDAYS)}{near}, nor a day of the month from 1 to 31')


def _check_zone(value: str) -> str:
    if value not in _zones():
        near = document.suggest(value, sorted(_zones()))
        raise ValueError(f'"{value}" is not a time zone{near}: write one such as Europe/Madrid or UTC')
    return value


_DAYS = {"anyOf": [{"enum": list(WEEKDAYS)}, {"type": "integer", "minimum": 1, "maximum": 31}]}
Zone = Annotated[str, AfterValidator(_check_zone)]
Clock = Annotated[
    time, BeforeValidator(read_clock), WithJsonSchema({"type": "string", "pattern": f"^({_CLOCK.pattern})$"})
]
Day = Annotated[str | int, BeforeValidator(read_day), WithJsonSchema(_DAYS)]
