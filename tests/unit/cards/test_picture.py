"""The picture of the days tells the truth: what it shows as free is free, in every zone, also where clocks change."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from bot.answers.outline import MOST_OUTLINES, outlines, row_minutes
from bot.availability import Availability, State
from bot.intervals import covers
from bot.model import BusyBlock, CalendarReading, DaySpan, Interval, Preferences, ReadFailure, ShowAs, WorkingHours
from dialogs.cards.elements import card
from dialogs.cards.picture import MOST_COLUMNS, Cell, Row, picture, rows_of, runs_of
from dialogs.texts import Texts
from tests.unit.bot.test_availability_properties import CALENDAR, REF, Case, cases, relaxed

QUARTER = timedelta(minutes=15)
PARIS = ZoneInfo("Europe/Paris")
NEVER = datetime(2020, 1, 1, tzinfo=UTC)


def drawn(case: Case, *, failing: bool) -> tuple[Availability, dict[tuple[date, int], Cell], list[Interval]]:
    """The availability, its picture by (row, quarter), and the time that the picture shows."""
    availability = case.availability(failing=failing)
    found = outlines(availability, (case.window,))
    cells = {
        (row.day, row.first + index): cell for row in rows_of(found, case.zone) for index, cell in enumerate(row.cells)
    }
    return availability, cells, [one.interval for one in found]


def quarters_of(shown: list[Interval], zone: ZoneInfo, opens: time) -> dict[tuple[date, int], list[Interval]]:
    """Every whole quarter that is shown, by its place in the picture; a repeated hour has two in one place."""
    places: dict[tuple[date, int], list[Interval]] = defaultdict(list)
    for one in shown:
        start = one.start - (one.start - datetime.min.replace(tzinfo=UTC)) % QUARTER
        while start < one.end:
            day = start.astimezone(zone).date()
            if start.astimezone(zone).time() < opens:
                day -= timedelta(days=1)
            places[day, row_minutes(start, day, opens, zone) // 15].append(Interval(start, start + QUARTER))
            start += QUARTER
    return places


@given(cases(), st.booleans())
@settings(relaxed, max_examples=120)
def test_a_quarter_is_drawn_free_where_and_only_where_a_check_of_it_says_so(case: Case, failing: bool) -> None:
    availability, cells, shown = drawn(case, failing=failing)
    opens = outlines(availability, (case.window,))[0].opens if shown else time(0)
    spans = [(one.start, one.end) for one in shown]
    for place, quarters in quarters_of(shown, case.zone, opens).items():
        states = [availability.check(one).state for one in quarters if covers(spans, one.start, one.end)]
        is_whole = len(states) == len(quarters)
        is_free = is_whole and set(states) == {State.FREE}
        # The very last instant of the booking window is a start; a stretch of time cannot show it.
        if not any(one.start <= availability.latest < one.end for one in quarters):
            assert (cells.get(place, Cell.OFF) is Cell.FREE) == is_free
        elif cells.get(place) is Cell.FREE:
            assert is_free
        if failing:
            assert cells.get(place) is not Cell.FREE
    event(f"drawn: {sorted({cell.value for cell in cells.values()})}")


@given(cases())
@settings(relaxed, max_examples=60)
def test_no_minute_that_the_minute_grid_finds_busy_is_drawn_free(case: Case) -> None:
    availability, cells, _ = drawn(case, failing=False)
    oracle = case.oracle()
    found = outlines(availability, (case.window,))
    for outline in found:
        minute = outline.interval.start
        while minute < outline.interval.end:
            if not oracle.is_free(minute, timedelta(minutes=1)):
                place = outline.day, row_minutes(minute, outline.day, outline.opens, case.zone) // 15
                assert cells[place] is not Cell.FREE
            minute += timedelta(minutes=1)
    assert len(found) <= MOST_OUTLINES


@given(st.lists(st.tuples(st.sampled_from(Cell), st.integers(1, 5)), min_size=1, max_size=60))
def test_a_crowded_day_loses_free_time_in_the_picture_but_never_gains_any(parts: list[tuple[Cell, int]]) -> None:
    cells = tuple(cell for cell, length in parts for _ in range(length))
    row = Row(date(2026, 11, 24), time(0), 0, cells)
    runs = runs_of(row, 0, len(cells) + 4)
    assert len(runs) <= MOST_COLUMNS
    spread = [cell for cell, length in runs for _ in range(length)]
    assert len(spread) == len(cells) + 4
    assert all(row.at(place) is Cell.FREE for place, cell in enumerate(spread) if cell is Cell.FREE)


def availability_of(
    hours: WorkingHours, zone: ZoneInfo, *busy: Interval | DaySpan, failing: bool = False
) -> Availability:
    blocks = tuple(BusyBlock(REF, one, ShowAs.BUSY) for one in busy)
    readings = [CalendarReading(CALENDAR, blocks)]
    if failing:
        readings.append(CalendarReading(CALENDAR, failure=ReadFailure.THROTTLED))
    preferences = Preferences(booking_window=timedelta(days=5000))
    covered = Interval(NEVER, datetime(2027, 12, 1, tzinfo=UTC))
    return Availability(readings, (), preferences, zone, hours, NEVER, covered=covered)


def whole_days(first: date, days: int, zone: ZoneInfo) -> Interval:
    start = datetime.combine(first, time(0), zone)
    return Interval(start, datetime.combine(first + timedelta(days=days), time(0), zone))


def test_a_night_shift_is_one_bar_of_the_day_on_which_it_begins() -> None:
    hours = WorkingHours(frozenset({1, 2}), time(22), time(6))
    (monday, tuesday) = rows_of(
        outlines(availability_of(hours, PARIS), [whole_days(date(2026, 11, 23), 3, PARIS)]), PARIS
    )
    assert (monday.day.day, tuesday.day.day) == (23, 24)
    assert monday.opens == time(14)
    assert (monday.first, monday.last) == (8 * 4, 16 * 4), "from 22:00 to 06:00, counted from 14:00"
    assert set(monday.cells) == {Cell.FREE}


@pytest.mark.parametrize(
    ("day", "gone", "twice"), [(date(2026, 3, 29), range(8, 12), False), (date(2026, 10, 25), range(8, 12), True)]
)
def test_a_night_in_which_the_clocks_change_has_a_place_for_every_hour_of_the_clock(
    day: date, gone: range, twice: bool
) -> None:
    hours = WorkingHours(frozenset(range(1, 8)), time(0), time(6))
    (row,) = rows_of(outlines(availability_of(hours, PARIS), [whole_days(day, 1, PARIS)]), PARIS)
    assert (row.first, row.last) == (0, 24)
    off = {place for place in range(24) if row.at(place) is not Cell.FREE}
    assert off == (set() if twice else set(gone)), "the hour that is skipped is no free time"


def test_an_hour_that_comes_twice_is_free_only_if_both_are() -> None:
    hours = WorkingHours(frozenset(range(1, 8)), time(0), time(6))
    second = Interval(datetime(2026, 10, 25, 1, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    day = whole_days(date(2026, 10, 25), 1, PARIS)
    (row,) = rows_of(outlines(availability_of(hours, PARIS, second), [day]), PARIS)
    assert [row.at(place) for place in range(8, 12)] == [Cell.TAKEN, Cell.TAKEN, Cell.FREE, Cell.FREE]


def test_a_zone_of_half_hours_keeps_its_quarters() -> None:
    zone = ZoneInfo("Asia/Kathmandu")
    busy = Interval(datetime(2026, 11, 24, 10, 15, tzinfo=zone), datetime(2026, 11, 24, 11, 0, tzinfo=zone))
    found = outlines(availability_of(WorkingHours(), zone, busy), [whole_days(date(2026, 11, 24), 1, zone)])
    (row,) = rows_of(found, zone)
    assert [place / 4 for place in range(96) if row.at(place) is Cell.TAKEN] == [10.25, 10.5, 10.75]


def test_unknown_time_is_neither_free_nor_busy_in_the_picture() -> None:
    busy = Interval(datetime(2026, 11, 24, 10, tzinfo=PARIS), datetime(2026, 11, 24, 11, tzinfo=PARIS))
    found = outlines(
        availability_of(WorkingHours(), PARIS, busy, failing=True), [whole_days(date(2026, 11, 24), 1, PARIS)]
    )
    (row,) = rows_of(found, PARIS)
    assert set(row.cells) == {Cell.UNKNOWN, Cell.TAKEN}
    shown = repr(card(Texts("en", PARIS), "x", picture(Texts("en", PARIS), found).legend))
    assert "Not known" in shown
    assert "Free" not in shown, "the legend names what is there"


def widths(bar: Any) -> list[int]:
    return [column["width"] for column in bar["columns"]]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_all_bars_and_the_hours_have_one_scale(language: str) -> None:
    t = Texts(language, PARIS)
    busy = Interval(datetime(2026, 11, 24, 10, 7, tzinfo=PARIS), datetime(2026, 11, 24, 11, tzinfo=PARIS))
    found = picture(
        t, outlines(availability_of(WorkingHours(), PARIS, busy), [whole_days(date(2026, 11, 23), 7, PARIS)])
    )
    assert found.bars
    body = card(t, "x", found.scale, *found.bars.values())["body"]
    assert len(body) == 6, "the hours and five working days"
    assert {sum(widths(one)) for one in body} == {36}, "eight hours and the end"
    hours = [column["items"][0]["text"] for column in body[0]["columns"]]
    assert [text.replace("\u00a0", " ") for text in hours] == (
        ["9 AM", "11 AM", "1 PM", "3 PM", "5 PM"] if language == "en" else ["09 h", "11 h", "13 h", "15 h", "17 h"]
    )
    assert widths(body[2]) == [4, 4, 24, 4], "10:07 takes the whole quarter"


def test_nothing_to_draw_is_no_picture() -> None:
    t = Texts("en", PARIS)
    found = picture(t, outlines(availability_of(WorkingHours(), PARIS), [whole_days(date(2026, 11, 28), 2, PARIS)]))
    assert found.scale is None
    assert found.bar(date(2026, 11, 28)) is None


def test_a_quarter_that_is_only_partly_asked_about_is_not_drawn_free() -> None:
    asked = Interval(datetime(2026, 11, 24, 10, 7, tzinfo=PARIS), datetime(2026, 11, 24, 11, 20, tzinfo=PARIS))
    (row,) = rows_of(outlines(availability_of(WorkingHours(), PARIS), [asked]), PARIS)
    assert [place / 4 for place in range(96) if row.at(place) is Cell.FREE] == [10.25, 10.5, 10.75, 11.0]
