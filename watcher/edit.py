"""
Entries put into and taken out of a YAML file's list, as text: every other byte stays as its author wrote it.

A library that reads a file and writes it anew rewraps, requotes and reindents what it didn't mean to touch. Here the
lines are found by the places that document.py notes, and the result is read again and compared before it is given.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from watcher import document
from watcher.errors import DocumentError, InputError
from watcher.source import cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from watcher.document import Document

Entry = dict[str, Any]
_PLAIN = re.compile(r"[^\W\d_][\w ./%+()'&=?~;@:,-]*|[0-9]+[smhdw]")
_OTHERWISE = re.compile(r": | #|[: ]\Z")
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_IDLE = re.compile(r"\s*(#.*)?\s*")
_DASH = re.compile(r"(\s*)-(\s|\Z)")
_BOM = "\ufeff"


def add(text: str, path: str, key: str | None, entries: Sequence[Entry]) -> str:
    """
    Give a file's text with entries at the end of its list: the one under `key`, or the file's own where that is None.

    `path` is for messages. Raises InputError for a list in brackets, which a person has to edit.
    """
    source = document.parse(text.removeprefix(_BOM), path)
    listed = _listed(source, key)
    lines = cut(text)
    if listed:
        indent = _dash(source, key, 0)[1]
        end = _end(source, key, lines)
    else:
        indent, end = _open(source, key, lines)
    ending = "\r\n" if text.count("\r\n") * 2 > len(lines) else "\n"
    if end and not lines[end - 1].endswith(("\n", "\r")):
        lines[end - 1] += ending
    lines[end:end] = [f"{' ' * indent}{line}{ending}" for entry in entries for line in _dashed(_mapping(entry))]
    return _proven("".join(lines), source, key, [*listed, *entries])


def remove(text: str, path: str, key: str | None, name: str) -> str:
    """
    Give a file's text without the entry of that id; comments between entries stay.

    Raises InputError where there is none, or where it stands in a list in brackets.
    """
    source = document.parse(text.removeprefix(_BOM), path)
    listed = _listed(source, key)
    places = [number for number, entry in enumerate(listed) if isinstance(entry, dict) and entry.get("id") == name]
    if not places:
        raise InputError(f'{path} has no entry with the id "{name}"')
    (number,) = places[:1]
    lines = cut(text)
    start = _dash(source, key, number)[0]
    end = _dash(source, key, number + 1)[0] if number + 1 < len(listed) else _end(source, key, lines)
    del lines[start : _before_idle(lines, end)]
    left = [*listed[:number], *listed[number + 1 :]]
    if key is not None and not left:
        place = source.keys[key,][0]
        lines[place] = re.sub(r":(?=\s*(#.*)?$)", ": []", lines[place], count=1)
    return _proven("".join(lines), source, key, left)


def save(path: Path, before: str, after: str) -> None:
    """
    Write the whole of a file or nothing of it, and nothing where it no longer says `before`.

    Raises InputError.
    """
    target = path.resolve()
    try:
        if target.is_file() and target.read_bytes() != before.encode():
            raise InputError(f"{path} was edited meanwhile: nothing was changed. Try again.")
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            _swap(file, target, after.encode())
    except OSError as error:
        raise InputError(f"{path} can't be written: {error.strerror or error}") from error


def _swap(file: Any, target: Path, content: bytes) -> None:  # noqa: ANN401  tempfile's own kind of file
    try:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, file.name)
        Path(file.name).replace(target)
    finally:
        Path(file.name).unlink(missing_ok=True)


def load(path: Path) -> str:
    """Give a file's text with its line ends as they are. Raises InputError."""
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8: save it with that encoding") from error


def scalar(value: object, *, in_brackets: bool = False) -> str:
    """Write a value so that YAML 1.1 and 1.2 read it alike."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if not isinstance(value, str):
        return str(value)
    is_plain = _PLAIN.fullmatch(value) and not _OTHERWISE.search(value) and value.lower() not in _WORDS
    if is_plain and not (in_brackets and "," in value):
        return value
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_escaped(mark) for mark in value) + '"'


def _escaped(mark: str) -> str:
    return mark if mark.isprintable() and mark not in '"\\' else f"\\U{ord(mark):08X}"


def _mapping(entry: Mapping[str, Any]) -> Iterator[str]:
    for name, value in entry.items():
        if isinstance(value, list) and any(isinstance(part, dict) for part in value):
            yield f"{name}:"
            for part in value:
                yield from (f"  {line}" for line in _dashed(_mapping(part)))
        else:
            yield f"{scalar(name)}: {_inline(value)}"


def _inline(value: object, *, in_brackets: bool = False) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_inline(part, in_brackets=True) for part in value)}]"
    if isinstance(value, dict):
        parts = (f"{scalar(name)}: {_inline(part, in_brackets=True)}" for name, part in value.items())
        return f"{{{', '.join(parts)}}}"
    return scalar(value, in_brackets=in_brackets)


def _dashed(lines: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"  {line}" if number else f"- {line}"


def _listed(source: Document, key: str | None) -> list[Any]:
    value = source.value
    if key is not None and value is not None:
        value = value.get(key) if isinstance(value, dict) else _refuse(source, key)
    return value if isinstance(value, list) else ([] if value is None else _refuse(source, key))


def _refuse(source: Document, key: str | None) -> NoReturn:
    place = () if key is None else (key,)
    message = "can't be edited for you: write the list as lines that begin with a dash"
    raise DocumentError([source.problem(place, message)])


def _dash(source: Document, key: str | None, number: int) -> tuple[int, int]:
    """Give line and column of the dash before an entry."""
    loc = (number,) if key is None else (key, number)
    line, column = source.places[loc]
    before = source.lines[line][:column]
    while not (found := _DASH.fullmatch(before) if before.strip() else None):
        if before.strip() and not _IDLE.fullmatch(before):
            _refuse(source, key)
        line -= 1
        before = source.lines[line].partition("#")[0].rstrip() if line >= 0 else "?"
    return line, len(found[1])


def _end(source: Document, key: str | None, lines: list[str]) -> int:
    """Give the line after the list: before the next key and the remarks above it, or the file's end."""
    below = [place[0] for loc, place in source.keys.items() if len(loc) == 1 and key and place > source.keys[key,]]
    return _before_idle(lines, min(below)) if below else len(lines)


def _before_idle(lines: list[str], end: int) -> int:
    """Step back over empty lines and remarks."""
    while end and _IDLE.fullmatch(lines[end - 1]):
        end -= 1
    return end


def _open(source: Document, key: str | None, lines: list[str]) -> tuple[int, int]:
    """Make room for the first entry: indentation, and the line that it goes before."""
    if key is None:
        return (0, len(lines)) if source.value is None else _refuse(source, key)
    if (key,) not in source.keys:
        if lines and not lines[-1].endswith(("\n", "\r")):
            lines[-1] += "\n"
        lines.append(f"{key}:\n")
        return 2, len(lines)
    line = source.keys[key,][0]
    found = re.fullmatch(rf"({re.escape(key)}\s*:)\s*(?:\[\s*\]|null|~)?(\s*(?:#.*)?\s*)", lines[line])
    if not found:
        _refuse(source, key)
    lines[line] = f"{found[1]}{found[2]}"
    return 2, line + 1


def _proven(text: str, source: Document, key: str | None, entries: list[Any]) -> str:
    """Give a text that says what was meant, and nothing else than before."""
    meant: Any = entries or None
    if key is not None:
        meant = {**(source.value or {}), key: entries}
    try:
        is_good = document.parse(text.removeprefix(_BOM), source.path).value == meant
    except DocumentError:
        is_good = False
    if not is_good:
        _refuse(source, key)
    return text
