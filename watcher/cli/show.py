"""Where words go: results to standard output, everything else to standard error, progress to a terminal only."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from watcher.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from watcher.source import Problem

WIDE = 120


def results() -> Console:
    """Give the console for results; a pipe or file is wide enough not to break lines early."""
    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)


def tell(message: str) -> None:
    """Say something that is no result."""
    print(message, file=sys.stderr, flush=True)


def warn(problems: Iterable[Problem]) -> None:
    """Tell what is odd in the files but no error."""
    for problem in problems:
        tell(problem.render())


def now() -> datetime:
    """Give the time that a command hands to everything it calls: aware, UTC."""
    return datetime.now(UTC)


def write_json(value: Any) -> None:  # noqa: ANN401  whatever JSON can say
    """Print one JSON value."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


def write(pieces: Iterable[str], output: Path | None = None) -> None:
    """Write a result piece by piece, to a file or to standard output, where each piece arrives at once."""
    if output is None:
        for piece in pieces:
            sys.stdout.write(piece)
            sys.stdout.flush()
        return
    try:
        file = output.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{output} can't be written: {error.strerror}") from error
    with file:
        file.writelines(pieces)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar while the block runs; gives what says how many of how many are done. Only where a terminal is."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
