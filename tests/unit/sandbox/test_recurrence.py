"""The dates of series, and which of them a window shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from dateutil.rrule import DAILY, MO, MONTHLY, WE, WEEKLY, YEARLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from sandbox.model import Event
from sandbox.occurrences import occurrence, start_instant, view
from sandbox.recurrence import WEEKDAYS, occurrence_dates

FAR = date(2030, 1, 1)
wall = datetime.fromisoformat


def rule(kind: str, start: str = "2026-01-05", **more: Any) -> dict[str, Any]:
    pattern = {
        "type": kind, "interval": 1, "month": 0, "dayOfMonth": 0, "daysOfWeek": [], "firstDayOfWeek": "monday",
        "index": "first",
    }  # fmt: skip
    span = {"type": "noEnd", "startDate": start, "endDate": "0001-01-01", "numberOfOccurrences": 0}
    return {
        "pattern": pattern | {name: value for name, value in more.items() if name in pattern},
        "range": span | {name: value for name, value in more.items() if name in span} | more.get("span", {}),
    }


def dates(recurrence: dict[str, Any], count: int = 5) -> list[str]:
    return [day.isoformat() for day in islice(occurrence_dates(recurrence, FAR), count)]


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        (rule("daily", interval=3), ["2026-01-05", "2026-01-08", "2026-01-11", "2026-01-14", "2026-01-17"]),
        (
            rule("weekly", interval=2, daysOfWeek=["wednesday", "monday"]),
            ["2026-01-05", "2026-01-07", "2026-01-19", "2026-01-21", "2026-02-02"],
        ),
        (
            rule("absoluteMonthly", "2026-01-31", dayOfMonth=31),
            ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
        ),
        (
            rule("relativeMonthly", daysOfWeek=["friday"], index="last"),
            ["2026-01-30", "2026-02-27", "2026-03-27", "2026-04-24", "2026-05-29"],
        ),
        (
            rule("absoluteYearly", "2024-02-29", month=2, dayOfMonth=29),
            ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
        ),
        (
            rule("relativeYearly", month=11, daysOfWeek=["thursday"], index="fourth"),
            ["2026-11-26", "2027-11-25", "2028-11-23", "2029-11-22"],
        ),
        (rule("daily", span={"type": "numbered", "numberOfOccurrences": 2}), ["2026-01-05", "2026-01-06"]),
        (rule("daily", span={"type": "endDate", "endDate": "2026-01-06"}), ["2026-01-05", "2026-01-06"]),
    ],
)
def test_patterns_give_their_dates(recurrence: dict[str, Any], expected: list[str]) -> None:
    assert dates(recurrence) == expected


@given(
    start=st.dates(date(2024, 1, 1), date(2028, 1, 1)),
    interval=st.integers(1, 5),
    days=st.sets(st.sampled_from(WEEKDAYS), min_size=1),
)
def test_weekly_dates_are_those_of_an_independent_calculation(start: date, interval: int, days: set[str]) -> None:
    begin = datetime.combine(start, datetime.min.time())
    numbers = [WEEKDAYS.index(day) for day in days]
    expected = rrule(WEEKLY, begin, interval=interval, byweekday=numbers, wkst=MO, count=6)
    recurrence = rule("weekly", start.isoformat(), interval=interval, daysOfWeek=sorted(days))
    found = islice(occurrence_dates(recurrence, date(2031, 1, 1)), 6)
    assert list(found) == [one.date() for one in expected]


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        (rule("daily", interval=4), rrule(DAILY, wall("2026-01-05"), interval=4, count=9)),
        (
            rule("absoluteMonthly", dayOfMonth=12, interval=2),
            rrule(MONTHLY, wall("2026-01-05"), interval=2, bymonthday=12, count=9),
        ),
        (
            rule("relativeMonthly", daysOfWeek=["wednesday"], index="second"),
            rrule(MONTHLY, wall("2026-01-05"), byweekday=WE(2), count=9),
        ),
        (
            rule("absoluteYearly", month=7, dayOfMonth=14),
            rrule(YEARLY, wall("2026-01-05"), bymonth=7, bymonthday=14, count=3),
        ),
    ],
)
def test_other_patterns_agree_with_an_independent_calculation(recurrence: dict[str, Any], expected: rrule) -> None:
    wanted = [one.date() for one in expected]
    assert list(islice(occurrence_dates(recurrence, date(2040, 1, 1)), len(wanted))) == wanted


def series(**changes: Any) -> Event:
    made = Event(
        key="0" * 32, mailbox="m", calendar="c", start=wall("2026-03-27T09:00"), end=wall("2026-03-27T10:00"),
        zone="Romance Standard Time", end_zone="Romance Standard Time",
        recurrence=rule("weekly", "2026-03-27", daysOfWeek=["friday"]),
    )  # fmt: skip
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def starts(event: Event, first: datetime, last: datetime) -> list[datetime]:
    return [start_instant(one) for one in view([event], first, last)]


def test_a_series_keeps_its_wall_time_when_the_clocks_change() -> None:
    found = starts(series(), datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 4, 4, tzinfo=UTC))
    assert found == [datetime(2026, 3, 27, 8, tzinfo=UTC), datetime(2026, 4, 3, 7, tzinfo=UTC)]


def test_an_occurrence_that_crosses_midnight_is_seen_on_both_days() -> None:
    late = series(start=wall("2026-03-27T23:00"), end=wall("2026-03-28T01:00"))
    before, after = datetime(2026, 4, 3, 21, 30, tzinfo=UTC), datetime(2026, 4, 3, 22, 30, tzinfo=UTC)
    assert starts(late, before, before + timedelta(minutes=5)) == [datetime(2026, 4, 3, 21, tzinfo=UTC)]
    assert starts(late, after, after + timedelta(minutes=5)) == [datetime(2026, 4, 3, 21, tzinfo=UTC)]


def test_an_exception_moved_far_away_is_found_where_it_went() -> None:
    moved = series(exceptions={"2026-04-03": {"start": "2026-04-08T15:00:00", "end": "2026-04-08T16:00:00"}})
    assert starts(moved, datetime(2026, 4, 3, tzinfo=UTC), datetime(2026, 4, 4, tzinfo=UTC)) == []
    found = starts(moved, datetime(2026, 4, 8, tzinfo=UTC), datetime(2026, 4, 9, tzinfo=UTC))
    assert found == [datetime(2026, 4, 8, 13, tzinfo=UTC)]


def test_there_is_no_occurrence_on_a_cancelled_or_another_day() -> None:
    cancelled = series(cancelled=["2026-04-03"])
    assert occurrence(cancelled, date(2026, 4, 3)) is None
    assert occurrence(cancelled, date(2026, 4, 4)) is None
    assert occurrence(cancelled, date(2026, 4, 10)) is not None
