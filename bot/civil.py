"""Civil time: dates and wall clocks of a zone, and the instants they name.

A wall time is *skipped* where the clocks jump forward over it and *repeated* where they go back. Where one instant is
needed, it is the first at which the clock of that day shows the time or a later one: a skipped 02:30 is the moment of
the change, a repeated 02:30 its first occurrence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.intervals import Span, merge
from bot.model import Interval, WorkingHours

DAY = timedelta(days=1)
MIDNIGHT = time(0)
_TICK = timedelta(microseconds=1)
_PROBE = timedelta(hours=6)
_ZONE_NAME = re.compile(r"[A-Za-z0-9_+\-/]{1,64}")


class WallKind(StrEnum):
    UNIQUE = "unique"
    SKIPPED = "skipped"
    REPEATED = "repeated"


@cache
def zone_names() -> frozenset[str]:
    """Every IANA zone that this machine's data (or the tzdata package) knows."""
    return frozenset(available_timezones())


def find_zone(name: str | None) -> ZoneInfo | None:
    """The zone of this IANA name, None where there is none; ``name`` may be anything a client sent."""
    if not name or not _ZONE_NAME.fullmatch(name) or name not in zone_names():
        return None
    return ZoneInfo(name)


def wall_kind(wall: datetime, zone: ZoneInfo) -> WallKind:
    """What a naive ``wall`` time is in ``zone``."""
    first, second = _offset(wall, zone, 0), _offset(wall, zone, 1)
    if first == second:
        return WallKind.UNIQUE
    return WallKind.REPEATED if first > second else WallKind.SKIPPED


def instants_of(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The instants (UTC) at which the clocks of ``zone`` show the naive ``wall`` time: none, one or two, in order."""
    match wall_kind(wall, zone):
        case WallKind.SKIPPED:
            return ()
        case WallKind.REPEATED:
            return (_instant(wall, zone, 0), _instant(wall, zone, 1))
        case _:
            return (_instant(wall, zone, 0),)


def first_instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which the clock of that ``day`` in ``zone`` shows ``clock`` or later."""
    wall = datetime.combine(day, clock)
    if wall_kind(wall, zone) is not WallKind.SKIPPED:
        return _instant(wall, zone, 0)
    return next_change(_instant(wall, zone, 1), _instant(wall, zone, 0), zone)


def next_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between two instants at which the offset of ``zone`` becomes the one of ``after``, to the second."""
    low, high = int(before.timestamp()), int(after.timestamp())
    goal = after.astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == goal:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def day_start(day: date, zone: ZoneInfo) -> datetime:
    return first_instant(day, MIDNIGHT, zone)


def day_bounds(day: date, zone: ZoneInfo) -> Interval:
    """The civil day as instants: 23 or 25 hours (or another length) where the clocks change.

    Raises:
        ValueError: the zone skipped this whole day (Samoa did in 2011).
    """
    return Interval(day_start(day, zone), day_start(day + DAY, zone))


def days_touched(interval: Interval, zone: ZoneInfo) -> Iterator[date]:
    """Every civil day of ``zone`` that holds a part of ``interval``, in order."""
    day = local_date(interval.start, zone)
    last = local_date(interval.end - _TICK, zone)
    while day <= last:
        yield day
        day += DAY


def iso_week_start(day: date) -> date:
    """The Monday of the ISO week of ``day``."""
    return day - timedelta(days=day.isoweekday() - 1)


def week_bounds(day: date, zone: ZoneInfo) -> Interval:
    """The ISO week that holds ``day``, Monday to Monday, as instants."""
    monday = iso_week_start(day)
    return Interval(day_start(monday, zone), day_start(monday + timedelta(days=7), zone))


def shift_of(day: date, hours: WorkingHours, zone: ZoneInfo) -> Span | None:
    """The working time that begins on ``day``; an end at or before the start is one of the next day (a night shift).

    None on other days, and where the clocks skip all of it.
    """
    if day.isoweekday() not in hours.days:
        return None
    start = first_instant(day, hours.start, zone)
    end = first_instant(day if hours.start < hours.end else day + DAY, hours.end, zone)
    return (start, end) if start < end else None


def working_spans(hours: WorkingHours, zone: ZoneInfo, start: datetime, end: datetime) -> list[Span]:
    """The working time of every shift that touches ``[start, end)``, united; not clipped to it."""
    day, last = local_date(start, zone) - DAY, local_date(end, zone)
    shifts: list[Span] = []
    while day <= last:
        shift = shift_of(day, hours, zone)
        if shift and shift[0] < end and start < shift[1]:
            shifts.append(shift)
        day += DAY
    return merge(shifts)


def same_clock(left: ZoneInfo, right: ZoneInfo, now: datetime) -> bool:
    """Whether two zones show the same time all through the year that follows ``now`` (Paris and Brussels do)."""
    return all(
        (now + timedelta(days=day)).astimezone(left).utcoffset()
        == (now + timedelta(days=day)).astimezone(right).utcoffset()
        for day in range(366)
    )


def grid_starts(start: datetime, end: datetime, step: timedelta, zone: ZoneInfo) -> Iterator[datetime]:
    """Instants in ``[start, end]`` at which the wall clock of ``zone`` stands on a multiple of ``step`` after midnight.

    A repeated hour has its marks twice, a skipped one has none.
    """
    for first, last, offset, is_last in _steady_pieces(start, end, zone):
        wall, limit = (first + offset).replace(tzinfo=None), (last + offset).replace(tzinfo=None)
        while True:
            midnight = datetime.combine(wall.date(), MIDNIGHT)
            wall = min(wall + (midnight - wall) % step, midnight + DAY)
            if wall > limit or (wall == limit and not is_last):
                break
            yield wall.replace(tzinfo=UTC) - offset
            wall += _TICK


def _steady_pieces(
    start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime, timedelta, bool]]:
    """``[start, end]`` cut where the offset of ``zone`` changes, each piece with its offset, the last one marked.

    A change at the very ``end`` makes a last piece of one instant: that instant is the later offset's.
    """
    current = probe = start
    while probe < end:
        following = min(probe + _PROBE, end)
        if probe.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            change = next_change(probe, following, zone)
            yield current, change, current.astimezone(zone).utcoffset() or timedelta(0), False
            current = change
        probe = following
    yield current, end, current.astimezone(zone).utcoffset() or timedelta(0), True


def _offset(wall: datetime, zone: ZoneInfo, fold: int) -> timedelta:
    return wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta(0)


def _instant(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
