"""What an analyst asks of a scan: filters over findings, all to be met, those on relations by one relation."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from watcher.document import suggest
from watcher.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.decide.match import Finding
    from watcher.decide.relation import Relation
    from watcher.decide.rules import Rulebook

_AGO = re.compile(r"(\d{1,5})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    The filters of `scan`; an empty one asks nothing.

    `partners` and `goods` are ids with tiers and groups already spelt out; `is_open` also lets through what no rule
    matched.
    """

    rules: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()
    goods: frozenset[str] = frozenset()
    direction: str = ""
    statuses: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    is_open: bool = False

    def name(self, rulebook: str) -> str:
        """Give 12 hex digits for this question under the rulebook of that hash."""
        asked = {each.name: _plain(getattr(self, each.name)) for each in fields(self)}
        told = json.dumps({**asked, "rulebook": rulebook}, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    def is_met(self, finding: Finding, when: datetime | None) -> bool:
        """Say whether a finding is an answer; `when` is its first-seen or published time."""
        if not self.is_open and not finding.matches:
            return False
        if self.rules and not any(match.rule in self.rules for match in finding.matches):
            return False
        return self._is_spoken(finding) and self._is_timely(when) and self._is_related(finding)

    def _is_spoken(self, finding: Finding) -> bool:
        return not self.languages or finding.article.language.lower().partition("-")[0] in self.languages

    def _is_timely(self, when: datetime | None) -> bool:
        if self.since is None and self.until is None:
            return True
        if when is None:
            return False
        return (self.since is None or when >= self.since) and (self.until is None or when < self.until)

    def _is_related(self, finding: Finding) -> bool:
        if not (self.partners or self.goods or self.direction or self.statuses):
            return True
        return any(self._fits(relation) for relation in self._asked(finding))

    def _asked(self, finding: Finding) -> Iterable[Relation]:
        """Give the relations to look at: where rules are asked for, those that met them."""
        chosen = {number for match in finding.matches if match.rule in self.rules for number in match.relations}
        return [finding.relations[number] for number in sorted(chosen)] if chosen else finding.relations

    def _fits(self, relation: Relation) -> bool:
        return (
            (not self.partners or relation.partner in self.partners)
            and (not self.goods or relation.good in self.goods)
            and (not self.direction or relation.direction in (self.direction, "any"))
            and (not self.statuses or relation.status in self.statuses)
        )


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, datetime) else value


def check_rules(ids: Sequence[str], rulebook: Rulebook) -> frozenset[str]:
    """Give the rules' ids. Raises InputError for an unknown one."""
    known = [rule.id for rule in rulebook.rules]
    for name in ids:
        if name not in known:
            raise InputError(f'unknown rule "{name}"{suggest(name, known)}: `watcher rules list` shows them')
    return frozenset(ids)


def expand_partners(words: Sequence[str], rulebook: Rulebook) -> frozenset[str]:
    """Spell out partners' ids and `tier:` names. Raises InputError for an unknown one."""
    lexicon = rulebook.lexicon
    members = {f"tier:{tier}": {p.id for p in lexicon.partners.values() if p.tier == tier} for tier in lexicon.tiers}
    return _expand([word if ":" in word else word.upper() for word in words], set(lexicon.partners), members, "partner")


def expand_goods(words: Sequence[str], rulebook: Rulebook) -> frozenset[str]:
    """Spell out goods' ids and `group:` names. Raises InputError for an unknown one."""
    lexicon = rulebook.lexicon
    members = {f"group:{name}": {g.id for g in lexicon.goods.values() if g.group == name} for name in lexicon.groups}
    return _expand(words, set(lexicon.goods), members, "good")


def _expand(words: Sequence[str], ids: set[str], members: dict[str, set[str]], noun: str) -> frozenset[str]:
    chosen: set[str] = set()
    for word in words:
        if word not in ids and word not in members:
            raise InputError(f'unknown {noun} "{word}"{suggest(word, sorted(ids | set(members)))}')
        chosen |= members.get(word, {word})
    return frozenset(chosen)


def read_moment(text: str, *, now: datetime, is_end: bool = False) -> datetime:
    """
    Read `7d` (minutes m, hours h, days d, weeks w before `now`), a date or an ISO time; without an offset it is UTC.

    As an end, a date means the whole of that day. Raises InputError.
    """
    text = text.strip()
    try:
        if found := _AGO.fullmatch(text):
            return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
        moment = datetime.fromisoformat(text)
        if re.fullmatch(r"\d{4}-?\d\d-?\d\d", text):
            moment = datetime.combine(moment, time()) + timedelta(days=1 if is_end else 0)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(f'"{text}" is not a time: write 7d, 36h, 2026-01-31 or 2026-01-31T08:00Z') from error
