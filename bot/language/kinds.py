"""The language-neutral alphabet of the grammar: what a word or a phrase can be, whatever language it is in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    # Read from the text
    WORD = "WORD"  # nothing of time
    NUM = "NUM"  # Number
    ORD = "ORD"  # Number: 14th, first, 1er
    CLOCK = "CLOCK"  # Clock
    MERIDIEM = "MERIDIEM"  # "am", "pm"
    DATE = "DATE"  # DaySpec
    MONTH = "MONTH"  # 1-12
    YEAR = "YEAR"
    WEEKDAY = "WEEKDAY"  # 0 (Monday) to 6
    PLURALDAY = "PLURALDAY"  # "Tuesdays", "le mardi": every one
    RELDAY = "RELDAY"  # days from today
    PART = "PART"  # PartSpec
    UNIT = "UNIT"  # "minute" ... "year"
    HALF = "HALF"
    QUARTER = "QUARTER"
    NEXT = "NEXT"
    THIS = "THIS"
    LAST = "LAST"
    EVERY = "EVERY"
    EDGE = "EDGE"  # "start", "mid", "end"
    FROM = "FROM"
    TO = "TO"
    BETWEEN = "BETWEEN"
    AND = "AND"
    OR = "OR"
    EXCEPT = "EXCEPT"
    BOUND = "BOUND"  # "before", "after", "by", "until", "from"
    AT = "AT"
    ON = "ON"
    IN = "IN"  # from now: in two hours, dans deux heures
    INSIDE = "INSIDE"  # during, in April, on the morning of
    WITHIN = "WITHIN"  # within two hours
    FOR = "FOR"
    OF = "OF"
    THE = "THE"
    MY = "MY"
    APPROX = "APPROX"
    NOW = "NOW"
    REST = "REST"
    ASAP = "ASAP"
    AGO = "AGO"
    LATER = "LATER"  # hence, from now, plus tard
    IDIOM_WEEKS = "IDIOM_WEEKS"  # "en huit", "week" after a weekday: weeks to add
    PAST = "PAST"  # half PAST three
    OCLOCK = "OCLOCK"
    LESS = "LESS"  # moins le quart; twenty TO three is TO
    HALF_HOUR_NEXT = "HALF_HOUR_NEXT"  # halb sieben: half an hour before
    ZONE = "ZONE"  # IANA name
    CITY = "CITY"  # IANA name: a zone only beside "time"
    TIMEWORD = "TIMEWORD"  # "time" in "Tokyo time"
    ABBREVIATION = "ABBREVIATION"  # CET: IANA name
    BY_SHIFT = "BY_SHIFT"
    COMMA = "COMMA"
    DASH = "DASH"
    STOP = "STOP"  # sentence end
    GAP = "GAP"  # something masked: a name, a subject
    # Made by reductions
    DUR = "DUR"  # minutes, or DurationSpec
    DAYS = "DAYS"  # DaySpec
    TIME = "TIME"  # TimeSpec
    INSTANT = "INSTANT"  # InstantSpec: a day with a clock, a range end
    SPAN = "SPAN"  # AbsoluteSpan


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of text and what it is; ``start`` and ``end`` are offsets into the text as typed."""

    kind: Kind
    value: Any
    start: int
    end: int
    word: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    digits: int = 0  # how many digits it was written with; 0 for words
