"""
Accuracy on the labelled items of `../shared/gold`: precision, recall and F1, by file, language and half.

Every file is split by a hash of the id: two thirds to learn from, one third held out, whose errors have been read once
by now. `--errors` lists the errors of the learning part only. `stream` are the items of ../shared/items that name
Russia or Ukraine, labelled by us: `stream.tsv` has their ids and relations; no rule comes from its held-out third.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher.collect.article import Article
from watcher.decide import lexicon, relation
from watcher.score import Count, Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
FILES = ("items", "natural", "multilingual", "bodies")
STREAM = Path(__file__).with_name("stream.tsv")


@dataclass
class Score:
    """All measures of one set of items."""

    counts: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    groups: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))

    def add(self, item: dict[str, Any], found: list[Key], groups: dict[str, str]) -> None:
        """Count one item: relations as (partner, good, direction, status)."""
        wanted = [tuple(row) for row in item["relations"]]
        self.counts["relevance"].add({("r",)} if found else set(), {("r",)} if item["relevant"] else set())
        self.counts["partners"].add({row[:1] for row in found}, {row[:1] for row in wanted})
        self.counts["relations"].add({row[:3] for row in found}, {row[:3] for row in wanted})
        directed = [{row[:3] for row in rows if row[2] != "any"} for rows in (found, wanted)]
        self.counts["directed"].add(*directed)
        self.counts["status"].add(set(found), set(wanted))
        denials = [{(*row[:2], row[3]) for row in rows if row[3] in ("denied", "negated")} for rows in (found, wanted)]
        self.counts["denied+negated"].add(*denials)
        for group in set(groups.values()):
            both = [{row[:3] for row in rows if groups.get(row[1]) == group} for rows in (found, wanted)]
            self.groups[group].add(*both)

    def line(self, name: str) -> str:
        """Give one row of the table: F1 of each measure, precision and recall of relevance."""
        cells = []
        for measure in ("relevance", "partners", "relations", "directed", "status", "denied+negated"):
            rates = self.counts[measure].rates()
            cells.append(f"{rates['f1']:.3f} ({rates['precision']:.2f}/{rates['recall']:.2f})")
        macro = sum(count.rates()["f1"] for count in self.groups.values()) / max(1, len(self.groups))
        return f"{name:34}" + " ".join(f"{cell:19}" for cell in cells) + f" {macro:.3f}"


def is_learning(item: dict[str, Any]) -> bool:
    """Tell the two thirds that may be looked at from the third that may not."""
    return int(hashlib.sha256(item["id"].encode()).hexdigest(), 16) % 3 != 0


def items(path: Path) -> Iterator[dict[str, Any]]:
    """Read a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def stream() -> Iterator[dict[str, Any]]:
    """Give the stream's items as gold has them, `relevant` and `relations` from our labels."""
    rows = (line.split("\t") for line in STREAM.read_text(encoding="utf-8").splitlines())
    labels = {id_: [each.split() for each in labelled.split("; ") if each] for id_, labelled in rows}
    with gzip.open(SHARED / "items" / "news-30k.jsonl.gz", "rt", encoding="utf-8") as lines:
        for item in map(json.loads, lines):
            if item["id"] in labels:
                relations = labels[item["id"]]
                yield {**item, "relations": relations, "relevant": bool(relations), "hard": False}


def article_of(item: dict[str, Any]) -> Article:
    """Make the article of an item."""
    title, summary, body, language = (item.get(key) or "" for key in ("title", "summary", "body", "language"))
    return Article(id=item["id"], title=title, summary=summary, body=body, language=language)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list the learning part's errors")
    parser.add_argument("--file", choices=(*FILES, "stream"), help="only this file")
    parser.add_argument("--lang", help="only this language, or -en for all others")
    options = parser.parse_args()
    book = lexicon.load(ROOT / "rules")
    groups = {good.id: good.group for good in book.goods.values()}
    scores: dict[str, Score] = defaultdict(Score)
    for name in [options.file] if options.file else (*FILES, "stream"):
        for item in stream() if name == "stream" else items(SHARED / "gold" / f"{name}.jsonl"):
            if options.lang and (item["language"] == options.lang.lstrip("-")) == options.lang.startswith("-"):
                continue
            read = relation.read(article_of(item), book)
            found: list[Key] = [(r.partner, r.good, r.direction, r.status) for r in read]
            half = "learn" if is_learning(item) else "held-out"
            language = "en" if item["language"] == "en" else "other"
            keys = [f"{name} {half}", f"{name} {language} {half}", *([f"all {half}"] if name != "stream" else [])]
            for key in keys:
                scores[key].add(item, found, groups)
            if language != "en" and name != "stream":
                scores[f"lang {item['language']} {half}"].add(item, found, groups)
            if options.errors and half == "learn":
                print_errors(item, found)
    head = ("relevance", "partners", "relations", "directed", "status", "denied+negated", "macro")
    print(f"{'':34}" + " ".join(f"{cell:19}" for cell in head))
    for key in sorted(scores):
        print(scores[key].line(key))
    if not options.file:
        compare_reports(book, show=options.errors)


def print_errors(item: dict[str, Any], found: Iterable[Key]) -> None:
    """List what an item's relations lack (-) and what they have too much (+)."""
    wanted = {tuple(row) for row in item["relations"]}
    missing, extra = wanted - set(found), set(found) - wanted
    if missing or extra:
        hard = " HARD" if item["hard"] else ""
        print(f"# {item['id'][:6]}{hard} [{item['language']}] {item['title']} || {(item['summary'] or '')[:420]}")
        if item.get("body"):
            print("   body:", item["body"][:3500])
        for sign, rows in (("-", missing), ("+", extra), ("=", wanted & set(found))):
            for row in sorted(rows):
                print("   ", sign, " ".join(row))


def compare_reports(book: lexicon.Lexicon, *, show: bool) -> None:
    """Run the two founding reports and compare with the relations they state."""
    wanted: dict[str, set[Key]] = defaultdict(set)
    path = SHARED / "gold" / "seed_relations.tsv"
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        seed, *key = line.split("\t")
        wanted[seed].add(tuple(key[:4]))
    tally: Counter[str] = Counter()
    for seed, rows in wanted.items():
        body = (SHARED / "seeds" / seed).read_text(encoding="utf-8")
        read = relation.read(Article(id=seed, title="", body=body, language="en"), book)
        found = {(r.partner, r.good, r.direction, r.status) for r in read}
        triples, listed = {row[:3] for row in found}, {row[:3] for row in rows}
        tally.update(wanted=len(listed), found=len(listed & triples), rows=len(rows), right=len(rows & found))
        tally.update(printed=len(triples), printed_listed=len(triples & listed))
        if show:
            for lacking in sorted(listed - triples):
                print("   -", *lacking)
            for each in read:
                sign = "=" if (each.partner, each.good, each.direction) in listed else "+"
                print("   ", sign, each.partner, each.good, each.direction, each.status, "|", each.evidence[:160])
    print(
        f"founding reports: found {tally['found'] / tally['wanted']:.3f}, "
        f"right status {tally['right'] / tally['rows']:.3f}, "
        f"listed among printed {tally['printed_listed'] / max(1, tally['printed']):.3f} ({tally['printed']} printed)"
    )


if __name__ == "__main__":
    started = time.perf_counter()
    main()
    print(f"{time.perf_counter() - started:.1f} s", file=sys.stderr)
