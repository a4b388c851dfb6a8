"""What a digest says of what it could not see."""

from __future__ import annotations

from tests.invented import NAMES
from watcher.deliver.coverage import Coverage, Source, footer


def said(*sources: Source, **more: object) -> list[str]:
    """Give the footer's lines of a digest that rests on these feeds."""
    return list(footer(Coverage(sources, **more), NAMES, ""))  # type: ignore[arg-type]  # named as its fields


def test_languages_and_countries_that_failed_are_told() -> None:
    """Half of a language's feeds, or a country's: what isn't heard there may have happened."""
    lines = said(
        Source("a", "ko", "KP", "dns"),
        Source("b", "ko-KR", "KR"),
        Source("c", "en", "IR", "timeout"),
        Source("d", "en"),
        Source("e", "en"),
        Source("f", "tlh", "XX", "http-404"),
        Source("g", "tlh", "XX", "http-404"),
        Source("h", "de", "DE", "http-404"),
    )
    assert lines[2:] == [
        "0 of 1 German feed answered.",
        "1 of 2 Korean feeds answered: silence on North Korea is weak.",
        '0 of 2 "tlh" feeds answered.',
        "0 of 1 feed from Germany answered: silence on Germany is weak.",
        "0 of 1 feed from Iran answered: silence on Iran is weak.",
    ]


def test_silences_and_broken_rules_are_told() -> None:
    """What was held back is counted, and rule files that don't load are named."""
    lines = said(Source("a"), read=5, matched=2, held=3, broken=("rules/watch/iran.yaml",))
    assert lines == [
        "1 of 1 feed answered · 5 articles read, 2 matched, 3 held back by silences",
        "Not loaded: rules/watch/iran.yaml. The last good rules went on; `watcher rules check` says what is wrong.",
    ]
