"""Who holds a state folder: one process at a time polls it, and a killed one holds nothing."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

from watcher.errors import HeldError, StateError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def hold(folder: Path, role: str) -> Iterator[None]:
    """
    Hold a state folder for `role` (a command's name) as long as the block runs.

    The lock is the kernel's (flock), so it ends with its process, however that ends. Raises HeldError that says who
    holds it, StateError if the folder can't be written.
    """
    path = folder / "hold"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise StateError(f"{path} can't be written: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HeldError(_tell(file, folder)) from error
        _sign(file, role)
        try:
            yield
        finally:
            file.truncate(0)


def _sign(file: IO[str], role: str) -> None:
    signature = {
        "role": role,
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    file.truncate(0)
    file.write(json.dumps(signature))
    file.flush()


def _tell(file: IO[str], folder: Path) -> str:
    file.seek(0)
    try:
        held = json.loads(file.read())
        who = f"`watcher {held['role']}` (process {held['pid']} on {held['host']}, since {held['since']})"
    except (ValueError, KeyError, TypeError):
        who = "another process"  # it has the lock and hasn't signed yet
    return f"{who} holds {folder}: stop it first, or wait until it ends"
