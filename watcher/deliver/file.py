"""A file as a place that digests are posted to: replaced as a whole, so that nobody reads half of it."""

from __future__ import annotations

import os
import tempfile
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher.deliver.channel import Channel, Part, Receipt
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.deliver.digest import Digest


class FileChannel(Channel):
    """A file inside the workspace, under its channel's name: `page:out/digest.html`."""

    def __init__(self, path: str, folder: Path) -> None:
        """Take the file's path as the plan says it, inside the workspace `folder`."""
        self._path = path
        self._folder = folder

    @abstractmethod
    def payload(self, digest: Digest) -> Mapping[str, Any]:
        """Give what is kept in the outbox until it is written."""

    @abstractmethod
    def text(self, payload: Mapping[str, Any], path: Path) -> str:
        """Give what the file is to hold; `path` is where it stands now, if it does."""

    def plan(self, digest: Digest, key: str) -> list[Part]:
        """Give the file as one message."""
        destination = f"{self.name}:{self._path}"
        payload = self.payload(digest)
        return [Part(key=key, part=1, of=1, destination=destination, payload=payload, articles=digest.articles)]

    def address(self, destination: str) -> str:
        """Take over what was planned for another path."""
        return f"{self.name}:{self._path}" if destination.startswith(f"{self.name}:") else ""

    def post(self, destination: str, payload: Mapping[str, Any], thread: str = "") -> Receipt:  # noqa: ARG002
        """Write the file. Raises DeliveryError: writing it again does no harm."""
        path = self._folder / destination.removeprefix(f"{self.name}:")
        try:
            write(path, self.text(payload, path))
        except OSError as error:
            raise DeliveryError(f"{path} can't be written: {error.strerror}", "destination") from error
        return Receipt()


def write(path: Path, text: str) -> None:
    """Replace a file as a whole, its folder made if need be. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
    part = Path(file.name)
    try:
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
