"""The entry point: an expected error is a sentence and an exit code, a bug is a traceback."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import NoReturn

from watcher.cli.app import app
from watcher.errors import WatcherError

PATIENCE = 0.5


def main() -> NoReturn:
    """Run the command line and exit with the code that CONTRACTS promise for the error's class."""
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    try:
        app(prog_name="watcher")
    except SystemExit as ended:
        leave(ended.code)
    except WatcherError as error:
        print(error, file=sys.stderr)
        leave(error.exit_code)
    leave(0)


def leave(code: str | int | None) -> NoReturn:
    """
    Exit, even while a name server doesn't answer.

    Python would wait for the threads that ask it, for a minute or more, and a run ends within ten seconds.
    """
    deadline = time.monotonic() + PATIENCE
    asking = [thread for thread in threading.enumerate() if thread.name.startswith("dns")]
    for thread in asking:
        thread.join(max(0.0, deadline - time.monotonic()))
    if any(thread.is_alive() for thread in asking):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else int(bool(code)))
    sys.exit(code)


if __name__ == "__main__":
    main()
