"""The page as a reader sees it in a browser: light, dark, on a phone, in print."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import Browser, found
from tests.invented import digest
from watcher.deliver.matrix import Cell, Matrix
from watcher.deliver.page import render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WEEK = Matrix(("Iran", "China"), ("Weapons", "Energy"), (Cell(0, 0, 3, "to"), Cell(1, 1, 1, "from")))
# Text whose letters must stand out from what is behind them, with the least contrast that WCAG 2.2 (1.4.3) asks for.
SEEN = ["h1", ".summary", "h2", "h3 a", ".way", ".status", ".figures", "blockquote", ".small", ".note", ".priority"]
SEEN += [".reported", ".alleged", ".planned", ".denied", ".negated", "footer p", "summary", ".update"]
LEAST = 4.5
CONTRAST = """(selector => {
  const channel = value => { value /= 255; return value <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4; };
  const light = colour => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(channel);
                            return .2126 * r + .7152 * g + .0722 * b; };
  const behind = light(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll(selector)].map(each => {
    const letters = light(getComputedStyle(each).color);
    return (Math.max(letters, behind) + .05) / (Math.min(letters, behind) + .05); }); })"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a page with everything that a page may hold."""
    made = digest(limit=2)
    first, *others = made.sections
    line = replace(first.lines[0], update="now denied by Tehran", notes=("first in 94 days",), bold=((0, 9),))
    sections = (replace(first, lines=(line, *first.lines[1:])), *others)
    path = tmp_path_factory.mktemp("page") / "digest.html"
    path.write_text(render(replace(made, sections=sections, week=WEEK)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Open a browser for all of these tests, as it takes a while."""
    found()
    with Browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def complaints(browser: Browser) -> list[dict[str, Any]]:
    """Give what the browser refused, missed or asked others for."""
    asked = [
        event
        for event in browser.events
        if event["method"] == "Network.requestWillBeSent"
        and not event["params"]["request"]["url"].startswith(("file:", "data:"))
    ]
    return [*asked, *(event for event in browser.events if event["method"] == "Log.entryAdded")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_light_and_dark(browser: Browser, page: Path, scheme: str) -> None:
    """Each kind of text is there and stands out from the paper, and the page asks nobody for anything."""
    browser.show(page, width=1000, scheme=scheme)
    for selector in SEEN:
        contrasts = browser.ask(f"{CONTRAST}('{selector}')")
        assert contrasts, f"{selector} is nowhere"
        assert min(contrasts) >= LEAST, f"{selector}: {min(contrasts):.2f}"
    paper = browser.ask("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (min(paper) > 200) == (scheme == "light")
    assert (max(paper) < 60) == (scheme == "dark")
    assert complaints(browser) == []
    assert len(browser.picture()) > 20_000


def test_a_phone_shows_it_without_scrolling_sideways(browser: Browser, page: Path) -> None:
    """Nothing is wider than the screen, but the picture in a frame of its own; text is no smaller than print."""
    browser.show(page, width=360)
    assert browser.ask("document.documentElement.scrollWidth") <= 360
    assert browser.ask("document.querySelector('.wide').scrollWidth") > 360
    sizes = browser.ask(
        "[...document.querySelectorAll('p, li, h3')].map(each => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert min(sizes) >= 12
    assert complaints(browser) == []


def test_printed_nothing_is_hidden(browser: Browser, page: Path) -> None:
    """What a click unfolds on a screen stands on paper; what only a screen needs doesn't."""
    browser.show(page, width=800, media="print")
    heights = browser.ask(
        "[...document.querySelectorAll('details li')].map(each => each.getBoundingClientRect().height)"
    )
    assert len(heights) > 3
    assert min(heights) > 0
    assert browser.ask("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
