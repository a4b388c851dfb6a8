"""Whether a relation is reported, alleged, planned, denied or negated."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.lexicon import Good, Lexicon

_BEFORE = 6
_AFTER = 2


def status_of(signs: str, span: tuple[int, int], good: Good, lexicon: Lexicon) -> str:
    """Give the status of a good that passes where a sentence's signs, with it as target, stand at `span`."""
    start = max(signs.rfind(";", 0, span[0]) + 1, span[0] - _BEFORE)
    near = signs[start : span[1] + _AFTER]
    scopes = {"denied": signs, "negated": near, "alleged": "" if good.group == "favours" else signs, "planned": near}
    for status, scope in scopes.items():
        if any(frame.pattern.search(scope) for frame in lexicon.frames[status]):
            return status
    return "reported"
