"""What tells two articles, or two texts of one, from each other."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from watcher.collect.article import identity

if TYPE_CHECKING:
    from sqlalchemy import Row

    from watcher.collect.article import Article

_WORD = re.compile(r"\w+")


def twin_of(article: Article) -> str | None:
    """Give what two ids of one article share: its address and folded headline; None where it lacks either."""
    if not (article.url and article.title):
        return None
    joined = f"{article.url}\0{_fold(article.title)}".encode("utf-8", "replace")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()


def _fold(title: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split())


def is_another(row: Row[Any] | Article, article: Article) -> bool:
    """Tell a reused id from an edit: another address, and a headline that shares hardly a word with the old one."""
    if not (row.url and article.url) or row.url == article.url:
        return False
    old, new = (set(_WORD.findall(_fold(title))) for title in (row.title, article.title))
    return len(old & new) * 3 < min(len(old), len(new))


def own_id(article: Article) -> str:
    """Give an id that doesn't depend on what its feed calls it."""
    return identity(feed=article.feed, guid="", url=article.url, title=article.title, summary=article.summary)
