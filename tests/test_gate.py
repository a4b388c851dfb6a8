"""Texts that can't concern Russia are left unread, and only those."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shipped import shipped_lexicon
from watcher.collect.article import Article
from watcher.decide import inflect, lexicon, relation, text
from watcher.decide.frame import possible
from watcher.decide.gate import Gate, set_apart

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.decide.frame import Frame

LEXICON = shipped_lexicon()


def _by_kind(language: str) -> dict[str, list[str]]:
    """Sort a language's terms by what they name, in an order of their own."""
    terms: dict[str, list[str]] = {}
    for term, sense in sorted(LEXICON.terms(language).items()):
        terms.setdefault(sense.kind, []).append(term)
    return terms


ENGLISH = LEXICON.matcher("en")
TERMS = {language: _by_kind(language) for language in (*LEXICON.languages, "xx")}
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


@pytest.mark.parametrize(
    ("language", "untold"),
    [("ko", "우리 정부와 국민의힘"), ("ko", "러시아 대통령과 정부"), ("ru", "Москва и область, Путин и погода")],
)
def test_a_names_commonest_word_lets_no_text_in(language: str, untold: str) -> None:
    """Of `러·우`, `인도 정부` or `Ван И` the rarer word is looked for, and the other one too."""
    assert not LEXICON.matcher(language).may_tell(text.fold(untold))


@st.composite
def _written(draw: st.DrawFn) -> Article:
    """Give a text that names Russia among a few terms of its language's lexicon, and little else."""
    language = draw(st.sampled_from((*LEXICON.languages, "xx")))
    separators = ("", "、") if language in ("zh", "ja") else (" ", ", ", "-", " «")
    terms = TERMS[language]
    kinds = ["russia", *draw(st.lists(st.sampled_from(sorted(terms)), min_size=1, max_size=4))]
    title = ""
    for kind in draw(st.permutations(kinds)):
        form = draw(st.sampled_from(inflect.spell(draw(st.sampled_from(terms[kind])).removeprefix("="))))
        title += form.replace("*", draw(st.sampled_from(("", "а", "s")))) + draw(st.sampled_from(separators))
    return Article(id="", title=title, language=language)


@settings(max_examples=600, deadline=None)
@given(article=_written())
def test_whatever_terms_make_a_relation_the_text_is_read(article: Article) -> None:
    """What the lexicon's terms say when a text is read for certain, they say when it could have been left early."""
    assert relation.explain(article, LEXICON).relations == relation.read(article, LEXICON)


@pytest.mark.parametrize("title", ["中国の企業がGazpromから石油を輸入", "俄Lukoil公司向中国出口石油"])
def test_a_latin_name_is_noticed_within_running_han(title: str) -> None:
    """No space sets a foreign name apart in Chinese and Japanese."""
    language = "ja" if "の" in title else "zh"
    assert relation.read(Article(id="", title=title, language=language), LEXICON)


@pytest.mark.parametrize("name", ["items", "natural", "multilingual", "bodies"])
def test_no_relation_is_lost_by_leaving_early(shared: Path, name: str) -> None:
    """Every labelled text gives the same relations when it is read without leaving early."""
    for line in (shared / "gold" / f"{name}.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        title, summary, body = (item.get(part) or "" for part in ("title", "summary", "body"))
        article = Article(id=item["id"], title=title, summary=summary, body=body, language=item["language"])
        assert relation.explain(article, LEXICON).relations == relation.read(article, LEXICON)


def test_a_term_of_signs_alone_opens_nothing() -> None:
    """A star that a workspace lists as a term stands in no text, and keeps no other from being found."""
    gate = Gate([(("*",), 1), (("drone",), 2)])
    assert gate.bits(set_apart("a drone * flew")) == 2


FRAMES = [frame for listed in LEXICON.frames.values() for frame in listed]


@given(st.sampled_from(FRAMES).flatmap(lambda frame: st.tuples(st.just(frame), st.from_regex(frame.expression))))
def test_a_frame_is_looked_for_wherever_it_fits(fitting: tuple[Frame, str]) -> None:
    """Signs that a frame fits always have one of those that it is said to need, so that none is passed over."""
    frame, signs = fitting
    assert frame.needs
    assert possible((frame,), signs) == [frame]


def test_a_frame_that_needs_nothing_certain_is_always_looked_for(tmp_path: Path) -> None:
    """Where one of a frame's alternatives may be anything, nothing tells that it can't fit."""
    (tmp_path / "phrases.yaml").write_text("frames: {alone: ['(P|!R) -> to_russia']}\n", encoding="utf-8")
    (frame,) = lexicon.load(tmp_path).frames["alone"]
    assert possible((frame,), "x") == [frame]
