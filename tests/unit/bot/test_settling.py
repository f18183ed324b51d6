"""A commit that dies between any two steps leaves a row that settling repairs: one event and a booking, or neither."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.bookings.booking_outcome import Confirmed
from bot.bookings.settle_result import SettleResult
from bot.bookings.settling import GIVE_UP
from bot.errors import CalendarError, IdentityUnavailable, StoreUnavailable
from bot.model import Booking, BookingState, ConversationReference, ReadFailure
from bot.notices.notice import Notice, NoticeKind
from tests.support.rendering import renderer
from tests.support.world import World, paris

CHAT = ConversationReference("http://127.0.0.1/", "a:1", "28:bot", "29:camille", "tenant")


class ProcessKilled(BaseException):
    """Not an Exception: nothing in the code under test may clean up after it."""


STEPS = ["reserve", "list", "read", "claims", "advance_pending", "write", "read_back", "advance_confirmed"]
# A read has no effect to lose.
MOMENTS = [("before", step) for step in STEPS] + [
    ("after", step) for step in ("reserve", "advance_pending", "write", "advance_confirmed")
]


async def settle_until_quiet(world: World) -> None:
    for _ in range(20):
        world.clock.advance(timedelta(minutes=5))
        await world.settler.settle_due()
    assert world.bookings.in_state(BookingState.RESERVED, BookingState.PENDING) == []


def assert_consistent(world: World) -> None:
    confirmed = world.bookings.in_state(BookingState.CONFIRMED)
    assert len(confirmed) == len(world.calendars.events) <= 1
    if confirmed:
        ((_, event, _),) = world.calendars.events.values()
        assert confirmed[0].event == event


@pytest.mark.parametrize("error", [ProcessKilled(), asyncio.CancelledError(), StoreUnavailable(), RuntimeError("bug")])
@pytest.mark.parametrize(("moment", "step"), MOMENTS)
async def test_a_failure_at_any_step_is_repaired(world: World, step: str, moment: str, error: BaseException) -> None:
    profile = await world.profile()
    getattr(world.faults, moment)(step, error)
    raised: BaseException | None = None
    try:
        await world.desk.commit(profile, world.form())
    except (ProcessKilled, asyncio.CancelledError, StoreUnavailable, RuntimeError) as met:
        raised = met
    assert raised is error or world.bookings.in_state(BookingState.PENDING, BookingState.CONFIRMED)
    world.faults.clear()
    await settle_until_quiet(world)
    assert_consistent(world)
    # The time is not lost: the same key may try again, and never makes a second event.
    world.clock.set(paris(24, 9))
    assert isinstance(await world.new_desk().commit(profile, world.form()), Confirmed)
    assert len(world.calendars.events) == 1


@pytest.mark.parametrize("step", ["find", "read_back", "advance_confirmed", "accounts_of"])
async def test_settling_may_itself_die_and_be_repeated(world: World, step: str) -> None:
    world.faults.after("write", ProcessKilled())
    with pytest.raises(ProcessKilled):
        await world.desk.commit(await world.profile(), world.form())
    world.clock.advance(timedelta(minutes=3))
    world.faults.before(step, ProcessKilled())
    with pytest.raises(ProcessKilled):
        await world.settler.settle_due()
    await settle_until_quiet(world)
    assert_consistent(world)
    assert len(world.calendars.events) == 1


async def pending(world: World) -> Booking:
    world.faults.before("write", CalendarError(ReadFailure.TIMED_OUT, outcome_unknown=True))
    await world.desk.commit(await world.profile(), world.form())
    (booking,) = world.bookings.in_state(BookingState.PENDING)
    return booking


@pytest.mark.parametrize("error", [CalendarError(ReadFailure.UNAVAILABLE), IdentityUnavailable()])
async def test_without_an_answer_a_pending_booking_waits_ever_longer_up_to_an_hour(
    world: World, error: Exception
) -> None:
    booking = await pending(world)
    waits = []
    for _ in range(9):
        world.clock.set(world.bookings.settle_at[booking.id] or world.clock.now())
        world.faults.before("find", error)
        (settled,) = await world.settler.settle_due()
        assert (settled.result, settled.changed) == (SettleResult.LATER, False)
        waits.append((world.bookings.settle_at[booking.id] or world.clock.now()) - world.clock.now())
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=30)
    assert waits[-1] == timedelta(hours=1)


async def test_a_week_without_an_answer_ends_the_claim_and_proves_nothing(world: World) -> None:
    await pending(world)
    world.clock.advance(GIVE_UP + timedelta(minutes=1))
    world.faults.before("find", CalendarError(ReadFailure.UNAVAILABLE))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.GIVEN_UP]


async def test_a_booking_of_a_disconnected_account_is_released_and_not_called_unwritten(world: World) -> None:
    await pending(world)
    await world.accounts.disconnect(world.camille.id, world.work.id)
    world.clock.advance(timedelta(minutes=3))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.GIVEN_UP]


async def test_an_expired_reservation_is_released_even_when_the_calendar_does_not_answer(world: World) -> None:
    world.faults.before("advance_pending", ProcessKilled())
    with pytest.raises(ProcessKilled):
        await world.desk.commit(await world.profile(), world.form())
    world.clock.advance(timedelta(minutes=3))
    world.faults.before("find", CalendarError(ReadFailure.UNAVAILABLE))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.RELEASED]


async def test_a_reservation_that_did_not_expire_is_left_alone(world: World) -> None:
    booking = replace(await pending(world), state=BookingState.RESERVED)
    world.bookings.put(booking)
    settled = await world.settler.settle(booking)
    assert (settled.result, settled.booking) == (SettleResult.LATER, booking)


def told(world: World) -> list[Notice]:
    return [one for one in world.notices.of(world.camille.id) if one.kind is NoticeKind.SETTLED]


async def two_pending(world: World) -> None:
    lost = CalendarError(ReadFailure.TIMED_OUT, outcome_unknown=True)
    for key, hour in (("key-1", 15), ("key-2", 16)):
        world.faults.before("write", lost)
        await world.desk.commit(await world.profile(), world.form(paris(24, hour), key=key))
    world.clock.advance(timedelta(minutes=3))


async def test_one_booking_that_cannot_be_settled_holds_up_no_other(world: World) -> None:
    await two_pending(world)
    world.faults.before("find", RuntimeError("bug"))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.RELEASED]
    assert [world.bookings.rows[one.booking_id].draft.key for one in told(world)] == ["key-2"]
    assert [one.draft.key for one in world.bookings.in_state(BookingState.PENDING)] == ["key-1"]


async def test_what_was_decided_is_told_before_the_store_fails(world: World) -> None:
    await two_pending(world)
    world.faults.after("advance_released", StoreUnavailable())
    with pytest.raises(StoreUnavailable):
        await world.settler.settle_due()
    assert [world.bookings.rows[one.booking_id].draft.key for one in told(world)] == ["key-1"]


async def test_a_host_is_not_told_that_nothing_was_written_where_nobody_knows(world: World) -> None:
    world.faults.after("write", CalendarError(ReadFailure.TIMED_OUT, outcome_unknown=True))
    await world.desk.commit(await world.profile(), world.form())
    await world.people.meet(world.camille.user, name="", locale="", zone="", reference=CHAT)
    await world.accounts.disconnect(world.camille.id, world.work.id)
    world.clock.advance(timedelta(minutes=3))
    await world.settler.settle_due()
    (notice,) = world.notices.of(world.camille.id)
    sent = await renderer(world).notice(notice, world.clock.now())
    assert "Not booked" not in repr(sent)
    assert "find out" in repr(sent)


async def test_two_that_settle_at_once_agree(world: World) -> None:
    world.faults.after("write", CalendarError(ReadFailure.TIMED_OUT, outcome_unknown=True))
    await world.desk.commit(await world.profile(), world.form())
    (booking,) = world.bookings.in_state(BookingState.PENDING)
    both = await asyncio.gather(world.settler.settle(booking), world.settler.settle(booking))
    assert [one.result for one in both] == [SettleResult.CONFIRMED] * 2
    assert sorted(one.changed for one in both) == [False, True]


async def test_settling_a_settled_booking_changes_nothing(world: World) -> None:
    outcome = await world.desk.commit(await world.profile(), world.form())
    assert isinstance(outcome, Confirmed)
    settled = await world.settler.settle(outcome.booking)
    assert (settled.result, settled.changed, settled.booking) == (SettleResult.CONFIRMED, False, outcome.booking)
