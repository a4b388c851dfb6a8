"""Where words go: results to standard output, everything else to standard error, progress to a terminal only."""

from __future__ import annotations

import getpass
import io
import json
import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from watcher.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from watcher.source import Problem

WIDE = 120
# What JSON leaves as it is, though a terminal obeys it or a reader of lines takes it for a line's end.
_UNSEEN = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A))}


def open_streams() -> None:
    """Let results be UTF-8 in files and pipes, whatever the locale; a terminal that lacks a letter shows another."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started this process
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  open as long as the process
    if isinstance(sys.stdout, io.TextIOWrapper):
        encoding = sys.stdout.encoding if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="replace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="replace")


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


def login() -> str:
    """Give the name of whoever is at work."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def write_json(value: Any) -> None:  # noqa: ANN401  whatever JSON can say
    """Print one JSON value."""
    print(as_json(value, indent=1))


def as_json(value: Any, *, indent: int | None = None) -> str:  # noqa: ANN401  whatever JSON can say
    """Give JSON that is safe to show: what a terminal would obey, and whatever ends a line, is escaped."""
    return json.dumps(value, ensure_ascii=False, indent=indent).translate(_UNSEEN)


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


def write_bytes(content: bytes, output: Path) -> None:
    """Write a result that is no text to a file."""
    try:
        output.write_bytes(content)
    except OSError as error:
        raise InputError(f"{output} can't be written: {error.strerror}") from error


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar while the block runs; gives what says how many of how many are done. Only where a terminal is."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
