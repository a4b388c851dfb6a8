"""The digest as a page: self-contained, under a strict policy, with nothing of a stranger's that could run."""

from __future__ import annotations

import base64
import hashlib
import re
import stat
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from tests.hostile import findings
from tests.invented import digest, finding, morning
from watcher.deliver.matrix import Cell, Matrix
from watcher.deliver.page import PageChannel, render
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.decide.match import Finding

TAGS = {"html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav", "section", "article"}
TAGS |= {"h1", "h2", "h3", "p", "a", "span", "bdi", "time", "ul", "li", "blockquote", "details", "summary"}
MARKS = {"b"}
PICTURE = {"figure", "figcaption", "div", "svg", "text", "line", "circle"}


class Read(HTMLParser):
    """What a browser sees of a page: tags, links, text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and where it leads."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value and value[0] != "#"]

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self.text += data


def test_the_page_says_the_morning() -> None:
    """Title, relations, figures, evidence, outlets and the collapsed section are all there."""
    page = Read(render(digest(limit=2)))
    text = " ".join(page.text.split())
    for said in (
        "Russia's partners",
        "Iran → Russia · missiles",
        "✕ denied by Tehran",
        "400 ballistic missiles",
        "calling the claim baseless",
        "Caspian State Agency state media",
        "and 2 more",
        "Show 3 without details",
    ):
        assert said in text
    assert sorted(page.links) == sorted(each.article.url for each in morning())


def test_nothing_is_loaded_and_nothing_runs() -> None:
    """No script, no image, no link to load; the policy allows the one style sheet by its hash."""
    page = render(digest())
    read = Read(page)
    assert read.tags == TAGS
    assert not {name for name in read.attributes if name.startswith("on") or name in ("style", "src")}
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    seal = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{seal}'; base-uri 'none'; form-action 'none'" in page
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_the_week_is_a_picture_in_the_page() -> None:
    """Drawn in the page itself, named for those who don't see it, with each partner and count as text."""
    week = Matrix(("Iran <b>",), ("Weapons", "Energy"), (Cell(0, 0, 3, "to"), Cell(0, 1, 1, "both")))
    read = Read(page := render(replace(digest(), week=week)))
    assert read.tags == TAGS | PICTURE
    assert "Iran &lt;b&gt;" in page
    assert 'aria-label="Stories of the last seven days' in page
    assert re.search(r'class="count to"[^>]*>3<', page)


def test_a_digest_without_sections_has_a_page() -> None:
    """Nothing new is a page too."""
    assert "Nothing new" in render(digest([]))


@given(findings())
def test_hostile_texts_become_text(found: list[Finding]) -> None:
    """Whatever strangers write: no tag of theirs, no attribute, no control character, each link once."""
    page = render(digest(found, limit=2))
    read = Read(page)
    assert read.tags <= TAGS | MARKS
    assert not {name for name in read.attributes if name.startswith("on") or name in ("style", "src")}
    assert sorted(read.links) == sorted(each.article.url for each in found)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)


def test_a_page_is_written_whole_and_readable_by_others(tmp_path: Path) -> None:
    """The file is replaced at once, in a folder that is made, with the usual rights."""
    channel = PageChannel("out/digest.html", tmp_path)
    channel.ready()
    (part,) = channel.plan(digest(), "key")
    assert (part.destination, part.articles) == ("page:out/digest.html", digest().articles)
    assert channel.address("page:old.html") == "page:out/digest.html"
    assert channel.address("C1") == ""
    for _ in range(2):
        channel.post(part.destination, part.payload)
    written = tmp_path / "out" / "digest.html"
    assert "Russia's partners" in written.read_text(encoding="utf-8").replace("&#39;", "'")
    assert stat.S_IMODE(written.stat().st_mode) & 0o444 == 0o444
    assert [path.name for path in written.parent.iterdir()] == ["digest.html"]


def test_a_page_that_cannot_be_written_is_a_delivery_error(tmp_path: Path) -> None:
    """A folder in the page's place is told, and nothing half-written is left."""
    (tmp_path / "digest.html" / "x").mkdir(parents=True)
    channel = PageChannel("digest.html", tmp_path)
    with pytest.raises(DeliveryError, match=r"digest\.html can't be written") as caught:
        channel.post("page:digest.html", {"html": "x"})
    assert caught.value.fate == "destination"
    assert [path.name for path in tmp_path.iterdir()] == ["digest.html"]


def test_a_headline_without_an_address_is_no_link() -> None:
    """The headline and an outlet without a link stand as text."""
    title = "Tehran denies shipping 400 ballistic missiles to Russia"
    read = Read(render(digest([finding(title, url="", source="A"), finding(title, url="", source="B")])))
    assert read.links == []
    assert title in read.text
