from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.civil import (
    WallKind,
    day_bounds,
    days_touched,
    find_zone,
    first_instant,
    grid_starts,
    instants_of,
    iso_week_start,
    same_clock,
    wall_kind,
    week_bounds,
    working_spans,
)
from bot.model import Interval, WorkingHours

PARIS = ZoneInfo("Europe/Paris")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
SANTIAGO = ZoneInfo("America/Santiago")


@pytest.mark.parametrize(
    ("text", "kind", "instants"),
    [
        ("2026-03-29T02:30", WallKind.SKIPPED, []),
        ("2026-10-25T02:30", WallKind.REPEATED, ["00:30", "01:30"]),
        ("2026-10-25T03:00", WallKind.UNIQUE, ["02:00"]),
    ],
)
def test_a_wall_time_names_none_one_or_two_instants(text: str, kind: WallKind, instants: list[str]) -> None:
    wall = datetime.fromisoformat(text)
    assert wall_kind(wall, PARIS) is kind
    assert [instant.strftime("%H:%M") for instant in instants_of(wall, PARIS)] == instants


def test_a_skipped_time_is_read_as_the_moment_of_the_change() -> None:
    assert first_instant(date(2026, 3, 29), time(2, 30), PARIS) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    # Lord Howe jumps by half an hour, from 02:00 to 02:30.
    change = datetime(2026, 10, 3, 15, 30, tzinfo=UTC)
    assert first_instant(date(2026, 10, 4), time(2, 15), LORD_HOWE) == change


def test_a_day_begins_when_its_midnight_is_skipped() -> None:
    day = day_bounds(date(2026, 9, 6), SANTIAGO)
    assert day.start == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert day.duration == timedelta(hours=23)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Paris", date(2026, 3, 29), 23),
        ("Europe/Paris", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Santiago", date(2026, 4, 4), 25),
        ("Asia/Kolkata", date(2026, 3, 29), 24),
    ],
)
def test_a_civil_day_is_as_long_as_its_clocks_make_it(zone: str, day: date, hours: float) -> None:
    assert day_bounds(day, ZoneInfo(zone)).duration == timedelta(hours=hours)


def test_a_day_that_a_zone_skipped_has_no_bounds() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        day_bounds(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))


def test_an_iso_week_runs_from_monday_to_monday() -> None:
    assert iso_week_start(date(2026, 11, 29)) == date(2026, 11, 23)
    week = week_bounds(date(2026, 10, 21), PARIS)
    assert week.duration == timedelta(days=7, hours=1)
    assert week.start.astimezone(PARIS).isoweekday() == 1


def test_an_interval_that_ends_at_midnight_does_not_touch_the_next_day() -> None:
    zone_day = day_bounds(date(2026, 11, 24), PARIS)
    assert list(days_touched(zone_day, PARIS)) == [date(2026, 11, 24)]
    longer = Interval(zone_day.start, zone_day.end + timedelta(minutes=1))
    assert list(days_touched(longer, PARIS)) == [date(2026, 11, 24), date(2026, 11, 25)]


@pytest.mark.parametrize(
    "name",
    ["", "Nowhere/City", "Customized Time Zone", "../etc/passwd", "Europe", "Europe/Paris\0", "é" * 9, "a" * 500],
)
def test_a_name_that_is_no_zone_finds_none(name: str) -> None:
    assert find_zone(name) is None
    assert find_zone("Europe/Paris") == PARIS
    assert find_zone(None) is None


def test_two_names_of_one_clock_are_the_same_and_a_seasonal_difference_is_not() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert same_clock(PARIS, ZoneInfo("Europe/Brussels"), now)
    assert not same_clock(PARIS, ZoneInfo("Africa/Lagos"), now)


def test_working_time_loses_what_the_clocks_skip() -> None:
    nights = WorkingHours(frozenset({7}), time(1), time(4))
    begin, end = datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)
    ((start, stop),) = working_spans(nights, PARIS, begin, end)
    assert stop - start == timedelta(hours=2)
    in_the_gap = WorkingHours(frozenset({7}), time(2, 10), time(2, 50))
    assert working_spans(in_the_gap, PARIS, begin, end) == []


def test_marks_repeat_with_the_hour_and_skip_with_it() -> None:
    def marks(day: date, zone: ZoneInfo, step: int) -> list[str]:
        start = datetime.combine(day, time(1), zone)
        end = datetime.combine(day, time(4), zone)
        found = grid_starts(start.astimezone(UTC), end.astimezone(UTC), timedelta(minutes=step), zone)
        return [mark.astimezone(zone).strftime("%H:%M") for mark in found]

    assert marks(date(2026, 10, 25), PARIS, 60) == ["01:00", "02:00", "02:00", "03:00", "04:00"]
    assert marks(date(2026, 3, 29), PARIS, 60) == ["01:00", "03:00", "04:00"]
    assert marks(date(2026, 4, 5), LORD_HOWE, 30) == [
        "01:00", "01:30", "01:30", "02:00", "02:30", "03:00", "03:30", "04:00"
    ]  # fmt: skip
    assert marks(date(2026, 10, 4), LORD_HOWE, 60) == ["01:00", "03:00", "04:00"]


def test_marks_start_again_at_midnight() -> None:
    start = datetime(2026, 11, 24, 23, tzinfo=PARIS).astimezone(UTC)
    found = grid_starts(start, start + timedelta(hours=3), timedelta(minutes=50), PARIS)
    assert [mark.astimezone(PARIS).strftime("%H:%M") for mark in found] == ["23:20", "00:00", "00:50", "01:40"]


def test_a_change_of_the_clocks_at_the_very_end_is_one_mark() -> None:
    """Santiago's midnight of 4 to 5 April is 23:00 again."""
    zone = ZoneInfo("America/Santiago")
    start, change = datetime(2026, 4, 5, 2, tzinfo=UTC), datetime(2026, 4, 5, 3, tzinfo=UTC)
    found = list(grid_starts(start, change, timedelta(minutes=30), zone))
    assert found == [start, start + timedelta(minutes=30), change]
    assert [mark.astimezone(zone).strftime("%H:%M") for mark in found] == ["23:00", "23:30", "23:00"]
    assert change not in list(grid_starts(start, change, timedelta(minutes=50), zone))
