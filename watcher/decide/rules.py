"""rules/watch/*.yaml → Rulebook: every rule checked when it is loaded, all mistakes of all files told at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date  # noqa: TC003  pydantic reads it
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from watcher.document import Problem  # noqa: TC001

if TYPE_CHECKING:
    from watcher.decide.lexicon import Lexicon

Priority = Literal["low", "normal", "high", "critical"]
Direction = Literal["to_russia", "from_russia", "any"]
Status = Literal["reported", "alleged", "planned", "denied", "negated"]


class RuleTest(BaseModel):
    """One sentence that a rule must match, or must not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    match: str | None = None
    skip: str | None = None


class Rule(BaseModel):
    """One watch rule as its file says it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    partners: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    direction: Direction | None = None
    status: tuple[Status, ...] = ()
    query: str | None = None
    feeds: tuple[str, ...] = ()
    priority: Priority = "normal"
    owner: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    expires: date | None = None
    enabled: bool = True
    tests: tuple[RuleTest, ...] = ()


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All watch rules, ready to be applied; `hash` is hex and changes with the rules or the lexicon."""

    rules: tuple[Rule, ...]
    lexicon: Lexicon
    hash: str
    warnings: tuple[Problem, ...] = field(default=())
