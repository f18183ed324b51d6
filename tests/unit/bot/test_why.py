"""Every reason once, the hard ones first, each with its setting; over a window by its parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from bot.answers.free_time import CheckAnswer, NoConflictCalendar, Outdated, WhyAnswer
from bot.answers.why import causes_of, distinct, explain
from bot.availability import HARD_REASONS, Availability, Reason, ReasonKind, State, Verdict
from bot.bookings.booking_outcome import Confirmed
from bot.intervals import merge, spans_of
from bot.language.request import Topic
from bot.model import BusyBlock, Interval, ReadFailure, ShowAs, WorkingHours
from tests.support.world import World, paris
from tests.unit.bot.test_availability_properties import CALENDAR, OTHER, REF, Case, cases, relaxed

HALF = timedelta(minutes=30)
SLOT = Interval(paris(26, 15), paris(26, 15, 30))


def block(subject: str, status: ShowAs = ShowAs.BUSY, *, uid: str = "", **more: object) -> BusyBlock:
    made = BusyBlock(REF, SLOT, status, event_id=f"{subject}-{status}", ical_uid=uid, subject=subject)
    return replace(made, **more)  # type: ignore[arg-type]  # the fields of a block, by name


def reason(of: BusyBlock, kind: ReasonKind = ReasonKind.STATUS) -> Reason:
    assert isinstance(of.when, Interval)
    return Reason(kind, of.when, CALENDAR, of)


def named(reasons: tuple[Reason, ...]) -> list[str]:
    return [one.block.subject if one.block else one.kind.value for one in reasons]


async def why(world: World, *windows: Interval, duration: timedelta | None = None) -> WhyAnswer:
    found = await world.free_time.why(await world.profile(), windows, duration)
    assert isinstance(found, WhyAnswer)
    return found


def test_hard_reasons_come_first_whatever_their_order() -> None:
    mixed = (
        Reason(ReasonKind.BOOKING_WINDOW),
        Reason(ReasonKind.WORKING_HOURS),
        reason(block("Near"), ReasonKind.BUFFER),
        reason(block("There")),
        Reason(ReasonKind.PAST),
    )
    assert named(distinct(mixed)) == ["past", "There", "Near", "working_hours", "booking_window"]


def test_a_copy_in_another_account_is_the_same_meeting() -> None:
    here, there = block("Committee", uid="u"), block("Committee", uid="u", event_id="copy", calendar=OTHER.ref)
    assert len(distinct([reason(here), reason(there)])) == 1


def test_two_occurrences_of_one_series_are_two_meetings() -> None:
    later = Interval(SLOT.end, SLOT.end + HALF)
    both = [reason(block("Daily", uid="u")), reason(block("Daily", uid="u", when=later, event_id="second"))]
    assert len(distinct(both)) == 2


def test_of_two_copies_the_one_counts_that_no_switch_lets_through() -> None:
    copies = [block("Committee", ShowAs.TENTATIVE, uid="u"), block("Committee", ShowAs.BUSY, uid="u")]
    (kept,) = distinct(map(reason, copies))
    assert kept.block
    assert kept.block.status is ShowAs.BUSY


def test_two_events_without_any_id_are_two() -> None:
    both = [reason(block(name, event_id="")) for name in ("One", "Two")]
    assert named(distinct(both)) == ["One", "Two"]


def test_a_meeting_that_takes_the_time_is_not_also_too_close() -> None:
    there = block("Committee", uid="u")
    copy = block("Committee", uid="u", event_id="copy")
    assert len(distinct([reason(there), reason(copy, ReasonKind.BUFFER)])) == 1


@pytest.mark.parametrize(
    ("found", "topics"),
    [
        (reason(block("A", ShowAs.TENTATIVE)), (Topic.TENTATIVE,)),
        (reason(block("A", ShowAs.OUT_OF_OFFICE)), (Topic.OUT_OF_OFFICE,)),
        (reason(block("A", ShowAs.WORKING_ELSEWHERE)), (Topic.WORKING_ELSEWHERE,)),
        (reason(block("A")), ()),
        (reason(block("A", ShowAs.UNKNOWN)), ()),
        (reason(block("A", when=Interval(SLOT.start - HALF, SLOT.start)), ReasonKind.BUFFER), (Topic.BUFFER_BEFORE,)),
        (reason(block("A", when=Interval(SLOT.end, SLOT.end + HALF)), ReasonKind.BUFFER), (Topic.BUFFER_AFTER,)),
        (Reason(ReasonKind.WORKING_DAY), (Topic.DAYS,)),
        (Reason(ReasonKind.WORKING_HOURS), (Topic.HOURS,)),
        (Reason(ReasonKind.NOTICE), (Topic.NOTICE,)),
        (Reason(ReasonKind.BOOKING_WINDOW), (Topic.WINDOW,)),
        (Reason(ReasonKind.PAST), ()),
    ],
)
def test_each_reason_has_the_setting_that_would_take_it_away(found: Reason, topics: tuple[Topic, ...]) -> None:
    (cause,) = causes_of(Verdict(SLOT, (found,)))
    assert cause.topics == topics


async def test_a_booking_and_its_event_are_one_reason(world: World) -> None:
    world.prefer(conflict_calendars=frozenset({world.main.ref, world.clients.ref}))
    made = await world.desk.commit(await world.profile(), world.form())
    assert isinstance(made, Confirmed)
    checked = await world.free_time.check(await world.profile(), Interval(paris(24, 15), paris(24, 15, 30)))
    assert isinstance(checked, CheckAnswer)
    assert [one.kind for one in distinct(checked.verdict.reasons)] == [ReasonKind.OWN_BOOKING]


async def test_a_day_is_told_by_its_parts(world: World) -> None:
    world.prefer(buffer_before=timedelta(minutes=15))
    world.calendars.occupy(world.main, paris(26, 10), paris(26, 12), subject="One")
    world.calendars.occupy(world.private, paris(26, 11), paris(26, 13), subject="Two")
    world.calendars.occupy(world.main, paris(26, 13, 30), paris(26, 16), subject="Three")
    (day,) = (await why(world, Interval(paris(26, 0), paris(27, 0)))).days
    assert day.day == date(2026, 11, 26)
    assert day.shown == Interval(paris(26, 9), paris(26, 17)), "a day is its working time"
    assert day.free == (Interval(paris(26, 9), paris(26, 10)), Interval(paris(26, 16, 15), paris(26, 17)))
    assert day.short == (Interval(paris(26, 13, 15), paris(26, 13, 30)),)
    assert [one.reason.block.subject if one.reason.block else one.reason.kind for one in day.causes] == [
        "One",
        "Two",
        "Three",
        ReasonKind.BUFFER,
    ]
    assert day.causes[1].spans == (Interval(paris(26, 11), paris(26, 13)),)
    buffers = day.causes[-1]
    assert buffers.spans == (
        Interval(paris(26, 13), paris(26, 13, 15)),
        Interval(paris(26, 16), paris(26, 16, 15)),
    )
    assert buffers.topics == (Topic.BUFFER_BEFORE,)


async def test_a_day_off_says_so_and_what_stands_in_it_anyway(world: World) -> None:
    world.calendars.occupy(world.main, paris(28, 10), paris(28, 12), subject="Market")
    (day,) = (await why(world, Interval(paris(28, 0), paris(29, 0)))).days
    assert [one.reason.kind for one in day.causes] == [ReasonKind.STATUS, ReasonKind.WORKING_DAY]


async def test_beyond_the_booking_window_the_calendars_are_read_for_every_reason(world: World) -> None:
    world.prefer(booking_window=timedelta(days=2))
    world.calendars.occupy(world.main, paris(27, 10), paris(27, 17), subject="Trip")
    (day,) = (await why(world, Interval(paris(27, 0), paris(28, 0)))).days
    assert {one.reason.kind for one in day.causes} == {ReasonKind.STATUS, ReasonKind.BOOKING_WINDOW}
    assert not day.free


async def test_an_unreadable_calendar_leaves_nothing_free(world: World) -> None:
    world.calendars.read_failures[world.private.ref] = ReadFailure.THROTTLED
    found = await why(world, Interval(paris(26, 0), paris(27, 0)))
    assert found.days[0].unknown == (Interval(paris(26, 9), paris(26, 17)),)
    assert found.days[0].free == found.days[0].short == ()
    assert [one.calendar.name for one in found.checked.unreadable] == ["Private"]


async def test_only_a_week_is_explained_and_only_that_is_read(world: World) -> None:
    found = await why(world, Interval(paris(23, 0), paris(30, 0, month=12)))
    assert found.more
    assert len(found.days) == 7
    assert {window.end for _, window in world.calendars.windows_read} == {paris(30, 0)}


async def test_without_windows_the_next_working_days_are_explained(world: World) -> None:
    assert [day.day.day for day in (await why(world)).days] == [23, 24, 25, 26, 27]


async def test_no_conflict_calendar_is_said(world: World) -> None:
    world.prefer(conflict_calendars=frozenset())
    assert await world.free_time.why(await world.profile()) == NoConflictCalendar()


async def test_a_busy_check_comes_with_the_rest_of_its_day_to_draw(world: World) -> None:
    world.calendars.occupy(world.main, paris(26, 15), paris(26, 16))
    found = await world.free_time.check(await world.profile(), Interval(paris(26, 15), paris(26, 15, 30)))
    assert isinstance(found, CheckAnswer)
    (outline,) = found.outlines
    assert outline.interval == Interval(paris(26, 9), paris(26, 17))
    states = {one.state for one in outline.segments}
    assert states == {State.FREE, State.BUSY}, "one read covers the day: nothing of it is unknown"


async def test_a_night_shifts_check_is_drawn_over_midnight(world: World) -> None:
    world.prefer(hours=WorkingHours(start=paris(1, 22).time(), end=paris(1, 6).time()))
    world.calendars.occupy(world.main, paris(26, 1), paris(26, 2))
    found = await world.free_time.check(await world.profile(), Interval(paris(26, 1), paris(26, 1, 30)))
    assert isinstance(found, CheckAnswer)
    (outline,) = found.outlines
    assert outline.day == date(2026, 11, 25)
    assert outline.interval == Interval(paris(25, 22), paris(26, 6))


async def test_an_answer_is_outdated_by_settings_and_by_bookings(world: World) -> None:
    profile, now = await world.profile(), world.clock.now()
    version = profile.preferences.version
    assert await world.free_time.is_outdated(profile, version, now) is None
    world.bookings.changed_at[world.camille.id] = now
    assert await world.free_time.is_outdated(profile, version, now) is None
    assert await world.free_time.is_outdated(profile, version, now - HALF) is Outdated.BOOKINGS
    assert await world.free_time.is_outdated(profile, version + 1, now) is Outdated.SETTINGS


@given(cases())
@settings(relaxed, max_examples=60)
def test_causes_and_free_time_together_fill_the_window(case: Case) -> None:
    availability: Availability = case.availability()
    day = explain(availability, case.window.start.date(), case.window, ())
    taken = merge(span for cause in day.causes for span in spans_of(cause.spans))
    open_time = spans_of(day.short)
    assert merge([*taken, *open_time]) == [(case.window.start, case.window.end)]
    assert sum((end - start for start, end in [*taken, *open_time]), timedelta()) == case.window.duration
    hardness = [one.reason.kind in HARD_REASONS for one in day.causes]
    assert hardness == sorted(hardness, reverse=True)
