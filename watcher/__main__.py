"""The entry point: an expected error is a sentence and an exit code, a bug is a traceback."""

from __future__ import annotations

import sys

from watcher.cli.app import app
from watcher.errors import WatcherError


def main() -> None:
    """Run the command line and exit with the code that CONTRACTS promise for the error's class."""
    try:
        app(prog_name="watcher")
    except WatcherError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
