"""The run: it ticks, survives what can go wrong, and ends when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from watcher import schedule
from watcher.errors import DeliveryError, HeldError, StateError, WatcherError
from watcher.state.hold import hold

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RUN = """
import sys, threading, time
from pathlib import Path
from watcher import schedule
from watcher.errors import HeldError
from watcher.state.hold import hold

def poll(stop):
    print("polled", flush=True)
    if "busy" in sys.argv:
        stop.wait(60)

def publish(stop):
    print("published", flush=True)
    if "stuck" in sys.argv:
        time.sleep(60)

def watch(stop):
    stop.wait()

try:
    schedule.run(poll, publish, watch, tell=print, held=hold(Path(sys.argv[1]), "run"), tick=0.2)
except HeldError as error:
    sys.exit(f"{error}")
print("ended", flush=True)
"""


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start a run in a process of its own, and wait until it polls."""
    command = [sys.executable, "-W", "error", "-c", RUN, str(folder), *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while "polled" not in process.stdout.readline():
        assert process.poll() is None
    return process


def until(is_enough: Callable[[], bool]) -> None:
    """Send this process SIGTERM as soon as it is enough."""

    def watch() -> None:
        deadline = time.monotonic() + 10
        while not is_enough() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch).start()


def idle(_stop: threading.Event) -> None:
    """Find nothing due."""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("words", [(), ("busy",)])
def test_a_signal_ends_the_run_with_exit_0(tmp_path: Path, number: signal.Signals, words: tuple[str, ...]) -> None:
    """Idle or at work, it ends what is in flight and says goodbye."""
    with started(tmp_path, *words) as process:
        time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(number)
        out, error = process.communicate(timeout=10)
    assert (process.returncode, error) == (0, "")
    assert out.endswith("ended\n")
    assert time.monotonic() - began < 5


def test_work_that_will_not_end_is_left_behind_within_ten_seconds(tmp_path: Path) -> None:
    """A post that hangs doesn't keep the process: its row says `sending`, which is settled later."""
    with started(tmp_path, "stuck") as process:
        time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=12)
    assert process.returncode == 0
    assert 5 < time.monotonic() - began < 10


def test_a_pool_that_will_not_end_does_not_keep_the_process() -> None:
    """Python waits for the threads of pools at exit; the process leaves all the same, and with 0."""
    script = (
        "import time\nfrom concurrent.futures import ThreadPoolExecutor\nfrom watcher import schedule\n"
        "ThreadPoolExecutor(1).submit(time.sleep, 60)\nprint('said')\nschedule.leave()"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=10, check=True)
    assert ended.stdout == "said\n"


def test_a_second_run_on_the_same_state_is_told_who_holds_it(tmp_path: Path) -> None:
    """It starts nothing."""
    with started(tmp_path) as first:
        with pytest.raises(HeldError, match=rf"`watcher run` \(process {first.pid} on"):
            schedule.run(idle, tell=print, held=hold(tmp_path, "run"))
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=10)
    with hold(tmp_path, "poll"):
        pass


def test_a_killed_run_holds_nothing(tmp_path: Path) -> None:
    """After SIGKILL the next run starts at once."""
    with started(tmp_path) as first:
        first.kill()
        first.communicate()
    with started(tmp_path) as second:
        second.send_signal(signal.SIGTERM)
        second.communicate(timeout=10)
    assert second.returncode == 0


def test_jobs_run_at_once_and_at_every_tick_beside_each_other(tmp_path: Path) -> None:
    """A pass that takes long holds up no digest, and the same job never runs twice at a time."""
    polls: list[float] = []
    digests: list[float] = []

    def poll(stop: threading.Event) -> None:
        polls.append(time.monotonic())
        stop.wait(30)

    def note(_stop: threading.Event) -> None:
        digests.append(time.monotonic())

    until(lambda: len(digests) >= 4)
    schedule.run(poll, note, tell=print, tick=0.1)
    assert len(polls) == 1
    assert len(digests) >= 4


def test_an_expected_error_is_told_and_the_next_tick_tries_again(tmp_path: Path) -> None:
    """A channel that is gone or a full disk doesn't end the run."""
    told: list[WatcherError] = []

    def publish(_stop: threading.Event) -> None:
        raise (StateError("the disk is full") if told else DeliveryError("no such channel", "destination"))

    until(lambda: len(told) >= 3)
    schedule.run(publish, tell=told.append, tick=0.1)
    assert [str(error) for error in told[:3]] == ["no such channel", "the disk is full", "the disk is full"]


def test_a_bug_ends_the_run(tmp_path: Path) -> None:
    """What nobody expected is raised, not told and forgotten, and the state is free again."""

    def poll(_stop: threading.Event) -> None:
        raise ZeroDivisionError("a bug")

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(ZeroDivisionError, match="a bug"):
        schedule.run(poll, idle, tell=print, held=hold(tmp_path, "run"))
    assert signal.getsignal(signal.SIGTERM) is before
    with hold(tmp_path, "poll"):
        pass
