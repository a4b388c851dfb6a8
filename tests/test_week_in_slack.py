"""The week's picture in Slack: shown where it can be, and never in a report's way."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.command import Command, furnish
from tests.desk import DESK
from tests.fake_slack import TOKEN, FakeSlack, Fault
from tests.invented import digest
from watcher.deliver.chart import Box, Label
from watcher.deliver.matrix import Cell, Matrix
from watcher.deliver.slack import PICTURE, SlackChannel, message
from watcher.deliver.week import week
from watcher.errors import DeliveryError
from watcher.publish import Publisher

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.deliver.channel import Part

WEEK = Matrix(("Iran", "India"), ("Weapons", "Energy"), (Cell(0, 0, 12, "to"), Cell(1, 1, 1, "from")))


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[FakeSlack]:
    """Give a Slack whose app may upload files."""
    with FakeSlack(tmp_path / "ledger.jsonl") as running:
        running.scopes.add("files:write")
        yield running


def planned(slack: FakeSlack, **more: Any) -> tuple[SlackChannel, Part]:
    """Plan a digest with a picture; give its first part and the channel."""
    channel = SlackChannel(DESK, token=TOKEN, api_url=slack.url, timeout=2, **more)
    return channel, channel.plan(replace(digest(), week=WEEK), "key")[0]


def images(slack: FakeSlack) -> list[list[dict[str, Any]]]:
    """Give the picture blocks of each message."""
    return [[block for block in each["blocks"] if block["type"] == "image"] for each in slack.messages]


def test_the_week_is_shown_in_the_digest_itself(slack: FakeSlack) -> None:
    """Uploaded into no channel, it makes no message of its own, and says in words what it shows."""
    channel, part = planned(slack)
    channel.post(DESK, part.payload)
    ((image,),) = images(slack)
    assert image["slack_file"]["id"] in slack.files
    assert image["alt_text"].endswith("Iran weapons 12, India energy 1")
    assert slack.messages[0]["blocks"][2] == image
    assert slack.rudeness == []
    assert PICTURE not in slack.messages[0]


def test_a_preview_shows_the_picture_that_would_be_sent(
    slack: FakeSlack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of what `digest --format slack` prints only the id of a file that isn't uploaded yet is open."""
    monkeypatch.setattr(Publisher, "preview", lambda *_: replace(digest(), week=WEEK))
    furnish(tmp_path)
    shown = json.loads(Command(tmp_path, capsys, monkeypatch)("digest", "--format", "slack").out)
    channel, part = planned(slack)
    channel.post(DESK, part.payload)
    (sent,) = slack.messages
    assert shown[0]["blocks"][2]["slack_file"] == {"id": "given-by-the-upload"}
    shown[0]["blocks"][2]["slack_file"] = sent["blocks"][2]["slack_file"]
    assert shown[0]["blocks"] == sent["blocks"]
    assert [block["type"] for block in shown[1]["blocks"]].count("image") == 0


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        *(("files.getUploadURLExternal", kind) for kind in ("error", "reset", "truncated-json", "ratelimited-429")),
        *(("upload.week", kind) for kind in ("http-500", "reset")),
        *(("files.completeUploadExternal", kind) for kind in ("error", "http-500", "not-json")),
    ],
)
def test_without_an_upload_the_report_goes_out_alone(slack: FakeSlack, step: str, kind: Any) -> None:
    """Whatever fails on the way of the picture, the message is posted once without it."""
    slack.fail(Fault(kind, step=step, error="file_upload_failed"))
    channel, part = planned(slack)
    channel.post(DESK, part.payload)
    assert images(slack) == [[]]


def test_an_app_that_may_not_upload_posts_without(slack: FakeSlack) -> None:
    """The scope files:write is no condition."""
    slack.scopes.discard("files:write")
    channel, part = planned(slack)
    channel.post(DESK, part.payload)
    assert images(slack) == [[]]


def test_a_picture_that_is_refused_is_left_out(slack: FakeSlack) -> None:
    """Where the block is refused nothing was posted: the same message goes out without it."""
    slack.fail(Fault("error", error="invalid_blocks"))
    channel, part = planned(slack)
    channel.post(DESK, part.payload)
    assert images(slack) == [[]]
    assert slack.calls.count("chat.postMessage") == 2


def test_a_message_in_doubt_is_not_sent_again_without_its_picture(slack: FakeSlack) -> None:
    """A reset may have come after the message: only who settles doubts may send it again."""
    slack.fail(Fault("reset", is_committed=True))
    channel, part = planned(slack)
    with pytest.raises(DeliveryError) as caught:
        channel.post(DESK, part.payload)
    assert caught.value.fate == "ambiguous"
    assert len(slack.messages) == 1


def test_a_halved_message_has_no_picture(slack: FakeSlack) -> None:
    """What was too much is not said with more."""
    channel, part = planned(slack)
    assert not any(PICTURE in half for half in channel.halve(part.payload))
    assert base64.b64decode(part.payload[PICTURE]["png"]).startswith(b"\x89PNG")
    assert PICTURE not in message(part.payload)


def test_without_the_extra_that_paints_there_is_no_picture(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest needs no Pillow."""
    import sys

    monkeypatch.setitem(sys.modules, "PIL", None)
    assert PICTURE not in planned(slack)[1].payload


def test_boxes_show_the_way_and_labels_the_count() -> None:
    """A full box, an empty one, and each count beside its partner's name."""
    drawn = week(WEEK)
    assert {shape.text for shape in drawn.shapes if isinstance(shape, Label)} >= {"Iran", "India", "12", "Weapons"}
    assert {"#79b0f7", "#ffffff"} <= {shape.colour for shape in drawn.shapes if isinstance(shape, Box)}
    assert all(0 <= shape.x < drawn.width and 0 <= shape.y < drawn.height for shape in drawn.shapes)
