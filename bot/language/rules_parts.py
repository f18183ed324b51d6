"""Parts of the day: mornings, late afternoons, lunch time."""

from __future__ import annotations

from dataclasses import replace

from bot.language import calendar_days as days
from bot.language.kinds import Kind, Token
from bot.language.reduce import Match, rule
from bot.language.request import QuestionKind
from bot.language.specs import MIDNIGHT, Context, DayBound, DayRange, Days, Grain, PartSpec

_EDGE_SHARE = {"start": (0.0, 0.5), "mid": (1 / 3, 2 / 3), "end": (0.5, 1.0)}


@rule("EDGE DASH? OF? THE? PART")
def edge_of_part(m: Match, c: Context) -> Token:
    """late afternoon, en début de matinée, mid-morning"""
    return m.make(Kind.PART, _edge(m[4], m[0]))


@rule("MERIDIEM")
def part_of_the(m: Match, c: Context) -> Token | None:
    """la réunion du matin"""
    if not isinstance(m[0], PartSpec) or m.preceded_by(Kind.CLOCK, Kind.HALF, Kind.QUARTER, Kind.UNIT, Kind.NUM):
        return None
    return m.make(Kind.PART, m[0])


@rule("PART EDGE")
def part_then_edge(m: Match, c: Context) -> Token | None:
    """le matin tôt"""
    return m.make(Kind.PART, _edge(m[0], m[1]))


@rule("EDGE OF? THIS? DAYS PART")
def edge_around_day(m: Match, c: Context) -> list[Token]:
    """early tomorrow morning"""
    return [m.token(3), Token(Kind.PART, _edge(m[4], m[0]), m.token(4).start, m.token(4).end, m.words)]


def _edge(part: PartSpec, which: str) -> PartSpec:
    first, last = _EDGE_SHARE[which]
    length = part.end - part.start
    return replace(part, start=part.start + round(length * first), end=part.start + round(length * last))


@rule("EDGE OF? THIS? DAYS")
def edge_of_day(m: Match, c: Context) -> list[Token] | None:
    """early Friday, late tomorrow"""
    if isinstance(m[3], DayBound | DayRange) or (isinstance(m[3], Days) and m[3].grain is not Grain.DAY):
        return None
    c.note(QuestionKind.VAGUE, m.words)
    whole = PartSpec("day", 0, MIDNIGHT)
    return [m.token(3), Token(Kind.PART, _edge(whole, m[0]), m.token(0).start, m.token(0).end, m.words)]


@rule("PART PART")
def weekday_part(m: Match, c: Context) -> Token | None:
    """weekday mornings"""
    return m.make(Kind.PART, replace(m[1], each_day=True)) if m[0].name == "weekday" else None


@rule("THIS PART")
def this_part(m: Match, c: Context) -> list[Token]:
    """this morning, ce soir"""
    token = m.token(0)
    return [Token(Kind.DAYS, days.one_day(c.today), token.start, token.end, token.word), m.token(1)]


@rule("EVERY THE? PART")
def every_part(m: Match, c: Context) -> Token:
    return m.make(Kind.PART, replace(m[2], each_day=True))


@rule("NEXT PART")
def next_part(m: Match, c: Context) -> list[Token] | None:
    if m.preceded_by(Kind.UNIT, Kind.WEEKDAY, Kind.MONTH):
        return None
    token = m.token(0)
    return [Token(Kind.DAYS, days.one_day(days.plus(c.today, 1)), token.start, token.end, token.word), m.token(1)]


@rule("DAYS/THIS CLOCK")
def noon_as_lunch(m: Match, c: Context) -> list[Token] | None:
    """demain midi, ce midi: lunch time, where "à midi" is twelve o'clock"""
    clock = m[1]
    if clock is None or not clock.is_noon_word or m.followed_by(Kind.DASH, Kind.TO):
        return None
    if m.preceded_by(Kind.BOUND, Kind.FROM, Kind.BETWEEN):
        return None
    c.note(QuestionKind.NOON_OR_LUNCH, m.words)
    first = m.token(0)
    if first.kind is Kind.THIS:
        first = Token(Kind.DAYS, days.one_day(c.today), first.start, first.end, first.word)
    if c.choices.noon_is_point:
        return [first, m.token(1)]
    lunch = PartSpec("lunch", 12 * 60, 14 * 60)
    return [first, Token(Kind.PART, lunch, m.token(1).start, m.token(1).end, m.token(1).word)]


RULES = (part_of_the, weekday_part, part_then_edge, edge_of_part, every_part, this_part, next_part)
