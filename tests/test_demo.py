"""The samples as the demo serves them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from watcher import demo

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2027, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_every_sample_says_that_it_is_one() -> None:
    """Nobody can take an invented outlet for a real one."""
    for path in demo.SAMPLES.iterdir():
        assert "sample" in path.read_text(encoding="utf-8")[:400].lower()


def test_samples_are_served_with_dates_that_end_now() -> None:
    """RSS and JSON dates keep their form and their distances, and lie in the two days before now."""
    with demo.serve(NOW) as base:
        rss = ET.fromstring(_get(f"{base}/harbour-courier.xml"))
        ledger = json.loads(_get(f"{base}/strait-ledger.json"))
    dates = [parsedate_to_datetime(each.text or "") for each in rss.iter("pubDate")]
    dates += [datetime.fromisoformat(item["date_published"]) for item in ledger["items"]]
    assert all(NOW - timedelta(days=3) < date < NOW for date in dates)


def test_the_server_is_gone_after_the_demo_and_knows_no_other_files() -> None:
    """Only samples are served, and only while the demo runs."""
    with demo.serve(NOW) as base, pytest.raises(urllib.error.HTTPError):
        _get(f"{base}/../demo.py")
    with pytest.raises(urllib.error.URLError):
        _get(f"{base}/harbour-courier.xml")


def test_a_demo_workspace_is_made_afresh(tmp_path: Path, root: Path) -> None:
    """An old archive of the demo goes; a Slack channel stands in its digests where one is given."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "watcher.db").write_text("old", encoding="utf-8")
    for channel in ("", "C0123ABCD"):
        demo.make(tmp_path, base="http://127.0.0.1:1", rules=root / "rules", channel=channel)
        plans = (tmp_path / "rules" / "digests.yaml").read_text(encoding="utf-8")
        assert (channel or "terminal") in plans
    assert not (tmp_path / "state" / "watcher.db").exists()
    assert demo.PLANTED in (tmp_path / "feeds.yaml").read_text(encoding="utf-8")


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as answer:
        body: bytes = answer.read()
        return body
