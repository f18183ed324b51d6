from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.answers.free_time import CheckAnswer, EmptyReason, FreeTimeAnswer, NoConflictCalendar, offer_step
from bot.availability import ReasonKind, State
from bot.errors import CalendarError, IdentityUnavailable, ReconnectNeeded, StoreUnavailable
from bot.model import AccountHealth, Interval, ReadFailure, ShowAs, WorkingHours
from tests.support.world import PARIS, World, paris

HALF = timedelta(minutes=30)


async def answer(world: World, *windows: Interval, duration: timedelta | None = None) -> FreeTimeAnswer:
    found = await world.free_time.answer(await world.profile(), windows, duration)
    assert isinstance(found, FreeTimeAnswer)
    return found


async def check(world: World, start: datetime, length: timedelta = HALF) -> CheckAnswer:
    found = await world.free_time.check(await world.profile(), Interval(start, start + length))
    assert isinstance(found, CheckAnswer)
    return found


def whole(day: int, until: int | None = None) -> Interval:
    return Interval(paris(day, 0), paris((until or day) + 1, 0))


def spelled(ranges: tuple[Interval, ...]) -> list[str]:
    return [f"{one.start.astimezone(PARIS):%H:%M}-{one.end.astimezone(PARIS):%H:%M}" for one in ranges]


async def test_free_time_is_told_by_day_in_the_persons_zone(world: World) -> None:
    world.calendars.occupy(world.main, paris(24, 10), paris(24, 12))
    world.calendars.occupy(world.private, paris(24, 16), paris(24, 18))
    world.calendars.occupy(world.clients, paris(24, 14), paris(24, 15))
    found = await answer(world, whole(24))
    (day,) = found.days
    assert day.day == date(2026, 11, 24)
    assert spelled(day.ranges) == ["09:00-10:00", "12:00-16:00"]
    assert [start.astimezone(PARIS).hour for start in day.starts][:3] == [9, 9, 12]
    assert day.empty is None
    assert [one.name for one in found.checked.calendars] == ["Calendar", "Private"]
    assert found.checked.at == world.clock.now()
    assert found.checked.chosen == 2


async def test_without_windows_the_next_five_working_days_are_told(world: World) -> None:
    world.clock.set(paris(26, 16, 40))
    found = await answer(world)
    assert [day.day.day for day in found.days] == [26, 27, 30, 1, 2]
    assert found.windows[0] == Interval(paris(26, 16, 40), paris(26, 17))
    assert spelled(found.days[0].ranges) == []
    assert found.days[0].empty is EmptyReason.TOO_SHORT
    world.clock.set(paris(26, 17))
    assert [day.day.day for day in (await answer(world)).days] == [27, 30, 1, 2, 3]


async def test_a_night_shift_is_told_on_both_of_its_days(world: World) -> None:
    world.prefer(hours=WorkingHours(frozenset({1}), time(22), time(2)))
    found = await answer(world)
    assert [day.day.day for day in found.days[:2]] == [23, 24]
    assert [spelled(day.ranges) for day in found.days[:2]] == [["22:00-00:00"], ["00:00-02:00"]]
    starts = [[f"{start.astimezone(PARIS):%H:%M}" for start in day.starts] for day in found.days[:2]]
    assert starts == [["22:00", "22:30", "23:00", "23:30"], ["00:00", "00:30", "01:00", "01:30"]]


async def test_a_slot_may_be_offered_across_midnight(world: World) -> None:
    world.prefer(hours=WorkingHours(frozenset({1}), time(22), time(2)))
    found = await answer(world, duration=timedelta(hours=2))
    assert [f"{start.astimezone(PARIS):%H:%M}" for start in found.days[0].starts] == [
        "22:00",
        "22:30",
        "23:00",
        "23:30",
    ]


@pytest.mark.parametrize("failure", list(ReadFailure))
async def test_a_calendar_that_cannot_be_read_is_named_and_nothing_is_called_free(
    world: World, failure: ReadFailure
) -> None:
    world.calendars.read_failures[world.private.ref] = failure
    world.calendars.occupy(world.main, paris(24, 10), paris(24, 12))
    found = await answer(world, whole(24))
    assert found.is_empty
    assert found.days[0].starts == ()
    assert found.days[0].empty is EmptyReason.UNREADABLE
    assert spelled(found.days[0].unknown) == ["09:00-10:00", "12:00-17:00"]
    assert [(one.calendar.name, one.failure) for one in found.checked.unreadable] == [("Private", failure)]
    assert found.checked.chosen == 2
    reconnect = [world.home.id] if failure is ReadFailure.RECONNECT else []
    assert [account.id for account in found.checked.reconnect] == reconnect


async def test_a_full_day_stays_full_whatever_cannot_be_read(world: World) -> None:
    world.calendars.read_failures[world.private.ref] = ReadFailure.THROTTLED
    world.calendars.occupy_days(world.main, date(2026, 11, 24), date(2026, 11, 25))
    assert (await answer(world, whole(24))).days[0].empty is EmptyReason.FULL


async def test_a_conflict_calendar_that_is_gone_is_a_failure_and_never_dropped(world: World) -> None:
    await answer(world, whole(24))
    world.calendars.remove(world.private)
    found = await answer(world, whole(24))
    assert [(one.calendar.name, one.failure) for one in found.checked.unreadable] == [
        ("Private", ReadFailure.NOT_FOUND)
    ]
    assert found.is_empty


async def test_a_calendar_that_lost_its_permission_is_unreadable(world: World) -> None:
    world.prefer(conflict_calendars=frozenset({world.main.ref, world.shared.ref}))
    found = await answer(world, whole(24))
    assert [(one.calendar.name, one.failure) for one in found.checked.unreadable] == [("Anna", ReadFailure.FORBIDDEN)]


async def test_a_disconnected_accounts_calendar_is_unreadable(world: World) -> None:
    world.accounts.stored.remove(world.home)
    found = await answer(world, whole(24))
    assert [one.failure for one in found.checked.unreadable] == [ReadFailure.NOT_FOUND]


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (ReconnectNeeded(1), ReadFailure.RECONNECT),
        (IdentityUnavailable(), ReadFailure.UNAVAILABLE),
        (CalendarError(ReadFailure.NO_MAILBOX), ReadFailure.NO_MAILBOX),
    ],
)
async def test_an_error_of_the_sign_in_is_a_failure_of_the_reading(
    world: World, error: Exception, failure: ReadFailure
) -> None:
    world.faults.before("read", error)
    found = await answer(world, whole(24))
    assert [one.failure for one in found.checked.unreadable] == [failure]


async def test_slow_calendars_miss_the_deadline_and_the_others_are_used(world: World) -> None:
    world.faults.hold("read")
    found = await answer(world, whole(24))
    assert {one.failure for one in found.checked.unreadable} == {ReadFailure.TIMED_OUT}
    assert len(found.checked.unreadable) == 2


async def test_a_store_that_is_down_is_an_error_and_no_answer(world: World) -> None:
    world.faults.before("claims", StoreUnavailable())
    with pytest.raises(StoreUnavailable):
        await answer(world, whole(24))


async def test_health_follows_what_the_lists_prove(world: World) -> None:
    world.calendars.list_failures[world.home.id] = ReadFailure.RECONNECT
    found = await answer(world, whole(24))
    assert [account.username for account in found.checked.reconnect] == ["camille.moreau@outlook.example"]
    assert world.accounts.stored[1].health is AccountHealth.RECONNECT
    world.calendars.list_failures.clear()
    await answer(world, whole(24))
    assert world.accounts.stored[1].health is AccountHealth.OK


async def test_no_conflict_calendar_is_said_and_nothing_is_free(world: World) -> None:
    world.prefer(conflict_calendars=frozenset())
    profile = await world.profile()
    assert await world.free_time.answer(profile) == NoConflictCalendar()
    assert await world.free_time.check(profile, whole(24)) == NoConflictCalendar()


@pytest.mark.parametrize(
    ("window", "reason"),
    [
        (whole(22), EmptyReason.PAST),
        (Interval(paris(23, 8), paris(23, 9)), EmptyReason.PAST),
        (whole(28), EmptyReason.DAY_OFF),
        (Interval(paris(24, 18), paris(24, 22)), EmptyReason.OUTSIDE_HOURS),
        (Interval(paris(20, 0, month=12), paris(21, 0, month=12)), EmptyReason.BEYOND_WINDOW),
        (Interval(paris(23, 9), paris(23, 11)), EmptyReason.NOTICE),
        (Interval(paris(24, 9), paris(24, 9, 20)), EmptyReason.TOO_SHORT),
        (whole(25), EmptyReason.FULL),
        (whole(26), EmptyReason.TOO_SHORT),
    ],
)
async def test_an_empty_day_says_why(world: World, window: Interval, reason: EmptyReason) -> None:
    world.prefer(minimum_notice=timedelta(hours=3), booking_window=timedelta(days=14))
    world.calendars.occupy_days(world.main, date(2026, 11, 25), date(2026, 11, 26))
    world.calendars.occupy(world.main, paris(26, 8), paris(26, 16, 45))
    found = await answer(world, window)
    assert [day.empty for day in found.days] == [reason]


async def test_a_day_whose_work_begins_after_the_booking_window_is_beyond_it(world: World) -> None:
    world.prefer(booking_window=timedelta(hours=23))
    assert (await answer(world, whole(24))).days[0].empty is EmptyReason.BEYOND_WINDOW


async def test_today_after_work_is_over_and_not_off(world: World) -> None:
    world.clock.set(paris(24, 18))
    assert (await answer(world, whole(24))).days[0].empty is EmptyReason.PAST


async def test_what_cannot_be_free_is_not_read(world: World) -> None:
    found = await answer(world, whole(20))
    assert world.calendars.windows_read == []
    assert found.checked.calendars == ()


async def test_only_bookable_time_is_read_with_its_buffers(world: World) -> None:
    world.prefer(
        buffer_before=timedelta(minutes=15), buffer_after=timedelta(minutes=10), booking_window=timedelta(days=2)
    )
    await answer(world, Interval(paris(1, 0), paris(30, 0)))
    ((_, window),) = {one for one in world.calendars.windows_read if one[0] == world.main.ref}
    assert window == Interval(paris(23, 8, 45), paris(25, 9, 40))


async def test_very_long_questions_are_cut_and_say_so(world: World) -> None:
    found = await answer(world, Interval(paris(1, 0), datetime(9999, 12, 31, 23, tzinfo=UTC)))
    assert len(found.days) == 62
    assert found.more
    assert (
        await answer(world, Interval(datetime(9000, 1, 1, tzinfo=UTC), datetime(9000, 1, 2, tzinfo=UTC)))
    ).days == ()


async def test_an_own_booking_takes_its_time(world: World) -> None:
    form = world.form()
    await world.desk.commit(await world.profile(), form)
    found = await check(world, paris(24, 15))
    assert found.verdict.kinds == {ReasonKind.OWN_BOOKING}


async def test_a_free_slot_is_free_and_needs_no_alternatives(world: World) -> None:
    found = await check(world, paris(24, 15))
    assert found.verdict.state is State.FREE
    assert found.alternatives == ()
    assert len(found.checked.calendars) == 2


async def test_a_busy_slot_comes_with_its_reasons_and_the_next_three(world: World) -> None:
    event = world.calendars.occupy(world.main, paris(24, 14), paris(24, 16, 30), ShowAs.BUSY, subject="Board")
    found = await check(world, paris(24, 15), timedelta(hours=1))
    assert [reason.block for reason in found.verdict.reasons] == [event]
    assert spelled(found.alternatives) == ["09:00-10:00", "09:30-10:30", "10:00-11:00"]
    assert found.alternatives[0].start == paris(25, 9)


async def test_a_wide_question_tells_what_is_free_inside(world: World) -> None:
    world.calendars.occupy(world.main, paris(24, 13), paris(24, 15, 45))
    found = await check(world, paris(24, 12), timedelta(hours=6))
    assert found.verdict.state is State.BUSY
    assert spelled(found.within) == ["12:00-13:00", "15:45-17:00"]


async def test_an_unreadable_calendar_makes_a_check_unknown(world: World) -> None:
    world.calendars.read_failures[world.main.ref] = ReadFailure.THROTTLED
    found = await check(world, paris(24, 15))
    assert found.verdict.state is State.UNKNOWN
    assert [one.calendar.name for one in found.verdict.unreadable] == ["Calendar"]
    assert found.alternatives == ()


async def test_saturday_evening_is_answered_with_both_reasons(world: World) -> None:
    world.calendars.occupy(world.private, paris(28, 20), paris(28, 22))
    found = await check(world, paris(28, 20))
    assert found.verdict.kinds == {ReasonKind.WORKING_DAY, ReasonKind.STATUS}


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), ReasonKind.PAST),
        (datetime(9999, 12, 30, tzinfo=UTC), ReasonKind.BOOKING_WINDOW),
        (paris(20, 15), ReasonKind.PAST),
        (datetime(2027, 11, 24, 15, tzinfo=UTC), ReasonKind.BOOKING_WINDOW),
    ],
)
async def test_the_distant_past_and_future_are_answered_too(world: World, start: datetime, kind: ReasonKind) -> None:
    found = await check(world, start)
    assert kind in found.verdict.kinds
    assert found.alternatives == ()


def test_short_meetings_are_offered_every_quarter() -> None:
    assert offer_step(timedelta(minutes=15)) == timedelta(minutes=15)
    assert offer_step(timedelta(minutes=45)) == HALF
