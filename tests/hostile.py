"""Texts that strangers may write, for property tests on what is rendered from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.invented import finding, relation

if TYPE_CHECKING:
    from watcher.decide.match import Finding

PIECES = [
    "<!channel>",
    "<!here|x>",
    "<@U1>",
    "<#C1>",
    "@everyone",
    "|",
    "&",
    "&lt;",
    "<b>",
    "<script>alert(1)</script>",
    "</style><script>",
    "]]>",
    "{{ 7*7 }}",
    "*_~`",
    "[x](javascript:alert(1))",
    "[red]",
    "\x1b[31m",
    "\x1b]8;;https://evil.example\x07",
    "\u202e",
    "\u2067",
    "\u200f",
    "\u0000",
    "\x9b2J",
    "\ud800",
    "🎈",
    "👨‍👩‍👧",
    "مرحبا",
    "한국",
    "x" * 3000,
    "\u0301" * 40,
    "\r\n",
    '"',
    "'",
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=8).map(" ".join)
# Addresses as the archive keeps them: canonical, but for the odd letters that a path may hold.
PATHS = st.text(st.sampled_from("abc/-_.~%7|<>&=?'\"*()[]é漢"), max_size=300)
STATUSES = st.sampled_from(["reported", "alleged", "planned", "denied", "negated"])


@st.composite
def findings(draw: st.DrawFn) -> list[Finding]:
    """Give findings whose every text is hostile, one of a few, in stories of one or many outlets."""
    texts, paths = (st.sampled_from(draw(st.lists(each, min_size=1, max_size=6))) for each in (TEXTS, PATHS))
    found: list[Finding] = []
    for number in range(draw(st.integers(0, 12))):
        said = relation(
            draw(st.sampled_from(["IR", "CN", "ML", "XX"])),
            draw(st.sampled_from(["drones", "oil"])),
            status=draw(STATUSES),
            by=draw(texts),
            evidence=draw(texts),
            figure=draw(texts),
        )
        title = draw(texts)
        low = draw(st.booleans())
        found += [
            finding(
                f"{title} told by all four of them {number}",
                *([said] if draw(st.booleans()) else []),
                id=f"{number}-{outlet}",
                url=f"https://o{number}-{outlet}.example/{draw(paths)}",
                source=draw(texts),
                summary=draw(texts),
                rule="support" if low else "iran-arms",
                priority="low" if low else "high",
            )
            for outlet in range(draw(st.integers(1, 3)))
        ]
    return found
