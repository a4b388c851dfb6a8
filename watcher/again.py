"""Articles that couldn't be read, tried again once another rulebook is there, or another Watcher. After polling."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from watcher.decide.match import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.reading import Readers
    from watcher.state.archive import StoredArticle
    from watcher.state.store import Store

LIMIT = 200  # articles a pass: the next pass takes the next ones


def again(store: Store, readers: Readers, rulebook: str, now: datetime) -> None:
    """Decide unread articles again under the rulebook of this hash, which is the readers', and tell of the rest."""
    waiting = store.unread.waiting(rulebook, LIMIT)
    if waiting:
        asyncio.run(_decide(store, readers, waiting, rulebook, now))
    store.unread.note(now)


async def _decide(
    store: Store, readers: Readers, waiting: Sequence[StoredArticle], rulebook: str, now: datetime
) -> None:
    for each in waiting:
        done = await readers.decide(0, each.article, now)
        finding = done.finding or Finding(each.article, unread=done.reason)
        await asyncio.to_thread(store.unread.settle, each.key, finding, done.rulebook or rulebook, now)
