"""The sentence that a line quotes, and the words in it that a reader's eye is led to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from watcher.decide import text
from watcher.decide.emphasis import joined
from watcher.deliver.drawn import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.decide.match import Finding, Match
    from watcher.decide.relation import Relation
    from watcher.decide.story import Story
    from watcher.deliver.drawn import Names, Span

LONGEST = 400
# So many of a story's texts are looked at for a first sentence.
OPENINGS = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, or nothing, and the language it is in."""

    text: str
    language: str

    def bold(self, matches: Iterable[Match], names: Names) -> tuple[Span, ...]:
        """Give the places of the lexicon's terms and of what the rules that matched ask for in words."""
        if not self.text:
            return ()
        words = names.words([match.rule for match in matches], self.text)
        return joined((*names.terms(self.text, self.language), *words), self.text)


def evidence(story: Story, head: Finding, relations: Sequence[Relation]) -> Evidence:
    """
    Give the first sentence that says more than the story's headlines, which are evidence themselves.

    That is one that a relation was read in, else the first of a text; a whole summary where words alone were asked for.
    """
    titles = {_folded(finding.article.title) for finding in story.findings} | {""}
    own = [relation for relation in head.relations if relation in relations]
    sentences = [relation.evidence for relation in (*own, *relations)]
    if not head.relations:
        sentences.append(head.article.summary)
    texts = (found.article.summary or found.article.body for found in (head, *story.findings[:OPENINGS]))
    openings = map(_opening, texts)
    chosen = next((sentence for sentence in chain(sentences, openings) if _folded(sentence) not in titles), "")
    return Evidence(clean(chosen, LONGEST), _language(chosen, story))


def _language(sentence: str, story: Story) -> str:
    """Give the language of the finding that a sentence was read in."""
    found = (each for each in story.findings if any(relation.evidence == sentence for relation in each.relations))
    return next(found, story.lead).article.language


def _opening(told: str) -> str:
    """Give a text's first sentence."""
    head = text.clean(told[: LONGEST * 4])
    return next((head[start:end] for start, end in text.sentences(head)), "")


def _folded(sentence: str) -> str:
    return clean(sentence, LONGEST).rstrip(".!…").casefold()
