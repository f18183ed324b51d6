"""The availability engine beside two other ways to the same answer: portion, and the loop that one writes first.

All three turn 90 days with 10,000 busy blocks into the maximal free ranges within working hours; the run ends in an
error where their answers differ, so that nobody is fast by being wrong.
"""

from __future__ import annotations

import random
import statistics
import time as clock
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import portion

from bot.availability import Availability
from bot.model import AccountId, BusyBlock, Calendar, CalendarReading, CalendarRef, Interval, Preferences, ShowAs
from bot.model import WorkingHours as Hours
from tests.bench.results import Measure

ZONE = ZoneInfo("Europe/Paris")
DAYS = 90
BLOCKS = 10_000
ROUNDS = 9
HALF_HOUR = timedelta(minutes=30)
FIRST_DAY = date(2026, 9, 1)  # the clocks go back within the 90 days
HOURS = Hours(frozenset({1, 2, 3, 4, 5}), time(9), time(17, 30))

Ranges = list[tuple[datetime, datetime]]


def measures() -> list[Measure]:
    """Medians of interleaved rounds, in milliseconds."""
    busy = _busy()
    covered = Interval(_midnight(0), _midnight(DAYS))
    ours, theirs, loop = (
        lambda: _creneau(busy, covered),
        lambda: _portion(busy),
        lambda: _loop(busy),
    )
    expected = _loop(busy)
    if not expected or _creneau(busy, covered) != expected or _portion(busy) != expected:
        raise AssertionError("the engines disagree")
    fast, slow, plain = _interleaved(ours, theirs, loop)
    name = f"availability: {DAYS} days, {BLOCKS:,} busy blocks to free ranges"
    return [
        Measure(name, fast, "ms", "portion 2.6.3, one union and one difference", slow),
        Measure(name, fast, "ms", "a straightforward datetime loop", plain),
    ]


def _busy() -> list[tuple[datetime, datetime]]:
    """The same blocks in every run: most of a day's length, crowded, so that some free time is left between them."""
    chance = random.Random(20261122)  # noqa: S311  # repeatable, guards nothing
    start = _midnight(0)
    blocks = []
    for _ in range(BLOCKS):
        begins = start + timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        blocks.append((begins, begins + timedelta(minutes=chance.choice((1, 5, 5, 10, 15, 30)))))
    return blocks


def _midnight(day: int) -> datetime:
    return datetime.combine(FIRST_DAY + timedelta(days=day), time(0), ZONE).astimezone(UTC)


def _working_days() -> Ranges:
    days = [FIRST_DAY + timedelta(days=day) for day in range(DAYS)]
    return [
        (
            datetime.combine(day, HOURS.start, ZONE).astimezone(UTC),
            datetime.combine(day, HOURS.end, ZONE).astimezone(UTC),
        )
        for day in days
        if day.isoweekday() in HOURS.days
    ]


def _creneau(busy: Sequence[tuple[datetime, datetime]], covered: Interval) -> Ranges:
    """What a live read hands over, to the answer; building the blocks is the reader's part in all three."""
    reading = CalendarReading(_CALENDAR, _blocks(busy))
    now = covered.start
    preferences = Preferences(booking_window=timedelta(days=DAYS))
    availability = Availability((reading,), (), preferences, ZONE, HOURS, now, covered=covered)
    return [(free.start, free.end) for free in availability.free((covered,), HALF_HOUR)]


_CALENDAR = Calendar(CalendarRef(AccountId(1), "calendar"), "Calendar")
_MADE: dict[int, tuple[BusyBlock, ...]] = {}


def _blocks(busy: Sequence[tuple[datetime, datetime]]) -> tuple[BusyBlock, ...]:
    made = _MADE.get(id(busy))
    if made is None:
        made = tuple(BusyBlock(_CALENDAR.ref, Interval(start, end), ShowAs.BUSY) for start, end in busy)
        _MADE[id(busy)] = made
    return made


def _portion(busy: Sequence[tuple[datetime, datetime]]) -> Ranges:
    taken = portion.Interval(*(portion.closedopen(start, end) for start, end in busy))
    working = portion.Interval(*(portion.closedopen(start, end) for start, end in _working_days()))
    return [(one.lower, one.upper) for one in working - taken if one.upper - one.lower >= HALF_HOUR]


def _loop(busy: Sequence[tuple[datetime, datetime]]) -> Ranges:
    found = []
    ordered = sorted(busy)
    for opens, closes in _working_days():
        at = opens
        for start, end in ordered:
            if start >= closes:
                break
            if end <= at:
                continue
            if start - at >= HALF_HOUR:
                found.append((at, start))
            at = max(at, end)
        if closes - at >= HALF_HOUR:
            found.append((at, closes))
    return found


def _interleaved(*engines: Callable[[], object]) -> list[float]:
    taken: list[list[float]] = [[] for _ in engines]
    for _ in range(ROUNDS):
        for engine, times in zip(engines, taken, strict=True):
            begun = clock.perf_counter()
            engine()
            times.append((clock.perf_counter() - begun) * 1000)
    return [statistics.median(times) for times in taken]
