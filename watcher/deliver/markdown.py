"""Digest → Markdown, for a wiki, a ticket or a mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.deliver.digest import Digest, Section
    from watcher.deliver.line import Line

# Everything that means something in CommonMark or GitHub's dialect, HTML and mentions included.
_MARKS = re.compile(r"[\\`*_{}\[\]()<>#+!|~&@:-]")


def render(digest: Digest) -> str:
    """Give the digest as CommonMark; strangers' text is escaped."""
    return "\n".join(_lines(digest)) + "\n"


def escape(text: str) -> str:
    """Make text literal; a leading number can't begin a list."""
    return re.sub(r"^(\d+)\.", r"\1\\.", _MARKS.sub(r"\\\g<0>", text))


def link(text: str, url: str) -> str:
    """Link a text; what would end the address early is encoded."""
    address = url.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
    return f"[{escape(text)}](<{address}>)" if url else escape(text)


def _lines(digest: Digest) -> Iterator[str]:
    yield f"# {escape(digest.title)}\n"
    yield f"{escape(digest.dateline)}  \n{escape(digest.summary)}"
    for section in digest.sections:
        yield f"\n## {escape(section.title)}\n"
        yield from _section(section)
    yield "\n---\n"
    yield "  \n".join(escape(line) for line in digest.footer)


def _section(section: Section) -> Iterator[str]:
    for line in section.shown:
        yield from _full(line)
    if section.shown and section.rest:
        yield f"\nand {len(section.rest):,} more:\n"
    for line in section.rest:
        yield f"- {link(line.headline, line.url)} {_small(line)}"


def _full(line: Line) -> Iterator[str]:
    yield f"- **{link(line.headline, line.url)}**  "
    if line.update:
        yield f"  **↻ Update: {escape(line.update)}**  "
    for drawn in line.relations:
        yield f"  {escape(drawn.text)}  "
    if line.unshown:
        yield f"  and {line.unshown} more  "
    if line.figures:
        yield f"  {escape(' · '.join(line.figures))}  "
    if line.notes:
        yield f"  ★ {escape(' · '.join(line.notes))}  "
    if line.evidence:
        yield f"  > {''.join(f'**{escape(text)}**' if is_bold else escape(text) for text, is_bold in line.quoted)}\n"
    rules = f" · {escape(', '.join(line.rules))}" if line.rules else ""
    yield f"  {_small(line)}{rules}"


def _small(line: Line) -> str:
    return "".join(
        f"{escape(before)}{link(outlet.label, outlet.url if is_linked else '')} {escape(outlet.when)}"
        for before, outlet, is_linked in line.listed
    )
