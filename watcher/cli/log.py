"""What a bot without a terminal says of itself: a line for each event on standard error, as text or as JSON."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.settings import LogStyle


def open_log(style: LogStyle) -> logging.Logger:
    """Give the bot's own logger. Libraries' loggers stay apart: they may log addresses that hold a secret."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if style == "json" else _Text())
    log = logging.getLogger("watcher")
    log.handlers = [handler]
    log.propagate = False
    log.setLevel(logging.INFO)
    return log


class _Text(logging.Formatter):
    """`2026-01-13T00:21:40Z INFO polled 3 feeds…`."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{_stamp(record)} {record.levelname} {record.getMessage()}"


class _Json(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        said = {"time": _stamp(record), "level": record.levelname.lower(), "message": record.getMessage()}
        return json.dumps(said, ensure_ascii=False)


def _stamp(record: logging.LogRecord) -> str:
    return f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%SZ}"
