"""
Digest → one self-contained HTML page: light and dark, phone and print, no script, nothing loaded from anywhere.

The page's own policy allows exactly its one style sheet, by hash, so that nothing a headline smuggles in could run.
"""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from watcher.deliver.channel import Channel, Part, Receipt
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.deliver.digest import Digest

_FOLDER = Path(__file__).parent / "look"
PAGES = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
PREFIX = "page:"


def render(digest: Digest) -> str:
    """Give the digest as an HTML document."""
    style = (_FOLDER / "page.css").read_text(encoding="utf-8")
    seal = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    # The style sheet is ours; everything else is escaped.
    values = {"digest": digest, "style": Markup(style), "seal": seal}  # noqa: S704
    return PAGES.get_template("page.html").render(values)


class PageChannel(Channel):
    """A file that always shows the newest digest; replaced as a whole, so that nobody reads half a page."""

    name = "page"

    def __init__(self, path: str, folder: Path) -> None:
        """Take the page's path as the plan says it, inside the workspace `folder`."""
        self._path = path
        self._folder = folder

    def plan(self, digest: Digest, key: str) -> list[Part]:
        """Give the page as one message."""
        payload = {"html": render(digest)}
        destination = f"{PREFIX}{self._path}"
        return [Part(key=key, part=1, of=1, destination=destination, payload=payload, articles=digest.articles)]

    def address(self, destination: str) -> str:
        """Take over what was planned for another path."""
        return f"{PREFIX}{self._path}" if destination.startswith(PREFIX) else ""

    def post(self, destination: str, payload: Mapping[str, Any], thread: str = "") -> Receipt:  # noqa: ARG002
        """Write the page. Raises DeliveryError: writing it again does no harm."""
        path = self._folder / destination.removeprefix(PREFIX)
        try:
            write(path, payload["html"])
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
