"""An archive copied from one engine to the other and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.remembered import NOW, article, finding, listed, part, record
from watcher.errors import StateError
from watcher.state import copying
from watcher.state.copying import Copied, copy
from watcher.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres import Server


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Store]:
    """Give a SQLite archive with articles, one of them edited, matched and delivered."""
    with Store.open(f"sqlite:///{tmp_path / 'state' / 'watcher.db'}") as store:
        listed(store, "wire", "late")
        record(store, "wire", *(finding(article(str(number)), "arms") for number in range(7)))
        record(store, "wire", finding(article("1", title="Samples are shipped, part 1, says the desk"), "arms"))
        (first, *_) = store.archive.articles()
        store.outbox.plan("daily", NOW, [part(1, first)], NOW)
        yield store


@pytest.fixture
def other(postgres: Server) -> Iterator[Store]:
    """Give an empty archive on PostgreSQL."""
    with Store.open(postgres.database()) as store:
        yield store


def test_an_archive_moves_to_postgresql_and_back(
    filled: Store, other: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All rows arrive, the bot goes on with them, and the way back gives the same archive."""
    monkeypatch.setattr(copying, "PAGE", 3)
    told: list[tuple[int, int]] = []
    done = copy(filled.database, other.database, lambda *counts: told.append(counts))
    assert Copied("articles", 7, 7) in done
    assert Copied("edits", 1, 1) in done
    assert told[-1][0] == told[-1][1] == sum(each.rows for each in done)
    with Store.open(f"sqlite:///{tmp_path / 'back' / 'watcher.db'}") as back:
        copy(other.database, back.database)
        assert list(back.archive.articles()) == list(filled.archive.articles())
    assert record(other, "late", finding(article("new", name="late"), "arms")) == (1, 0, 0)
    assert len(other.outbox.parts()) == 1


def test_an_interrupted_copy_goes_on(filled: Store, other: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it had brought is not brought again, and the result is whole."""
    monkeypatch.setattr(copying, "PAGE", 3)

    def interrupt(done: int, _total: int) -> None:
        if done > 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(filled.database, other.database, interrupt)
    done = copy(filled.database, other.database)
    assert 0 < sum(each.new for each in done) < sum(each.rows for each in done)
    assert list(other.archive.articles()) == list(filled.archive.articles())


@pytest.mark.parametrize("numbers", [["elsewhere"], ["3", "2", "1"]])
def test_a_database_with_another_archive_is_told(filled: Store, other: Store, numbers: list[str]) -> None:
    """What is there already isn't overwritten, and isn't taken for a copy."""
    listed(other, "wire")
    for number in numbers:
        record(other, "wire", finding(article(number)))
    with pytest.raises(StateError, match="copy into an empty database"):
        copy(filled.database, other.database)
