"""What another setting would mean for a person's free time: two answers of the one availability function, compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from bot.availability import Availability, Reason
from bot.civil import DAY, day_start, days_touched, find_zone, iso_week_start, local_date
from bot.intervals import Span, clip, hull, intervals_of, spans_of, subtract
from bot.mailboxes.live import Checked, LiveCalendars, LiveRead, left_out
from bot.model import CalendarReading, Interval, Preferences
from bot.ports import Clock
from bot.profile import Profile

MOST_DAYS = 31
_MINUTE = timedelta(minutes=1)
_PLAUSIBLE = timedelta(days=3653)


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A civil day on which time is ``lost`` or ``gained``, with the reasons that stand on one side only."""

    day: date
    lost: tuple[Interval, ...] = ()
    gained: tuple[Interval, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Free time in ``window`` before and after, in all and on the days that differ.

    Where ``checked`` names calendars that could not be read, nothing is known and nothing is compared.
    """

    window: Interval
    free_before: timedelta
    free_after: timedelta
    days: tuple[ChangedDay, ...]
    checked: Checked

    @property
    def is_known(self) -> bool:
        return not self.checked.unreadable


_Side: TypeAlias = tuple[Availability, list[Span]]


class WhatIfDesk:
    """Compares settings on one live read of every calendar that either of them checks."""

    def __init__(self, live: LiveCalendars, clock: Clock) -> None:
        self._live = live
        self._clock = clock

    async def compare(self, profile: Profile, after: Preferences, windows: Sequence[Interval] = ()) -> WhatIf:
        """What ``after`` would change of the free time in ``windows`` (without any: next week). Raises StoreError."""
        before = profile.preferences
        window = _window(profile, windows, self._clock.now())
        asked = Interval(window.start - after.buffer_before, window.end + after.buffer_after)
        read = await self._live.read(profile, asked, also=after.conflict_calendars)
        checked = _checked(read, before, after)
        if checked.unreadable:
            return WhatIf(window, timedelta(0), timedelta(0), (), checked)
        return compared(_side(read, before, window), _side(read, after, window), window, checked)


def next_week(profile: Profile, now: datetime) -> Interval:
    """Monday to Monday of the week that follows this one, on the person's clock."""
    monday = iso_week_start(local_date(now, profile.zone)) + 7 * DAY
    return Interval(day_start(monday, profile.zone), day_start(monday + 7 * DAY, profile.zone))


def compared(before: _Side, after: _Side, window: Interval, checked: Checked) -> WhatIf:
    """The difference of two answers about the same time, minute for minute."""
    lost, gained = subtract(before[1], after[1]), subtract(after[1], before[1])
    zone = before[0].zone
    days = []
    for day in days_touched(window, zone):
        start, end = day_start(day, zone), day_start(day + DAY, zone)
        if start >= end:
            continue
        gone, new = clip(lost, start, end), clip(gained, start, end)
        if gone or new:
            reasons = (*_reasons(gone, after[0], before[0]), *_reasons(new, before[0], after[0]))
            days.append(ChangedDay(day, intervals_of(gone), intervals_of(new), tuple(_once(reasons))))
    return WhatIf(window, _length(before[1]), _length(after[1]), tuple(days), checked)


def _window(profile: Profile, windows: Sequence[Interval], now: datetime) -> Interval:
    asked = hull(intervals_of(clip(spans_of(windows), now - _PLAUSIBLE, now + _PLAUSIBLE)))
    if asked is None:
        return next_week(profile, now)
    return Interval(asked.start, min(asked.end, asked.start + MOST_DAYS * DAY))


def _checked(read: LiveRead, before: Preferences, after: Preferences) -> Checked:
    """What both answers rest on: the calendars of either setting."""
    every = (*read.readings, *read.others)
    missing = [one for one in every if one.failure is not None]
    counted = [*_counted(read, before), *_counted(read, after)]
    return Checked(
        read.at,
        tuple(one.calendar for one in every if one.failure is None),
        tuple(one for one in missing if one in counted),
        read.checked.reconnect,
        tuple(one for one in missing if one not in counted),
        read.checked.unlisted,
    )


def _counted(read: LiveRead, preferences: Preferences) -> list[CalendarReading]:
    """The readings that decide by ``preferences`` what is free."""
    chosen = [one for one in (*read.readings, *read.others) if one.calendar.ref in preferences.conflict_calendars]
    out = left_out(chosen, preferences)
    return [one for one in chosen if one not in out]


def _side(read: LiveRead, preferences: Preferences, window: Interval) -> _Side:
    """The answer by ``preferences``. With no calendar to check nothing can be called free."""
    counted = _counted(read, preferences)
    hours = preferences.hours or read.profile.hours
    zone = find_zone(preferences.zone) or read.profile.zone
    availability = Availability(counted, read.claims, preferences, zone, hours, read.at, covered=read.window)
    return availability, spans_of(availability.free((window,), _MINUTE)) if counted else []


def _reasons(spans: Sequence[Span], against: Availability, other: Availability) -> list[Reason]:
    """Why time is taken on one side, without what takes it on the other side too."""
    found: list[Reason] = []
    for start, end in spans:
        known = other.check(Interval(start, end)).reasons
        found += [one for one in against.check(Interval(start, end)).reasons if one not in known]
    return found


def _once(reasons: Sequence[Reason]) -> list[Reason]:
    unique: list[Reason] = []
    for one in reasons:
        if one not in unique:
            unique.append(one)
    return unique


def _length(spans: Sequence[Span]) -> timedelta:
    return sum((end - start for start, end in spans), timedelta(0))
