"""Days and hours counted from now: the next three days, in two hours, within a week, two days ago."""

from __future__ import annotations

from bot.language import calendar_days as days
from bot.language.kinds import Kind, Token
from bot.language.reduce import Match, rule
from bot.language.request import QuestionKind
from bot.language.rules_units import LONG, SECONDS, unit_days, until
from bot.language.specs import AbsoluteSpan, Context

_NAMED = (Kind.WEEKDAY, Kind.UNIT, Kind.MONTH, Kind.NUM, Kind.PLURALDAY)


@rule("IN/INSIDE/WITHIN? THE? NEXT THE? NUM? UNIT")
def next_units(m: Match, c: Context) -> Token | None:
    """next week, in the next three days, within the next hour"""
    return _next(m, c, 4, 5, is_window=m.has(0))


@rule("IN/INSIDE/WITHIN? THE? NUM? NEXT UNIT")
def number_next_units(m: Match, c: Context) -> Token | None:
    """les 3 prochains jours"""
    return _next(m, c, 2, 4, is_window=m.has(0)) if m.has(2) else None


@rule("IN/INSIDE/WITHIN? THE? NUM? UNIT NEXT")
def units_next(m: Match, c: Context) -> Token | None:
    """la semaine prochaine, dans l'heure qui vient, les 3 jours suivants"""
    if m.followed_by(*_NAMED):
        return None
    return _next(m, c, 2, 3, is_window=m.has(0) and m[3] != "week")


def _next(m: Match, c: Context, number_at: int, unit_at: int, *, is_window: bool) -> Token | None:
    unit, count = m[unit_at], (m[number_at].value if m.has(number_at) else None)
    word = m.token(unit_at).word.split(" ")[0]
    if unit in SECONDS:
        return m.make(Kind.SPAN, AbsoluteSpan(0, SECONDS[unit] * (count or 1)))
    if count is None:
        if unit == "day" and word.endswith("s"):
            c.note(QuestionKind.VAGUE, m.words)
            count = 3
        elif unit in ("week", "month") and word.endswith("s") and word != "mois":
            c.note(QuestionKind.VAGUE, m.words)
            count = 2
    is_counted = count is not None and (count != 1 or is_window)
    span = until(c, unit, count or 1) if is_counted else unit_days(unit, 1, c)
    return m.make(Kind.DAYS, span) if span else None


@rule("IN/INSIDE/WITHIN? THE? NEXT DUR")
def next_length(m: Match, c: Context) -> Token:
    """in the next 96 hours"""
    return m.make(Kind.SPAN, AbsoluteSpan(0, m[3] * 60))


@rule("IN/INSIDE/WITHIN? THE? DUR NEXT")
def length_next(m: Match, c: Context) -> Token | None:
    """dans l'heure qui vient; not "90 minutes next Tuesday\""""
    if m.followed_by(*_NAMED):
        return None
    return m.make(Kind.SPAN, AbsoluteSpan(0, m[2] * 60))


@rule("WITHIN DUR")
def within_length(m: Match, c: Context) -> Token:
    """within two hours"""
    return m.make(Kind.SPAN, AbsoluteSpan(0, m[1] * 60))


@rule("WITHIN NUM UNIT")
def within_units(m: Match, c: Context) -> Token | None:
    span = until(c, m[2], m[1].value)
    return m.make(Kind.DAYS, span) if span else None


@rule("WITHIN THE UNIT")
def within_the_unit(m: Match, c: Context) -> Token | None:
    """within the hour"""
    if m[2] in SECONDS:
        return m.make(Kind.SPAN, AbsoluteSpan(0, SECONDS[m[2]]))
    return None


@rule("IN DUR")
def in_length(m: Match, c: Context) -> Token:
    """in two hours"""
    return m.make(Kind.SPAN, AbsoluteSpan(m[1] * 60, None))


@rule("DUR LATER")
def length_later(m: Match, c: Context) -> Token:
    return m.make(Kind.SPAN, AbsoluteSpan(m[0] * 60, None))


@rule("BOUND DUR")
def by_length(m: Match, c: Context) -> Token | None:
    """d'ici deux heures"""
    return m.make(Kind.SPAN, AbsoluteSpan(0, m[1] * 60)) if m[0] in ("by", "until") and not c.moving else None


@rule("BOUND NUM UNIT")
def by_units(m: Match, c: Context) -> Token | None:
    """d'ici trois jours"""
    span = until(c, m[2], m[1].value) if m[0] in ("by", "until") and not c.moving else None
    return m.make(Kind.DAYS, span) if span else None


@rule("IN NUM UNIT")
def in_units(m: Match, c: Context) -> Token | None:
    """in three days, dans quinze jours, in a couple of weeks"""
    return _after_units(m, c, m[1].value, m[2], "~" in m.token(1).word or m[1].digits == -2)


@rule("NUM UNIT LATER")
def units_later(m: Match, c: Context) -> Token | None:
    """two weeks from now; a meeting moves "one day later\""""
    if c.moving:
        return None
    return _after_units(m, c, m[0].value, m[1], m[0].digits == -2)


def _after_units(m: Match, c: Context, count: float, unit: str, is_vague: bool) -> Token | None:
    if unit == "week" and is_vague:
        c.note(QuestionKind.VAGUE, m.words)
        return m.make(Kind.DAYS, days.week(days.plus(c.today, 7 * count), 0))
    if is_vague:
        c.note(QuestionKind.VAGUE, m.words)
    if unit == "day" and count in (8, 15) and c.habits.counts_today:
        # "dans huit jours" is a week, "dans quinze jours" a fortnight.
        c.note(QuestionKind.FORTNIGHT, m.words)
        count = count if c.choices.fortnight_is_fifteen else count - 1
    if unit in LONG:
        return m.make(Kind.DAYS, days.one_day(days.plus(c.today, count * LONG[unit])))
    if unit in ("month", "year"):
        months = int(min(count, 1200)) * (12 if unit == "year" else 1)
        return m.make(Kind.DAYS, days.one_day(days.months_later(c.today, months)))
    return None


@rule("NUM UNIT AGO")
def units_ago(m: Match, c: Context) -> Token | None:
    if m[1] in ("day", "week"):
        return m.make(Kind.DAYS, days.one_day(days.plus(c.today, -m[0].value * LONG[m[1]])))
    return None


@rule("DUR AGO")
def length_ago(m: Match, c: Context) -> Token:
    return m.make(Kind.SPAN, AbsoluteSpan(-m[0] * 60, None))


@rule("LATER TO/BOUND/DASH")
def from_now(m: Match, c: Context) -> list[Token] | None:
    """from now until Friday; "two weeks from now" is a day"""
    if m.preceded_by(Kind.DUR, Kind.UNIT) or "now" not in m.token(0).word:
        return None
    first = m.token(0)
    return [Token(Kind.NOW, None, first.start, first.end, first.word), m.token(1)]


@rule("AGO NUM UNIT")
def il_y_a(m: Match, c: Context) -> Token | None:
    """il y a trois jours"""
    if m[2] not in LONG:
        return None
    return m.make(Kind.DAYS, days.one_day(days.plus(c.today, -m[1].value * LONG[m[2]])))


@rule("IN THE DUR")
def in_the_length(m: Match, c: Context) -> Token:
    """dans les 48h"""
    return m.make(Kind.SPAN, AbsoluteSpan(0, m[2] * 60))


RULES = (
    il_y_a,
    in_the_length,
    from_now,
    number_next_units, next_units, units_next, next_length, length_next, within_length, within_units, within_the_unit,
    in_length, by_length, by_units, in_units, units_later, length_later, units_ago, length_ago,
)  # fmt: skip
