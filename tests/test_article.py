"""Addresses and identities of articles."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.collect.article import Article, canonical, digest_of, identity


def packed(address: str) -> str:
    """Pack an address as a news search does: field 4 of a protocol buffer, in base64 without its padding."""
    size = len(address)
    length = bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])
    message = b"\x08\x13\x22" + length + address.encode() + b"\xd2\x01\x00"
    return base64.urlsafe_b64encode(message).decode().rstrip("=")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("  HTTP://User:pass@Example.ORG:80/A?b=1#part ", "http://example.org/A?b=1"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("https://münchen.example/größe und 1", "https://xn--mnchen-3ya.example/gr%C3%B6%C3%9Fe%20und%201"),
        ("https://example.org/a%20b?q=%D0%B0", "https://example.org/a%20b?q=%D0%B0"),
        ("https://example.org/?utm_source=rss&id=7&UTM_Medium=x&fbclid=2", "https://example.org/?id=7"),
        ("https://example.org/?at_medium=RSS&at_campaign=KARANGA", "https://example.org/"),
        ("https://example.org/?source=rss&source=desk&ref=rss", "https://example.org/?source=desk"),
        ("https://example.org/?cmpid=1&&xtor=RSS-1", "https://example.org/"),
        ("https://www.google.com/url?rct=j&url=https://example.org/1%3Fa%3D2&ct=ga", "https://example.org/1?a=2"),
        ("http://www.bing.com/news/apiclick.aspx?ref=x&url=https%3a%2f%2fexample.org%2f1", "https://example.org/1"),
        ("https://r.search.yahoo.com/_ylt=x/RV=2/RU=https%3a%2f%2fexample.org%2f1/RK=2/RS=y-", "https://example.org/1"),
        ("https://duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.org%2F1&rut=x", "https://example.org/1"),
        (
            f"https://news.google.com/rss/articles/{packed('https://example.org/story/1')}?oc=5",
            "https://example.org/story/1",
        ),
        (
            f"https://news.google.com/read/{packed('https://example.org/' + 'a' * 150)}",
            "https://example.org/" + "a" * 150,
        ),
        (
            f"https://news.google.com/articles/{packed('https://example.org/story')[:24]}",
            f"https://news.google.com/articles/{packed('https://example.org/story')[:24]}",
        ),
        (
            f"https://news.google.com/articles/{packed('AU_yqLM' * 5)}",
            f"https://news.google.com/articles/{packed('AU_yqLM' * 5)}",
        ),
        (
            "https://news.google.com/articles/aaaaaaaaaaaaaaaaaaaaaaaaa",
            "https://news.google.com/articles/aaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
        ("https://www.google.com/url?nothing=1", "https://www.google.com/url?nothing=1"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("mailto:desk@example.org", ""),
        ("https:///path", ""),
        ("http://[broken/", ""),
        ("http://example.org:99999/", ""),
        (f"http://{'a' * 70}.example/", ""),
        ("", ""),
    ],
)
def test_an_address_has_one_way_to_be_written(written: str, expected: str) -> None:
    """Case, ports, users, fragments and tracking make no difference; other schemes are no addresses."""
    assert canonical(written) == expected


@given(st.text(max_size=80))
def test_a_canonical_address_stays_as_it_is(text: str) -> None:
    """Whatever strangers write: a second time changes nothing, and the answer is plain ASCII."""
    for written in (text, f"https://example.org/{text}", f"http://{text}/"):
        once = canonical(written)
        assert canonical(once) == once
        assert once.isascii()


def identify(**given: str) -> str:
    """Identify an article that is given only in part."""
    return identity(**{"feed": "f", "guid": "", "url": "", "title": "", "summary": ""} | given)


def test_a_guid_counts_in_its_feed_only() -> None:
    """Two feeds may both number from 1; an address or a tag: URI is the same thing everywhere."""
    assert identify(guid="1", feed="a") != identify(guid="1", feed="b")
    for guid in ("https://example.org/1", "tag:example.org,2026:1", "urn:uuid:5a1c"):
        assert identify(guid=guid, feed="a") == identify(guid=f" {guid} ", feed="b")


def test_without_a_guid_the_link_names_an_article_and_then_its_content() -> None:
    """An edited title changes no identity as long as there is a guid or a link."""
    assert identify(guid="1", url="https://a.example/", title="x") == identify(guid="1", title="y")
    assert identify(url="https://a.example/1", title="x", feed="a") == identify(url="https://a.example/1", feed="b")
    assert identify(title="x", summary="s") != identify(title="y", summary="s")
    assert identify(title="ab", summary="c") != identify(title="a", summary="bc")
    assert len(identify(title="\ud800")) == 32


def test_an_edit_changes_the_digest() -> None:
    """Title, summary and body are what an edit edits; who links where is not."""
    first = Article(id="1", title="a", summary="b", body="c", url="https://a.example/")
    assert digest_of(first) == digest_of(Article(id="2", title="a", summary="b", body="c"))
    for other in (Article(id="1", title="a", summary="b"), Article(id="1", title="x", summary="b", body="c")):
        assert digest_of(first) != digest_of(other)
