"""
The query language of rules: a text → Query.

    any    = all ("OR" all)*
    all    = one (["AND"] one)*
    one    = "NOT" one | near
    near   = atom [("NEAR/n" | "BEFORE/n") atom]
    atom   = word | prefix* | "phrase" | /expression/ | field:atom | "(" any ")" | "SAME(" any ")"

Relation terms (`partner: good: group: tier: from: to: status:`) joined by AND without parentheses between them must
hold of one relation, and so must those of them that stand behind NOT where one stands without it; `NOT partner:IR`
alone means that no relation of the text has the partner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.decide.clause import AllOf, AnyOf, Clause, Not
from watcher.decide.expression import compile_expression
from watcher.decide.label import Label, Outlet
from watcher.decide.scanner import Token, scan
from watcher.decide.subject import tokens
from watcher.decide.term import Term, Vocabulary, Wanted
from watcher.decide.words import Near, Pattern, Same, Words
from watcher.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.decide.clause import Found, View
    from watcher.decide.lexicon import Lexicon

_MAX_DEPTH = 50
_RELATION_FIELDS = ("partner", "good", "group", "tier", "from", "to", "status")
_EXPECTED = 'a word, a "phrase", a field or "("'


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled query: its relation terms apart, because a rule's fields may have to hold of the same relation."""

    text: str
    terms: tuple[Term, ...]
    unwanted: tuple[Term, ...]
    clauses: tuple[Clause, ...]
    whole: Clause

    def find(self, subject: View) -> Found | None:
        """Give the words and relations that were found, or None."""
        return self.whole.find(subject)

    def joined(self, fields: Sequence[Term]) -> Clause:
        """Give the whole as one clause with a rule's fields, which hold of the same relation as its own terms."""
        return _conjunction(self.text, (*fields, *self.terms), self.unwanted, self.clauses)


def parse(text: str, lexicon: Lexicon) -> Query:
    """Compile a query. Raises QueryError with the position and what was expected there."""
    query, errors = read(text, lexicon)
    if errors:
        raise errors[0]
    return query


def read(text: str, lexicon: Lexicon) -> tuple[Query, list[QueryError]]:
    """Compile a query and collect its unknown ids. Raises QueryError where the syntax is wrong."""
    parser = _Parser(text, Vocabulary(lexicon))
    parts = parser.parse()
    whole = _conjunction(text, parts.terms, parts.unwanted, parts.clauses)
    return Query(text, parts.terms, parts.unwanted, parts.clauses, whole), parser.errors


class _RelationTerm(Wanted):
    """A relation term before it is known which others must hold of the same relation."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Parts:
    terms: tuple[Term, ...]
    unwanted: tuple[Term, ...]
    clauses: tuple[Clause, ...]


def _parts(clauses: Sequence[Clause]) -> _Parts:
    """Part the members of a conjunction into relation terms, unwanted ones, and others."""
    terms = tuple(term for one in clauses if isinstance(one, _RelationTerm) for term in one.terms)
    unwanted = tuple(
        one.clause.terms[0] for one in clauses if isinstance(one, Not) and isinstance(one.clause, _RelationTerm)
    )
    rest = (one for one in clauses if not isinstance(one.clause if isinstance(one, Not) else one, _RelationTerm))
    return _Parts(terms, unwanted, tuple(rest))


def _conjunction(
    shown: str, terms: tuple[Term, ...], unwanted: tuple[Term, ...], clauses: tuple[Clause, ...]
) -> Clause:
    every: list[Clause] = []
    if terms:
        every.append(Wanted(" ".join(term.shown for term in terms), terms, unwanted))
    else:
        every.extend(Not(f"NOT {term.shown}", Wanted(term.shown, (term,))) for term in unwanted)
    every.extend(clauses)
    return every[0] if len(every) == 1 else AllOf(shown, tuple(every))


class _Parser:
    """One reading of a query; `scope` is the field that the words being read stand in."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.tokens = list(scan(text))
        self.at = 0
        self.depth = 0
        self.is_in_sentence = False
        self.errors: list[QueryError] = []

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def parse(self) -> _Parts:
        clauses = self.alternatives("")
        if self.token.kind != "end":
            raise self.unexpected("AND, OR or the end")
        return _parts(clauses)

    def take(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def unexpected(self, expected: str) -> QueryError:
        found = "the end" if self.token.kind == "end" else self.text[self.token.position : self.token.end]
        return QueryError(f"expected {expected}, found {found}", self.token.position)

    def shown(self, start: int) -> str:
        """Give what has been read since a position."""
        return self.text[start : self.tokens[self.at - 1].end]

    def alternatives(self, scope: str) -> list[Clause]:
        """Read `any`; give the members of its one conjunction, or the one clause of several."""
        start = self.token.position
        choices = [self.members(scope)]
        while self.token.kind == "OR":
            self.take()
            choices.append(self.members(scope))
        if len(choices) == 1:
            return choices[0]
        return [AnyOf(self.shown(start), tuple(_closed(members) for members in choices))]

    def members(self, scope: str) -> list[Clause]:
        """Read `all`."""
        members = [self.one(scope)]
        while self.token.kind not in ("OR", ")", "end"):
            if self.token.kind == "AND":
                self.take()
            members.append(self.one(scope))
        return members

    def one(self, scope: str) -> Clause:
        start = self.token.position
        is_negated = False
        while self.token.kind == "NOT":
            self.take()
            is_negated = not is_negated
        clause = self.near(scope)
        return Not(self.shown(start), clause) if is_negated else clause

    def near(self, scope: str) -> Clause:
        start = self.token.position
        left = self.atom(scope)
        if self.token.kind not in ("NEAR", "BEFORE"):
            return left
        first = self.side(left, scope, start)
        operator = self.take()
        start_right = self.token.position
        second = self.side(self.atom(scope), scope, start_right)
        if self.token.kind in ("NEAR", "BEFORE"):
            raise self.unexpected(f"AND or OR ({operator.kind} joins two)")
        return Near(self.shown(start), first, second, operator.number, operator.kind == "BEFORE", scope)

    def side(self, clause: Clause, scope: str, position: int) -> tuple[Words, ...]:
        choices = clause.clauses if isinstance(clause, AnyOf) else (clause,)
        words = tuple(choice for choice in choices if isinstance(choice, Words) and choice.scope == scope)
        if len(words) < len(choices):
            raise QueryError("expected a word, a prefix, a phrase, or ORs of them in parentheses beside NEAR", position)
        return words

    def atom(self, scope: str) -> Clause:
        token = self.token
        if token.kind in ("word", "phrase"):
            return self.words(scope)
        if token.kind == "pattern":
            return self.pattern(scope)
        if token.kind == "field":
            return self.field(scope)
        if token.kind == "(":
            return _closed(self.group(scope))
        if token.kind == "SAME":
            return self.same(scope)
        raise self.unexpected(_EXPECTED)

    def words(self, scope: str) -> Words:
        token = self.take()
        parts: list[tuple[str, bool]] = []
        for piece in token.text.split() if token.kind == "phrase" else [token.text]:
            is_prefix = piece.endswith("*")
            found = tokens(piece)
            if "*" in piece[:-1] or (is_prefix and not found):
                raise QueryError('expected "*" at the end of a word only', token.position + token.text.find("*"))
            parts += [(one, is_prefix and number == len(found) - 1) for number, one in enumerate(found)]
        shown = self.text[token.position : token.end]
        if not parts:
            raise QueryError(
                f"expected a letter or a digit in {shown} (the operators are AND, OR, NOT)", token.position
            )
        return Words(shown, tuple(parts), scope)

    def pattern(self, scope: str) -> Pattern:
        token = self.take()
        try:
            return Pattern(f"/{token.text}/", compile_expression(token.text), scope)
        except QueryError as error:
            raise QueryError(f"/{token.text}/ {error}", token.position + 1 + error.position) from error

    def group(self, scope: str) -> list[Clause]:
        opening = self.take()
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise QueryError(f"is nested deeper than {_MAX_DEPTH} parentheses", opening.position)
        members = self.alternatives(scope)
        if self.token.kind != ")":
            raise self.unexpected('AND, OR or ")"')
        self.take()
        self.depth -= 1
        return members

    def same(self, scope: str) -> Same:
        start = self.take().position
        if self.token.kind != "(" or self.is_in_sentence:
            raise self.unexpected("no SAME inside another" if self.is_in_sentence else '"(" after SAME')
        self.is_in_sentence = True
        inner = _closed(self.group(scope))
        self.is_in_sentence = False
        return Same(self.shown(start), inner, scope)

    def field(self, scope: str) -> Clause:
        token = self.take()
        if self.is_in_sentence:
            raise QueryError(f"expected words only inside SAME( ), found {token.text}:", token.position)
        if token.text in ("title", "body"):
            if self.token.kind == "field":
                raise self.unexpected(f'a word, a "phrase" or "(" after {token.text}:')
            return self.atom(token.text)
        if self.token.kind not in ("word", "phrase"):
            raise self.unexpected(f'a word or a "phrase" after {token.text}:')
        if token.text == "source":
            words = self.words(scope)
            return Outlet(self.shown(token.position), words)
        value = self.take()
        shown = self.shown(token.position)
        if token.text in _RELATION_FIELDS:
            return _RelationTerm(shown, (self.term(token.text, value, shown),))
        return Label(shown, token.text, (value.text.lower(),))

    def term(self, name: str, value: Token, shown: str) -> Term:
        try:
            return self.vocabulary.term(name, value.text, shown)
        except QueryError as error:
            self.errors.append(QueryError(str(error), value.position))
            return Term(shown)


def _closed(members: Sequence[Clause]) -> Clause:
    """Make one clause of a conjunction that nothing outside joins."""
    parts = _parts(members)
    return _conjunction(" ".join(one.shown for one in members), parts.terms, parts.unwanted, parts.clauses)
