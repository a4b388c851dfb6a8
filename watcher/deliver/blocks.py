"""
Digest → Slack messages in Block Kit, within all of Slack's limits. Pure.

The first messages show each section up to its limit; what exceeds it, and what is of low priority, follows in replies
that belong into the first one's thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.deliver.piece import Piece, compact, context, escape, fitted, full, header, heading, piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.deliver.digest import Digest, Section
    from watcher.deliver.piece import Block, Pieces

# Slack refuses more than 50 blocks, and in an undocumented way somewhere between 9,600 and 11,300 characters.
BLOCKS = 48
CHARACTERS = 8_500
_RULE: Block = {"type": "divider"}


@dataclass(frozen=True, slots=True)
class Message:
    """
    One Slack message: its blocks, the plain text of its notification, and the ids of the articles it links.

    A reply belongs into the thread of the first message.
    """

    blocks: tuple[Block, ...]
    text: str
    articles: tuple[str, ...]
    is_reply: bool = False


@dataclass(frozen=True, slots=True)
class _Unit:
    """Pieces to be kept together, and the heading to repeat if a new message begins with them."""

    pieces: Pieces
    under: str = ""


def messages(digest: Digest) -> list[Message]:
    """Give the messages that say the digest, in order; each article's link stands in exactly one of them."""
    first = f"{digest.title} · {digest.dateline} · {digest.summary}"
    again = f"{digest.title}, continued"
    body = _pack(_body(digest), escape(again))
    return [
        *(_message(pieces, again if number else first) for number, pieces in enumerate(body)),
        *(
            _message(pieces, f"{section.title}, {_count(section)}", is_reply=True)
            for section in _threaded(digest)
            for pieces in _pack(_rest(section), escape(f"{section.title}, continued"))
        ),
    ]


def _message(pieces: list[Piece], text: str, *, is_reply: bool = False) -> Message:
    return Message(
        blocks=tuple(each.block for each in pieces),
        text=escape(text),
        articles=tuple(article for each in pieces for article in each.articles),
        is_reply=is_reply,
    )


def _threaded(digest: Digest) -> list[Section]:
    """Give the sections of which something follows in the thread: none where nothing else is to be shown."""
    is_bare = not any(section.shown for section in digest.sections)
    return [] if is_bare else [section for section in digest.sections if section.rest]


def _body(digest: Digest) -> Iterator[_Unit]:
    dated = escape(f"{digest.dateline}\n{digest.summary}")
    yield _Unit((piece(header(digest.title)), piece(context(dated))))
    threaded = _threaded(digest)
    for section in digest.sections:
        if section in threaded:
            yield from _opened(section)
        else:
            yield from _titled(section, [full(line) for line in section.shown] or list(compact(section.rest)))
    yield _Unit((piece(_RULE), piece(context(fitted("\n".join(digest.footer))))))


def _opened(section: Section) -> Iterator[_Unit]:
    """Say what a section shows at once, and how much of it stands in the thread."""
    if section.is_collapsed:
        closed = context(f"*{escape(section.title)}* · {len(section.rest):,} in the thread")
        yield _Unit((piece(_RULE), piece(closed)))
        return
    *before, last = _titled(section, [full(line) for line in section.shown])
    yield from before
    more = piece(context(f"and {len(section.rest):,} more in the thread"))
    yield _Unit((*last.pieces, more), last.under)


def _rest(section: Section) -> Iterator[_Unit]:
    """Say the lines of a section that belong into the thread."""
    yield _Unit((piece(heading(f"*{escape(section.title)}* · {_count(section)}")),))
    lines = compact(section.rest) if section.is_collapsed else (full(line) for line in section.rest)
    yield from (_Unit(pieces) for pieces in lines)


def _count(section: Section) -> str:
    return f"{len(section.rest):,}" if section.is_collapsed else f"and {len(section.rest):,} more"


def _titled(section: Section, lines: list[Pieces]) -> Iterator[_Unit]:
    """Keep a heading with its first line."""
    title = f"*{escape(section.title)}*"
    first, *others = lines
    yield _Unit((piece(_RULE), piece(heading(title)), *first))
    yield from (_Unit(pieces, title) for pieces in others)


def _pack(units: Iterable[_Unit], again: str) -> list[list[Piece]]:
    """Fill messages with units whole, or piece by piece where one is larger than a message."""
    packed: list[list[Piece]] = [[]]
    for unit in units:
        top = piece(context(f"{again} · {unit.under}" if unit.under else again))
        for group in [unit.pieces] if _fits([top], unit.pieces) else [(each,) for each in unit.pieces]:
            if not _fits(packed[-1], group):
                packed.append([top])
            packed[-1].extend(group)
    return [_trimmed(pieces) for pieces in packed]


def _fits(pieces: list[Piece], more: Pieces) -> bool:
    together = [*pieces, *more]
    return len(together) <= BLOCKS and sum(each.size for each in together) <= CHARACTERS


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    """Drop the rules that divide nothing: under a message's own heading, and at its end."""
    is_rule = [each.block["type"] == "divider" for each in pieces]
    return [each for number, each in enumerate(pieces) if not is_rule[number] or 1 < number < len(pieces) - 1]
