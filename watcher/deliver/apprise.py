"""
Posting through Apprise: mail, Matrix, Teams, ntfy and a hundred more, by addresses from the environment.

Apprise says only whether all went well: what didn't may have arrived, so it is posted again, or held, as its digest
says. The addresses are secrets: never stored, shown or logged.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from watcher.collect.feeds import expand
from watcher.deliver.channel import Channel, Part, Receipt
from watcher.deliver.markdown import render
from watcher.errors import DeliveryError, SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.deliver.digest import Digest

PREFIX = "apprise:"


class AppriseChannel(Channel):
    """The services whose addresses a variable of the environment holds, with spaces between them."""

    name = "apprise"

    def __init__(self, wording: str, environ: Mapping[str, str]) -> None:
        """Take the addresses as digests.yaml says them, `${NAME}`."""
        self._wording = wording
        self._environ = environ

    def ready(self) -> None:
        """Raise SettingError while Apprise isn't installed, or the variable is missing or holds no such address."""
        self._open()

    def plan(self, digest: Digest, key: str) -> list[Part]:
        """Give the digest as one message in Markdown; Apprise cuts it as each service needs it."""
        payload = {"title": digest.title, "body": render(digest)}
        place = f"{PREFIX}{self._wording}"
        return [Part(key=key, part=1, of=1, destination=place, payload=payload, articles=digest.articles)]

    def address(self, destination: str) -> str:
        """Take over what was planned for another variable."""
        return f"{PREFIX}{self._wording}" if destination.startswith(PREFIX) else ""

    def post(self, destination: str, payload: Mapping[str, Any], thread: str = "") -> Receipt:  # noqa: ARG002
        """Hand one message over. Raises DeliveryError."""
        if not self._open().notify(title=payload["title"], body=payload["body"], body_format="markdown"):
            raise DeliveryError(f"Apprise could not deliver to all of {self._wording}: some may have it", "ambiguous")
        return Receipt()

    def _open(self) -> Any:  # noqa: ANN401  an Apprise
        try:
            import apprise  # noqa: PLC0415, TID251  an extra, and slow to import
        except ImportError as error:
            raise SettingError(
                "channels by apprise need Apprise: pip install 'watcher[apprise]', or 'apprise' beside Watcher"
            ) from error
        # It would log addresses, which hold passwords.
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
        opened = apprise.Apprise()
        for address in expand(self._wording, self._environ).split():
            if not opened.add(f"{address}{'&' if '?' in address else '?'}overflow=split"):
                raise SettingError(f"{self._wording} of rules/digests.yaml holds an address that Apprise doesn't know")
        if not opened:
            raise SettingError(f"{self._wording} of rules/digests.yaml holds no address")
        return opened
