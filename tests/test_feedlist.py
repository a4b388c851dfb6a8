"""`watcher feeds add`, `remove`, `import` and `export`, as their user meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command import Command, furnish
from tests.feed_server import HTML, FeedServer, feed, item
from watcher.collect.feeds import load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.collect.feeds import Feed

NEWS = feed(
    item("Old one", link="https://example.org/1", date="Mon, 05 Jan 2026 10:00:00 GMT"),
    item("Second", link="https://example.org/2", date="Tue, 06 Jan 2026 10:00:00 GMT"),
    item("Newest \x1b]0;pwned\x07 of all".replace("\x1b", "&#27;"), guid="3", date="Thu, 08 Jan 2026 10:00:00 GMT"),
    item("Third", link="https://example.org/4", date="Wed, 07 Jan 2026 10:00:00 GMT"),
    title="The Daily <b>Sample</b>",
    language="en-GB",
)


@pytest.fixture(scope="module")
def web() -> Iterator[FeedServer]:
    """Serve a feed, a page that declares two feeds, and pages that have none."""
    with FeedServer() as server:
        server.put("/news.xml", NEWS)
        server.put("/more.xml", feed(title="More"))
        links = "".join(f'<link rel=alternate type=application/rss+xml href="/{name}">' for name in ("news.xml", "404"))
        more = '<link rel=alternate type=application/rss+xml href="/more.xml">'
        server.put("/page", f"<html><head>{links}{more}</head></html>", content_type=HTML)
        server.put("/one", f"<html><head>{links}</head></html>", content_type=HTML)
        yield server


@pytest.fixture
def watcher(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the command line in a workspace with one feed, which a rule asks for."""
    furnish(tmp_path, "{id: old, url: 'https://old.example/'}  # keep me")
    (tmp_path / "rules" / "watch" / "own.yaml").write_text("- {id: o, title: O, query: x, feeds: [old]}\n")
    return Command(tmp_path, capsys, monkeypatch)


def feeds_of(watcher: Command) -> dict[str, Feed]:
    """Give the feeds of feeds.yaml by id."""
    return {feed.id: feed for feed in load(watcher.folder / "feeds.yaml").feeds}


def test_a_feed_is_shown_before_it_is_added(watcher: Command, web: FeedServer) -> None:
    """Title, language and the three latest headlines, without what a terminal would obey; then it is written."""
    ran = watcher("feeds", "add", web.url("/news.xml"), "--tag", "wire", "--kind", "newspaper", stdin=b"y\n")
    assert ran.code == 0
    assert "1. The Daily Sample, language en, 4 articles" in ran.err
    assert [line.strip() for line in ran.err.splitlines() if line.startswith("   - ")] == [
        "- Newest ]0;pwned of all",
        "- Third",
        "- Second",
    ]
    added = feeds_of(watcher)["the-daily-sample"]
    assert (added.url, added.name, added.language) == (web.url("/news.xml"), "The Daily Sample", "en")
    assert (added.tags, added.kind) == (("wire",), "newspaper")
    assert "# keep me" in (watcher.folder / "feeds.yaml").read_text()


def test_nothing_is_added_without_a_yes(watcher: Command, web: FeedServer) -> None:
    """Neither where the answer is no, nor where nobody answers."""
    for stdin in (b"n\n", b""):
        ran = watcher("feeds", "add", web.url("/news.xml"), stdin=stdin)
        assert (ran.code, list(feeds_of(watcher))) == (2, ["old"])
        assert "nothing was added" in ran.err


def test_a_pages_feeds_are_found_and_one_is_chosen(watcher: Command, web: FeedServer) -> None:
    """What the page declares and is a feed; one already listed is not offered again."""
    ran = watcher("feeds", "add", web.url("/page"), stdin=b"3\n")
    assert (ran.code, "there is no 3 among them" in ran.err) == (2, True)
    ran = watcher("feeds", "add", web.url("/page"), "--id", "more", stdin=b"2\n")
    assert ran.code == 0
    assert feeds_of(watcher)["more"].url == web.url("/more.xml")
    assert watcher("feeds", "add", web.url("/page"), "--yes").code == 0
    assert feeds_of(watcher)["the-daily-sample"].url == web.url("/news.xml")
    ran = watcher("feeds", "add", web.url("/one"), "--yes")
    assert (ran.code, "is in feeds.yaml already" in ran.err) == (2, True)


def test_a_feed_that_has_moved_for_good_is_added_where_it_is_now(watcher: Command, web: FeedServer) -> None:
    """A temporary redirect keeps the address that was given."""
    assert watcher("feeds", "add", web.url("/302/ok"), "--yes", "--id", "kept").code == 0
    assert watcher("feeds", "add", web.url("/301/no-validators"), "--yes", "--id", "moved").code == 0
    assert feeds_of(watcher)["kept"].url == web.url("/302/ok")
    assert feeds_of(watcher)["moved"].url == web.url("/no-validators")


def test_an_address_without_a_feed_is_a_failed_source(watcher: Command, web: FeedServer) -> None:
    """A page that has none, an address that doesn't answer, a feed that was cut: the reason, and exit code 3."""
    ran = watcher("feeds", "add", web.url("/html"), "--yes")
    assert (ran.code, "none of 6 likely addresses is a feed" in ran.err) == (3, True)
    assert watcher("feeds", "add", web.url("/404"), "--yes").code == 3
    assert watcher("feeds", "add", web.url("/304"), "--yes").code == 3
    ran = watcher("feeds", "add", web.url("/empty"), "--yes")
    assert (ran.code, "empty" in ran.err) == (3, True)
    ran = watcher("feeds", "add", "no-such-host.invalid", "--yes")
    assert (ran.code, "dns" in ran.err) == (3, True)
    assert list(feeds_of(watcher)) == ["old"]


def test_an_id_that_is_taken_or_none_is_refused(watcher: Command, web: FeedServer) -> None:
    """Before anything is written."""
    ran = watcher("feeds", "add", web.url("/news.xml"), "--yes", "--id", "old")
    assert (ran.code, 'the id "old" is taken' in ran.err) == (2, True)
    ran = watcher("feeds", "add", web.url("/news.xml"), "--yes", "--id", "a b")
    assert (ran.code, "is not an id" in ran.err) == (2, True)


def test_a_secret_in_an_address_is_written_by_its_name(
    watcher: Command, web: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment's value is asked with, and neither shown nor stored."""
    monkeypatch.setenv("PATH_KEY", "news")
    ran = watcher("feeds", "add", web.url("/${PATH_KEY}.xml"), "--yes", "--id", "secret")
    assert ran.code == 0
    assert feeds_of(watcher)["secret"].url == web.url("/${PATH_KEY}.xml")
    assert "news.xml" not in ran.err


def test_a_feed_is_taken_out_unless_a_rule_asks_for_it(watcher: Command) -> None:
    """Its articles stay; a rule that names it would not load any more, so it is named instead."""
    ran = watcher("feeds", "remove", "old")
    assert (ran.code, list(feeds_of(watcher))) == (2, ["old"])
    assert "rules/watch/own.yaml:1:" in ran.err
    (watcher.folder / "rules" / "watch" / "own.yaml").unlink()
    assert watcher("feeds", "remove", "olf").code == 2
    assert watcher("feeds", "remove", "old", "old").code == 0
    assert feeds_of(watcher) == {}


def test_a_list_of_feeds_is_imported_and_exported(watcher: Command, tmp_path: Path) -> None:
    """Known addresses are left as they are; what can't be a feed is named, and the exit code says so."""
    outlines = "".join(
        f"<outline {text}/>"
        for text in (
            'text="Old" xmlUrl="https://old.example/"',
            'text="New" xmlUrl="https://new.example/" language="xx_YY_zzzzzzzzzzz" category="/oil/gas,asia"',
            'text="Bad" xmlUrl="ftp://bad.example/"',
            'text="Page" type="XML+XPath" xmlUrl="https://page.example/"',
        )
    )
    path = tmp_path / "theirs.opml"
    path.write_text(f"<opml><body>{outlines}</body></opml>")
    ran = watcher("feeds", "import", str(path))
    assert ran.code == 3
    assert "1 added, 1 listed already, 2 left out" in ran.err
    assert 'left out: Bad: "ftp://bad.example/" is not an http:// or https:// address' in ran.err
    assert feeds_of(watcher)["new"].tags == ("oil/gas", "asia")
    ran = watcher("feeds", "import", "-", stdin=path.read_bytes().replace(b"ftp:", b"http:").replace(b"XML+X", b""))
    assert (ran.code, "2 added, 2 listed already, 0 left out" in ran.err) == (0, True)
    again = watcher("feeds", "import", "-", stdin=b"<opml><body><outline xmlUrl='https://new.example/'/></body></opml>")
    assert (again.code, "0 added, 1 listed already" in again.err) == (0, True)
    assert watcher("feeds", "import", str(tmp_path / "no.opml")).code == 2


def test_what_is_exported_has_no_headers(watcher: Command, tmp_path: Path) -> None:
    """They may be secrets; that they are missing is said."""
    furnish(
        tmp_path, "{id: a, url: 'https://a.example/', headers: {X-Key: s3cret}}", "{id: b, url: 'https://b.example/'}"
    )
    ran = watcher("feeds", "export")
    assert ran.out.count("<outline ") == 2
    assert "s3cret" not in ran.out + ran.err
    assert ran.err == "written without their headers: a\n"
    assert watcher("feeds", "export", "--output", str(tmp_path / "f.opml")).out == ""
    assert (tmp_path / "f.opml").read_text() == ran.out
    furnish(tmp_path, "{id: b, url: 'https://b.example/'}")
    assert watcher("feeds", "export").err == ""
