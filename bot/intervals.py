"""The algebra of time spans: plain sorted lists, one merge and one sweep.

A *span* is a pair of UTC instants ``(start, end)`` with ``start < end``, half open. A *normal* list of spans is sorted,
disjoint and without touching neighbours; every function here returns normal lists.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import TypeAlias

from bot.model import Interval

Span: TypeAlias = tuple[datetime, datetime]

_start = itemgetter(0)
_end = itemgetter(1)


def spans_of(intervals: Iterable[Interval]) -> list[Span]:
    """The normal list that covers what ``intervals`` cover."""
    return merge((interval.start, interval.end) for interval in intervals)


def intervals_of(spans: Iterable[Span]) -> tuple[Interval, ...]:
    return tuple(Interval(start, end) for start, end in spans)


def merge(spans: Iterable[Span]) -> list[Span]:
    """Unite spans in any order; overlapping and touching ones become one, empty ones vanish."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def touching(spans: Sequence[Span], start: datetime, end: datetime) -> Sequence[Span]:
    """The part of a normal list whose spans overlap ``[start, end)``, unclipped."""
    low = bisect_right(spans, start, key=_end)
    high = low
    while high < len(spans) and spans[high][0] < end:
        high += 1
    return spans[low:high]


def clip(spans: Sequence[Span], start: datetime, end: datetime) -> list[Span]:
    """A normal list cut to ``[start, end)``."""
    return [(max(first, start), min(last, end)) for first, last in touching(spans, start, end)]


def intersect(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """What two normal lists have in common."""
    result: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            result.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return result


def subtract(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of a normal list when another normal list is taken away."""
    result: list[Span] = []
    j = 0
    for start, end in spans:
        while j < len(taken) and taken[j][1] <= start:
            j += 1
        k = j
        while k < len(taken) and taken[k][0] < end:
            if taken[k][0] > start:
                result.append((start, taken[k][0]))
            start = max(start, taken[k][1])
            k += 1
        if start < end:
            result.append((start, end))
    return result


def covers(spans: Sequence[Span], start: datetime, end: datetime) -> bool:
    """Whether one span of a normal list holds ``[start, end)`` whole."""
    index = bisect_right(spans, start, key=_start) - 1
    return index >= 0 and end <= spans[index][1]


def hull(intervals: Iterable[Interval]) -> Interval | None:
    """The smallest interval that holds all; None of none."""
    every = tuple(intervals)
    if not every:
        return None
    return Interval(min(one.start for one in every), max(one.end for one in every))
