"""What a word of a text may begin: the terms that share it, and which of them stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from watcher.decide.entry import Sense

# The words behind a term's first, what the term means, and its letters where they count.
Candidate = tuple[tuple[str, ...], "Sense", str]


class Token(NamedTuple):
    """A word or a sign of punctuation, folded, and where it stands; a tuple, since texts have so many of them."""

    text: str
    start: int
    end: int


class Hit(NamedTuple):
    """A term found: its sense, and the tokens it spans."""

    sense: Sense
    first: int
    last: int


class Choice:
    """The terms that begin with one word: all, those whose second word is known, and the others."""

    __slots__ = ("all", "by_next", "others")

    def __init__(self, found: list[Candidate]) -> None:
        self.all = found
        self.by_next: dict[str, list[Candidate]] = {}
        self.others = [each for each in found if not each[0] or each[0][0].endswith("*")]
        for each in found:
            if each[0] and not each[0][0].endswith("*"):
                self.by_next.setdefault(each[0][0], []).append(each)


def fit(choice: Choice, tokens: list[Token], here: int, shown: str) -> Hit | None:
    """Give the longest of a word's terms whose further words stand behind the token at `here`."""
    known = choice.by_next.get(tokens[here + 1].text) if choice.by_next and here + 1 < len(tokens) else None
    for rest, sense, cased in [*known, *choice.others] if known else choice.others:
        last = here + len(rest)
        if rest and (last >= len(tokens) or not _follow(tokens, here + 1, rest)):
            continue
        if not cased or shown[tokens[here].start : tokens[last].end].replace(".", "") == cased:
            return Hit(sense, here, last)
    return None


def _follow(tokens: list[Token], here: int, words: tuple[str, ...]) -> bool:
    for wanted in words:  # a loop: a generator costs more than all it does, and this is asked for every third word
        word = tokens[here].text
        if word != wanted and not (wanted.endswith("*") and len(wanted) > 1 and word.startswith(wanted[:-1])):
            return False
        here += 1
    return True
