"""Findings as a script or a person wants them; every format is written as the findings come."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from watcher.cli.show import as_json as dumped
from watcher.decide.highlight import Hit
from watcher.deliver.drawn import clean
from watcher.deliver.line import PRIORITIES
from watcher.deliver.page import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from watcher.decide.highlight import Excerpt
    from watcher.decide.lexicon import Lexicon
    from watcher.decide.match import Finding
    from watcher.decide.relation import Relation

ARROWS = {"to_russia": "{} → Russia", "from_russia": "Russia → {}", "any": "{} ↔ Russia"}
COLUMNS = ["id", "title", "url", "source", "language", "published", "rules", "priority"]
COLUMNS += ["partner", "good", "direction", "status", "attributed_to", "figures", "evidence"]
LONGEST = 2000
CELL = 32_767  # characters; what spreadsheets take


@dataclass(frozen=True, slots=True)
class Names:
    """What partners and goods are called, by id."""

    partners: Mapping[str, str] = field(default_factory=dict)
    goods: Mapping[str, str] = field(default_factory=dict)


def names_of(lexicon: Lexicon) -> Names:
    """Give the lexicon's names."""
    return Names(
        {partner.id: partner.name for partner in lexicon.partners.values()},
        {good.id: good.name for good in lexicon.goods.values()},
    )


def describe(relation: Relation, names: Names | None = None) -> str:
    """Give `Iran → Russia · missiles · denied`; ids where no name is known."""
    names = names or Names()
    partner = names.partners.get(relation.partner, relation.partner)
    good = names.goods.get(relation.good, relation.good)
    return f"{ARROWS[relation.direction].format(partner)} · {good} · {relation.status}"


def as_format(style: str, findings: Iterable[Finding], names: Names) -> Iterator[str]:
    """Give json, jsonl, csv, markdown or html."""
    if style == "markdown":
        return as_markdown(findings, names)
    if style == "html":
        return as_html(findings, names)
    return {"json": as_json, "jsonl": as_jsonl, "csv": as_csv}[style](findings)


def as_object(finding: Finding) -> dict[str, Any]:
    """Give the finding as CONTRACTS.md promises it to scripts."""
    article = finding.article
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "language": article.language,
        "published": stamp(article.published),
        "relevant": finding.relevant,
        "relations": [_relation(relation) for relation in finding.relations],
        "matches": [
            {"rule": match.rule, "priority": match.priority, "reasons": list(match.reasons)}
            for match in finding.matches
        ],
        **_more(finding),
    }


def _more(finding: Finding) -> dict[str, Any]:
    """Give what only some feeds say, and what a search found."""
    article = finding.article
    found = [asdict(each) for each in finding.excerpts] if isinstance(finding, Hit) else []
    said: dict[str, Any] = {"author": article.author, "categories": list(article.categories)}
    said |= {"enclosure": article.enclosure, "excerpts": found}
    return {name: value for name, value in said.items() if value}


def stamp(moment: datetime | None) -> str | None:
    """Give a UTC time as 2026-01-13T00:21:40Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def as_jsonl(findings: Iterable[Finding]) -> Iterator[str]:
    """Give one object a line."""
    for finding in findings:
        yield dumped(as_object(finding)) + "\n"


def as_json(findings: Iterable[Finding]) -> Iterator[str]:
    """Give one list."""
    opening = "[\n"
    for finding in findings:
        yield opening + dumped(as_object(finding), indent=1)
        opening = ",\n"
    yield "[]\n" if opening == "[\n" else "\n]\n"


def as_csv(findings: Iterable[Finding]) -> Iterator[str]:
    """Give one row for each relation, or one for an article without any."""
    yield _csv_row(COLUMNS)
    for finding in findings:
        for relation in finding.relations or (None,):
            yield _csv_row([_cell(value) for value in _row(finding, relation)])


def as_markdown(findings: Iterable[Finding], names: Names) -> Iterator[str]:
    """Give a section for each article."""
    for finding in findings:
        article = finding.article
        title = _escaped(article.title or "(untitled)")
        yield f"## [{title}](<{article.url}>)\n\n" if article.url else f"## {title}\n\n"
        yield f"{_escaped(_byline(finding))}\n\n"
        for excerpt in _excerpts(finding):
            yield f"> {_marked(excerpt)}\n\n"
        for relation in finding.relations:
            yield f"- **{_escaped(describe(relation, names))}**: {_escaped(relation.evidence)}\n"
        for match in finding.matches:
            yield f"- rule `{match.rule}`: {_escaped('; '.join(match.reasons))}\n"
        yield "\n"


def as_html(findings: Iterable[Finding], names: Names) -> Iterator[str]:
    """Give a page that needs nothing but itself."""
    page = PAGES.from_string(_PAGE)
    plain = partial(clean, limit=LONGEST)
    described = partial(describe, names=names)
    return page.generate(findings=findings, byline=_byline, describe=described, plain=plain, excerpts=_excerpts)


def as_table(findings: Iterable[Finding], names: Names, width: int, *, is_coloured: bool) -> Iterator[str]:
    """Give one row for each article, its relations beneath the title; columns are fixed so that rows can stream."""
    sink = io.StringIO()
    console = Console(file=sink, width=width, force_terminal=is_coloured, legacy_windows=False)
    is_first = True
    for finding in findings:
        table = Table(box=None, show_header=is_first, padding=(0, 1, 0, 0), expand=True, header_style="bold")
        table.add_column("published", width=10, no_wrap=True)
        table.add_column("source", width=20, no_wrap=True, overflow="ellipsis")
        table.add_column("title, relations, rules", ratio=1, overflow="fold")
        table.add_row(*_table_row(finding, names))
        is_first = False
        console.print(table)
        yield sink.getvalue()
        sink.seek(0)
        sink.truncate()


def _relation(relation: Relation) -> dict[str, Any]:
    return {
        "partner": relation.partner,
        "good": relation.good,
        "direction": relation.direction,
        "status": relation.status,
        "evidence": relation.evidence,
        "attributed_to": relation.attributed_to,
        "figures": [{"value": _number(each.value), "unit": each.unit, "text": each.text} for each in relation.figures],
    }


def _number(value: float) -> float:
    """Give 400 rather than 400.0."""
    return int(value) if float(value).is_integer() else value


def _row(finding: Finding, relation: Relation | None) -> list[str]:
    article = finding.article
    rules = " ".join(match.rule for match in finding.matches)
    fixed = [article.id, article.title, article.url, article.source, article.language]
    fixed += [stamp(article.published) or "", rules, _priority(finding)]
    if relation is None:
        return fixed + [""] * 7
    figures = "; ".join(figure.text for figure in relation.figures)
    said = [relation.partner, relation.good, relation.direction, relation.status, relation.attributed_to]
    return [*fixed, *said, figures, relation.evidence]


def _csv_row(values: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def _cell(value: str) -> str:
    """Keep a spreadsheet from running a stranger's title as a formula, and a terminal from obeying it."""
    value = clean(value, CELL)
    return f"'{value}" if value[:1] in ("=", "+", "-", "@") else value


def _priority(finding: Finding) -> str:
    return min((match.priority for match in finding.matches), key=PRIORITIES.index, default="")


def _byline(finding: Finding) -> str:
    article = finding.article
    day = stamp(article.published)
    return " · ".join(
        part for part in (article.source or article.feed, day[:10] if day else "", article.language) if part
    )


def _escaped(text: str) -> str:
    return _quoted(clean(text, LONGEST))


def _quoted(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)


def _excerpts(finding: Finding) -> tuple[Excerpt, ...]:
    """Give what a search found in a text, if one did; the title is shown anyway."""
    return tuple(each for each in finding.excerpts if each.field != "title") if isinstance(finding, Hit) else ()


def _marked(excerpt: Excerpt) -> str:
    return "".join(f"**{_quoted(piece)}**" if is_found else _quoted(piece) for piece, is_found in excerpt.pieces)


def _table_row(finding: Finding, names: Names) -> tuple[Text, Text, Text]:
    article = finding.article
    cell = Text(clean(article.title, LONGEST) or "(untitled)", style="bold" if finding.matches else "")
    for relation in finding.relations:
        cell.append(f"\n{describe(relation, names)}", style="cyan")
    for excerpt in _excerpts(finding):
        cell.append("\n")
        for piece, is_found in excerpt.pieces:
            cell.append(piece, style="bold" if is_found else "")
    if finding.matches:
        cell.append("\n" + ", ".join(match.rule for match in finding.matches), style="dim")
    if article.url:
        cell.append(f"\n{clean(article.url, LONGEST)}", style="dim")
    return Text((stamp(article.published) or "")[:10]), Text(clean(article.source or article.feed, LONGEST)), cell


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Watcher scan</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
article { border-top: 1px solid #8886; padding: .75rem 0; }
h2 { font-size: 1.05rem; margin: 0; }
p, ul { margin: .25rem 0; }
.dim { opacity: .7; }
</style>
</head>
<body>
<h1>Watcher scan</h1>
{% for finding in findings %}
<article>
<h2 dir="auto">{% if finding.article.url %}<a href="{{ finding.article.url }}" rel="noreferrer">{{
 plain(finding.article.title) or "(untitled)" }}</a>{% else %}{{
 plain(finding.article.title) or "(untitled)" }}{% endif %}</h2>
<p class="dim">{{ plain(byline(finding)) }}</p>
{% for excerpt in excerpts(finding) %}
<p dir="auto">{% for piece, is_found in excerpt.pieces %}{{ "<mark>" | safe if is_found }}{{ piece }}{{
 "</mark>" | safe if is_found }}{% endfor %}</p>
{% endfor %}
<ul>
{% for relation in finding.relations %}
<li><strong>{{ describe(relation) }}</strong>: <span dir="auto">{{ plain(relation.evidence) }}</span></li>
{% endfor %}
{% for match in finding.matches %}
<li class="dim">rule {{ match.rule }}: {{ plain(match.reasons | join("; ")) }}</li>
{% endfor %}
</ul>
</article>
{% endfor %}
</body>
</html>
"""
