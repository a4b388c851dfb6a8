"""The sample feeds: served on loopback with dates that end now, and a workspace that reads them."""

from __future__ import annotations

import re
import shutil
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = Path(__file__).resolve().parent / "samples"
PLANTED = "closed-gazette"
# The samples' own "now".
_BASE = datetime(2026, 1, 15, 12, tzinfo=UTC)
_ISO = re.compile(rb"\b2026-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_RFC = re.compile(rb"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} 2026 \d\d:\d\d:\d\d GMT")
_TYPES = {".xml": "application/xml", ".json": "application/feed+json", ".html": "text/html; charset=utf-8"}
_FEEDS = """\
contact: sample feeds served on this machine
defaults: {{interval: 30m}}
feeds:
  - {{id: harbour-courier, url: "{base}/harbour-courier.xml", language: en, kind: newspaper}}
  - {{id: meridian-wire, url: "{base}/meridian-wire.xml", language: en, kind: wire, tags: [wire]}}
  - {{id: strait-ledger, url: "{base}/strait-ledger.json", language: en, kind: trade-press}}
  - {{id: steppe-observer, url: "{base}/steppe-observer.xml", language: en, kind: broadcaster}}
  - {{id: lantern-institute, url: "{base}/lantern-institute.xml", language: en, kind: think-tank}}
  - {{id: faro-austral, url: "{base}/faro-austral.xml", language: es, kind: newspaper}}
  - {{id: stepnoy-golos, url: "{base}/stepnoy-golos.xml", language: ru, kind: newspaper}}
  - {{id: jade-river, url: "{base}/jade-river.json", language: zh, country: CN, kind: newspaper}}
  - {{id: gangbyeon-ilbo, url: "{base}/gangbyeon-ilbo.xml", language: ko, country: KR, kind: newspaper}}
  - {{id: khazar-agency, url: "{base}/khazar-agency.xml", language: fa, country: IR, kind: state-media}}
  - {{id: closed-gazette, url: "{base}/closed-gazette.html", name: The Closed Gazette (sample), language: sr}}
"""
_DIGESTS = """\
channels:
  desk: {channel}
digests:
  - {{id: demo, title: "Russia's partners: sample digest", at: ["08:00"], timezone: UTC, channel: desk}}
"""


@contextmanager
def serve(now: datetime) -> Iterator[str]:
    """Serve the samples on a free loopback port, their dates moved to end at `now`; gives the address."""
    pages = {path.name: shift(path.read_bytes(), now - _BASE) for path in SAMPLES.iterdir() if path.suffix in _TYPES}

    class Handler(_Handler):
        bodies = pages

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def make(folder: Path, *, base: str, rules: Path, channel: str = "") -> None:
    """
    Make the demo's workspace afresh: feeds at `base`, the watch rules of `rules`, an empty archive.

    `channel` is the Slack channel's id, or "" for the terminal.
    """
    for old in folder.glob("state/watcher.db*"):
        old.unlink()
    shutil.rmtree(folder / "rules", ignore_errors=True)
    shutil.copytree(rules / "watch", folder / "rules" / "watch")
    (folder / "state").mkdir(exist_ok=True)
    target = f"{{slack: {channel}}}" if channel else "{terminal: true}"
    (folder / "feeds.yaml").write_text(_FEEDS.format(base=base), encoding="utf-8")
    (folder / "rules" / "digests.yaml").write_text(_DIGESTS.format(channel=target), encoding="utf-8")


def shift(body: bytes, by: timedelta) -> bytes:
    """Move every date of a sample, to the second, in the form it has."""

    def iso(found: re.Match[bytes]) -> bytes:
        return f"{datetime.fromisoformat(found[0].decode()) + by:%Y-%m-%dT%H:%M:%SZ}".encode()

    def rfc(found: re.Match[bytes]) -> bytes:
        return format_datetime(parsedate_to_datetime(found[0].decode()) + by, usegmt=True).encode()

    return _RFC.sub(rfc, _ISO.sub(iso, body))


class _Handler(BaseHTTPRequestHandler):
    """Answers with a sample, and silently."""

    bodies: dict[str, bytes] = {}  # noqa: RUF012  each server's class has its own

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        body = self.bodies.get(name)
        if body is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", _TYPES[Path(name).suffix])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing: the demo's output is the digest."""
