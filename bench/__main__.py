"""`python -m bench` measures everything, `python -m bench parse match poll` only what is named."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

NAMES = ("parse", "match", "story", "digest", "check", "poll", "fetch", "real", "archive", "fleet", "growth")
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def main() -> int:
    """Run the benches named on the command line; 0, or 2 where the real-world data is missing."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="|".join(NAMES), help="which to run; all by default")
    parser.add_argument("--rounds", type=int, default=5, help="laps of each contender; 5 by default")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of captured feeds and articles")
    parser.add_argument(
        "--articles", type=int, nargs="+", help="how large the archive is, or grows; 100,000 by default"
    )
    parser.add_argument("--folder", type=Path, help="where an archive stays, to be measured part by part")
    parser.add_argument(
        "--parts", nargs="+", help="of archive: fill search diff rules lexicon; of growth: fill measure"
    )
    parser.add_argument("--feeds", type=int, help="how many a fleet polls; 10,000 by default")
    parser.add_argument("--workers", type=int, nargs="+", help="of how many workers fleets are; 1 2 4 by default")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(NAMES):
        parser.error(f"there is no bench called {', '.join(sorted(unknown))}")
    if not (arguments.shared / "feeds").is_dir():
        sys.stderr.write(f"{arguments.shared} is not there: parse and match measure with real feeds and articles\n")
        return 2
    for name in arguments.names or NAMES:
        wishes = {
            "archive": {
                "size": (arguments.articles or [0])[0],
                "folder": arguments.folder,
                "parts": arguments.parts,
            },
            "fleet": {"size": arguments.feeds, "workers": arguments.workers},
            "growth": {"sizes": arguments.articles, "folder": arguments.folder, "parts": arguments.parts},
        }
        more = {wish: value for wish, value in wishes.get(name, {}).items() if value}
        print(importlib.import_module(f"bench.{name}").report(arguments.shared, arguments.rounds, **more), flush=True)
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
