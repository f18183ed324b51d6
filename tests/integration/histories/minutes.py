"""What is free, read minute by minute from the sandbox's own account of its calendars: slow, and hard to get wrong.

It shares no code with the bot: it knows Outlook's JSON, the bot's claims, and the rules as they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Span = tuple[datetime, datetime]

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Rules:
    """A person's settings, in plain values; lengths are minutes."""

    zone: str
    days: frozenset[int]
    begins: time
    ends: time
    before: int
    after: int
    notice: int
    window: int
    blocking: frozenset[str]


@dataclass(frozen=True)
class Wall:
    """Every minute of a stretch of time, with what a clock on the wall shows."""

    start: datetime
    dates: tuple[date, ...]
    clocks: tuple[time, ...]

    def index(self, instant: datetime) -> int:
        """The minute that an instant lies in, within the stretch."""
        return min(max((instant - self.start) // MINUTE, 0), len(self.dates))


@cache
def wall(start: datetime, days: int, zone: str) -> Wall:
    shown = [(start + MINUTE * number).astimezone(ZoneInfo(zone)) for number in range(days * 1440)]
    return Wall(start, tuple(one.date() for one in shown), tuple(one.time() for one in shown))


class Minutes:
    """The truth of one person's time."""

    def __init__(
        self, of: Wall, rules: Rules, events: Iterable[Mapping[str, Any]], claims: Iterable[Span], now: datetime
    ) -> None:
        self._wall = of
        self._rules = rules
        self._now = now
        busy = [False] * len(of.dates)
        for event in events:
            if event["show_as"] in rules.blocking and not event["is_cancelled"] and event["response"] != "declined":
                self._mark(busy, event)
        for start, end in claims:
            _fill(busy, of.index(start), of.index(end))
        self._busy = list(accumulate(busy, initial=0))
        self._idle = list(accumulate((not works for works in self._working()), initial=0))

    def is_free(self, start: datetime, minutes: int) -> bool:
        """Whether nothing at all speaks against a slot."""
        earliest, latest = self._now + MINUTE * self._rules.notice, self._now + MINUTE * self._rules.window
        if start < earliest or start > latest:
            return False
        low = self._wall.index(start)
        high = low + minutes
        if self._idle[high] - self._idle[low]:
            return False
        return not self._busy[high + self._rules.after] - self._busy[low - self._rules.before]

    def free(self, windows: Sequence[Span], minutes: int) -> tuple[set[datetime], set[datetime]]:
        """The starts of every free slot inside of the windows, and every minute that one of them covers."""
        asked = [False] * len(self._wall.dates)
        for start, end in windows:
            _fill(asked, self._wall.index(start), self._wall.index(end))
        outside = list(accumulate((not one for one in asked), initial=0))
        starts: set[datetime] = set()
        covered: set[datetime] = set()
        for index, is_asked in enumerate(asked):
            if not is_asked or index + minutes >= len(asked) or outside[index + minutes] - outside[index]:
                continue
            start = self._wall.start + MINUTE * index
            if self.is_free(start, minutes):
                starts.add(start)
                covered.update(start + MINUTE * number for number in range(minutes))
        return starts, covered

    def _mark(self, busy: list[bool], event: Mapping[str, Any]) -> None:
        start, end = _instant(event["start"]), _instant(event["end"])
        if event["is_all_day"]:
            # Whole days float: they are the days of whoever looks at them.
            first, last = start.date(), end.date()
            for index, day in enumerate(self._wall.dates):
                if first <= day < last:
                    busy[index] = True
        else:
            _fill(busy, self._wall.index(start), self._wall.index(end))

    def _working(self) -> list[bool]:
        """A shift goes from the first minute of its day that shows its start, or later, to the one for its end."""
        works = [False] * len(self._wall.dates)
        for day in sorted(set(self._wall.dates)):
            if day.isoweekday() in self._rules.days:
                start = self._first(day, self._rules.begins)
                is_same_day = self._rules.begins < self._rules.ends
                end = self._first(day if is_same_day else day + timedelta(days=1), self._rules.ends)
                _fill(works, start, end)
        return works

    def _first(self, day: date, clock: time) -> int:
        shown = zip(self._wall.dates, self._wall.clocks, strict=True)
        found = (index for index, (at, wall) in enumerate(shown) if at > day or (at == day and wall >= clock))
        return next(found, len(self._wall.dates))


def _fill(marks: list[bool], start: int, end: int) -> None:
    for index in range(start, end):
        marks[index] = True


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
