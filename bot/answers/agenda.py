"""What a person has on, day by day, and what comes next: read live with titles, for the person alone.

Titles pass through memory on their way to their owner; nothing here stores or logs one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from bot.answers.free_time import NoConflictCalendar
from bot.answers.meeting_filter import About
from bot.answers.meetings import Meeting, meetings_of
from bot.civil import DAY, day_start, days_touched, local_date
from bot.intervals import clip, hull, intervals_of, spans_of
from bot.mailboxes.live import Checked, LiveCalendars, LiveRead
from bot.model import DaySpan, Interval, ReadFailure
from bot.ports import Clock
from bot.profile import Profile

MOST_DAYS = 14
MOST_ENTRIES = 30
DEFAULT_DAYS = 2
NEXT_HORIZON = timedelta(days=30)
_EVERYTHING = About()
_WIDEST = timedelta(days=92)
_PLAUSIBLE = timedelta(days=3653)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one civil day holds of a meeting: ``when``, cut at that day's midnights; None where it takes all of it.

    ``began_before`` and ``goes_on`` tell whether there is more of it on the days beside.
    """

    meeting: Meeting
    when: Interval | None = None
    began_before: bool = False
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """One civil day: what takes all of it first, then by time."""

    day: date
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Agenda:
    """The days of ``windows``, those without anything too.

    Where a calendar could not be read (``checked.unreadable``) it may be incomplete, and nothing may be called empty.
    ``rest`` is what was asked for beyond the days shown; ``hidden`` counts what was left out of the last one. ``about``
    tells which meetings were looked for.
    """

    profile: Profile
    windows: tuple[Interval, ...]
    days: tuple[AgendaDay, ...]
    checked: Checked
    rest: tuple[Interval, ...] = ()
    hidden: int = 0
    about: About = _EVERYTHING

    @property
    def meetings(self) -> tuple[Meeting, ...]:
        """Every meeting once, in the order shown."""
        return tuple({id(one.meeting): one.meeting for day in self.days for one in day.entries}.values())


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """What is going on ``current``-ly and what starts next: several where they start together.

    Only what has a time of day counts; it was looked for up to ``until``.
    """

    profile: Profile
    current: tuple[Meeting, ...]
    upcoming: tuple[Meeting, ...]
    checked: Checked
    until: datetime
    about: About = _EVERYTHING


AgendaResult: TypeAlias = Agenda | NoConflictCalendar
NextResult: TypeAlias = NextMeeting | NoConflictCalendar

_Asked: TypeAlias = dict[date, list[Interval]]


class Agendas:
    """Reads the conflict calendars and the target, live, in one pass an answer."""

    def __init__(self, live: LiveCalendars, clock: Clock) -> None:
        self._live = live
        self._clock = clock

    async def read(
        self, profile: Profile, windows: Sequence[Interval] = (), about: About = _EVERYTHING
    ) -> AgendaResult:
        """What touches ``windows`` (without any: the rest of today, and tomorrow). Raises StoreError."""
        if not _has_calendars(profile):
            return NoConflictCalendar()
        now = self._clock.now()
        asked = _plausible(windows, now) if windows else default_windows(profile, now)
        shown, rest = _first_days(asked, profile)
        needed = hull(part for parts in shown.values() for part in parts)
        if needed is None:
            return Agenda(profile, asked, (), Checked(now), about=about)
        read = await self._read(profile, needed)
        meetings = _meetings(read, about)
        days = [AgendaDay(day, tuple(_entries(day, parts, meetings, profile))) for day, parts in shown.items()]
        days, cut, hidden = _limited(days, shown)
        left = intervals_of(spans_of((*cut, *rest)))
        return Agenda(profile, asked, tuple(days), _checked(read), left, hidden, about)

    async def next_meeting(self, profile: Profile, about: About = _EVERYTHING) -> NextResult:
        """What is on now and what starts next, within thirty days. Raises StoreError."""
        if not _has_calendars(profile):
            return NoConflictCalendar()
        now = self._clock.now()
        window = Interval(now, now + NEXT_HORIZON)
        read = await self._read(profile, window)
        timed = [(one.when, one) for one in _meetings(read, about) if isinstance(one.when, Interval)]
        timed.sort(key=lambda pair: (pair[0], pair[1].subject))
        coming = [(when, one) for when, one in timed if window.start < when.start < window.end]
        return NextMeeting(
            profile,
            tuple(one for when, one in timed if when.start <= now < when.end),
            tuple(one for when, one in coming if when.start == coming[0][0].start),
            _checked(read),
            window.end,
            about,
        )

    async def _read(self, profile: Profile, window: Interval) -> LiveRead:
        target = profile.preferences.target
        return await self._live.read(profile, window, also=(target,) if target else (), details=True)


def default_windows(profile: Profile, now: datetime) -> tuple[Interval, ...]:
    """What "my meetings" means without a date: the rest of today, and tomorrow."""
    tomorrow = local_date(now, profile.zone) + timedelta(days=DEFAULT_DAYS - 1)
    return (Interval(now, day_start(tomorrow + DAY, profile.zone)),)


def _has_calendars(profile: Profile) -> bool:
    return bool(profile.preferences.conflict_calendars or profile.preferences.target)


def _plausible(windows: Iterable[Interval], now: datetime) -> tuple[Interval, ...]:
    """Windows united and cut to the decades around now, within which date arithmetic is safe."""
    return intervals_of(clip(spans_of(windows), now - _PLAUSIBLE, now + _PLAUSIBLE))


def _meetings(read: LiveRead, about: About) -> tuple[Meeting, ...]:
    found = meetings_of((*read.readings, *read.others), read.claims, read.survey.known)
    return tuple(one for one in found if about.fits(one))


def _checked(read: LiveRead) -> Checked:
    """What the answer rests on: here the target counts beside the conflict calendars."""
    readings = (*read.readings, *read.others)
    unreadable = tuple(one for one in readings if one.failure is not None)
    signed_out = {one.calendar.ref.account_id for one in unreadable if one.failure is ReadFailure.RECONNECT}
    signed_out |= {one.id for one in read.survey.reconnect}
    return Checked(
        read.at,
        tuple(one.calendar for one in readings if one.failure is None),
        unreadable,
        tuple(one for one in read.profile.accounts if one.id in signed_out),
    )


# Days


def _first_days(asked: Sequence[Interval], profile: Profile) -> tuple[_Asked, list[Interval]]:
    """The parts asked of each of the first days, and what is left of the windows after them."""
    days: _Asked = defaultdict(list)
    for window in asked:
        for day in days_touched(window, profile.zone):
            start = max(window.start, day_start(day, profile.zone))
            end = min(window.end, day_start(day + DAY, profile.zone))
            if start >= end:  # A day that this zone skipped.
                continue
            too_far = bool(days) and day - next(iter(days)) > _WIDEST
            if day not in days and (len(days) == MOST_DAYS or too_far):
                return days, _from(asked, start)
            days[day].append(Interval(start, end))
    return days, []


def _from(asked: Sequence[Interval], start: datetime) -> list[Interval]:
    """What of ``asked`` lies at or after ``start``."""
    return [Interval(max(one.start, start), one.end) for one in asked if one.end > start]


def _entries(day: date, parts: Sequence[Interval], meetings: Sequence[Meeting], profile: Profile) -> Iterator[Entry]:
    bounds = Interval(day_start(day, profile.zone), day_start(day + DAY, profile.zone))
    found = [entry for one in meetings if (entry := _entry(day, bounds, parts, one))]
    # The sort is stable and what takes the whole day has no start.
    found.sort(key=lambda one: (one.when is not None, one.when or bounds, one.meeting.subject.casefold()))
    yield from found


def _entry(day: date, bounds: Interval, parts: Sequence[Interval], meeting: Meeting) -> Entry | None:
    when = meeting.when
    if isinstance(when, DaySpan):
        # All-day events float: they belong to the person's own civil days.
        held_whole = when.first == day or when.first < day < when.end
        return Entry(meeting, None, when.first < day, day + DAY < when.end) if held_whole else None
    if not any(when.overlaps(part) for part in parts):
        return None
    held = when.intersection(bounds)
    return Entry(meeting, None if held == bounds else held, when.start < bounds.start, bounds.end < when.end)


def _limited(days: Sequence[AgendaDay], asked: _Asked) -> tuple[list[AgendaDay], list[Interval], int]:
    """As many days as MOST_ENTRIES allow, what was asked beyond them, and how much of the last day is hidden."""
    shown: list[AgendaDay] = []
    count = 0
    for index, day in enumerate(days):
        count += len(day.entries)
        if count <= MOST_ENTRIES:
            shown.append(day)
            continue
        if shown:
            return shown, [part for later in days[index:] for part in asked[later.day]], 0
        first, hidden = AgendaDay(day.day, day.entries[:MOST_ENTRIES]), day.entries[MOST_ENTRIES:]
        later = [part for other in days[1:] for part in asked[other.day]]
        return [first], [*_after(hidden[0], asked[day.day]), *later], len(hidden)
    return shown, [], 0


def _after(hidden: Entry, parts: Sequence[Interval]) -> list[Interval]:
    """What was asked of a day from its first hidden entry on; nothing where that is no step forward."""
    if hidden.when is None or hidden.when.start <= parts[0].start:
        return []
    return _from(parts, hidden.when.start)
