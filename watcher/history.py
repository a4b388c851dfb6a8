"""Which rules decided when: a copy of the rule files for every rulebook that was taken over."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from watcher import document
from watcher.errors import DocumentError, StateError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

KEPT = 200  # copies; older ones are removed
SUFFIXES = (".yaml", ".yml")
_NAME = re.compile(r"(\d{8}T\d{12}Z)-([0-9a-f]{16}|unchecked)")
_STAMP = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy of the rule files in the folder `rules`; `hash` begins the rulebook's, "unchecked" for none's."""

    hash: str
    at: datetime
    who: str
    rules: Path

    @property
    def files(self) -> dict[str, bytes]:
        """The files by their name within the folder."""
        return contents(self.rules)


def contents(rules: Path) -> dict[str, bytes]:
    """Give the YAML files of a rules folder by their name in it; hidden ones are editors' own."""
    found = (path for pattern in ("*", "watch/*") for path in rules.glob(pattern))
    files = [path for path in found if path.suffix in SUFFIXES and not path.name.startswith(".") and path.is_file()]
    return {path.relative_to(rules).as_posix(): path.read_bytes() for path in sorted(files)}


@contextmanager
def draft(files: Mapping[str, bytes], state: Path) -> Iterator[Path]:
    """
    Put rule files aside, so that what is checked is what is used whatever an editor does meanwhile.

    Gives their folder, named `rules`; it is gone afterwards unless it was kept. Raises StateError.
    """
    folder = state / "rulebooks" / f".draft-{secrets.token_hex(8)}"
    is_new = not state.exists()
    try:
        try:
            state.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / "rules" / "watch").mkdir(parents=True)
            for name, content in files.items():
                (folder / "rules" / name).write_bytes(content)
        except OSError as error:
            raise StateError(f"the rules can't be copied to {folder.parent}: {error.strerror or error}") from error
        yield folder / "rules"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for made in (folder.parent, state) if is_new else ():
            with suppress(OSError):  # not empty: something was kept
                made.rmdir()


def keep(copy: Path, hash_: str, who: str, now: datetime) -> Kept:
    """Keep a draft under its rulebook's hash, unless the newest copy is the same."""
    folder = copy.parent.parent
    last = next(iter(kept(folder.parent)), None)
    short = hash_[:16]
    if last and last.hash == short and last.files == contents(copy):
        return last
    (copy.parent / "about.json").write_text(json.dumps({"who": who}), encoding="utf-8")
    target = folder / f"{now.astimezone(UTC):{_STAMP}}-{short}"
    copy.parent.rename(target)
    for old in kept(folder.parent)[KEPT:]:
        shutil.rmtree(old.rules.parent, ignore_errors=True)
    return Kept(short, now, who, target / "rules")


def kept(state: Path) -> list[Kept]:
    """Give the copies of a state folder, newest first."""
    folder = state / "rulebooks"
    names = sorted((path.name for path in folder.glob("*-*") if _NAME.fullmatch(path.name)), reverse=True)
    return [_kept(folder / name) for name in names]


def find(state: Path, name: str) -> Kept | None:
    """Give the newest copy whose hash begins so, for at least six digits of it."""
    is_hash = re.fullmatch(r"[0-9a-f]{6,64}|unchecked", name)
    return next((copy for copy in kept(state) if is_hash and copy.hash.startswith(name[:16])), None)


def restore(rules: Path, files: Mapping[str, bytes]) -> None:
    """Make a rules folder hold these YAML files and no others, each swapped in whole. Raises StateError."""
    try:
        (rules / "watch").mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            path = rules / name
            aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            aside.write_bytes(content)
            aside.replace(path)
        for name in contents(rules).keys() - files.keys():
            (rules / name).unlink()
    except OSError as error:
        raise StateError(f"{rules} can't be written: {error.strerror or error}") from error


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[str]:
    """Name what changed: `+` a new rule, `-` one that is gone, `~` one that reads otherwise; other files by name."""
    old, new = _entries(before), _entries(after)
    names = sorted(old.keys() | new.keys())
    signs = {name: "+" if name not in old else "-" if name not in new else "~" for name in names}
    return [f"{signs[name]}{name}" for name in names if old.get(name) != new.get(name)]


def _entries(files: Mapping[str, bytes]) -> dict[str, object]:
    """Give each watch rule by its id, and every other file, or one that isn't rules, by its name."""
    found: dict[str, object] = {}
    for name, content in files.items():
        try:
            value = document.parse(content.decode("utf-8-sig"), name).value if name.startswith("watch/") else content
        except (DocumentError, UnicodeDecodeError):
            value = content
        rules = value if isinstance(value, list) and all(isinstance(rule, dict) for rule in value) else None
        found.update({name: value} if rules is None else {str(rule.get("id", name)): rule for rule in rules})
    return found


def author(rules: Path) -> str:
    """Name who owns the file that was changed last: on a shared desk, that is who edited it."""
    paths = [rules / name for name in contents(rules)]
    try:
        return max(paths, key=lambda path: path.stat().st_mtime).owner() if paths else ""
    except (OSError, KeyError):  # gone meanwhile, or a user without a name
        return ""


def _kept(folder: Path) -> Kept:
    found = _NAME.fullmatch(folder.name)
    stamp, short = found.groups() if found else ("", "")
    try:
        who = str(json.loads((folder / "about.json").read_text(encoding="utf-8"))["who"])
    except (OSError, ValueError, KeyError, TypeError):
        who = ""
    return Kept(short, datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC), who, folder / "rules")
