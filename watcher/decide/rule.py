"""One watch rule, as its file says it and as it is applied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003  pydantic reads it
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from watcher.decide.clause import AllOf, AnyOf, Clause
from watcher.decide.label import Label
from watcher.decide.term import Term, Vocabulary, Wanted, directions

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.decide.query import Query

Priority = Literal["low", "normal", "high", "critical"]
Direction = Literal["to_russia", "from_russia", "any"]
Status = Literal["reported", "alleged", "planned", "denied", "negated"]
Text = Annotated[str, Field(min_length=1)]


class RuleTest(BaseModel):
    """One sentence that a rule must match, or must not; or a file of items labelled so, beside the rule's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    match: Text | None = None
    skip: Text | None = None
    items: Annotated[str, Field(pattern=r"^[^/\\\x00:]+(/[^/\\\x00:]+)*\.jsonl(\.gz)?$")] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> RuleTest:
        if sum(one is not None for one in (self.match, self.skip, self.items)) != 1:
            raise ValueError("a test is one line, match: TEXT, skip: TEXT or items: FILE.jsonl")
        return self

    @property
    def text(self) -> str:
        """The sentence, or the file's name."""
        return self.match or self.skip or self.items or ""


class Rule(BaseModel):
    """One watch rule as its file says it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
    title: Text
    partners: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    direction: Direction | None = None
    status: tuple[Status, ...] = ()
    query: Text | None = None
    feeds: tuple[str, ...] = ()
    priority: Priority = "normal"
    owner: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    expires: date | None = None
    enabled: bool = True
    tests: tuple[RuleTest, ...] = ()

    def is_active(self, day: date) -> bool:
        """Say whether the rule counts on a day (UTC); the day it expires on is its last."""
        return self.enabled and (self.expires is None or day <= self.expires)


@dataclass(frozen=True, slots=True)
class Watch:
    """A rule made ready: what it asks of an article, and the part of that which a text alone can meet."""

    rule: Rule
    clause: Clause
    on_text: Clause


def compile_rule(rule: Rule, vocabulary: Vocabulary, query: Query | None) -> Watch:
    """Make a rule ready; its ids are known to the vocabulary."""
    fields = _fields(rule, vocabulary)
    shown = " ".join(field.shown for field in fields)
    on_text = Wanted(shown, fields) if query is None else query.joined(fields)
    clause = AllOf(rule.id, (_feeds(rule.feeds), on_text)) if rule.feeds else on_text
    return Watch(rule, clause, on_text)


def _fields(rule: Rule, vocabulary: Vocabulary) -> tuple[Term, ...]:
    terms = []
    if rule.partners:
        terms.append(Term(f"partners {_list(rule.partners)}", partners=_union(rule.partners, vocabulary.partners)))
    if rule.goods:
        terms.append(Term(f"goods {_list(rule.goods)}", goods=_union(rule.goods, vocabulary.goods)))
    if rule.direction:
        terms.append(Term(f"direction {rule.direction}", directions=directions(rule.direction)))
    if rule.status:
        terms.append(Term(f"status {_list(rule.status)}", statuses=frozenset(rule.status)))
    return tuple(terms)


def _union(values: tuple[str, ...], read: Callable[[str], frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*(read(value) for value in values))


def _list(values: tuple[str, ...]) -> str:
    return f"[{', '.join(values)}]"


def _feeds(chosen: tuple[str, ...]) -> Clause:
    labels: list[Clause] = []
    for value in chosen:
        name, _, wanted = value.rpartition(":")
        labels.append(Label(f"feeds {value}", name or "feed", (wanted.lower(),)))
    return AnyOf(f"feeds {_list(chosen)}", tuple(labels))
