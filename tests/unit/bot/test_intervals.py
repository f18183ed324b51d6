from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.intervals import Span, clip, covers, hull, intersect, intervals_of, merge, spans_of, subtract

BASE = datetime(2026, 1, 1, tzinfo=UTC)


def span(start: int, end: int) -> Span:
    return BASE + timedelta(minutes=start), BASE + timedelta(minutes=end)


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(-2, 9)).map(lambda pair: span(pair[0], sum(pair))))


def points(of: list[Span]) -> set[int]:
    return {
        minute
        for start, end in of
        for minute in range((start - BASE).seconds // 60, (end - BASE) // timedelta(minutes=1))
    }


def is_normal(of: list[Span]) -> bool:
    return all(start < end for start, end in of) and all(left[1] < right[0] for left, right in itertools.pairwise(of))


@given(spans)
def test_merging_keeps_the_points_and_makes_a_normal_list(given_spans: list[Span]) -> None:
    merged = merge(given_spans)
    assert is_normal(merged)
    assert points(merged) == points(given_spans)


@given(spans, spans)
def test_subtraction_and_intersection_are_those_of_point_sets(left: list[Span], right: list[Span]) -> None:
    one, other = merge(left), merge(right)
    assert points(subtract(one, other)) == points(one) - points(other)
    assert points(intersect(one, other)) == points(one) & points(other)
    assert is_normal(subtract(one, other))
    assert is_normal(intersect(one, other))


@given(spans, st.integers(0, 40), st.integers(1, 9))
def test_clipping_and_covering_agree(given_spans: list[Span], start: int, length: int) -> None:
    merged, cut = merge(given_spans), span(start, start + length)
    wanted = set(range(start, start + length))
    assert points(clip(merged, *cut)) == points(merged) & wanted
    assert covers(merged, *cut) == (wanted <= points(merged))


def test_the_hull_holds_everything_and_nothing_has_none() -> None:
    intervals = intervals_of([span(5, 6), span(1, 2)])
    assert hull(intervals) == intervals_of([span(1, 6)])[0]
    assert hull(()) is None
    assert spans_of(intervals) == [span(1, 2), span(5, 6)]
