"""An entry as a feed has it, in whatever format, and the Article that it makes."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from watcher.collect.article import Article, canonical, identity
from watcher.collect.dates import read_date
from watcher.collect.language import choose, language_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from watcher.collect.feeds import Feed

_TITLE_LENGTH = 120
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_MACHINERY = 4
_RANKS = {"alternate": 0, "via": 0, "enclosure": 2, "self": 3} | dict.fromkeys(("edit", "replies", "license", "hub"), 4)
# What of an entry is kept: all of any that a person wrote.
_LONGEST_TITLE = 1000
_LONGEST_TEXT = 400_000
_MOST_CATEGORIES = 30
_LONGEST_CATEGORY = 100
_NEWS_SEARCH = re.compile(r"news\.google\.[a-z.]{2,6}|(www\.)?bing\.com|news\.search\.yahoo\.com", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: plain texts, links and dates as written; `dates` in the order in which they are to be believed."""

    guid: str = ""
    title: str = ""
    link: str = ""
    summary: str = ""
    body: str = ""
    dates: tuple[str, ...] = ()
    author: str = ""
    outlet: str = ""
    language: str = ""
    categories: tuple[str, ...] = ()
    enclosure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A document's entries and what it says of itself; `link` its site, `ttl` in seconds."""

    title: str
    link: str
    language: str
    entries: tuple[Entry, ...]
    ttl: float | None = None
    is_whole: bool = True
    is_atom: bool = False


def articles_of(channel: Channel, feed: Feed, *, url: str, now: datetime) -> tuple[Article, ...]:
    """Give the document's articles in its order, each once; `url` is where it was fetched."""
    if _is_news_search(feed.url) or _is_news_search(channel.link):
        feed = feed.model_copy(update={"kind": "aggregator"})
    base = _base(channel, feed, url)
    entries = [entry for entry in channel.entries if entry.title or entry.link or entry.summary or entry.body]
    links = [_link(entry.link, base) for entry in entries]
    guids = _telling((entry.guid, (link, entry.title)) for entry, link in zip(entries, links, strict=True))
    telling_links = _telling((link, entry.title) for entry, link in zip(entries, links, strict=True))
    enclosures = [_link(entry.enclosure, base) for entry in entries]
    articles: dict[str, Article] = {}
    for entry, link, enclosure in zip(entries, links, enclosures, strict=True):
        id_ = identity(
            feed=feed.id,
            guid=entry.guid if entry.guid in guids else "",
            url=link if link in telling_links else "",
            title=entry.title,
            summary=entry.summary or entry.body,
        )
        if id_ not in articles:
            articles[id_] = _article(entry, (id_, link, enclosure), channel, feed, now)
    return tuple(articles.values())


def choose_link(link: str, guid: str, links: Sequence[tuple[str, str]]) -> str:
    """Give the entry's own page: its link, else the first of its links (rel, href) that isn't the feed's machinery."""
    # feedparser puts the guid where a link is missing, whether it is an address or not.
    if link and (link != guid or link.startswith("/") or canonical(link)):
        return link
    ranked = [(_RANKS.get(rel, 1), href) for rel, href in links]
    return min((pair for pair in ranked if pair[0] < _MACHINERY and pair[1]), default=(0, ""))[1]


def seconds_of(ttl: str, period: str, frequency: str) -> float | None:
    """Read how often a feed says that it changes: RSS's ttl (minutes), RDF's syndication module."""
    if re.fullmatch(r"[0-9]{1,6}", ttl):
        return float(ttl) * 60
    seconds = _PERIODS.get(period.lower())
    if seconds is None:
        return None
    return seconds / max(1, int(frequency)) if re.fullmatch(r"[0-9]{1,4}", frequency) else float(seconds)


def _article(entry: Entry, names: tuple[str, str, str], channel: Channel, feed: Feed, now: datetime) -> Article:
    id_, link, enclosure = names
    title, summary, source = entry.title, entry.summary, feed.name or channel.title or feed.id
    if feed.kind == "aggregator":
        source = entry.outlet or _site(link, feed)
        title = _without_outlet(title, source)
        # What a news search calls a summary is the headline again, its outlet, and other outlets' headlines.
        summary = "" if summary.startswith((title, entry.title)) else summary
    said = language_of(entry.language) or language_of(channel.language)
    dates = (read_date(date, now=now, country=feed.country) for date in entry.dates)
    return Article(
        id=id_,
        title=title[:_LONGEST_TITLE] or _first_words(summary or entry.body),
        summary=summary[:_LONGEST_TEXT],
        body=entry.body[:_LONGEST_TEXT],
        url=link,
        source=source,
        language=choose(said, f"{title}\n{summary or entry.body}", otherwise=language_of(feed.language)),
        published=next((date for date in dates if date), None),
        author=entry.author,
        feed=feed.id,
        kind=feed.kind,
        tags=feed.tags,
        categories=_categories(entry.categories),
        enclosure=enclosure,
    )


def _categories(words: Sequence[str]) -> tuple[str, ...]:
    different = dict.fromkeys(word[:_LONGEST_CATEGORY] for word in words if word)
    return tuple(different)[:_MOST_CATEGORIES]


def _telling(pairs: Iterable[tuple[str, object]]) -> set[str]:
    """Give the keys that stand for one thing each: some feeds give all entries one guid, or the front page's link."""
    seen = defaultdict(set)
    for key, thing in pairs:
        seen[key].add(thing)
    return {key for key, things in seen.items() if key and len(things) == 1}


def _base(channel: Channel, feed: Feed, url: str) -> str:
    """Give what relative links are relative to: RSS doesn't say, and means its site; Atom means the document."""
    places: Sequence[str] = (url, feed.url, channel.link) if channel.is_atom else (channel.link, url, feed.url)
    return next((place for place in places if canonical(place)), "")


def _link(link: str, base: str) -> str:
    link = link.strip()
    if link.startswith("//"):
        return canonical(f"https:{link}") if not base else canonical(urljoin(base, link))
    try:
        return canonical(urljoin(base, link)) if link else ""
    except ValueError:
        return ""


def _is_news_search(address: str) -> bool:
    return bool(_NEWS_SEARCH.fullmatch(urlsplit(canonical(address)).hostname or ""))


def _site(link: str, feed: Feed) -> str:
    """Give the host an aggregator's entry leads to, unless it is the aggregator's own."""
    host, own = urlsplit(link).hostname or "", urlsplit(feed.url).hostname or ""
    is_own = ".".join(host.split(".")[-2:]) == ".".join(own.split(".")[-2:])
    return "" if is_own else host.removeprefix("www.")


def _without_outlet(title: str, outlet: str) -> str:
    tail = f" - {outlet}"
    return title[: -len(tail)].rstrip() if outlet and title.lower().endswith(tail.lower()) else title


def _first_words(text: str) -> str:
    """Make a title of a text that has none, so that it can be shown."""
    start = text.partition("\n")[0]
    if len(start) <= _TITLE_LENGTH:
        return start
    return (
        start[:_TITLE_LENGTH].rpartition(" ")[0].rstrip(" ,;:") + " …" if " " in start else start[:_TITLE_LENGTH] + "…"
    )
