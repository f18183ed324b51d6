"""Wall time to instants, once, with the zone's own rules; and the algebra of windows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.language.assemble import Said
from bot.language.request import QuestionKind, Window
from bot.language.specs import Context

Bounds = tuple[datetime, datetime]  # UTC


def to_utc(wall: datetime, zone: ZoneInfo, fold: int = 0) -> datetime:
    """The instant of a wall time. One that a change of clocks skips lands as far behind the gap as it was in it."""
    try:
        return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    except (OverflowError, ValueError):
        return wall.replace(tzinfo=UTC)


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    return to_utc(wall, zone).astimezone(zone).replace(tzinfo=None) == wall


def is_twice(wall: datetime, zone: ZoneInfo) -> bool:
    return exists(wall, zone) and to_utc(wall, zone) != to_utc(wall, zone, fold=1)


def bounds_of(said: Iterable[Said], now: datetime, zone: ZoneInfo, length: timedelta, c: Context) -> list[Bounds]:
    """The instants of what was said; ``length`` follows a point. ``c`` notes times that do not exist, or twice."""
    return [_bounds(piece, now, zone, length, c) for piece in said]


def _bounds(piece: Said, now: datetime, zone: ZoneInfo, length: timedelta, c: Context) -> Bounds:
    if piece.seconds is not None:
        first, last = piece.seconds
        start = _later(now, first)
        return start, (start + length if last is None else _later(now, last))
    there = ZoneInfo(piece.zone) if piece.zone else zone
    fold = 1 if c.choices.second_fold else 0
    if piece.checked:
        for wall in (piece.start, piece.end):
            if wall is None or (wall.hour, wall.minute) == (0, 0):
                continue
            if not exists(wall, there):
                c.note(QuestionKind.DST_GAP)
            elif piece.end is None and is_twice(wall, there):
                c.note(QuestionKind.DST_FOLD)
    start = to_utc(piece.start, there, fold if piece.end is None else 0)
    return start, (start + length if piece.end is None else to_utc(piece.end, there))


def _later(now: datetime, seconds: float) -> datetime:
    try:
        return now + timedelta(seconds=seconds)
    except OverflowError:
        return now


def union(bounds: Iterable[Bounds]) -> list[Bounds]:
    merged: list[Bounds] = []
    for start, end in sorted(b for b in bounds if b[0] < b[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def subtract(bounds: Sequence[Bounds], taken: Sequence[Bounds]) -> list[Bounds]:
    left = list(bounds)
    for off_start, off_end in taken:
        left = [
            piece
            for start, end in left
            for piece in ((start, min(end, off_start)), (max(start, off_end), end))
            if piece[0] < piece[1]
        ]
    return left


def not_before(bounds: Iterable[Bounds], now: datetime) -> list[Bounds]:
    return [(max(start, now), end) for start, end in bounds if end > now]


def windows(bounds: Iterable[Bounds], zone: ZoneInfo) -> tuple[Window, ...]:
    return tuple(Window(start.astimezone(zone), end.astimezone(zone)) for start, end in union(bounds))
