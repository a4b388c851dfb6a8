"""
Posting to an incoming webhook: Slack's with blocks, any other with Markdown and the digest as JSON.

A webhook answers no name for what it took, so nothing can be looked for: a message of unknown fate is posted again, or
held, as its digest says. The address is a secret: it is read from the environment, and never stored, shown or logged.
"""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from watcher.collect.feeds import expand
from watcher.deliver.blocks import messages
from watcher.deliver.channel import Channel, Part, Receipt
from watcher.deliver.connection import interrupted, retry_after
from watcher.deliver.markdown import render
from watcher.deliver.record import record
from watcher.deliver.smaller import halve
from watcher.errors import DeliveryError, SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.deliver.digest import Digest

PREFIX = "webhook:"
SLACK = ("hooks.slack.com", "hooks.slack-gov.com")
# Slack's words for a message that it will never take.
_PAYLOAD = ("invalid_payload", "invalid_blocks", "no_text", "msg_too_long", "msg_blocks_too_long")


class _Direct(HTTPRedirectHandler):
    """Follows no redirect: a webhook that moved is told, and its message goes nowhere else."""

    def redirect_request(self, *_asked: object) -> None:
        """Give no other request."""
        return


class WebhookChannel(Channel):
    """The address that a variable of the environment holds."""

    name = "webhook"
    pause = 1.1

    def __init__(self, wording: str, environ: Mapping[str, str], timeout: float) -> None:
        """Take the address as digests.yaml says it, `${NAME}`."""
        self._wording = wording
        self._environ = environ
        self._timeout = timeout
        self._opener = build_opener(_Direct)

    def ready(self) -> None:
        """Raise SettingError while the variable is missing or holds no address."""
        parts = urlsplit(self._address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingError(
                f"{self._wording} of rules/digests.yaml is no address that starts with https:// or http://"
            )

    def plan(self, digest: Digest, key: str) -> list[Part]:
        """Give the messages: as many as Slack needs, or one."""
        if urlsplit(self._address).hostname not in SLACK:
            payload = {"text": render(digest), "digest": record(digest)}
            return [self._part(key, 1, 1, payload, digest.articles)]
        said = messages(digest)
        return [
            self._part(key, number, len(said), {"text": each.text, "blocks": list(each.blocks)}, each.articles)
            for number, each in enumerate(said, 1)
        ]

    def address(self, destination: str) -> str:
        """Take over what was planned for another variable."""
        return f"{PREFIX}{self._wording}" if destination.startswith(PREFIX) else ""

    def halve(self, payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Say what Slack refuses in smaller messages."""
        return halve(payload) if "blocks" in payload else []

    def post(self, destination: str, payload: Mapping[str, Any], thread: str = "") -> Receipt:  # noqa: ARG002
        """Post one message. Raises DeliveryError."""
        body = json.dumps(payload).encode()
        # The scheme is http or https: `ready` saw to it.
        request = Request(self._address, body, {"Content-Type": "application/json"})  # noqa: S310
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                answer.read(1000)
        except HTTPError as error:
            with error:
                raise self._refused(error) from None
        except (OSError, HTTPException) as error:
            raise interrupted(error, f"the webhook {self._wording}") from None
        return Receipt()

    @property
    def _address(self) -> str:
        return expand(self._wording, self._environ).strip()

    def _part(self, key: str, part: int, of: int, payload: Mapping[str, Any], articles: tuple[str, ...]) -> Part:
        place = f"{PREFIX}{self._wording}"
        return Part(key=key, part=part, of=of, destination=place, payload=payload, articles=articles)

    def _refused(self, error: HTTPError) -> DeliveryError:
        code, who = error.code, f"the webhook {self._wording}"
        if code == 429:
            return DeliveryError(f"{who} asks to wait (429)", "retry", retry_after=retry_after(dict(error.headers)))
        if code >= 500:
            return DeliveryError(f"{who} answered HTTP {code}: the message may have been posted", "ambiguous")
        said = error.read(200).decode("utf-8", "replace")
        is_payload = code == 413 or any(word in said for word in _PAYLOAD)
        return DeliveryError(f"{who} answered HTTP {code}", "payload" if is_payload else "destination")
