"""Full-text search on PostgreSQL: it finds what it finds on SQLite, which is what the query means."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.remembered import NOW, article
from tests.test_search import DAY, QUERIES, TEXTS, evaluated, fill, find, told
from watcher.decide.match import Finding
from watcher.state import words
from watcher.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres import Server


@pytest.fixture(scope="module")
def library(postgres: Server) -> Iterator[Store]:
    """Give an archive of short texts in many scripts."""
    with Store.open(postgres.database()) as store:
        for number, title in enumerate(TEXTS):
            language = "ru" if title[0] in "ЭИй" else "en-GB" if title.isascii() else "fr"
            tags = ("press-ure",) if number % 3 else ("Pressure",)
            made = told(number, title, language=language, tags=tags, kind="wire")
            fill(store, replace(made, article=replace(made.article, body="Drones again." if number % 5 == 0 else "")))
        yield store


@pytest.mark.parametrize("query", QUERIES)
def test_a_search_finds_exactly_what_the_query_means(library: Store, query: str) -> None:
    """The index only narrows down: in every script, for every operator, the query itself decides; in either order."""
    expected = evaluated(library, query)
    assert set(find(library, query)) == expected
    assert set(find(library, query, by="relevance")) == expected


def test_the_most_relevant_come_first(library: Store) -> None:
    """A word that a title has again and again weighs most."""
    assert find(library, "drones", by="relevance")[0] == "Drones, drones and more drones"


def test_words_that_the_engine_has_a_meaning_for_are_words(postgres: Server) -> None:
    """Quotes, backslashes, operators and very long words neither break the index nor open it to strangers."""
    strange = ["it's", "a\\b c", "d & !e | f:*A", "'; DROP TABLE words_texts --", "long " + "x" * 5000]
    with Store.open(postgres.database()) as store:
        fill(store, *(Finding(article(str(n), title=title, published=NOW)) for n, title in enumerate(strange)))
        for title, query in zip(strange, ["it's", '"a b"', "d e f", "drop table", "long"], strict=True):
            assert find(store, query) == [title]


def test_what_is_edited_is_found_as_it_reads_now(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new words find it, the old ones no longer do; an index of another form is made again, batch by batch."""
    monkeypatch.setattr(words, "BATCH", 1)
    with Store.open(postgres.database()) as store:
        fill(store, told(1, "First words"), told(2, "Other words"))
        assert find(store, "first") == ["First words"]
        fill(store, told(1, "Second words"), ago=-DAY)
        assert find(store, "second") == ["Second words"]
        assert find(store, "first") == []
        with store.database.write() as connection:
            connection.exec_driver_sql("UPDATE words_mark SET form = 'old'")
        assert sorted(find(store, "words")) == ["Other words", "Second words"]
