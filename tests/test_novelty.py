"""What is new about a story, said only where the archive can know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.invented import COVERAGE, NAMES, NOW, finding, plan, relation
from watcher.decide.novelty import First, History, Often, Report, Return, notes
from watcher.decide.story import Story
from watcher.deliver.digest import compose
from watcher.deliver.notes import said, sparkline

if TYPE_CHECKING:
    from watcher.decide.novelty import Kind, Note

SHELLS = ("KP", "artillery", "to_russia")
GRAIN = ("KP", "grain", "from_russia")
TODAY = NOW.date()
DAY = timedelta(days=1)
STORY = Story(finding("Shells again", relation("KP", "artillery"), id="own", minutes=60))


def told(*days_ago: float, kind: Kind = SHELLS) -> list[Report]:
    """Give reports of one kind, so many days before now."""
    return [Report(NOW - days * DAY, frozenset({kind})) for days in days_ago]


def read(*reports: Report, since: int | None = 365, earlier: int | None = None) -> tuple[Note, ...]:
    """Give the notes on the story of an hour ago, in an archive unbroken for so many days."""
    own = Report(NOW - timedelta(hours=1), frozenset({SHELLS}), frozenset({"own"}))
    history = History(
        now=NOW,
        reports=[*reports, own],
        earlier={} if earlier is None else {SHELLS: TODAY - earlier * DAY},
        since={} if since is None else {"KP": TODAY - since * DAY},
    )
    return notes(STORY, [SHELLS, SHELLS], history)


def test_the_first_ever_is_called_so_after_half_a_year() -> None:
    """A long archive without one of this kind says so; a younger one says since when; one of a week nothing."""
    assert read() == (First(SHELLS),)
    assert read(since=30) == (First(SHELLS, since=TODAY - 30 * DAY),)
    assert read(since=7) == ()


def test_a_pause_of_weeks_is_told_in_days() -> None:
    """Whether the last one lies in the last weeks or long before them."""
    assert read(*told(20)) == (First(SHELLS, days=20),)
    assert read(earlier=140) == (First(SHELLS, days=140),)
    assert read(*told(3)) == ()


def test_what_the_archive_does_not_cover_is_not_claimed() -> None:
    """A gap since the last one may have hidden others; a partner whose feeds fail is not heard."""
    assert read(*told(20), since=10) == ()
    assert read(since=None) == ()
    assert read(*told(40), since=None) == ()


def test_more_than_usual_is_told_with_its_count() -> None:
    """Seven in a week that usually brings two."""
    often = [*told(0.5, 1, 2, 3, 4, 5), *(each for week in range(1, 13) for each in told(week * 7 + 1, week * 7 + 3))]
    assert read(*often) == (Often(SHELLS, 7, 2, (*[2] * 12, 7)),)
    assert read(*often, since=20) == ()
    assert read(*told(1, 9, 10, 16, 17)) == ()


def test_the_return_for_what_went_is_told() -> None:
    """Russia's grain two days before Korea's shells; not what lies a month back, nor kind words."""
    assert read(*told(3), *told(2, kind=GRAIN), *told(5, kind=GRAIN)) == (Return(GRAIN, 2),)
    assert read(*told(3), *told(40, kind=GRAIN)) == ()
    assert read(*told(3), *told(1, kind=("KP", "political-support", "from_russia"))) == ()
    assert read(*told(3), *told(-1, kind=GRAIN)) == ()
    both = Report(NOW - 2 * DAY, frozenset({GRAIN, ("KP", "shipping", "from_russia")}))
    assert read(*told(3), both) == (Return(GRAIN, 2),)
    assert Return(("KP", "oil", "from_russia"), 1) in read(
        *told(3), *told(2, kind=GRAIN), *told(1, kind=("KP", "oil", "from_russia"))
    )


def test_an_update_and_an_unknown_story_claim_nothing() -> None:
    """What was told before is not new, and what the archive doesn't hold can't be placed."""
    history = History(now=NOW, reports=[Report(NOW, frozenset({SHELLS}), frozenset({"own"}))], since={"KP": date.min})
    assert notes(Story(STORY.lead, (), (finding("x"),)), [SHELLS], history) == ()
    assert notes(Story(finding("y", id="other")), [SHELLS], history) == ()
    assert notes(STORY, [("KP", "political-support", "any")], history) == ()


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (First(SHELLS), "first report of this pair"),
        (First(SHELLS, since=date(2026, 1, 2)), "first in our archive since 2 January"),
        (First(SHELLS, since=date(2025, 11, 12)), "first in our archive since 12 November 2025"),
        (First(SHELLS, days=94), "first in 94 days"),
        (Often(SHELLS, 7, 2, (2, 0, 7)), "7th this week, usually 2 ▃▁█"),
        (Often(SHELLS, 22, 2, ()), "22nd this week, usually 2 "),
        (Often(SHELLS, 11, 2, ()), "11th this week, usually 2 "),
        (Return(GRAIN, 2), "2 days after: Russia → North Korea · grain"),
        (Return(GRAIN, 1), "1 day after: Russia → North Korea · grain"),
        (Return(GRAIN, 0), "the same day: Russia → North Korea · grain"),
    ],
)
def test_notes_are_said_in_few_words(note: Note, words: str) -> None:
    """As an analyst would say them."""
    assert said([note], NAMES, NOW) == (words,)


def test_bars_of_nothing_are_flat() -> None:
    """No counts, or only zeros, don't divide by nothing."""
    assert (sparkline([]), sparkline([0, 0])) == ("", "▁▁")


def test_what_is_new_leads_its_section() -> None:
    """Of two stories of one priority the one with something new about it stands first."""
    other = Story(finding("Boards from Shenzhen arrive", relation("CN", "electronics"), minutes=10))
    history = History(
        now=NOW,
        reports=[Report(NOW - DAY, frozenset({SHELLS}), frozenset({"own"}))],
        since={"KP": TODAY - 300 * DAY},
    )
    made = compose([other, STORY], plan(), names=NAMES, coverage=COVERAGE, history=history, now=NOW)
    assert [line.notes for line in made.lines] == [("first report of this pair",), ()]
    assert compose([other, STORY], plan(), names=NAMES, coverage=COVERAGE, now=NOW).lines[0].headline[:6] == "Boards"
    assert replace(made.lines[0], notes=()).notes == ()
