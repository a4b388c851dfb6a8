"""Whether what a sentence in another language says is a fact, a claim, a plan, a denial, or over."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.bearing import Places, View

_CLAIMED = frozenset({"weapons", "people", "know-how", "dual-use"})
_PASSES = frozenset({"give", "get", "make"})


def status_of(view: View, near: Places, group: str) -> str:
    """Give the status of a good of this group that passes between the two; favours are denied and claimed by nobody."""
    low, high = near.span
    around = set(view.classes[max(0, low - 2) : high + 3])
    is_favour = group == "favours"
    if "deny" in view.present and not is_favour:
        return "denied"
    if _is_over(view, near, is_favour=is_favour):
        return "negated"
    if not is_favour and ("accuse" in view.present or (group in _CLAIMED and _is_claimed(view))):
        return "alleged"
    return "planned" if "will" in around or _is_talked_of(view, near, is_favour=is_favour) else "reported"


def _is_over(view: View, near: Places, *, is_favour: bool) -> bool:
    """Tell whether a word of ending or refusing stands by the good or by the verb that passes it on."""
    low, high = near.span
    verbs = [n for n in view.classed(*_PASSES) if low - 3 <= n <= high + 3]
    beside = {name for n in (near.good, *verbs) for name in view.classes[max(0, n - 2) : n + 3]}
    if {"no", "stop"} & beside:
        return True
    return not is_favour and "stop" in view.classes[max(0, low - 3) : high + 2]


def _is_claimed(view: View) -> bool:
    """Tell whether a side that is neither of the two says so: Kyiv, a Western state, Israel."""
    for n, sign in enumerate(view.signs):
        if sign in "UuWwO" and (
            "say" in view.classes[max(0, n - 2) : n + 4] or (n <= 2 and ";" in view.signs[n : n + 4])
        ):
            return True
    return False


def _is_talked_of(view: View, near: Places, *, is_favour: bool) -> bool:
    """Tell whether a good is what a meeting is about, and nothing says that it passes."""
    low, high = near.span
    if is_favour or not _PASSES.isdisjoint(view.classes[max(0, low - 2) : high + 3]):
        return False
    talks = view.places_of("political-support", "J")
    return any(low - 4 <= n <= high + 4 for n in talks)
