"""Parts of the day, ranges and open ends: what remains becomes days, times and spans."""

from __future__ import annotations

from dataclasses import replace

from bot.language import rules_parts
from bot.language.kinds import Kind, Token
from bot.language.reduce import Match, rule
from bot.language.request import QuestionKind
from bot.language.rules_clock import number_as_clock
from bot.language.specs import (
    AbsoluteSpan,
    Clock,
    Context,
    DayBound,
    DayRange,
    Grain,
    Moment,
    MomentRange,
    PartSpec,
    TimeSpec,
    Weekday,
)

_BOUND_SHAPES = {"before": "before", "by": "before", "until": "before", "after": "after", "from": "after"}


@rule("WEEKDAY")
def weekday(m: Match, c: Context) -> Token:
    return m.make(Kind.DAYS, Weekday(m[0]))


@rule("APPROX CLOCK")
def around(m: Match, c: Context) -> Token | None:
    if m[1] is None or m.followed_by(Kind.DASH):
        return None
    c.note(QuestionKind.APPROXIMATE, m.words)
    return m.make(Kind.TIME, TimeSpec("around", m[1]))


def _end(m: Match, index: int) -> Clock | None:
    token = m.token(index)
    if token.kind is Kind.CLOCK:
        clock: Clock | None = token.value
        return clock
    return number_as_clock(token.value.value, digits=token.value.digits) if 0 <= token.value.digits <= 2 else None


@rule("FROM/OF/BETWEEN? AT? CLOCK/NUM ZONE? TO/AT/DASH/AND/BOUND AT? CLOCK/NUM")
def clock_range(m: Match, c: Context) -> Token | None:
    """from 10 to 2, de 9h à 11h, 9:30-10:15, between 2pm and 5pm, 12h à 14h"""
    start, end = _end(m, 2), _end(m, 6)
    if start is None or end is None or m.followed_by(Kind.UNIT, Kind.MONTH):
        return None
    opening, link, both_figures = m.kind(0), m.kind(4), m.kind(2) is Kind.NUM and m.kind(6) is Kind.NUM
    if link is Kind.AND and opening is not Kind.BETWEEN:
        return None
    if link is Kind.BOUND and m[4] != "until":
        return None
    if link is Kind.AT and opening is None and m.kind(2) is not Kind.CLOCK:
        return None
    if link is Kind.DASH and both_figures and opening is None and not m.preceded_by(Kind.DAYS, Kind.AT):
        return None
    if c.moving and link in (Kind.TO, Kind.AT) and opening is not Kind.BETWEEN:
        return None
    return m.make(Kind.TIME, TimeSpec("range", start, end, zone=m[3]))


@rule("BOUND CLOCK AND/DASH? BOUND CLOCK")
def between_bounds(m: Match, c: Context) -> Token | None:
    """after 9:30 but before 11"""
    if m[1] is None or m[4] is None or _BOUND_SHAPES.get(m[0]) != "after" or _BOUND_SHAPES.get(m[3]) != "before":
        return None
    return m.make(Kind.TIME, TimeSpec("range", m[1], m[4]))


@rule("BETWEEN/FROM/OF? NOW TO/AND/DASH/AT/BOUND THE? CLOCK/DAYS")
def from_now_to(m: Match, c: Context) -> Token | None:
    """between now and 1 pm, from now until Friday"""
    if m[4] is None:
        return None
    end = TimeSpec("point", m[4]) if m.kind(4) is Kind.CLOCK else m[4]
    return m.make(Kind.SPAN, MomentRange(None, end))


@rule("BOUND AT/OF/THE/MY? CLOCK")
def time_bound(m: Match, c: Context) -> Token | None:
    """before noon, after my 3 pm, à partir de 14h"""
    shape = _BOUND_SHAPES[m[0]]
    if m[2] is None:
        return None
    return m.make(Kind.TIME, TimeSpec(shape, **{"start" if shape == "after" else "end": m[2]}))


@rule("FROM CLOCK")
def from_time(m: Match, c: Context) -> Token | None:
    return m.make(Kind.TIME, TimeSpec("after", m[1])) if m[1] is not None and not c.moving else None


@rule("BOUND THE/MY? PART")
def part_bound(m: Match, c: Context) -> Token:
    """after lunch, before the evening"""
    part: PartSpec = m[2]
    if m[0] in ("before", "by", "until"):
        limit = part.start if m[0] == "before" else part.end
        return m.make(Kind.TIME, TimeSpec("before", end=Clock(limit)))
    if m[0] == "after" and part.name == "lunch":
        c.note(QuestionKind.VAGUE, m.words)
        return m.make(Kind.TIME, TimeSpec("range", Clock(part.end), Clock(18 * 60)))
    return m.make(Kind.TIME, TimeSpec("after", Clock(part.start if m[0] == "from" else part.end)))


@rule("CLOCK")
def point(m: Match, c: Context) -> Token | None:
    if m[0] is None:
        return None
    return m.make(Kind.TIME, TimeSpec("point", m[0]))


@rule("PART")
def part(m: Match, c: Context) -> Token:
    for note in m[0].notes:
        c.note(note, m.words)
    return m.make(Kind.TIME, TimeSpec("part", part=m[0]))


@rule("TIME ZONE")
def zoned(m: Match, c: Context) -> Token:
    return m.make(Kind.TIME, replace(m[0], zone=m[1]))


@rule("FROM/OF/BETWEEN? DAYS AT? TIME TO/AT/DASH/AND/BOUND THE? DAYS AT? TIME")
def moments(m: Match, c: Context) -> Token | None:
    """from Monday 2 pm to Wednesday noon"""
    if m[3].shape != "point" or m[8].shape != "point" or not _links(m, 0, 4, c):
        return None
    return m.make(Kind.SPAN, MomentRange(Moment(m[1], m[3]), Moment(m[6], m[8])))


@rule("FROM/OF/BETWEEN? TIME DAYS TO/DASH/AND/BOUND TIME DAYS")
def moments_time_first(m: Match, c: Context) -> Token | None:
    if m[1].shape != "point" or m[4].shape != "point" or not _links(m, 0, 3, c):
        return None
    return m.make(Kind.SPAN, MomentRange(Moment(m[2], m[1]), Moment(m[5], m[4])))


def _links(m: Match, opening: int, link: int, c: Context) -> bool:
    if c.moving and m.kind(opening) is not Kind.BETWEEN:
        return False
    if m.kind(link) is Kind.BOUND:
        return bool(m[link] == "until")
    if m.kind(link) is Kind.AND:
        return m.kind(opening) is Kind.BETWEEN
    return m.kind(link) is not Kind.AT or m.has(opening)


@rule("FROM/OF/BETWEEN? THE? DAYS TO/AT/DASH/AND/BOUND THE? DAYS")
def day_range(m: Match, c: Context) -> Token | None:
    """from Monday to Wednesday, between tomorrow and Monday, lundi à mercredi"""
    are_names = m.kind(3) is Kind.AT and isinstance(m[2], Weekday) and isinstance(m[5], Weekday) and not c.moving
    if not are_names and not _links(m, 0, 3, c):
        return None
    if isinstance(m[2], DayBound | DayRange) or isinstance(m[5], DayBound | DayRange):
        return None
    return m.make(Kind.DAYS, DayRange(m[2], m[5]))


@rule("BOUND THE? DAYS AT? TIME")
def moment_bound(m: Match, c: Context) -> Token | None:
    """by Friday 3 pm, avant demain midi"""
    if m[0] == "after" or m[0] == "from" or m[4].shape not in ("point", "part") or m[4].zone:
        return None
    return m.make(Kind.DAYS, DayBound(m[0], m[2], m[4]))


@rule("BOUND/FROM THE? DAYS")
def day_bound(m: Match, c: Context) -> Token | None:
    """by Friday, before April, after Wednesday, from Thursday"""
    bound = "from" if m.kind(0) is Kind.FROM else m[0]
    if isinstance(m[2], DayBound | DayRange) or (c.moving and bound == "from"):
        return None
    is_single = isinstance(m[2], Weekday) or m[2].grain in (Grain.DAY, Grain.WEEKEND)
    if bound == "from" and not is_single:
        return m.token(2)
    if bound == "from" and m.followed_by(Kind.TIME):
        return m.token(2)
    return m.make(Kind.DAYS, DayBound(bound, m[2]))


@rule("NOW")
def right_now(m: Match, c: Context) -> Token | None:
    if m.preceded_by(Kind.FROM):
        return None
    return m.make(Kind.SPAN, AbsoluteSpan(0, None))


@rule("REST OF? THE? TIME")
def rest_of_part(m: Match, c: Context) -> Token:
    return m.token(3)


RULES = (
    weekday,
    rules_parts.noon_as_lunch,
    rules_parts.edge_around_day,
    rules_parts.edge_of_day,
    clock_range,
    between_bounds,
    from_now_to,
    time_bound,
    from_time,
    part_bound,
    around,
    point,
    part,
    zoned,
    rest_of_part,
    moments,
    moments_time_first,
    day_range,
    moment_bound,
    day_bound,
    right_now,
)
