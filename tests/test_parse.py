"""What parse.py makes of feeds: our own small files beside what is expected of each, and bytes in every disguise."""

from __future__ import annotations

import gzip
import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.feed_server import feed as rss
from tests.feed_server import item
from watcher.collect.feeds import Feed
from watcher.collect.parse import Parsed, parse
from watcher.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.collect.article import Article

NOW = datetime(2026, 11, 21, tzinfo=UTC)
URL = "https://feeds.example.org/rss"
DESK = Feed(id="desk", url=URL)
TWINS = ROOT / "tests" / "feeds"
SAMPLES = sorted(path for path in TWINS.iterdir() if not path.name.endswith(".expected.json"))
SHOWN = ("title", "url", "source", "language", "summary", "body", "author", "enclosure")


def feed_for(path: Path) -> Feed:
    """Give the feed that a sample is read as: a news search where its name says so."""
    return Feed(id="search", url="https://search.example.com/rss", kind="aggregator") if "search" in path.name else DESK


def told(article: Article) -> dict[str, str]:
    """Give what of an article is not empty."""
    shown = {name: getattr(article, name) for name in SHOWN}
    shown["published"] = article.published.isoformat() if article.published else ""
    shown["categories"] = ", ".join(article.categories)
    return {name: value for name, value in shown.items() if value}


def outcome(path: Path) -> dict[str, Any]:
    """Give what a twin holds: a reason, or the articles and what the feed says of itself."""
    try:
        found = parse(path.read_bytes(), feed_for(path), url=URL, now=NOW)
    except SourceError as error:
        return {"reason": error.reason, "detail": error.detail}
    head = {"title": found.title, "language": found.language, "ttl": found.ttl, "warning": found.warning}
    return {name: value for name, value in head.items() if value} | {"articles": [told(a) for a in found.articles]}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_file_gives_what_its_twin_expects(path: Path) -> None:
    """Every oddity that a feed has shown stays understood."""
    twin = path.with_name(f"{path.name}.expected.json")
    assert outcome(path) == json.loads(twin.read_text("utf-8"))


def parsed(body: bytes, feed: Feed = DESK, *, content_type: str = "", url: str = "") -> Parsed:
    """Parse, at the time of the samples."""
    return parse(body, feed, content_type=content_type, url=url, now=NOW)


def titles(body: bytes, content_type: str = "") -> list[str]:
    """Give the titles of a body's articles."""
    return [article.title for article in parsed(body, content_type=content_type).articles]


def document(title: str, declared: str = "") -> str:
    """Write a feed of one article that claims an encoding."""
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else "<?xml version='1.0'?>"
    return f'{head}<rss version="2.0"><channel><title>t</title>{item(title)}</channel></rss>'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (document("Цены «растут»").encode(), ""),
        (document("Цены «растут»", "iso-8859-1").encode(), "text/xml; charset=us-ascii"),
        (document("Цены «растут»", "utf-16").encode(), "text/xml"),
        (b"\xef\xbb\xbf" + document("Цены «растут»", "utf-8").encode(), ""),
        (document("Цены «растут»", "utf-16").encode("utf-16"), ""),
        (document("Цены «растут»", "utf-16").encode("utf-16-be"), ""),
        (document("Цены «растут»", "utf-32").encode("utf-32"), ""),
        (document("Цены «растут»", "windows-1251").encode("cp1251"), ""),
        (document("Цены «растут»", "windows-1251").encode("cp1251"), "text/xml; charset=ISO-8859-1"),
        (document("Цены «растут»").encode("cp1251"), "text/xml; charset=windows-1251"),
        (gzip.compress(document("Цены «растут»").encode()), "application/gzip"),
        (b"".join(gzip.compress(part.encode()) for part in document("Цены «растут»").partition("Ц")), ""),
        (gzip.compress(gzip.compress(document("Цены «растут»").encode())), ""),
        (document("Цены\0 «рас\x0bтут»").encode(), ""),
        (b"\r\n\t " + document("Цены «растут»", "utf-8").encode(), ""),
    ],
)
def test_a_title_is_read_whatever_its_encoding_is_called(body: bytes, content_type: str) -> None:
    """What the bytes are counts for more than what the document or its server says of them."""
    assert titles(body, content_type=content_type) == ["Цены «растут»"]


@pytest.mark.parametrize(
    ("name", "declared", "text"),
    [
        ("cp1252", "iso-8859-1", "“Größe” – 5 €"),
        ("gb18030", "gb2312", "俄罗斯进口㐀"),
        ("cp932", "shift_jis", "ロシア①"),
        ("iso-2022-jp", "iso-2022-jp", "ロシアの輸入"),
        ("cp949", "euc-kr", "러시아 뷁"),
        ("cp1252", "no-such-name", "Größe"),
        ("cp1252", "", "Größe"),
    ],
)
def test_a_declared_encoding_is_read_as_publishers_mean_it(name: str, declared: str, text: str) -> None:
    """Declared names stand for the larger sets that are really used, and unknown ones for Western."""
    assert titles(document(text, declared).encode(name)) == [text]


def test_a_few_western_bytes_in_a_utf8_document_spoil_nothing_else() -> None:
    """Only the bytes that are not UTF-8 are read otherwise."""
    body = document("Цены XX растут", "utf-8").encode().replace(b"XX", b"\x96")
    assert titles(body) == ["Цены – растут"]
    with pytest.raises(UnicodeEncodeError):  # the way of reading is none of writing
        "Цены".encode("ascii", "watcher-cp1252")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \0\r\n\xef\xbb\xbf ", "empty"),
        (b"/etc/passwd", "not-a-feed"),
        (b"http://127.0.0.1:1/", "not-a-feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "not-a-feed"),
        (b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 50, "undecodable"),
        (gzip.compress(bytes(40_000_000)), "too-large"),
        (b"<html", "html-page"),
        (b"{" * 100_000, "not-a-feed"),
        (b'{"items": [' + b"[" * 100_000, "not-a-feed"),
        (b"[1, 2]", "not-a-feed"),
        (b'{"items": [{"id": "1', "truncated"),
        (b'{"items": "none"}', "not-a-feed"),
        (b"<opml version='1.0'><body/></opml>", "not-a-feed"),
        (b"<urlset><url></urlset>", "not-a-feed"),
        (b"<rss><channel><item><title>x", "truncated"),
    ],
)
def test_what_is_no_feed_has_a_named_reason(body: bytes, reason: str) -> None:
    """Whatever comes, a file's path or an address included, ends in one of the named reasons."""
    with pytest.raises(SourceError) as caught:
        parsed(body)
    assert caught.value.reason == reason


def test_one_odd_entry_costs_no_other() -> None:
    """A year of twelve digits, a character that is none, half an address: the next entry is read all the same."""
    odd = [
        item("Odd date", date="Mon, 99 Jan 999999999999 99:99:99 +99999"),
        item("Odd &#99999999999; character").replace("&amp;", "&"),
        item("Odd address", link="http://[half"),
    ]
    for entry in odd:
        assert titles(rss(entry, item("The next one")))[1] == "The next one"


def test_what_no_library_can_read_is_one_bad_feed() -> None:
    """Where feedparser itself breaks, the feed has a reason and the run goes on."""
    with pytest.raises(SourceError, match=r"not-a-feed: its XML can't be read \(KeyError\)"):
        parsed(b"<rss><item><psc:chapters version='1'></item><a b=<item><psc:chapter start='x'/></rss>")


def test_entities_neither_grow_nor_read_files() -> None:
    """Entities that multiply, and those that name a file, stay as they are written."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "ha">{levels}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = f"{head}<rss version='2.0'><channel><item><title>x &a9; &f; y</title></item></channel></rss>"
    (title,) = titles(body.encode())
    assert len(title) < 40
    assert "root" not in title


def test_the_feeds_own_language_counts_before_the_desks() -> None:
    """A feed's element says the language; where it says none or nonsense, feeds.yaml does."""
    german = DESK.model_copy(update={"language": "de"})
    for written, language in {"en-us": "en", "pt_BR": "pt", "ukr": "uk", "jp": "ja", "Русский": "de", "": "de"}.items():
        (article,) = parsed(rss(item("x"), language=written), german).articles
        assert article.language == language


def test_the_outlet_is_the_name_the_desk_gave() -> None:
    """The feed's own title is only the next best name, and its id the last."""
    named = DESK.model_copy(update={"name": "The Desk", "kind": "wire", "tags": ("a", "b")})
    (article,) = parsed(rss(item("x")), named).articles
    assert (article.source, article.feed, article.kind, article.tags) == ("The Desk", "desk", "wire", ("a", "b"))
    (article,) = parsed(rss(item("x"), title="")).articles
    assert article.source == "desk"


def test_a_news_search_is_known_by_its_address() -> None:
    """Whatever feeds.yaml calls it, it is no outlet: the one that it names is."""
    search = Feed(id="search", url="https://news.google.com/rss/search?q=tea", name="Tea")
    entry = "<item><title>Tea sells - The Gazette</title><source url='https://example.net'>The Gazette</source></item>"
    (article,) = parsed(f"<rss version='2.0'><channel>{entry}</channel></rss>".encode(), search).articles
    assert (article.title, article.source, article.kind) == ("Tea sells", "The Gazette", "aggregator")
    saved = f"<rss version='2.0'><channel><link>https://news.google.com/search?q=tea</link>{entry}</channel></rss>"
    (article,) = parsed(saved.encode()).articles
    assert (article.title, article.source) == ("Tea sells", "The Gazette")


def test_relative_links_lead_where_the_feed_lives() -> None:
    """RSS means its site; without one it is the address that was asked, redirects followed."""
    body = b"<rss version='2.0'><channel><item><title>x</title><link>a/b</link></item></channel></rss>"
    (article,) = parsed(body, url="https://moved.example.org/feeds/rss").articles
    assert article.url == "https://moved.example.org/feeds/a/b"
    (article,) = parsed(body).articles
    assert article.url == "https://feeds.example.org/a/b"


def test_links_without_scheme_need_no_base() -> None:
    """//host/path is whole enough by itself, and a broken address is none."""
    nowhere = Feed.model_construct(id="x", url="${FEED}", name="", language="", country="", kind="other", tags=())
    links = ["//example.org/1", "http://[broken/2", "story/3"]
    body = "".join(item(f"t{link}", link=link) for link in links)
    document = f"<rss version='2.0'><channel>{body}</channel></rss>".encode()
    assert [article.url for article in parsed(document, nowhere).articles] == ["https://example.org/1", "", ""]


def test_the_head_of_a_cut_json_document_may_be_unreadable() -> None:
    """The items that came whole are kept even so."""
    assert titles(b'{"nested": {"items": [{"id": "1", "title": "Whole"}, {"id":') == ["Whole"]
    assert titles(b'{"title": "a", "items": [{"id": "1", "title": "Whole"}, 7, {"id":') == ["Whole"]


def test_a_json_document_with_half_a_character_can_be_stored() -> None:
    """JSON may hold what no encoding can write."""
    body = b'{"items": [{"id": 1.5, "title": "a\\ud800b\\u0000", "url": "https://example.org/1"}]}'
    (article,) = parsed(body).articles
    assert article.title.encode() == b"a?b"


def test_a_long_text_without_title_is_shown_by_its_first_words() -> None:
    """A made title ends at a word, and says that there is more."""
    (words,) = titles(rss(item("", summary="word " * 90)))
    (one,) = titles(rss(item("", summary="w" * 300)))
    assert words.endswith("word …")
    assert len(words) <= 122
    assert one == "w" * 120 + "…"


def test_an_article_keeps_its_identity_when_the_feed_moves() -> None:
    """Neither the address that was asked nor the order of entries names an article."""
    entries = [item("One", guid="1", link="/1"), item("Two", link="/2"), item("Three", summary="x")]
    first = {article.id for article in parsed(rss(*entries), url="https://a.example.org/").articles}
    again = {article.id for article in parsed(rss(*reversed(entries)), url="https://b.example.net/").articles}
    assert len(first) == 3
    assert first == again


@pytest.mark.parametrize("mark", ["<div>", "<b><i>", "</p>", "&#", "&x", "<!--", "<script>"])
def test_a_heap_of_marks_costs_no_more_than_its_length(mark: str) -> None:
    """A heap of nested or broken markup is read in seconds, where its square would be minutes."""
    began = time.process_time()
    heap = f"Iran<b>!</b> {mark * (300_000 // len(mark))}"
    (article,) = parse(rss(item("A title", link="https://example.org/1", summary=heap)), DESK, now=NOW).articles
    assert article.summary.startswith("Iran!")
    assert time.process_time() - began < 6


@given(st.binary(max_size=400))
def test_any_bytes_give_articles_or_a_reason(noise: bytes) -> None:
    """No bytes at all raise anything but SourceError, wherever in a feed they stand."""
    whole = rss(item("x", link="https://example.org/1"), item("y"))
    for body in (noise, whole[:120] + noise + whole[120:], b'{"items":[' + noise, gzip.compress(whole)[:30] + noise):
        try:
            found = parsed(body)
        except SourceError as error:
            assert error.reason  # noqa: PT017
        else:
            assert all(len(article.id) == 32 for article in found.articles)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_title_and_link_come_out_clean(title: str, link: str) -> None:
    """Whatever stands in an entry, titles are one line and links are http(s) or nothing."""
    body = json.dumps({"items": [{"id": "1", "title": title, "url": link, "content_text": "text"}]}).encode()
    (article,) = parsed(body).articles
    assert article.title == " ".join(article.title.split())
    assert article.url == "" or article.url.startswith(("http://", "https://"))
