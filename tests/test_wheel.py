"""The wheel, built from what the container is built from, and installed where no checkout is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from typing import TYPE_CHECKING

import pytest

from tests.test_deploy import copied

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT = 300


@pytest.fixture(scope="module")
def watcher(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it with the pinned dependencies into an empty environment, and give its command."""
    folder = tmp_path_factory.mktemp("wheel")
    (folder / "source").mkdir()
    for name in copied(root):
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, folder / "source" / name)
    source = str(folder / "source")
    _run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), source], folder)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "env" / "bin" / "python"), "install", "--no-compile"]
    quiet = ["--quiet", "--disable-pip-version-check"]
    _run([*pip, *quiet, "--constraint", str(root / "constraints.txt"), str(wheel)], folder)
    return folder / "env" / "bin" / "watcher"


def test_init_makes_a_workspace_that_checks(watcher: Path, tmp_path: Path) -> None:
    """The shipped feeds and rules come out of the wheel, and hold."""
    _run([str(watcher), "init", "desk"], tmp_path)
    assert (tmp_path / "desk" / "feeds.yaml").is_file()
    _run([str(watcher), "--dir", "desk", "rules", "check"], tmp_path)


def test_demo_goes_the_whole_way(watcher: Path, tmp_path: Path) -> None:
    """The samples and the digest's page are in the wheel."""
    told = _run([str(watcher), "demo"], tmp_path)
    assert "North Korea" in told
    assert (tmp_path / "state" / "demo" / "digest.html").is_file()


def test_scan_reads_items_with_the_shipped_rules(watcher: Path, tmp_path: Path) -> None:
    """Anywhere at all, a file of items can be read."""
    item = {"id": "1", "title": "Iran shipped ballistic missiles to Russia, officials say"}
    (tmp_path / "items.jsonl").write_text(json.dumps(item) + "\n", encoding="utf-8")
    told = _run([str(watcher), "scan", "--items", "items.jsonl", "--format", "jsonl", "--all"], tmp_path)
    assert json.loads(told)["relevant"] is True


def _run(command: list[str], folder: Path) -> str:
    """Run a command in a folder, without this checkout on the path; give what it printed."""
    unwanted = ("PYTHON", "VIRTUAL_ENV", "COVERAGE", "COV_", "WATCHER_", "SLACK_")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout
