"""Commands that are imported when they are asked for."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from watcher.cli.app import _COMMANDS
from watcher.cli.rules import _COMMANDS as _RULES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command import Command

_HEAVY = ("sqlalchemy", "httpx", "feedparser", "slack_sdk", "jinja2", "apscheduler")
_LOOK = """
import sys
from watcher.__main__ import main
try:
    main()
finally:
    print(*[name for name in %r if name in sys.modules], sep=",", file=sys.stderr)
"""


def test_a_command_waits_for_nothing_that_only_others_need(watcher: Command, tmp_path: Path) -> None:
    """`rules check`, which an editor or a commit hook runs all the time, opens no archive and no connection."""
    words = [sys.executable, "-c", _LOOK % (_HEAVY,), "--dir", str(tmp_path), "rules", "check"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == ""


def test_every_command_is_where_it_is_said_to_be(watcher: Command) -> None:
    """Help lists all of them, each with its own sentence, and each has help of its own."""
    shown = watcher("--help").out
    for name in _COMMANDS:
        assert f" {name} " in shown
        assert watcher(name, "--help").code == 0
    shown = watcher("rules", "--help").out
    for name in ("check", "list", *_RULES):
        assert f" {name} " in shown
        assert watcher("rules", name, "--help").code == 0


def test_a_typo_is_answered_with_the_nearest_command(watcher: Command) -> None:
    """Although no command was looked at before."""
    told = watcher("rules", "tst")
    assert told.code == 2
    assert "Did you mean 'test'?" in told.err
    assert "Did you mean 'rules'?" in watcher("rulez").err
