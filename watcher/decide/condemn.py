"""Whether Russia condemns, in another language, what is done to a partner: that is its backing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.decide.bearing import View

_ACTORS = "RrPpWwUuOo"


def is_condemned(view: View, places: list[int]) -> bool:
    """Tell whether Russia condemns what is done to the partner; who abstains from condemning isn't meant."""
    if "abstain" in view.present or any(view.signs[p] in "Zz" for p in places):
        return False
    words = [n for n in view.classed("condemn") if not _is_partner_s(view, n)]
    first = next((n for n, sign in enumerate(view.signs) if sign in _ACTORS), 0)
    is_between = not view.is_postposed and any(first < r < n for n in words for r in view.russia)
    if view.signs[first] in "WwUuOo" and not is_between:
        words = [n for n in words if n < first]
    return view.nearest(places, words) is not None


def _is_partner_s(view: View, word: int) -> bool:
    """Tell whether a partner is who condemns: a marked subject, or that of the last clause that names anybody."""
    subject = ""
    is_new = True
    for n in range(word):
        is_new = is_new or view.signs[n] == ";"
        is_actor = view.signs[n] in _ACTORS and view.units[n].role not in ("implied", "topic")
        marker = view.marker(n) if is_actor else "of"
        if marker == "subject" or (is_new and not marker and not view.is_postposed):
            subject, is_new = view.signs[n], False
    return subject == "P"
