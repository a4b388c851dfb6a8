"""JSONL items, as strangers write them."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher import items
from watcher.errors import ItemError

if TYPE_CHECKING:
    from watcher.collect.article import Article


def _read(raw: bytes) -> tuple[list[Article], str]:
    """Give the articles, and the error that ended the reading or ""."""
    found: list[Article] = []
    try:
        found.extend(items.read(io.BufferedReader(io.BytesIO(raw)), name="x.jsonl"))
    except ItemError as error:
        return found, str(error)
    return found, ""


def _line(**item: object) -> bytes:
    return json.dumps({"id": "1", "title": "t"} | item).encode() + b"\n"


def test_an_item_becomes_an_article() -> None:
    """All fields arrive, the time in UTC, the link in canonical form."""
    fields = {"summary": "s", "body": "b", "source": "S", "language": "en"}
    raw = _line(url="HTTPS://Example.org/a?utm_source=x", published="2026-01-13T01:21:40+01:00", other=1, **fields)
    (article,), error = _read(raw)
    assert not error
    assert article.url == "https://example.org/a"
    assert article.published == datetime(2026, 1, 13, 0, 21, 40, tzinfo=UTC)
    assert [getattr(article, name) for name in fields] == list(fields.values())


def test_gzip_blank_lines_and_a_byte_order_mark_are_taken() -> None:
    """What editors and archives do to a file does no harm."""
    raw = b"\xef\xbb\xbf" + _line() + b"\n" + _line(id="2", published=None, url=None)
    assert [article.id for article in _read(raw)[0]] == ["1", "2"]
    assert [article.id for article in _read(gzip.compress(raw))[0]] == ["1", "2"]


def test_a_time_without_an_offset_is_utc() -> None:
    """A naive time is taken as UTC, a date as its midnight."""
    (article,), _ = _read(_line(published="2026-01-13"))
    assert article.published == datetime(2026, 1, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b"{\n", "is not JSON"),
        (b'{"id": "1", "title": "\xff"}\n', "is not UTF-8"),
        (b"[1]\n", "is not an object"),
        (b'{"title": "t"}\n', 'has no "id"'),
        (b'{"id": 5, "title": "t"}\n', '"id" is not a text'),
        (_line(published="yesterday"), '"published" is not a time'),
        (_line(published=1768263700), '"published" is not a time'),
        (_line(published="0001-01-01T00:00:00+10:00"), "out of range"),
        (b"[" * 200_000 + b"\n", "is nested too deeply"),
    ],
)
def test_a_bad_line_is_named_and_what_came_before_stands(bad: bytes, said: str) -> None:
    """The second line's number and fault are told; the first line's article was given."""
    found, error = _read(_line() + bad + _line(id="3"))
    assert [article.id for article in found] == ["1"]
    assert error.startswith("x.jsonl, line 2: ")
    assert said in error


def test_a_line_of_monstrous_length_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is read into memory past the limit."""
    monkeypatch.setattr(items, "MAX_LINE", 100)
    assert "longer than 100 bytes" in _read(_line(title="x" * 200))[1]


def test_gzip_data_cut_short_is_an_error_after_what_could_be_read() -> None:
    """A broken download is told as such, and not as the end of the file."""
    packed = gzip.compress(b"".join(_line(id=str(number), title=f"title {number * 7919}") for number in range(5000)))
    found, error = _read(packed[: len(packed) // 2])
    assert found
    assert f"line {len(found) + 1}: the gzip data is damaged or cut short" in error


def test_half_a_surrogate_pair_is_replaced() -> None:
    """A title that no encoding could print becomes printable."""
    (article,), _ = _read(rb'{"id": "1", "title": "a\ud800b"}')
    assert article.title == "a?b"


@given(st.binary(max_size=200))
def test_any_bytes_give_articles_or_an_item_error(raw: bytes) -> None:
    """Nothing but ItemError comes out, whatever goes in."""
    _read(raw)
    _read(b"\x1f\x8b" + raw)
