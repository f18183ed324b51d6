"""Values of reduced tokens: clocks, times of day, days - wall time still, placed by :mod:`bot.language.assemble`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.language.request import QuestionKind

Notes = frozenset[QuestionKind]
NO_NOTES: Notes = frozenset()
MIDNIGHT = 24 * 60


class Style(StrEnum):
    BARE = "bare"  # "3", "3:30": morning or afternoon is not said
    H_FORM = "h"  # "3h": bare for 1 to 6, settled for 7 and more
    MERIDIEM = "meridiem"  # "3 pm": says the same of a bare start before it
    SETTLED = "settled"  # "15:00", "07:00"


@dataclass(frozen=True, slots=True)
class Clock:
    """Minutes since midnight, as written; :func:`settle` decides between morning and afternoon."""

    minutes: int
    style: Style = Style.SETTLED
    is_noon_word: bool = False

    @property
    def is_loose(self) -> bool:
        return self.style in (Style.BARE, Style.H_FORM) and 60 <= self.minutes < 13 * 60


@dataclass(frozen=True, slots=True)
class PartSpec:
    """A part of the day, minutes since midnight. ``is_pm`` None: says nothing about a bare hour beside it."""

    name: str
    start: int
    end: int
    is_pm: bool | None = None
    notes: Notes = NO_NOTES
    each_day: bool = False


@dataclass(frozen=True, slots=True)
class TimeSpec:
    """A constraint on the time of day.

    ``point``: ``start`` alone. ``range``: both. ``after``: from ``start``. ``before``: until ``end``. ``around``: near
    ``start``. ``part``: ``part``.
    """

    shape: str
    start: Clock = Clock(0)
    end: Clock = Clock(MIDNIGHT)
    part: PartSpec | None = None
    zone: str | None = None


class Grain(StrEnum):
    DAY = "day"
    DAYS = "days"
    WEEKEND = "weekend"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


CONTAINERS = frozenset({Grain.WEEK, Grain.MONTH, Grain.YEAR, Grain.DAYS})


@dataclass(frozen=True, slots=True)
class Days:
    """Civil days ``[start, end)``."""

    start: date
    end: date
    grain: Grain = Grain.DAY
    notes: Notes = NO_NOTES


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, still to be placed: ``mode`` is coming, this, next, last or every."""

    day: int
    mode: str = "coming"
    weeks: int = 0
    notes: Notes = NO_NOTES


@dataclass(frozen=True, slots=True)
class DayRange:
    first: DaySpec
    last: DaySpec


@dataclass(frozen=True, slots=True)
class DayBound:
    """``by``/``until`` include ``days``, ``before`` excludes them, ``after`` starts behind them, ``from`` with them.

    ``time`` moves the bound into the day.
    """

    bound: str
    days: DaySpec
    time: TimeSpec | None = None


DaySpec = Days | Weekday | DayRange | DayBound


@dataclass(frozen=True, slots=True)
class Moment:
    """A day with a time: an end of a range over several days."""

    days: DaySpec
    time: TimeSpec


@dataclass(frozen=True, slots=True)
class MomentRange:
    start: Moment | DaySpec | None  # None: now
    end: Moment | DaySpec | TimeSpec


@dataclass(frozen=True, slots=True)
class AbsoluteSpan:
    """Instants counted from now in UTC seconds: "in two hours" is a point, "the next two hours" a span."""

    start_seconds: float
    end_seconds: float | None
    notes: Notes = NO_NOTES


@dataclass(frozen=True, slots=True)
class Choices:
    """Which of several readings to take; each is the default first."""

    seven_is_pm: bool = False
    next_is_coming: bool = False
    weekday_is_today: bool = False
    month_first: bool | None = None
    literal_hour: bool = False
    second_fold: bool = False
    noon_is_point: bool = False
    fortnight_is_fifteen: bool = False
    this_is_next: bool = False
    this_week_is_next: bool = False


@dataclass(frozen=True, slots=True)
class Habits:
    """What a language does its own way.

    ``hour_names_clock``: "9 heures" is a time of day as well as a length. ``number_after_article_is_day``: "le 14".
    ``counts_today``: "dans huit jours" is in a week. ``week_after_day_adds_one``: "Monday week" is a week later.
    """

    hour_names_clock: bool = False
    number_after_article_is_day: bool = False
    counts_today: bool = False
    week_after_day_adds_one: bool = False


@dataclass(slots=True)
class Context:
    """What the rules may know beside the tokens: the wall clock of the person. ``notes`` collects what was assumed."""

    now: datetime  # naive wall time in the asked zone
    choices: Choices
    month_first: bool | None
    habits: Habits
    working_days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    moving: bool = False
    must_ask: bool = False  # the bare seven
    notes: dict[QuestionKind, str] = field(default_factory=dict)
    invalid: bool = False

    @property
    def today(self) -> date:
        return self.now.date()

    def note(self, kind: QuestionKind, words: str = "") -> None:
        self.notes.setdefault(kind, words)
