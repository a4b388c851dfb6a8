"""Digest → plain data, for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watcher.deliver.digest import Digest, Section
    from watcher.deliver.drawn import Drawn
    from watcher.deliver.line import Line, Outlet
    from watcher.deliver.matrix import Cell, Matrix


def record(digest: Digest) -> dict[str, Any]:
    """Give the digest as JSON takes it; `at` is ISO 8601 in the digest's zone."""
    return {
        "id": digest.id,
        "title": digest.title,
        "at": digest.at.isoformat(),
        "timezone": digest.zone,
        "summary": digest.summary,
        "sections": [_section(section) for section in digest.sections],
        "footer": list(digest.footer),
        "week": [_cell(digest.week, cell) for cell in digest.week.cells] if digest.week else [],
    }


def _cell(week: Matrix, cell: Cell) -> dict[str, Any]:
    return {
        "partner": week.partners[cell.row],
        "goods": week.goods[cell.column],
        "stories": cell.stories,
        "way": cell.way,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "collapsed": section.is_collapsed,
        "limit": section.limit,
        "lines": [_line(line) for line in section.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "headline": line.headline,
        "url": line.url,
        "priority": line.priority,
        "relations": [_relation(drawn) for drawn in line.relations],
        "more_relations": line.unshown,
        "figures": list(line.figures),
        "evidence": line.evidence,
        "bold": [list(span) for span in line.bold],
        "update": line.update,
        "is_known": line.is_known,
        "new": list(line.notes),
        "origins": line.origins,
        "headline_outlet": line.head,
        "outlets": [_outlet(outlet) for outlet in line.outlets],
        "rules": list(line.rules),
        "articles": list(line.articles),
    }


def _relation(drawn: Drawn) -> dict[str, Any]:
    return {
        "text": drawn.text,
        "from": drawn.giver,
        "to": drawn.taker,
        "both_ways": drawn.arrow == "↔",
        "goods": list(drawn.goods),
        "status": drawn.status,
        "attributed_to": drawn.by,
    }


def _outlet(outlet: Outlet) -> dict[str, Any]:
    return {
        "name": outlet.name,
        "url": outlet.url,
        "when": outlet.when,
        "article": outlet.article,
        "state_media": outlet.is_state,
    }
