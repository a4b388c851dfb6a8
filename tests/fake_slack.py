"""
A Slack of the tests' own: real HTTP on loopback, as strict as Slack is known to be, with a ledger on disk.

It refuses what Slack refuses (authorisation, channels, Block Kit's limits, metadata), keeps every message it took in a
file that outlives a killed client, and misbehaves on demand: a fault is a step ("chat.postMessage") and what goes wrong
there, before or after the message is in the channel. Limits and answers: https://docs.slack.dev, and what was measured
of the undocumented ones.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from tests.slack_limits import links_of, no, refusal

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "xoxb-fake-0123456789"

Kind = Literal[
    "ratelimited-429",
    "rate_limited",
    "error",
    "http-500",
    "reset",
    "timeout",
    "truncated-json",
    "not-json",
    "late",
    "late-commit",
    "no-ts",
    "none",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """
    What goes wrong at a step: `is_committed` says whether the message is in the channel nevertheless.

    A late commit resets at once, and the message comes into the channel after `seconds`. "none" lets a call pass.
    """

    kind: Kind
    step: str = "chat.postMessage"
    is_committed: bool = False
    error: str = ""
    seconds: float = 1.0
    more: dict[str, str] = field(default_factory=dict)


class FakeSlack:
    """The server; `channels` are the ids that exist, of which the bot is in `joined`."""

    def __init__(self, ledger: Path, *, token: str = TOKEN) -> None:
        self.ledger = ledger
        self.token = token
        self.channels = {"C0123ABCD": "desk", "C0456EFGH": "ops"}
        self.joined = set(self.channels)
        self.archived: set[str] = set()
        self.scopes = {"chat:write", "channels:history"}
        self.faults: list[Fault] = []
        self.files: list[str] = []
        self.calls: list[str] = []
        # What no client may do: ignore a Retry-After, send the very bytes that were refused.
        self.rudeness: list[str] = []
        self.pace = 0.0
        self.page = 999
        self._closed_until = 0.0
        self._refused: set[str] = set()
        self._lock = threading.Lock()
        self._last: dict[str, float] = {}
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.slack = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The value for SLACK_API_URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/api/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fail(self, *faults: Fault) -> None:
        """Let the next calls of each fault's step go wrong, one fault a call."""
        self.faults.extend(faults)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Every message in every channel, from the ledger."""
        if not self.ledger.exists():
            return []
        return [json.loads(line) for line in self.ledger.read_text(encoding="utf-8").splitlines()]

    @property
    def links(self) -> list[str]:
        """Every address linked in any message, in order, as Slack would open it."""
        return [link for message in self.messages for link in links_of(message["blocks"])]

    def take(self, step: str) -> Fault | None:
        """Take the fault planned for this call, if any."""
        with self._lock:
            self.calls.append(step)
            found = next((fault for fault in self.faults if fault.step == step), None)
            if found:
                self.faults.remove(found)
            return None if found and found.kind == "none" else found

    def answer(self, step: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        """Answer a call as Slack does, keeping what it posts."""
        if not token:
            return no("not_authed")
        if token != self.token:
            return no("invalid_auth")
        steps = {
            "chat.postMessage": self._post,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "auth.test": self._test,
            "files.getUploadURLExternal": self._receive,
            "files.completeUploadExternal": self._complete,
        }
        return steps[step](body) if step in steps else no("unknown_method")

    def _test(self, _body: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "team": "Example", "user": "watcher", "bot_id": "B0FAKE"}

    def _receive(self, _body: dict[str, Any]) -> dict[str, Any]:
        if "files:write" not in self.scopes:
            return no("missing_scope", needed="files:write")
        return {"ok": True, "upload_url": f"{self.url}upload.week", "file_id": f"F{len(self.calls)}"}

    def _complete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Keep uploaded files; one that is given to a channel would be a message of its own."""
        if body.get("channel_id") or body.get("channels"):
            self.rudeness.append("shared a file by itself")
        files = json.loads(body["files"]) if isinstance(body["files"], str) else body["files"]
        self.files += [each["id"] for each in files]
        return {"ok": True, "files": files}

    def _place(self, channel: object, scope: str) -> dict[str, Any] | None:
        if scope not in self.scopes:
            return no("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))
        if channel not in self.channels:
            return no("channel_not_found")
        if channel in self.archived:
            return no("is_archived")
        return None if channel in self.joined else no("not_in_channel")

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        refused = self._place(body.get("channel"), "chat:write")
        if refused:
            return refused
        bytes_sent = json.dumps(body, sort_keys=True)
        if bytes_sent in self._refused:
            self.rudeness.append("sent what was refused")
        refused = refusal(body) or self._misthreaded(body)
        if refused:
            self._refused.add(bytes_sent)
            return refused
        with self._lock:
            stamp = max(time.time(), self._last.get("ts", 0.0) + 0.001)
            self._last["ts"] = stamp
            message = {**body, "ts": f"{stamp:.6f}", "type": "message", "bot_id": "B0FAKE"}
            with self.ledger.open("a", encoding="utf-8") as file:
                file.write(json.dumps(message) + "\n")
                file.flush()
        return {"ok": True, "channel": body["channel"], "ts": message["ts"], "message": message}

    def _misthreaded(self, body: dict[str, Any]) -> dict[str, Any] | None:
        thread = body.get("thread_ts")
        heads = [m["ts"] for m in self.messages if m["channel"] == body["channel"] and not m.get("thread_ts")]
        return no("thread_not_found") if thread and thread not in heads else None

    def _history(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._read(body, [message for message in self.messages if not message.get("thread_ts")][::-1])

    def _replies(self, body: dict[str, Any]) -> dict[str, Any]:
        head = body.get("ts")
        found = [message for message in self.messages if head in (message["ts"], message.get("thread_ts"))]
        return self._read(body, found) if found else no("thread_not_found")

    def _read(self, body: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Any]:
        """Give a page of a channel's messages that are newer than `oldest`; metadata only to who asks for it."""
        refused = self._place(body.get("channel"), "channels:history")
        if refused:
            return refused
        oldest = float(body.get("oldest", 0))
        seen = [
            {key: value for key, value in message.items() if key != "metadata" or body.get("include_all_metadata")}
            for message in found
            if message["channel"] == body["channel"] and float(message["ts"]) > oldest
        ]
        start = int(body.get("cursor") or 0)
        end = start + min(int(body.get("limit", 100)), self.page)
        more = {"response_metadata": {"next_cursor": str(end)}} if len(seen) > end else {}
        return {"ok": True, "messages": seen[start:end], "has_more": len(seen) > end, **more}

    def close_for(self, seconds: float) -> None:
        """Remember that a client was asked to wait."""
        self._closed_until = time.monotonic() + seconds

    def watch(self, step: str) -> None:
        """Note a call that comes before a Retry-After is over; clocks may differ a little."""
        if step == "chat.postMessage" and time.monotonic() < self._closed_until - 0.05:
            self.rudeness.append("ignored Retry-After")

    def is_too_fast(self, channel: object) -> bool:
        """Whether a second post came to a channel within `pace` seconds."""
        with self._lock:
            now = time.monotonic()
            is_soon = now - self._last.get(str(channel), -1e9) < self.pace
            if not is_soon:
                self._last[str(channel)] = now
            return is_soon


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    slack: FakeSlack

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: a client that was killed or reset on purpose is no error of the server's."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name
        """Keep quiet."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        slack, step = self.server.slack, urlsplit(self.path).path.rpartition("/")[2]
        body = self._body()
        slack.watch(step)
        fault = slack.take(step)
        if fault and fault.kind == "late-commit":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            threading.Timer(fault.seconds, slack.answer, (step, body, token)).start()
            self._reset()
            return
        if fault and not fault.is_committed:
            self._misbehave(fault)
            return
        if step == "chat.postMessage" and slack.is_too_fast(body.get("channel")):
            self._misbehave(Fault("ratelimited-429"))
            return
        if step == "upload.week" and not fault:
            self._send(200, "text/plain", b"OK")
            return
        answer = slack.answer(step, body, self.headers.get("Authorization", "").removeprefix("Bearer "))
        if fault:
            self._misbehave(fault)
        else:
            scopes = {"X-OAuth-Scopes": ",".join(sorted(slack.scopes))} if step == "auth.test" else {}
            self._json(answer, headers=scopes)

    def _body(self) -> dict[str, Any]:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("utf-8", "replace")
        query = dict(parse_qsl(urlsplit(self.path).query))
        if "json" in self.headers.get("Content-Type", ""):
            return {**query, **(json.loads(raw) if raw else {})}
        return {**query, **dict(parse_qsl(raw))}

    def _misbehave(self, fault: Fault) -> None:
        if fault.kind == "ratelimited-429":
            self.server.slack.close_for(fault.seconds)
            self._json(no("ratelimited"), status=429, headers={"Retry-After": f"{fault.seconds:.0f}"})
        elif fault.kind == "rate_limited":
            self._json(no("rate_limited"))
        elif fault.kind == "error":
            self._json(no(fault.error, **fault.more))
        elif fault.kind == "http-500":
            self._send(500, "text/html", b"<html><body>Something went wrong</body></html>")
        elif fault.kind == "not-json":
            self._send(200, "text/html", b"<html>captive portal</html>")
        elif fault.kind == "truncated-json":
            self._send(200, "application/json", b'{"ok": true, "ts": "17')
        elif fault.kind == "timeout":
            time.sleep(fault.seconds)
            self._reset()
        elif fault.kind == "late":
            time.sleep(fault.seconds)
            self._json({"ok": True, "ts": "0"})
        elif fault.kind == "no-ts":
            self._json({"ok": True})
        else:
            self._reset()

    def _reset(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _json(self, answer: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> None:
        self._send(status, "application/json; charset=utf-8", json.dumps(answer).encode(), headers)

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
