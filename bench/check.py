"""`rules check` of a thousand rules: loading and reviewing, and the command as a whole, from its start to its end."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bench.race import table
from watcher.cli.workspace import Workspace
from watcher.review import review

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.decide.lexicon import Lexicon

RULES = 1000
FILES = 20
TODAY = datetime(2026, 7, 1, tzinfo=UTC).date()
_WORDS = [
    f"{first}{last}" for first in ("tank", "rail", "steel", "port", "bank", "gold", "ship") for last in "abcdefgh"
]


def report(_shared: Path, rounds: int) -> str:
    """Write a workspace of many unlike rules, and say how long each step of checking it takes."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        _write(workspace)
        steps: dict[str, list[float]] = {"load": [], "review": [], "the whole command": []}
        command = [sys.executable, "-m", "watcher", "--dir", folder, "rules", "check"]
        for _ in range(rounds):
            started = time.process_time()
            loaded = workspace.load()
            between = time.process_time()
            found = review(loaded.feeds, loaded.rulebook, loaded.digests, TODAY)
            steps["load"].append(between - started)
            steps["review"].append(time.process_time() - between)
            begun = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            steps["the whole command"].append(time.perf_counter() - begun)
        seconds = {name: sorted(laps)[rounds // 2] for name, laps in steps.items()}
    return table(
        f"check: {RULES:,} rules, {FILES} files, {len(found):,} warnings; CPU seconds, the whole command by the clock",
        [("", "seconds"), *((name, f"{taken:.2f}") for name, taken in seconds.items())],
    )


def _write(workspace: Workspace) -> None:
    workspace.rules.mkdir(parents=True)
    (workspace.folder / "feeds.yaml").write_text("contact: bench@example.org\nfeeds: []\n", encoding="utf-8")
    write_rules(workspace.rules, workspace.load_lexicon(), RULES, _WORDS)


def write_rules(folder: Path, lexicon: Lexicon, count: int, words: Sequence[str]) -> None:
    """Write so many unlike rules into files of a folder's watch/, the same ones each time."""
    watch = folder / "watch"
    watch.mkdir()
    draw = random.Random(2026)
    named = (sorted(lexicon.partners), sorted(lexicon.goods), words)
    for file in range(FILES):
        rules = [_rule(number, draw, *named) for number in range(file, count, FILES)]
        (watch / f"{file}.yaml").write_text("".join(rules), encoding="utf-8")


def _rule(number: int, draw: random.Random, partners: Sequence[str], goods: Sequence[str], words: Sequence[str]) -> str:
    """Write one rule as an analyst might: some partners, some goods, often a query, two tests."""
    asked = [f"partners: [{', '.join(draw.sample(partners, draw.randint(1, 4)))}]"] if draw.random() < 0.8 else []
    if draw.random() < 0.7:
        asked.append(f"goods: [{', '.join(draw.sample(goods, draw.randint(1, 4)))}]")
    if draw.random() < 0.5 or not asked:
        one, two, three = draw.sample(words, 3)
        query = draw.choice(
            (
                f"{one} OR {two}*",
                f'"{one} {two}" NOT {three}',
                f"{one} NEAR/5 ({two} OR {three})",
                rf"/\b{one}\w+\b/ {two}",
            )
        )
        asked.append(f"query: '{query}'")
    tests = f"tests:\n    - match: Number {number} is found\n    - skip: Number {number} is not"
    lines = (f"id: r{number}", f"title: Rule {number}", *asked, tests)
    return "- " + "\n  ".join(lines) + "\n"
