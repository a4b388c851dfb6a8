"""Articles decided a second: the decide floor beside a `re` alternation and spaCy's PhraseMatcher, over news-30k."""

from __future__ import annotations

import random
import re
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bench.check import write_rules
from bench.race import Contender, race, rate, table
from watcher import items
from watcher.decide import entry, inflect, lexicon, rules
from watcher.decide.match import match

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from watcher.collect.article import Article
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.rules import Rulebook

SHIPPED = Path(__file__).resolve().parent.parent / "rules"
NOW = datetime(2026, 7, 1, tzinfo=UTC)
SAMPLE = 6000
SLOW_SAMPLE = 300
LONG = 1500
BODIES = 300
BODY = 4000
_WORD = re.compile(r"[a-z]{5,}")


def report(shared: Path, rounds: int) -> str:
    """Measure, and say how many articles a second each of them reads."""
    started = time.perf_counter()
    book = lexicon.load(SHIPPED)
    rulebook = rules.load(SHIPPED, book)
    for language in book.languages:  # made when first asked for
        book.matcher(language)
    loaded = time.perf_counter() - started
    terms = sorted({form for sense in entry.read(SHIPPED, None).senses.values() for form in _forms(sense)})
    everything = _articles(shared)
    articles, bodies, mixed = everything[:SAMPLE], _long(everything), _bodies(everything)
    words = sorted({word for article in articles for word in _WORD.findall(article.title)})
    few, many = (_rulebook(_smaller(book, of), count, words) for of, count in ((2000, 200), (10_000, 1000)))
    contenders = {
        f"re alternation, find all terms ({SLOW_SAMPLE} articles)": _alternation(terms, articles[:SLOW_SAMPLE]),
        f"spaCy's PhraseMatcher, find all terms ({SLOW_SAMPLE} articles)": _phrases(terms, articles[:SLOW_SAMPLE]),
        f"watcher.decide: terms, relations, {len(rulebook.rules)} rules": _decided(articles, rulebook),
        "the same with 200 rules": _decided(articles, _rulebook(book, 200, words)),
        "the same with 1,000 rules": _decided(articles, _rulebook(book, 1000, words)),
        "2,000 terms, 200 rules": _decided(articles, few),
        "10,000 terms, 1,000 rules": _decided(articles, many),
        f"{LONG} articles of 4 kB, 200 rules": _decided(bodies, _rulebook(book, 200, words)),
        f"{BODIES} articles of 4 kB, each sentence another's": _decided(mixed, _rulebook(book, 200, words)),
    }
    laps = race([Contender(name, run) for name, run in contenders.items()], rounds)
    rates = {name: rate(laps[name]) for name in contenders}
    first = next(iter(rates.values()))
    found = sum(match(article, rulebook, now=NOW).relevant for article in articles)
    return table(
        f"match: {len(articles)} of news-30k ({found} relevant), {len(terms)} terms, loaded in {loaded:.2f} s for all "
        "languages; by CPU time",
        [("", "articles/s", "of re"), *((name, f"{each:,.0f}", f"{each / first:.2f}") for name, each in rates.items())],
    )


def _articles(shared: Path) -> list[Article]:
    """Draw from all over the file, the same every time."""
    with (shared / "items" / "news-30k.jsonl.gz").open("rb") as stream:
        everything = list(islice(items.read(stream, name="news-30k"), 30_000))
    return random.Random(2026).sample(everything, len(everything))


def _long(articles: list[Article]) -> list[Article]:
    """Give each of some articles a body of four thousand letters about what its title is about: its own words again."""
    spoken = (article for article in articles if article.language in ("", "en"))
    return [replace(each, body=(f"{each.title}. {each.summary}\n" * BODY)[:BODY]) for each in islice(spoken, LONG)]


def _bodies(articles: list[Article]) -> list[Article]:
    """Give each of some articles a body of what others say: nearly all then name Russia and a partner somewhere."""
    draw = random.Random(2026)
    spoken = [article for article in articles if article.language in ("", "en")]
    made = []
    for article in spoken[:BODIES]:
        body = "\n".join(f"{other.title}. {other.summary}" for other in draw.choices(spoken, k=40))
        made.append(replace(article, body=body[:BODY]))
    return made


def _smaller(book: Lexicon, count: int) -> Lexicon:
    """Give the lexicon with so many of its terms."""
    every = [(language, term) for language, senses in book.senses.items() for term in senses]
    kept: dict[str, dict[str, lexicon.Sense]] = {language: {} for language in book.senses}
    for language, term in random.Random(2026).sample(every, min(count, len(every))):
        kept[language][term] = book.senses[language][term]
    return replace(book, senses=kept)


def _rulebook(book: Lexicon, count: int, words: list[str]) -> Rulebook:
    with tempfile.TemporaryDirectory() as folder:
        write_rules(Path(folder), book, count, words)
        return rules.load(Path(folder), book)


def _decided(articles: list[Article], rulebook: Rulebook) -> Callable[[], int]:
    return lambda: len([match(article, rulebook, now=NOW) for article in articles])


def _alternation(terms: list[str], articles: list[Article]) -> Callable[[], int]:
    pattern = re.compile("|".join(map(_expression, sorted(terms, key=len, reverse=True))), re.IGNORECASE)
    return lambda: len([pattern.findall(_text(article)) for article in articles])


def _phrases(terms: list[str], articles: list[Article]) -> Callable[[], int]:
    """Make spaCy's matcher of the terms, which knows no word by its beginning alone; English words are what it cuts."""
    import spacy
    from spacy.matcher import PhraseMatcher

    language = spacy.blank("en")
    matcher = PhraseMatcher(language.vocab, attr="LOWER")
    matcher.add("terms", [language.make_doc(term) for term in terms if "*" not in term])
    return lambda: len([matcher(language.make_doc(_text(article))) for article in articles])


def _forms(terms: Iterable[str]) -> Iterable[str]:
    for term in terms:
        yield from inflect.spell(term.removeprefix("="))


def _expression(term: str) -> str:
    """Write a term as an expression: whole words, `*` for any ending, no borders where words have none."""
    written = re.escape(term).replace(r"\*", r"\w*")
    return written if re.search("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]", term) else rf"\b{written}\b"


def _text(article: Article) -> str:
    return f"{article.title}\n{article.summary}"
