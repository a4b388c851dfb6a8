"""Options that belong together, as one value: each field of such a dataclass is an option of the command."""

from __future__ import annotations

import functools
import inspect
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from enum import StrEnum
from pathlib import Path  # noqa: TC003  Typer reads the options' types at run time
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

import typer

from watcher.question import Question, check_rules, expand_goods, expand_partners, read_moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from watcher.decide.rules import Rulebook

Direction = Literal["to_russia", "from_russia", "any"]
Status = StrEnum("Status", ["reported", "alleged", "planned", "denied", "negated"])  # a list takes no Literal
Format = Literal["table", "json", "jsonl", "csv", "markdown", "html"]
FILTERS = "Filters (all must hold; those on relations, of one relation)"
OUTPUT = "Output"


@dataclass(frozen=True, slots=True)
class Filters:
    """What an analyst asks for."""

    rule: Annotated[
        list[str], typer.Option(help="Id of a watch rule, repeatable.", metavar="ID", rich_help_panel=FILTERS)
    ] = field(default_factory=list)
    partner: Annotated[
        list[str],
        typer.Option(help="Partner (IR) or tier (tier:core), repeatable.", metavar="ID", rich_help_panel=FILTERS),
    ] = field(default_factory=list)
    good: Annotated[
        list[str],
        typer.Option(help="Good (drones) or group (group:energy), repeatable.", metavar="ID", rich_help_panel=FILTERS),
    ] = field(default_factory=list)
    direction: Annotated[
        Direction | None, typer.Option(help="Which way the good goes.", rich_help_panel=FILTERS, show_default=False)
    ] = None
    status: Annotated[list[Status], typer.Option(help="What is said of it, repeatable.", rich_help_panel=FILTERS)] = (
        field(default_factory=list)
    )
    since: Annotated[
        str,
        typer.Option(help="7d, 36h, 2026-01-31 or an ISO time.", metavar="WHEN", rich_help_panel=FILTERS),
    ] = ""
    until: Annotated[
        str,
        typer.Option(help="The same; a date includes its day.", metavar="WHEN", rich_help_panel=FILTERS),
    ] = ""
    lang: Annotated[
        list[str], typer.Option(help="Language code (en), repeatable.", metavar="CODE", rich_help_panel=FILTERS)
    ] = field(default_factory=list)

    def period(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """Give since and until. Raises InputError."""
        since = read_moment(self.since, now=now) if self.since else None
        return since, read_moment(self.until, now=now, is_end=True) if self.until else None

    def question(self, rulebook: Rulebook, now: datetime, *, is_open: bool) -> Question:
        """Check the filters against what the rulebook knows. Raises InputError."""
        since, until = self.period(now)
        return Question(
            rules=check_rules(self.rule, rulebook),
            partners=expand_partners(self.partner, rulebook),
            goods=expand_goods(self.good, rulebook),
            direction=self.direction or "",
            statuses=frozenset(status.value for status in self.status),
            languages=frozenset(code.lower() for code in self.lang),
            since=since,
            until=until,
            is_open=is_open,
        )


@dataclass(frozen=True, slots=True)
class Output:
    """How findings are written, and where."""

    format: Annotated[Format, typer.Option(help="How to write them.", rich_help_panel=OUTPUT)] = "table"
    output: Annotated[
        Path | None, typer.Option(help="Write to this file.", metavar="FILE", dir_okay=False, rich_help_panel=OUTPUT)
    ] = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether rules choose what is shown."""

    all: Annotated[bool, typer.Option("--all", help="What no rule matched too.", rich_help_panel=OUTPUT)] = False


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Let Typer see each field of the command's dataclasses as an option, and hand the dataclasses to the command."""
    hints = get_type_hints(command, include_extras=True)
    hints.pop("return", None)
    groups = {name: kind for name, kind in hints.items() if is_dataclass(kind) and isinstance(kind, type)}
    parameters = []
    for parameter in inspect.signature(command).parameters.values():
        members = _options(groups[parameter.name]) if parameter.name in groups else []
        parameters += members or [parameter.replace(annotation=hints[parameter.name], kind=parameter.KEYWORD_ONLY)]

    @functools.wraps(command)
    def call(**given: Any) -> None:  # noqa: ANN401  options of any type
        for name, kind in groups.items():
            given[name] = kind(**{each.name: given.pop(each.name) for each in fields(kind)})
        command(**given)

    setattr(call, "__signature__", inspect.Signature(parameters))  # noqa: B010  inspect reads what mypy doesn't know
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return call


def _options(kind: type) -> list[inspect.Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    return [
        inspect.Parameter(
            each.name, inspect.Parameter.KEYWORD_ONLY, default=_default(each), annotation=hints[each.name]
        )
        for each in fields(kind)
    ]


def _default(of: Field[Any]) -> Any:  # noqa: ANN401  options of any type
    return of.default if of.default_factory is MISSING else of.default_factory()
