"""Bare hours to times of day (conventions 2 to 4 and 22 of the language cases)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.request import QuestionKind
from bot.language.specs import MIDNIGHT, Clock, Context, Style, TimeSpec

_HALF_DAY = 12 * 60
_EVENING, _EARLY = 18 * 60, 8 * 60


@dataclass(frozen=True, slots=True)
class DayTime:
    """Minutes of one day, ``end`` None for a point; more than 24 h reaches into the next day."""

    start: int
    end: int | None
    zone: str | None = None

    @property
    def is_point(self) -> bool:
        return self.end is None


def settle(times: Sequence[TimeSpec], context: Context, around_for: int) -> list[DayTime]:
    """What several constraints on one day leave of it: points, or one span. ``around_for`` is the length in minutes."""
    hint = next((t.part.is_pm for t in times if t.part is not None and t.part.is_pm is not None), None)
    zone = next((t.zone for t in times if t.zone), None)
    points = [t for t in times if t.shape == "point"]
    if points:
        return [DayTime(_single(t.start, hint, context), None, zone) for t in points]
    if any(t.shape == "range" for t in times):
        # "from 1 to 2:30 for lunch", "22:00 to 23:30 tonight": the clock says more than the part.
        times = [t for t in times if t.part is None]
    spans = [_span(time, hint, context, around_for) for time in times]
    start, end = max(first for first, _ in spans), min(last for _, last in spans)
    return [DayTime(start, end, zone)] if start < end else []


def _span(time: TimeSpec, hint: bool | None, context: Context, around_for: int) -> tuple[int, int]:
    if time.part is not None:
        return time.part.start, time.part.end
    match time.shape:
        case "after":
            return _single(time.start, hint, context), MIDNIGHT
        case "before":
            return 0, _single(time.end, hint, context) or MIDNIGHT
        case "around":
            middle = _single(time.start, hint, context)
            return max(middle - 30, 0), min(middle + 30 + around_for, MIDNIGHT)
        case _:
            return _range(time.start, time.end, hint, context)


def _single(clock: Clock, hint: bool | None, context: Context) -> int:
    if not clock.is_loose:
        return clock.minutes
    hour = clock.minutes // 60
    if hint is not None:
        return _on_side(clock.minutes, hint)
    if hour == 7 and clock.style is Style.BARE:
        context.must_ask = True
        context.note(QuestionKind.AM_PM)
        return clock.minutes + (_HALF_DAY if context.choices.seven_is_pm else 0)
    if 1 <= hour <= 6:
        if clock.style is Style.H_FORM:
            context.note(QuestionKind.AM_PM)
        return clock.minutes + (0 if context.choices.literal_hour else _HALF_DAY)
    return clock.minutes


def _on_side(minutes: int, is_pm: bool) -> int:
    return minutes % _HALF_DAY + _HALF_DAY if is_pm else minutes


def _range(start: Clock, end: Clock, hint: bool | None, context: Context) -> tuple[int, int]:
    first = _range_start(start, end, hint)
    if end.is_loose:
        last = end.minutes % _HALF_DAY
        while last <= first:
            last += _HALF_DAY
        return first, last
    last = end.minutes or MIDNIGHT
    if last > first:
        return first, last
    if first >= _EVENING and last <= _EARLY:
        return first, last + MIDNIGHT
    context.note(QuestionKind.REVERSED_RANGE)
    return last, first


def _range_start(start: Clock, end: Clock, hint: bool | None) -> int:
    if not start.is_loose:
        return start.minutes
    if hint is not None:
        return _on_side(start.minutes, hint)
    afternoon = start.minutes % _HALF_DAY + _HALF_DAY
    if end.style is Style.MERIDIEM and end.minutes >= _HALF_DAY:
        return afternoon if afternoon < end.minutes else start.minutes
    if end.style is Style.MERIDIEM or not 1 <= start.minutes // 60 <= 6:
        return start.minutes
    return start.minutes if not end.is_loose and afternoon >= end.minutes else afternoon
