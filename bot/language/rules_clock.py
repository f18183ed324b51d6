"""Times of day: figures and words to one clock."""

from __future__ import annotations

from dataclasses import replace

from bot.language.kinds import Kind, Token
from bot.language.reduce import Match, rule
from bot.language.specs import Clock, Context, PartSpec, Style

_CLOCK_BEFORE = (
    Kind.AT, Kind.APPROX, Kind.BOUND, Kind.FROM, Kind.BETWEEN, Kind.TO, Kind.RELDAY, Kind.WEEKDAY, Kind.DASH, Kind.PART,
)  # fmt: skip


def number_as_clock(value: float, minutes: int = 0, digits: int = 0) -> Clock | None:
    if value % 1 or not 0 <= value <= 24 or not 0 <= minutes < 60 or (value == 24 and minutes):
        return None
    loose = 1 <= value <= 12 and not (digits == 2 and value < 10)
    return Clock(int(value) * 60 + minutes, Style.BARE if loose else Style.SETTLED)


def with_meridiem(clock: Clock, is_pm: bool) -> Clock | None:
    hour, minute = divmod(clock.minutes, 60)
    if hour > 12:
        return replace(clock, style=Style.SETTLED)
    if hour == 0:
        return replace(clock, style=Style.SETTLED)
    return Clock((hour % 12 + (12 if is_pm else 0)) * 60 + minute, Style.MERIDIEM)


def _as_clock(m: Match, index: int) -> Clock | None:
    if m.kind(index) is Kind.CLOCK:
        clock: Clock | None = m[index]
        return clock
    return number_as_clock(m[index].value, digits=m[index].digits)


@rule("NUM")
def compact_clock(m: Match, c: Context) -> Token | None:
    """at 1030, around 730"""
    number = m[0]
    if number.digits not in (3, 4) or not (m.preceded_by(Kind.AT, Kind.APPROX) or m.followed_by(Kind.MERIDIEM)):
        return None
    clock = number_as_clock(number.value // 100, int(number.value % 100), number.digits - 2)
    return m.make(Kind.CLOCK, clock) if clock else None


@rule("NUM NUM MERIDIEM")
def hour_minute_meridiem(m: Match, c: Context) -> Token | None:
    """ten thirty am"""
    clock = number_as_clock(m[0].value, int(m[1].value)) if m[1].value >= 10 else None
    settled = with_meridiem(clock, m[2]) if clock else None
    return m.make(Kind.CLOCK, settled) if settled else None


@rule("NUM/CLOCK OCLOCK? MERIDIEM")
def with_am_or_pm(m: Match, c: Context) -> Token | None:
    clock = _as_clock(m, 0)
    is_pm = m[2].is_pm if isinstance(m[2], PartSpec) else m[2]
    settled = with_meridiem(clock, is_pm) if clock and is_pm is not None else None
    return m.make(Kind.CLOCK, settled) if settled else None


@rule("NUM OCLOCK")
def o_clock(m: Match, c: Context) -> Token | None:
    clock = number_as_clock(m[0].value)
    return m.make(Kind.CLOCK, clock) if clock else None


@rule("HALF PAST NUM/CLOCK")
def half_past(m: Match, c: Context) -> Token | None:
    return _shifted(m, 2, 30)


@rule("HALF_HOUR_NEXT NUM/CLOCK")
def half_to(m: Match, c: Context) -> Token | None:
    """halb sieben"""
    return _shifted(m, 1, -30)


@rule("HALF NUM")
def half_three(m: Match, c: Context) -> Token | None:
    """half three (British): half past"""
    return _shifted(m, 1, 30) if not m.followed_by(Kind.UNIT) else None


@rule("THE? QUARTER PAST/BOUND NUM/CLOCK")
def quarter_past(m: Match, c: Context) -> Token | None:
    return _shifted(m, 3, 15) if m[2] in (None, "after") else None


@rule("NUM QUARTER PAST/BOUND NUM/CLOCK")
def a_quarter_past(m: Match, c: Context) -> Token | None:
    return _shifted(m, 3, 15) if m[0].value == 1 and m[2] in (None, "after") else None


@rule("NUM? QUARTER TO NUM/CLOCK")
def quarter_to(m: Match, c: Context) -> Token | None:
    return _shifted(m, 3, -15) if not m.has(0) or m[0].value == 1 else None


@rule("NUM/DUR PAST/BOUND NUM/CLOCK")
def minutes_past(m: Match, c: Context) -> Token | None:
    minutes = m[0] if m.kind(0) is Kind.DUR else m[0].value
    if m.kind(1) is Kind.BOUND and (m[1] != "after" or m.kind(0) is Kind.DUR or m[0].digits):
        return None
    return _shifted(m, 2, minutes) if minutes < 60 else None


@rule("NUM/DUR TO NUM/CLOCK")
def minutes_to(m: Match, c: Context) -> Token | None:
    """twenty to three; "10 to 2" is a range"""
    is_length = m.kind(0) is Kind.DUR
    minutes = m[0] if is_length else m[0].value
    if (
        not is_length and (minutes not in (5, 10, 20, 25) or m[0].digits or (m.kind(2) is Kind.NUM and m[2].digits))
    ) or m.preceded_by(Kind.FROM, Kind.BETWEEN):
        return None
    if is_length and (c.moving or minutes >= 60):
        return None
    return _shifted(m, 2, -minutes)


@rule("CLOCK/NUM LESS THE? QUARTER")
def less_a_quarter(m: Match, c: Context) -> Token | None:
    """17h moins le quart"""
    return _shifted(m, 0, -15)


@rule("CLOCK LESS NUM")
def less_minutes(m: Match, c: Context) -> Token | None:
    return _shifted(m, 0, -m[2].value) if m[2].value < 60 else None


@rule("CLOCK/NUM AND THE? NUM? HALF")
def and_a_half(m: Match, c: Context) -> Token | None:
    """deux heures et demie"""
    return _shifted(m, 0, 30)


@rule("CLOCK/NUM AND THE? NUM? QUARTER")
def and_a_quarter(m: Match, c: Context) -> Token | None:
    return _shifted(m, 0, 15)


@rule("CLOCK NUM QUARTER")
def three_quarters(m: Match, c: Context) -> Token | None:
    """onze heures trois quarts"""
    return _shifted(m, 0, 15 * m[1].value) if m[1].value == 3 else None


@rule("CLOCK PAST OF? DUR")
def passed_by(m: Match, c: Context) -> Token | None:
    """15h passé de 15 minutes"""
    return _shifted(m, 0, m[3]) if m[3] < 60 else None


@rule("AT NUM NUM")
def at_hour_minute(m: Match, c: Context) -> Token | None:
    """at three twenty, at 12 15"""
    if not 10 <= m[2].value < 60 or m.followed_by(Kind.UNIT, Kind.MONTH, Kind.MERIDIEM) or m[1].digits > 2:
        return None
    clock = number_as_clock(m[1].value, int(m[2].value)) if m[2].value % 1 == 0 else None
    return m.make(Kind.CLOCK, clock) if clock else None


@rule("NUM/CLOCK IN/INSIDE/OF/ON? THE? PART")
def clock_of_a_part(m: Match, c: Context) -> Token | list[Token] | None:
    """3 in the morning, 8h du soir, eight tonight"""
    part: PartSpec = m[3]
    clock = _as_clock(m, 0)
    if clock is None or part.is_pm is None or not clock.is_loose:
        return None
    if m.kind(0) is Kind.NUM and not m.has(1) and not m.preceded_by(Kind.AT, Kind.APPROX):
        return None
    return m.make(Kind.CLOCK, _in_part(clock, part))


@rule("AT? NUM RELDAY PART?")
def clock_before_day(m: Match, c: Context) -> Token | list[Token] | None:
    """9 tomorrow, 8 this evening"""
    if m[1].digits > 2:
        return None
    clock = number_as_clock(m[1].value)
    if clock is None:
        return None
    made = [Token(Kind.CLOCK, clock, m.token(1).start, m.token(1).end, m.token(1).word), m.token(2)]
    return made + ([m.token(3)] if m.has(3) else [])


def _in_part(clock: Clock, part: PartSpec) -> Clock:
    hour = clock.minutes // 60
    is_pm = bool(part.is_pm) and not (hour == 12 and part.name == "night")
    return with_meridiem(clock, is_pm) or clock


@rule("NUM")
def number_after_at(m: Match, c: Context) -> Token | None:
    """at 3, before 10, from 9, by 5"""
    if not 0 <= m[0].digits <= 2 or m.followed_by(Kind.UNIT, Kind.MONTH, Kind.OF, Kind.HALF):
        return None
    is_open = m.preceded_by(Kind.FROM) and not m.followed_by(Kind.TO, Kind.DASH, Kind.AND, Kind.AT, Kind.BOUND)
    if is_open or m.preceded_by(Kind.AT, Kind.APPROX, Kind.BOUND) or (m.preceded_by(Kind.MY) and m[0].digits):
        clock = number_as_clock(m[0].value, digits=m[0].digits)
        return m.make(Kind.CLOCK, clock) if clock else None
    return None


@rule("OR/AND/COMMA NUM")
def another_clock(m: Match, c: Context) -> list[Token] | None:
    """at 3 or 4"""
    if not m.preceded_by(Kind.CLOCK) or m.followed_by(Kind.UNIT, Kind.MONTH, Kind.OF, Kind.HALF, Kind.QUARTER):
        return None
    clock = number_as_clock(m[1].value, digits=m[1].digits) if 0 <= m[1].digits <= 2 else None
    number = m.token(1)
    return [m.token(0), Token(Kind.CLOCK, clock, number.start, number.end, number.word)] if clock else None


def _shifted(m: Match, index: int, minutes: float) -> Token | None:
    clock = _as_clock(m, index)
    if clock is None or minutes % 1:
        return None
    return m.make(Kind.CLOCK, replace(clock, minutes=(clock.minutes + int(minutes)) % (24 * 60), is_noon_word=False))


RULES = (
    compact_clock,
    hour_minute_meridiem,
    half_past,
    half_to,
    a_quarter_past,
    quarter_past,
    quarter_to,
    minutes_past,
    minutes_to,
    with_am_or_pm,
    o_clock,
    less_a_quarter,
    less_minutes,
    three_quarters,
    and_a_half,
    and_a_quarter,
    passed_by,
    with_am_or_pm,
    half_three,
    at_hour_minute,
    clock_before_day,
    number_after_at,
    another_clock,
    clock_of_a_part,
)
