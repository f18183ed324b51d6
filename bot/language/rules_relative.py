"""Days counted from now or named by this, next and last: weeks, months, weekdays."""

from __future__ import annotations

from bot.language import calendar_days as days
from bot.language import rules_counted
from bot.language.kinds import Kind, Token
from bot.language.reduce import Match, rule
from bot.language.request import QuestionKind
from bot.language.rules_units import LONG, SECONDS, unit_days, until
from bot.language.specs import Context, Days, Grain, Weekday


@rule("THIS/THE? WEEKDAY IDIOM_WEEKS")
def weekday_in_eight(m: Match, c: Context) -> Token:
    """lundi en huit"""
    return m.make(Kind.DAYS, Weekday(m[1], weeks=m[2]))


@rule("WEEKDAY UNIT")
def weekday_week(m: Match, c: Context) -> Token | None:
    """Monday week"""
    if m[1] != "week" or m.preceded_by(Kind.NEXT, Kind.THIS, Kind.EVERY) or m.followed_by(Kind.NEXT, Kind.OF):
        return None
    return m.make(Kind.DAYS, Weekday(m[0], weeks=1)) if c.habits.week_after_day_adds_one else None


@rule("RELDAY IDIOM_WEEKS")
def relative_in_eight(m: Match, c: Context) -> Token:
    return m.make(Kind.DAYS, days.one_day(days.plus(c.today, m[0] + 7 * m[1])))


@rule("RELDAY UNIT")
def relative_week(m: Match, c: Context) -> Token | None:
    """tomorrow week"""
    if m[1] != "week" or not c.habits.week_after_day_adds_one:
        return None
    return m.make(Kind.DAYS, days.one_day(days.plus(c.today, m[0] + 7)))


@rule("NUM UNIT FROM/OF/ON? RELDAY/WEEKDAY")
def weeks_from_day(m: Match, c: Context) -> Token | None:
    """a week from Friday, two weeks from tomorrow"""
    if m[1] not in LONG or (not m.has(2) and m[1] != "week"):
        return None
    more = m[0].value * LONG[m[1]]
    if m.kind(3) is Kind.RELDAY:
        return m.make(Kind.DAYS, days.one_day(days.plus(c.today, m[3] + more)))
    if m[1] == "day" or more % 7:
        return None
    return m.make(Kind.DAYS, Weekday(m[3], weeks=int(more // 7)))


@rule("WEEKDAY IN NUM UNIT")
def weekday_in_weeks(m: Match, c: Context) -> Token | None:
    """lundi dans deux semaines"""
    if m[3] != "week":
        return None
    return m.make(Kind.DAYS, days.one_day(days.plus(days.week(c.today, m[2].value).start, m[0])))


@rule("IN NUM UNIT ON? WEEKDAY")
def in_weeks_weekday(m: Match, c: Context) -> Token | None:
    if m[2] != "week":
        return None
    return m.make(Kind.DAYS, days.one_day(days.plus(days.week(c.today, m[1].value).start, m[4])))


@rule("NUM PLURALDAY/WEEKDAY LATER")
def weekdays_from_now(m: Match, c: Context) -> Token | None:
    """two Sundays from now"""
    return m.make(Kind.DAYS, Weekday(m[1], weeks=int(m[0].value) - 1)) if 1 <= m[0].value <= 99 else None


@rule("APPROX NEXT/THIS/WEEKDAY/RELDAY/EDGE")
def about_a_day(m: Match, c: Context) -> list[Token]:
    """around next Tuesday"""
    c.note(QuestionKind.VAGUE, m.words)
    return [m.token(1)]


@rule("EDGE OF? NUM")
def edge_of_year(m: Match, c: Context) -> Token | None:
    if m[2].digits != 4 or not 1900 <= m[2].value <= 2200:
        return None
    return m.make(Kind.DAYS, days.edge(days.year_days(int(m[2].value)), m[0]))


@rule("UNIT OF MONTH")
def month_of(m: Match, c: Context) -> Token | None:
    """le mois d'avril"""
    return m.make(Kind.MONTH, m[2]) if m[0] == "month" else None


@rule("THIS NEXT WEEKDAY")
def this_coming_weekday(m: Match, c: Context) -> Token:
    return m.make(Kind.DAYS, Weekday(m[2]))


@rule("THIS/NEXT/LAST/EVERY THE? WEEKDAY/PLURALDAY")
def marked_weekday(m: Match, c: Context) -> Token | None:
    if m.kind(0) is Kind.LAST and m.followed_by(Kind.OF, Kind.IN, Kind.INSIDE):
        return None
    mode = {Kind.THIS: "this", Kind.NEXT: "next", Kind.LAST: "last", Kind.EVERY: "every"}[m.token(0).kind]
    if mode == "next" and m[0] == "coming":
        mode = "coming"
    return m.make(Kind.DAYS, Weekday(m[2], mode))


@rule("WEEKDAY NEXT/LAST")
def weekday_marked(m: Match, c: Context) -> Token:
    """vendredi prochain; the Wednesday after next"""
    mode = "next" if m.kind(1) is Kind.NEXT else "last"
    if mode == "next" and m[1] == "coming":
        mode = "coming"
    return m.make(Kind.DAYS, Weekday(m[0], mode))


@rule("EVERY? THIS/THE? UNIT")
def this_unit(m: Match, c: Context) -> Token | list[Token] | None:
    """this week, the weekend, all week, end of month"""
    unit = m[2]
    if m.preceded_by(Kind.LAST, Kind.ORD, Kind.NUM) and not m.has(1):
        return None
    if m.has(0) and not m.has(1) and unit == "day":
        if m.followed_by(Kind.DAYS, Kind.IN, Kind.OF, Kind.INSIDE) or m.preceded_by(Kind.DAYS):
            return []  # any day next week
        return m.make(Kind.DAYS, until(c, "day", 6))
    if unit in SECONDS or (m.has(0) and unit == "month"):
        return None
    if not m.has(0) and not m.has(1) and unit != "weekend" and not m.preceded_by(Kind.OF, Kind.EDGE, Kind.REST):
        return None
    if m.kind(1) is Kind.THE and unit == "day" and not m.preceded_by(Kind.OF, Kind.EDGE, Kind.REST, Kind.IN):
        return None
    if m.kind(1) is Kind.THE and m.preceded_by(Kind.IN) and unit == "week":
        c.note(QuestionKind.VAGUE, m.words)
    offset = 1 if unit == "weekend" and c.today.weekday() == 6 and not m.has(1) else 0
    if unit == "week" and m.kind(1) is Kind.THIS and not _has_working_day_left(c):
        c.note(QuestionKind.WEEK_IS_OVER, m.words)
        offset = 1 if c.choices.this_week_is_next else 0
    span = unit_days(unit, offset, c)
    if m.kind(1) is Kind.THE and m.followed_by(Kind.OF):
        return None
    return m.make(Kind.DAYS, span) if span else None


def _has_working_day_left(c: Context) -> bool:
    return any(day in c.working_days for day in range(c.today.isoweekday(), 8))


@rule("MY UNIT")
def my_unit(m: Match, c: Context) -> Token | None:
    """my week, ma journée"""
    span = unit_days(m[1], 0, c) if not m.followed_by(Kind.NEXT, Kind.LAST) else None
    return m.make(Kind.DAYS, span) if span else None


@rule("LAST UNIT")
def last_unit(m: Match, c: Context) -> Token | None:
    if m.followed_by(Kind.OF, Kind.IN, Kind.INSIDE):
        return None
    span = unit_days(m[1], -1, c)
    return m.make(Kind.DAYS, span) if span else None


@rule("UNIT LAST")
def unit_last(m: Match, c: Context) -> Token | None:
    span = unit_days(m[0], -1, c)
    return m.make(Kind.DAYS, span) if span else None


@rule("NEXT/THIS/LAST MONTH")
def marked_month(m: Match, c: Context) -> Token:
    year = c.today.year + (1 if m[1] < c.today.month or (m.kind(0) is Kind.NEXT and m[1] == c.today.month) else 0)
    if m.kind(0) is Kind.LAST:
        year = c.today.year - (0 if m[1] < c.today.month else 1)
    return m.make(Kind.DAYS, days.month(year, m[1]))


@rule("MONTH NEXT")
def month_marked(m: Match, c: Context) -> Token:
    year = c.today.year + (1 if m[0] <= c.today.month else 0)
    return m.make(Kind.DAYS, days.month(year, m[0]))


@rule("THE? UNIT OF THE? DAYS")
def week_of(m: Match, c: Context) -> Token | None:
    """the week of October 6th"""
    if m[1] != "week" or not isinstance(m[4], Days) or m[4].grain is not Grain.DAY:
        return None
    return m.make(Kind.DAYS, days.week(m[4].start, 0))


@rule("ORD/LAST/NUM WEEKDAY/UNIT OF/IN/INSIDE/ON? THE? DAYS")
def nth_of(m: Match, c: Context) -> Token | None:
    """the first Tuesday of October, last day of the month"""
    span = m[4]
    if not isinstance(span, Days) or span.grain not in (Grain.MONTH, Grain.YEAR) or not m.has(2):
        return None
    nth = -1 if m.kind(0) is Kind.LAST else int(m[0].value)
    if m.kind(1) is Kind.WEEKDAY:
        found = days.nth_weekday(span, m[1], nth)
    elif m[1] == "day":
        found = days.plus(span.start, nth - 1) if nth > 0 else days.plus(span.end, nth)
    elif m[1] == "weekend":
        saturday = days.nth_weekday(span, 5, nth)
        return m.make(Kind.DAYS, Days(saturday, days.plus(saturday, 2), Grain.WEEKEND)) if saturday else None
    elif m[1] == "week":
        # The first week is that of the first Monday, the last one that of the last Sunday.
        inside = days.nth_weekday(span, 0 if nth > 0 else 6, nth)
        return m.make(Kind.DAYS, days.week(inside, 0)) if inside else None
    else:
        return None
    if found is None or not span.start <= found < span.end:
        c.note(QuestionKind.INVALID_DATE, m.words)
        return m.make(Kind.DAYS, days.one_day(c.today))
    return m.make(Kind.DAYS, days.one_day(found))


@rule("ORD/NUM OF DAYS")
def numbered_day_of(m: Match, c: Context) -> Token | None:
    """the 20th of next month"""
    if not isinstance(m[2], Days) or m[2].grain is not Grain.MONTH or not 1 <= m[0].value <= 31:
        return None
    found = days.dated(m[2].start.year, m[2].start.month, int(m[0].value))
    if found is None:
        c.note(QuestionKind.INVALID_DATE, m.words)
    return m.make(Kind.DAYS, days.one_day(found or c.today))


@rule("EDGE DASH? OF? THE? DAYS")
def edge_of_days(m: Match, c: Context) -> Token | None:
    """early next week, mid-October, fin de semaine"""
    if not isinstance(m[4], Days) or m[4].grain is Grain.DAY:
        return None
    found = days.edge(m[4], m[0])
    if found.end <= c.today and m[4] == days.week(c.today, 0):
        # Early in the week, said late in it: the next one is meant.
        c.note(QuestionKind.VAGUE, m.words)
        found = days.edge(days.week(c.today, 1), m[0])
    return m.make(Kind.DAYS, found)


@rule("REST/LATER OF? THE? DAYS")
def rest_of(m: Match, c: Context) -> Token:
    return m.make(Kind.DAYS, m[3])


@rule("ASAP")
def asap(m: Match, c: Context) -> Token:
    c.note(QuestionKind.ASAP, m.words)
    following = (days.plus(c.today, ahead) for ahead in range(1, 8))
    last = next((day for day in following if day.isoweekday() in c.working_days), days.plus(c.today, 1))
    return m.make(Kind.DAYS, Days(c.today, days.plus(last, 1), Grain.DAYS))


RULES = (
    about_a_day, weekdays_from_now, edge_of_year, month_of, weekday_in_eight, relative_in_eight, weeks_from_day,
    weekday_in_weeks, in_weeks_weekday, *rules_counted.RULES, this_coming_weekday, marked_weekday, weekday_marked,
    marked_month, month_marked, weekday_week, relative_week, last_unit, unit_last, asap,
)  # fmt: skip
LATE_RULES = (week_of, nth_of, this_unit, my_unit, nth_of, numbered_day_of, edge_of_days, rest_of)
