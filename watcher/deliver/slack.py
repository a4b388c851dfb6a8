"""
Posting to Slack and reading back: what is sent, and what each of Slack's answers means.

Nothing is ever sent twice from here: the SDK's own retries are off (its connection handler repeats chat.postMessage
after a reset), and every error carries the fate that says what publishing may do. Slack's error names and which of
them mean that nothing was posted: https://docs.slack.dev/reference/methods/chat.postMessage
"""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from slack_sdk import WebClient  # noqa: TID251  the one seam to Slack
from slack_sdk.errors import SlackApiError, SlackClientError  # noqa: TID251  the one seam to Slack

from watcher.deliver.blocks import messages
from watcher.deliver.channel import Channel, Part, Receipt
from watcher.deliver.connection import interrupted, retry_after
from watcher.deliver.smaller import halve
from watcher.deliver.week import picture
from watcher.errors import DeliveryError, SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from slack_sdk.web import SlackResponse  # noqa: TID251  the one seam to Slack

    from watcher.deliver.channel import Doubt
    from watcher.deliver.digest import Digest
    from watcher.deliver.piece import Block
    from watcher.errors import Fate

API_URL = "https://slack.com/api/"
EVENT_TYPE = "watcher_digest"
TIMEOUT = 30
# Seconds for each step of uploading a picture: a report isn't to wait for it.
HASTE = 5
# Where a planned message holds its picture, until it is uploaded.
PICTURE = "picture"
# Slack takes about one message a second and channel.
PAUSE = 1.1
# Apps that are sold outside Slack's marketplace read so many messages at once; the others may, too.
PAGE = 15
# How far this machine's clock and Slack's may be apart.
SKEW = 120.0

_RETRY = {"ratelimited", "rate_limited", "service_unavailable", "request_timeout"}
_DESTINATION = {
    "channel_not_found": "Slack knows no such channel, or the bot may not see it",
    "not_in_channel": "the bot is not in the channel: write /invite @Watcher there",
    "is_archived": "the channel is archived",
    "message_limit_exceeded": "the workspace takes no more messages",
    "missing_scope": "the Slack app lacks a scope",
}
_TOKEN = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
_PAYLOAD = {"msg_too_long", "no_text"}
# The thread is gone or shut: the message may stand beside it.
_THREADLESS = {"thread_not_found", "cannot_reply_to_message", "restricted_action_thread_locked"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Whom Slack takes the token for, what it may do (nothing where Slack doesn't say), and Slack's clock."""

    who: str
    scopes: frozenset[str]
    at: datetime | None


class SlackChannel(Channel):
    """One Slack channel, addressed by its id."""

    name = "slack"
    is_readable = True

    def __init__(
        self, destination: str, *, token: str, api_url: str = API_URL, timeout: int = TIMEOUT, pause: float = PAUSE
    ) -> None:
        self._destination = destination
        self._token = token
        self._client = WebClient(token=token, base_url=api_url, timeout=timeout, retry_handlers=[], logger=_silent())
        # The SDK's own proxy setting ignores NO_PROXY; urllib's, which then holds, honours it.
        self._client.proxy = None
        self._uploader = WebClient(token=token, base_url=api_url, timeout=HASTE, retry_handlers=[], logger=_silent())
        self._uploader.proxy = None
        self.pause = pause

    def ready(self) -> None:
        """Raise SettingError while there is no token."""
        if not self._token:
            raise SettingError(
                "the environment variable SLACK_BOT_TOKEN is missing: set it, or put it into .env beside feeds.yaml.\n"
                "Get it at https://api.slack.com/apps: your app, OAuth & Permissions, Bot User OAuth Token (xoxb-…); "
                "the app needs the scopes chat:write and channels:history."
            )

    def plan(self, digest: Digest, key: str) -> list[Part]:
        """Give the messages that say the digest, exactly as they would be sent."""
        return plan(digest, self._destination, key)

    def address(self, destination: str) -> str:
        """Take over what was planned for another Slack channel: its id was mended meanwhile."""
        return self._destination if destination[:1] in ("C", "G", "D") else ""

    def halve(self, payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Say a refused message in two, or a single block of it in plain words."""
        return halve(message(payload))

    def named(self, payload: Mapping[str, Any], part: int, of: int) -> Mapping[str, Any]:
        """Give it another number in its metadata, by which it is found again."""
        metadata = payload["metadata"]
        named = {**metadata["event_payload"], "part": part, "of": of}
        return {**payload, "metadata": {**metadata, "event_payload": named}}

    def post(self, destination: str, payload: Mapping[str, Any], thread: str = "") -> Receipt:
        """Post one message; where its thread takes none, beside it. Raises DeliveryError."""
        self.ready()
        if file := self._upload(payload.get(PICTURE)):
            try:
                return self._post(destination, illustrated(payload, file), thread)
            except DeliveryError as error:
                if error.fate != "payload":
                    raise
        return self._post(destination, message(payload), thread)

    def _upload(self, picture: Mapping[str, str] | None) -> str:
        """Upload a picture into no channel, and give its file's id; "" where that fails."""
        if not picture:
            return ""
        try:
            answer = self._uploader.files_upload_v2(
                content=base64.b64decode(picture["png"]), filename="week.png", title="The week", alt_txt=picture["alt"]
            )
            return str(answer["files"][0]["id"])
        except Exception:  # noqa: BLE001  whatever it is, the report goes out without its picture
            return ""

    def _post(self, destination: str, said: Mapping[str, Any], thread: str) -> Receipt:
        body = {**said, "channel": destination} | ({"thread_ts": thread} if thread else {})
        try:
            answer = self._call("chat.postMessage", json=body)
        except SlackApiError as error:
            if thread and _error_name(error) in _THREADLESS:
                return self._post(destination, said, "")
            raise _refused(error, destination) from error
        if not answer.get("ts"):
            raise DeliveryError("Slack gave no receipt: the message may have been posted", "ambiguous")
        return Receipt(ts=str(answer["ts"]))

    def standing(self) -> Standing:
        """Ask who the token is. Raises DeliveryError."""
        self.ready()
        try:
            answer = self._call("auth.test")
        except SlackApiError as error:
            raise _refused(error, self._destination) from error
        headers = {name.lower(): text for name, text in answer.headers.items()}
        return Standing(
            who=f"{answer.get('user')} in {answer.get('team')}",
            scopes=frozenset(filter(None, map(str.strip, headers.get("x-oauth-scopes", "").split(",")))),
            at=parsedate_to_datetime(headers["date"]) if "date" in headers else None,
        )

    def find(self, doubt: Doubt) -> Receipt | None:
        """Look for a message by its metadata, in its thread and beside it. Raises DeliveryError."""
        self.ready()
        oldest = max(float(doubt.after or 0), doubt.since.timestamp() - SKEW)
        asked = {"channel": doubt.destination, "oldest": f"{oldest:.6f}", "limit": PAGE, "include_all_metadata": "true"}
        wanted = _name(doubt.payload)
        thread = [("conversations.replies", {**asked, "ts": doubt.thread})] if doubt.thread else []
        for method, where in [*thread, ("conversations.history", asked)]:
            for message in self._read(method, where):
                if _name(message) == wanted:
                    return Receipt(ts=str(message["ts"]))
        return None

    def _read(self, method: str, asked: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Give the messages page by page. Raises DeliveryError."""
        cursor = ""
        while True:
            try:
                answer = self._call(method, http_verb="GET", params={**asked, "cursor": cursor} if cursor else asked)
            except SlackApiError as error:
                if _error_name(error) in _THREADLESS:
                    return
                raise _refused(error, str(asked["channel"])) from error
            yield from answer.get("messages") or []
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _call(self, method: str, **how: Any) -> SlackResponse:  # noqa: ANN401  as the SDK takes it
        try:
            return self._client.api_call(method, **how)
        except SlackApiError:
            raise
        except (OSError, HTTPException, ValueError, SlackClientError) as error:
            raise interrupted(error, "Slack") from error


def _name(message: Mapping[str, Any]) -> tuple[str, str]:
    """Give the key and number that a message bears; ("", "") if it is none of ours."""
    metadata = message.get("metadata") or {}
    named = metadata.get("event_payload") or {} if metadata.get("event_type") == EVENT_TYPE else {}
    return str(named.get("key") or ""), str(named.get("part") or "")


def message(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give a planned message as chat.postMessage takes it: without the picture, which becomes a block once uploaded."""
    return {name: value for name, value in payload.items() if name != PICTURE}


def illustrated(payload: Mapping[str, Any], file: str = "given-by-the-upload") -> Mapping[str, Any]:
    """Give a planned message as chat.postMessage takes it where its picture, if it has one, was uploaded as `file`."""
    said, picture = message(payload), payload.get(PICTURE)
    if not picture:
        return said
    image: Block = {"type": "image", "slack_file": {"id": file}, "alt_text": picture["alt"]}
    return {**said, "blocks": [*said["blocks"][:2], image, *said["blocks"][2:]]}


def plan(digest: Digest, destination: str, key: str) -> list[Part]:
    """Give a digest's messages as `post` takes them. Pure."""
    found, shown = messages(digest), picture(digest.week)
    return [
        Part(
            key=key,
            part=number,
            of=len(found),
            destination=destination,
            articles=message.articles,
            is_reply=message.is_reply,
            payload={
                "channel": destination,
                "text": message.text,
                "blocks": list(message.blocks),
                "unfurl_links": False,
                "unfurl_media": False,
                "metadata": {
                    "event_type": EVENT_TYPE,
                    "event_payload": {"key": key, "part": number, "of": len(found)},
                },
                **({PICTURE: shown} if shown and number == 1 else {}),
            },
        )
        for number, message in enumerate(found, 1)
    ]


def _silent() -> logging.Logger:
    """Keep the SDK from logging: it would quote answers, and the errors raised here say everything."""
    logger = logging.getLogger("watcher.deliver.slack.sdk")
    logger.setLevel(logging.CRITICAL + 1)
    return logger


def _refused(error: SlackApiError, destination: str) -> DeliveryError:
    """Translate an answer of Slack's, whatever its form."""
    answer, name = error.response, _error_name(error)
    data = answer.data if isinstance(answer.data, dict) else {}
    if answer.status_code == 429 or name in _RETRY:
        return DeliveryError(f"Slack asks to wait ({name or 429})", "retry", retry_after=retry_after(answer.headers))
    if answer.status_code != 200:
        return DeliveryError(f"Slack answered HTTP {answer.status_code}: the message may have been posted", "ambiguous")
    fate = _fate(name)
    if fate == "ambiguous":
        what = name if name.isidentifier() else "an answer that is not JSON"
        return DeliveryError(f"Slack answered {what}: the message may have been posted", "ambiguous")
    return DeliveryError(_explain(name, fate, destination, str(data.get("needed") or "")), fate)


def _error_name(error: SlackApiError) -> str:
    data = error.response.data
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def _fate(name: str) -> Fate:
    """Say what an error's name allows; one that Slack doesn't document may mean anything."""
    if name in _DESTINATION or name.startswith("restricted_action"):
        return "destination"
    if name in _TOKEN:
        return "token"
    if name in _PAYLOAD or name.startswith(("invalid_blocks", "msg_blocks", "metadata_", "invalid_metadata")):
        return "payload"
    return "ambiguous"


def _explain(name: str, fate: Fate, destination: str, needed: str) -> str:
    if fate == "token":
        return f"Slack refuses SLACK_BOT_TOKEN ({name}): take the app's Bot User OAuth Token from https://api.slack.com/apps"
    if fate == "payload":
        return f"Slack refuses the message itself ({name})"
    why = _DESTINATION.get(name, "the workspace forbids this post")
    return f"Slack refuses the channel {destination} ({name}): {why}" + (f", {needed}" if needed else "")
