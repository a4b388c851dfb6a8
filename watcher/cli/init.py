"""`watcher init`: a workspace of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli import show
from watcher.cli.workspace import shipped
from watcher.errors import InputError

Target = Annotated[Path, typer.Argument(metavar="PATH", help="The folder to make; it must hold no workspace.")]
_ENV = """\
# Read by watcher when it lies beside feeds.yaml, as .env; the environment wins. Keep it out of version control.
# SLACK_BOT_TOKEN=xoxb-…
# WATCHER_ALLOW_PRIVATE=1
# WATCHER_LOG=json
# WATCHER_DATABASE_URL=postgresql+psycopg://watcher@db/watcher
# PGPASSWORD=…
"""
_IGNORED = ".env\nstate/\nout/\n"


def init(path: Target) -> None:
    """
    Make a workspace with the shipped feeds, watch rules and digests.

    The lexicon stays in the package, so that it improves with upgrades; `rules/partners.yaml`, `goods.yaml` and
    `phrases.yaml` of your own add to it.

    Try: `watcher init newsdesk && cd newsdesk && watcher poll && watcher digest`
    """
    taken = [name for name in ("feeds.yaml", "rules") if (path / name).exists()]
    if taken:
        raise InputError(f"{path} already has {' and '.join(taken)}: nothing was changed. Choose another folder.")
    source = shipped()
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / "state").mkdir(exist_ok=True, mode=0o700)  # it tells what a desk is interested in
        shutil.copy(source / "feeds.yaml", path / "feeds.yaml")
        shutil.copytree(source / "rules" / "watch", path / "rules" / "watch")
        shutil.copy(source / "rules" / "digests.yaml", path / "rules" / "digests.yaml")
        shutil.copytree(source / "schemas", path / "schemas", dirs_exist_ok=True)
        _write_new(path / ".env.example", _ENV)
        _write_new(path / ".gitignore", _IGNORED)
    except OSError as error:
        raise InputError(f"{path} can't be made: {error.strerror or error}") from error
    show.tell(f"Made {path}: feeds.yaml, rules/watch/, rules/digests.yaml, schemas/ for your editor, state/. Next:")
    show.tell(f"  cd {path}\n  (put an address of yours into `contact:` of feeds.yaml, for the publishers)")
    show.tell("  watcher rules check\n  watcher poll\n  watcher digest")


def _write_new(path: Path, text: str) -> None:
    if not path.exists():
        path.write_text(text, encoding="utf-8")
