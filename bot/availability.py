"""The one availability function: busy blocks, own claims, preferences and hours in; free, busy or unknown out.

The list, the answer, the offer and the commit all ask it, so that they cannot disagree. It knows three values: *free*,
*busy* with every reason that applies, and *unknown* where a calendar could not be read. Time that was not read is never
called free.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import accumulate, islice, pairwise
from operator import itemgetter
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.civil import DAY, day_start, grid_starts, local_date, working_spans
from bot.intervals import Span, clip, covers, intersect, intervals_of, merge, spans_of, subtract
from bot.model import (
    Booking,
    BusyBlock,
    Calendar,
    CalendarReading,
    DaySpan,
    Interval,
    Preferences,
    ShowAs,
    WorkingHours,
)

_OFF_GRID_STEP = timedelta(minutes=5)
_FAR = timedelta(days=3)


class ReasonKind(StrEnum):
    """Why time is not free."""

    STATUS = "status"
    OWN_BOOKING = "own_booking"
    PAST = "past"
    WORKING_DAY = "working_day"
    WORKING_HOURS = "working_hours"
    BUFFER = "buffer"
    NOTICE = "notice"
    BOOKING_WINDOW = "booking_window"


HARD_REASONS = frozenset({ReasonKind.STATUS, ReasonKind.OWN_BOOKING, ReasonKind.PAST})
"""What no request overrides."""

SOFT_REASONS = frozenset(ReasonKind) - HARD_REASONS
"""The host's own rules, which the host may set aside for one booking by asking for it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause, with what it comes from: a calendar's event (``calendar``, ``block``) or a claim of the bot's own."""

    kind: ReasonKind
    when: Interval | None = None
    calendar: Calendar | None = None
    block: BusyBlock | None = None
    booking: Booking | None = None

    @property
    def is_hard(self) -> bool:
        return self.kind in HARD_REASONS


class State(StrEnum):
    FREE = "free"
    BUSY = "busy"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one slot: every reason against it, and the calendars that could not be asked."""

    slot: Interval
    reasons: tuple[Reason, ...] = ()
    unreadable: tuple[CalendarReading, ...] = ()
    covered: bool = True

    @property
    def state(self) -> State:
        if self.reasons:
            return State.BUSY
        return State.UNKNOWN if self.unreadable or not self.covered else State.FREE

    @property
    def kinds(self) -> frozenset[ReasonKind]:
        return frozenset(reason.kind for reason in self.reasons)

    def accepting(self, kinds: Iterable[ReasonKind]) -> Verdict:
        """The verdict when the host sets these reasons aside; hard ones stay whatever is asked."""
        accepted = frozenset(kinds) - HARD_REASONS
        return replace(self, reasons=tuple(reason for reason in self.reasons if reason.kind not in accepted))


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time whose state and reasons do not change, for pictures."""

    interval: Interval
    state: State
    reasons: tuple[Reason, ...] = ()


_Source: TypeAlias = tuple[Calendar, BusyBlock] | Booking
_Taker: TypeAlias = tuple[datetime, datetime, int]


class Availability:
    """What one live read of a person's conflict calendars says about that person's time.

    Args:
        readings: every conflict calendar, also those that could not be read.
        claims: the host's reserved, pending and confirmed bookings.
        preferences, zone, hours: the host's rules; ``hours`` are read in ``zone``.
        now: the present instant.
        covered: the time that was read. Slots that reach outside of it, with their buffers, are never free.
        ignore: a booking that shall not stand in its own way (it is being made, or moved).
    """

    def __init__(
        self,
        readings: Sequence[CalendarReading],
        claims: Sequence[Booking],
        preferences: Preferences,
        zone: ZoneInfo,
        hours: WorkingHours,
        now: datetime,
        *,
        covered: Interval,
        ignore: Booking | None = None,
    ) -> None:
        self.zone = zone
        self.hours = hours
        self.now = now.astimezone(UTC)
        self.earliest = self.now + preferences.minimum_notice
        self.latest = self.now + preferences.booking_window
        self.unreadable = tuple(reading for reading in readings if reading.failure is not None)
        self._before, self._after = preferences.buffer_before, preferences.buffer_after
        self._covered: Span = (covered.start + self._before, covered.end - self._after)
        self._sources: list[_Source] = []
        self._takers = self._collect(readings, claims, preferences, covered, ignore)
        self._latest_ends = list(accumulate((end for _, end, _ in self._takers), max))
        self._closed = merge((start - self._after, end + self._before) for start, end, _ in self._takers)

    def check(self, slot: Interval) -> Verdict:
        """Free, busy with every reason that applies, or unknown, for exactly this slot."""
        covered = self._covered[0] <= slot.start and slot.end <= self._covered[1]
        return Verdict(slot, tuple(self._reasons(slot)), self.unreadable, covered)

    def free(self, windows: Iterable[Interval], duration: timedelta) -> tuple[Interval, ...]:
        """The maximal free ranges in ``windows`` that hold a slot of ``duration``; none on partial knowledge."""
        return () if self.unreadable else intervals_of(self._ranges(windows, duration))

    def unknown(self, windows: Iterable[Interval], duration: timedelta) -> tuple[Interval, ...]:
        """The ranges that nothing known speaks against while a calendar could not be read: never to be called free."""
        return intervals_of(self._ranges(windows, duration)) if self.unreadable else ()

    def starts(self, windows: Iterable[Interval], duration: timedelta, step: timedelta) -> tuple[datetime, ...]:
        """The starts to offer: marks of ``step`` on the host's wall clock at which a free slot of ``duration`` begins.

        A free range too short for any mark offers its beginning instead, rounded up to five minutes.
        """
        if self.unreadable:
            return ()
        return tuple(self._offers(self._ranges(windows, duration), duration, step))

    def next_free(self, after: datetime, duration: timedelta, count: int, step: timedelta) -> tuple[Interval, ...]:
        """The first ``count`` free slots that start at or after ``after``, within what was read."""
        if self.unreadable or after >= self._covered[1]:
            return ()
        ranges = self._ranges((Interval(after, self._covered[1]),), duration)
        return tuple(Interval(start, start + duration) for start in islice(self._offers(ranges, duration, step), count))

    def segments(self, window: Interval) -> tuple[Segment, ...]:
        """``window`` cut where anything changes, each piece with every reason against an instant of it."""
        marked = list(self._marked_spans(window))
        cuts = {window.start, window.end}
        for opened, closed, _ in marked:
            cuts.add(opened)
            cuts.add(closed)
        edges = sorted(cuts)
        opening = sorted(range(len(marked)), key=lambda index: marked[index][0])
        active: list[int] = []
        position = 0
        result: list[Segment] = []
        for start, end in pairwise(edges):
            active = [index for index in active if marked[index][1] > start]
            while position < len(opening) and marked[opening[position]][0] <= start:
                active.append(opening[position])
                position += 1
            result.append(self._segment(start, end, [marked[index][2] for index in active]))
        return tuple(result)

    # The computation that everything above shares

    def _ranges(self, windows: Iterable[Interval], duration: timedelta) -> Iterator[Span]:
        """The maximal ranges that only unreadable calendars could speak against and that hold ``duration``."""
        for window_start, window_end in spans_of(windows):
            for start, end in self._open(window_start, window_end):
                # The booking window limits when a slot starts, not when it ends.
                end = min(end, self.latest + duration)
                if end - start >= duration:
                    yield start, end

    def _open(self, start: datetime, end: datetime) -> list[Span]:
        start, end = max(start, self.earliest, self._covered[0]), min(end, self._covered[1])
        if start >= end:
            return []
        working = working_spans(self.hours, self.zone, start, end)
        return subtract(intersect([(start, end)], working), clip(self._closed, start, end))

    def _offers(self, ranges: Iterable[Span], duration: timedelta, step: timedelta) -> Iterator[datetime]:
        for start, end in ranges:
            on_grid = list(grid_starts(start, end - duration, step, self.zone))
            yield from on_grid or islice(grid_starts(start, end - duration, _OFF_GRID_STEP, self.zone), 1)

    # Reasons

    def _reasons(self, slot: Interval) -> Iterator[Reason]:
        if slot.start < self.now:
            yield Reason(ReasonKind.PAST)
        elif slot.start < self.earliest:
            yield Reason(ReasonKind.NOTICE, Interval(self.now, self.earliest))
        if slot.start > self.latest:
            yield Reason(ReasonKind.BOOKING_WINDOW)
        working = working_spans(self.hours, self.zone, slot.start, slot.end)
        if not covers(working, slot.start, slot.end):
            yield Reason(ReasonKind.WORKING_HOURS if self._is_working_day(slot, working) else ReasonKind.WORKING_DAY)
        for start, end, source in self._takers_near(slot):
            direct = start < slot.end and slot.start < end
            yield self._reason(start, end, source, direct=direct)

    def _is_working_day(self, slot: Interval, working: Sequence[Span]) -> bool:
        return bool(working) or local_date(slot.start, self.zone).isoweekday() in self.hours.days

    def _takers_near(self, slot: Interval) -> Iterator[_Taker]:
        start, end = slot.start - self._before, slot.end + self._after
        low = bisect_right(self._latest_ends, start)
        high = bisect_left(self._takers, end, key=itemgetter(0))
        return (taker for taker in self._takers[low:high] if taker[1] > start)

    def _reason(self, start: datetime, end: datetime, source: int, *, direct: bool) -> Reason:
        origin = self._sources[source]
        when = Interval(start, end)
        if isinstance(origin, Booking):
            return Reason(ReasonKind.OWN_BOOKING if direct else ReasonKind.BUFFER, when, booking=origin)
        calendar, block = origin
        return Reason(ReasonKind.STATUS if direct else ReasonKind.BUFFER, when, calendar, block)

    # Segments

    def _marked_spans(self, window: Interval) -> Iterator[tuple[datetime, datetime, Reason]]:
        for start, end, source in self._takers_near(window):
            yield from _cut(start, end, window, self._reason(start, end, source, direct=True))
            buffer = self._reason(start, end, source, direct=False)
            yield from _cut(start - self._after, start, window, buffer)
            yield from _cut(end, end + self._before, window, buffer)
        working = clip(working_spans(self.hours, self.zone, window.start, window.end), window.start, window.end)
        for start, end in subtract([(window.start, window.end)], working):
            yield from self._marked_days(start, end)
        yield from _cut(window.start, self.now, window, Reason(ReasonKind.PAST))
        yield from _cut(self.now, self.earliest, window, Reason(ReasonKind.NOTICE))
        yield from _cut(self.latest, window.end, window, Reason(ReasonKind.BOOKING_WINDOW))

    def _marked_days(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, Reason]]:
        """Time outside the hours, cut at midnights, because a day may be off as a whole."""
        while start < end:
            day = local_date(start, self.zone)
            until = min(end, day_start(day + DAY, self.zone))
            is_on = day.isoweekday() in self.hours.days
            yield start, until, Reason(ReasonKind.WORKING_HOURS if is_on else ReasonKind.WORKING_DAY)
            start = until

    def _segment(self, start: datetime, end: datetime, reasons: Sequence[Reason]) -> Segment:
        covered = self._covered[0] <= start and end <= self._covered[1]
        state = State.BUSY if reasons else State.UNKNOWN if self.unreadable or not covered else State.FREE
        return Segment(Interval(start, end), state, tuple(reasons))

    # What takes time

    def _collect(
        self,
        readings: Sequence[CalendarReading],
        claims: Sequence[Booking],
        preferences: Preferences,
        covered: Interval,
        ignore: Booking | None,
    ) -> list[_Taker]:
        blocking = frozenset(status for status in ShowAs if preferences.blocks(status))
        # Cut far outside of what was read: an absurd date of one event must not overflow the arithmetic.
        low, high = covered.start - _FAR, covered.end + _FAR
        takers: list[_Taker] = []
        days: dict[DaySpan, Span | None] = {}
        for reading in readings:
            for block in reading.blocks:
                if block.status not in blocking or block.is_cancelled or block.is_declined:
                    continue
                if is_event_of(block, ignore):
                    continue
                when = block.when
                if isinstance(when, Interval):
                    span: Span | None = (when.start, when.end)
                else:
                    if when not in days:
                        days[when] = self._whole_days(when, covered)
                    span = days[when]
                if span and span[0] < high and low < span[1]:
                    takers.append((max(span[0], low), min(span[1], high), len(self._sources)))
                    self._sources.append((reading.calendar, block))
        for claim in claims:
            if ignore is None or claim.id != ignore.id:
                for when in claim.claimed:
                    takers.append((when.start, when.end, len(self._sources)))
                self._sources.append(claim)
        takers.sort()
        return takers

    def _whole_days(self, days: DaySpan, covered: Interval) -> Span | None:
        """All-day events float: they block the host's own civil days, at least one."""
        first = max(days.first, local_date(covered.start - _FAR, self.zone))
        end = min(max(days.end, days.first + DAY), local_date(covered.end + _FAR, self.zone))
        if first >= end:
            return None
        span = day_start(first, self.zone), day_start(end, self.zone)
        return span if span[0] < span[1] else None


def is_event_of(block: BusyBlock, booking: Booking | None) -> bool:
    """Whether a block is the booking's own event, or a copy of it in another mailbox (same ``iCalUId``)."""
    if booking is None or booking.event is None:
        return False
    if block.event_id and block.event_id == booking.event.event_id:
        return True
    return bool(block.ical_uid) and block.ical_uid == booking.event.ical_uid and block.when == booking.event.interval


def _cut(
    start: datetime, end: datetime, window: Interval, reason: Reason
) -> Iterator[tuple[datetime, datetime, Reason]]:
    start, end = max(start, window.start), min(end, window.end)
    if start < end:
        yield start, end, reason
