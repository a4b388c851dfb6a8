"""Digest → the terminal, by Rich: the same lines, with links where the terminal knows them."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.style import Style
from rich.text import Text

from watcher.deliver.channel import Channel, Part, Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rich.console import RenderableType

    from watcher.deliver.digest import Digest, Section
    from watcher.deliver.drawn import Drawn
    from watcher.deliver.line import Line

WIDTH = 96
DESTINATION = "terminal"
_STATUS = {"reported": "green", "alleged": "yellow", "planned": "cyan", "denied": "red", "negated": "magenta"}
_HIGH = {"critical": "‼ ", "high": "! "}


def show(digest: Digest, console: Console) -> None:
    """Print the digest; colours and links only where the console has them."""
    for part in _parts(digest):
        console.print(part, soft_wrap=False, highlight=False, width=min(console.width, WIDTH))


def text(digest: Digest, width: int = WIDTH) -> str:
    """Give the digest as plain text of this width, without colours and links."""
    console = Console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        show(digest, console)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


class TerminalChannel(Channel):
    """The terminal that the program runs in; a message is the digest as plain text."""

    name = "terminal"

    def __init__(self, out: IO[str]) -> None:
        self._out = out

    def plan(self, digest: Digest, key: str) -> list[Part]:
        """Give the digest as one message."""
        payload = {"text": text(digest)}
        return [Part(key=key, part=1, of=1, destination=DESTINATION, payload=payload, articles=digest.articles)]

    def address(self, destination: str) -> str:
        """Take what was planned for the terminal."""
        return destination if destination == DESTINATION else ""

    def post(self, destination: str, payload: Mapping[str, Any], thread: str = "") -> Receipt:  # noqa: ARG002
        """Print it."""
        self._out.write(f"\n{payload['text']}\n")
        self._out.flush()
        return Receipt()


def _parts(digest: Digest) -> Iterator[RenderableType]:
    yield Text(digest.title, style="bold")
    yield Text(digest.dateline, style="dim")
    yield Text(digest.summary)
    for section in digest.sections:
        yield Text()
        yield Rule(Text(f"{section.title} · {len(section.lines):,}", style="bold"), align="left", style="dim")
        yield from _section(section)
    yield Text()
    yield Rule(style="dim")
    yield from (Text(line, style="dim") for line in digest.footer)


def _section(section: Section) -> Iterator[RenderableType]:
    for line in section.shown:
        yield Padding(Group(*_full(line)), (1, 0, 0, 2), expand=False)
    if section.shown and section.rest:
        yield Padding(Text(f"and {len(section.rest):,} more", style="dim"), (1, 0, 0, 2), expand=False)
    if section.rest:
        yield Padding(
            Group(*(_compact(line) for line in section.rest)), (0 if section.shown else 1, 0, 0, 2), expand=False
        )


def _full(line: Line) -> Iterator[Text]:
    yield _headline(line)
    if line.update:
        yield Text(f"↻ Update: {line.update}", style="bold cyan")
    yield from (_relation(drawn) for drawn in line.relations)
    if line.unshown:
        yield Text(f"and {line.unshown} more", style="dim")
    if line.figures:
        yield Text(" · ".join(line.figures))
    if line.notes:
        yield Text(f"★ {' · '.join(line.notes)}", style="yellow")
    if line.evidence:
        quoted = [(text, "bold italic" if is_bold else "italic") for text, is_bold in line.quoted]
        yield Text.assemble(("“", "italic"), *quoted, ("”", "italic"))
    yield _small(line)


def _headline(line: Line) -> Text:
    mark = _HIGH.get(line.priority, "")
    return Text.assemble((mark, "bold red"), (line.headline, _linked(line.url, is_bold=True)))


def _relation(drawn: Drawn) -> Text:
    style = _STATUS.get(drawn.status, "")
    return Text.assemble((drawn.way, "bold"), f" · {', '.join(drawn.goods)} · ", (f"{drawn.sign} {drawn.said}", style))


def _small(line: Line) -> Text:
    small = Text(style="dim")
    for before, outlet, is_linked in line.listed:
        small.append(before)
        small.append(outlet.label, _linked(outlet.url if is_linked else ""))
        small.append(f" {outlet.when}")
    if line.rules:
        small.append(f" · {_joined(line.rules)}")
    return small


def _compact(line: Line) -> Text:
    first = f" — {line.headed.label} {line.headed.when}"
    bullet = Text.assemble("· ", (line.headline, _linked(line.url)), (first, "dim"))
    for outlet in line.others:
        bullet.append(", ", "dim")
        bullet.append(outlet.label, _linked(outlet.url) + Style(dim=True))
    return bullet


def _linked(url: str, *, is_bold: bool = False) -> Style:
    return Style(bold=is_bold or None, link=url or None)


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)
