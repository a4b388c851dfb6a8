"""The digest as an Atom feed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import feedparser  # noqa: TID251  a newsreader's eyes
import pytest
from hypothesis import given

from tests.hostile import findings
from tests.invented import digest, finding, morning, relation
from watcher.deliver.feed import KEPT, FeedChannel, render
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.decide.match import Finding

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(text: str) -> list[ET.Element]:
    """Give a feed's entries."""
    return list(ET.fromstring(text).iter(f"{ATOM}entry"))


def test_a_newsreader_reads_the_stories() -> None:
    """Each story is an entry with its link, its outlet, its relation and its evidence."""
    read = feedparser.parse(render(digest()).encode())
    assert not read.bozo
    assert (read.feed.title, len(read.entries)) == ("Russia's partners", 12)
    iran = next(entry for entry in read.entries if entry.title.startswith("Tehran denies"))
    assert iran.link == "https://harbournews.example/2026/01/tehran-denies-shipping-400-ballistic-missiles-to-russia"
    assert iran.author == "Harbour News"
    assert iran.summary.startswith("Iran → Russia · missiles · ✕ denied by Tehran")
    for said in ("400 ballistic missiles", "calling the claim baseless", "Caspian State Agency (state media)"):
        assert said in iran.content[0].value


def test_a_story_without_an_address_has_no_link() -> None:
    """It is told all the same."""
    (entry,) = entries(render(digest([finding("Nobody links this report of drones", url="")])))
    assert entry.find(f"{ATOM}link") is None


def test_terms_are_bold_and_updates_are_told() -> None:
    """A newsreader shows what the page does."""
    made = digest()
    line = replace(
        made.sections[0].lines[0], evidence="On Iran, and Russia now", bold=((3, 7), (13, 19)), update="now ✕ denied"
    )
    text = render(replace(made, sections=(replace(made.sections[0], lines=(line,)),)))
    assert "On <xhtml:b>Iran</xhtml:b>, and <xhtml:b>Russia</xhtml:b> now" in text
    assert "Update: now ✕ denied" in text


@given(findings())
def test_hostile_texts_stay_text(found: list[Finding]) -> None:
    """Whatever strangers write, the feed is well-formed, has no tag of theirs, and links each article once."""
    tree = ET.fromstring(render(digest(found)))
    kinds = {element.tag.partition("}")[2] for element in tree.iter() if "xhtml" in element.tag}
    assert kinds <= {"div", "p", "b", "blockquote", "a", "span"}
    links = [element.get("href") for element in tree.iter() if element.get("href")]
    assert sorted(map(str, links)) == sorted(each.article.url for each in found)


def test_a_feed_keeps_older_stories_and_takes_none_twice(tmp_path: Path) -> None:
    """The newest digest stands first; posted again it takes its own place, and what is no feed is replaced."""
    channel = FeedChannel("out/stories.xml", tmp_path)
    path = tmp_path / "out" / "stories.xml"
    path.parent.mkdir()
    path.write_text("no feed", encoding="utf-8")
    for found in (morning()[:4], morning()[3:6], morning()[3:6]):
        (part,) = channel.plan(digest(found), "key")
        channel.post(part.destination, part.payload)
    titles = [entry.findtext(f"{ATOM}title") or "" for entry in entries(path.read_text(encoding="utf-8"))]
    assert [title[:9] for title in titles] == ["Pyongyang", "Chinese o", "Indian re", "Tehran de"]
    assert part.articles == digest(morning()[3:6]).articles


def test_a_feed_does_not_grow_for_ever(tmp_path: Path) -> None:
    """Beyond so many stories the oldest go."""
    channel = FeedChannel("stories.xml", tmp_path)
    for start in (0, KEPT // 2 + 10):
        many = [
            finding(f"Report {n} of shells sent to Perm", relation("KP", "artillery"), id=f"{n:032x}", minutes=n)
            for n in range(start, start + KEPT // 2 + 10)
        ]
        (part,) = channel.plan(digest(many), "key")
        channel.post(part.destination, part.payload)
    assert len(entries((tmp_path / "stories.xml").read_text(encoding="utf-8"))) == KEPT


def test_a_feed_that_cannot_be_written_is_a_delivery_error(tmp_path: Path) -> None:
    """A folder in the file's place is told."""
    (tmp_path / "stories.xml").mkdir()
    channel = FeedChannel("stories.xml", tmp_path)
    (part,) = channel.plan(digest(), "key")
    with pytest.raises(DeliveryError, match="can't be written"):
        channel.post(part.destination, part.payload)
