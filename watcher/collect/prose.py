"""A web page → the article's text on it: only trafilatura here, which comes with the extra `fulltext`."""

from __future__ import annotations

from importlib.util import find_spec

from watcher.errors import SourceError

LONGEST = 200_000  # characters
MISSING = (
    "`fulltext: true` needs the extra of that name: pip install 'watcher[fulltext]'. Until then articles stay as their "
    "feeds give them"
)


def is_installed() -> bool:
    """Tell whether texts can be taken out of pages here."""
    return all(find_spec(name) for name in ("trafilatura", "protego"))


def text_of(page: bytes) -> str:
    """Give the text of the article that a page is about, a line for each paragraph. Raises SourceError `no-text`."""
    import trafilatura  # noqa: PLC0415, TID251  an extra, and slow to load: only its workers do

    try:
        text = trafilatura.extract(page, include_comments=False, include_tables=False)
    except Exception as error:  # what strangers write makes it raise anything, and one bad page is a result
        raise SourceError("no-text", f"the page can't be read ({type(error).__name__})") from error
    if not text:
        raise SourceError("no-text", "the page has no article")
    return text[:LONGEST]
