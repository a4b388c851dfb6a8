"""
Line → blocks of Slack's Block Kit, within the limits of a block. Pure.

Strangers' text goes into rich_text, where nothing is parsed, or escaped and `verbatim`, so that `<!channel>` in a
headline calls nobody. Lengths are counted as Slack counts them, in UTF-16 units, addresses included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.deliver.line import Line, Outlet

Block = dict[str, Any]
Element = dict[str, Any]

# A text object holds 3,000 characters, a header 150.
TEXT = 2_900
HEADER = 150
# Compact lines share one block up to this many characters.
LIST = 2_500
# Rules named under a line.
RULES = 3
# A longer address fits no text object beside its label: the name then stands without a link.
ADDRESS = 2_400
HIGH = {"critical": "‼ ", "high": "❗ "}


@dataclass(frozen=True, slots=True)
class Piece:
    """A block, its length, and the articles whose links stand in it."""

    block: Block
    size: int
    articles: tuple[str, ...] = ()


# Pieces that a reader wants to see in one message: a line with its outlets, a heading with its first line.
Pieces = tuple[Piece, ...]


def full(line: Line) -> Pieces:
    """Say a line: headline, relations and evidence, then in small print who published it, when, and for which rule."""
    body = [{"type": "rich_text_section", "elements": [*_headline(line), *_said(line)]}]
    if line.evidence:
        quoted = [_text(text, is_bold=is_bold) for text, is_bold in line.quoted]
        body.append({"type": "rich_text_quote", "elements": quoted})
    small = list(_small(line))
    articles = _articles_of(line, {outlet.article for _, listed in small for outlet in listed})
    first = piece({"type": "rich_text", "elements": body}, articles)
    return (first, *(piece(context(text), tuple(outlet.article for outlet in listed)) for text, listed in small))


def compact(lines: Iterable[Line]) -> Iterator[Pieces]:
    """Say lines as bare bullets, several to a block."""
    bullets: list[Element] = []
    articles: list[str] = []
    for line in lines:
        bullet = _bullet(line)
        if size(bullet) > LIST:
            yield full(line)
            continue
        if bullets and size(bullets) + size(bullet) > LIST:
            yield (_list(bullets, articles),)
            bullets, articles = [], []
        bullets.append(bullet)
        articles += line.articles
    if bullets:
        yield (_list(bullets, articles),)


def escape(text: str) -> str:
    """Make text literal in Slack's mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fitted(text: str) -> str:
    """Escape a text, shortened so that it fits a text object."""
    while width(escape(text)) > TEXT:
        text = text[: len(text) * 9 // 10] + "…"
    return escape(text)


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


def piece(block: Block, articles: tuple[str, ...] = ()) -> Piece:
    """Measure a block."""
    return Piece(block, size(block), articles)


def header(text: str) -> Block:
    """Give a heading in large letters."""
    return {"type": "header", "text": {"type": "plain_text", "text": text[: HEADER // 2], "emoji": False}}


def heading(text: str) -> Block:
    """Give a heading of escaped text."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def context(text: str) -> Block:
    """Give escaped text in small print."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def _articles_of(line: Line, elsewhere: set[str]) -> tuple[str, ...]:
    """Give the articles that stand with the headline: its own, and those whose link is the same as another's."""
    return tuple(article for article in line.articles if article not in elsewhere)


def _headline(line: Line) -> list[Element]:
    mark = [_text(HIGH[line.priority])] if line.priority in HIGH else []
    return [*mark, _link(line.headline, line.url, is_bold=True)]


def _said(line: Line) -> Iterator[Element]:
    if line.update:
        yield _text(f"\n↻ Update: {line.update}", is_bold=True)
    for drawn in line.relations:
        yield _text("\n")
        yield _text(drawn.way, is_bold=True)
        yield _text(f" · {', '.join(drawn.goods)} · {drawn.sign} {drawn.said}")
    if line.unshown:
        yield _text(f"\nand {_more(line.unshown, 'relation')}")
    if line.figures:
        yield _text(f"\n{' · '.join(line.figures)}")
    if line.notes:
        yield _text(f"\n★ {' · '.join(line.notes)}")


def _small(line: Line) -> Iterator[tuple[str, list[Outlet]]]:
    """Give the small print in texts that Slack takes, each with the outlets that it links."""
    text = ""
    linked: list[Outlet] = []
    for before, outlet, is_linked in line.listed:
        named = f"{_mrkdwn(outlet) if is_linked else escape(outlet.label)} {outlet.when}"
        if text and width(text + before + named) > TEXT:
            yield text, linked
            text, linked, before = "", [], "also "  # noqa: PLW2901  a new text begins
        text += before + named
        linked += [outlet] if is_linked else []
    asked = f" · {escape(', '.join(line.rules[:RULES]))}" if line.rules else ""
    if width(text + asked) > TEXT:
        yield text, linked
        text, linked, asked = "", [], asked.removeprefix(" · ")
    yield text + asked, linked


def _bullet(line: Line) -> Element:
    elements = [_link(line.headline, line.url, is_bold=True), _text(f" {line.headed.label} {line.headed.when}")]
    for outlet in line.others:
        elements += [_text(", "), _link(outlet.label, outlet.url)]
    return {"type": "rich_text_section", "elements": elements}


def _list(bullets: list[Element], articles: list[str]) -> Piece:
    items = {"type": "rich_text_list", "style": "bullet", "elements": list(bullets)}
    return piece({"type": "rich_text", "elements": [items]}, tuple(articles))


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
    return f"<{url}|{label}>"


def _is_short(url: str) -> bool:
    """Whether an address is there, and fits when it is escaped."""
    return 0 < width(url) + sum(4 for letter in url if letter in "&|<>") <= ADDRESS


def _more(number: int, noun: str) -> str:
    return f"{number} more {noun}" + ("s" if number > 1 else "")
