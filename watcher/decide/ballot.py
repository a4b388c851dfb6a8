"""Who votes for Russia where a text tells of a vote: by name, or in a list: `The 35 abstentions included India`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.decide.frame import first
from watcher.decide.making import made, signs_of

if TYPE_CHECKING:
    from watcher.decide.fact import Relation
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.unit import Sentence


def voted(sentence: Sentence, partner: str, lexicon: Lexicon) -> list[Relation]:
    """Read how a partner votes in a text of a vote; a body must speak of it."""
    spoken = {lexicon.symbols["vote"], lexicon.symbols["council"]}
    if not sentence.is_ballot or (sentence.part == "body" and spoken.isdisjoint(sentence.signs)):
        return []
    match = first(lexicon.frames["ballot"], signs_of(sentence, partner, ""))
    return made(sentence, match, (partner, ""), lexicon)
