"""The lexicon: partners, goods and phrases of `rules/`, and matchers of all their terms, one for each language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.decide import entry, han, script, stem
from watcher.decide.choice import Choice, Hit, Token, fit
from watcher.decide.entry import GROUPS, TIERS, Sense, fingerprint
from watcher.decide.finder import find_longest
from watcher.decide.frame import Frame, FrameError, Writer, compile_frame
from watcher.decide.need import Doors, Need
from watcher.decide.shelf import Shelf, Shelves, candidates, cut
from watcher.decide.unswept import unswept
from watcher.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from watcher.decide.choice import Candidate
    from watcher.document import Problem

__all__ = ["GROUPS", "TIERS", "Good", "Lexicon", "Matcher", "Partner", "Sense", "base_language", "fingerprint", "load"]

_OWN_SCRIPT = frozenset(
    ["ru", "uk", "be", "kk", "ky", "sr", "mk", "bg", "zh", "ja", "ko", "ar", "fa", "ur", "he", "hi", "el", "hy", "ka"]
)
# Proper names, spelt alike in all languages that are written in Latin letters.
_NAMES = "names"
_CHINESE = "zh"
_PROPER = ("people", "firms")
_SHORTEST_NAME = 5
_REMEMBERED = 20_000  # words of one language: a worker reads thirty languages in 80 MiB
_NOTHING = Choice([])
# Of an unknown word, what its stem may be; words of grammar are spelt out in each form.
_INFLECTED = ("russia", "partner", "other", "good")


@dataclass(frozen=True, slots=True)
class Partner:
    """A country or group that deals with Russia: `id` as in TAXONOMY.md, its tier and its English name."""

    id: str
    tier: str
    name: str


@dataclass(frozen=True, slots=True)
class Good:
    """What passes between the two sides: `id` and group as in TAXONOMY.md, its English name, its usual direction."""

    id: str
    group: str
    name: str
    direction: str = "any"


class Matcher:
    """All terms of one language: cuts a folded text into tokens and finds the longest terms among them."""

    def __init__(self, shelves: Shelves, need: Need, doors: Sequence[Doors], language: str) -> None:
        self._language = language
        self._shelves = shelves
        letters, unspaced = shelves.letters, shelves.unspaced
        by_kind = {
            kind: "".join(letter for letter, sense in letters.items() if sense.kind == kind)
            for kind in ("russia", "partner", "other")
        }
        self._cutter = script.Cutter(frozenset(unspaced), by_kind, find_longest(unspaced))
        self._signs = {sign: ((), letters[letter], "") for letter, sign in self._cutter.letters.items()}
        self._known: dict[str, Choice] = {}
        self._need = need
        self._doors = doors

    def concerns(self, folded: str) -> bool:
        """Tell whether a folded text can concern Russia at all; most can't."""
        return self._need.is_opened(self._doors, self._plain(folded))

    def may_tell(self, folded: str) -> bool:
        """Tell whether a relation can be read of a folded text; of most none can, and they need no reading."""
        return self._need.may_be_met(self._doors, self._plain(folded))

    def _plain(self, folded: str) -> str:  # a Chinese text in simplified characters, as its terms are compared
        return han.simplified(folded) if self._language == _CHINESE else folded

    def tokens(self, folded: str) -> list[Token]:
        """Cut a folded text into tokens; where no spaces stand between words, at the terms in it."""
        if folded.isascii() and self._language != "de":
            return cut(folded)
        if script.is_unspaced(folded):
            folded = self._cutter.mark(self._plain(folded))
            pieces: Callable[[str], Sequence[script.Piece]] = self._cutter.cut
        elif script.is_arabic(folded):
            pieces = self._split_arabic
        elif self._language == "de":
            pieces = self._split_compound
        else:
            return cut(folded)
        return [
            Token(word, token.start + start, token.start + end)
            for token in cut(folded)
            for word, start, end in pieces(token.text)
        ]

    def _split_arabic(self, word: str) -> Sequence[script.Piece]:
        return script.split_arabic(word, self.candidates, self._inner)

    @cached_property
    def _inner(self) -> frozenset[str]:
        """The Arabic words that stand behind a term's first."""
        return frozenset(word.rstrip("*") for word in self._shelves.inner() if script.is_arabic(word))

    def _split_compound(self, word: str) -> Sequence[script.Piece]:
        return stem.split(word, self.candidates)

    def find(self, tokens: list[Token], shown: str) -> list[Hit]:
        """Find the terms among tokens of `shown`, longest first, none overlapping."""
        hits = []
        known = self._known
        free = 0
        for here, token in enumerate(tokens):
            choice = known.get(token.text)
            if choice is None:
                choice = self._choice(token.text)
            if choice is not _NOTHING and here >= free and (hit := fit(choice, tokens, here, shown)):
                hits.append(hit)
                free = hit.last + 1
        return hits

    def candidates(self, word: str) -> list[Candidate]:
        """Give the terms that begin with this word, longest first."""
        return self._choice(word).all

    def _choice(self, word: str) -> Choice:
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = [*self._found(word), *(self._found(word.replace(".", "")) if "." in word else ())]
            found += self._shelves.begun(word)
            if not found:
                bare = map(self._found, stem.stems(word, self._language))
                found = [each for each in next(filter(None, bare), ()) if each[1].kind in _INFLECTED]
            found.sort(key=lambda candidate: -len(candidate[0]))
            known = self._known[word] = Choice(found) if found else _NOTHING
        return known

    def _found(self, word: str) -> list[Candidate]:
        return [self._signs[word]] if word in self._signs else self._shelves.found(word)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """
    All partners, goods, terms and frames; `hash` changes when any of them does, or this floor's code.

    `added` says for each language where a workspace's own terms begin.
    """

    partners: Mapping[str, Partner]
    goods: Mapping[str, Good]
    senses: Mapping[str, Mapping[str, Sense]]
    frames: Mapping[str, tuple[Frame, ...]]
    symbols: Mapping[str, str]
    trades: Mapping[str, str]
    hash: str
    warnings: tuple[Problem, ...] = ()
    added: Mapping[str, Problem] = field(default_factory=dict, repr=False, compare=False)
    tiers: tuple[str, ...] = TIERS
    groups: tuple[str, ...] = GROUPS
    _matchers: dict[str, Matcher] = field(default_factory=dict, init=False, repr=False, compare=False)
    _spelt: dict[str, dict[str, Sense]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _needs: dict[bool, Need] = field(default_factory=dict, init=False, repr=False, compare=False)
    _shared: dict[tuple[str, bool, bool], Doors] = field(default_factory=dict, init=False, repr=False, compare=False)
    _shelves: dict[str, Shelf] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the lexicon has terms in."""
        return tuple(sorted(set(self.senses) - {"all"}))

    def matcher(self, language: str) -> Matcher:
        """Give the matcher of one language; of all languages at once where the lexicon doesn't know it."""
        known = language if language in self.senses else ""
        matcher = self._matchers.get(known)
        if matcher is None:
            matcher = self._matchers[known] = self._make(known)
        return matcher

    @unswept()
    def _make(self, language: str) -> Matcher:
        need = self._need(is_english=language == "en")
        names = self._books(language)
        doors = [self._doors_of(name, need, language) for name in names]
        shelves = Shelves([self._shelf(name) for name in names], frozenset(self._hidden(names)))
        return Matcher(shelves, need, doors, language)

    def terms(self, language: str) -> dict[str, Sense]:
        """Give the terms that texts of a language are searched for: of all where the lexicon doesn't know it."""
        return {term: sense for name in self._books(language) for term, sense in self._senses(name).items()}

    def _books(self, language: str) -> tuple[str, ...]:
        """Name whose terms count in a language's texts; of those spelt alike, the last."""
        if language not in self.senses:
            return (*sorted(set(self.senses) - {"en"}), "en")
        if language in _OWN_SCRIPT:
            return ("en", "all", language)
        return ("all", "en") if language == "en" else (_NAMES, "all", language)

    def _senses(self, name: str) -> Mapping[str, Sense]:
        if name in (_NAMES, _CHINESE) and name not in self._spelt:
            self._spelt[name] = self._names() if name == _NAMES else han.simplify(self.senses.get(name, {}))
        return self._spelt.get(name) or self.senses.get(name, {})

    def _shelf(self, name: str) -> Shelf:
        if name not in self._shelves:
            self._shelves[name] = Shelf(self._senses(name))
        return self._shelves[name]

    def _hidden(self, names: Sequence[str]) -> Iterator[tuple[str, Candidate]]:
        """Give the forms of terms to which a later one of these books gives another sense."""
        later: dict[str, Sense] = {}
        for name in reversed(names):
            senses = self._senses(name)
            for term in later.keys() & senses.keys():
                if later[term] != senses[term]:
                    yield from candidates([(term, senses[term])])
            later = {**senses, **later}

    def _need(self, *, is_english: bool) -> Need:
        need = self._needs.get(is_english)
        if need is None:
            tiers = {id_: each.tier for id_, each in self.partners.items()}
            need = self._needs[is_english] = Need(self.frames, tiers, is_english=is_english)
        return need

    def _doors_of(self, name: str, need: Need, language: str) -> Doors:
        """Make the doors of some terms, or give those that other languages share."""
        key = (name, need is self._needs.get(True), stem.is_inflected(language))
        if key not in self._shared:
            forms = self._shelf(name).forms(need.bits)
            spelt = (
                (stem.open_ended(words, language), bits) for words, sense, bits in forms if not _is_idle(words, sense)
            )
            self._shared[key] = Doors(spelt, need.opens)
        return self._shared[key]

    def _names(self) -> dict[str, Sense]:
        """Give English's names of people and firms as terms of other languages: in their very letters."""
        return {
            f"={name.lstrip('=')}": sense
            for name, sense in self.senses.get("en", {}).items()
            if sense.role in _PROPER and name.lstrip("=")[0].isupper() and len(name) >= _SHORTEST_NAME
        }


@unswept()
def load(shipped: Path, workspace: Path | None = None) -> Lexicon:
    """
    Read the three files of `shipped`, then those that `workspace` has, which add to them or override by id and term.

    Raises DocumentError with every problem of every file.
    """
    book = entry.read(shipped, workspace)
    symbols = {name: chr(0xE000 + number) for number, name in enumerate(book.classes)}
    writer = Writer(symbols)
    frames: dict[str, tuple[Frame, ...]] = {}
    for name, listed in book.frames.items() if not book.problems else ():
        compiled = []
        for text, source, loc in listed:
            try:
                frame = compile_frame(text, writer, book.goods, book.partners)
                if Path(source.path).parent != shipped:
                    frame.pattern  # noqa: B018  a stranger's is tried at once; ours are by the tests
                compiled.append(frame)
            except FrameError as error:
                book.problems.append(source.problem(loc, str(error)))
        frames[name] = tuple(compiled)
    if book.problems:
        raise DocumentError(book.problems)
    partners = {id_: Partner(id_, each.tier, each.name) for id_, each in book.partners.items()}
    goods = {id_: Good(id_, each.group, each.name, each.direction) for id_, each in book.goods.items()}
    return Lexicon(
        partners, goods, book.senses, frames, symbols, book.trades, book.hash, tuple(book.warnings), book.added
    )


def _is_idle(words: tuple[str, ...], sense: Sense) -> bool:
    """Tell another country's letter in Korean: it counts in a row with Russia's, and every `우` would let a text in."""
    return sense.role == "letters" and sense.kind == "other" and script.is_hangul(words[0])


@lru_cache(maxsize=4096)
def base_language(language: str) -> str:
    """Give `pt` for `pt-BR`."""
    return re.split(r"[-_]", language.strip().lower(), maxsplit=1)[0]
