"""When is this person free, and is this person free then: read live, answered by the one availability function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from bot.answers.outline import LONGEST_PART, DayOutline, outlines, shown_of
from bot.answers.why import WhyDay, explain
from bot.availability import Availability, Reason, ReasonKind, State, Verdict
from bot.civil import DAY, day_start, days_touched, local_date, shift_of, working_spans
from bot.intervals import clip, hull, intersect, intervals_of, spans_of
from bot.mailboxes.live import Checked, LiveCalendars
from bot.model import Booking, Interval
from bot.ports import Clock
from bot.profile import Profile

DEFAULT_WORKING_DAYS = 5
ALTERNATIVES = 3
ALTERNATIVES_HORIZON = timedelta(days=14)
MOST_DAYS = 62
MOST_EXPLAINED = 7
_LOOK_AHEAD_DAYS = 60
_PLAUSIBLE = timedelta(days=3653)
_MOMENT = timedelta(minutes=1)
_SHORT = timedelta(minutes=30)


class EmptyReason(StrEnum):
    """Why a day that was asked for has no free time to offer."""

    PAST = "past"
    NOTICE = "notice"
    BEYOND_WINDOW = "beyond_window"
    DAY_OFF = "day_off"
    OUTSIDE_HOURS = "outside_hours"
    UNREADABLE = "unreadable"
    TOO_SHORT = "too_short"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class FreeDay:
    """One civil day of an answer.

    ``ranges`` is free time, cut at midnight; ``starts`` (UTC) are the times to offer, by the day on which they start;
    ``unknown`` is time that only an unreadable calendar could speak against, which is not to be called free. ``empty``
    says why there is nothing, where there is nothing.
    """

    day: date
    asked: tuple[Interval, ...]
    ranges: tuple[Interval, ...] = ()
    starts: tuple[datetime, ...] = ()
    unknown: tuple[Interval, ...] = ()
    empty: EmptyReason | None = None


@dataclass(frozen=True, slots=True)
class FreeTimeAnswer:
    """Free times by civil day of ``profile.zone``. ``more``: the windows went on beyond the last day shown.

    ``outlines`` is the same time for a picture: what each day is made of.
    """

    profile: Profile
    windows: tuple[Interval, ...]
    duration: timedelta
    days: tuple[FreeDay, ...]
    checked: Checked
    more: bool = False
    outlines: tuple[DayOutline, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(day.ranges for day in self.days)


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """Whether one slot is free.

    Where it is busy, ``within`` is the free time inside of it (a wide slot), ``alternatives`` the next free slots, and
    ``outlines`` the day around it.
    """

    profile: Profile
    slot: Interval
    verdict: Verdict
    checked: Checked
    within: tuple[Interval, ...] = ()
    alternatives: tuple[Interval, ...] = ()
    outlines: tuple[DayOutline, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyAnswer:
    """What takes the time in the asked windows, by civil day; ``more``: they went on beyond the last day explained."""

    profile: Profile
    duration: timedelta
    days: tuple[WhyDay, ...]
    checked: Checked
    outlines: tuple[DayOutline, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class NoConflictCalendar:
    """The person chose no calendar to check, so that nothing can be said to be free."""


FreeTimeResult: TypeAlias = FreeTimeAnswer | NoConflictCalendar
CheckResult: TypeAlias = CheckAnswer | NoConflictCalendar
WhyResult: TypeAlias = WhyAnswer | NoConflictCalendar


def offer_step(duration: timedelta) -> timedelta:
    """The grid of offered starts: every half hour, every quarter for shorter meetings."""
    return _SHORT if duration >= _SHORT else timedelta(minutes=15)


class Outdated(StrEnum):
    """What changed since an answer was given."""

    SETTINGS = "settings"
    BOOKINGS = "bookings"


class FreeTime:
    """Answers of free time. Every calendar is read live, in one pass an answer."""

    def __init__(self, live: LiveCalendars, clock: Clock) -> None:
        self._live = live
        self._clock = clock

    async def answer(
        self,
        profile: Profile,
        windows: Sequence[Interval] = (),
        duration: timedelta | None = None,
        *,
        ignore: Booking | None = None,
    ) -> FreeTimeResult:
        """Free times in ``windows`` (without any: the next five working days) for ``duration`` (else the default one).

        ``ignore`` is a booking that is to be moved and does not stand in its own way. Raises StoreError.
        """
        if not profile.preferences.conflict_calendars:
            return NoConflictCalendar()
        now = self._clock.now()
        duration = duration or profile.preferences.default_duration
        asked = _plausible(windows, now) if windows else default_windows(profile, now)
        days, more = _by_day(asked, profile)
        latest = now + profile.preferences.booking_window
        needed = hull(intervals_of(clip(spans_of(asked), now, latest + duration)))
        if needed is None:
            # Nothing that could be free was asked for: no calendar needs to be read to say so.
            availability = Availability(
                (), (), profile.preferences, profile.zone, profile.hours, now, covered=Interval(now, now + _MOMENT)
            )
            checked = Checked(now)
        else:
            read = await self._live.read(profile, needed)
            availability, checked = read.availability(ignore=ignore), read.checked
        answered = tuple(_fill(days, asked, availability, duration))
        return FreeTimeAnswer(profile, asked, duration, answered, checked, more, outlines(availability, asked))

    async def why(
        self, profile: Profile, windows: Sequence[Interval] = (), duration: timedelta | None = None
    ) -> WhyResult:
        """What takes the time in ``windows`` (without any: the next five working days). Raises StoreError."""
        if not profile.preferences.conflict_calendars:
            return NoConflictCalendar()
        now = self._clock.now()
        duration = duration or profile.preferences.default_duration
        asked = _plausible(windows, now) if windows else default_windows(profile, now)
        days, more = _by_day(asked, profile, MOST_EXPLAINED)
        needed = hull(part for _, own in days for part in own)
        if needed is None:
            return WhyAnswer(profile, duration, (), Checked(now))
        read = await self._live.read(profile, needed)
        availability = read.availability()
        explained = [
            explain(availability, day, shown, availability.free((shown,), duration))
            for day, own in days
            for part in own
            for shown in (shown_of(availability, _window_of(part, asked), part) or part,)
        ]
        drawn = outlines(availability, intervals_of(clip(spans_of(asked), needed.start, needed.end)))
        return WhyAnswer(profile, duration, tuple(explained), read.checked, drawn, more)

    async def is_outdated(self, profile: Profile, version: int, at: datetime) -> Outdated | None:
        """What changed since an answer that rested on settings ``version`` and was given ``at``. Raises StoreError."""
        if profile.preferences.version != version:
            return Outdated.SETTINGS
        changed = await self._live.last_change(profile.person.id)
        return Outdated.BOOKINGS if changed and changed > at else None

    async def check(self, profile: Profile, slot: Interval) -> CheckResult:
        """Whether ``slot`` is free, with every reason against it, and the next free slots where it is not.

        Raises StoreError.
        """
        if not profile.preferences.conflict_calendars:
            return NoConflictCalendar()
        now = self._clock.now()
        if not _plausible((slot,), now):
            kind = ReasonKind.PAST if slot.start < now else ReasonKind.BOOKING_WINDOW
            return CheckAnswer(profile, slot, Verdict(slot, (Reason(kind),), covered=False), Checked(now))
        around = _day_around(slot, profile, now)
        window = with_alternatives(slot, profile, now)
        read = await self._live.read(profile, Interval(min(around.start, window.start), max(around.end, window.end)))
        availability = read.availability()
        verdict = availability.check(slot)
        busy = verdict.state is State.BUSY
        within = availability.free((slot,), min(slot.duration, profile.preferences.default_duration)) if busy else ()
        alternatives = alternatives_to(slot, availability) if busy else ()
        drawn = () if verdict.state is State.FREE else outlines(availability, (around,))
        return CheckAnswer(profile, slot, verdict, read.checked, within, alternatives, drawn)


def with_alternatives(slot: Interval, profile: Profile, now: datetime) -> Interval:
    """What to read, so that one pass judges ``slot`` and finds alternatives to it."""
    latest = now + profile.preferences.booking_window
    if slot.end <= now or slot.start > latest:
        return slot
    return Interval(slot.start, max(slot.end, min(slot.end + ALTERNATIVES_HORIZON, latest + slot.duration)))


def _window_of(part: Interval, windows: Iterable[Interval]) -> Interval:
    return next((window for window in windows if window.contains(part)), part)


def _day_around(slot: Interval, profile: Profile, now: datetime) -> Interval:
    """A short slot with what is left of the working time of its day, for the picture."""
    day = local_date(slot.start, profile.zone)
    shifts = [shift for ahead in (-1, 0) if (shift := shift_of(day + ahead * DAY, profile.hours, profile.zone))]
    near = [(max(start, now), end) for start, end in shifts if start <= slot.end and slot.start <= end and end > now]
    if slot.end <= now or slot.duration > LONGEST_PART:
        return slot
    return Interval(min([slot.start, *(start for start, _ in near)]), max([slot.end, *(end for _, end in near)]))


def alternatives_to(slot: Interval, availability: Availability) -> tuple[Interval, ...]:
    """The next free slots of the same length, from the asked time on."""
    return availability.next_free(slot.start, slot.duration, ALTERNATIVES, offer_step(slot.duration))


def default_windows(profile: Profile, now: datetime) -> tuple[Interval, ...]:
    """What "when am I free" means without a date: the next five working days, today while it lasts."""
    windows: list[Interval] = []
    today = local_date(now, profile.zone)
    for day in (today + timedelta(days=ahead) for ahead in range(_LOOK_AHEAD_DAYS)):
        shift = shift_of(day, profile.hours, profile.zone)
        if shift and shift[1] > now:
            windows.append(Interval(max(now, shift[0]), shift[1]))
        if len(windows) == DEFAULT_WORKING_DAYS:
            break
    return tuple(windows)


def _plausible(windows: Iterable[Interval], now: datetime) -> tuple[Interval, ...]:
    """Windows united and cut to the decades around now, within which date arithmetic is safe."""
    return intervals_of(clip(spans_of(windows), now - _PLAUSIBLE, now + _PLAUSIBLE))


def _by_day(
    windows: Sequence[Interval], profile: Profile, most: int = MOST_DAYS
) -> tuple[list[tuple[date, tuple[Interval, ...]]], bool]:
    """The asked parts of each civil day, and whether days were left out."""
    days: dict[date, list[Interval]] = defaultdict(list)
    more = False
    for window in windows:
        for day in days_touched(window, profile.zone):
            if day not in days and len(days) == most:
                more = True
                break
            start = max(window.start, day_start(day, profile.zone))
            end = min(window.end, day_start(day + DAY, profile.zone))
            if start < end:
                days[day].append(Interval(start, end))
    return [(day, tuple(parts)) for day, parts in days.items()], more


def _fill(
    days: Iterable[tuple[date, tuple[Interval, ...]]],
    asked: Sequence[Interval],
    availability: Availability,
    duration: timedelta,
) -> Iterator[FreeDay]:
    """Free time is found over all that was asked (a slot may span midnight) and then told day by day."""
    free = spans_of(availability.free(asked, duration))
    unknown = spans_of(availability.unknown(asked, duration))
    starts: dict[date, list[datetime]] = defaultdict(list)
    for start in availability.starts(asked, duration, offer_step(duration)):
        starts[local_date(start, availability.zone)].append(start)
    for day, parts in days:
        own = spans_of(parts)
        ranges = intervals_of(intersect(own, free))
        empty = None if ranges else _why_empty(day, parts, availability, duration)
        yield FreeDay(day, parts, ranges, tuple(starts[day]), intervals_of(intersect(own, unknown)), empty)


def _why_empty(day: date, parts: tuple[Interval, ...], availability: Availability, duration: timedelta) -> EmptyReason:
    if all(part.end <= availability.now for part in parts):
        return EmptyReason.PAST
    if all(part.start > availability.latest for part in parts):
        return EmptyReason.BEYOND_WINDOW
    asked = spans_of(parts)
    working = intersect(asked, working_spans(availability.hours, availability.zone, asked[0][0], asked[-1][1]))
    if not working:
        is_on = day.isoweekday() in availability.hours.days
        return EmptyReason.OUTSIDE_HOURS if is_on else EmptyReason.DAY_OFF
    if working[-1][1] <= availability.now:
        return EmptyReason.PAST
    if working[-1][1] <= availability.earliest:
        return EmptyReason.NOTICE
    if working[0][0] > availability.latest:
        return EmptyReason.BEYOND_WINDOW
    if availability.unreadable:
        return EmptyReason.UNREADABLE if availability.unknown(parts, duration) else EmptyReason.FULL
    return EmptyReason.TOO_SHORT if availability.free(parts, _MOMENT) else EmptyReason.FULL
