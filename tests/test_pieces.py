"""Entries that were read before are cut out: whatever changes around them, nothing is read otherwise for it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from watcher.collect import body as bodies
from watcher.collect import pieces
from watcher.collect.feeds import Feed
from watcher.collect.parse import parse
from watcher.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.collect.parse import Parsed

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FEED = Feed(id="desk", url="https://feeds.example.org/rss")
OWN = sorted((ROOT / "tests" / "feeds").glob("*.xml"))
RSS = "<rss version='2.0'><channel><title>t</title><link>https://example.org/</link>{}</channel></rss>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title>{}</feed>"
RDF = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
    "<channel rdf:about='x'><title>t</title><link>https://example.org/</link></channel>{}</rdf:RDF>"
)
ENTRIES = {
    RSS: "<item><guid>{0}</guid><title>News {0}</title><description>{1}</description></item>",
    ATOM: "<entry><id>urn:x:{0}</id><title>News {0}</title><summary>{1}</summary></entry>",
    RDF: "<item rdf:about='https://example.org/{0}'><title>News {0}</title><description>{1}</description></item>",
}


def read(text: str, known: str = "", *, feed: Feed = FEED, url: str = "") -> Parsed:
    """Parse a text, all but the entries of known marks."""
    return parse(text.encode(), feed, content_type="text/xml; charset=utf-8", url=url, known=known, now=NOW)


def check_alike(before: str, after: str) -> tuple[int, int]:
    """
    Assert that leaving out what is known loses nothing and invents nothing; give how many were read and left out.

    What is read is read as in the whole document, and what is left out is exactly as it was before.
    """
    known = read(before)
    whole, rest = read(after), read(after, known.marks)
    old = {article.id: article for article in known.articles}
    left = [article for article in whole.articles if article not in rest.articles]
    assert [article for article in whole.articles if article not in left] == list(rest.articles)
    assert all(old[article.id] == article for article in left)
    assert (whole.title, whole.language, whole.ttl, whole.warning) == (
        rest.title,
        rest.language,
        rest.ttl,
        rest.warning,
    )
    assert rest.marks in (whole.marks, "")
    assert rest.known >= len(left)
    return len(rest.articles), rest.known


def shuffled(text: str) -> str:
    """Change a document in all four ways: its entries in reverse, the first edited, the last gone, one more."""
    text, _ = re.subn(r"<lastBuildDate>[^<]*", "<lastBuildDate>Sat, 21 Nov 2026 07:00:00 GMT", text)
    cut = pieces.cut(text, "")
    if cut is None:
        return text
    entries = [text[start:end] for start, end in cut.places]
    first = re.sub(r"<title([^>]*)>(\s*<!\[CDATA\[)?", r"<title\1>\2Changed ", entries[0], count=1)
    ids = re.compile(r"(<(?:guid|id)[^>]*>)|(rdf:about=.)")
    added = ids.sub(lambda found: f"{found[0]}https://example.org/added/", first.replace("Changed ", "Added "))
    added = re.sub(r"<link>[^<]*", "<link>https://example.org/added", added, count=1)
    start, end = cut.places[0][0], cut.places[-1][1]
    return text[:start] + "\n".join([added, *reversed([first, *entries[1:-1]])]) + text[end:]


def text_of(path: Path) -> str:
    """Give a file's text as parse sees it, "" where it is no feed of XML."""
    try:
        text = bodies.trim(bodies.read_text(path.read_bytes()))
    except SourceError:
        return ""
    return text if bodies.form_of(text) == "xml" else ""


def is_readable(text: str) -> bool:
    """Say whether parse makes articles of it."""
    try:
        return bool(read(text).articles)
    except SourceError:
        return False


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_our_own_feeds_read_alike_both_ways(path: Path) -> None:
    """Whole or without what is known, a changed document gives the same news."""
    text = text_of(path)
    if is_readable(text):
        check_alike(text, shuffled(text))
        check_alike(text, text)


def test_the_captured_feeds_read_alike_both_ways(shared: Path) -> None:
    """On every real feed, changed in all four ways, most entries are left out and nothing differs."""
    count = left = 0
    for path in sorted((shared / "feeds").glob("*.xml")):
        text = text_of(path)
        if is_readable(text):
            some, known = check_alike(text, shuffled(text))
            count += some + known
            left += known
    assert count > 7000
    assert left / count > 0.8


@given(
    st.sampled_from([RSS, ATOM, RDF]),
    st.lists(st.integers(1, 6), max_size=6),
    st.lists(st.integers(1, 6), max_size=6),
    st.sampled_from(["same", "other"]),
)
def test_any_change_of_entries_reads_alike_both_ways(page: str, before: list[int], after: list[int], body: str) -> None:
    """Entries that come, go, change places, change their text or stand twice: both ways see the same."""

    def document(numbers: list[int], text: str) -> str:
        return page.format("".join(ENTRIES[page].format(number, text if number > 3 else "same") for number in numbers))

    check_alike(document(before, "same"), document(after, body))


def test_only_what_is_new_is_read() -> None:
    """Of thirty entries with one new, one is read."""
    entries = [ENTRIES[RSS].format(number, "x") for number in range(31)]
    assert check_alike(RSS.format("".join(entries[:30])), RSS.format("".join(entries[30:] + entries[:29]))) == (1, 29)


def test_a_document_of_known_entries_alone_is_no_empty_feed() -> None:
    """Nothing new is no warning."""
    text = RSS.format(ENTRIES[RSS].format(1, "x"))
    again = read(text, read(text).marks)
    assert (again.articles, again.known, again.warning) == ((), 1, "")
    assert read(RSS.format(""), read(text).marks).warning == "no-entries"


@pytest.mark.parametrize(
    "unusual",
    [
        "<!DOCTYPE rss>" + RSS.format("<item><guid>1</guid></item>"),
        RSS.format("<item><guid>1</guid><item><guid>2</guid></item></item>"),
        RSS.format("<item><guid>1</guid></item></item>"),
        RSS.format("<item><guid>1</guid></item><item>"),
        RSS.format("<item><guid>1</guid></item><item/>"),
        RSS.format("<item><guid>1</guid></item><item><link>https://example.org/1</link></item>"),
        RSS.format("<item><title>a</title></item>"),
        RSS.format("<item><guid></guid><link>https://example.org/1</link></item>"),
        RSS.format("<item><link>relative</link></item>"),
        RSS.format("<item><guid>1</guid></entry>"),
        RSS.format(""),
        RSS.format("".join(f"<item><guid>{number}</guid></item>" for number in range(pieces.MOST + 1))),
    ],
)
def test_whatever_is_unusual_is_read_whole(unusual: str) -> None:
    """No mark is made where an entry can't be told from its neighbours at a glance."""
    assert pieces.cut(unusual, "") is None


@pytest.mark.parametrize(
    "twins",
    [
        "<item><guid>1</guid><title>a</title></item><item><guid>1</guid></item>",
        "<item><guid>1</guid><title>a</title></item><item><guid>2</guid><title>a</title></item>",
    ],
)
def test_entries_that_share_an_id_or_a_title_are_always_read(twins: str) -> None:
    """What each of them is depends on the others; their neighbours are known all the same."""
    cut = pieces.cut(RSS.format(twins + "<item><guid>3</guid></item><item><guid>4</guid></item>"), "")
    assert cut is not None
    assert [bool(mark) for mark in cut.marks] == [False, False, True, True]
    assert cut.without(cut.known) == (RSS.format(twins), 2)


@pytest.mark.parametrize(
    "entry",
    [
        "<item><guid isPermaLink='false'><![CDATA[ 1 ]]></guid></item>",
        "<item><link>https://example.org/1</link></item>",
        "<item><guid>1</guid><description><![CDATA[</item><item>2</item>]]></description></item>",
        "<item><guid>1</guid><!-- </item><item> --></item>",
        "<item>\n<guid>1</guid\n></item\n>",
    ],
)
def test_what_is_quoted_or_odd_to_the_eye_is_no_hindrance(entry: str) -> None:
    """CDATA and comments may hold anything, and a link names an entry that has no id."""
    cut = pieces.cut(RSS.format(entry), "")
    assert cut is not None
    assert len(cut.marks) == 1
    assert cut.without("".join(cut.marks)) == (RSS.format(""), 1)


def test_other_surroundings_are_another_document() -> None:
    """Where the site, the namespaces, the feed's kind or its address change, everything is read again."""
    entry = "<item><guid>1</guid><link>a</link><title>News - Desk</title></item>"
    text = RSS.format(entry)
    marks = read(text).marks
    assert read(text, marks).known == 1
    assert read(text.replace("<title>t", "<title>other"), marks).known == 1
    assert read(text.replace("https://example.org/", "https://example.net/"), marks).known == 0
    assert read(text.replace("<channel>", "<channel xml:base='https://example.net/'>"), marks).known == 0
    assert read(text, marks, url="https://moved.example.org/").known == 0
    assert read(text, marks, feed=FEED.model_copy(update={"kind": "aggregator"})).known == 0


def test_a_document_that_breaks_is_read_whole() -> None:
    """Known entries don't hide that the document is no longer well-formed: then feedparser has all of it."""
    entries = [ENTRIES[RSS].format(number, "x") for number in range(3)]
    marks = read(RSS.format("".join(entries))).marks
    broken = read(RSS.format("".join(entries) + "<image><url>a&b</url></image>"), marks)
    assert (len(broken.articles), broken.known, broken.marks) == (3, 0, "")
    odd = RSS.format("".join(entries) + "<item><guid>9</guid><description><b>x</b></description></item>")
    assert (len(read(odd, marks).articles), read(odd, marks).known) == (1, 3)
