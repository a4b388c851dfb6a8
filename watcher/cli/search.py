"""`watcher search`: full-text search of the archive."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from watcher.cli import show
from watcher.cli.options import OUTPUT, Filters, Output, grouped
from watcher.cli.scan import write
from watcher.decide import query as query_language
from watcher.errors import InputError, QueryError
from watcher.search import Search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.cli.workspace import Workspace
    from watcher.decide.highlight import Hit
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.query import Query
    from watcher.state.store import Store

MANY = 5000  # articles that the index has to take in, from which on a progress bar is worth showing


@dataclass(frozen=True, slots=True)
class Words:
    """What to search for."""

    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help='A query, as in watch rules: words, "phrases", OR, NOT …'),
    ] = None
    by: Annotated[
        Literal["date", "relevance"], typer.Option(help="Newest first, or most relevant.", rich_help_panel=OUTPUT)
    ] = "date"
    limit: Annotated[
        int, typer.Option(min=0, help="How many at most; 0 for all.", metavar="N", rich_help_panel=OUTPUT)
    ] = 50


def search(ctx: typer.Context, words: Words, filters: Filters, output: Output) -> None:
    """
    Search the archive's full text, with the query language of watch rules.

    Relations and matches are shown, and filtered by, as they are stored: `watcher rules rescan` brings them up to
    date. `--since` and `--until` mean when an article was first seen. By relevance, the newest 20,000 texts with the
    words are weighed.

    Try:

    - `watcher search drones NEAR/5 iran*`

    - `watcher search '"shadow fleet" NOT title:football' --lang en --since 30d`

    - `watcher search 无人机 --partner CN --by relevance --limit 10 --format markdown`
    """
    workspace: Workspace = ctx.obj
    loaded = workspace.load()
    query = _parse(" ".join(words.words or ()), loaded.lexicon)
    question = filters.question(loaded.rulebook, show.now(), is_open=True)
    if not workspace.has_archive:
        show.tell("The archive is empty: `watcher poll` fills it.")
        return
    with workspace.open() as store:
        refresh(store)
        tally = _Tally(words.limit)
        write(tally.count(Search(query, question, words.by).hits(store)), output, loaded.lexicon)
    tally.tell()


command = grouped(search)


def refresh(store: Store) -> None:
    """Take new articles into the index of words, with a progress bar if they are many."""
    with show.progress("indexing") as move:
        store.words.refresh(lambda done, total: move(done, total) if total > MANY else None)


def _parse(text: str, lexicon: Lexicon) -> Query:
    """Read the query. Raises InputError that shows the place of a mistake."""
    if not text.strip():
        raise InputError("search for what? Give words, such as: watcher search drones")
    try:
        return query_language.parse(text, lexicon)
    except QueryError as error:
        shown, at = " ".join(text.split("\n")), error.position
        raise InputError(f"the query: {error}\n    {shown}\n    {' ' * at}^") from error


class _Tally:
    """Lets hits through up to the limit, and says how many there were."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.shown = 0
        self.has_more = False

    def count(self, hits: Iterator[Hit]) -> Iterator[Hit]:
        for hit in islice(hits, self.limit or None):
            self.shown += 1
            yield hit
        self.has_more = self.limit > 0 and next(hits, None) is not None

    def tell(self) -> None:
        more = "; there are more: --limit 0 shows all" if self.has_more else ""
        show.tell(f"{self.shown:,} found{more}")
