"""
Digest → Slack messages in Block Kit, within all of Slack's limits. Pure.

Strangers' text goes into rich_text, where nothing is parsed, or escaped and `verbatim`, so that `<!channel>` in a
headline calls nobody. Lengths are counted as Slack counts them, in UTF-16 units, addresses included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.deliver.digest import Digest, Section
    from watcher.deliver.line import Line, Outlet

Block = dict[str, Any]
Element = dict[str, Any]

# Slack refuses more than 50 blocks, and in an undocumented way somewhere between 9,600 and 11,300 characters.
BLOCKS = 48
CHARACTERS = 8_500
# A text object holds 3,000 characters, a header 150.
TEXT = 2_900
HEADER = 150
# Compact lines share one block up to this many characters.
LIST = 2_500
# Rules named under a line.
RULES = 3
# A longer address fits no text object beside its label: the name then stands without a link.
ADDRESS = 2_400


@dataclass(frozen=True, slots=True)
class Message:
    """One Slack message: its blocks, the plain text of its notification, and the ids of the articles it links."""

    blocks: tuple[Block, ...]
    text: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block, its length, and the articles whose links stand in it."""

    block: Block
    size: int
    articles: tuple[str, ...] = ()


# Pieces that a reader wants to see in one message: a line with its outlets, a heading with its first line.
_Pieces = tuple[_Piece, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """Pieces to be kept together, and the heading to repeat if a new message begins with them."""

    pieces: _Pieces
    under: str = ""


def messages(digest: Digest) -> list[Message]:
    """Give the messages that say the digest, in order; each article's link stands in exactly one of them."""
    packed = _pack(_units(digest), escape(f"{digest.title}, continued"))
    text = escape(f"{digest.title} · {digest.dateline} · {digest.summary}")
    return [
        Message(
            blocks=tuple(piece.block for piece in pieces),
            text=text if number == 0 else escape(f"{digest.title}, continued"),
            articles=tuple(article for piece in pieces for article in piece.articles),
        )
        for number, pieces in enumerate(packed)
    ]


def escape(text: str) -> str:
    """Make text literal in Slack's mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def width(text: str) -> int:
    """Count as Slack does: UTF-16 units."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def size(value: object) -> int:
    """Count all text and addresses of a block, which is more than Slack is known to count."""
    if isinstance(value, dict):
        return sum(size(part) for key, part in value.items() if key != "type")
    if isinstance(value, (list, tuple)):
        return sum(size(part) for part in value)
    return width(value) if isinstance(value, str) else 0


def _units(digest: Digest) -> Iterator[_Unit]:
    dated = escape(f"{digest.dateline}\n{digest.summary}")
    yield _Unit((_piece(_header(digest.title)), _piece(_context(dated))))
    for section in digest.sections:
        if section.shown:
            more = f" · {len(section.rest):,} more at the end" if section.rest else ""
            yield from _titled(section, more, [_full(line) for line in section.shown])
    for section in digest.sections:
        if section.is_collapsed:
            yield from _titled(section, f" · {len(section.rest):,}", list(_compact(section.rest)))
        elif section.rest:
            yield from _titled(section, f" · and {len(section.rest):,} more", [_full(line) for line in section.rest])
    yield _Unit((_piece({"type": "divider"}), _piece(_context(_fitted("\n".join(digest.footer))))))


def _titled(section: Section, count: str, lines: list[_Pieces]) -> Iterator[_Unit]:
    """Keep a heading with its first line."""
    title = f"*{escape(section.title)}*"
    first, *others = lines
    yield _Unit((_piece({"type": "divider"}), _piece(_section(title + count)), *first))
    yield from (_Unit(pieces, title) for pieces in others)


def _fitted(text: str) -> str:
    """Escape a text, shortened so that it fits a text object."""
    while width(escape(text)) > TEXT:
        text = text[: len(text) * 9 // 10] + "…"
    return escape(text)


def _full(line: Line) -> _Pieces:
    """Say a line: headline, relations and evidence, then in small print who published it, when, and for which rule."""
    body = [{"type": "rich_text_section", "elements": [*_headline(line), *_relations(line)]}]
    if line.evidence:
        body.append({"type": "rich_text_quote", "elements": [_text(line.evidence)]})
    small = list(_small(line))
    articles = _articles_of(line, {outlet.article for _, listed in small for outlet in listed})
    first = _piece({"type": "rich_text", "elements": body}, articles)
    return (first, *(_piece(_context(text), tuple(outlet.article for outlet in listed)) for text, listed in small))


def _articles_of(line: Line, elsewhere: set[str]) -> tuple[str, ...]:
    """Give the articles that stand with the headline: its own, and those whose link is the same as another's."""
    return tuple(article for article in line.articles if article not in elsewhere)


def _headline(line: Line) -> list[Element]:
    return [_link(line.headline, line.url, is_bold=True)]


def _relations(line: Line) -> Iterator[Element]:
    for drawn in line.relations:
        yield _text("\n")
        yield _text(drawn.way, is_bold=True)
        yield _text(f" · {', '.join(drawn.goods)} · {drawn.sign} {drawn.said}")
    if line.unshown:
        yield _text(f"\nand {_more(line.unshown, 'relation')}")
    if line.figures:
        yield _text(f"\n{' · '.join(line.figures)}")


def _small(line: Line) -> Iterator[tuple[str, list[Outlet]]]:
    """Give the small print in texts that Slack takes, each with the outlets that it links."""
    first, *others = line.outlets
    text = f"{escape(first.label)} {first.when}"
    listed: list[Outlet] = []
    for outlet in others:
        more = f", {_mrkdwn(outlet)}" if listed else f" · also {_mrkdwn(outlet)}"
        if width(text + more) > TEXT:
            yield text, listed
            text, listed, more = "also ", [], _mrkdwn(outlet)
        text += more
        listed.append(outlet)
    asked = f" · {escape(', '.join(line.rules[:RULES]))}" if line.rules else ""
    if width(text + asked) > TEXT:
        yield text, listed
        text, listed, asked = "", [], asked.removeprefix(" · ")
    yield text + asked, listed


def _compact(lines: Iterable[Line]) -> Iterator[_Pieces]:
    """Say lines of low priority as bare bullets, several to a block."""
    bullets: list[Element] = []
    articles: list[str] = []
    for line in lines:
        bullet = _bullet(line)
        if size(bullet) > LIST:
            yield _full(line)
            continue
        if bullets and size(bullets) + size(bullet) > LIST:
            yield (_list(bullets, articles),)
            bullets, articles = [], []
        bullets.append(bullet)
        articles += line.articles
    if bullets:
        yield (_list(bullets, articles),)


def _bullet(line: Line) -> Element:
    first, *others = line.outlets
    elements = [*_headline(line), _text(f" {first.label} {first.when}")]
    for outlet in others:
        elements += [_text(", "), _link(outlet.label, outlet.url)]
    return {"type": "rich_text_section", "elements": elements}


def _list(bullets: list[Element], articles: list[str]) -> _Piece:
    items = {"type": "rich_text_list", "style": "bullet", "elements": list(bullets)}
    return _piece({"type": "rich_text", "elements": [items]}, tuple(articles))


def _pack(units: Iterable[_Unit], again: str) -> list[list[_Piece]]:
    """Fill messages with units whole, or piece by piece where one is larger than a message."""
    packed: list[list[_Piece]] = [[]]
    for unit in units:
        top = _piece(_context(f"{again} · {unit.under}" if unit.under else again))
        for group in [unit.pieces] if _fits([top], unit.pieces) else [(piece,) for piece in unit.pieces]:
            if not _fits(packed[-1], group):
                packed.append([top])
            packed[-1].extend(group)
    return [_trimmed(pieces) for pieces in packed]


def _fits(pieces: list[_Piece], more: _Pieces) -> bool:
    together = [*pieces, *more]
    return len(together) <= BLOCKS and sum(piece.size for piece in together) <= CHARACTERS


def _trimmed(pieces: list[_Piece]) -> list[_Piece]:
    """Drop the rules that divide nothing: under a message's own heading, and at its end."""
    is_rule = [piece.block["type"] == "divider" for piece in pieces]
    return [piece for number, piece in enumerate(pieces) if not is_rule[number] or 1 < number < len(pieces) - 1]


def _piece(block: Block, articles: tuple[str, ...] = ()) -> _Piece:
    return _Piece(block, size(block), articles)


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text[: HEADER // 2], "emoji": False}}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def _text(text: str, *, is_bold: bool = False) -> Element:
    return {"type": "text", "text": text} | ({"style": {"bold": True}} if is_bold else {})


def _link(text: str, url: str, *, is_bold: bool = False) -> Element:
    if not _is_short(url):
        return _text(text, is_bold=is_bold)
    return {"type": "link", "url": url, "text": text} | ({"style": {"bold": True}} if is_bold else {})


def _mrkdwn(outlet: Outlet) -> str:
    """Link an outlet's name; what would end the address or the label early is encoded."""
    label = f"{escape(outlet.label).replace('|', '¦')}"
    if not _is_short(outlet.url):
        return label
    url = outlet.url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace("&", "&amp;")
    return f"<{url}|{label}> {outlet.when}"


def _is_short(url: str) -> bool:
    """Whether an address is there, and fits when it is escaped."""
    return 0 < width(url) + sum(4 for letter in url if letter in "&|<>") <= ADDRESS


def _more(number: int, noun: str) -> str:
    return f"{number} more {noun}" + ("s" if number > 1 else "")
