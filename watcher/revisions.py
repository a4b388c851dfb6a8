"""The rule files in git, where the workspace lies in a repository: who changed what, and how it was before."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from watcher.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

_FILE = re.compile(r"(watch/)?[^/.][^/]*\.ya?ml")
_SPLIT, _END = "\x1f", "\x1e"


@dataclass(frozen=True, slots=True)
class Commit:
    """What git knows of one change: `files` are the workspace's."""

    revision: str
    at: datetime
    who: str
    subject: str
    files: tuple[str, ...]


def commits(workspace: Path, limit: int) -> list[Commit] | None:
    """Give git's changes to a workspace's files, newest first; None where git has none of them."""
    form = _SPLIT.join(("%h", "%aI", "%an", "%s")) + _SPLIT
    told = _git(workspace, "log", f"--max-count={limit}", f"--format={_END}{form}", "--name-only", "--relative", "--",
                "rules", "feeds.yaml")  # fmt: skip
    if not told:
        return None
    found = []
    for entry in told.decode("utf-8", "replace").split(_END)[1:]:
        revision, at, who, subject, files = entry.split(_SPLIT, 4)
        found.append(
            Commit(revision, datetime.fromisoformat(at).astimezone(UTC), who, subject, tuple(files.split("\n")[2:-1]))
        )
    return found


def uncommitted(workspace: Path) -> tuple[str, ...]:
    """Name the workspace's files that git would commit now."""
    told = _git(workspace, "status", "--porcelain=1", "-z", "--no-renames", "--", "rules", "feeds.yaml") or b""
    names = [entry[3:] for entry in told.decode("utf-8", "replace").split("\0") if entry]
    prefix = (_git(workspace, "rev-parse", "--show-prefix") or b"").decode("utf-8", "replace").strip()
    return tuple(name.removeprefix(prefix) for name in names)


def files(workspace: Path, revision: str) -> dict[str, bytes]:
    """
    Give the rule files as git has them at a revision, by their name in rules/.

    Raises InputError where there is no git, no such revision, or no rules in it.
    """
    named = _git(workspace, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if not named:
        raise InputError(f'"{revision}" is unknown here: `watcher rules history` shows what there is')
    packed = _git(workspace, "archive", "--format=tar", named.decode().strip(), "rules")
    if not packed:
        raise InputError(f"revision {revision} has no rules/ in this folder")
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            name = member.name.removeprefix("rules/")
            content = archive.extractfile(member) if member.isfile() else None
            if content and _FILE.fullmatch(name):
                found[name] = content.read()
    return found


def _git(folder: Path, *words: str) -> bytes | None:
    """Ask git; None where there is no git or it says no."""
    try:
        done = subprocess.run(["git", "--no-pager", *words], cwd=folder, capture_output=True, check=False)  # noqa: S603, S607  a fixed command, its words checked
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
