"""The availability rules once more, minute by minute and without interval arithmetic: slow, hard to get wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from bot.model import BusyBlock, DaySpan, Interval, Preferences, WorkingHours

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Grid:
    """Every minute of a stretch of time with the date and the wall clock it has in a zone."""

    start: datetime
    minutes: tuple[datetime, ...]
    walls: tuple[tuple[date, time], ...]
    first_of_day: dict[date, int]

    def index(self, instant: datetime) -> int:
        return (instant - self.start) // MINUTE


@cache
def grid(start: datetime, days: int, zone: ZoneInfo) -> Grid:
    start = start.astimezone(UTC)
    minutes = tuple(start + MINUTE * i for i in range(days * 1440))
    locals_ = [minute.astimezone(zone) for minute in minutes]
    walls = tuple((local.date(), local.time()) for local in locals_)
    first_of_day: dict[date, int] = {}
    for i, (day, _) in enumerate(walls):
        first_of_day.setdefault(day, i)
    return Grid(start, minutes, walls, first_of_day)


def working_minutes(grid: Grid, hours: WorkingHours) -> list[bool]:
    """A shift begins at the first minute of its day whose clock shows the start or later, and ends likewise."""

    def first_minute(day: date, clock: time) -> int | None:
        for i in range(grid.first_of_day.get(day, len(grid.walls)), len(grid.walls)):
            at, wall = grid.walls[i]
            if at > day or wall >= clock:
                return i
        return None

    working = [False] * len(grid.minutes)
    for day in sorted(grid.first_of_day):
        if day.isoweekday() in hours.days:
            end_day = day if hours.start < hours.end else day + timedelta(days=1)
            start, end = first_minute(day, hours.start), first_minute(end_day, hours.end)
            if start is not None:
                for i in range(start, end if end is not None else len(working)):
                    working[i] = True
    return working


def busy_minutes(grid: Grid, blocks: Sequence[BusyBlock], preferences: Preferences) -> list[bool]:
    busy = [False] * len(grid.minutes)
    for block in blocks:
        if block.is_cancelled or block.is_declined or not preferences.blocks(block.status):
            continue
        if isinstance(block.when, DaySpan):
            for i in range(grid.first_of_day.get(block.when.first, len(busy)), len(busy)):
                if grid.walls[i][0] >= block.when.end:
                    break
                busy[i] = True
        else:
            low, high = grid.index(block.when.start), grid.index(block.when.end)
            for i in range(max(low, 0), min(high, len(busy))):
                busy[i] = True
    return busy


@dataclass(frozen=True)
class Oracle:
    grid: Grid
    bad_work: tuple[int, ...]
    busy: tuple[int, ...]
    preferences: Preferences
    now: datetime

    def is_free(self, start: datetime, duration: timedelta) -> bool:
        """Whether the slot is free: all of its minutes worked, and none busy in it or within the buffers around it."""
        preferences = self.preferences
        if start < self.now + preferences.minimum_notice or start > self.now + preferences.booking_window:
            return False
        low, high = self.grid.index(start), self.grid.index(start + duration)
        if self.bad_work[high] - self.bad_work[low]:
            return False
        low -= preferences.buffer_before // MINUTE
        high += preferences.buffer_after // MINUTE
        return not self.busy[high] - self.busy[low]

    def starts(self, window: Interval, duration: timedelta) -> set[datetime]:
        """Every minute at which a free slot begins and ends inside ``window``."""
        low, high = self.grid.index(window.start), self.grid.index(window.end - duration)
        return {self.grid.minutes[i] for i in range(low, high + 1) if self.is_free(self.grid.minutes[i], duration)}


def oracle(
    grid: Grid, blocks: Sequence[BusyBlock], preferences: Preferences, hours: WorkingHours, now: datetime
) -> Oracle:
    not_working = [not works for works in working_minutes(grid, hours)]
    busy = busy_minutes(grid, blocks, preferences)
    return Oracle(grid, tuple(accumulate(not_working, initial=0)), tuple(accumulate(busy, initial=0)), preferences, now)
