"""The algebra of time against a brute-force minute grid, in zones and weeks in which the clocks change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from bot.availability import Availability, State
from bot.model import (
    AccountId,
    BusyBlock,
    Calendar,
    CalendarReading,
    CalendarRef,
    DaySpan,
    Interval,
    Preferences,
    ReadFailure,
    ShowAs,
    WorkingHours,
)
from tests.unit.bot.minute_grid import MINUTE, Oracle, grid, oracle

DAYS = 5
MARGIN = 2
# A Thursday, so that a weekend lies inside; the change of clocks, where there is one, is near the middle.
PLACES = [
    ("Asia/Kolkata", date(2026, 11, 26)),
    ("America/New_York", date(2026, 3, 6)),
    ("America/New_York", date(2026, 10, 30)),
    ("Europe/Paris", date(2026, 3, 27)),
    ("Europe/Paris", date(2026, 10, 23)),
    ("Australia/Lord_Howe", date(2026, 4, 3)),
    ("Australia/Lord_Howe", date(2026, 10, 2)),
    ("America/Santiago", date(2026, 4, 3)),
    ("America/Santiago", date(2026, 9, 4)),
    ("Pacific/Chatham", date(2026, 9, 25)),
    ("Atlantic/Azores", date(2026, 3, 27)),
]
REF = CalendarRef(AccountId(1), "c")
CALENDAR = Calendar(REF, "Calendar")
OTHER = Calendar(CalendarRef(AccountId(1), "d"), "Other")


@dataclass(frozen=True)
class Case:
    zone: ZoneInfo
    window: Interval
    now: datetime
    hours: WorkingHours
    preferences: Preferences
    blocks: tuple[BusyBlock, ...]
    duration: timedelta
    slot: Interval

    def availability(self, blocks: tuple[BusyBlock, ...] | None = None, *, failing: bool = False) -> Availability:
        blocks = self.blocks if blocks is None else blocks
        half = len(blocks) // 2
        readings = [CalendarReading(CALENDAR, blocks[:half]), CalendarReading(OTHER, blocks[half:])]
        if failing:
            readings.append(CalendarReading(OTHER, failure=ReadFailure.THROTTLED))
        covered = Interval(self.window.start - timedelta(days=1), self.window.end + timedelta(days=1))
        return Availability(readings, (), self.preferences, self.zone, self.hours, self.now, covered=covered)

    def oracle(self) -> Oracle:
        minutes = grid(self.window.start - timedelta(days=MARGIN), DAYS + 2 * MARGIN, self.zone)
        return oracle(minutes, self.blocks, self.preferences, self.hours, self.now)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    name, first = draw(st.sampled_from(PLACES))
    zone = ZoneInfo(name)
    start = datetime.combine(first - timedelta(days=1), time(0), UTC)
    window = Interval(start, start + timedelta(days=DAYS))
    quarters = st.integers(0, DAYS * 96)

    def moment(margin: int = 0) -> st.SearchStrategy[datetime]:
        return st.integers(-margin * 96, (DAYS + margin) * 96).map(lambda q: start + timedelta(minutes=15 * q))

    timed = st.builds(
        lambda at, length, skew: Interval(at + MINUTE * skew, at + MINUTE * (skew + length)),
        moment(1),
        st.integers(1, 600),
        st.integers(0, 14),
    )
    all_day = st.builds(
        lambda ahead, length: DaySpan(first + timedelta(days=ahead), first + timedelta(days=ahead + length)),
        st.integers(-3, DAYS + 1),
        st.integers(1, 2),
    )
    block = st.builds(
        BusyBlock,
        st.just(REF),
        st.one_of(timed, timed, all_day),
        st.sampled_from(ShowAs),
        is_cancelled=st.booleans(),
        is_declined=st.sampled_from([False, False, True]),
    )
    clock = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
    hours = draw(
        st.builds(
            WorkingHours,
            st.frozensets(st.integers(1, 7), min_size=1),
            st.one_of(clock, st.just(time(0))),
            st.one_of(clock, st.just(time(0))),
        )
    )
    minutes = st.sampled_from([0, 0, 5, 15, 30, 47, 120]).map(lambda count: timedelta(minutes=count))
    preferences = Preferences(
        block_out_of_office=draw(st.booleans()),
        block_working_elsewhere=draw(st.booleans()),
        block_tentative=draw(st.booleans()),
        buffer_before=draw(minutes),
        buffer_after=draw(minutes),
        minimum_notice=draw(minutes) * 7,
        booking_window=draw(st.sampled_from([timedelta(days=1), timedelta(days=2, minutes=7), timedelta(days=60)])),
    )
    duration = MINUTE * draw(st.sampled_from([5, 15, 30, 45, 60, 480, 1440]))
    now = start + timedelta(minutes=draw(st.integers(-1440, DAYS * 1440)))
    if draw(st.booleans()):
        now = start
    at = start + timedelta(minutes=15 * draw(quarters))
    slot = Interval(at, min(at + duration, start + timedelta(days=DAYS + 1)))
    return Case(zone, window, now, hours, preferences, tuple(draw(st.lists(block, max_size=8))), duration, slot)


relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def starts_in(ranges: tuple[Interval, ...], duration: timedelta) -> set[datetime]:
    return {one.start + MINUTE * i for one in ranges for i in range((one.end - one.start - duration) // MINUTE + 1)}


@given(cases())
@settings(relaxed, max_examples=90)
def test_free_ranges_hold_exactly_the_slots_that_the_minute_grid_finds(case: Case) -> None:
    ranges = case.availability().free((case.window,), case.duration)
    assert starts_in(ranges, case.duration) == case.oracle().starts(case.window, case.duration)
    assert all(one.duration >= case.duration for one in ranges)
    assert all(left.end < right.start for left, right in pairwise(ranges))
    event(f"free ranges: {min(len(ranges), 3)}")


@given(cases())
@settings(relaxed, max_examples=90)
def test_a_check_agrees_with_the_minute_grid_and_with_the_list(case: Case) -> None:
    availability = case.availability()
    verdict = availability.check(case.slot)
    is_free = case.oracle().is_free(case.slot.start, case.slot.duration)
    assert (verdict.state is State.FREE) == is_free
    assert availability.free((case.slot,), case.slot.duration) == ((case.slot,) if is_free else ())
    event(f"slot is {verdict.state}")


@given(cases(), st.sampled_from([15, 30, 60, 50]))
@settings(relaxed, max_examples=45)
def test_offered_starts_are_the_free_marks_of_the_wall_clock(case: Case, step: int) -> None:
    availability = case.availability()
    offered = availability.starts((case.window,), case.duration, MINUTE * step)
    free = case.oracle().starts(case.window, case.duration)

    def is_mark(instant: datetime) -> bool:
        wall = instant.astimezone(case.zone)
        return (wall.hour * 60 + wall.minute) % step == 0

    assert {start for start in free if is_mark(start)} == {start for start in offered if is_mark(start)}
    assert list(offered) == sorted(set(offered))
    for start in offered:
        if not is_mark(start):
            assert start in free
            own = next(one for one in availability.free((case.window,), case.duration) if one.start <= start < one.end)
            assert not any(is_mark(mark) for mark in starts_in((own,), case.duration))


@given(cases(), st.integers(0, 7))
@settings(relaxed, max_examples=35)
def test_more_blocks_never_make_more_free_time(case: Case, kept: int) -> None:
    fewer = case.availability(case.blocks[:kept]).free((case.window,), case.duration)
    more = case.availability().free((case.window,), case.duration)
    assert starts_in(more, case.duration) <= starts_in(fewer, case.duration)


@given(cases())
@settings(relaxed, max_examples=35)
def test_time_is_never_free_while_a_calendar_is_unreadable(case: Case) -> None:
    whole, partial = case.availability(), case.availability(failing=True)
    before, after = whole.check(case.slot), partial.check(case.slot)
    assert after.state is (State.BUSY if before.state is State.BUSY else State.UNKNOWN)
    assert after.reasons == before.reasons
    assert partial.free((case.window,), case.duration) == ()
    assert partial.starts((case.window,), case.duration, MINUTE * 30) == ()
    assert partial.next_free(case.window.start, case.duration, 3, MINUTE * 30) == ()
    assert partial.unknown((case.window,), case.duration) == whole.free((case.window,), case.duration)


@given(cases())
@settings(relaxed, max_examples=30)
def test_segments_tile_the_window_and_are_free_where_a_minute_is_free(case: Case) -> None:
    segments = case.availability().segments(case.window)
    assert segments[0].interval.start == case.window.start
    assert segments[-1].interval.end == case.window.end
    assert all(a.interval.end == b.interval.start for a, b in pairwise(segments))
    free = {
        one.interval.start + MINUTE * i
        for one in segments
        if one.state is State.FREE
        for i in range(one.interval.duration // MINUTE)
    }
    found = case.oracle().starts(case.window, MINUTE)
    # The booking window admits its very last instant as a start; a stretch of time cannot show it.
    assert free == found - {case.now + case.preferences.booking_window}


@given(cases(), st.integers(1, 4))
@settings(relaxed, max_examples=45)
def test_the_next_free_slots_are_the_first_offered_starts(case: Case, count: int) -> None:
    availability = case.availability()
    following = availability.next_free(case.slot.start, case.duration, count, MINUTE * 30)
    assert len(following) <= count
    for slot in following:
        assert availability.check(slot).state is State.FREE
        assert slot.start >= case.slot.start
    everything = availability.starts(
        (Interval(case.slot.start, case.window.end + timedelta(days=1)),), case.duration, MINUTE * 30
    )
    assert [slot.start for slot in following] == list(everything[:count])


@given(cases())
@settings(relaxed, max_examples=45)
def test_statuses_that_do_not_block_and_cancelled_or_declined_events_change_nothing(case: Case) -> None:
    idle = tuple(
        replace(block, status=status, is_cancelled=cancelled, is_declined=declined)
        for block in case.blocks
        for status, cancelled, declined in (
            (ShowAs.FREE, False, False),
            (ShowAs.BUSY, True, False),
            (ShowAs.OUT_OF_OFFICE, False, True),
        )
    )
    free = case.availability().free((case.window,), case.duration)
    assert case.availability(case.blocks + idle).free((case.window,), case.duration) == free
