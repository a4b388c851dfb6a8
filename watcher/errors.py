"""
Everything that can go wrong and is not a bug, in one tree.

    WatcherError                     exit code
    ├── InputError                   2   usage, configuration or input that a person must mend
    │   ├── DocumentError            2   YAML files: every problem of every file, with line and column
    │   ├── QueryError               2   a rule's query: the position, and what was expected
    │   ├── ItemError                2   a line of a JSONL file
    │   ├── SettingError             2   the environment: a variable missing or malformed
    │   └── HeldError                2   another process holds the state
    ├── SourceError                  3   a feed failed, with one of the named reasons
    ├── StateError                   2   the archive can't be opened or written
    │   └── OutdatedError            2   another Watcher brought it to its schema meanwhile: this one must end
    └── DeliveryError                4   a post failed; its fate says whether a retry helps

Foreign exceptions are translated into these where they enter; what is not of this tree is a bug and stops the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.source import Problem

Fate = Literal["retry", "ambiguous", "destination", "token", "payload"]


class WatcherError(Exception):
    """Anything that is told to the user in a sentence rather than a traceback."""

    exit_code: ClassVar[int] = 2


class InputError(WatcherError):
    """Usage, configuration or input that a person must mend."""


class DocumentError(InputError):
    """YAML files that don't load: `problems` holds all of them, in the order of the files."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(problem.render() for problem in problems))
        self.problems = tuple(problems)


class QueryError(InputError):
    """A query that doesn't parse: `position` is the 0-based offset of the offending character."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class ItemError(InputError):
    """A line of a JSONL file that is not an item."""


class SettingError(InputError):
    """An environment variable that is missing or malformed."""


class HeldError(InputError):
    """Another process polls or posts on the same state; the message says which."""


class SourceError(WatcherError):
    """A feed failed: `reason` is one of the names that `status` shows, the message adds the detail."""

    exit_code: ClassVar[int] = 3

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class StateError(WatcherError):
    """The archive can't be opened, migrated or written."""


class OutdatedError(StateError):
    """Another version of Watcher has brought the archive to its own schema while this one ran: it must end."""


class DeliveryError(WatcherError):
    """
    A post failed.

    `fate` says what may be done: `retry` (nothing was posted, send again after `retry_after` seconds), `ambiguous`
    (it may have been posted: reconcile, never resend blindly), `destination` and `token` (hold until a person cures
    it), `payload` (plan smaller, never send the same bytes).
    """

    exit_code: ClassVar[int] = 4

    def __init__(self, message: str, fate: Fate, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.fate: Fate = fate
        self.retry_after = retry_after
