"""
YAML files as people write them: every value knows its line and column, every mistake is shown with a caret.

libyaml's events are read by hand because its own loaders keep the last of two equal keys, follow aliases, run tags
and turn `no` and `1:30` into other things (YAML 1.1). Scalars follow YAML 1.2's core schema.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from watcher.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import ErrorDetails

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

Loc = tuple[str | int, ...]
T = TypeVar("T")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULL = {"", "~", "null", "Null", "NULL"}
_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?\Z")
_TEXT_LINE = re.compile(r"(\s*(?:- )?\s*)([\w-]+):\s+(.*?)\s*\Z")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one file: 1-based line and column, what is wrong, the line itself."""

    path: str
    line: int
    column: int
    message: str
    source: str = ""
    severity: Literal["error", "warning"] = "error"

    def render(self) -> str:
        """Give `path:line:column: message`, then the source line with a caret under the column."""
        mark = "warning: " if self.severity == "warning" else ""
        head = f"{self.path}:{self.line}:{self.column}: {mark}{self.message}"
        if not self.source:
            return head
        shown = self.source.replace("\t", " ")
        return f"{head}\n    {shown}\n    {' ' * (self.column - 1)}^"


@dataclass(slots=True)
class Document:
    """A YAML file's plain value, and where each part of it stands."""

    path: str
    lines: list[str]
    value: Any = None
    places: dict[Loc, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Loc, tuple[int, int]] = field(default_factory=dict)
    commented: set[Loc] = field(default_factory=set)

    def problem(
        self, loc: Loc, message: str, *, at_key: bool = False, severity: Literal["error", "warning"] = "error"
    ) -> Problem:
        """Make the problem that stands at `loc` (its key if `at_key`), or at its nearest known parent."""
        place = self.keys.get(loc) if at_key else None
        while place is None and loc:
            place = self.places.get(loc)
            loc = loc[:-1]
        line, column = place or self.places.get((), (0, 0))
        return _problem(self.path, self.lines, (line, column), message, severity)


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
    document = Document(path=path, lines=text.splitlines())
    try:
        events = yaml.parse(text, Loader=_LOADER)
        _Builder(document, events).build()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line, mark.column) if mark else (0, 0)
        raise DocumentError([_syntax_problem(document, place, error)]) from error
    except yaml.YAMLError as error:
        line, column = _place_of_bad_character(text, getattr(error, "position", 0) or 0)
        message = "has a character that YAML forbids: remove it"
        raise DocumentError([_problem(path, document.lines, (line, column), message)]) from error
    return document


def check(document: Document, model: type[T] | TypeAdapter[T]) -> tuple[T | None, list[Problem]]:
    """Validate the document's value: the model and no problems, or None and all of them."""
    adapter: TypeAdapter[T] = model if isinstance(model, TypeAdapter) else TypeAdapter(model)
    try:
        return adapter.validate_python(document.value), []
    except ValidationError as error:
        return None, [_model_problem(document, details) for details in error.errors(include_url=False)]


def suggest(word: str, known: list[str]) -> str:
    """Give ` (did you mean "…"?)` for the nearest of `known`, or nothing."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f' (did you mean "{near[0]}"?)' if near else ""


class _Builder:
    """Turns libyaml's events into plain values, noting places; refuses what configuration has no need of."""

    def __init__(self, document: Document, events: Iterator[yaml.Event]) -> None:
        self.document = document
        self.events = events

    def build(self) -> None:
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self.document.places:
                    self.refuse(event, "starts a second document: keep one per file")
                self.document.value = self.node(next(self.events), (), 0)

    def node(self, event: yaml.Event, loc: Loc, depth: int) -> Any:  # noqa: ANN401  plain YAML data
        self.document.places[loc] = (event.start_mark.line, event.start_mark.column)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.refuse(event, "uses an anchor or alias: write the value out")
        if getattr(event, "tag", None) not in (None, "!"):
            self.refuse(event, f"uses the tag {event.tag}: remove it")
        if depth > MAX_DEPTH:
            self.refuse(event, f"is nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, loc)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(loc, depth)
        return self.mapping(loc, depth)

    def scalar(self, event: yaml.ScalarEvent, loc: Loc) -> str | int | float | bool | None:
        value = event.value
        if not event.implicit[0] or event.style:
            return value
        end = event.end_mark
        if end.line < len(self.document.lines) and self.document.lines[end.line][end.column :].lstrip().startswith("#"):
            self.document.commented.add(loc)
        if value in _NULL:
            return None
        if value in _PLAIN:
            return _PLAIN[value]
        if _INT.match(value) and not (value.lstrip("+-").startswith("0") and len(value.lstrip("+-")) > 1):
            return int(value)
        return float(value) if _FLOAT.match(value) else value

    def sequence(self, loc: Loc, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, (*loc, len(items)), depth + 1))
        return items

    def mapping(self, loc: Loc, depth: int) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.refuse(event, "a key must be a word")
            key = event.value
            if key in items:
                self.refuse(event, f'key "{key}" stands twice: keep one')
            self.document.keys[(*loc, key)] = (event.start_mark.line, event.start_mark.column)
            items[key] = self.node(next(self.events), (*loc, key), depth + 1)
        return items

    def refuse(self, event: yaml.Event, message: str) -> None:
        place = (event.start_mark.line, event.start_mark.column)
        raise DocumentError([_problem(self.document.path, self.document.lines, place, message)])


def _problem(
    path: str,
    lines: list[str],
    place: tuple[int, int],
    message: str,
    severity: Literal["error", "warning"] = "error",
) -> Problem:
    line, column = place
    source = lines[line] if line < len(lines) else ""
    return Problem(path, line + 1, column + 1, message, source, severity)


def _syntax_problem(document: Document, place: tuple[int, int], error: yaml.MarkedYAMLError) -> Problem:
    """Say what YAML makes of it; where a text merely lacks quotes, show the quoted line."""
    message = f"is not valid YAML: {error.problem or error.context}"
    lines = document.lines
    line = place[0]
    found = _TEXT_LINE.match(lines[line]) if line < len(lines) else None
    if found and (": " in found[3] or found[3][:1] in "\"'[{*&!%@`|>"):
        quoted = found[3].replace("'", "''")
        message = f"text like this needs quotes. Put it in quotes: {found[1].lstrip()}{found[2]}: '{quoted}'"
    elif line < len(lines) and "\t" in lines[line][: len(lines[line]) - len(lines[line].lstrip())]:
        message = "is indented with a tab: use spaces"
    return _problem(document.path, lines, place, message)


def _place_of_bad_character(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n"), position - (before.rfind("\n") + 1)


def _model_problem(document: Document, details: ErrorDetails) -> Problem:
    """Translate one of pydantic's errors; it names unions' members and validators in `loc`, which no file knows."""
    loc = tuple(part for part in details["loc"])
    while loc and loc not in document.places and loc not in document.keys and details["type"] != "missing":
        loc = loc[:-1]
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        return document.problem(loc, f'unknown key "{loc[-1]}"', at_key=True)
    if kind == "missing":
        return document.problem(loc[:-1], f'"{loc[-1]}" is missing: add it')
    message = str(context.get("error", details["msg"])) if kind == "value_error" else details["msg"]
    if kind == "literal_error" and isinstance(details["input"], str):
        known = re.findall(r"'([^']+)'", str(context.get("expected", "")))
        message = f'"{details["input"]}" is not one of {", ".join(known)}{suggest(details["input"], known)}'
    return document.problem(loc, message[:1].lower() + message[1:])
