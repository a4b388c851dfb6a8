"""`watcher trend`: how often something was said, over time."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace
from pathlib import Path  # noqa: TC003  Typer reads the options' types at run time
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from watcher.cli import show
from watcher.cli.listing import ARROWS, names_of
from watcher.cli.options import OUTPUT, Direction, Status, grouped
from watcher.deliver.chart import as_svg, chart
from watcher.deliver.picture import as_png
from watcher.deliver.trend import REACH, start_of, trend
from watcher.document import suggest
from watcher.errors import InputError
from watcher.question import expand_goods, expand_partners, read_moment
from watcher.state.trend import FACETS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from watcher.cli.workspace import Workspace
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.rules import Rulebook
    from watcher.deliver.trend import Kind, Length, Trend
    from watcher.state.trend import Facet

_PERIOD = "Period"
_WHAT = "What is counted"


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted."""

    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[IDS]", help="Partners (IR), tiers (tier:core), goods, groups.")
    ] = None
    direction: Annotated[
        Direction | None, typer.Option(help="Which way the good goes.", rich_help_panel=_WHAT, show_default=False)
    ] = None
    status: Annotated[list[Status], typer.Option(help="What is said of it, repeatable.", rich_help_panel=_WHAT)] = (
        field(default_factory=list)
    )
    by: Annotated[
        str, typer.Option(help="What makes a row: some of partner,good,direction,status.", metavar="LIST",
                          rich_help_panel=_WHAT)
    ] = "partner,good,direction"  # fmt: skip

    def facets(self) -> list[Facet]:
        """Give what makes a row. Raises InputError."""
        named = [word.strip() for word in self.by.split(",") if word.strip()]
        for word in named:
            if word not in FACETS:
                raise InputError(f'--by takes {", ".join(FACETS)}, not "{word}"{suggest(word, FACETS)}')
        return [facet for facet in FACETS if facet in named]

    def only(self, rulebook: Rulebook) -> dict[Facet, Collection[str]]:
        """Sort the ids into partners and goods. Raises InputError for an unknown one."""
        lexicon = rulebook.lexicon
        partners = {*lexicon.partners, *(f"tier:{tier}" for tier in lexicon.tiers)}
        goods = {*lexicon.goods, *(f"group:{group}" for group in lexicon.groups)}
        named = [word if word in goods or ":" in word else word.upper() for word in self.ids or []]
        for word, written in zip(named, self.ids or [], strict=True):
            if word not in partners | goods:
                raise InputError(f'unknown partner or good "{written}"{suggest(written, sorted(partners | goods))}')
        return {
            "partner": expand_partners([word for word in named if word in partners], rulebook),
            "good": expand_goods([word for word in named if word in goods], rulebook),
            "direction": (self.direction, "any") if self.direction else (),
            "status": [status.value for status in self.status],
        }


@dataclass(frozen=True, slots=True)
class Period:
    """Which periods, and how long each is."""

    daily: Annotated[bool, typer.Option("--daily", help="Day by day, for 30 days.", rich_help_panel=_PERIOD)] = False
    weekly: Annotated[
        bool, typer.Option("--weekly", help="Week by week, for 26 weeks; the default.", rich_help_panel=_PERIOD)
    ] = False
    monthly: Annotated[
        bool, typer.Option("--monthly", help="Month by month, for two years.", rich_help_panel=_PERIOD)
    ] = False
    since: Annotated[
        str, typer.Option(help="When it was told: 90d, 2026-01-31.", metavar="WHEN", rich_help_panel=_PERIOD)
    ] = ""
    until: Annotated[
        str, typer.Option(help="The same; a date includes its day.", metavar="WHEN", rich_help_panel=_PERIOD)
    ] = ""

    def length(self) -> Length:
        """Give a period's length. Raises InputError where two are asked for."""
        asked: list[tuple[Length, bool]] = [("day", self.daily), ("week", self.weekly), ("month", self.monthly)]
        given = [name for name, is_given in asked if is_given]
        if len(given) > 1:
            raise InputError("--daily, --weekly and --monthly exclude each other")
        return given[0] if given else "week"

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """Give since and until. Raises InputError."""
        until = min(read_moment(self.until, now=now, is_end=True), now) if self.until else now
        return read_moment(self.since, now=now) if self.since else until - REACH[self.length()], until


@dataclass(frozen=True, slots=True)
class Written:
    """How the trend is written, and where."""

    limit: Annotated[int, typer.Option(min=1, help="How many rows, the most told.", rich_help_panel=OUTPUT)] = 20
    format: Annotated[
        Literal["table", "csv", "json", "svg", "png"], typer.Option(help="How to write it.", rich_help_panel=OUTPUT)
    ] = "table"
    output: Annotated[
        Path | None, typer.Option(help="Write to this file.", metavar="FILE", dir_okay=False, rich_help_panel=OUTPUT)
    ] = None


def show_trend(ctx: typer.Context, counted: Counted, period: Period, written: Written) -> None:
    """
    Count the archive's articles over time, by what they say: as a table, CSV, JSON or picture.

    An article counts when it was published or, undated, when it was first seen; the last period may not be over.
    Relations are counted as they are stored: `watcher rules rescan` brings them up to date.

    Try:

    - `watcher trend IR drones --weekly`

    - `watcher trend tier:core group:weapons --monthly --by partner,status --format csv`

    - `watcher trend CN dual-use --since 2026-01-01 --format svg --output china.svg`
    """
    workspace: Workspace = ctx.obj
    if written.format == "png" and written.output is None:
        raise InputError("a PNG is no text: name a file with --output")
    loaded = workspace.load()
    facets, only = counted.facets(), counted.only(loaded.rulebook)
    since, until = period.span(show.now())
    if since >= until:
        raise InputError(f"nothing lies between --since {since:%Y-%m-%d %H:%M} and --until {until:%Y-%m-%d %H:%M}")
    if not workspace.has_archive:
        show.tell("The archive is empty: `watcher poll` fills it.")
        return
    length = period.length()
    first = since.replace(hour=0, minute=0, second=0, microsecond=0)
    first -= first.date() - start_of(first.date(), length)
    with workspace.open() as store:
        counts = store.trends.by_day(facets, since=first, until=until, only=only)
    found = trend(((each.day, each.kind, each.articles) for each in counts), length, first.date(), until.date())
    _Paper(found, facets, loaded.lexicon).write(written)


command = grouped(show_trend)


class _Paper:
    """A trend in each format."""

    def __init__(self, found: Trend, facets: list[Facet], lexicon: Lexicon) -> None:
        self.trend = found
        self.facets = facets
        self.names = names_of(lexicon)

    def write(self, written: Written) -> None:
        """Write it as asked."""
        if not self.trend.rows:
            show.tell("Nothing of that kind was told in this time.")
        if written.format == "csv":
            show.write(self.as_csv(), written.output)
        elif written.format == "json":
            show.write([show.as_json(self.as_object(), indent=1) + "\n"], written.output)
        elif written.format == "table":
            console = show.results() if written.output is None else Console(file=io.StringIO(), width=show.WIDE)
            console.print(self.as_table(written.limit))
            if isinstance(console.file, io.StringIO):
                show.write([console.file.getvalue()], written.output)
        else:
            self.draw(written)

    def draw(self, written: Written) -> None:
        """Write a picture."""
        rows = self.trend.rows[: written.limit]
        drawn = chart(replace(self.trend, rows=rows), [self.name(row.kind) for row in rows], self.title)
        if written.format == "png" and written.output is not None:
            show.write_bytes(as_png(drawn), written.output)
        else:
            show.write([as_svg(drawn)], written.output)

    @property
    def title(self) -> str:
        """What is counted, and when."""
        length, periods = self.trend.length, self.trend.periods
        return f"Articles by the {length}, from {periods[0]} to the {length} of {periods[-1]}"

    def name(self, kind: Kind) -> str:
        """Give `Iran → Russia · drones · denied`, as far as the facets tell."""
        said: dict[str, str] = dict(zip(self.facets, kind, strict=True))
        partner = self.names.partners.get(said.get("partner", ""), said.get("partner", "partners"))
        parts = [ARROWS[said["direction"]].format(partner)] if "direction" in said else []
        parts += [partner] if "partner" in said and not parts else []
        parts += [self.names.goods.get(said["good"], said["good"])] if "good" in said else []
        return " · ".join([*parts, *([said["status"]] if "status" in said else [])]) or "all"

    def as_table(self, limit: int) -> Table:
        """Give the most told rows, each as bars and in figures."""
        rows = self.trend.rows
        table = Table(box=None, title=self.title, title_justify="left", title_style="bold", padding=(0, 2, 0, 0))
        for column in (", ".join(self.facets), f"by the {self.trend.length}"):
            table.add_column(column, header_style="bold", no_wrap=column.startswith("by the"))
        for column in ("all", "last", "usual"):
            table.add_column(column, header_style="bold", justify="right")
        for row in rows[:limit]:
            figures = (f"{row.total:,}", f"{row.counts[-1]:,}", f"{row.usual:,.1f}")
            table.add_row(Text(self.name(row.kind)), Text(row.sparkline), *figures)
        if len(rows) > limit:
            table.caption = f"and {len(rows) - limit:,} rows that are told less: --limit {len(rows)} shows all"
        return table

    def as_csv(self) -> Iterator[str]:
        """Give a line for each period and kind that has an article."""
        yield _line(["period", *self.facets, "articles"])
        for number, period in enumerate(self.trend.periods):
            for row in self.trend.rows:
                if row.counts[number]:
                    yield _line([str(period), *row.kind, str(row.counts[number])])

    def as_object(self) -> dict[str, Any]:
        """Give it for scripts: all rows, with a count for each period."""
        rows = [
            {**dict(zip(self.facets, row.kind, strict=True)), "articles": row.total, "counts": list(row.counts)}
            for row in self.trend.rows
        ]
        return {"period": self.trend.length, "periods": [str(period) for period in self.trend.periods], "rows": rows}


def _line(values: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
