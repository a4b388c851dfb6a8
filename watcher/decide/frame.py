"""
Frames: the grammar in phrases.yaml, compiled to expressions over a sentence's signs.

A sentence is written with one sign for each term or word (see `watcher.decide.mark`). A frame such as
`P .. give .. G .. to R -> to_russia` names signs and gaps: letters for actors and goods, a word class by its name,
`a|b` for either, `(a b)?` for what may be missing, `..` for up to 8 signs without another actor or a break between
clauses, `...` for up to 30 of any kind, `!a/b*` for up to 8 of none of these; a leading `^` binds to the sentence's
beginning, a final `$` to its end. What a `weak` frame says of a partner, a body must be about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

from watcher.decide.entry import DIRECTIONS, STATUSES
from watcher.document import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

SIGNS = frozenset("RrPpQqYyZzWwTtUuOoXGgVvJjdmxn,;s")
# Russia together with another partner is Russia too, unless a frame means just the pair.
_AMONG = {"R": "RY", "r": "ry"}
GAPS = {"..": "[^;PRQYZWTUOX]{0,8}", "...": ".{0,30}", "~~": "[^PQZpqzU;]{0,25}", "__": "[^;PRQYZWTUOXprqywtuo]{0,3}"}
_PART = re.compile(r"\(|\)\?|\)|\||[^\s()|]+")


class FrameError(ValueError):
    """A frame that doesn't parse; the message says why."""


@dataclass(frozen=True)
class Frame:
    """
    An expression over signs, and what it means: a good and partner of its own, if any; direction and status.

    `symbols` are the signs of the classes of words in its source.
    """

    source: str
    expression: str
    symbols: Mapping[str, str] = field(repr=False, compare=False)
    partner: str = ""
    good: str = ""
    direction: str = ""
    status: str = ""
    is_veto: bool = False
    is_weak: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled when it is first asked for: a command that reads no text needs none of them."""
        try:
            return re.compile(self.expression)
        except re.error as error:
            raise FrameError(f"its signs don't make an expression: {error.msg}") from error

    @cached_property
    def needs(self) -> frozenset[str]:
        """Signs of which one stands wherever the frame fits, as rare ones as it has; none where nothing is sure."""
        rarest = [min(sets, key=_commonness, default=frozenset()) for sets in wanted(self.source)]
        return frozenset().union(*(_signs(self.symbols, each) for each in rarest)) if all(rarest) else frozenset()


def possible(frames: tuple[Frame, ...], signs: str) -> list[Frame]:
    """Leave out the frames that a sentence lacks a word of: most, in a tenth of the time of their expressions."""
    present = frozenset(signs)
    return [frame for frame in frames if not (needs := frame.needs) or not needs.isdisjoint(present)]


def first(frames: tuple[Frame, ...], signs: str) -> tuple[Frame, tuple[int, int]] | None:
    """Give the first frame that a sentence's signs fit, and where."""
    for frame in possible(frames, signs):
        if found := frame.pattern.search(signs):
            return frame, found.span()
    return None


class Writer:
    """Writes the parts of frames as expressions, each once: frames share most of them."""

    def __init__(self, symbols: Mapping[str, str]) -> None:
        self.symbols = symbols
        self.write = cache(partial(_translate, symbols))


def compile_frame(source: str, writer: Writer, goods: Collection[str], partners: Collection[str]) -> Frame:
    """Read `signs -> meaning`; raises FrameError, for what is no expression when its pattern is asked for."""
    left, _, right = source.partition("->")
    expression = "".join(map(writer.write, _PART.findall(left)))
    meaning: dict[str, str] = {}
    for word in right.split():
        kind = _kind_of(word, goods, partners)
        if not kind:
            known = [*DIRECTIONS, *STATUSES, *goods, *partners, "nothing", "weak"]
            raise FrameError(f'"{word}" is no direction, status, good or partner{suggest(word, known)}')
        meaning[kind] = word
    is_veto, is_weak = (meaning.pop(name, "") != "" for name in ("veto", "weak"))
    return Frame(source, expression, writer.symbols, is_veto=is_veto, is_weak=is_weak, **meaning)


def _kind_of(word: str, goods: Collection[str], partners: Collection[str]) -> str:
    kinds = {"direction": DIRECTIONS, "status": STATUSES, "good": goods, "partner": partners, "veto": ("nothing",)}
    kinds["weak"] = ("weak",)
    return next((kind for kind, known in kinds.items() if word in known), "")


def _translate(symbols: Mapping[str, str], part: str) -> str:
    if part in ("|", "^", "$", ")", ")?"):
        return part
    if part == "(":
        return "(?:"
    if part in GAPS:
        return GAPS[part]
    negated = part.startswith("!")
    if negated and part.endswith("*"):
        return _translate(symbols, part[:-1]) + "{0,8}"
    if part.endswith("?"):
        return _translate(symbols, part[:-1]) + "?"
    names = part.removeprefix("!").split("/")
    unknown = [name for name in names if name not in SIGNS and name not in symbols]
    if unknown:
        raise FrameError(f'"{unknown[0]}" is no sign and no class of words{suggest(unknown[0], list(symbols))}')
    signs = re.escape(_signs(symbols, names))
    return f"[^{signs}]" if negated else f"[{signs}]"


def _signs(symbols: Mapping[str, str], names: Iterable[str]) -> str:
    return "".join(symbols.get(name, _AMONG.get(name, name)) for name in names)


def _commonness(names: Collection[str]) -> int:
    """Rate how often one of these names stands in a sentence: signs of one letter, such as R and x, do most often."""
    return sum(1 if len(name) > 1 else 100 for name in names)


def wanted(source: str) -> list[list[frozenset[str]]]:
    """
    Give what a frame can't do without: for each of its alternatives, sets of names of which one stands in the sentence.

    `T .. (veto|block) .. sanction -> …` wants T, one of veto and block, and sanction. A set may be missing.
    """
    return _wanted(iter(_PART.findall(source.partition("->")[0])))[0]


def _wanted(parts: Iterator[str]) -> tuple[list[list[frozenset[str]]], str]:
    """Read to the end or a closing parenthesis, and give that too; a group in parentheses gives one set."""
    found: list[list[frozenset[str]]] = [[]]
    for part in parts:
        if part in (")", ")?"):
            return found, part
        if part == "|":
            found.append([])
        elif part == "(":
            inner, closing = _wanted(parts)
            if closing == ")" and all(inner):
                found[-1].append(frozenset().union(*(min(sets, key=len) for sets in inner)))
        elif part not in ("^", "$") and part not in GAPS and part[0] != "!" and part[-1] != "?":
            found[-1].append(frozenset(part.split("/")))
    return found, ""
