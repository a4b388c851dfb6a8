"""The folder a command works in: feeds.yaml, rules/ and state/, loaded with all their mistakes told at once."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from watcher import history, settings
from watcher.collect import feeds
from watcher.decide import rules
from watcher.deliver import digests
from watcher.errors import DocumentError, InputError
from watcher.rulefiles import RuleFiles, load_lexicon

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from watcher.collect.due import FeedState
    from watcher.collect.feeds import FeedList
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.rules import Rulebook
    from watcher.deliver.digests import DigestBook
    from watcher.document import Problem
    from watcher.settings import Settings
    from watcher.state.store import Store

T = TypeVar("T")
Stamp = tuple[tuple[str, int, int, int], ...]
_PACKAGE = Path(__file__).resolve().parent.parent


def shipped() -> Path:
    """Give the folder that holds the shipped feeds.yaml and rules/: inside the package, or a checkout's root."""
    packed = _PACKAGE / "shipped"
    return packed if packed.is_dir() else _PACKAGE.parent


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything a workspace's files say, and where other processes find its rules."""

    feeds: FeedList
    lexicon: Lexicon
    rulebook: Rulebook
    digests: DigestBook
    files: RuleFiles

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Every file's warnings, in the order of the files."""
        return (*self.feeds.warnings, *self.lexicon.warnings, *self.rulebook.warnings)

    @property
    def notices(self) -> tuple[Problem, ...]:
        """The warnings of what a desk writes itself: without the lexicon's."""
        return (*self.feeds.warnings, *self.rulebook.warnings)


class Workspace:
    """
    A folder with feeds.yaml, rules/ and state/. Nothing is read before it is asked for.

    `rules` is the folder of watch rules, digests and additions to the lexicon, `shipped_rules` that of the lexicon.
    """

    def __init__(self, folder: Path, rules: Path | None = None, shipped_rules: Path | None = None) -> None:
        self.folder = folder
        self.rules = rules or folder / "rules"
        self.shipped_rules = shipped_rules or shipped() / "rules"

    @cached_property
    def settings(self) -> Settings:
        """The environment, over the `.env` beside feeds.yaml. Raises SettingError."""
        found = settings.read(self.folder, os.environ)
        os.environ.update(found.libpq)
        return found

    @property
    def state(self) -> Path:
        """The folder of what is remembered."""
        return self.folder / "state"

    @property
    def is_made(self) -> bool:
        """Whether this folder is a workspace at all."""
        return (self.folder / "feeds.yaml").is_file()

    def load(self) -> Loaded:
        """Read all files. Raises DocumentError with every problem of every file, InputError if this is no workspace."""
        problems: list[Problem] = []
        listed = _attempt(self.load_feeds, problems)
        words = _attempt(self.load_lexicon, problems)
        # Where only this workspace's additions are wrong, the rules are read with the shipped lexicon, to tell theirs.
        known_words = words or _attempt(lambda: load_lexicon(self.shipped_rules, None), [])
        book = None
        if known_words is not None:
            book = _attempt(lambda: rules.load(self.rules, known_words, listed.feeds if listed else None), problems)
        known = {rule.id for rule in book.rules} if book else None
        plans = _attempt(lambda: self.load_digests(known), problems)
        if listed is None or words is None or book is None or plans is None:
            raise DocumentError(problems)
        return Loaded(listed, words, book, plans, self.rule_files)

    def at(self, rules: Path) -> Workspace:
        """Give this workspace with the rules of another folder."""
        return Workspace(self.folder, rules, rules if self.added_rules is None else self.shipped_rules)

    def take(self, now: datetime) -> Loaded:
        """
        Load a copy of the rules and keep it: what other processes then load can't change beneath them.

        Raises DocumentError, InputError, StateError.
        """
        with history.draft(history.contents(self.rules), self.state) as copy:
            loaded = self.at(copy).load()
            kept = history.keep(copy, loaded.rulebook.hash, history.author(self.rules), now)
        return replace(loaded, files=self.at(kept.rules).rule_files)

    def load_feeds(self) -> FeedList:
        """Read feeds.yaml alone. Raises DocumentError, InputError."""
        if not self.is_made:
            place = self.folder.resolve()
            raise InputError(
                f"{place} is not a workspace: it has no feeds.yaml.\n"
                "Make one with `watcher init PATH`, or name one with `watcher --dir PATH …` or WATCHER_DIR."
            )
        return feeds.load(self.folder / "feeds.yaml", shown="feeds.yaml")

    def load_lexicon(self) -> Lexicon:
        """Read the shipped lexicon and what this workspace adds to it. Raises DocumentError."""
        return load_lexicon(self.shipped_rules, self.added_rules)

    def load_digests(self, rule_ids: set[str] | None = None) -> DigestBook:
        """Read rules/digests.yaml alone. Raises DocumentError."""
        return digests.load(self.rules / "digests.yaml", rule_ids, shown="rules/digests.yaml")

    @property
    def added_rules(self) -> Path | None:
        """The folder that may add to the lexicon; None where it is the shipped one itself."""
        return None if self.rules.resolve() == self.shipped_rules.resolve() else self.rules

    @property
    def rule_files(self) -> RuleFiles:
        """What other processes load the rulebook from."""
        return RuleFiles(self.shipped_rules, self.added_rules, self.rules)

    @property
    def has_archive(self) -> bool:
        """Whether there is an archive that a command may read without making one."""
        return bool(self.settings.database_url) or (self.state / "watcher.db").is_file()

    def stamp(self) -> Stamp:
        """Give a value that changes when any file that `load` reads does."""
        folders = {self.rules, self.rules / "watch", self.shipped_rules}
        paths = [self.folder / "feeds.yaml", *(path for folder in folders for path in folder.glob("*.y*ml"))]
        found = [(str(path), path.stat()) for path in sorted(paths) if path.is_file()]
        return tuple((name, stat.st_mtime_ns, stat.st_size, stat.st_ino) for name, stat in found)

    def feed_states(self) -> dict[str, FeedState]:
        """Give what is remembered of the feeds; nothing where there is no archive yet. Raises StateError."""
        if not self.has_archive:
            return {}
        with self.open() as store:
            return store.feeds.states()

    def open(self) -> Store:
        """Open the archive, made and migrated if need be. Raises StateError."""
        from watcher.state.store import Store  # noqa: PLC0415  what never opens the archive needn't load an engine

        return Store.open(self.database_url)

    @property
    def database_url(self) -> str:
        """Where the archive is: WATCHER_DATABASE_URL, else SQLite in state/."""
        if self.settings.database_url:
            return self.settings.database_url
        return f"sqlite:///{(self.state / 'watcher.db').resolve()}"


def _attempt(load: Callable[[], T], problems: list[Problem]) -> T | None:
    """Load one file; note its problems and give None where it doesn't load."""
    try:
        return load()
    except DocumentError as error:
        problems.extend(error.problems)
        return None
