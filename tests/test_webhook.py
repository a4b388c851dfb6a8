"""Webhooks and Apprise: what they are sent, what each answer means, and that no address is ever shown or stored."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.desk import DESK
from tests.invented import digest
from watcher.channels import Access, open_channel
from watcher.deliver.apprise import AppriseChannel
from watcher.deliver.digests import ChannelPlan
from watcher.deliver.webhook import WebhookChannel
from watcher.errors import DeliveryError, SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator


# Apprise asks for a module of Python's that 3.13 drops.
IMPORT = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")


class Hook(ThreadingHTTPServer):
    """A server that keeps what it is sent and answers as told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[dict[str, Any]] = []
        self.answers: list[tuple[int, str]] = []

    @property
    def url(self) -> str:
        """The secret address."""
        return f"http://127.0.0.1:{self.server_address[1]}/hook/s3cret"


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name
        """Keep quiet."""

    def do_POST(self) -> None:
        """Take a message, and answer with what is next."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        code, said = self.server.answers.pop(0) if self.server.answers else (200, "ok")
        if code == 0:
            time.sleep(2)
            return
        if code < 300:
            self.server.taken.append(body)
        self.send_response(code)
        self.send_header("Content-Length", str(len(said)))
        self.send_header("Retry-After", "7")
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(said.encode())


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Give a running one."""
    server = Hook()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def channel(address: str) -> WebhookChannel:
    """Make a channel to an address."""
    return WebhookChannel("${DESK_HOOK}", {"DESK_HOOK": address}, timeout=1)


def test_any_webhook_gets_markdown_and_the_digest_as_data(hook: Hook) -> None:
    """In one message that links all articles, under a name that shows no address."""
    made = channel(hook.url)
    made.ready()
    (part,) = made.plan(digest(), "key")
    assert (part.destination, part.articles) == ("webhook:${DESK_HOOK}", digest().articles)
    assert made.address("webhook:${OLD_HOOK}") == "webhook:${DESK_HOOK}"
    assert made.address(DESK) == ""
    assert made.post(part.destination, part.payload).ts == ""
    (taken,) = hook.taken
    assert taken["text"].startswith("# Russia's partners")
    assert taken["digest"]["id"] == digest().id
    assert made.halve(part.payload) == []
    assert "s3cret" not in json.dumps(dict(part.payload))


def test_slacks_own_webhooks_get_blocks(hook: Hook) -> None:
    """As many messages as Slack needs, and smaller ones where it refuses one."""
    made = channel("https://hooks.slack.com/services/T0/B0/s3cret")
    parts = made.plan(digest(), "key")
    assert [part.part for part in parts] == list(range(1, len(parts) + 1))
    assert {article for part in parts for article in part.articles} == set(digest().articles)
    assert parts[0].payload["blocks"][0]["type"] == "header"
    assert len(made.halve(parts[0].payload)) == 2


@pytest.mark.parametrize(
    ("answer", "fate", "said"),
    [
        ((429, "slow"), "retry", "asks to wait"),
        ((503, "down"), "ambiguous", "HTTP 503: the message may have been posted"),
        ((0, ""), "ambiguous", "didn't answer in time"),
        ((404, "no_service"), "destination", "HTTP 404"),
        ((302, ""), "destination", "HTTP 302"),
        ((400, "invalid_blocks"), "payload", "HTTP 400"),
        ((413, ""), "payload", "HTTP 413"),
    ],
)
def test_each_answer_has_its_fate(hook: Hook, answer: tuple[int, str], fate: str, said: str) -> None:
    """What may be sent again, what not, what a person must mend; the address is in no message."""
    hook.answers.append(answer)
    with pytest.raises(DeliveryError) as caught:
        channel(hook.url).post("webhook:${DESK_HOOK}", {"text": "x"})
    assert (caught.value.fate, said in str(caught.value)) == (fate, True), caught.value
    assert "s3cret" not in str(caught.value)
    assert caught.value.retry_after == (7 if fate == "retry" else None)
    assert hook.taken == []


def test_an_address_where_nobody_listens_may_be_tried_again() -> None:
    """Nothing was sent."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DeliveryError, match="can't be reached") as caught:
        channel(f"http://127.0.0.1:{port}/s3cret").post("webhook:${DESK_HOOK}", {"text": "x"})
    assert caught.value.fate == "retry"


@pytest.mark.parametrize("address", ["", "ftp://example.org/x", "hooks.example.org", "https://"])
def test_a_webhook_without_an_address_is_told(address: str) -> None:
    """The variable is named, what it holds isn't."""
    with pytest.raises(SettingError, match="DESK_HOOK") as caught:
        channel(address).ready()
    assert "example.org" not in str(caught.value)


@IMPORT
def test_apprise_hands_it_on(hook: Hook) -> None:
    """To every service that the variable names; a failure of one is a doubt."""
    environ = {"DESK_URLS": f"{hook.url.replace('http', 'json')} {hook.url.replace('http', 'json')}?method=post"}
    made = AppriseChannel("${DESK_URLS}", environ)
    made.ready()
    (part,) = made.plan(digest(), "key")
    assert (part.destination, part.articles) == ("apprise:${DESK_URLS}", digest().articles)
    assert made.address("apprise:${OLD}") == "apprise:${DESK_URLS}"
    assert made.address(DESK) == ""
    made.post(part.destination, part.payload)
    assert {message["title"] for message in hook.taken} == {"Russia's partners"}
    assert len(hook.taken) >= 2
    hook.answers.append((500, ""))
    with pytest.raises(DeliveryError, match="some may have it") as caught:
        made.post(part.destination, part.payload)
    assert caught.value.fate == "ambiguous"


@pytest.mark.parametrize(
    ("held", "said"), [("nowhere://x", "doesn't know"), (" ", "holds no address"), ("", "missing")]
)
def test_addresses_that_apprise_cannot_use_are_told(held: str, said: str) -> None:
    """Before anything is planned."""
    with pytest.raises(SettingError, match=said):
        AppriseChannel("${DESK_URLS}", {"DESK_URLS": held}).ready()


def test_without_apprise_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(SettingError, match=r"pip install 'watcher\[apprise\]'"):
        AppriseChannel("${DESK_URLS}", {"DESK_URLS": "json://x"}).ready()


def test_a_channel_may_be_both() -> None:
    """Each place takes what was planned for it."""
    plan = ChannelPlan(webhook="${DESK_HOOK}", apprise="${DESK_URLS}")
    fanout = open_channel(plan, Access(out=sys.stdout, environ={"DESK_HOOK": "https://x.example/"}))
    assert [getattr(fanout.at(place), "name", "") for place in ("webhook:${X}", "apprise:${X}", DESK)] == [
        "webhook",
        "apprise",
        "",
    ]
