"""Texts that can't concern Russia are left unread, and only those."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.collect.article import Article
from watcher.decide import lexicon, relation, text

LEXICON = lexicon.load(Path(__file__).parents[1] / "rules")
ENGLISH = LEXICON.matcher("en")
FILLING = st.text(alphabet=" ,.\n-'\"", min_size=1)


@given(before=FILLING, after=FILLING, name=st.sampled_from(["Russia", "Putin", "shadow fleet", "Lukoil", "F.S.B"]))
def test_a_name_of_russias_opens_the_text(before: str, after: str, name: str) -> None:
    """Whatever stands around it, a name of Russia's people, firms or ships is noticed."""
    assert ENGLISH.concerns(text.fold(f"{before}{name}{after}"))


@pytest.mark.parametrize(
    "unconcerned",
    ["Her response surprised everyone", "International law", "A tiger escaped from a zoo", "Prussian blue", ""],
)
def test_letters_within_other_words_open_nothing(unconcerned: str) -> None:
    """ESPO in `response` or Russia in `Prussian` is no reason to read a text."""
    assert not ENGLISH.concerns(text.fold(unconcerned))


@pytest.mark.parametrize(
    "concerned", ["俄中两国元首会晤", "이란, 러시아에 드론 공급", "وروسيا تزود إيران", "Москвой подписано"]
)
def test_scripts_without_spaces_or_with_endings_are_noticed(concerned: str) -> None:
    """Russia is noticed within a run of Chinese, behind an Arabic prefix and before a Slavic ending."""
    language = {"俄": "zh", "이": "ko", "و": "ar", "М": "ru"}[concerned[0]]
    assert LEXICON.matcher(language).concerns(text.fold(concerned))


@pytest.mark.parametrize("name", ["items", "natural", "multilingual", "bodies"])
def test_no_relation_is_lost_by_leaving_early(shared: Path, name: str) -> None:
    """Every labelled text gives the same relations when it is read without leaving early."""
    for line in (shared / "gold" / f"{name}.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        title, summary, body = (item.get(part) or "" for part in ("title", "summary", "body"))
        article = Article(id=item["id"], title=title, summary=summary, body=body, language=item["language"])
        assert relation.explain(article, LEXICON).relations == relation.read(article, LEXICON)
