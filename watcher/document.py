"""
YAML files as people write them: every value knows its line and column, every mistake is shown with a caret.

libyaml's events are read by hand because its own loaders keep the last of two equal keys, follow aliases, run tags
and turn `no` and `1:30` into other things (YAML 1.1). Scalars follow YAML 1.2's core schema. Where a file is written
plainly (`plain.py`), its value is read without them, and they are asked only once a place is wanted.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import yaml  # noqa: TID251  the one seam to YAML

from watcher import plain
from watcher.errors import DocumentError
from watcher.source import Document, Layout, Loc, Place, Problem, problem_at, split
from watcher.validate import check, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Document", "Loc", "Problem", "check", "parse", "read", "suggest"]

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = re.compile(r"\s*#")
_TEXT_LINE = re.compile(r"\s*(- +)?([\w-]+):\s+(\S.*?)\s*\Z")
_FORBIDDEN = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")
# What YAML takes for something else at the start of a text; a list with more text behind it is a text, too.
_NEEDS_QUOTES = re.compile(r""".*: |["'*&!%@`|>]|\[[^\]]*\]\s*[^\s,#]|\{[^}]*\}\s*[^\s,#]""")

# What libyaml says it was doing where something was opened and never closed: a bracket, if its line ended before.
_BRACKETS = ('"["', '"{"')
_UNCLOSED = {
    "while scanning a quoted scalar": "quote",
    "while parsing a flow sequence": '"["',
    "while parsing a flow mapping": '"{"',
}


def read(path: Path, *, shown: str | None = None) -> Document:
    """Read a file; `shown` is the path used in messages. Raises DocumentError with the first syntax error."""
    name = shown or str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DocumentError([Problem(name, 1, 1, f"can't be read: {error.strerror}")]) from error
    if len(raw) > MAX_BYTES:
        raise DocumentError([Problem(name, 1, 1, f"is larger than {MAX_BYTES:,} bytes: split it into several files")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DocumentError([Problem(name, line, 1, "is not UTF-8: save it with that encoding")]) from error
    return parse(text, name)


def parse(text: str, path: str) -> Document:
    """Parse YAML text. Raises DocumentError."""
    value = plain.read(text)
    if value is not None:
        return Document(path, text, value, set(), partial(_survey, text, path))
    built = _build(text, path)
    return Document(path, text, built.value, built.layout.commented, lambda: built.layout)


def _survey(text: str, path: str) -> Layout:
    return _build(text, path).layout


def _build(text: str, path: str) -> _Builder:
    lines = split(text)
    try:
        builder = _Builder(path, lines, iter(_LOADER(text).get_event, None))
        builder.build()
    except yaml.MarkedYAMLError as error:
        raise DocumentError([_syntax_problem(path, lines, error)]) from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise DocumentError([_character_problem(path, lines)]) from error
    return builder


class _Builder:
    """Turns libyaml's events into plain values, noting places; refuses what configuration has no need of."""

    def __init__(self, path: str, lines: list[str], events: Iterator[Any]) -> None:
        self.path = path
        self.lines = lines
        self.events = events
        self.value: Any = None
        self.layout = Layout()

    def build(self) -> None:
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self.layout.places:
                    self.refuse(event, "starts a second document: keep one per file")
                self.value = self.node(next(self.events), (), 0)

    def node(self, event: Any, loc: Loc, depth: int) -> Any:  # noqa: ANN401  plain YAML data
        self.layout.places[loc] = _place(event.start_mark)
        self.refuse_extras(event)
        if depth > MAX_DEPTH:
            self.refuse(event, f"is nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, loc)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(loc, depth)
        return self.mapping(loc, depth)

    def scalar(self, event: Any, loc: Loc) -> plain.Scalar:  # noqa: ANN401  libyaml's event
        text: str = event.value
        if event.style:
            self.layout.styles[loc] = event.style
            return text
        line, column = _place(event.end_mark)
        if line < len(self.lines) and _COMMENT.match(self.lines[line], column):
            self.layout.commented.add(loc)
        return plain.scalar(text)

    def sequence(self, loc: Loc, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, (*loc, len(items)), depth + 1))
        return items

    def mapping(self, loc: Loc, depth: int) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            self.refuse_extras(event)
            if not isinstance(event, yaml.ScalarEvent):
                self.refuse(event, "a key must be a word")
            key: str = event.value
            if key in items:
                self.refuse(event, f'key "{key}" stands twice: keep one')
            self.layout.keys[(*loc, key)] = _place(event.start_mark)
            items[key] = self.node(next(self.events), (*loc, key), depth + 1)
        return items

    def refuse_extras(self, event: Any) -> None:  # noqa: ANN401  libyaml's event
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            self.refuse(event, "uses an anchor or alias: write the value out, or put a text that begins so in quotes")
        if event.tag is not None:
            self.refuse(event, f"uses the tag {event.tag}: remove it, or put a text that begins so in quotes")

    def refuse(self, event: Any, message: str) -> NoReturn:  # noqa: ANN401  libyaml's event
        raise DocumentError([problem_at(self.path, self.lines, _place(event.start_mark), message)])


def _place(mark: Any) -> Place:  # noqa: ANN401  libyaml's mark
    return mark.line, mark.column


def _syntax_problem(path: str, lines: list[str], error: yaml.MarkedYAMLError) -> Problem:
    """Say what YAML makes of it; where a text merely lacks quotes, show the quoted line."""
    opened = _UNCLOSED.get(error.context or "", "")
    place, noticed = (_place(mark) for mark in (error.context_mark or error.problem_mark, error.problem_mark))
    if not opened or (opened in _BRACKETS and place[0] == noticed[0]):
        opened, place = "", noticed
    line = "".join(lines[place[0] : place[0] + 1])
    found = _TEXT_LINE.match(line)
    if opened:
        message = f"opens a {opened} that isn't closed"
    elif found and _NEEDS_QUOTES.match(found[3]):
        quoted = found[3].replace("'", "''")
        message = f"YAML takes this text for something else. Put it in quotes: {found[1] or ''}{found[2]}: '{quoted}'"
    elif "\t" in line[: len(line) - len(line.lstrip())]:
        message = "is indented with a tab: use spaces"
    else:
        message = f"is not valid YAML: {error.problem or error.context}"
    return problem_at(path, lines, place, message)


def _character_problem(path: str, lines: list[str]) -> Problem:
    """Find the first character that YAML forbids; libyaml names only its byte."""
    found = ((number, mark) for number, line in enumerate(lines) if (mark := _FORBIDDEN.search(line)))
    number, mark = next(found)
    message = f"has a character that YAML forbids (U+{ord(mark[0]):04X}): remove it"
    return problem_at(path, lines, (number, mark.start()), message)
