"""A scan over feed files: each read apart, so that one document costs no other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.feed_server import feed, item
from tests.treachery import Shipped, Treacherous
from watcher.scan import Desk, Scanned, find_files, scan_files

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 13, 7, 0, tzinfo=UTC)


def write(folder: Path, **bodies: bytes) -> Path:
    """Write feed files, by their names."""
    for name, body in bodies.items():
        (folder / f"{name}.xml").write_bytes(body)
    return folder


def told(results: list[Scanned]) -> list[tuple[str, str, int]]:
    """Give each file's name, reason and number of articles."""
    return [(result.source, result.reason, result.articles) for result in results]


def test_a_file_that_kills_or_hangs_its_reader_costs_itself_alone(tmp_path: Path) -> None:
    """It is named with its reason; the others, before and after it, are read, in the order of their names."""
    good = feed(item("Iran supplied drones to Russia", guid="1"))
    folder = write(tmp_path, a=good, b=b"<rss>CRASH</rss>", c=good, d=b"<rss>HANG</rss>", e=good, f=b"<html/>")
    results = list(scan_files(find_files(folder), Desk(Treacherous(), NOW), patience=2))
    assert told(results) == [
        ("a.xml", "", 1), ("b.xml", "crashed", 0), ("c.xml", "", 1), ("d.xml", "timeout", 0), ("e.xml", "", 1),
        ("f.xml", "html-page", 0),
    ]  # fmt: skip
    assert results[0].relevant == 1


def test_a_file_that_cannot_be_opened_is_one_failure(tmp_path: Path) -> None:
    """A file too large, or gone since it was listed, stands among the results."""
    folder = write(tmp_path, a=feed(item("A", guid="1")), b=b"x", c=b"<!" + bytes(16 * 1024 * 1024))
    files = find_files(folder)
    (folder / "b.xml").unlink()
    results = list(scan_files(files, Desk(Shipped(), NOW)))
    assert told(results) == [("a.xml", "", 1), ("b.xml", "unreachable", 0), ("c.xml", "too-large", 0)]


def test_whoever_stops_looking_leaves_nothing_running(tmp_path: Path) -> None:
    """A consumer that has seen enough ends the scan, whatever is still being read."""
    folder = write(tmp_path, a=feed(item("A", guid="1")), b=b"<rss>HANG</rss>", c=b"<rss>HANG</rss>")
    results = scan_files(find_files(folder), Desk(Treacherous(), NOW))
    assert next(iter(results)).source == "a.xml"
    results.close()  # type: ignore[attr-defined]
