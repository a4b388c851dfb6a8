"""rules/watch/*.yaml → Rulebook: every rule checked when it is loaded, all mistakes of all files told at once."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from watcher import document
from watcher.collect.article import Article
from watcher.decide import query as query_language
from watcher.decide.index import Index, build_index
from watcher.decide.rule import Direction, Priority, Rule, RuleTest, Status, Watch, compile_rule
from watcher.decide.scanner import scan
from watcher.decide.subject import Subject
from watcher.decide.term import Vocabulary
from watcher.errors import DocumentError, QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from watcher.collect.feeds import Feed
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.query import Query
    from watcher.document import Document, Loc, Problem

__all__ = ["Direction", "Priority", "Rule", "RuleTest", "Rulebook", "Status", "Watch", "load"]

_TEXTS = ("title", "query", "notes", "match", "skip")


@dataclass(frozen=True, slots=True)
class Rulebook:
    """
    All watch rules, ready to be applied.

    `hash` is hex and changes with the rules or the lexicon; its second half is the lexicon's alone (see `lexicon_of`).
    `places` says for each id where the rule stands.
    """

    rules: tuple[Rule, ...]
    lexicon: Lexicon
    hash: str
    warnings: tuple[Problem, ...] = field(default=())
    watches: tuple[Watch, ...] = field(default=(), repr=False)
    places: Mapping[str, tuple[Document, Loc]] = field(default_factory=dict, repr=False)
    index: Index = field(default=build_index(()), repr=False)


def load(directory: Path, lexicon: Lexicon, feeds: Sequence[Feed] | None = None) -> Rulebook:
    """
    Read the YAML files of `directory`/watch.

    `feeds` are those that rules may name; None leaves the names unchecked. Raises DocumentError with the problems of
    all files.
    """
    reader = _Reader(lexicon, feeds)
    for path in sorted((directory / "watch").glob("*.y*ml")):
        if path.suffix in (".yaml", ".yml") and not path.name.startswith("."):
            reader.read(path, f"{directory.name}/watch/{path.name}")
    errors = [problem for problem in reader.problems if problem.severity == "error"]
    if errors:
        raise DocumentError(errors)
    return replace(bind(reader.watches, lexicon, tuple(reader.problems)), places=reader.found)


def bind(watches: Sequence[Watch], lexicon: Lexicon, warnings: tuple[Problem, ...] = ()) -> Rulebook:
    """Make a rulebook of rules that are ready."""
    digest = hashlib.sha256(lexicon.hash.encode())
    for watch in watches:
        digest.update(watch.rule.model_dump_json().encode())
    index = build_index([watch.clause.needs() for watch in watches])
    rules = tuple(watch.rule for watch in watches)
    name = digest.hexdigest()[:32] + lexicon_of(lexicon.hash)
    return Rulebook(rules, lexicon, name, warnings, tuple(watches), index=index)


def lexicon_of(digest: str) -> str:
    """Give the part of a rulebook's or a lexicon's hash that says which lexicon read the relations."""
    return digest[-32:]


class _Reader:
    """Reads the files one after the other; what is wrong with a rule doesn't hide what else is wrong with it."""

    def __init__(self, lexicon: Lexicon, feeds: Sequence[Feed] | None) -> None:
        self.lexicon = lexicon
        self.vocabulary = Vocabulary(lexicon)
        self.feeds = feeds
        self.places: dict[str, tuple[Document, Loc]] = {}
        self.watches: list[Watch] = []
        self.found: dict[str, tuple[Document, Loc]] = {}
        self.problems: list[Problem] = []

    def read(self, path: Path, shown: str) -> None:
        try:
            found = document.read(path, shown=shown)
        except DocumentError as error:
            self.problems.extend(error.problems)
            return
        if not isinstance(found.value, list | None):
            self.problems.append(found.problem((), 'must be a list of rules: begin each with "- id: …"'))
            return
        start = len(self.problems)
        for number in range(len(found.value or ())):
            self.rule(found, (number,))
        self.problems[start:] = sorted(self.problems[start:], key=lambda problem: (problem.line, problem.column))

    def rule(self, found: Document, loc: Loc) -> None:
        rule, problems = document.check(found, Rule, loc=loc)
        raw = found.value_at(loc)
        query = None
        if isinstance(raw, dict):
            problems += self.ids(found, loc, raw)
            query, wrong = self.query(found, loc, raw.get("query"))
            problems += wrong
            problems += _quote_warnings(found, loc)
        if rule is not None and not any(problem.severity == "error" for problem in problems):
            watch = compile_rule(rule, self.vocabulary, query)
            self.watches.append(watch)
            self.found[rule.id] = found, loc
            problems += _rule_warnings(found, loc, watch)
        self.problems += problems

    def ids(self, found: Document, loc: Loc, raw: dict[str, Any]) -> Iterator[Problem]:
        """Check what a rule refers to, and that nobody else has its id."""
        yield from _checked(found, loc, raw, "partners", self.vocabulary.partners)
        yield from _checked(found, loc, raw, "goods", self.vocabulary.goods)
        yield from _checked(found, loc, raw, "feeds", self.feed)
        if not (raw.get("partners") or raw.get("goods") or raw.get("query")):
            yield found.problem(loc, "needs partners, goods or a query: it would match nothing in particular")
        name = raw.get("id")
        if isinstance(name, str):
            at = (*loc, "id")
            first, there = self.places.setdefault(name, (found, at))
            if (first, there) != (found, at):
                yield found.problem(at, f'id "{name}" is already taken by {first.path}:{first.places[there][0] + 1}')

    def query(self, found: Document, loc: Loc, text: object) -> tuple[Query | None, list[Problem]]:
        """Compile a rule's query; its mistakes stand at their character in the file."""
        if not isinstance(text, str) or not text:
            return None, []
        at = (*loc, "query")
        try:
            query, errors = query_language.read(text, self.lexicon)
        except QueryError as error:
            return None, [found.problem_within(at, error.position, f"query: {error}")]
        errors = sorted([*errors, *self.labels(text)], key=lambda error: error.position)
        return query, [found.problem_within(at, error.position, f"query: {error}") for error in errors]

    def labels(self, query: str) -> Iterator[QueryError]:
        """Give what a query says of feeds that no feed meets: it would be silent for ever."""
        tokens = list(scan(query))
        for field_, value in itertools.pairwise(tokens):
            if field_.kind == "field" and field_.text in ("feed", "tag") and not value.text.endswith("*"):
                try:
                    self.feed(value.text if field_.text == "feed" else f"tag:{value.text}")
                except QueryError as error:
                    yield QueryError(str(error), value.position)

    def feed(self, value: str) -> None:
        """Check a feed's id, or `tag:` or `kind:` of at least one feed. Raises QueryError."""
        kind, _, name = value.rpartition(":")
        if kind not in ("", "tag", "kind"):
            raise QueryError(f'"{value}" is none of: a feed\'s id, tag:NAME, kind:NAME', 0)
        if self.feeds is None:
            return
        by_kind: dict[str, list[str]] = {
            "": [feed.id for feed in self.feeds],
            "tag": [tag for feed in self.feeds for tag in feed.tags],
            "kind": [feed.kind for feed in self.feeds],
        }
        known = by_kind[kind]
        if name.lower() not in {one.lower() for one in known}:
            what = f"no feed has the {kind}" if kind else "unknown feed"
            raise QueryError(f'{what} "{name}"{document.suggest(name, known)}', 0)


def _checked(
    found: Document, loc: Loc, raw: dict[str, Any], key: str, read: Callable[[str], object]
) -> Iterator[Problem]:
    values = raw.get(key)
    for number, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, str):
            try:
                read(value)
            except QueryError as error:
                yield found.problem((*loc, key, number), str(error))


def _quote_warnings(found: Document, loc: Loc) -> Iterator[Problem]:
    """Warn of texts that end where YAML sees a comment."""
    for at in sorted(found.commented, key=lambda at: found.places[at]):
        if at[: len(loc)] == loc and at[-1] in _TEXTS:
            line, column = found.places[at]
            text = found.lines[line][column:].strip().replace("'", "''")
            message = (
                f"what follows # is a comment to YAML, not text. If it is text, put it in quotes: {at[-1]}: '{text}'"
            )
            yield found.problem(at, message, severity="warning")


def _rule_warnings(found: Document, loc: Loc, watch: Watch) -> Iterator[Problem]:
    rule = watch.rule
    lacking = [kind for kind in ("match", "skip") if all(getattr(test, kind) is None for test in rule.tests)]
    if lacking and not any(test.items for test in rule.tests):
        message = f'"{rule.id}" has no {" and no ".join(lacking)} test: add a sentence of each kind under tests:'
        yield found.problem((*loc, "id"), message, severity="warning")
    if watch.clause.find(Subject(Article(id="", title=""))) is not None:
        message = f'"{rule.id}" matches an empty text, and so nearly every article: ask for something'
        yield found.problem((*loc, "query"), message, severity="warning")
