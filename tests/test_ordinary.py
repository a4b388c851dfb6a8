"""The quick way through ordinary feeds: it reads what feedparser reads, or gives up."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from watcher.collect import body as bodies
from watcher.collect import ordinary, parse
from watcher.collect.element import UnusualError
from watcher.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.collect.entry import Channel

SPACES = " ".join(
    f'xmlns:{prefix}="{space}"'
    for prefix, space in {
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "media": "http://search.yahoo.com/mrss/",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "atom": "http://www.w3.org/2005/Atom",
        "sy": "http://purl.org/rss/1.0/modules/syndication/",
        "desk": "https://example.org/desk",
        "news": "https://example.org/news",
    }.items()
)
HEAD = "<title>The &amp;lt;Desk&amp;gt;</title><link>https://example.org/</link><language>en-gb</language><ttl>60</ttl>"
RSS = f"<rss version='2.0' {SPACES}><channel>{HEAD}{{}}</channel></rss>"
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='de_AT' xmlns:media='http://search.yahoo.com/mrss/'>"
    "<title type='html'>T&amp;amp;T</title><link href='https://example.org/'/><link rel='self' href='/feed'/>{}</feed>"
)
# What items of RSS are made of, each more than once to see which counts.
IN_ITEM = [
    "<title>News &amp;amp; &lt;b&gt;more&lt;/b&gt;</title>",
    "<title><![CDATA[Größe “1”]]></title>",
    "<title/>",
    "<link>https://example.org/1?a=1&amp;amp;b=2</link>",
    "<link> /relative </link>",
    "<link/>",
    "<atom:link rel='related' href='https://example.org/r'/>",
    "<atom:link href='https://example.org/atom'/>",
    "<atom:link type='application/json' href='https://example.org/json'/>",
    "<guid>https://example.org/g</guid>",
    "<guid isPermaLink='false'>g-1</guid>",
    "<description>A summary.</description>",
    "<description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;</description>",
    "<description></description>",
    "<content:encoded><![CDATA[<p>The whole text.</p>]]></content:encoded>",
    "<itunes:summary>Of the sound.</itunes:summary>",
    "<dc:description>Another.</dc:description>",
    "<media:description>A caption, longer than the summary.</media:description>",
    "<media:group><media:content url='a'><media:description>Deep</media:description></media:content></media:group>",
    "<media:content url='a'><media:title>Picture</media:title><media:credit>A.</media:credit></media:content>",
    "<media:title>Picture</media:title>",
    "<media:keywords>tea, trade</media:keywords>",
    "<media:thumbnail url='b'/>",
    "<pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate>",
    "<dc:date>2026-01-05T10:00:00Z</dc:date>",
    "<atom:updated>2026-01-06T10:00:00Z</atom:updated>",
    "<dcterms:created>2026-01-04</dcterms:created>",
    "<author>desk@example.org (Ana Example)</author>",
    "<author>desk@example.org</author>",
    "<dc:creator>Ben Example</dc:creator>",
    "<itunes:author/>",
    "<category>Trade</category>",
    "<category domain='x'/>",
    "<dc:subject>Trade</dc:subject>",
    "<source url='https://example.net/'>The Gazette</source>",
    "<enclosure url='https://example.org/1.mp3' type='audio/mpeg' length='1'/>",
    "<comments>https://example.org/1#c</comments>",
    "<desk:priority>9</desk:priority>",
    "<desk:box a='1'><desk:deep>x</desk:deep></desk:box>",
    "<news:kind>x</news:kind>",
    "<byline>By nobody</byline>",
    "<image>https://example.org/1.jpg</image>",
    "<description xml:base='https://example.net/x/' xml:lang='fr'>A &lt;a href='/y'&gt;link&lt;/a&gt;.</description>",
    "<content:encoded xml:lang='fr'>Du texte.</content:encoded>",
    "<author xml:base='/x'>Ana Example</author>",
    "<title>NaÃ¯ve\x92s</title>",
]
IN_ENTRY = [
    "<title>News &amp;amp; &lt;b&gt;more</title>",
    "<title type='html'>News &amp;amp; &lt;b&gt;more&lt;/b&gt;</title>",
    "<link href='https://example.org/1'/>",
    "<link rel='alternate' type='text/html' href='https://example.org/2'/>",
    "<link rel='enclosure' href='https://example.org/1.mp3'/>",
    "<link rel='edit' href='/edit/1'/>",
    "<id>tag:example.org,2026:1</id>",
    "<id>https://example.org/id</id>",
    "<summary>A &lt;b&gt; summary.</summary>",
    "<summary type='html'>A &lt;b&gt;summary&lt;/b&gt;.</summary>",
    "<content>Plain &lt;b&gt; text.</content>",
    "<content type='html'>&lt;p&gt;The text.&lt;/p&gt;</content>",
    "<published>2026-01-05T10:00:00Z</published>",
    "<updated>2026-01-06T10:00:00Z</updated>",
    "<author><name>Ana Example</name><uri>https://example.org/ana</uri></author>",
    "<author><name> Ben Example </name><email>ben@example.org</email></author>",
    "<category term='trade' label='Trade'/>",
    "<category term='tea'/>",
    "<rights>Free</rights>",
    "<content type='html' xml:lang='en-us' xml:base='/x'>&lt;a href='/y'&gt;Y&lt;/a&gt;</content>",
    "<summary xml:base='/x'>A summary.</summary>",
    "<media:group><media:title>News</media:title><media:description>Words.</media:description></media:group>",
]


def by_feedparser(text: str) -> Channel:
    """Read by the long way."""
    return parse._channel(parse._parsed(text), is_whole=True)


def is_read(text: str) -> bool:
    """Say whether a text is read the quick way, and then assert that it is read as the long way reads it."""
    try:
        channel = ordinary.read(text)
    except UnusualError:
        return False
    assert channel == by_feedparser(text)
    return True


@pytest.mark.parametrize("element", IN_ITEM)
def test_an_items_element_is_read_as_feedparser_reads_it(element: str) -> None:
    """One by one, whatever an item is made of."""
    is_read(RSS.format(f"<item>{element}</item>"))
    assert is_read(RSS.format(f"<item><title>Own</title>{element}</item>")) or element.startswith(("<title", "<news"))


@pytest.mark.parametrize("element", IN_ENTRY)
def test_an_entrys_element_is_read_as_feedparser_reads_it(element: str) -> None:
    """One by one, whatever an Atom entry is made of."""
    assert is_read(ATOM.format(f"<entry>{element}</entry>")) or "media" in element


@given(st.lists(st.lists(st.sampled_from(IN_ITEM), max_size=9), min_size=1, max_size=3))
def test_any_items_are_read_as_feedparser_reads_them(items: list[list[str]]) -> None:
    """In any order and number: the same, or given up."""
    is_read(RSS.format("".join(f"<item>{''.join(elements)}</item>" for elements in items)))


@given(st.lists(st.lists(st.sampled_from(IN_ENTRY), max_size=8), min_size=1, max_size=3))
def test_any_entries_are_read_as_feedparser_reads_them(entries: list[list[str]]) -> None:
    """In any order and number: the same, or given up."""
    is_read(ATOM.format("".join(f"<entry>{''.join(elements)}</entry>" for elements in entries)))


@pytest.mark.parametrize(
    "head",
    [
        "<itunes:summary>Of the feed.</itunes:summary>",
        "<itunes:summary>Of the feed.</itunes:summary><description>Again.</description>",
        "<itunes:summary>Of the feed.</itunes:summary><itunes:summary>Again.</itunes:summary>",
        "<description>What it is.</description>",
        "<image><url>https://example.org/i.png</url><title>Image</title><link>https://example.org/i</link></image>",
        "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
        "<atom:link href='https://example.org/other'/>",
        "<atom:link rel='hub' href='https://hub.example.org/'/>",
        "<itunes:owner><itunes:name>A</itunes:name></itunes:owner>",
        "<desk:note>x</desk:note>",
    ],
)
def test_a_head_is_read_as_feedparser_reads_it(head: str) -> None:
    """What a feed says of itself comes out the same."""
    assert is_read(RSS.format(f"{head}<item><title>News</title></item>"))


IN_HEAD = [
    "<description>The feed.</description>",
    "<itunes:summary>Of the feed.</itunes:summary>",
    "<dc:description>Another.</dc:description>",
    "<link>https://example.org/head</link>",
    "<item><description>A.</description><itunes:summary>B.</itunes:summary></item>",
    "<item><title>x</title><content:encoded>C.</content:encoded><description>D.</description></item>",
]


@given(
    st.lists(st.sampled_from(IN_HEAD), max_size=6),
    st.lists(st.sampled_from([each for each in IN_ITEM if "ummar" in each or "escription" in each]), max_size=4),
)
def test_summaries_of_feed_and_items_are_read_as_feedparser_reads_them(head: list[str], item: list[str]) -> None:
    """A feed's second summary has feedparser take those of the next item another way."""
    is_read(RSS.format(f"{''.join(head)}<item>{''.join(item)}</item><item>{''.join(item)}</item>"))


AUTHORS = [each for each in IN_ITEM if "author" in each or "creator" in each]


@given(st.lists(st.sampled_from([*AUTHORS, "<author>a.b@example.net (C)</author>", "<author/>"]), max_size=4))
def test_authors_are_read_as_feedparser_reads_them(authors: list[str]) -> None:
    """With an address and without, in any order: never left to the long way."""
    assert is_read(RSS.format(f"<item><title>x</title>{''.join(authors)}</item>"))


MISSPELT = {
    "dc": "https://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss",
    "content": "http://purl.org/rss/1.0/modules/content",
    "sy": "http://purl.org/rss/modules/syndication/",
    "atom": "//www.w3.org/2005/Atom",
}
_SPELT = tuple(f"<{prefix}:" for prefix in ("itunes", "dcterms", "desk", "news"))


@given(st.lists(st.sampled_from([each for each in IN_ITEM if not each.startswith(_SPELT)]), max_size=9))
def test_a_misspelt_namespace_is_read_as_feedparser_reads_it(elements: list[str]) -> None:
    """A prefix that everybody uses for it says what is meant."""
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in MISSPELT.items())
    is_read(f"<rss version='2.0' {spaces}><channel>{HEAD}<item>{''.join(elements)}</item></channel></rss>")


def test_a_common_misspelling_is_read_the_quick_way() -> None:
    """It costs no feed the long way."""
    head = f"<rss xmlns:dc='{MISSPELT['dc']}' xmlns:atom='{MISSPELT['atom']}'><channel>{HEAD}<atom:link href='/x'/>"
    assert is_read(f"{head}<item><title>x</title><dc:creator>Ana</dc:creator></item></channel></rss>")


@pytest.mark.parametrize(
    "unusual",
    [
        "<!DOCTYPE rss>" + RSS.format("<item><title>x</title></item>"),
        "<opml><body/></opml>",
        RSS.format("<item xml:base='https://example.net/'><title>x</title></item>"),
        RSS.format("<item><title xml:lang='fr'>x</title></item>"),
        RSS.format("<item id='1'><title>x</title></item>"),
        RSS.format("<item><description><b>x</b></description></item>"),
        RSS.format("<item><description type='xhtml'>x</description></item>"),
        RSS.format("<item><title>x</title><title>y</title></item>"),
        RSS.format("<item><link>http:////example.org/1</link></item>"),
        RSS.format("<item><dc:title>x</dc:title></item>"),
        RSS.format("<item><Title>x</Title></item>"),
        RSS.format("<item><x xmlns='https://example.org/mine'>x</x></item>"),
        RSS.format("<item><content src='https://example.org/1'/></item>"),
        RSS.format("<item><category term='a'>b</category></item>"),
        RSS.format("<item><author><name>x</name></author></item>"),
        RSS.format("<item><desk:box><author>x</author></desk:box></item>"),
        RSS.format("<item><desk:box><link>x</link></desk:box></item>"),
        RSS.format("<item>" + "<desk:box>" * 30 + "</desk:box>" * 30 + "</item>"),
        RSS.format("<content:encoded>x</content:encoded>"),
        RSS.format("<media:title>x</media:title>"),
        RSS.format("<title>Twice</title>"),
        RSS.format("<item><title>x</title><image>y</image><media:title>z</media:title></item>"),
        RSS.format("<item><image><title>x</title></image></item>"),
        RSS.format("<item><link>/relative</link><description xml:base='https://example.net/'>x</description></item>"),
        ATOM.format("<entry><id>1</id><content xml:base='https://example.net/'>x</content></entry>"),
        RSS.format("<desk:box><title>x</title></desk:box>"),
        RSS.format("").replace("<channel>", "<channel href='x'>"),
        "<rss version='2.0'><item><title>x</title></item></rss>",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:a='http://www.w3.org/2005/Atom'/>",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><title>x</title></rdf:RDF>",
    ],
)
def test_what_it_does_not_know_is_left_to_feedparser(unusual: str) -> None:
    """Nothing is guessed at."""
    with pytest.raises(UnusualError):
        ordinary.read(unusual)


def texts_in(folder: Path) -> list[str]:
    """Give a folder's whole feeds of XML, as parse sees them."""
    found = []
    for path in sorted(folder.glob("*.xml")):
        try:
            text = bodies.trim(bodies.read_text(path.read_bytes()))
        except SourceError:
            continue
        if bodies.form_of(text) == "xml":
            text, is_whole = parse._cut(text)
            found += [text] if is_whole else []
    return found


def reads(texts: list[str]) -> int:
    """Count the texts that are read the quick way, each as the long way reads it."""
    count = 0
    for text in texts:
        try:
            count += is_read(text)
        except ParseError:
            continue
    return count


def test_our_own_feeds_are_read_alike() -> None:
    """Of the small files with oddities, those that are ordinary enough."""
    assert reads(texts_in(ROOT / "tests" / "feeds")) >= 8


def test_the_captured_feeds_are_read_alike(shared: Path) -> None:
    """Six of seven real feeds are ordinary, and read as feedparser reads them, to the letter."""
    texts = texts_in(shared / "feeds")
    assert reads(texts) > 0.86 * len(texts)
