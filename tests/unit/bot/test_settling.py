"""A commit that dies between any two steps leaves a row that settling repairs: one event and a booking, or neither."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.booking_outcome import Confirmed, SettleResult
from bot.errors import CalendarError, IdentityUnavailable, StoreUnavailable
from bot.model import Booking, BookingState, ReadFailure
from bot.settling import GIVE_UP
from tests.support.world import World, paris


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


async def test_a_week_without_an_answer_ends_the_claim(world: World) -> None:
    await pending(world)
    world.clock.advance(GIVE_UP + timedelta(minutes=1))
    world.faults.before("find", CalendarError(ReadFailure.UNAVAILABLE))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.RELEASED]


async def test_a_booking_of_a_disconnected_account_is_released(world: World) -> None:
    await pending(world)
    await world.accounts.disconnect(world.camille.id, world.work.id)
    world.clock.advance(timedelta(minutes=3))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.RELEASED]


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
