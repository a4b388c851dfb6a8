"""A text → its relations: who gives what to whom, says who, and is it denied."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.decide import text

if TYPE_CHECKING:
    from watcher.collect.article import Article
    from watcher.decide.lexicon import Lexicon

_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity, sum or share attached to a relation, as the text gives it."""

    value: float
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Relation:
    """One partner, good, direction and status, the sentence that says so (its number in `sentence`), and who says it."""

    partner: str
    good: str
    direction: str
    status: str
    evidence: str
    attributed_to: str = ""
    figures: tuple[Figure, ...] = ()
    sentence: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """A term found in a text: `kind` is partner, good, russia, other or phrase, `id` what it stands for."""

    text: str
    kind: str
    id: str
    sentence: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was seen in a text on the way to its relations."""

    sentences: tuple[str, ...]
    terms: tuple[Term, ...]
    relations: tuple[Relation, ...]


def read(article: Article, lexicon: Lexicon) -> tuple[Relation, ...]:
    """Give the article's relations, from title, summary and body, each (partner, good, direction, status) once."""
    return explain(article, lexicon).relations


def explain(article: Article, lexicon: Lexicon) -> Explanation:
    """Give sentences and terms too."""
    parts = [text.clean(part) for part in (article.title, article.summary, article.body) if part]
    shown = [part[a:b] for part in parts for a, b in text.sentences(part)]
    terms: list[Term] = []
    relations: dict[tuple[str, str, str, str], Relation] = {}
    for number, sentence in enumerate(shown):
        words = [w for w in _WORD.findall(text.fold(sentence))]
        found = [Term(w, *lexicon.terms[w], number) for w in words if w in lexicon.terms]
        terms.extend(found)
        if not any(w in ("russia", "russian", "moscow", "kremlin", "putin") for w in words):
            continue
        for partner in (t.id for t in found if t.kind == "partner"):
            for good in (t.id for t in found if t.kind == "good"):
                key = (partner, good, "to_russia", "reported")
                relations.setdefault(key, Relation(*key, evidence=sentence, sentence=number))
    return Explanation(tuple(shown), tuple(terms), tuple(relations.values()))
