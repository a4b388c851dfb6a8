"""What partners.yaml, goods.yaml and phrases.yaml hold, read and checked, the workspace's over the shipped."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

from watcher import document
from watcher.decide.edition import edition
from watcher.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.document import Document, Problem

TIERS = ("core", "trade", "neighbours", "political", "africa", "western", "unnamed")
GROUPS = ("weapons", "people", "know-how", "dual-use", "energy", "commodities", "services", "favours")
DIRECTIONS = ("to_russia", "from_russia", "any")
STATUSES = ("reported", "alleged", "planned", "denied", "negated")
_INNER_STAR = re.compile(r"\*(?=\w)|\*(?<!\w\*)")
# Of terms on a line each, what any of them has that is looked at by itself.
_ODD = re.compile(rf"{_INNER_STAR.pattern}|!(?<=^!)", re.MULTILINE)
FILES = ("partners.yaml", "goods.yaml", "phrases.yaml")

Language = Annotated[str, StringConstraints(pattern=r"^([a-z]{2,3}|all)$")]
Word = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Terms = dict[Language, list[Word]]


class ActorEntry(BaseModel):
    """
    The words that name a country.

    `letters` are abbreviations of one letter; `unless` holds phrases in which its name means something else.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = ""
    names: Terms = {}
    adjectives: Terms = {}
    people: Terms = {}
    firms: Terms = {}
    places: Terms = {}
    letters: Terms = {}
    unless: Terms = {}


class PartnerEntry(ActorEntry):
    """A partner: its tier too."""

    tier: str = ""


class PartnersFile(BaseModel):
    """partners.yaml: Russia, the partners by id, and other actors by id."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    russia: ActorEntry = ActorEntry()
    partners: dict[str, PartnerEntry] = {}
    others: dict[str, ActorEntry] = {}


class GoodEntry(BaseModel):
    """
    A good: nouns (`terms`), verbs whose subject gives it (`verbs`), words for what both sides do (`joint`, `talks`).

    `talks` make what they are about a plan, `ahead` is what both sides will do, `ties` are vague;
    `russian` nouns name what can only be Russian; `weak` ones count only where the grammar links them; `direction` is
    the last resort when it is silent. `firms` of Russia's have it for their business, where nothing else is said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = ""
    group: str = ""
    direction: str = ""
    terms: Terms = {}
    russian: Terms = {}
    weak: Terms = {}
    verbs: Terms = {}
    joint: Terms = {}
    talks: Terms = {}
    ahead: Terms = {}
    ties: Terms = {}
    unless: Terms = {}
    firms: Terms = {}


class PhrasesFile(BaseModel):
    """phrases.yaml: classes of words, and the frames that are made of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: dict[str, Terms] = {}
    frames: dict[str, list[str]] = {}


_GOODS = TypeAdapter(dict[str, GoodEntry])


class Sense(NamedTuple):
    """What a term means: kind russia, partner, other, good, word or nothing; id; and its role in the file."""

    kind: str
    id: str
    role: str


@dataclass(slots=True)
class Book:
    """
    Everything the files say: entries by id, each term's sense by language, frames, and problems on the way.

    `added` says where a workspace first has terms of a language. A frame has the place that it stands at.
    """

    partners: dict[str, PartnerEntry] = field(default_factory=dict)
    goods: dict[str, GoodEntry] = field(default_factory=dict)
    trades: dict[str, str] = field(default_factory=dict)
    classes: dict[str, None] = field(default_factory=dict)
    senses: dict[str, dict[str, Sense]] = field(default_factory=dict)
    fresh: dict[str, dict[str, Sense]] = field(default_factory=dict)
    frames: dict[str, list[tuple[str, Document, document.Loc]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    added: dict[str, Problem] = field(default_factory=dict)
    hash: str = ""


def read(shipped: Path, workspace: Path | None) -> Book:
    """Read all files of both folders; raises DocumentError with every problem found so far."""
    book = Book(hash=fingerprint(shipped, workspace))
    for folder in (shipped, workspace):
        seen: dict[str, dict[str, str]] = {}
        for name in FILES:
            if folder is None or not (folder / name).is_file():
                continue
            shown = f"rules/{name}" if folder is workspace else None
            try:
                reader = _Reader(book, document.read(folder / name, shown=shown), seen, is_added=folder is workspace)
                reader.read(name)
            except DocumentError as error:
                book.problems.extend(error.problems)
        _settle(book)
    return book


def fingerprint(shipped: Path, workspace: Path | None) -> str:
    """Give a hash of all files of both folders and of the reader, in hex."""
    digest = hashlib.sha256(edition().encode())
    for path in (folder / name for folder in (shipped, workspace) if folder for name in FILES):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _settle(book: Book) -> None:
    """Put a folder's terms before those known so far: of equal forms, the first counts."""
    for language, fresh in book.fresh.items():
        known = book.senses.get(language, {})
        book.senses[language] = fresh | {term: sense for term, sense in known.items() if term not in fresh}
    book.fresh = {}


@dataclass(slots=True)
class _Reader:
    """One file on its way into the book; `seen` has the folder's terms of each language with their file."""

    book: Book
    source: Document
    seen: dict[str, dict[str, str]]
    is_added: bool

    def read(self, name: str) -> None:
        """Take in the file, which is one of FILES."""
        if self.source.value is None:
            return
        if name == "partners.yaml":
            self.read_partners()
        elif name == "goods.yaml":
            self.read_goods()
        else:
            self.read_phrases()

    def read_partners(self) -> None:
        """Take in Russia, partners and others."""
        file, problems = document.check(self.source, PartnersFile)
        self.book.problems += problems
        if file is None:
            return
        self.read_actor(file.russia, "russia", "RU", ("russia",))
        for id_, partner in file.partners.items():
            loc = ("partners", id_)
            known = self.book.partners.get(id_)
            tier = partner.tier or (known.tier if known else "")
            self.expect(tier, TIERS, "tier", (*loc, "tier"))
            name = partner.name or (known.name if known else id_)
            self.book.partners[id_] = PartnerEntry(name=name, tier=tier)
            self.read_actor(partner, "partner", id_, loc)
        for id_, other in file.others.items():
            self.read_actor(other, "other", id_, ("others", id_))

    def read_actor(self, entry: ActorEntry, kind: str, id_: str, loc: document.Loc) -> None:
        """Take in one country's terms."""
        for role in ("names", "adjectives", "people", "firms", "places", "letters"):
            self.read_terms(getattr(entry, role), Sense(kind, id_, role), (*loc, role))
        self.read_terms(entry.unless, Sense("nothing", id_, "unless"), (*loc, "unless"))

    def read_goods(self) -> None:
        """Take in the goods."""
        checked = document.check(self.source, _GOODS)
        file, problems = checked
        self.book.problems += problems
        for id_, good in (file or {}).items():
            self.read_terms_of(good, id_)
            if "+" in id_:
                continue
            known = self.book.goods.get(id_)
            group = good.group or (known.group if known else "")
            direction = good.direction or (known.direction if known else "")
            self.expect(group, GROUPS, "group", (id_, "group"))
            self.expect(direction, DIRECTIONS, "direction", (id_, "direction"))
            name = good.name or (known.name if known else id_)
            self.book.goods[id_] = GoodEntry(name=name, group=group, direction=direction)

    def read_terms_of(self, good: GoodEntry, id_: str) -> None:
        """Take in one good's terms; an id `oil+gas` means both."""
        for role in ("terms", "russian", "weak", "verbs", "joint", "talks", "ahead", "ties"):
            self.read_terms(getattr(good, role), Sense("good", id_, role), (id_, role))
        self.read_terms(good.unless, Sense("nothing", id_, "unless"), (id_, "unless"))
        self.book.trades |= {firm: id_ for firms in good.firms.values() for firm in firms}

    def read_phrases(self) -> None:
        """Take in word classes and frames."""
        file, problems = document.check(self.source, PhrasesFile)
        self.book.problems += problems
        if file is None:
            return
        for id_, terms in file.words.items():
            self.book.classes[id_] = None
            self.read_terms(terms, Sense("word", id_, "words"), ("words", id_))
        for id_, frames in file.frames.items():
            places = [(text, self.source, ("frames", id_, number)) for number, text in enumerate(frames)]
            self.book.frames[id_] = places + self.book.frames.get(id_, [])

    def read_terms(self, terms: Terms, sense: Sense, loc: document.Loc) -> None:
        """Note each term's sense; a leading `!` takes a term away."""
        for language, listed in terms.items():
            if self.is_added and language not in self.book.added:
                self.book.added[language] = self.source.problem((*loc, language), "")
            known = self.seen.setdefault(language, {})
            if len({*listed}) == len(listed) and known.keys().isdisjoint(listed) and not _ODD.search("\n".join(listed)):
                self.book.fresh.setdefault(language, {}).update(dict.fromkeys(listed, sense))
                known.update(dict.fromkeys(listed, self.file))
                continue
            for number, term in enumerate(listed):
                if message := self.take(language, term, sense):
                    where = (*loc, language, number)
                    self.book.warnings.append(self.source.problem(where, message, severity="warning"))

    def take(self, language: str, term: str, sense: Sense) -> str:
        """Note one term's sense; say what is odd about it."""
        senses = self.book.fresh.setdefault(language, {})
        if term.startswith("!"):
            gone = self.book.senses.get(language, {}).pop(term[1:], None)
            return "" if gone else f'"{term}" takes nothing away: the shipped lexicon has no such term in {language}'
        message = ""
        known = self.seen[language]
        if _INNER_STAR.search(term):
            message = f'term "{term}" is never found: * stands for any ending, so only at the end of a word'
        elif term in known:
            message = f'term "{term}" already means {senses[term].id} ({known[term]}): this second meaning wins'
            if senses[term] == sense:
                message = f'term "{term}" stands here twice: keep one'
        known[term] = self.file
        senses[term] = sense
        return message

    @property
    def file(self) -> str:
        """The file's name without its folders."""
        return self.source.path.rpartition("/")[2]

    def expect(self, value: str, known: tuple[str, ...], what: str, loc: document.Loc) -> None:
        """Note a problem unless `value` is one of `known`."""
        if value not in known:
            hint = document.suggest(value, list(known))
            self.book.problems.append(
                self.source.problem(loc, f'{what} "{value}" is not one of {", ".join(known)}{hint}')
            )
