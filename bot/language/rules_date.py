"""Dates: figures, months, days of the month, weekdays with their dates."""

from __future__ import annotations

from datetime import date

from bot.language import calendar_days as days
from bot.language.kinds import Kind, Token
from bot.language.reduce import Match, rule
from bot.language.request import QuestionKind
from bot.language.specs import Context, DayRange, Days, Weekday


def day_token(m: Match, c: Context, found: date | None) -> Token:
    """A day, or the note that there is none such."""
    if found is None:
        c.note(QuestionKind.INVALID_DATE, m.words)
        found = c.today
    return m.make(Kind.DAYS, days.one_day(found))


def _full_year(value: float, digits: int) -> int | None:
    if value % 1:
        return None
    if digits == 4 and 1900 <= value <= 2200:
        return int(value)
    return 2000 + int(value) if digits == 2 else None


@rule("DATE")
def figures(m: Match, c: Context) -> Token | None:
    if m[0] is None:
        return None
    shape, numbers = m[0]
    if shape == "md":
        return day_token(m, c, days.next_month_day(c.today, *numbers))
    if shape == "iso":
        return day_token(m, c, days.dated(*numbers))
    if shape == "my":
        if not 1 <= numbers[0] <= 12:
            return None
        return m.make(Kind.DAYS, days.month(numbers[1], numbers[0]))
    first, second = numbers[0], numbers[1]
    month_first = c.month_first
    if first > 12 or second > 12:
        month_first = second > 12
    elif c.month_first is None:
        if first != second:
            c.note(QuestionKind.DAY_MONTH_ORDER, m.words)
        month_first = bool(c.choices.month_first)
    month, day = (first, second) if month_first else (second, first)
    if shape == "dm":
        return day_token(m, c, days.next_month_day(c.today, month, day))
    year = _full_year(numbers[2], 4 if numbers[2] > 99 else 2)
    return day_token(m, c, days.dated(year or 0, month, day))


@rule("MONTH NUM")
def month_and_year(m: Match, c: Context) -> Token | None:
    if m[1].digits != 4:
        return None
    year = _full_year(m[1].value, 4)
    return m.make(Kind.DAYS, days.month(year, m[0])) if year else None


def _day_number(m: Match, index: int) -> int | None:
    number = m[index]
    return int(number.value) if number.digits <= 2 and number.value % 1 == 0 and 1 <= number.value <= 31 else None


def _month_day(m: Match, c: Context, month: int, day: int, year_at: int, weekday: int | None) -> Token:
    year = _full_year(m[year_at].value, 4) if m.has(year_at) and m[year_at].digits == 4 else None
    found = days.dated(year, month, day) if year else days.next_month_day(c.today, month, day)
    if found is not None and weekday is not None and found.weekday() != weekday:
        c.note(QuestionKind.WEEKDAY_MISMATCH, m.words)
    return day_token(m, c, found)


@rule("WEEKDAY? COMMA? THE? NUM/ORD OF? MONTH COMMA? NUM?")
def day_and_month(m: Match, c: Context) -> Token | None:
    """Friday, the 14th of April 2026"""
    day = _day_number(m, 3)
    if day is None or (m.has(1) and not m.has(0)) or (m.has(6) and not m.has(7)):
        return None
    if m.has(7) and m[7].digits != 4:
        return None
    return _month_day(m, c, m[5], day, 7, m[0])


@rule("WEEKDAY? COMMA? MONTH THE? NUM/ORD COMMA? NUM?")
def month_and_day(m: Match, c: Context) -> Token | None:
    """Friday, April 14th, 2026"""
    day = _day_number(m, 4)
    if day is None or (m.has(1) and not m.has(0)) or (m.has(5) and not m.has(6)):
        return None
    if (m.has(6) and m[6].digits != 4) or (not m.has(6) and m.followed_by(Kind.UNIT, Kind.MERIDIEM, Kind.OCLOCK)):
        return None
    return _month_day(m, c, m[2], day, 6, m[0])


@rule("DAYS COMMA WEEKDAY")
def day_then_its_name(m: Match, c: Context) -> Token | None:
    """Jul 18, Fri"""
    return m.token(0) if m[0].start.weekday() == m[2] else None


@rule("BETWEEN? THE? WEEKDAY? NUM/ORD TO/AT/DASH/AND THE? WEEKDAY? DAYS")
def days_of_one_month(m: Match, c: Context) -> Token | None:
    """13-15 July, du 13 au 15 juillet"""
    day, last = _day_number(m, 3), m[7]
    if day is None or not isinstance(last, Days) or not any(ch.isalpha() for ch in m.token(7).word):
        return None
    if m.kind(4) is Kind.AND and not m.has(0):
        return None
    first = days.dated(last.start.year, last.start.month, day)
    if first is None or first > last.start:
        return None
    return m.make(Kind.DAYS, DayRange(days.one_day(first), last))


@rule("DAYS TO/DASH THE? NUM/ORD")
def month_with_two_days(m: Match, c: Context) -> Token | None:
    """July 13-15"""
    day, first = _day_number(m, 3), m[0]
    if day is None or not isinstance(first, Days) or m.token(0).word.split()[-1:] == [] or m.followed_by(Kind.UNIT):
        return None
    if m.kind(3) is Kind.NUM and (m.kind(1) is Kind.TO and not m.has(2) and m[3].digits == 0):
        return None
    if not any(ch.isdigit() for ch in m.token(0).word) or not any(ch.isalpha() for ch in m.token(0).word):
        return None
    last = days.dated(first.start.year, first.start.month, day)
    if last is None or last < first.start:
        return None
    return m.make(Kind.DAYS, DayRange(first, days.one_day(last)))


@rule("WEEKDAY COMMA? THE? ORD")
def weekday_and_ordinal(m: Match, c: Context) -> Token | None:
    """Tuesday 19th, Friday the 14th"""
    day = _day_number(m, 3)
    return day_token(m, c, days.next_weekday_and_day(c.today, m[0], day)) if day and m[3].digits else None


@rule("WEEKDAY THE? NUM")
def weekday_and_number(m: Match, c: Context) -> Token | None:
    """vendredi 15, vendredi le 15"""
    day = _day_number(m, 2)
    if (
        not c.habits.number_after_article_is_day
        or day is None
        or m.followed_by(Kind.UNIT, Kind.NEXT, Kind.DASH, Kind.OCLOCK)
    ):
        return None
    return day_token(m, c, days.next_weekday_and_day(c.today, m[0], day))


@rule("THE NUM NUM NUM?")
def spaced_figures(m: Match, c: Context) -> Token | None:
    """le 20 02 2014"""
    day, month = _day_number(m, 1), _day_number(m, 2)
    if (
        not c.habits.number_after_article_is_day
        or day is None
        or month is None
        or month > 12
        or m.followed_by(Kind.UNIT)
    ):
        return None
    if not m[1].digits or not m[2].digits:
        return None
    year = _full_year(m[3].value, m[3].digits) if m.has(3) else None
    if m.has(3) and year is None:
        return None
    return day_token(m, c, days.dated(year, month, day) if year else days.next_month_day(c.today, month, day))


@rule("NUM NUM NUM")
def three_figures(m: Match, c: Context) -> Token | None:
    """20 02 2014"""
    day, month, year = _day_number(m, 0), _day_number(m, 1), _full_year(m[2].value, m[2].digits)
    if not c.habits.number_after_article_is_day or day is None or month is None or month > 12 or year is None:
        return None
    return day_token(m, c, days.dated(year, month, day)) if m[0].digits and m[1].digits else None


@rule("THE NUM")
def the_number(m: Match, c: Context) -> list[Token] | None:
    """le 14"""
    day = _day_number(m, 1)
    if (
        not c.habits.number_after_article_is_day
        or day is None
        or m.followed_by(Kind.UNIT, Kind.NEXT, Kind.QUARTER, Kind.HALF)
    ):
        return None
    return [m.token(0), _day_of_month(m, 1, day, c)]


@rule("ORD")
def the_ordinal(m: Match, c: Context) -> Token | None:
    """the 14th, on the first"""
    day = _day_number(m, 0)
    if day is None or m.followed_by(Kind.UNIT, Kind.WEEKDAY):
        return None
    if m.followed_by(Kind.WORD) and not m[0].digits:
        return None
    if not m[0].digits and not m.preceded_by(Kind.THE):
        return None
    return _day_of_month(m, 0, day, c)


def _day_of_month(m: Match, index: int, day: int, c: Context) -> Token:
    found = days.next_day_of_month(c.today, day)
    token = m.token(index)
    return Token(Kind.DAYS, days.one_day(found or c.today), token.start, token.end, token.word)


@rule("MONTH")
def whole_month(m: Match, c: Context) -> Token:
    year = c.today.year + (1 if m[0] < c.today.month else 0)
    return m.make(Kind.DAYS, days.month(year, m[0]))


@rule("RELDAY WEEKDAY?")
def relative_day(m: Match, c: Context) -> Token:
    """today, tomorrow; "tomorrow Thursday" says the same twice"""
    found = days.plus(c.today, m[0])
    if m.has(1) and found.weekday() != m[1]:
        c.note(QuestionKind.WEEKDAY_MISMATCH, m.words)
    return m.make(Kind.DAYS, days.one_day(found))


@rule("WEEKDAY COMMA DAYS")
def name_then_day(m: Match, c: Context) -> Token | None:
    return m.token(2) if isinstance(m[2], Days) and m[2].start.weekday() == m[0] else None


@rule("WEEKDAY DAYS")
def named_day(m: Match, c: Context) -> Token | None:
    """Thursday tomorrow, vendredi 14/04"""
    if not isinstance(m[1], Days) or (m[1].end - m[1].start).days != 1 or m[1].start.weekday() != m[0]:
        return None
    return m.make(Kind.DAYS, m[1])


@rule("PLURALDAY")
def every_such_day(m: Match, c: Context) -> Token:
    return m.make(Kind.DAYS, Weekday(m[0], "every"))


RULES = (
    figures,
    day_and_month,
    month_and_day,
    month_and_year,
    day_then_its_name,
    days_of_one_month,
    month_with_two_days,
    weekday_and_ordinal,
    weekday_and_number,
    spaced_figures,
    three_figures,
    every_such_day,
)
LATE_RULES = (the_number, relative_day, name_then_day, named_day, the_ordinal, whole_month)
