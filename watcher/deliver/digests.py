"""rules/digests.yaml → DigestBook: which digest goes where, when, in which time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from watcher import document
from watcher.collect.feeds import Span  # noqa: TC001  pydantic reads it
from watcher.deliver.wallclock import WEEKDAYS, Clock, Day, Zone
from watcher.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from watcher.document import Document, Problem

_MODEL = ConfigDict(extra="forbid", frozen=True)


def _check_channel_id(value: str) -> str:
    if not re.fullmatch(r"[CGD][A-Z0-9]+", value):
        raise ValueError(
            f'"{value}" is not the id of a Slack channel: copy the id, such as C0123ABCD, '
            "from the end of the channel's details in Slack"
        )
    return value


def _check_secret(value: str) -> str:
    if not re.fullmatch(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}", value):
        raise ValueError("the address is a secret: put it into .env as NAME=address, and write ${NAME} here")
    return value


def _read_list(value: object) -> object:
    """Take a bare word or number for a list of one: `at: 08:00`, `days: mon`, `days: 1`."""
    return [value] if isinstance(value, str | int) else value


def _in_order(value: tuple[time, ...]) -> tuple[time, ...]:
    return tuple(sorted(set(value)))


def _read_rules(value: object) -> object:
    if value == "all":
        return None
    if not isinstance(value, list) or not value:
        raise ValueError("must be all, or a list of the ids of watch rules")
    return value


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]


class ChannelPlan(BaseModel):
    """
    One channel: a Slack channel's id, a webhook's or Apprise's variable, a page's or feed's path, the terminal.

    Or several of them: each then says the whole digest.
    """

    model_config = _MODEL

    slack: Annotated[str, AfterValidator(_check_channel_id)] | None = None
    page: Annotated[str, Field(min_length=1)] | None = None
    feed: Annotated[str, Field(min_length=1)] | None = None
    terminal: bool = False
    webhook: Annotated[str, AfterValidator(_check_secret)] | None = None
    apprise: Annotated[str, AfterValidator(_check_secret)] | None = None

    @model_validator(mode="after")
    def _check_destination(self) -> ChannelPlan:
        if not (self.slack or self.page or self.feed or self.terminal or self.webhook or self.apprise):
            raise ValueError("goes nowhere: give it slack, webhook, apprise, page, feed or terminal")
        return self


class DigestPlan(BaseModel):
    """One digest: when it is due (`at` on `days`, wall clock of `timezone`), where it goes and what stands in it."""

    model_config = _MODEL

    id: Id
    title: str = ""
    at: Annotated[tuple[Clock, ...], BeforeValidator(_read_list), Field(min_length=1), AfterValidator(_in_order)]
    days: Annotated[tuple[Day, ...], BeforeValidator(_read_list), Field(min_length=1)] = WEEKDAYS
    timezone: Zone = "UTC"
    channel: str
    rules: Annotated[tuple[str, ...] | None, BeforeValidator(_read_rules)] = None
    empty: Literal["skip", "post"] = "skip"
    announce_within: Span = timedelta(days=3)
    sections: Literal["tier", "partner", "rule"] = "tier"
    limit: Annotated[int, Field(ge=1, le=100)] = 12
    on_doubt: Literal["resend", "hold"] = "resend"
    # A round-up tells all since the last one, what alerts told included.
    since: Literal["last"] | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that `at` and every shown time are in."""
        return ZoneInfo(self.timezone)

    @property
    def name(self) -> str:
        """The title, or the id of a digest that has none."""
        return self.title or self.id

    def takes(self, rule: str) -> bool:
        """Whether matches of this rule stand in the digest."""
        return self.rules is None or rule in self.rules


class Quiet(BaseModel):
    """Hours, by the wall clock of `timezone`, in which alerts wait."""

    model_config = _MODEL

    start: Annotated[Clock, Field(alias="from")]
    end: Annotated[Clock, Field(alias="to")]
    timezone: Zone = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that the hours are in."""
        return ZoneInfo(self.timezone)


class Alert(BaseModel):
    """What is told at once rather than at a digest's time: all of this priority, and above."""

    model_config = _MODEL

    id: Id
    priority: Literal["low", "normal", "high", "critical"] = "critical"
    channel: str
    quiet: Quiet | None = None
    on_doubt: Literal["resend", "hold"] = "resend"

    @property
    def name(self) -> str:
        """What the alert is called in the outbox, as no digest can be."""
        return f"alert:{self.id}"


class Health(BaseModel):
    """Where the bot's own troubles are told."""

    model_config = _MODEL

    channel: str


class DigestFile(BaseModel):
    """digests.yaml."""

    model_config = _MODEL

    channels: dict[str, ChannelPlan] = Field(default_factory=dict)
    digests: tuple[DigestPlan, ...] = ()
    alerts: tuple[Alert, ...] = ()
    health: Health | None = None


@dataclass(frozen=True, slots=True)
class DigestBook:
    """All digests of a workspace in the order of the file, and the channels they go to, by name."""

    channels: Mapping[str, ChannelPlan] = field(default_factory=dict)
    digests: tuple[DigestPlan, ...] = ()
    alerts: tuple[Alert, ...] = ()
    health: Health | None = None

    @property
    def names(self) -> list[str]:
        """What the digests and alerts are called in the outbox."""
        return [plan.id for plan in self.digests] + [alert.name for alert in self.alerts]


def load(path: Path, rule_ids: Collection[str] | None = None, shown: str | None = None) -> DigestBook:
    """
    Read digests.yaml; a workspace without one has no digests.

    `rule_ids` are the known watch rules, None where they are unknown. Raises DocumentError with all problems.
    """
    if not path.exists():
        return DigestBook()
    source = document.read(path, shown=shown)
    file, problems = document.check(source, DigestFile)
    problems += [problem for find in _CHECKS for problem in find(source)]
    problems += _unknown_rules(source, rule_ids)
    if file is None or problems:
        raise DocumentError(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return DigestBook(
        channels=file.channels,
        digests=file.digests,
        alerts=file.alerts,
        health=file.health,
    )


# What follows asks the plain value rather than the model, so that one mistake doesn't hide the others.


def _entries(source: Document, key: str) -> list[dict[str, object]]:
    value = source.value.get(key) if isinstance(source.value, dict) else None
    return [entry if isinstance(entry, dict) else {} for entry in value] if isinstance(value, list) else []


def _channels(source: Document) -> dict[str, object]:
    value = source.value.get("channels") if isinstance(source.value, dict) else None
    return value if isinstance(value, dict) else {}


def _unknown_channels(source: Document) -> Iterator[Problem]:
    known = list(_channels(source))
    named: list[tuple[str | int, ...]] = [
        (key, index, "channel") for key in ("digests", "alerts") for index in range(len(_entries(source, key)))
    ]
    for loc in [*named, ("health", "channel")]:
        value = _value_at(source.value, loc)
        if isinstance(value, str) and value not in known:
            message = f'"{value}" is not one of the channels above{document.suggest(value, known)}'
            yield source.problem(loc, message)


def _value_at(value: object, loc: tuple[str | int, ...]) -> object:
    for key in loc:
        if isinstance(key, int):
            value = value[key] if isinstance(value, list) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def _repeated(source: Document) -> Iterator[Problem]:
    for key in ("digests", "alerts"):
        seen: dict[str, int] = {}
        for index, entry in enumerate(_entries(source, key)):
            name = entry.get("id")
            if not isinstance(name, str):
                continue
            if name in seen:
                line = source.places[key, seen[name], "id"][0] + 1
                message = f'the id "{name}" is taken in line {line}: choose another'
                yield source.problem((key, index, "id"), message)
            seen.setdefault(name, index)


_CHECKS: tuple[Callable[[Document], Iterator[Problem]], ...] = (_unknown_channels, _repeated)


def _unknown_rules(source: Document, rule_ids: Collection[str] | None) -> list[Problem]:
    if rule_ids is None:
        return []
    found = []
    for index, entry in enumerate(_entries(source, "digests")):
        listed = entry.get("rules")
        for number, rule in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(rule, str) and rule not in rule_ids:
                message = f'"{rule}" is not the id of a watch rule{document.suggest(rule, sorted(rule_ids))}'
                found.append(source.problem(("digests", index, "rules", number), message))
    return found
