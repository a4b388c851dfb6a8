"""What is read from one sentence about each good: its direction and its status, however it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shipped import shipped_lexicon
from watcher.collect.article import Article
from watcher.decide import lexicon, relation

ROOT = Path(__file__).resolve().parent.parent
SENTENCES = ROOT / "tests" / "relations" / "goods.txt"
STORIES = ROOT / "tests" / "relations" / "stories.txt"


def cases(path: Path) -> list[tuple[str, frozenset[str]]]:
    """Read the sentences and, indented under each, the relations that it states."""
    found: list[tuple[str, set[str]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            found[-1][1].update({line.strip()} - {"-"})
        elif line and not line.startswith("#"):
            found.append((line, set()))
    return [(sentence, frozenset(wanted)) for sentence, wanted in found]


@pytest.fixture(scope="module")
def book() -> lexicon.Lexicon:
    """Load the shipped lexicon."""
    return shipped_lexicon()


@pytest.mark.parametrize(
    ("sentence", "wanted"), cases(SENTENCES), ids=lambda value: value[:60] if isinstance(value, str) else ""
)
def test_sentence_gives_its_relations(book: lexicon.Lexicon, sentence: str, wanted: frozenset[str]) -> None:
    """Each sentence gives exactly the relations listed under it; vague political support aside."""
    read = relation.read(Article(id="1", title=sentence, language="en"), book)
    found = {f"{each.partner} {each.good} {each.direction} {each.status}" for each in read}
    assert {each for each in found if "political-support" not in each} == wanted


@pytest.mark.parametrize(
    ("story", "wanted"), cases(STORIES), ids=lambda value: value[:60] if isinstance(value, str) else ""
)
def test_story_gives_its_relations(book: lexicon.Lexicon, story: str, wanted: frozenset[str]) -> None:
    """A headline with what stands beneath it gives exactly the relations listed under it."""
    title, _, summary = story.partition(" || ")
    read = relation.read(Article(id="1", title=title, summary=summary, language="en"), book)
    assert {f"{each.partner} {each.good} {each.direction} {each.status}" for each in read} == wanted


def test_denial_in_the_next_sentence_denies_what_was_claimed(book: lexicon.Lexicon) -> None:
    """A denial that names nothing itself adds a denied relation to the alleged one, from the one who denies."""
    article = Article(
        id="1",
        title="Washington says Iran has sent ballistic missiles to Russia",
        summary="Tehran denies the accusations.",
        language="en",
    )
    read = {each.status: each for each in relation.read(article, book)}
    assert set(read) == {"alleged", "denied"}
    assert read["denied"].good == "missiles"
    assert read["denied"].attributed_to == "Tehran"
    assert read["denied"].evidence == "Tehran denies the accusations."


def test_claim_and_denial_in_one_sentence_are_two_relations(book: lexicon.Lexicon) -> None:
    """A claim whose subject denies it is both alleged and denied."""
    title = "Kyiv accused Iran of shipping drones to Russia, which Tehran denies"
    read = relation.read(Article(id="1", title=title, language="en"), book)
    assert {(each.good, each.status) for each in read} == {("drones", "alleged"), ("drones", "denied")}
