"""Numbers written in words, and lengths of time."""

from __future__ import annotations

from bot.language.kinds import Kind, Number, Token
from bot.language.reduce import Match, rule
from bot.language.specs import Clock, Context, Style

MINUTES = {"minute": 1, "hour": 60}
_LONGEST_LENGTH_IN_H = 8 * 60


@rule("NUM DASH? NUM")
def tens_and_units(m: Match, c: Context) -> Token | None:
    """twenty five, quatre-vingt-dix"""
    tens, units = m[0], m[2]
    if tens.digits or units.digits or tens.value not in range(20, 100, 10):
        return None
    if units.value < 10 or (units.value < 20 and tens.value in (60, 80)):
        return m.make(Kind.NUM, Number(tens.value + units.value))
    return None


@rule("NUM AND NUM")
def tens_and_one(m: Match, c: Context) -> Token | None:
    """vingt et un"""
    tens, units = m[0], m[2]
    if tens.digits or units.digits or tens.value not in range(20, 80, 10) or units.value not in (1, 11):
        return None
    return m.make(Kind.NUM, Number(tens.value + units.value))


@rule("NUM DASH UNIT")
def joined_unit(m: Match, c: Context) -> list[Token]:
    """30-minute"""
    return [m.token(0), m.token(2)]


def _is_clock_word(m: Match, c: Context, hours: float) -> bool:
    """Where an hour is named by the same word as its length ("9 heures"), what stands around it decides."""
    if not c.habits.hour_names_clock:
        return False
    if m.preceded_by(Kind.FOR, Kind.IN, Kind.NEXT, Kind.EVERY, Kind.BY_SHIFT):
        return False
    if m.preceded_by(Kind.AT, Kind.BOUND, Kind.FROM, Kind.TO, Kind.BETWEEN, Kind.APPROX, Kind.DASH, Kind.MERIDIEM):
        return True
    if m.followed_by(Kind.MERIDIEM, Kind.LESS, Kind.TO, Kind.DASH):
        return True
    if m.followed_by(Kind.AT) and m.after_next is not None and m.after_next.kind is Kind.NUM:
        return True
    return hours > 8


@rule("NUM UNIT AND THE/NUM? HALF")
def unit_and_a_half(m: Match, c: Context) -> Token | None:
    """an hour and a half"""
    per = MINUTES.get(m[1])
    if per is None or (per == 60 and _is_clock_word(m, c, m[0].value)):
        return None
    return m.make(Kind.DUR, m[0].value * per + per / 2)


@rule("NUM AND THE/NUM? HALF UNIT")
def half_before_unit(m: Match, c: Context) -> Token | None:
    """one and a half hours"""
    per = MINUTES.get(m[4])
    return m.make(Kind.DUR, (m[0].value + 0.5) * per) if per else None


@rule("NUM UNIT AND THE/NUM? QUARTER")
def unit_and_a_quarter(m: Match, c: Context) -> Token | None:
    if m[1] != "hour" or _is_clock_word(m, c, m[0].value):
        return None
    return m.make(Kind.DUR, m[0].value * 60 + 15)


@rule("NUM UNIT AND? NUM UNIT")
def hours_and_minutes(m: Match, c: Context) -> Token | None:
    if m[1] != "hour" or m[4] != "minute" or _is_clock_word(m, c, m[0].value):
        return None
    return m.make(Kind.DUR, m[0].value * 60 + m[3].value)


@rule("NUM? QUARTER OF NUM? UNIT")
def quarters_of_an_hour(m: Match, c: Context) -> Token | None:
    """three quarters of an hour, trois quarts d'heure"""
    return m.make(Kind.DUR, 15 * (m[0].value if m.has(0) else 1)) if m[4] == "hour" else None


@rule("NUM? HALF DASH? NUM? UNIT")
def half_an_hour(m: Match, c: Context) -> Token | None:
    if m[4] == "hour":
        return m.make(Kind.DUR, 30.0)
    return m.make(Kind.DUR, 12 * 60.0) if m[4] == "day" and c.moving else None


@rule("NUM UNIT")
def number_of_units(m: Match, c: Context) -> Token | None:
    per = MINUTES.get(m[1])
    if per is None or (per == 60 and _is_clock_word(m, c, m[0].value)):
        return None
    return m.make(Kind.DUR, m[0].value * per)


@rule("NUM UNIT NUM?")
def hour_of_the_clock(m: Match, c: Context) -> Token | None:
    """9 heures, 9 heures 30, onze heures trois quarts"""
    if m[1] != "hour" or not _is_clock_word(m, c, m[0].value) or not 0 <= m[0].value <= 24:
        return None
    if m.has(2) and m.followed_by(Kind.QUARTER, Kind.UNIT):
        return None
    minutes = m[2].value if m.has(2) else 0
    if m[0].value % 1 or minutes % 1 or minutes > 59:
        return None
    style = Style.H_FORM if 1 <= m[0].value <= 12 else Style.SETTLED
    return m.make(Kind.CLOCK, Clock(int(m[0].value * 60 + minutes), style))


@rule("CLOCK")
def h_form_length(m: Match, c: Context) -> Token | None:
    """1h30 and 2h are lengths unless something makes them times of day."""
    clock = m[0]
    if clock is None or clock.style is not Style.H_FORM or clock.minutes > _LONGEST_LENGTH_IN_H:
        return None
    times = (Kind.AT, Kind.BOUND, Kind.FROM, Kind.TO, Kind.BETWEEN, Kind.APPROX, Kind.DASH, Kind.RELDAY, Kind.WEEKDAY)
    if m.preceded_by(*times) or m.preceded_by(
        Kind.PART, Kind.MONTH, Kind.DATE, Kind.PAST, Kind.LESS, Kind.MY, Kind.AND
    ):
        return None
    if m.followed_by(Kind.DASH, Kind.MERIDIEM, Kind.LESS, Kind.TO):
        return None
    if m.followed_by(Kind.OF) and m.after_next is not None and m.after_next.kind in (Kind.THE, Kind.PART):
        # "3h de l'après-midi", but "2h de libre"
        return None
    if m.preceded_by(Kind.OF) and (c.moving or (m.followed_by(Kind.AT))):
        return None
    if m.preceded_by(Kind.ORD, Kind.NUM):
        return None
    return m.make(Kind.DUR, float(clock.minutes))


@rule("DUR AND THE/NUM? HALF")
def length_and_a_half(m: Match, c: Context) -> Token:
    """1h et demie"""
    return m.make(Kind.DUR, m[0] + 30)


@rule("DUR DASH/OR/TO DUR")
def range_of_lengths(m: Match, c: Context) -> Token:
    """30 to 45 minutes: the longer one certainly suffices."""
    return m.make(Kind.DUR, max(m[0], m[2]))


@rule("AT DUR")
def no_such_hour(m: Match, c: Context) -> Token | None:
    """à 25h: not a time of day, and not to pass unread"""
    return m.make(Kind.CLOCK, None) if m[1] > 24 * 60 else None


RULES = (
    no_such_hour,
    tens_and_units,
    tens_and_one,
    joined_unit,
    quarters_of_an_hour,
    half_before_unit,
    unit_and_a_half,
    unit_and_a_quarter,
    hours_and_minutes,
    half_an_hour,
    number_of_units,
    hour_of_the_clock,
    h_form_length,
    length_and_a_half,
    range_of_lengths,
)
