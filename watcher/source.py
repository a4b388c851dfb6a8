"""Where things stand in a YAML file, and how a mistake is shown there: path, line, column, the line, a caret."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Loc = tuple[str | int, ...]
Place = tuple[int, int]
Severity = Literal["error", "warning", "notice"]

# YAML's own line breaks: str.splitlines knows more of them and would count lines that YAML doesn't.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_ESCAPE = re.compile(r"\\(x..|u.{4}|U.{8}|.|\Z)")
_SPACE_ESCAPES = ("", " ", "\t", *"tnrvfN_LP")
_WIDTH = 160


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one file: 1-based line and column, what is wrong, the line itself."""

    path: str
    line: int
    column: int
    message: str
    source: str = ""
    severity: Severity = "error"

    def render(self) -> str:
        """Give `path:line:column: message`, then the source line with a caret under the column."""
        mark = "" if self.severity == "error" else f"{self.severity}: "
        head = f"{self.path}:{self.line}:{self.column}: {mark}{self.message}"
        if not self.source.strip():
            return head
        start = max(0, self.column - _WIDTH // 2) if len(self.source) > _WIDTH else 0
        shown = "".join(mark if mark.isprintable() else " " for mark in self.source[start : start + _WIDTH])
        return f"{head}\n    {shown}\n    {' ' * (self.column - 1 - start)}^"


@dataclass(slots=True)
class Layout:
    """Where each part of a YAML file's value stands (0-based), and how it is written there."""

    places: dict[Loc, Place] = field(default_factory=dict)
    keys: dict[Loc, Place] = field(default_factory=dict)
    styles: dict[Loc, str] = field(default_factory=dict)
    commented: set[Loc] = field(default_factory=set)


@dataclass
class Document:
    """
    A YAML file's plain value, and the layout of it, which `survey` finds when it is first asked for.

    `commented` are the places behind which a comment follows in the line.
    """

    path: str
    text: str
    value: Any
    commented: set[Loc]
    survey: Callable[[], Layout]

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines as YAML counts them."""
        return split(self.text)

    @cached_property
    def _layout(self) -> Layout:
        return self.survey()

    @property
    def places(self) -> dict[Loc, Place]:
        """Where each part of the value begins."""
        return self._layout.places

    @property
    def keys(self) -> dict[Loc, Place]:
        """Where each key begins, by the location of its value."""
        return self._layout.keys

    @property
    def styles(self) -> dict[Loc, str]:
        """The quotes or block mark of each text that has one."""
        return self._layout.styles

    def problem(self, loc: Loc, message: str, *, at_key: bool = False, severity: Severity = "error") -> Problem:
        """Make the problem that stands at `loc` (its key if `at_key`), or at its nearest known parent."""
        place = self.keys.get(loc) if at_key else None
        while place is None and loc:
            place = self.places.get(loc)
            loc = loc[:-1]
        return self.at(place or self.places.get((), (0, 0)), message, severity=severity)

    def problem_within(self, loc: Loc, offset: int, message: str) -> Problem:
        """Make the problem that stands at the `offset`th character of the text at `loc`."""
        text = str(self.value_at(loc))
        before = sum(not character.isspace() for character in text[:offset])
        return self.at(self._walk(loc, before, is_end=offset >= len(text)), message)

    def at(self, place: Place, message: str, *, severity: Severity = "error") -> Problem:
        """Make the problem that stands at a 0-based line and column."""
        return problem_at(self.path, self.lines, place, message, severity=severity)

    def value_at(self, loc: Loc) -> Any:  # noqa: ANN401  plain YAML data
        """Give the part of the value that stands at `loc`."""
        value = self.value
        for part in loc:
            value = value[part]
        return value

    def _walk(self, loc: Loc, count: int, *, is_end: bool) -> Place:
        """Find the character after `count` that are not space: folding changes only the space between them."""
        line, column = self.places[loc]
        style = self.styles.get(loc, "")
        if style in ("|", ">"):
            line, column = line + 1, 0
        elif style:
            column += 1
        last = (line, column)
        while line < len(self.lines):
            for start, end in _characters(self.lines[line], column, style):
                if count == 0:
                    return last if is_end else (line, start)
                count -= 1
                last = (line, end)
            line, column = line + 1, 0
        return last


def problem_at(path: str, lines: list[str], place: Place, message: str, *, severity: Severity = "error") -> Problem:
    """Make the problem that stands at a 0-based line and column of a file with these lines."""
    line, column = place
    return Problem(path, line + 1, column + 1, message, lines[line] if line < len(lines) else "", severity)


def split(text: str) -> list[str]:
    """Give the text's lines as YAML counts them."""
    return _BREAK.split(text)


def cut(text: str) -> list[str]:
    """Give the same lines, each with the break that ends it."""
    ends = [found.end() for found in _BREAK.finditer(text)]
    lines = [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return [*lines, *([rest] if (rest := text[ends[-1] if ends else 0 :]) else [])]


def _characters(line: str, column: int, style: str) -> list[Place]:
    """Give the spans in which a line writes the characters of a scalar, space left out."""
    spans = []
    while column < len(line):
        end = column + 1
        is_space = line[column].isspace()
        if style == '"' and (found := _ESCAPE.match(line, column)):
            end = found.end()
            is_space = found[1] in _SPACE_ESCAPES or (len(found[1]) > 1 and chr(int(found[1][1:], 16)).isspace())
        elif style == "'" and line.startswith("''", column):
            end = column + 2
        if not is_space:
            spans.append((column, end))
        column = end
    return spans
