"""Civil days from what people say of them: pure date arithmetic."""

from __future__ import annotations

from datetime import date, timedelta

from bot.language.specs import NO_NOTES, Days, Grain, Notes

_LAST_YEAR = 9000


def one_day(day: date, notes: Notes = NO_NOTES) -> Days:
    return Days(day, plus(day, 1), Grain.DAY, notes)


def plus(day: date, days: float) -> date:
    """``day`` moved, held inside the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date(_LAST_YEAR, 1, 1)


def monday_of(day: date) -> date:
    return plus(day, -day.weekday())


def week(today: date, offset: float, notes: Notes = NO_NOTES) -> Days:
    """The ISO week ``offset`` weeks from the one of ``today``."""
    monday = plus(monday_of(today), 7 * offset)
    return Days(monday, plus(monday, 7), Grain.WEEK, notes)


def weekend(today: date, offset: int) -> Days:
    monday = plus(monday_of(today), 7 * offset)
    return Days(plus(monday, 5), plus(monday, 7), Grain.WEEKEND)


def month(year: int, number: int) -> Days:
    """``number`` may run over: 13 is January of the next year."""
    year, number = year + (number - 1) // 12, (number - 1) % 12 + 1
    if not 1 <= year < _LAST_YEAR:
        year = _LAST_YEAR
    following = date(year + number // 12, number % 12 + 1, 1)
    return Days(date(year, number, 1), following, Grain.MONTH)


def year_days(year: int) -> Days:
    year = min(max(year, 1), _LAST_YEAR)
    return Days(date(year, 1, 1), date(year + 1, 1, 1), Grain.YEAR)


def months_later(day: date, months: int) -> date:
    span = month(day.year, day.month + months)
    return min(plus(span.start, day.day - 1), plus(span.end, -1))


def coming(today: date, weekday: int) -> date:
    """The next day of that name, strictly after today."""
    return plus(today, (weekday - today.weekday() - 1) % 7 + 1)


def next_month_day(today: date, number: int, day: int) -> date | None:
    """The next such date, today included; None where no year has it."""
    for year in range(today.year, today.year + 9):
        found = _date(year, number, day)
        if found is not None and found >= today:
            return found
    return None


def dated(year: int, number: int, day: int) -> date | None:
    return _date(year, number, day)


def next_day_of_month(today: date, day: int) -> date | None:
    for offset in range(12):
        first = month(today.year, today.month + offset).start
        found = _date(first.year, first.month, day)
        if found is not None and found >= today:
            return found
    return None


def next_weekday_and_day(today: date, weekday: int, day: int) -> date | None:
    """The next 15th that is a Thursday."""
    for offset in range(48):
        first = month(today.year, today.month + offset).start
        found = _date(first.year, first.month, day)
        if found is not None and found >= today and found.weekday() == weekday:
            return found
    return None


def nth_weekday(span: Days, weekday: int, nth: int) -> date | None:
    """The first (1), second ... or last (-1) day of that name in ``span``."""
    found = [d for d in each(span) if d.weekday() == weekday]
    index = nth - 1 if nth > 0 else nth
    return found[index] if -len(found) <= index < len(found) else None


def each(span: Days) -> list[date]:
    return [plus(span.start, n) for n in range(min((span.end - span.start).days, 366))]


def edge(span: Days, which: str) -> Days:
    """Start, middle or end of a week, weekend, month or year."""
    if span.grain is Grain.WEEK:
        first, last = {"start": (0, 2), "mid": (2, 3), "end": (3, 5)}[which]
        return Days(plus(span.start, first), plus(span.start, last), Grain.DAYS, span.notes)
    if span.grain is Grain.MONTH:
        first, last = {"start": (0, 10), "mid": (10, 20), "end": (20, 99)}[which]
        return Days(plus(span.start, first), min(plus(span.start, last), span.end), Grain.DAYS, span.notes)
    if span.grain is Grain.YEAR:
        year = span.start.year
        first, last = {"start": (1, 4), "mid": (5, 9), "end": (9, 13)}[which]
        return Days(month(year, first).start, month(year, last).start, Grain.DAYS, span.notes)
    days = (span.end - span.start).days
    third = max(days // 3, 1)
    if which == "start":
        return Days(span.start, plus(span.start, max(days // 2, 1)), Grain.DAYS)
    if which == "end":
        return Days(plus(span.start, days - max(days // 2, 1)), span.end, Grain.DAYS)
    return Days(plus(span.start, third), plus(span.end, -third), Grain.DAYS) if days > 2 else span


def _date(year: int, number: int, day: int) -> date | None:
    try:
        return date(year, number, day)
    except ValueError:
        return None
