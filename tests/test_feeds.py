"""feeds.yaml as people write it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from watcher.collect.feeds import FeedList, Kind, Span, expand, load
from watcher.errors import DocumentError, SettingError

if TYPE_CHECKING:
    from pathlib import Path


def loaded(folder: Path, text: str) -> FeedList:
    """Write and load a feeds.yaml."""
    path = folder / "feeds.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, shown="feeds.yaml")


def problems(folder: Path, text: str) -> list[str]:
    """Give what is wrong with a feeds.yaml, a line each."""
    with pytest.raises(DocumentError) as caught:
        loaded(folder, text)
    return [problem.render().partition("\n")[0] for problem in caught.value.problems]


WHOLE = """\
contact: desk@example.org
defaults: {interval: 1h, timeout: 10s, host_pause: 2s}
feeds:
  - id: sample-world
    url: https://feeds.example.org/world.xml
    name: Sample, World
    language: en
    country: GB
    kind: broadcaster
    tags: [wire, world]
    interval: 15m
  - {id: own, url: "http://127.0.0.1:8000/${PATH_KEY}", host_pause: 0s, enabled: false, headers: {X-Key: "${KEY}"}}
"""


def test_a_feed_has_the_files_defaults_where_it_says_nothing(tmp_path: Path) -> None:
    """What a feed says counts before the defaults, and these before our own."""
    feeds = loaded(tmp_path, WHOLE)
    world, own = feeds.feeds
    assert feeds.contact == "desk@example.org"
    assert feeds.warnings == ()
    assert (world.interval, world.timeout, world.host_pause) == (timedelta(minutes=15), 10.0, 2.0)
    assert (own.interval, own.host_pause, own.enabled, own.kind) == (timedelta(hours=1), 0.0, False, "other")
    (plain,) = loaded(tmp_path, "contact: a@b.example\nfeeds: [{id: a, url: https://a.example/}]").feeds
    assert (plain.interval, plain.timeout, plain.host_pause) == (timedelta(minutes=30), 20.0, None)


def test_values_of_the_environment_stay_unexpanded(tmp_path: Path) -> None:
    """What is loaded, and so shown and stored, has the variable's name; only expand() knows its value."""
    own = loaded(tmp_path, WHOLE).feeds[1]
    assert own.url.endswith("/${PATH_KEY}")
    assert own.headers == {"X-Key": "${KEY}"}
    assert expand(own.url, {"PATH_KEY": "s3"}) == "http://127.0.0.1:8000/s3"
    with pytest.raises(SettingError, match="variable PATH_KEY is missing"):
        expand(own.url, {"PATH_KEY": ""})
    assert expand("no variable", {}) == "no variable"
    assert loaded(tmp_path, 'feeds: [{id: a, url: "${WHOLE}"}]').feeds[0].url == "${WHOLE}"


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Unknown keys, kinds, addresses, spans and ids taken twice, each at its line and column."""
    text = """\
feeds:
  - id: one
    url: htps://example.org/
    knd: wire
    interval: 15
  - {id: one, url: "http://example.org/x", kind: wires}
"""
    assert problems(tmp_path, text) == [
        'feeds.yaml:3:10: "htps://example.org/" is not an http:// or https:// address',
        'feeds.yaml:4:5: unknown key "knd" (did you mean "kind"?)',
        "feeds.yaml:5:15: 15 is not a span of time: write 90s, 30m, 6h, 3d or 2w",
        'feeds.yaml:6:10: the id "one" is taken by the feed in line 2: choose another',
        f'feeds.yaml:6:50: "wires" is not one of {", ".join(get_args(Kind))} (did you mean "wire"?)',
    ]


@pytest.mark.parametrize(
    "entry",
    [
        "{id: 'a b', url: https://example.org/}",
        "{id: '', url: https://example.org/}",
        "{id: a, url: https:///path}",
        "{id: a, url: 'http://[broken/'}",
        "{id: a, url: 'http://example.org:0/'}",
        "{id: a, url: 'http://example.org/a b'}",
        "{id: a, url: ftp://example.org/}",
        "{id: a}",
        "{url: https://example.org/}",
        "{id: a, url: https://example.org/, language: English!}",
        "{id: a, url: https://example.org/, country: Britain}",
        "{id: a, url: https://example.org/, interval: 0m}",
        "{id: a, url: https://example.org/, interval: 99999d}",
        "{id: a, url: https://example.org/, timeout: 10m}",
        '{id: a, url: https://example.org/, headers: {"X Y": z}}',
        '{id: a, url: https://example.org/, headers: {X: "a\\r\\nHost: b"}}',
        "nothing but text",
    ],
)
def test_a_feed_that_can_not_be_fetched_as_written_is_refused(tmp_path: Path, entry: str) -> None:
    """One mistake, one problem, in the line where it stands."""
    (problem,) = problems(tmp_path, f"contact: a@b.example\nfeeds:\n  - {entry}\n")
    assert problem.startswith("feeds.yaml:3:")


def test_a_contact_goes_into_a_header(tmp_path: Path) -> None:
    """So it has to be plain ASCII."""
    (problem,) = problems(tmp_path, "contact: schreibtisch@größe.example\nfeeds: []\n")
    assert problem.startswith('feeds.yaml:1:10: "schreibtisch@größe.example" is not a contact')


def test_a_file_without_feeds_is_refused(tmp_path: Path) -> None:
    """Empty, a list instead of keys, or no list of feeds."""
    for text in ("", "- a\n", "contact: a@b.example\n", "feeds: 7\n"):
        assert problems(tmp_path, text)


def test_what_nobody_must_mend_is_a_warning(tmp_path: Path) -> None:
    """A missing contact, and one address twice."""
    text = "feeds:\n  - {id: a, url: https://a.example/}\n  - {id: b, url: https://a.example/}\n"
    found = [warning.render().partition("\n")[0] for warning in loaded(tmp_path, text).warnings]
    assert found == [
        "feeds.yaml:1:1: warning: has no contact: add an address that publishers can write to",
        'feeds.yaml:3:18: warning: has the same address as the feed "a": it is fetched twice',
    ]


def test_a_span_is_a_number_and_a_unit() -> None:
    """As in every file of a workspace."""
    span = TypeAdapter(Span)
    assert [span.validate_python(text) for text in ("90s", "1.5h", "3d", "2 w")] == [
        timedelta(seconds=90),
        timedelta(minutes=90),
        timedelta(days=3),
        timedelta(days=14),
    ]
    for wrong in ("3", 3, "3 fortnights", None):
        with pytest.raises(ValidationError):
            span.validate_python(wrong)
