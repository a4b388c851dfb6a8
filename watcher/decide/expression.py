r"""
Regular expressions from strangers: RE2's, so that no text can make one slow, with Unicode's idea of a word.

RE2 knows `\w \d \s` as classes of ASCII alone and `\b` as a boundary of those, which never stands beside a Cyrillic
letter. The classes are written out as Unicode's; `\b` is met by a mark that the subject sets around each word, and
every other character of the expression may be preceded by such marks.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import re2  # noqa: TID251  the one seam to expressions from strangers

from watcher.decide.subject import BOUNDARY, Passage
from watcher.errors import QueryError

# What each class is inside brackets; the negated ones are spelt out because brackets can't hold a negation.
_CLASSES = {
    "w": r"\p{L}\p{M}\p{N}_",
    "W": r"\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}‿⁀⁔\x{fe33}\x{fe34}\x{fe4d}-\x{fe4f}\x{ff3f}\p{S}\p{Z}\p{C}",
    "d": r"\p{Nd}",
    "D": r"\p{L}\p{M}\p{Nl}\p{No}\p{P}\p{S}\p{Z}\p{C}",
    "s": r"\t-\r\x1c-\x1f\x{85}\p{Z}",
    "S": r"\p{L}\p{M}\p{N}\p{P}\p{S}\p{Cf}\p{Co}\x00-\x08\x0e-\x1b\x7f-\x{84}\x{86}-\x{9f}",
}
_ESCAPE = re.compile(r"\\(?:[pP](?:[A-Z]|\{\^?\w+\})|x(?:[0-9A-Fa-f]{2}|\{[0-9A-Fa-f]+\})|0[0-7]{0,2}|[\W_]|[aftnrv])")
_GROUP = re.compile(r"\((?:\?(?:P?<[A-Za-z_]\w*>|([imsU]*)(?:-([imsU]+))?(:|\))))?")
_COUNT = re.compile(r"\{\d+(?:,\d*)?\}")
_POSIX = re.compile(r"\[:\^?[a-z]+:\]")
_REFUSED = (
    (re.compile(r"\(\?<?[=!]"), "looking ahead or behind can't be done in linear time: say it without"),
    (re.compile(r"\\[1-9]|\(\?P="), "referring back to a group can't be done in linear time: say it without"),
    (re.compile(r"\(\?>|[*+?}]\+"), "possessive and atomic groups are not supported: leave them out"),
    (re.compile(r"\(\?\(|\(\?#|\(\?P>|\(\?R"), "this kind of group is not supported"),
    (re.compile(r"\\B"), r"\B is not supported: name the characters that may stand there"),
)


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; letters match in either case unless it says `(?-i)`."""

    source: str
    is_bounded: bool
    _compiled: Any = field(repr=False, compare=False)

    @property
    def size(self) -> int:
        """How many steps RE2 made of it: some ten for a word, thousands where something is counted often."""
        return int(self._compiled.programsize)

    def find(self, passage: Passage) -> str | None:
        """Give the first text that it matches in a passage, or None."""
        found = self._compiled.search(passage.bounded if self.is_bounded else passage.raw)
        if found is None:
            return None
        shown: str = found.group().decode(errors="replace")
        return shown.replace(BOUNDARY, "")


def compile_expression(source: str) -> Expression:
    """Compile the text between two slashes. Raises QueryError, its position counted from the text's start."""
    composed = unicodedata.normalize("NFC", source).replace(BOUNDARY, "")
    translation = _Translation(composed, is_bounded=False)
    written = translation.translate()
    if translation.has_boundary:
        written = _Translation(composed, is_bounded=True).translate()
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    try:
        compiled = re2.compile(written.encode(errors="replace"), options)
    except re2.error as error:
        raise QueryError(f"is not a regular expression: {_reason(error)}", 0) from error
    if compiled.search(b""):
        raise QueryError("matches the empty text, so every article: ask for one character at least", 0)
    return Expression(source, translation.has_boundary, compiled)


def _reason(error: Exception) -> str:
    reason = error.args[0]
    shown: str = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    return shown.replace(BOUNDARY, "")


class _Translation:
    """One way through an expression, writing it again for RE2."""

    def __init__(self, source: str, *, is_bounded: bool) -> None:
        self.source = source
        self.at = 0
        self.has_boundary = False
        self.gap = f"{BOUNDARY}*" if is_bounded else ""
        self.dot_meets_newline = [False]

    def translate(self) -> str:
        written: list[str] = []
        while self.at < len(self.source):
            for refused, reason in _REFUSED:
                if refused.match(self.source, self.at):
                    raise QueryError(reason, self.at)
            written.append(self.step())
        return "".join(written)

    def step(self) -> str:
        character = self.source[self.at]
        if character in "\\[(":
            return {"\\": self.escape, "[": self.brackets, "(": self.group}[character]()
        if character == "{" and (count := _COUNT.match(self.source, self.at)):
            return self.take(count[0])
        self.at += 1
        if character == ")":
            self.dot_meets_newline = self.dot_meets_newline[:-1] or [False]
        if character in ")|*+?^":
            return character
        if character == ".":
            return self.atom(f"[^{BOUNDARY}]" if self.dot_meets_newline[-1] else rf"[^\n{BOUNDARY}]")
        return self.atom(rf"\{character}" if character in "{}]" else character)

    def take(self, found: str) -> str:
        self.at += len(found)
        return found

    def atom(self, written: str) -> str:
        """Let marks stand before a character, and before the end."""
        return f"(?:{self.gap}{written})"

    def escape(self) -> str:
        kind = self.source[self.at + 1 : self.at + 2]
        if kind == "b":
            self.at += 2
            self.has_boundary = True
            return BOUNDARY
        if kind in ("A", "z", "Z"):
            self.at += 2
            return r"\A" if kind == "A" else self.atom(r"\z")
        if kind in _CLASSES:
            self.at += 2
            negation = f"^{BOUNDARY}" if kind.isupper() else ""
            return self.atom(f"[{negation}{_CLASSES[kind.lower()]}]")
        escaped = self.escaped()
        return self.atom(rf"[^{BOUNDARY}\p{escaped[2:]}]" if escaped.startswith(r"\P") else escaped)

    def escaped(self) -> str:
        found = _ESCAPE.match(self.source, self.at)
        if found is None:
            known = r"\b \w \d \s \W \D \S \pL \p{Greek} \xHH \n \t"
            raise QueryError(f'doesn\'t know "{self.source[self.at : self.at + 2]}"; it knows {known}', self.at)
        return self.take(found[0])

    def group(self) -> str:
        found = _GROUP.match(self.source, self.at)
        if found is None or (found[0] == "(" and self.source.startswith("(?", self.at)):
            raise QueryError("doesn't know this kind of group; it knows ( ) and (?: ) and (?i)", self.at)
        meets = self.dot_meets_newline[-1]
        if found[3]:
            meets = (meets or "s" in found[1]) and "s" not in (found[2] or "")
        if found[3] == ")":
            self.dot_meets_newline[-1] = meets
        else:
            self.dot_meets_newline.append(meets)
        return self.take(found[0])

    def brackets(self) -> str:
        start = self.at
        opening = self.take("[^" if self.source.startswith("[^", self.at) else "[")
        items: list[str] = []
        while not (self.source.startswith("]", self.at) and items):
            if self.at >= len(self.source):
                raise QueryError('opens a "[" that isn\'t closed', start)
            items.append(self.bracket_item())
        self.at += 1
        negated = BOUNDARY if opening == "[^" else ""
        return self.atom(f"{opening}{negated}{''.join(items)}]")

    def bracket_item(self) -> str:
        character = self.source[self.at]
        if character == "\\":
            kind = self.source[self.at + 1 : self.at + 2]
            if kind in _CLASSES:
                return _CLASSES[self.take(rf"\{kind}")[1]]
            return self.escaped()
        if posix := _POSIX.match(self.source, self.at):
            return self.take(posix[0])
        self.at += 1
        return rf"\{character}" if character in "[]" else character
