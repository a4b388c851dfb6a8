"""`watcher status`: the health of feeds, archive, digests and outbox."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from watcher import history
from watcher.cli import show
from watcher.cli.feeds import health
from watcher.cli.listing import stamp
from watcher.collect.due import FeedState
from watcher.collect.feeds import FeedList
from watcher.deliver.slots import following
from watcher.errors import DocumentError
from watcher.state.outbox import KEPT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from watcher.cli.workspace import Workspace
    from watcher.deliver.digests import DigestBook
    from watcher.state.outbox import StoredPart
    from watcher.state.store import Store

Format = Annotated[Literal["text", "json"], typer.Option("--format", help="How to write it.")]
_DAY = timedelta(days=1)
_STATES = ("ok", "failing", "ailing", "new", "disabled")
_UNHEALTHY = ("id", "reason", "detail", "last_success")
_COUNTS = ("pending", "sending", "sent", "dropped")
_COUNTED = ("articles", "relevant", "matched")


def status(ctx: typer.Context, format_: Format = "text") -> None:
    """
    Health of feeds, archive, digests and outbox. Works beside a running `watcher run`, and changes nothing.

    Try: `watcher status --format json | jq .feeds.unhealthy`
    """
    workspace: Workspace = ctx.obj
    now = show.now()
    rules, listed, book = _files(workspace)
    report: dict[str, Any] = {"feeds": _feeds(listed, workspace.feed_states(), now), "rules": rules}
    if workspace.has_archive:
        with workspace.open() as store:
            parts = store.outbox.parts(*KEPT)
            report["archive"] = _archive(store, now) | _unread(store)
            report["digests"] = [_digest(store, book, number, parts, now) for number in range(len(book.digests))]
            report["outbox"] = _outbox(parts, store.outbox.counts())
    if format_ == "json":
        show.write_json(report)
    else:
        show.results().print("\n".join(_lines(report)), markup=False, soft_wrap=True)


def _files(workspace: Workspace) -> tuple[dict[str, Any], FeedList, DigestBook]:
    """Give what the files say; where they don't load, what is wrong, and the last good ones that a run goes on with."""
    try:
        loaded = workspace.load()
    except DocumentError as error:
        last = next(iter(history.kept(workspace.state)), None)
        if last is None:
            raise
        problems = [f"{one.path}:{one.line}:{one.column}: {one.message}" for one in error.problems]
        rules = {"rulebook": last.hash, "taken_over": stamp(last.at), "problems": problems}
        is_listed = not any(one.path == "feeds.yaml" for one in error.problems)
        listed = workspace.load_feeds() if is_listed else FeedList()
        return rules, listed, workspace.at(last.rules).load_digests()
    book = loaded.rulebook
    return {"total": len(book.rules), "rulebook": book.hash[:16], "problems": []}, loaded.feeds, loaded.digests


def _feeds(listed: FeedList, states: dict[str, FeedState], now: datetime) -> dict[str, Any]:
    known = [(feed, states.get(feed.id) or FeedState(id=feed.id, url=feed.url)) for feed in listed.feeds]
    rows = [health(feed, state, now) for feed, state in known]
    words = Counter(row["state"] for row in rows)
    last = max((state.last_attempt for _, state in known if state.last_attempt), default=None)
    unhealthy = [{name: row[name] for name in _UNHEALTHY} for row in rows if "reason" in row]
    counts = {word: words[word] for word in _STATES}
    return {"total": len(rows), **counts, "last_polled": stamp(last), "unhealthy": unhealthy}


def _archive(store: Store, now: datetime) -> dict[str, Any]:
    ever, lately = store.archive.counts(), store.archive.counts(since=now - _DAY)
    return {name: getattr(ever, name) for name in _COUNTED} | {
        "last_24h": {name: getattr(lately, name) for name in _COUNTED}
    }


def _unread(store: Store) -> dict[str, Any]:
    """Give how many articles couldn't be read, and the last one with its reason."""
    found = store.unread.found()
    return {"unread": found.count, "last_unread": f"“{found.title}”: {found.reason}"} if found else {"unread": 0}


def _digest(store: Store, book: DigestBook, number: int, parts: Iterable[StoredPart], now: datetime) -> dict[str, Any]:
    plan = book.digests[number]
    return {
        "id": plan.id,
        "channel": plan.channel,
        "last_slot": stamp(store.outbox.last_slot(plan.id)),
        "next_slot": stamp(following(plan, now)),
        "unsent_parts": sum(part.digest == plan.id for part in parts),
    }


def _outbox(parts: Iterable[StoredPart], counts: Mapping[str, int]) -> dict[str, Any]:
    kept: dict[str, list[dict[str, Any]]] = {"waiting": [], "held": []}
    for part in parts:
        entry = {"digest": part.digest, "key": part.key, "part": part.part, "of": part.of, "reason": part.reason}
        kept["held" if part.status == "held" else "waiting"].append(entry)
    return {word: counts.get(word, 0) for word in _COUNTS} | kept


def _lines(report: dict[str, Any]) -> Iterator[str]:
    feeds = report["feeds"]
    polled = f"last polled {feeds['last_polled']}" if feeds["last_polled"] else "never polled: `watcher poll`"
    counts = ", ".join(f"{feeds[word]} {word}" for word in _STATES if feeds[word])
    yield f"feeds    {feeds['total']}: {counts or 'none'}; {polled}"
    for each in feeds["unhealthy"]:
        since = f"; last answered {each['last_success']}" if each["last_success"] else ""
        yield f"         {each['id']}: {each['reason']}{': ' if each['detail'] else ''}{each['detail']}{since}"
    yield from _rule_lines(report["rules"])
    if "archive" not in report:
        yield "archive  none yet"
        return
    archive, day = report["archive"], report["archive"]["last_24h"]
    yield f"archive  {_counted(archive)}; in the last 24 hours {_counted(day)}"
    if archive["unread"]:
        yield f"         {archive['unread']:,} can't be read, the last one {archive['last_unread']}"
    for each in report["digests"]:
        last = f"last {each['last_slot']}" if each["last_slot"] else "none yet"
        unsent = f"; {each['unsent_parts']} parts not sent" if each["unsent_parts"] else ""
        yield f"digest   {each['id']} to {each['channel']}: {last}, next {each['next_slot']}{unsent}"
    outbox = report["outbox"]
    counts = ", ".join(f"{outbox[word]} {word}" for word in _COUNTS if outbox[word] or word != "dropped")
    yield f"outbox   {counts}, {len(outbox['held'])} held"
    for word in ("waiting", "held"):
        for each in outbox[word]:
            name, why = f"{each['digest']} part {each['part']} of {each['of']}", each["reason"] or "not tried yet"
            yield f"         {name}, {word}: {why}"
    if outbox["held"]:
        yield "         `watcher outbox` tries again, or gives up, what is held"


def _rule_lines(rules: dict[str, Any]) -> Iterator[str]:
    if not rules["problems"]:
        yield f"rules    {rules['total']}, rulebook {rules['rulebook']}"
        return
    yield f"rules    don't load; a run goes on with rulebook {rules['rulebook']}, taken over {rules['taken_over']}"
    yield from (f"         {problem}" for problem in rules["problems"])


def _counted(counts: dict[str, Any]) -> str:
    return ", ".join(f"{counts[name]:,} {name}" for name in _COUNTED)
