"""Articles decided a second: the whole decide floor beside a `re` alternation of the lexicon's terms, over news-30k."""

from __future__ import annotations

import random
import re
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bench.race import Contender, race, rate, table
from watcher import items
from watcher.decide import entry, inflect, lexicon, rules
from watcher.decide.match import match

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.collect.article import Article

SHIPPED = Path(__file__).resolve().parent.parent / "rules"
NOW = datetime(2026, 7, 1, tzinfo=UTC)
SAMPLE = 6000
SLOW_SAMPLE = 300


def report(shared: Path, rounds: int) -> str:
    """Measure, and say how many articles a second each of the two reads."""
    started = time.perf_counter()
    book = lexicon.load(SHIPPED)
    rulebook = rules.load(SHIPPED, book)
    for language in book.languages:  # made when first asked for
        book.matcher(language)
    loaded = time.perf_counter() - started
    terms = sorted({form for sense in entry.read(SHIPPED, None).senses.values() for form in _forms(sense)})
    pattern = re.compile("|".join(map(_expression, sorted(terms, key=len, reverse=True))), re.IGNORECASE)
    articles = _articles(shared)
    some = articles[:SLOW_SAMPLE]
    laps = race(
        [
            Contender("re", lambda: len([pattern.findall(_text(article)) for article in some])),
            Contender("watcher", lambda: len([match(article, rulebook, now=NOW) for article in articles])),
        ],
        rounds,
    )
    theirs, ours = rate(laps["re"]), rate(laps["watcher"])
    found = sum(match(article, rulebook, now=NOW).relevant for article in articles)
    title = f"match: {len(articles)} of news-30k ({found} relevant), {len(terms)} terms, {len(rulebook.rules)} rules"
    return table(
        f"{title}, loaded in {loaded:.2f} s for all languages; by CPU time",
        [
            ("", "articles/s", "of re"),
            (f"re alternation, find all terms ({len(some)} articles)", f"{theirs:,.0f}", "1.00"),
            ("watcher.decide: terms, relations, rules", f"{ours:,.0f}", f"{ours / theirs:.2f}"),
        ],
    )


def _articles(shared: Path) -> list[Article]:
    """Draw the sample, the same every time, from all over the file."""
    with (shared / "items" / "news-30k.jsonl.gz").open("rb") as stream:
        everything = list(islice(items.read(stream, name="news-30k"), 30_000))
    return random.Random(2026).sample(everything, min(SAMPLE, len(everything)))


def _forms(terms: Iterable[str]) -> Iterable[str]:
    for term in terms:
        yield from inflect.spell(term.removeprefix("="))


def _expression(term: str) -> str:
    """Write a term as an expression: whole words, `*` for any ending, no borders where words have none."""
    written = re.escape(term).replace(r"\*", r"\w*")
    return written if re.search("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]", term) else rf"\b{written}\b"


def _text(article: Article) -> str:
    return f"{article.title}\n{article.summary}"
