"""Dates in every form that feeds have shown."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.collect.dates import read_date

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TEN = "2026-01-05T10:00:00+00:00"


def read(text: str, country: str = "") -> str:
    """Give the date as ISO 8601, or ""."""
    date = read_date(text, now=NOW, country=country)
    return date.isoformat() if date else ""


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 05 Jan 2026 10:00:00 GMT",
        "Mon, 5 Jan 26 11:00 +0100",
        "Mon,05 Jan 2026 10:00:00 Z",
        "05 January 2026 10:00 UT",
        "Mon, 05 Jan 2026 12:00:00 EET",
        "Mon, 05 Jan 2026 05:00:00 -0500 (EST)",
        "Mon, 05 Jan 2026 05:00:00 EST",
        "Mon Jan  5 10:00:00 2026",
        "Mon Jan  5 11:00:00 CET 2026",
        "Mon Jan 05 2026 11:00:00 GMT+0100 (Central European Standard Time)",
        "Monday, January 5th, 2026 - 10:00",
        "Jan 5, 2026 10:00 am",
        "2026-01-05T10:00:00Z",
        "2026-01-05T10:00:00.123456+00:00",
        "2026-01-05 13:00:00 +0300",
        "2026-01-05T1000Z",
        "20260105T100000Z",
        "2026/1/5 10:00:00",
        "05.01.2026 10:00",
        "1767607200",
        "1767607200000",
        "1767607200.5",
        "5 января 2026, 13:00 MSK",
        "5 de enero de 2026 10:00",
        "lun. 5 janvier 2026 11:00:00 +0100",
        "Pzt, 05 Ocak 2026 13:00:00 +0300",
        "5 января 2026 г., 10:00",
        "понеделник, 5 януари 2026 10:00",
        "понедељак, 5. јануар 2026 10:00",
        "5 студзеня 2026 10:00",
        "Δευτέρα, 5 Ιανουαρίου 2026 10:00",
        "luni, 5 ianuarie 2026, 10:00",
        "segunda-feira, 5 de janeiro de 2026 10:00",
        "5 de enero del 2026 10:00",
        "lundi 5 janvier 2026 10:00",
        "2026. január 5. 10:00",
        "pondelok 5. januára 2026 10:00",
        "maandag 5 januari 2026 10:00",
        "5 yanvar 2026 10:00",
        "5 იანვარი 2026 10:00",
        "5 जनवरी 2026 10:00",
        "5 ม.ค. 2569 10:00",
        "5 tháng 1, 2026 10:00",
        "الإثنين، 5 يناير 2026 10:00",
        "٥ كانون الثاني ٢٠٢٦ 10:00",
        "۵ ژانویه ۲۰۲۶ 10:00",
        "2026年1月5日 10:00",
        "2026년 1월 5일 오전 10:00",
        "2026年1月5日上午10:00",
    ],
)
def test_one_instant_in_many_forms(text: str) -> None:
    """All of these say ten o'clock, universal time, on 5 January 2026."""
    assert read(text)[:19] == TEN[:19]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fri, 10 Jul 2026 12:00:00 CEST", "2026-07-10T10:00:00+00:00"),
        ("2026-01-05", "2026-01-05T00:00:00+00:00"),
        ("2026-01-05+03:00", "2026-01-04T21:00:00+00:00"),
        ("13/04/2026 12:30 pm", "2026-04-13T12:30:00+00:00"),
        ("04/13/2026 12:30 AM", "2026-04-13T00:30:00+00:00"),
        ("04/04/2026", "2026-04-04T00:00:00+00:00"),
        ("2026-01-05T24:00:00Z", "2026-01-06T00:00:00+00:00"),
        ("2026-01-05T23:59:60Z", "2026-01-05T23:59:59+00:00"),
        ("1er février 2026", "2026-02-01T00:00:00+00:00"),
        ("12 फ़रवरी 2026", "2026-02-12T00:00:00+00:00"),
        ("2026年2月5日下午3:04", "2026-02-05T15:04:00+00:00"),
        ("12 กุมภาพันธ์ 2569", "2026-02-12T00:00:00+00:00"),
        ("6 listopada 2026", "2026-11-06T00:00:00+00:00"),
        ("Sun, 03 Jan 99 10:00:00 GMT", "1999-01-03T10:00:00+00:00"),
    ],
)
def test_what_can_only_mean_one_thing_is_read_so(text: str, expected: str) -> None:
    """Zone names, midnights and days beyond twelve leave no doubt."""
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026",
        "2026-01",
        "2026111",
        "03/04/2026 10:00",
        "31 Feb 2026",
        "2026-13-01",
        "Mon, 05 Jan 2026 10:00:00 QQQ",
        "Mon, 05 Jan 2026 10:00:00 +2500",
        "Mon, 05 Jan 2026 10:00:00 +0075",
        "Mon, 05 Jan 2026 25:00:00 GMT",
        "Mon, 05 Jan 2026 10:61:00 GMT",
        "Mon, 05 Foo 2026 10:00:00 GMT",
        "Mon, 05 Jan 10:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Mon, 05 Jan 1761 10:00:00 GMT",
        "Sat, 05 Jan 2030 10:00:00 GMT",
        "9999999999999",
        "12:00",
    ],
)
def test_what_could_mean_anything_is_no_date(text: str) -> None:
    """No date is better than a wrong one."""
    assert read(text) == ""


def test_a_zone_name_of_several_countries_means_that_of_the_feeds() -> None:
    """IST is India's, Israel's and Ireland's; without a country it is nobody's."""
    written = "Mon, 05 Jan 2026 15:30:00 IST"
    assert read(written, "IN") == TEN
    assert read(written, "IL") == "2026-01-05T13:30:00+00:00"
    assert read(written) == ""
    assert read("Mon, 05 Jan 2026 20:00:00 EST", "AU") == TEN


def test_a_month_that_two_languages_place_apart_is_read_where_it_is_clear() -> None:
    """Listopad is October in Croatia and November in Poland: for a Croatian feed it is no date."""
    assert read("6 listopada 2026", "PL") == "2026-11-06T00:00:00+00:00"
    assert read("6 listopada 2026", "HR") == ""


@given(st.datetimes(datetime(1990, 1, 2), datetime(2026, 11, 20), timezones=st.timezones()))  # noqa: DTZ001
def test_what_the_standard_library_writes_is_read_back(date: datetime) -> None:
    """RFC 822 and ISO 8601 with a numeric zone come back to the second, wherever the zone is in use."""
    offset = date.utcoffset()
    assert offset is not None
    for text in (format_datetime(date), date.isoformat(timespec="seconds")):
        found = read_date(text, now=NOW)
        if offset.total_seconds() % 60 == 0:
            assert found is not None
            assert abs((found - date).total_seconds()) < 1


@given(st.text(max_size=40))
def test_any_text_is_a_sane_date_or_none(text: str) -> None:
    """Nothing raises, and nothing lies before 1990 or far ahead."""
    date = read_date(text, now=NOW)
    assert date is None or 1990 <= date.year <= 2027
