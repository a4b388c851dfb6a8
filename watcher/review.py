"""What is odd in rules, feeds and lexicon though they load: warnings for `rules check`, each at its place."""

from __future__ import annotations

import random
import time
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

from watcher.collect.article import Article
from watcher.decide import overlap
from watcher.decide.lexicon import base_language
from watcher.decide.subject import Passage
from watcher.source import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from watcher.collect.feeds import Feed, FeedList
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.rules import Rule, Rulebook
    from watcher.deliver.digests import DigestBook

SLOW = 0.02  # seconds for one expression and a long article
LARGE = 4000  # steps below which an expression can't be slow
_RANKS = ("low", "normal", "high", "critical")
_SPOKEN = (
    "the",
    "of",
    "a",
    "talks,",
    "crates",
    "port",
    "said",
    "ships",
    "14",
    "oil",
    "Zeta-3",
    "drones;",
    "was",
    "Москва",
)
_LONG = " ".join(random.Random(7).choices(_SPOKEN, k=3500))  # noqa: S311  the same long article every time
# Scripts in which more than one of the usual languages is written are told apart by no language.
_SCRIPTS = {
    "CYRILLIC": "ru uk be bg sr mk kk ky mn tg",
    "GREEK": "el",
    "ARABIC": "ar fa ur ps",
    "HEBREW": "he",
    "DEVANAGARI": "hi ne mr",
    "THAI": "th",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh ja",
}


def review(feeds: FeedList, rulebook: Rulebook, digests: DigestBook, today: date) -> list[Problem]:
    """Give all warnings, those on rules in the order of their files."""
    read = [feed for feed in feeds.feeds if feed.enabled]
    found = [*_expired(rulebook, today), *_silent(rulebook, read), *_slow(rulebook), *_unspoken(rulebook, read)]
    found += _swallowed(rulebook, digests, today)
    found.sort(key=lambda problem: (problem.path, problem.line))
    return [*found, *_without_terms(feeds, rulebook.lexicon), *_unread_terms(rulebook.lexicon, read)]


def _warn(rulebook: Rulebook, rule: Rule, message: str, key: str = "id") -> Problem:
    source, loc = rulebook.places[rule.id]
    return source.problem((*loc, key), message, severity="warning")


def _expired(rulebook: Rulebook, today: date) -> Iterator[Problem]:
    for rule in rulebook.rules:
        if rule.expires and rule.expires < today:
            yield _warn(
                rulebook, rule, f'"{rule.id}" expired on {rule.expires}: it matches nothing any more', "expires"
            )


def _silent(rulebook: Rulebook, feeds: Sequence[Feed]) -> Iterator[Problem]:
    """Find rules that can't match: because of what they ask, or because of whom."""
    kinds = {(feed.id, feed.tags, feed.kind, feed.language) for feed in feeds}
    articles = [Article(id="", title="", feed=id_, tags=tags, kind=kind, language=language)
                for id_, tags, kind, language in sorted(kinds)]  # fmt: skip
    for watch in rulebook.watches:
        if why := overlap.conflict(watch.clause):
            yield _warn(rulebook, watch.rule, f'"{watch.rule.id}" can\'t match anything: {why}')
        elif articles and not any(overlap.is_open(watch.clause, article) for article in articles):
            why = "no feed that is read meets what it says of feeds and languages"
            yield _warn(rulebook, watch.rule, f'"{watch.rule.id}" can\'t match anything: {why}')


def _slow(rulebook: Rulebook) -> Iterator[Problem]:
    """Time the expressions that are large enough to be slow."""
    passage = Passage(_LONG, "body")
    for watch in rulebook.watches:
        for pattern in overlap.patterns(watch.clause):
            if pattern.expression.size <= LARGE:
                continue
            pattern.expression.find(passage)
            started = time.thread_time()
            pattern.expression.find(passage)
            taken = time.thread_time() - started
            if taken > SLOW:
                why = f"it takes {taken * 1000:.0f} ms for a long article. Count to less, or ask for a word"
                yield _warn(rulebook, watch.rule, f"{pattern.shown} is slow: {why}", "query")


def _unspoken(rulebook: Rulebook, feeds: Sequence[Feed]) -> Iterator[Problem]:
    """Find words in a script that no feed is written in; a feed that names no language may be in any."""
    spoken = {base_language(feed.language) for feed in feeds}
    if not feeds or "" in spoken:
        return
    for watch in rulebook.watches:
        for words in overlap.words(watch.clause):
            languages = _SCRIPTS.get(_script(words.parts[0][0]), "")
            if languages and spoken.isdisjoint(languages.split()):
                message = f"{words.shown} is found in no feed: none is in a language of its script ({languages})"
                yield _warn(rulebook, watch.rule, message, "query")


def _script(token: str) -> str:
    return unicodedata.name(token[0], "").split(" ")[0]


def _swallowed(rulebook: Rulebook, digests: DigestBook, today: date) -> Iterator[Problem]:
    """Find rules that add nothing: another matches whenever they do, as urgently, and for every digest of theirs."""
    pairs = set(overlap.swallowed(rulebook))
    told: set[int] = set()
    for number, other in sorted(pairs):
        rule, wide = rulebook.rules[number], rulebook.rules[other]
        are_equal = (other, number) in pairs
        if (
            number in told
            or not _adds_nothing(rule, wide, digests, today)
            or (are_equal and _stays(rule, wide, rulebook))
        ):
            continue
        told.add(number)
        what = "asks for the same as" if are_equal else "adds nothing to"
        yield _warn(
            rulebook, rule, f'"{rule.id}" {what} "{wide.id}" ({_place(rulebook, wide)}), which matches whenever it does'
        )


def _adds_nothing(rule: Rule, wide: Rule, digests: DigestBook, today: date) -> bool:
    is_on = rule.is_active(today) and wide.is_active(today)
    lasts = wide.expires is None or (rule.expires is not None and rule.expires <= wide.expires)
    is_ranked = _RANKS.index(rule.priority) <= _RANKS.index(wide.priority)
    return is_on and lasts and is_ranked and all(plan.takes(wide.id) for plan in digests.digests if plan.takes(rule.id))


def _stays(rule: Rule, other: Rule, rulebook: Rulebook) -> bool:
    """Of two equal rules the one with the higher priority stays, or else the first."""
    if rule.priority != other.priority:
        return False
    return rulebook.rules.index(rule) < rulebook.rules.index(other)


def _place(rulebook: Rulebook, rule: Rule) -> str:
    source, loc = rulebook.places[rule.id]
    return f"{source.path}:{source.places[loc][0] + 1}"


def _without_terms(feeds: FeedList, lexicon: Lexicon) -> Iterator[Problem]:
    """Name the languages of feeds that the lexicon has no words in: no warning, as such feeds can be searched."""
    by_language: dict[str, list[Feed]] = defaultdict(list)
    for feed in feeds.feeds:
        language = base_language(feed.language)
        if feed.enabled and language and language not in lexicon.languages:
            by_language[language].append(feed)
    if by_language:
        counts = ", ".join(f"{language} ({len(listed)})" for language, listed in sorted(by_language.items()))
        line = min(feeds.lines[feed.id] for listed in by_language.values() for feed in listed)
        message = f"the lexicon has no terms in the languages of some feeds: {counts}. They are read in all the others'"
        yield Problem("feeds.yaml", line, 1, message, severity="notice")


def _unread_terms(lexicon: Lexicon, feeds: Sequence[Feed]) -> Iterator[Problem]:
    """Name the languages of a workspace's own terms that no feed is in."""
    spoken = {base_language(feed.language) for feed in feeds}
    if feeds and "" not in spoken:
        for language, place in sorted(lexicon.added.items()):
            if language not in (*spoken, "all"):
                message = f"terms in {language}, but no feed that is read is in that language"
                yield Problem(place.path, place.line, place.column, message, place.source, "warning")
