"""Lists of feeds as other readers write them, and as we do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.collect import opml
from watcher.collect.discover import candidates
from watcher.collect.feeds import Feed, read_span, spell_span
from watcher.errors import InputError

MINIFLUX = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
    <head>
        <title>Miniflux</title>
        <dateCreated>Mon, 05 Jan 2026 10:00:00 UTC</dateCreated>
    </head>
    <body>
        <outline text="Harbours">
            <outline title="Quay &amp; Crane" text="Quay &amp; Crane" xmlUrl="https://quay.example/feed.xml" htmlUrl="https://quay.example/" description="Ships"></outline>
        </outline>
        <outline text="All"></outline>
    </body>
</opml>"""  # noqa: E501  as it is written
FRESHRSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0" xmlns:frss="https://freshrss.org/opml">
  <head><title>FreshRSS</title></head>
  <body>
    <outline text="Uncategorized">
      <outline text="Plain" type="rss" xmlUrl="https://plain.example/rss" description=""/>
    </outline>
    <outline text="Metal" frss:opmlUrl="">
      <outline text="Foundry" type="rss" xmlUrl="https://foundry.example/rss" frss:priority="main"/>
      <outline text="A page" type="HTML+XPath" xmlUrl="https://page.example/" frss:xPathItem="//li"/>
    </outline>
  </body>
</opml>"""
FEEDLY = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0">
    <head><title>A person's subscriptions in feedly Cloud</title></head>
    <body>
        <outline text="Oil" title="Oil">
            <outline type="rss" text="Barrel" title="Barrel" xmlUrl="http://barrel.example/feed" htmlUrl="http://barrel.example"/>
        </outline>
        <outline text="Asia" title="Asia">
            <outline type="rss" text="Barrel" title="Barrel" xmlUrl="http://barrel.example/feed" htmlUrl="http://barrel.example"/>
        </outline>
    </body>
</opml>"""


def told(content: bytes) -> list[tuple[str, str, tuple[str, ...]]]:
    """Give the address, title and tags of an OPML file's feeds."""
    return [(each.url, each.title, each.tags) for each in opml.read(content, "f.opml").outlines]


def test_lists_of_miniflux_freshrss_and_feedly_are_read() -> None:
    """Folders are tags; a feed that lies in two folders comes once; what takes pages apart by rules is named."""
    assert told(MINIFLUX) == [("https://quay.example/feed.xml", "Quay & Crane", ("Harbours",))]
    assert told(FRESHRSS) == [
        ("https://plain.example/rss", "Plain", ()),
        ("https://foundry.example/rss", "Foundry", ("Metal",)),
    ]
    assert opml.read(FRESHRSS, "f.opml").others == ("A page",)
    assert told(FEEDLY) == [("http://barrel.example/feed", "Barrel", ("Oil", "Asia"))]


@pytest.mark.parametrize("theirs", [MINIFLUX, FRESHRSS, FEEDLY])
def test_what_was_imported_is_exported_alike(theirs: bytes) -> None:
    """Addresses, titles and folders come back."""
    entries = [opml.entry(outline, ()) for outline in opml.read(theirs, "f.opml").outlines]
    ours = "".join(opml.write(Feed.model_validate(entry) for entry in entries)).encode()
    assert told(ours) == told(theirs)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20).map(
    lambda text: " ".join(text.split())
)


@given(
    st.lists(WORDS.filter(lambda word: word.strip(" /") == word != "" and "," not in word), max_size=3, unique=True),
    WORDS,
    st.integers(1, 10_000),
    st.booleans(),
)
def test_our_own_list_comes_back_whole(tags: list[str], name: str, minutes: int, is_on: bool) -> None:
    """Ids, kinds, countries, intervals: everything but headers, whatever letters names and tags have."""
    place = {"id": "a.b", "url": "https://a.example/?x=1&y=<2>", "language": "pt-BR", "country": "BR", "kind": "wire"}
    said = {"name": name or "n", "tags": tags, "interval": f"{minutes}m", "enabled": is_on, "fulltext": not is_on}
    feed = Feed.model_validate(place | said)
    (outline,) = opml.read("".join(opml.write([feed])).encode(), "f.opml").outlines
    assert Feed.model_validate(opml.entry(outline, ())) == feed


def test_an_id_is_made_of_the_title_or_the_site() -> None:
    """Latin letters only, and never one that is taken."""
    made = [
        opml.entry(opml.Outline(url, title), taken)["id"]
        for url, title, taken in (
            ("https://x.example/", "Café au lait: the news!", ()),
            ("https://www.новости.example/", "Новости", ()),
            ("https://www.daily.example/", "日報", ()),
            ("https://x.example/", "Daily", ("daily", "daily-2")),
            ("https://новости/", "Новости", ()),
        )
    ]
    assert made == ["cafe-au-lait-the-news", "example", "daily-example", "daily-3", "feed"]


def test_an_old_feed_address_is_read_as_the_web_address_it_means() -> None:
    """`feed:` was once a scheme of its own; languages with an underscore are those with a hyphen."""
    body = b'<opml><body><outline xmlurl="feed://a.example/"/><outline xmlUrl="feed:https://b.example/"/></body></opml>'
    assert [url for url, _, _ in told(body)] == ["http://a.example/", "https://b.example/"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not valid XML: no element found"),
        (b"<opml><body>", "f.opml:1:13: is not valid XML"),
        (b"<html/>", "its first element is <html>"),
        (b'<!DOCTYPE o [<!ENTITY a "b">]><opml/>', "declares entities"),
        (b'<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml>&a;</opml>', "declares entities"),
        (b"<opml>" + b"<outline>" * 99 + b"</outline>" * 99 + b"</opml>", "nested deeper"),
        (b" " * (opml.MAX_BYTES + 1), "larger than 15 MiB"),
    ],
)
def test_what_is_no_list_of_feeds_is_refused(content: bytes, message: str) -> None:
    """Broken XML, other documents, entities, folders without end."""
    with pytest.raises(InputError, match=message):
        opml.read(content, "f.opml")


@pytest.mark.parametrize("text", ["90s", "15m", "6h", "3d", "2w", "25h"])
def test_a_span_is_written_as_it_is_read(text: str) -> None:
    """In the largest unit that has no rest."""
    assert spell_span(read_span(text)) == text


PAGE = """<html><head><base href="/news/"><base href="/other/"><link rel="alternate stylesheet" href="x.css">
<link REL="Alternate" type="application/atom+xml; charset=utf-8" href="atom"/>
<link rel=alternate type=application/rss+xml href=javascript:alert(1)><link rel=alternate type=application/rss+xml>
<link rel=alternate type=application/rss+xml href="http://[::1"></head><body><a href="/rss">RSS</a></body></html>"""


def test_a_pages_feeds_are_those_it_declares() -> None:
    """Relative to its base, and never what is no web address."""
    assert candidates(PAGE, "https://a.example/x") == ["https://a.example/news/atom"]


def test_a_page_that_declares_none_is_searched_for_links_named_like_feeds() -> None:
    """And one without any is asked at the usual places; a base that is no address is passed over."""
    linked = '<base href="http://[::1"><a href="/feeds/world.xml">x</a><a href="?rss">y</a><a href="/prospects">z</a>'
    assert candidates(linked, "https://a.example/x") == ["https://a.example/feeds/world.xml"]
    usual = candidates("<p>nothing", "https://a.example/x/y")
    assert usual[:2] == ["https://a.example/feed", "https://a.example/rss"]
