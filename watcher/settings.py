"""What the environment and a workspace's `.env` say. Only the command line reads it; all others are handed values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

from dotenv import dotenv_values

from watcher.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LogStyle = Literal["text", "json"]
# Seconds after which a post of unknown fate, not found by reading back, is sent again.
SETTLE = 90.0
LONGEST_SETTLE = 86_400.0
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    The environment as the commands need it.

    `environ` is everything (`.env` beneath the environment), for `${NAME}` in feeds.yaml. It and the token stay out
    of the repr, so that no traceback or log line prints a secret.
    """

    allow_private: bool = False
    database_url: str = field(default="", repr=False)
    log: LogStyle = "text"
    slack_token: str = field(default="", repr=False)
    slack_api_url: str = "https://slack.com/api/"
    settle: float = SETTLE
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def libpq(self) -> dict[str, str]:
        """What PostgreSQL's own library reads from a process's environment: PGPASSWORD, PGSSLMODE and the like."""
        return {name: value for name, value in self.environ.items() if name.startswith("PG")}


def read(folder: Path, environ: Mapping[str, str]) -> Settings:
    """Read `folder`/.env and the environment, which wins. Raises SettingError with every malformed variable."""
    merged = {**_dotenv(folder / ".env"), **environ}
    allow_private = merged.get("WATCHER_ALLOW_PRIVATE", "").strip().lower()
    log = merged.get("WATCHER_LOG", "").strip().lower() or "text"
    api_url = merged.get("SLACK_API_URL", "").strip() or "https://slack.com/api/"
    settle = _seconds(merged.get("WATCHER_SETTLE", "").strip() or str(SETTLE))
    wrong = []
    if settle is None:
        wrong.append(f"WATCHER_SETTLE must be a number of seconds up to {LONGEST_SETTLE:.0f}, such as 90")
    if allow_private not in _TRUE | _FALSE:
        wrong.append("WATCHER_ALLOW_PRIVATE must be 1 or 0")
    if log not in ("text", "json"):
        wrong.append("WATCHER_LOG must be text or json")
    if not api_url.startswith(("http://", "https://")):
        wrong.append("SLACK_API_URL must start with https:// or http://")
    if wrong:
        raise SettingError("\n".join(wrong))
    return Settings(
        allow_private=allow_private in _TRUE,
        database_url=merged.get("WATCHER_DATABASE_URL", "").strip(),
        log=cast("LogStyle", log),
        slack_token=merged.get("SLACK_BOT_TOKEN", "").strip(),
        slack_api_url=api_url.rstrip("/") + "/",
        settle=SETTLE if settle is None else settle,
        environ=merged,
    )


def _seconds(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= LONGEST_SETTLE else None


def _dotenv(path: Path) -> dict[str, str]:
    """Read NAME=value lines; `${NAME}` in them is left as it is, as a password may hold one."""
    if not path.is_file():
        return {}
    try:
        found = dotenv_values(path, interpolate=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} can't be read: {error}") from error
    return {name: value for name, value in found.items() if value is not None}
