"""Where said days lie in the calendar: weekdays placed, ranges closed, open ends given their other end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.language import calendar_days as days
from bot.language.request import QuestionKind
from bot.language.settle import settle
from bot.language.specs import (
    CONTAINERS,
    Context,
    DayBound,
    DayRange,
    Days,
    DaySpec,
    Grain,
    Moment,
    MomentRange,
    TimeSpec,
    Weekday,
)

Span = tuple[datetime, datetime]
_EVERY_WEEKS = 4


def at(day: date, minutes: int = 0) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def is_container(spec: DaySpec) -> bool:
    return isinstance(spec, Days) and spec.grain in CONTAINERS


def place(spec: DaySpec, container: Days | None, c: Context) -> list[Days]:
    """The civil days that ``spec`` names, within ``container`` where one was said."""
    match spec:
        case Days():
            return [spec]
        case Weekday():
            return _weekday(spec, container, c)
        case DayRange(first, last):
            return _range(first, last, container, c)
        case DayBound():
            return _bound(spec, container, c)


def _weekday(spec: Weekday, container: Days | None, c: Context) -> list[Days]:
    today = c.today
    if container is not None and spec.mode in ("coming", "every"):
        found = [d for d in days.each(container) if d.weekday() == spec.day]
        return [days.one_day(d) for d in found if d >= today] or [days.one_day(d) for d in found]
    monday = days.monday_of(today)
    match spec.mode:
        case "next":
            c.note(QuestionKind.NEXT_WEEKDAY)
            if c.choices.next_is_coming:
                return [days.one_day(days.coming(today, spec.day))]
            return [days.one_day(days.plus(monday, 7 + spec.day))]
        case "last":
            return [days.one_day(days.plus(days.coming(today, spec.day), -7 if spec.day != today.weekday() else -14))]
        case "every":
            first = days.plus(today, (spec.day - today.weekday()) % 7)
            return [days.one_day(days.plus(first, 7 * n)) for n in range(_EVERY_WEEKS)]
        case "this":
            found_day = days.plus(monday, spec.day)
            if found_day == today:
                c.note(QuestionKind.WEEKDAY_IS_TODAY)
                found_day = days.plus(today, 7) if c.choices.this_is_next else today
            elif found_day < today:
                c.note(QuestionKind.NEXT_WEEKDAY)
                found_day = days.plus(found_day, 7)
            return [days.one_day(found_day)]
        case _:
            found_day = days.coming(today, spec.day)
            if spec.day == today.weekday() and not spec.weeks:
                c.note(QuestionKind.WEEKDAY_IS_TODAY)
                found_day = today if c.choices.weekday_is_today else found_day
            return [days.one_day(days.plus(found_day, 7 * spec.weeks))]


def _range(first: DaySpec, last: DaySpec, container: Days | None, c: Context) -> list[Days]:
    begin = place(first, container, c)
    if isinstance(last, Weekday) and container is None and last.mode in ("coming", "every") and begin:
        day = days.plus(begin[0].start, (last.day - begin[0].start.weekday() - 1) % 7 + 1 + 7 * last.weeks)
        end = [days.one_day(day)]
    else:
        end = place(last, container, c)
    if not begin or not end:
        return []
    if end[-1].end <= begin[0].start:
        c.note(QuestionKind.REVERSED_RANGE)
        return [Days(end[0].start, begin[-1].end, Grain.DAYS)]
    return [Days(begin[0].start, end[-1].end, Grain.DAYS)]


def _bound(spec: DayBound, container: Days | None, c: Context) -> list[Days]:
    found = place(spec.days, container, c)
    if not found:
        return []
    first, last = found[0], found[-1]
    match spec.bound:
        case "before":
            return [Days(min(c.today, first.start), first.start, Grain.DAYS)]
        case "by" | "until":
            return [Days(min(c.today, first.start), last.end, Grain.DAYS)]
        case "after":
            return [Days(last.end, _end_of_that_week(last.end), Grain.DAYS)]
        case _:
            return [Days(first.start, _end_of_that_week(first.start), Grain.DAYS)]


def _end_of_that_week(day: date) -> date:
    return days.plus(days.monday_of(day), 7)


def bound_moment(spec: DayBound, container: Days | None, c: Context) -> list[Span]:
    """by Friday 3 pm: from now to an instant"""
    found = place(spec.days, container, c)
    times = settle([spec.time], c, 0) if spec.time else []
    if not found or not times:
        return []
    limit = times[0].start if times[0].end is None or spec.bound == "before" else times[0].end
    return [(c.now, at(found[-1].start, limit))]


def moment_range(spec: MomentRange, c: Context) -> list[Span]:
    start = c.now if spec.start is None else _moment(spec.start, c, is_end=False)
    end = _moment(spec.end, c, is_end=True)
    if start is None or end is None:
        return []
    if end <= start:
        c.note(QuestionKind.REVERSED_RANGE)
        start, end = end, start
    return [(start, end)] if start < end else []


def _moment(spec: Moment | DaySpec | TimeSpec, c: Context, *, is_end: bool) -> datetime | None:
    if isinstance(spec, TimeSpec):
        times = settle([spec], c, 0)
        found = at(c.today, times[0].start) if times else None
        return found + timedelta(days=1) if found is not None and found <= c.now else found
    if isinstance(spec, Moment):
        times, placed = settle([spec.time], c, 0), place(spec.days, None, c)
        return at(placed[0].start, times[0].start) if times and placed else None
    placed = place(spec, None, c)
    return (at(placed[-1].end) if is_end else at(placed[0].start)) if placed else None


def single_days(placed: Sequence[Days]) -> list[date]:
    """One date a day; Monday to Friday of what spans more than two days (convention 17)."""
    found: list[date] = []
    for span in placed:
        each = days.each(span)
        if span.grain is not Grain.DAY and span.grain is not Grain.WEEKEND:
            each = [d for d in each if d.weekday() < 5] or each
        found.extend(d for d in each if d not in found)
    return found
