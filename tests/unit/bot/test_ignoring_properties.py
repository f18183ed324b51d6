"""Ignoring a calendar changes nothing but what that very calendar, failing, made unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.availability import Availability, State
from bot.mailboxes.live import left_out
from bot.model import (
    AccountId,
    BusyBlock,
    Calendar,
    CalendarReading,
    CalendarRef,
    Interval,
    Preferences,
    ReadFailure,
    ShowAs,
    WorkingHours,
)
from tests.support.world import PARIS, paris

NOW = paris(23, 9)
WINDOW = Interval(paris(24, 0), paris(25, 0))
REFS = [CalendarRef(AccountId(1), str(number)) for number in range(4)]


@st.composite
def readings(draw: st.DrawFn) -> tuple[CalendarReading, ...]:
    found = []
    for ref in REFS[: draw(st.integers(1, 4))]:
        starts = draw(st.lists(st.integers(8 * 4, 18 * 4), max_size=3))
        times = [paris(24, 0) + timedelta(minutes=15 * start) for start in starts]
        blocks = tuple(
            BusyBlock(ref, Interval(start, start + timedelta(minutes=45)), draw(st.sampled_from(ShowAs)))
            for start in times
        )
        failure = draw(st.none() | st.sampled_from(ReadFailure))
        found.append(CalendarReading(Calendar(ref, ref.calendar_id), () if failure else blocks, failure))
    return tuple(found)


def of(found: tuple[CalendarReading, ...], preferences: Preferences) -> Availability:
    out = left_out(found, preferences)
    counted = [one for one in found if one not in out]
    return Availability(counted, (), preferences, PARIS, WorkingHours(), NOW, covered=WINDOW)


def states(availability: Availability) -> list[State]:
    """The state of every quarter of an hour of the day."""
    quarter = timedelta(minutes=15)
    slots = [Interval(WINDOW.start + n * quarter, WINDOW.start + (n + 1) * quarter) for n in range(96)]
    return [availability.check(slot).state for slot in slots]


@given(readings(), st.sets(st.sampled_from(REFS)))
def test_ignoring_changes_only_time_that_failed_ignored_calendars_made_unknown(
    found: tuple[CalendarReading, ...], ignored: set[CalendarRef]
) -> None:
    plain = Preferences(conflict_calendars=frozenset(one.calendar.ref for one in found))
    wanted = replace(plain, ignored=frozenset(ignored))
    before, after = of(found, plain), of(found, wanted)
    for was, now in zip(states(before), states(after), strict=True):
        assert now is was or (was is State.UNKNOWN and now is State.FREE)
    failed = {one.calendar.ref for one in found if one.failure}
    if not failed & ignored or failed - ignored or len(failed) == len(found):
        assert states(after) == states(before), "something else is unknown, or nothing is known"
    assert before.free((WINDOW,), timedelta(minutes=15)) in ((), after.free((WINDOW,), timedelta(minutes=15)))


@given(readings(), st.sets(st.sampled_from(REFS)))
def test_a_calendar_that_was_read_is_never_left_out(
    found: tuple[CalendarReading, ...], ignored: set[CalendarRef]
) -> None:
    preferences = Preferences(
        conflict_calendars=frozenset(one.calendar.ref for one in found), ignored=frozenset(ignored)
    )
    assert all(one.failure is not None for one in left_out(found, preferences))
    if all(one.failure for one in found):
        assert left_out(found, preferences) == ()
