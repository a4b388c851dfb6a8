"""Who holds the state: one at a time, and nobody after death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from watcher.errors import HeldError, StateError
from watcher.state.hold import hold

if TYPE_CHECKING:
    from pathlib import Path

HOLDER = """
import sys, time
from pathlib import Path
from watcher.state.hold import hold
with hold(Path(sys.argv[1]), "poll"):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    """Start a process that holds the folder."""
    started = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "held\n"
    return started


def test_the_second_is_told_who_holds(tmp_path: Path) -> None:
    """Command, process and host of the first stand in the message, and it means exit 2."""
    with holder(tmp_path) as first:
        with (
            pytest.raises(HeldError, match=rf"`watcher poll` \(process {first.pid} on .*, since 20"),
            hold(tmp_path, "run"),
        ):
            pass
        first.kill()
    assert HeldError.exit_code == 2


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    """After SIGKILL the next one takes the state at once."""
    with holder(tmp_path) as first:
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        with hold(tmp_path, "run"):
            pass


def test_the_state_is_free_after_its_holder_ends(tmp_path: Path) -> None:
    """One after the other is no conflict, even after an error."""
    with pytest.raises(ZeroDivisionError), hold(tmp_path, "run"):
        _ = 1 / 0
    with hold(tmp_path, "poll"):
        pass


def test_a_holder_that_has_not_signed_yet_is_still_a_holder(tmp_path: Path) -> None:
    """Between the lock and the name in it, the message knows no name."""
    with hold(tmp_path, "run"):
        (tmp_path / "hold").write_text("")
        with pytest.raises(HeldError, match="another process holds"), hold(tmp_path, "poll"):
            pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """No lock can be had where the folder is a file."""
    (tmp_path / "state").write_text("")
    with pytest.raises(StateError, match="can't be written"), hold(tmp_path / "state", "run"):
        pass
