"""The dates of a recurring series, from Graph's recurrence pattern and range."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from sandbox.model import Json

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = ("first", "second", "third", "fourth", "last")


def occurrence_dates(recurrence: Json, last: date) -> Iterator[date]:
    """The series' original dates in order, up to and including ``last``."""
    pattern, span = recurrence["pattern"], recurrence["range"]
    start = date.fromisoformat(span["startDate"])
    if span["type"] == "endDate":
        last = min(last, date.fromisoformat(span["endDate"]))
    left = span["numberOfOccurrences"] if span["type"] == "numbered" else None
    for day in _candidates(pattern, start):
        if day > last or left == 0:
            return
        if day >= start:
            left = None if left is None else left - 1
            yield day


def _candidates(pattern: Json, start: date) -> Iterator[date]:
    """Dates of the pattern in order, from the period that holds ``start`` on, without end."""
    interval = pattern["interval"]
    match pattern["type"]:
        case "daily":
            yield from (start + timedelta(days=interval * n) for n in count())
        case "weekly":
            yield from _weekly(pattern, start)
        case "absoluteMonthly" | "relativeMonthly":
            yield from _by_month(pattern, start.year * 12 + start.month - 1, interval)
        case _:
            yield from _by_month(pattern, start.year * 12 + pattern["month"] - 1, interval * 12)


def _weekly(pattern: Json, start: date) -> Iterator[date]:
    first_day = WEEKDAYS.index(pattern.get("firstDayOfWeek") or "sunday")
    week = start - timedelta(days=(start.weekday() - first_day) % 7)
    offsets = sorted((WEEKDAYS.index(day) - first_day) % 7 for day in pattern["daysOfWeek"])
    while True:
        yield from (week + timedelta(days=offset) for offset in offsets)
        week += timedelta(weeks=pattern["interval"])


def _by_month(pattern: Json, first_month: int, step: int) -> Iterator[date]:
    for month in count(first_month, step):
        year, number = divmod(month, 12)
        if year > date.max.year:
            return
        if pattern["type"].startswith("absolute"):
            # A month that is too short has the event on its last day, as in Outlook.
            yield date(year, number + 1, min(pattern["dayOfMonth"], monthrange(year, number + 1)[1]))
        else:
            yield _relative(year, number + 1, pattern)


def _relative(year: int, month: int, pattern: Json) -> date:
    wanted = {WEEKDAYS.index(day) for day in pattern["daysOfWeek"]}
    days = [date(year, month, n) for n in range(1, monthrange(year, month)[1] + 1)]
    matching = [day for day in days if day.weekday() in wanted]
    index = INDEXES.index(pattern.get("index") or "first")
    return matching[-1] if index == 4 else matching[index]
