"""A change that dies between any two steps leaves a row that settling decides: done once, or not at all, and told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.availability import ReasonKind
from bot.bookings.booking_outcome import Confirmed, Settled
from bot.bookings.change_outcome import Cancelled, Moved
from bot.bookings.change_settling import GIVE_UP, LATEST, SOONEST
from bot.bookings.settle_result import SettleResult
from bot.errors import CalendarError, IdentityUnavailable, StoreUnavailable
from bot.model import Booking, BookingState, ConversationReference, Interval, ReadFailure
from tests.support.rendering import renderer
from tests.support.world import World, paris

ANNA = "anna@contoso.example"
CHAT = ConversationReference("http://127.0.0.1/", "a:1", "28:bot", "29:camille", "tenant")
LOST = CalendarError(ReadFailure.UNAVAILABLE, 503, outcome_unknown=True)
TO = Interval(paris(25, 10), paris(25, 10, 30))


class ProcessKilled(BaseException):
    """Not an Exception: nothing in the code under test may clean up after it."""


STEPS = ["begin_change", "list", "read", "claims", "standing", "change_asked", "write", "end_change"]
# A read has no effect to lose.
MOMENTS = [("before", step) for step in STEPS] + [
    ("after", step) for step in ("begin_change", "change_asked", "write", "end_change")
]
CASES = [
    (do, moment, step)
    for do in ("move", "cancel")
    for moment, step in MOMENTS
    # A cancellation reads no conflict calendars.
    if do == "move" or step not in {"list", "read", "claims"}
]
SETTLING = ["standing", "change_asked", "write", "end_change", "accounts_of"]


async def book(world: World) -> Booking:
    form = world.form(paris(24, 15), invitees=(ANNA,))
    outcome = await world.desk.commit(await world.profile(), form)
    assert isinstance(outcome, Confirmed)
    return outcome.booking


async def change(world: World, booking: Booking, do: str) -> object:
    profile = await world.profile()
    desk = world.new_change_desk()
    if do == "move":
        return await desk.move(profile, booking.id, booking.version, TO.start, TO.duration)
    return await desk.cancel(profile, booking.id, booking.version, "Sorry")


async def pending(world: World, do: str = "move") -> Booking:
    booking = await book(world)
    world.faults.before(do, LOST, times=2)
    await change(world, booking, do)
    return world.bookings.rows[booking.id]


async def settle_until_quiet(world: World) -> list[Settled]:
    results: list[Settled] = []
    for _ in range(20):
        world.clock.advance(timedelta(minutes=5))
        results += await world.settler.settle_due()
    assert all(row.change is None for row in world.bookings.rows.values())
    return results


def assert_consistent(world: World, booking: Booking) -> None:
    row = world.bookings.rows[booking.id]
    if row.state is BookingState.CANCELLED:
        assert world.calendars.events == {}
    else:
        ((_, event, _),) = world.calendars.events.values()
        assert row.event == event
    assert len(world.calendars.mails) <= 1


@pytest.mark.parametrize("error", [ProcessKilled(), asyncio.CancelledError(), StoreUnavailable(), RuntimeError("bug")])
@pytest.mark.parametrize(("do", "moment", "step"), CASES)
async def test_a_failure_at_any_step_is_repaired(
    world: World, step: str, moment: str, error: BaseException, do: str
) -> None:
    booking = await book(world)
    getattr(world.faults, moment)(do if step == "write" else step, error)
    raised: BaseException | None = None
    try:
        await change(world, booking, do)
    except (ProcessKilled, asyncio.CancelledError, StoreUnavailable, RuntimeError) as met:
        raised = met
    assert raised is error or world.bookings.rows[booking.id] != booking
    world.faults.clear()
    await settle_until_quiet(world)
    assert_consistent(world, booking)
    # Nothing is stuck: asked again, it is done, and the invitees hear of it once.
    outcome = await change(world, world.bookings.rows[booking.id], do)
    assert isinstance(outcome, Moved | Cancelled)
    assert len(world.calendars.mails) == 1


@pytest.mark.parametrize("do", ["move", "cancel"])
@pytest.mark.parametrize(
    ("moment", "step"),
    [("before", step) for step in SETTLING] + [("after", step) for step in ("change_asked", "write", "end_change")],
)
async def test_settling_may_itself_die_and_be_repeated(world: World, step: str, moment: str, do: str) -> None:
    booking = await pending(world, do)
    world.clock.advance(timedelta(minutes=1))
    getattr(world.faults, moment)(do if step == "write" else step, ProcessKilled())
    with pytest.raises(ProcessKilled):
        await world.settler.settle_due()
    world.faults.clear()
    await settle_until_quiet(world)
    assert_consistent(world, booking)
    assert len(world.calendars.mails) == 1


async def test_a_change_that_was_not_asked_is_dropped_and_told(world: World) -> None:
    booking = await book(world)
    world.faults.before("change_asked", ProcessKilled())
    with pytest.raises(ProcessKilled):
        await change(world, booking, "move")
    assert await world.settler.settle_due() == []
    world.clock.advance(timedelta(minutes=2))
    (settled,) = await world.settler.settle_due()
    assert (settled.result, settled.changed) == (SettleResult.NOT_CHANGED, True)
    assert settled.change is not None
    assert settled.change.interval == TO
    assert world.faults.calls["move"] == 0


@pytest.mark.parametrize("error", [CalendarError(ReadFailure.UNAVAILABLE), IdentityUnavailable()])
async def test_without_an_answer_it_waits_ever_longer_and_a_day_later_nobody_can_tell(
    world: World, error: Exception
) -> None:
    booking = await pending(world)
    world.calendars.move_event(booking.event, TO)  # type: ignore[arg-type]  # unseen
    waits = []
    while True:
        row = world.bookings.rows[booking.id]
        assert row.change is not None
        world.clock.set(row.change.due_at)
        world.faults.before("standing", error)
        (settled,) = await world.settler.settle_due()
        if settled.result is not SettleResult.LATER:
            break
        assert settled.booking.change is not None
        waits.append(settled.booking.change.due_at - world.clock.now())
    assert (settled.result, settled.changed) == (SettleResult.CHANGE_GIVEN_UP, True)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (SOONEST, LATEST)
    assert sum(waits, timedelta()) > GIVE_UP - LATEST


async def test_what_outlook_keeps_refusing_stands_as_before_and_is_told_so(world: World) -> None:
    form = world.form(paris(30, 15), invitees=(ANNA,))
    made = await world.desk.commit(await world.profile(), form)
    assert isinstance(made, Confirmed)
    profile = await world.profile()
    world.faults.before("move", LOST, times=100)
    await world.change_desk.move(profile, made.booking.id, made.booking.version, paris(30, 16), timedelta(minutes=30))
    while (row := world.bookings.rows[made.booking.id]).change is not None:
        world.clock.set(row.change.due_at)
        (settled,) = await world.settler.settle_due()
    assert settled.result is SettleResult.NOT_CHANGED
    assert row.interval == made.booking.interval
    assert world.calendars.mails == []


@pytest.mark.parametrize(
    ("failure", "result"),
    [
        (ReadFailure.FORBIDDEN, SettleResult.NOT_CHANGED),
        (ReadFailure.THROTTLED, SettleResult.LATER),
        (ReadFailure.RECONNECT, SettleResult.LATER),
    ],
)
async def test_a_refusal_ends_it_unless_it_passes(world: World, failure: ReadFailure, result: SettleResult) -> None:
    await pending(world)
    world.clock.advance(timedelta(minutes=1))
    world.faults.before("move", CalendarError(failure, 400))
    (settled,) = await world.settler.settle_due()
    assert settled.result is result


@pytest.mark.parametrize(("do", "hour"), [("move", paris(25, 10)), ("cancel", paris(24, 15, 30))])
async def test_nobody_is_moved_into_the_past_or_cancelled_when_it_is_over(world: World, do: str, hour: object) -> None:
    await pending(world, do)
    world.clock.set(hour)  # type: ignore[arg-type]
    (settled,) = await world.settler.settle_due()
    assert settled.result is SettleResult.NOT_CHANGED
    assert world.calendars.mails == []


async def test_a_time_that_was_taken_meanwhile_is_not_moved_to(world: World) -> None:
    await pending(world)
    world.calendars.occupy(world.main, paris(25, 10), paris(25, 11))
    world.clock.advance(timedelta(minutes=1))
    (settled,) = await world.settler.settle_due()
    assert settled.result is SettleResult.NOT_CHANGED
    assert world.calendars.mails == []


async def test_a_time_that_cannot_be_checked_again_waits(world: World) -> None:
    await pending(world)
    world.calendars.read_failures[world.private.ref] = ReadFailure.THROTTLED
    world.clock.advance(timedelta(minutes=1))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.LATER]
    del world.calendars.read_failures[world.private.ref]
    world.clock.advance(timedelta(minutes=5))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.MOVED]


async def test_a_rule_that_the_host_set_aside_does_not_stop_it_later(world: World) -> None:
    booking = await book(world)
    world.faults.before("move", LOST, times=2)
    evening = paris(25, 20)
    accept = tuple(ReasonKind)
    await world.change_desk.move(
        await world.profile(), booking.id, booking.version, evening, timedelta(minutes=30), accept
    )
    world.clock.advance(timedelta(minutes=1))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.MOVED]


async def test_what_the_host_did_in_outlook_meanwhile_counts(world: World) -> None:
    booking = await pending(world)
    assert booking.event
    elsewhere = Interval(paris(26, 9), paris(26, 10))
    world.calendars.move_event(booking.event, elsewhere)
    world.clock.advance(timedelta(minutes=1))
    (settled,) = await world.settler.settle_due()
    assert (settled.result, settled.booking.interval) == (SettleResult.NOT_CHANGED, elsewhere)
    assert world.calendars.mails == []


async def test_a_move_of_an_event_that_is_gone_ends_as_cancelled(world: World) -> None:
    booking = await pending(world)
    assert booking.event
    world.calendars.delete_event(booking.event)
    world.clock.advance(timedelta(minutes=1))
    (settled,) = await world.settler.settle_due()
    assert (settled.result, settled.booking.state) == (SettleResult.CANCELLED, BookingState.CANCELLED)


async def test_a_change_in_an_account_that_was_disconnected_is_given_up_and_not_called_undone(world: World) -> None:
    await pending(world)
    await world.accounts.disconnect(world.camille.id, world.work.id)
    world.clock.advance(timedelta(minutes=1))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.CHANGE_GIVEN_UP]


async def test_two_that_settle_at_once_mail_once(world: World) -> None:
    booking = await pending(world)
    world.clock.advance(timedelta(minutes=1))
    both = await asyncio.gather(world.settler.settle(booking), world.settler.settle(booking))
    assert sorted(one.changed for one in both) == [False, True]
    assert world.calendars.mails == ["moved"]


@pytest.mark.parametrize("do", ["move", "cancel"])
@pytest.mark.parametrize("how", ["done", "refused", "disconnected", "deleted"])
async def test_the_host_is_told_how_it_ended(world: World, do: str, how: str) -> None:
    await world.people.meet(world.camille.user, name="", locale="", zone="", reference=CHAT)
    booking = await pending(world, do)
    if how == "refused":
        world.faults.before(do, CalendarError(ReadFailure.FORBIDDEN, 403))
    elif how == "disconnected":
        await world.accounts.disconnect(world.camille.id, world.work.id)
    elif how == "deleted":
        world.calendars.delete_event(booking.event)  # type: ignore[arg-type]
    world.clock.advance(timedelta(minutes=1))
    (settled,) = await world.settler.settle_due()
    (notice,) = world.notices.of(world.camille.id)
    sent = await renderer(world).notice(notice, world.clock.now())
    said = repr(sent).casefold()
    assert "budget" in said
    expected = {
        ("move", "done"): "moved",
        ("move", "refused"): "not moved",
        ("move", "deleted"): "cancelled",
        ("cancel", "done"): "cancelled",
        ("cancel", "deleted"): "cancelled",
        ("cancel", "refused"): "not cancelled",
    }
    assert expected.get((do, how), "") in said, settled.result
    assert world.jobs.delivering == [world.camille.id]
    # Settling it again tells nobody twice.
    await world.settler.settle(settled.booking)
    assert len(world.notices.rows) == 1


@pytest.mark.parametrize("do", ["move", "cancel"])
async def test_a_change_that_is_not_due_is_left_to_whoever_makes_it(world: World, do: str) -> None:
    booking = await book(world)
    released = world.faults.hold(do)
    making = asyncio.create_task(change(world, booking, do))
    await world.faults.reached(do).wait()
    settled = await world.settler.settle(world.bookings.rows[booking.id])
    assert (settled.result, settled.changed) == (SettleResult.LATER, False)
    released.set()
    assert isinstance(await making, Moved | Cancelled)
    assert len(world.calendars.mails) == 1
    assert world.faults.calls[do] == 1
