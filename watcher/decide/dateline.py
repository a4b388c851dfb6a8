"""Where a Korean agency writes from: `(모스크바=연합뉴스) 홍길동 기자 =` names a place, and nobody who acts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.unit import Unit

_DATELINE = re.compile(r"[(\[][^()\[\]=]{2,24}=[^()\[\]=]{2,12}[)\]](?:[^=.]{0,40}(?:기자|특파원|통신원)\s*=)?")


def undated(units: list[Unit], shown: str) -> list[Unit]:
    """Leave out the units of a dateline."""
    found = _DATELINE.search(shown)
    return [unit for unit in units if not found.start() <= unit.start < found.end()] if found else units
