"""A few days of a person's time, cut where it changes: what a picture of the days is drawn from.

Taken from the same :class:`Availability` as the list beside it, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.availability import Availability, Segment
from bot.civil import DAY, MIDNIGHT, first_instant, local_date, working_spans
from bot.intervals import clip
from bot.model import Interval, WorkingHours

MOST_OUTLINES = 7
LONGEST_PART = timedelta(hours=12)
"""A longer question is about a day, not about a part of it."""


@dataclass(frozen=True, slots=True)
class DayOutline:
    """A run of ``segments`` that begins on ``day``, without a gap.

    ``opens`` is the wall clock from which the row counts: midnight, or a time of rest where working hours pass
    midnight, so that a night shift stays in one piece.
    """

    day: date
    opens: time
    segments: tuple[Segment, ...]

    @property
    def interval(self) -> Interval:
        return Interval(self.segments[0].interval.start, self.segments[-1].interval.end)


def row_opens(hours: WorkingHours) -> time:
    """The wall clock at which a row of the picture begins: midnight, or the middle of the rest after a night shift."""
    if hours.start <= hours.end or hours.end == MIDNIGHT:
        return MIDNIGHT
    return time((hours.end.hour + hours.start.hour) // 2)


def outlines(availability: Availability, windows: Sequence[Interval]) -> tuple[DayOutline, ...]:
    """The asked time by rows of a day, the first ``MOST_OUTLINES`` that have anything to show."""
    found: list[DayOutline] = []
    opens = row_opens(availability.hours)
    for window in windows:
        for day, part in _parts(window, opens, availability.zone):
            if shown := shown_of(availability, window, part):
                found.append(DayOutline(day, opens, availability.segments(shown)))
            if len(found) == MOST_OUTLINES:
                return tuple(found)
    return tuple(found)


def shown_of(availability: Availability, window: Interval, part: Interval) -> Interval | None:
    """What is worth showing of the ``part`` of an asked ``window`` that lies in one day; None where nothing is.

    All of what was asked for by its hours. Of a day, or of what is left of one, the working time.
    """
    zone = availability.zone
    is_short = window.duration <= LONGEST_PART
    ends_a_day = any(one.astimezone(zone).time() == MIDNIGHT for one in (window.start, window.end))
    if is_short and not ends_a_day:
        return part
    working = clip(working_spans(availability.hours, zone, part.start, part.end), part.start, part.end)
    if working:
        return Interval(working[0][0], working[-1][1])
    return part if is_short else None


def _parts(window: Interval, opens: time, zone: ZoneInfo) -> Iterator[tuple[date, Interval]]:
    """``window`` cut into rows, each with the day on which its row begins."""
    day = local_date(window.start, zone)
    if window.start < first_instant(day, opens, zone):
        day -= DAY
    start = window.start
    while start < window.end:
        until = min(window.end, first_instant(day + DAY, opens, zone))
        if start < until:
            yield day, Interval(start, until)
        start, day = max(start, until), day + DAY


def row_minutes(instant: datetime, day: date, opens: time, zone: ZoneInfo) -> int:
    """Minutes on the wall clock from the beginning of ``day``'s row to ``instant``; a repeated hour counts once."""
    wall = instant.astimezone(zone).replace(tzinfo=None)
    return (wall - datetime.combine(day, opens)) // timedelta(minutes=1)
