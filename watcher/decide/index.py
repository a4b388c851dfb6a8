"""Which of many rules an article may meet: found by what a rule can't do without, so that the others cost nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.decide.clause import Needs
    from watcher.decide.subject import Subject


@dataclass(frozen=True, slots=True)
class Index:
    """Numbers of rules by the keys that they need (see Clause.needs); `always` are those that need nothing."""

    always: tuple[int, ...]
    relations: Mapping[str, tuple[int, ...]]
    words: Mapping[str, tuple[int, ...]]
    prefixes: Mapping[str, tuple[int, ...]]
    lengths: tuple[int, ...]

    def candidates(self, subject: Subject) -> list[int]:
        """Give the numbers of the rules that the subject may meet, in rising order."""
        found = set(self.always)
        if subject.relations:
            keys = {"@", *(f"@{one.partner}" for one in subject.relations)}
            keys.update(f"#{one.good}" for one in subject.relations)
            found.update(number for key in keys for number in self.relations.get(key, ()))
        if self.words or self.prefixes:
            found.update(self._spoken(subject.words))
        return sorted(found)

    def _spoken(self, words: frozenset[str]) -> Iterable[int]:
        for word in self.words.keys() & words:
            yield from self.words[word]
        for length in self.lengths:
            for start in self.prefixes.keys() & {word[:length] for word in words}:
                yield from self.prefixes[start]


def build_index(needs: Sequence[Needs]) -> Index:
    """Index rules by the needs of each."""
    always: list[int] = []
    by_kind: dict[str, dict[str, list[int]]] = {"relation": {}, "word": {}, "prefix": {}}
    for number, keys in enumerate(needs):
        if keys is None:
            always.append(number)
        for key in keys or ():
            kind = "relation" if key[0] in "@#" else "prefix" if key.endswith("*") else "word"
            by_kind[kind].setdefault(key.removesuffix("*"), []).append(number)
    relations, words, prefixes = (
        {key: tuple(numbers) for key, numbers in kind.items()} for kind in by_kind.values()
    )  # fmt: skip
    return Index(tuple(always), relations, words, prefixes, tuple(sorted({len(key) for key in prefixes})))
