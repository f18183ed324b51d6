"""Instants, days and how an event shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A half-open span of instants ``[start, end)`` in UTC, never empty.

    Raises:
        ValueError: a bound is naive, or the end does not follow the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an interval needs aware datetimes")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise ValueError("an interval ends after it starts")

    @property
    def duration(self) -> timedelta:
        return self.end - self.start

    def overlaps(self, other: Interval) -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: Interval) -> bool:
        return self.start <= other.start and other.end <= self.end

    def intersection(self, other: Interval) -> Interval | None:
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Whole civil days ``[first, end)`` without a zone: an all-day event floats to whoever reads it."""

    first: date
    end: date

    def in_zone(self, zone: ZoneInfo) -> Interval:
        """The instants these days cover in ``zone`` (23 or 25 hours on a day that changes the clocks)."""
        midnight = time(0)
        return Interval(
            datetime.combine(self.first, midnight, zone).astimezone(UTC),
            datetime.combine(self.end, midnight, zone).astimezone(UTC),
        )


class ShowAs(StrEnum):
    """Graph's ``showAs`` of an event, by its wire value."""

    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "oof"
    WORKING_ELSEWHERE = "workingElsewhere"
    UNKNOWN = "unknown"
