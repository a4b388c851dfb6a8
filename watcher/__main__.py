"""The entry point: an expected error is a sentence and an exit code, a bug is a traceback."""

from __future__ import annotations

import errno
import gc
import os
import sys
import threading
import time
from typing import NoReturn

from watcher.errors import WatcherError

PATIENCE = 0.5
# A command reads much into memory and drops little: looking for cycles as often as Python does costs a tenth of it.
_YOUNG = 50_000
_FULL = (errno.ENOSPC, errno.EDQUOT)


def main() -> NoReturn:
    """Run the command line and exit with the code that CONTRACTS promise for the error's class."""
    from watcher.cli import show  # noqa: PLC0415  worker processes import this module, too

    gc.set_threshold(_YOUNG)
    show.open_streams()
    code = _run()
    try:
        sys.stdout.flush()
    except OSError as error:
        code = _unwritten(error, code)
    leave(code)


def leave(code: int) -> NoReturn:
    """
    Exit, even while a name server doesn't answer.

    Python would wait for the threads that ask it, for a minute or more, and a run ends within ten seconds.
    """
    gc.freeze()  # nothing is to be gained by looking for cycles in what ends now
    deadline = time.monotonic() + PATIENCE
    asking = [thread for thread in threading.enumerate() if thread.name.startswith("dns")]
    for thread in asking:
        thread.join(max(0.0, deadline - time.monotonic()))
    if any(thread.is_alive() for thread in asking):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _run() -> int:
    from watcher.cli.app import app  # noqa: PLC0415

    try:
        app(prog_name="watcher")
    except WatcherError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except OSError as error:
        return _unwritten(error, 0)
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):
            return _unwritten(ended.__context__, 0)
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def _unwritten(error: OSError, code: int) -> int:
    """Give the exit code where results can't be written: a reader that left (`| head`) has what it wanted."""
    if not isinstance(error, BrokenPipeError) and error.errno not in _FULL:
        raise error
    # What is still buffered has nowhere to go, and Python would complain of it at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return code
    print(f"the results can't be written: {error.strerror}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
