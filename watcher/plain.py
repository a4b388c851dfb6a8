"""
YAML as most files are written: keys, values and lists in brackets, each on one line, nothing that needs a second look.

What isn't written so plainly isn't read here.
"""

from __future__ import annotations

import re
from typing import Any

Scalar = str | int | float | bool | None

_DEEPEST = 15
_NAMED = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_ANY_NAMED = _NAMED.keys() | _NULLS
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\Z", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?\Z", re.ASCII)

# A tab, another kind of line break, what YAML forbids: any character that may be more than a letter.
_UNUSUAL = re.compile("[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_KEY = r"\"[^\"\\\n]{1,99}\"|[A-Za-z0-9_][\w+./-]{0,99}(?::[\w+./-]{1,99}){0,3}"
# All lines but comments: spaces, a dash, a key, what stands behind them.
_LINE = re.compile(rf"^( *)(?![ #])(- )?(?:({_KEY}):(?: (?! )|$))?(.*?) *$", re.MULTILINE)
_QUOTED = r"'(?:[^'\n]|'')*'|\"[^\"\\\n]*\""
_IN_QUOTES = re.compile(rf"(?:{_QUOTED})\Z")
_NOT_BARE = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@` ]|.*(?:: | #|:\Z)")
# Parts of a list: most begin with a letter, and are what they read.
_WORDS = r"[^-+.~0-9?:,\[\]{}#&*!|>'\"%@` \n][^?:,\[\]{}#\n]*"
_LIST_OF_WORDS = re.compile(rf"{_WORDS}(?:, {_WORDS})*\Z")
_PART = rf"(?:{_QUOTED}|[-+]?[^-+?:,\[\]{{}}#&*!|>'\"%@` \n](?:[^?:,\[\]{{}}#\n]|:(?=[A-Za-z0-9]))*)"
_LIST = re.compile(rf"{_PART}(?:, {_PART})*\Z")
_PARTS = re.compile(rf"(?:\A|(?<=, )){_PART}(?=,|\Z)")


class _InvolvedError(Exception):
    """This is not written plainly."""


def read(text: str) -> Any:  # noqa: ANN401  plain YAML data
    """Give what a text of plain YAML says; None of any other, and of one that says nothing."""
    if _UNUSUAL.search(text):
        return None
    try:
        return _read(text)
    except _InvolvedError:
        return None


def scalar(text: str) -> Scalar:
    """Give what a text without quotes means in YAML 1.2's core schema."""
    if text in _NULLS:
        return None
    if text in _NAMED:
        return _NAMED[text]
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text


def _read(text: str) -> Any:  # noqa: ANN401
    top: dict[str, Any] = {"": None}
    levels: list[tuple[int, Any]] = [(-1, top)]  # what is open, and in which column it stands
    waiting = ""  # the key in the innermost whose value is in the lines below
    is_waiting = True
    for spaces, dash, key, rest in _LINE.findall(text):
        if not key and not dash:
            if rest:
                raise _InvolvedError
            continue
        column = len(spaces)
        if is_waiting and (column > levels[-1][0] or (dash and column == levels[-1][0])):
            below: Any = [] if dash else {}
            levels[-1][1][waiting] = below
            levels.append((column, below))
        is_waiting = False
        here = _level(levels, column, is_list=bool(dash))
        if dash and not key:
            here.append(_value(rest))
            continue
        if dash:
            here.append({})
            levels.append((column + 2, here[-1]))
            here = here[-1]
        waiting, is_waiting = key.strip('"'), not rest
        if waiting in here:
            raise _InvolvedError
        here[waiting] = _value(rest) if rest else None
    return top[""]


def _level(levels: list[tuple[int, Any]], column: int, *, is_list: bool) -> Any:  # noqa: ANN401
    """Close what a line that begins in this column ends, and give what it goes on with."""
    while levels[-1][0] > column:
        levels.pop()
    if not is_list and isinstance(levels[-1][1], list):
        levels.pop()  # a list may stand in its key's own column
    at, here = levels[-1]
    if at != column or isinstance(here, list) != is_list or len(levels) > _DEEPEST:
        raise _InvolvedError
    return here


def _value(text: str) -> Any:  # noqa: ANN401
    if text.startswith("["):
        return _list(text)
    if _IN_QUOTES.match(text):
        return _unquoted(text)
    if not text or _NOT_BARE.match(text):
        raise _InvolvedError
    return scalar(text)


def _list(text: str) -> list[Any]:
    if text == "[]":
        return []
    listed = text[1:-1].removesuffix(", ")
    if text[-1] != "]" or " ," in listed or listed[-1:] == " ":
        raise _InvolvedError
    if _LIST_OF_WORDS.match(listed):
        words = listed.split(", ")
        if _ANY_NAMED.isdisjoint(words):
            return words
    if not _LIST.match(listed):
        raise _InvolvedError
    return [_unquoted(part) if part[0] in "'\"" else scalar(part) for part in _PARTS.findall(listed)]


def _unquoted(text: str) -> str:
    return text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1]
