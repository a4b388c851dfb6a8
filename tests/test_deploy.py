"""The deployment files of docs/deploy: linted, and what they run is there to be run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml  # noqa: TID251  a file of Compose, not of ours

if TYPE_CHECKING:
    from tests.command import Command

BIN = Path(sys.executable).parent


@pytest.fixture(scope="session")
def deploy(root: Path) -> Path:
    """Give the folder."""
    return root / "docs" / "deploy"


def test_the_containerfile_is_without_reproach(deploy: Path) -> None:
    """Its linter finds nothing."""
    done = subprocess.run([BIN / "hadolint", deploy / "Containerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_compose_file_is_safe(deploy: Path) -> None:
    """Its linter finds nothing of high severity."""
    done = subprocess.run([BIN / "compose-lint", deploy / "compose.yaml"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_container_installs_what_is_there(deploy: Path, root: Path) -> None:
    """What is copied into it is in the checkout, and all that is sent to be built; test_wheel builds its wheel."""
    found = copied(root)
    assert [name for name in found if not (root / name).exists()] == []
    sent = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert [line.removeprefix("!") for line in sent if line.startswith("!")] == found
    assert '".[postgres]"' in (deploy / "Containerfile").read_text(encoding="utf-8")


def test_units_are_valid(deploy: Path) -> None:
    """Systemd understands them; that the program isn't installed in /opt here is all it may find."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on this machine")
    for unit in deploy.glob("*.service"):
        done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
        told = [line for line in done.stderr.splitlines() if unit.name.split("@")[0].split(".")[0] in line]
        assert [line for line in told if "is not executable" not in line] == []


def test_every_command_that_is_deployed_exists(deploy: Path, capsys: pytest.CaptureFixture[str],
                                               monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # fmt: skip
    """Units and services call commands of `watcher`, with options that these have."""
    from tests.command import Command

    watcher = Command(tmp_path, capsys, monkeypatch)
    units = [unit.read_text(encoding="utf-8") for unit in deploy.glob("*.service")]
    called = [shlex.split(line)[3:] for text in units for line in re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)]
    services = yaml.safe_load((deploy / "compose.yaml").read_text(encoding="utf-8"))["services"]
    called += [service["command"] for service in services.values() if "command" in service]
    assert sorted(words[0] for words in called) == ["run", "run", "worker", "worker"]
    for name, *words in called:
        assert is_known(watcher, name, [word for word in words if word.startswith("--")])


def copied(root: Path) -> list[str]:
    """Give the files and folders of a checkout that the container is built from."""
    text = (root / "docs" / "deploy" / "Containerfile").read_text(encoding="utf-8")
    return [name for line in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE) for name in line.split()]


def is_known(watcher: Command, name: str, options: list[str]) -> bool:
    """Say whether a command's help speaks of these options."""
    told = watcher(name, "--help")
    return told.code == 0 and all(option in told.out for option in options)
