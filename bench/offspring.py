"""
A process that has imported Watcher and read its lexicon, and forks to run its commands: a trial then pays for neither.

It reads one JSON object a line, `{"words": […], "env": {…}, "log": "…", "kill": ["watcher.state.posting:Posting.begin",
"after", 2], "prepare": "bench.siege:soften"}`, and answers with the child's pid at once and its exit code (-9 for a
kill) when it is over. With `kill` the child kills itself before or after that call of that method; with `prepare` it
calls that function first.
"""

from __future__ import annotations

import importlib
import itertools
import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent


class Offspring:
    """Runs commands in children of such a process, one at a time; `code` is the last one's exit code."""

    def __init__(self) -> None:
        words = [sys.executable, "-m", "bench.offspring"]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.code = 0

    @contextmanager
    def run(self, **asked: Any) -> Iterator[int]:  # noqa: ANN401  JSON
        """Start a command; give its pid; wait for its end."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        yield self._answer()["pid"]
        self.code = self._answer()["code"]

    def end(self) -> None:
        """Let the process end."""
        self._process.communicate()

    def _answer(self) -> dict[str, int]:
        assert self._process.stdout
        answer: dict[str, int] = json.loads(self._process.stdout.readline())
        return answer


def send_signal(child: int, number: int) -> bool:
    """Send a signal; False if the process is gone."""
    try:
        os.kill(child, number)
    except ProcessLookupError:
        return False
    return True


def serve() -> None:
    """Run commands until the input ends."""
    from watcher.__main__ import main
    from watcher.cli.workspace import Workspace

    for command in ("digest", "poll", "run"):
        importlib.import_module(f"watcher.cli.{command}")
    Workspace(ROOT / "tests").load_lexicon().matcher("en")
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _prepare(asked)
            main()
        print(json.dumps({"pid": child}), flush=True)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)


def _prepare(asked: dict[str, Any]) -> None:
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, file in ((0, nothing), (1, log), (2, log)):
        os.dup2(file, number)
    os.environ.update(asked["env"])
    sys.argv = ["watcher", *asked["words"]]
    if asked.get("kill"):
        _lay(*asked["kill"])
    if asked.get("prepare"):
        module, _, name = asked["prepare"].partition(":")
        getattr(importlib.import_module(module), name)()


def _lay(name: str, when: str, count: int) -> None:
    """Lay a trap: the process kills itself before or after a call of a method."""
    module, _, path = name.partition(":")
    owner, _, method = path.partition(".")
    kind = getattr(importlib.import_module(module), owner)
    original, calls = getattr(kind, method), itertools.count(1)

    def trapped(*given: Any, **named: Any) -> Any:  # noqa: ANN401  whatever the method takes and gives
        is_last = next(calls) == count
        if is_last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*given, **named)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(kind, method, trapped)


if __name__ == "__main__":
    serve()
