"""The command line, run in this process as a shell would run it."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from watcher.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

RULES = """\
- id: iran-arms
  title: Iranian arms for Russia
  partners: [IR]
  goods: [group:weapons]
  priority: high
- id: boats
  title: Boats
  query: regatta
"""
DIGESTS = """\
channels:
  desk: {slack: C0123ABCD}
  screen: {terminal: true}
digests:
  - {id: daily, title: The daily, at: ["08:00"], timezone: UTC, channel: desk}
  - {id: seen, at: ["08:00"], timezone: UTC, channel: screen, empty: post}
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


class Command:
    """Runs `watcher --dir FOLDER …`."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.capsys = capsys
        self.monkeypatch = monkeypatch
        for name in ("WATCHER_DIR", "WATCHER_LOG", "SLACK_BOT_TOKEN", "SLACK_API_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("WATCHER_ALLOW_PRIVATE", "1")

    def __call__(self, *words: str, stdin: bytes = b"") -> Ran:
        """Run one command."""
        self.capsys.readouterr()
        self.monkeypatch.setattr(sys, "argv", ["watcher", "--dir", str(self.folder), *words])
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self.capsys.readouterr()
        code = ended.value.code
        return Ran(code if isinstance(code, int) else 0, out, err)


def furnish(folder: Path, *feeds: str) -> None:
    """Make a workspace with these feed entries (YAML flow mappings), two rules and two digests."""
    (folder / "rules" / "watch").mkdir(parents=True, exist_ok=True)
    listed = "".join(f"  - {feed}\n" for feed in feeds) or "  []\n"
    (folder / "feeds.yaml").write_text(f"contact: tests@example.org\nfeeds:\n{listed}", encoding="utf-8")
    (folder / "rules" / "watch" / "mine.yaml").write_text(RULES, encoding="utf-8")
    (folder / "rules" / "digests.yaml").write_text(DIGESTS, encoding="utf-8")
