"""
A Slack message that Slack refuses as it is → smaller messages that say the same. Pure.

Its blocks are halved until they are taken; a single block that is refused is said in plain words, with its links.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher.deliver.piece import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# A message without blocks is cut by Slack past 4,000 characters.
PLAIN = 3_900


def halve(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the messages to send instead, in order, without what says nothing; none where it can't be said smaller."""
    blocks = payload.get("blocks") or []
    if len(blocks) > 1:
        halves = [blocks[: len(blocks) // 2], blocks[len(blocks) // 2 :]]
        return [{**payload, "blocks": half} for half in halves if "".join(_words(half)).strip()]
    items = _items(blocks[0]) if blocks else []
    if len(items) > 1:
        halves = [items[: len(items) // 2], items[len(items) // 2 :]]
        return [{**payload, "blocks": [_block(blocks[0], half)]} for half in halves]
    plain = {name: value for name, value in payload.items() if name != "blocks"}
    return [{**plain, "text": text} for text in _pages("".join(_words(blocks)).strip())]


def _pages(said: str) -> list[str]:
    """Break a text at its lines, and a line that is too long wherever it must be."""
    pages: list[str] = []
    for line in said.splitlines(keepends=True):
        for start in range(0, len(line), PLAIN):
            piece = line[start : start + PLAIN]
            if pages and len(pages[-1]) + len(piece) <= PLAIN:
                pages[-1] += piece
            else:
                pages.append(piece)
    return pages


def _items(block: Mapping[str, Any]) -> list[Any]:
    """Give what a block says one after another: the items of a list, the sections of a rich text, elements."""
    elements = block.get("elements") or []
    if len(elements) == 1 and elements[0].get("type") == "rich_text_list":
        return list(elements[0]["elements"])
    return list(elements)


def _block(block: Mapping[str, Any], items: Sequence[Any]) -> Mapping[str, Any]:
    elements = block["elements"]
    if len(elements) == 1 and elements[0].get("type") == "rich_text_list":
        return {**block, "elements": [{**elements[0], "elements": list(items)}]}
    return {**block, "elements": list(items)}


def _words(value: object) -> Iterator[str]:
    """Give the words of blocks in mrkdwn, links as links, a line for each section."""
    if isinstance(value, list):
        for each in value:
            yield from _words(each)
    elif isinstance(value, dict):
        yield from _said(value)


def _said(part: Mapping[str, Any]) -> Iterator[str]:
    kind, text = part.get("type"), part.get("text")
    if kind == "link":
        yield _link(str(part["url"]), str(text or ""))
    elif kind == "mrkdwn":
        yield f"{text}\n"
    elif isinstance(text, str):
        yield escape(text) + ("\n" if kind == "plain_text" else "")
    else:
        yield from _words(text)
        yield from _words(part.get("elements"))
        if str(kind).startswith("rich_text_"):
            yield "\n"


def _link(url: str, label: str) -> str:
    encoded = url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace("&", "&amp;")
    return f"<{encoded}|{escape(label).replace('|', '¦')}>"
