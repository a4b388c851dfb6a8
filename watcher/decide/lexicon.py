"""The lexicon: partners, goods and phrases of `rules/`, and one matcher of all their terms."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from watcher import document
from watcher.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from watcher.document import Problem

TIERS = ("core", "trade", "neighbours", "political", "africa", "western", "unnamed")
GROUPS = ("weapons", "people", "know-how", "dual-use", "energy", "commodities", "services", "favours")
FILES = ("partners.yaml", "goods.yaml", "phrases.yaml")

Terms = dict[str, list[str]]


class PartnerEntry(BaseModel):
    """One partner of partners.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = ""
    tier: str = ""
    names: Terms = {}
    adjectives: Terms = {}


class GoodEntry(BaseModel):
    """One good of goods.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = ""
    group: str = ""
    terms: Terms = {}


@dataclass(frozen=True, slots=True)
class Partner:
    """A country or group that deals with Russia: `id` as in TAXONOMY.md, its tier and its English name."""

    id: str
    tier: str
    name: str


@dataclass(frozen=True, slots=True)
class Good:
    """What passes between the two sides: `id` and group as in TAXONOMY.md, and its English name."""

    id: str
    group: str
    name: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All partners, goods and terms; `hash` changes when any of them does."""

    partners: Mapping[str, Partner]
    goods: Mapping[str, Good]
    terms: Mapping[str, tuple[str, str]]
    hash: str
    warnings: tuple[Problem, ...] = ()
    tiers: tuple[str, ...] = field(default=TIERS)
    groups: tuple[str, ...] = field(default=GROUPS)


def load(shipped: Path, workspace: Path | None = None) -> Lexicon:
    """
    Read the three files of `shipped`, then those that `workspace` has, which add to them.

    Raises DocumentError with every problem of every file.
    """
    partners: dict[str, Partner] = {}
    goods: dict[str, Good] = {}
    terms: dict[str, tuple[str, str]] = {}
    problems: list[Problem] = []
    digest = hashlib.sha256()
    for folder in (shipped, workspace):
        for name in FILES[:2]:
            if folder is None or not (folder / name).exists():
                continue
            digest.update((folder / name).read_bytes())
            read = document.read(folder / name)
            if name == "partners.yaml":
                entries, found = document.check(read, dict[str, PartnerEntry])
                for key, entry in (entries or {}).items():
                    partners[key] = Partner(key, entry.tier, entry.name)
                    terms.update({t.lower(): ("partner", key) for t in entry.names.get("en", [])})
                    terms.update({t.lower(): ("partner", key) for t in entry.adjectives.get("en", [])})
            else:
                entries2, found = document.check(read, dict[str, GoodEntry])
                for key, entry2 in (entries2 or {}).items():
                    goods[key] = Good(key, entry2.group, entry2.name)
                    terms.update({t.lower(): ("good", key) for t in entry2.terms.get("en", [])})
            problems.extend(found)
    if problems:
        raise DocumentError(problems)
    return Lexicon(partners, goods, terms, digest.hexdigest())
