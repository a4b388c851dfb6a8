"""
Digest → one self-contained HTML page: light and dark, phone and print, no script, nothing loaded from anywhere.

The page's own policy allows exactly its one style sheet, by hash, so that nothing a headline smuggles in could run.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from watcher.deliver.file import FileChannel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.deliver.digest import Digest

_FOLDER = Path(__file__).parent / "look"
PAGES = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def render(digest: Digest) -> str:
    """Give the digest as an HTML document."""
    style = (_FOLDER / "page.css").read_text(encoding="utf-8")
    seal = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    # The style sheet is ours; everything else is escaped.
    values = {"digest": digest, "style": Markup(style), "seal": seal}  # noqa: S704
    return PAGES.get_template("page.html").render(values)


class PageChannel(FileChannel):
    """A file that always shows the newest digest."""

    name = "page"

    def payload(self, digest: Digest) -> Mapping[str, Any]:
        """Give the page."""
        return {"html": render(digest)}

    def text(self, payload: Mapping[str, Any], path: Path) -> str:  # noqa: ARG002  it keeps nothing of what was there
        """Give the page."""
        return str(payload["html"])
