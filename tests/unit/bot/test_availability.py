from __future__ import annotations

import time as clock
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from bot.availability import Availability, ReasonKind, State
from bot.model import (
    AccountId,
    Booking,
    BookingDraft,
    BookingState,
    BusyBlock,
    Calendar,
    CalendarReading,
    CalendarRef,
    DaySpan,
    Interval,
    PersonId,
    Preferences,
    ReadFailure,
    ShowAs,
    WorkingHours,
    WrittenEvent,
)

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MAIN = Calendar(CalendarRef(AccountId(1), "main"), "Calendar")
PROJECT = Calendar(CalendarRef(AccountId(1), "x"), "Project X")
HALF = timedelta(minutes=30)
COVERED = Interval(NOW - timedelta(days=30), NOW + timedelta(days=400))


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = PARIS) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=zone)


def slot(day: int, hour: int, minute: int = 0, length: timedelta = HALF, zone: ZoneInfo = PARIS) -> Interval:
    return Interval(at(day, hour, minute, zone), at(day, hour, minute, zone) + length)


def busy(when: Interval | DaySpan, status: ShowAs = ShowAs.BUSY, **fields: object) -> BusyBlock:
    return replace(BusyBlock(MAIN.ref, when, status), **fields)  # type: ignore[arg-type]


def booking(when: Interval, event: WrittenEvent | None = None) -> Booking:
    draft = BookingDraft("key", when, MAIN.ref, "Europe/Paris", "Budget")
    return Booking(uuid4(), PersonId(1), draft, BookingState.CONFIRMED, event=event)


def availability(
    *blocks: BusyBlock,
    preferences: Preferences | None = None,
    zone: ZoneInfo = PARIS,
    hours: WorkingHours | None = None,
    claims: tuple[Booking, ...] = (),
    failing: tuple[Calendar, ...] = (),
    now: datetime = NOW,
    covered: Interval = COVERED,
    ignore: Booking | None = None,
) -> Availability:
    readings = [CalendarReading(MAIN, blocks)]
    readings += [CalendarReading(calendar, failure=ReadFailure.THROTTLED) for calendar in failing]
    return Availability(
        readings,
        claims,
        preferences or Preferences(),
        zone,
        hours or WorkingHours(),
        now,
        covered=covered,
        ignore=ignore,
    )


@pytest.mark.parametrize(
    ("status", "switch"),
    [
        (ShowAs.OUT_OF_OFFICE, "block_out_of_office"),
        (ShowAs.WORKING_ELSEWHERE, "block_working_elsewhere"),
        (ShowAs.TENTATIVE, "block_tentative"),
    ],
)
def test_a_status_blocks_only_when_its_own_switch_is_on(status: ShowAs, switch: str) -> None:
    wanted = slot(24, 15)
    assert availability(busy(wanted, status)).check(wanted).state is State.FREE
    verdict = availability(busy(wanted, status), preferences=Preferences(**{switch: True})).check(wanted)
    assert verdict.state is State.BUSY
    assert [reason.block.status for reason in verdict.reasons if reason.block] == [status]
    others = {name: name != switch for name in ("block_out_of_office", "block_working_elsewhere", "block_tentative")}
    assert availability(busy(wanted, status), preferences=Preferences(**others)).check(wanted).state is State.FREE


@pytest.mark.parametrize("status", [ShowAs.BUSY, ShowAs.UNKNOWN])
def test_busy_and_unknown_always_block(status: ShowAs) -> None:
    assert availability(busy(slot(24, 15), status)).check(slot(24, 15)).kinds == {ReasonKind.STATUS}


def test_a_declined_invitation_never_blocks() -> None:
    assert availability(busy(slot(24, 15), is_declined=True)).check(slot(24, 15)).state is State.FREE


def test_a_cancelled_event_never_blocks() -> None:
    assert availability(busy(slot(24, 15), is_cancelled=True)).check(slot(24, 15)).state is State.FREE


def test_neighbouring_events_do_not_touch_a_slot() -> None:
    around = availability(busy(slot(24, 14, 30)), busy(slot(24, 15, 30)))
    assert around.check(slot(24, 15)).state is State.FREE
    assert around.check(slot(24, 15, 1)).state is State.BUSY


@pytest.mark.parametrize("name", ["America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland"])
def test_an_all_day_event_blocks_the_hosts_own_civil_day(name: str) -> None:
    zone = ZoneInfo(name)
    whole_day = WorkingHours(frozenset(range(1, 8)), time(0), time(0))
    one = availability(busy(DaySpan(date(2026, 11, 25), date(2026, 11, 26))), zone=zone, hours=whole_day)
    window = Interval(at(24, 0, zone=zone), at(28, 0, zone=zone))
    assert one.free((window,), HALF) == (
        Interval(at(24, 0, zone=zone), at(25, 0, zone=zone)),
        Interval(at(26, 0, zone=zone), at(28, 0, zone=zone)),
    )


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_an_all_day_event_covers_23_or_25_hours_when_the_clocks_change(day: date, hours: int) -> None:
    now = datetime.combine(day - timedelta(days=2), time(0), UTC)
    covered = Interval(now, now + timedelta(days=5))
    one = availability(busy(DaySpan(day, day + timedelta(days=1))), now=now, covered=covered)
    segments = [part for part in one.segments(covered) if any(reason.block for reason in part.reasons)]
    blocked = segments[-1].interval.end - segments[0].interval.start
    assert blocked == timedelta(hours=hours)


def test_an_all_day_event_shown_as_free_blocks_nothing() -> None:
    one = availability(busy(DaySpan(date(2026, 11, 24), date(2026, 11, 25)), ShowAs.FREE))
    assert one.check(slot(24, 15)).state is State.FREE


def test_an_all_day_event_without_length_still_blocks_its_day() -> None:
    one = availability(busy(DaySpan(date(2026, 11, 24), date(2026, 11, 24))))
    assert one.check(slot(24, 15)).state is State.BUSY


def test_buffers_keep_distance_on_their_own_side() -> None:
    preferences = Preferences(buffer_before=timedelta(minutes=15), buffer_after=timedelta(minutes=10))
    one = availability(busy(slot(24, 12, length=timedelta(hours=1))), preferences=preferences)
    assert one.check(slot(24, 13, 15)).state is State.FREE
    assert one.check(slot(24, 13, 14)).kinds == {ReasonKind.BUFFER}
    assert one.check(slot(24, 11, 20)).state is State.FREE
    assert one.check(slot(24, 11, 21)).kinds == {ReasonKind.BUFFER}


def test_a_buffer_names_what_it_keeps_distance_from() -> None:
    preferences = Preferences(buffer_before=timedelta(minutes=15))
    event = busy(slot(24, 14, 30), subject="Dentist")
    (reason,) = availability(event, preferences=preferences).check(slot(24, 15)).reasons
    assert (reason.kind, reason.calendar, reason.block) == (ReasonKind.BUFFER, MAIN, event)


def test_buffers_may_lie_outside_of_working_hours() -> None:
    preferences = Preferences(buffer_before=timedelta(hours=1), buffer_after=timedelta(hours=1))
    one = availability(preferences=preferences)
    assert one.check(slot(24, 9)).state is State.FREE
    assert one.check(slot(24, 16, 30)).state is State.FREE


def test_a_slot_must_end_within_working_hours() -> None:
    assert availability().check(slot(24, 16, 30)).state is State.FREE
    assert availability().check(slot(24, 16, 31)).kinds == {ReasonKind.WORKING_HOURS}


def test_a_day_off_is_another_reason_than_the_hour() -> None:
    assert availability().check(slot(28, 20)).kinds == {ReasonKind.WORKING_DAY}
    assert availability().check(slot(24, 20)).kinds == {ReasonKind.WORKING_HOURS}


def test_a_night_shift_reaches_into_the_next_day() -> None:
    fridays = WorkingHours(frozenset({5}), time(22), time(6))
    one = availability(hours=fridays)
    assert one.check(slot(27, 23, 45)).state is State.FREE
    assert one.check(slot(28, 5, 30)).state is State.FREE
    assert one.check(slot(28, 5, 31)).state is State.BUSY
    assert one.check(slot(27, 5)).state is State.BUSY


def test_hours_that_end_at_midnight_end_there() -> None:
    evenings = WorkingHours(frozenset({2}), time(18), time(0))
    one = availability(hours=evenings)
    assert one.check(slot(24, 23, 30)).state is State.FREE
    assert one.check(slot(24, 23, 31)).state is State.BUSY


def test_a_slot_may_span_midnight_where_both_days_are_worked_through() -> None:
    always = WorkingHours(frozenset(range(1, 8)), time(0), time(0))
    assert availability(hours=always).check(slot(24, 23, 45)).state is State.FREE


def test_an_explicit_question_outside_hours_still_sees_the_calendars() -> None:
    saturday = slot(28, 20)
    dinner = busy(saturday, subject="Dinner")
    verdict = availability(dinner).check(saturday)
    assert verdict.kinds == {ReasonKind.WORKING_DAY, ReasonKind.STATUS}
    assert verdict.accepting({ReasonKind.WORKING_DAY}).state is State.BUSY
    assert availability().check(saturday).accepting({ReasonKind.WORKING_DAY}).state is State.FREE


def test_hard_reasons_cannot_be_accepted_away() -> None:
    verdict = availability(busy(slot(24, 15))).check(slot(24, 15))
    assert verdict.accepting(ReasonKind).state is State.BUSY


def test_notice_counts_to_the_start_and_the_exact_moment_is_enough() -> None:
    one = availability(preferences=Preferences(minimum_notice=timedelta(hours=4)))
    assert one.check(slot(23, 13)).state is State.FREE
    assert one.check(slot(23, 12, 59)).kinds == {ReasonKind.NOTICE}


def test_a_slot_that_began_is_past_and_not_merely_short_notice() -> None:
    one = availability(preferences=Preferences(minimum_notice=timedelta(hours=4)), now=at(24, 15, 1))
    assert one.check(slot(24, 15)).kinds == {ReasonKind.PAST}


def test_a_slot_that_starts_this_moment_is_not_past() -> None:
    one = availability(now=at(24, 15))
    assert one.check(slot(24, 15)).state is State.FREE
    assert one.free((slot(24, 15),), HALF) == (slot(24, 15),)


def test_the_booking_window_limits_the_start_and_not_the_end() -> None:
    one = availability(preferences=Preferences(booking_window=timedelta(days=1, hours=6)))
    assert one.check(slot(24, 15)).state is State.FREE
    assert one.check(slot(24, 15, 1)).kinds == {ReasonKind.BOOKING_WINDOW}
    assert one.free((Interval(at(24, 14), at(24, 17)),), HALF) == (Interval(at(24, 14), at(24, 15, 30)),)


def test_an_own_booking_takes_time_even_before_its_event_is_seen() -> None:
    claim = booking(slot(24, 15))
    verdict = availability(claims=(claim,)).check(slot(24, 15, 15))
    assert [(reason.kind, reason.booking) for reason in verdict.reasons] == [(ReasonKind.OWN_BOOKING, claim)]


def test_a_booking_does_not_stand_in_its_own_way() -> None:
    event = WrittenEvent("event-1", slot(24, 15), "Budget", "uid-1")
    own = booking(slot(24, 15), event)
    copies = (
        busy(slot(24, 15), event_id="event-1", ical_uid="uid-1"),
        busy(slot(24, 15), event_id="copy", ical_uid="uid-1"),
    )
    assert availability(*copies, claims=(own,), ignore=own).check(slot(24, 15, 15)).state is State.FREE
    assert availability(*copies, claims=(own,)).check(slot(24, 15, 15)).state is State.BUSY
    other = busy(slot(24, 15), event_id="other", ical_uid="uid-2")
    assert availability(other, ignore=own).check(slot(24, 15, 15)).state is State.BUSY


def test_an_unreadable_calendar_makes_time_unknown_and_is_named() -> None:
    one = availability(busy(slot(24, 10)), failing=(PROJECT,))
    verdict = one.check(slot(24, 15))
    assert verdict.state is State.UNKNOWN
    assert [reading.calendar.name for reading in verdict.unreadable] == ["Project X"]
    assert one.check(slot(24, 10)).state is State.BUSY
    assert one.free((slot(24, 15),), HALF) == ()
    assert one.unknown((slot(24, 15),), HALF) == (slot(24, 15),)


def test_the_blocks_of_a_half_read_calendar_still_count() -> None:
    half_read = CalendarReading(MAIN, (busy(slot(24, 10)),), ReadFailure.RECONNECT)
    one = Availability((half_read,), (), Preferences(), PARIS, WorkingHours(), NOW, covered=COVERED)
    assert one.check(slot(24, 10)).state is State.BUSY
    assert one.check(slot(24, 11)).state is State.UNKNOWN


def test_time_that_was_not_read_is_never_free() -> None:
    one = availability(covered=Interval(at(24, 0), at(25, 0)))
    assert one.check(slot(24, 15)).state is State.FREE
    assert one.check(slot(25, 15)).state is State.UNKNOWN
    assert one.free((Interval(at(24, 0), at(27, 0)),), HALF) == (Interval(at(24, 9), at(24, 17)),)
    assert [one.start.astimezone(PARIS).day for one in one.next_free(at(24, 16), HALF, 9, HALF)] == [24, 24]


def test_buffers_must_have_been_read_too() -> None:
    preferences = Preferences(buffer_before=timedelta(minutes=30))
    one = availability(preferences=preferences, covered=Interval(at(24, 12), at(25, 0)))
    assert one.check(slot(24, 12)).state is State.UNKNOWN
    assert one.check(slot(24, 12, 30)).state is State.FREE
    assert one.free((Interval(at(24, 9), at(24, 14)),), HALF) == (Interval(at(24, 12, 30), at(24, 14)),)


def test_an_absurd_date_of_one_event_spoils_nothing() -> None:
    endless = busy(Interval(datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)))
    days = busy(DaySpan(date(1, 1, 1), date(9999, 12, 31)), ShowAs.TENTATIVE)
    preferences = Preferences(buffer_before=HALF, buffer_after=HALF, block_tentative=True)
    assert availability(endless, days, preferences=preferences).check(slot(24, 15)).state is State.BUSY
    gone = busy(DaySpan(date(1, 1, 1), date(1, 1, 2)))
    assert availability(gone, preferences=preferences).check(slot(24, 15)).state is State.FREE


def test_starts_stand_on_the_hosts_wall_clock_in_a_half_hour_zone() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    one = availability(zone=kolkata)
    hour = timedelta(hours=1)
    starts = one.starts((Interval(at(24, 9, zone=kolkata), at(24, 12, zone=kolkata)),), hour, hour)
    assert [start.astimezone(kolkata).strftime("%H:%M") for start in starts] == ["09:00", "10:00", "11:00"]


def test_a_range_too_short_for_the_grid_offers_its_beginning() -> None:
    one = availability(busy(slot(24, 9, length=timedelta(hours=1, minutes=17))), busy(slot(24, 10, 55)))
    starts = one.starts((Interval(at(24, 9), at(24, 11)),), HALF, HALF)
    assert [start.astimezone(PARIS).strftime("%H:%M") for start in starts] == ["10:20"]


def test_alternatives_skip_what_is_taken() -> None:
    one = availability(busy(slot(24, 15)), busy(slot(24, 16)))
    following = one.next_free(at(24, 15), HALF, 3, HALF)
    assert following == (slot(24, 15, 30), slot(24, 16, 30), slot(25, 9))


def test_segments_carry_every_reason_of_a_stretch() -> None:
    one = availability(
        busy(slot(24, 16, 45)),
        preferences=Preferences(buffer_before=timedelta(minutes=15)),
        failing=(PROJECT,),
    )
    found = [
        (part.interval.start.astimezone(PARIS).strftime("%H:%M"), part.state, {one.kind for one in part.reasons})
        for part in one.segments(Interval(at(24, 16), at(24, 18)))
    ]
    assert found == [
        ("16:00", State.UNKNOWN, set()),
        ("16:45", State.BUSY, {ReasonKind.STATUS}),
        ("17:00", State.BUSY, {ReasonKind.STATUS, ReasonKind.WORKING_HOURS}),
        ("17:15", State.BUSY, {ReasonKind.BUFFER, ReasonKind.WORKING_HOURS}),
        ("17:30", State.BUSY, {ReasonKind.WORKING_HOURS}),
    ]


def seconds_for(count: int) -> float:
    """CPU time of ninety days of free time and starts over ``count`` blocks, the best of three."""
    random = Random(7)  # noqa: S311
    moments = [NOW + timedelta(minutes=random.randrange(90 * 1440)) for _ in range(count)]
    blocks = [busy(Interval(moment, moment + timedelta(minutes=20))) for moment in moments]
    window = Interval(NOW, NOW + timedelta(days=90))
    always = WorkingHours(frozenset(range(1, 8)), time(0), time(0))
    preferences = Preferences(booking_window=timedelta(days=90))

    def once() -> float:
        begun = clock.process_time()
        one = availability(*blocks, hours=always, preferences=preferences)
        assert one.free((window,), timedelta(minutes=5))
        one.check(slot(24, 15))
        return clock.process_time() - begun

    return min(once() for _ in range(3))


def test_ten_times_the_blocks_cost_about_ten_times_the_time() -> None:
    # A ratio holds on any machine and under any tracing; a quadratic step would make it about a hundred.
    assert seconds_for(20_000) / seconds_for(2_000) < 35
