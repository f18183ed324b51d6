"""Other people's time zones: "3 pm Tokyo time", "heure de Londres", "9:30 CET"."""

from __future__ import annotations

from bot.language.kinds import Kind, Token
from bot.language.reduce import Match, rule
from bot.language.specs import Context


@rule("UNIT OF? CITY")
def hour_of_city(m: Match, c: Context) -> Token | None:
    """heure de Londres"""
    return m.make(Kind.ZONE, m[2]) if m[0] == "hour" else None


@rule("CITY TIMEWORD")
def city_time(m: Match, c: Context) -> Token:
    return m.make(Kind.ZONE, m[0])


@rule("TIMEWORD OF? CITY")
def time_of_city(m: Match, c: Context) -> Token:
    return m.make(Kind.ZONE, m[2])


@rule("ABBREVIATION")
def abbreviation(m: Match, c: Context) -> Token | None:
    """9:30 CET; elsewhere the letters may be anything"""
    return m.make(Kind.ZONE, m[0]) if m.preceded_by(Kind.CLOCK, Kind.MERIDIEM, Kind.NUM) else None


RULES = (city_time, time_of_city, hour_of_city, abbreviation)
