"""Which of many rules an article may meet: found by what a rule can't do without, so that the others cost nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.decide.finder import find_all
from watcher.decide.gate import pattern, set_apart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.decide.clause import Needs
    from watcher.decide.finder import Find
    from watcher.decide.subject import Subject


@dataclass(frozen=True, slots=True)
class Index:
    """
    Numbers of rules by the keys that they need (see Clause.needs); `always` are those that need nothing.

    `find` finds the words and prefixes among the keys, and gives their places in `words`.
    """

    always: tuple[int, ...]
    relations: Mapping[str, tuple[int, ...]]
    words: tuple[tuple[int, ...], ...]
    find: Find

    def candidates(self, subject: Subject) -> list[int]:
        """Give the numbers of the rules that the subject may meet, in rising order."""
        found = set(self.always)
        if subject.relations:
            keys = {"@", *(f"@{one.partner}" for one in subject.relations)}
            keys.update(f"#{one.good}" for one in subject.relations)
            found.update(number for key in keys for number in self.relations.get(key, ()))
        if self.words:
            found.update(self._spoken(subject.folded))
        return sorted(found)

    def _spoken(self, folded: str) -> set[int]:
        met = {number for number, _, _ in self.find(set_apart(folded))}
        return {rule for number in met for rule in self.words[number]}


def build_index(needs: Sequence[Needs]) -> Index:
    """Index rules by the needs of each."""
    always: list[int] = []
    relations: dict[str, tuple[int, ...]] = {}
    words: dict[str, tuple[int, ...]] = {}
    for number, keys in enumerate(needs):
        if keys is None:
            always.append(number)
        for key in keys or ():
            kind = relations if key[0] in "@#" else words
            kind[key] = (*kind.get(key, ()), number)
    return Index(tuple(always), relations, tuple(words.values()), find_all(list(map(pattern, words))))
