"""Moving and cancelling a booking: once, for certain, and never on a guess."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from bot.availability import ReasonKind, State
from bot.bookings.booking_form import Field, FieldFault
from bot.bookings.booking_outcome import (
    Confirmed,
    FailureKind,
    SlotJustTaken,
    TargetProblem,
    TargetUnavailable,
    Unreadable,
)
from bot.bookings.change_outcome import (
    Cancelled,
    CancelOutcome,
    ChangeFailed,
    ChangeInProgress,
    ChangePending,
    InvalidChange,
    Moved,
    MoveOffer,
    MoveOutcome,
    NoSuchBooking,
    NotOrganizer,
    Overtaken,
)
from bot.bookings.changing import MESSAGE_LIMIT
from bot.bookings.settle_result import SettleResult
from bot.errors import CalendarError, IdentityUnavailable, ReconnectNeeded, StoreUnavailable
from bot.model import Booking, BookingState, Interval, PersonId, ReadFailure
from tests.support.world import PARIS, World, paris

ANNA = "anna@contoso.example"
LOST = CalendarError(ReadFailure.UNAVAILABLE, 503, outcome_unknown=True)
SILENT = CalendarError(ReadFailure.TIMED_OUT, outcome_unknown=True)
HALF = timedelta(minutes=30)


async def book(world: World, hour: int = 15, key: str = "key-1", **fields: object) -> Booking:
    """A booking of Tuesday 24 November with Anna invited."""
    form = world.form(paris(24, hour), key=key, **{"invitees": (ANNA,), **fields})
    outcome = await world.desk.commit(await world.profile(), form)
    assert isinstance(outcome, Confirmed)
    return outcome.booking


async def move(
    world: World, booking: Booking, start: datetime, duration: timedelta = HALF, **more: object
) -> MoveOutcome:
    desk = more.pop("desk", world.change_desk)
    version = more.pop("version", booking.version)
    return await desk.move(await world.profile(), booking.id, version, start, duration, **more)  # type: ignore[union-attr, arg-type]


async def cancel(world: World, booking: Booking, message: str = "Sorry", **more: object) -> CancelOutcome:
    desk = more.pop("desk", world.change_desk)
    version = more.pop("version", booking.version)
    return await desk.cancel(await world.profile(), booking.id, version, message)  # type: ignore[union-attr]


def stored(world: World, booking: Booking) -> Booking:
    return world.bookings.rows[booking.id]


async def test_a_move_keeps_the_event_and_its_link_and_mails_once(world: World) -> None:
    booking = await book(world, teams_link=True)
    outcome = await move(world, booking, paris(25, 10))
    assert isinstance(outcome, Moved)
    assert (outcome.was, outcome.repeated, outcome.calendar) == (booking.interval, False, world.clients)
    (event,) = world.calendars.events_in(world.clients)
    assert event == replace(booking.event, interval=Interval(paris(25, 10), paris(25, 10, 30)))
    assert outcome.booking == stored(world, booking)
    assert (outcome.booking.event, outcome.booking.change) == (event, None)
    assert world.calendars.mails == ["moved"]


async def test_a_cancellation_is_told_when_the_event_is_gone(world: World) -> None:
    booking = await book(world)
    outcome = await cancel(world, booking, "See you\x00 next week")
    assert isinstance(outcome, Cancelled)
    assert (outcome.had_invitees, outcome.repeated, outcome.by_outlook) == (True, False, False)
    assert stored(world, booking).state is BookingState.CANCELLED
    assert world.calendars.events == {}
    assert world.calendars.mails == ["See you next week"]


# What stands in the way


async def test_a_move_may_overlap_its_own_old_time(world: World) -> None:
    world.prefer(conflict_calendars=frozenset({world.clients.ref, world.private.ref}))
    booking = await book(world)
    assert isinstance(await move(world, booking, paris(24, 15, 15)), Moved)


async def test_the_bookings_copy_in_another_account_does_not_stand_in_its_way(world: World) -> None:
    booking = await book(world)
    assert booking.event
    world.calendars.occupy(
        world.private, paris(24, 15), paris(24, 15, 30), event_id="a copy", ical_uid=booking.event.ical_uid
    )
    assert isinstance(await move(world, booking, paris(24, 15, 15)), Moved)


async def test_an_event_of_another_meeting_refuses_with_alternatives(world: World) -> None:
    booking = await book(world)
    world.calendars.occupy(world.private, paris(25, 10), paris(25, 11))
    outcome = await move(world, booking, paris(25, 10))
    assert isinstance(outcome, SlotJustTaken)
    assert [f"{one.start.astimezone(PARIS):%H:%M}" for one in outcome.alternatives] == ["11:00", "11:30", "12:00"]
    assert stored(world, booking).change is None
    assert stored(world, booking).claimed == (booking.interval,)
    assert world.faults.calls["move"] == 0


async def test_after_a_refusal_the_same_card_may_choose_another_time(world: World) -> None:
    booking = await book(world)
    world.calendars.occupy(world.private, paris(25, 10), paris(25, 11))
    assert isinstance(await move(world, booking, paris(25, 10)), SlotJustTaken)
    assert isinstance(await move(world, booking, paris(25, 11)), Moved)


async def test_another_claim_refuses_with_alternatives(world: World) -> None:
    booking = await book(world)
    other = await book(world, 16, key="other")
    outcome = await move(world, booking, paris(24, 16, 15))
    assert isinstance(outcome, SlotJustTaken)
    assert ReasonKind.OWN_BOOKING in {reason.kind for reason in outcome.reasons}
    assert outcome.reasons[0].booking == other
    assert outcome.alternatives


async def test_an_own_soft_rule_refuses_unless_it_is_accepted(world: World) -> None:
    booking = await book(world)
    outcome = await move(world, booking, paris(28, 20))
    assert isinstance(outcome, SlotJustTaken)
    assert outcome.overridable == {ReasonKind.WORKING_DAY}
    assert isinstance(await move(world, booking, paris(28, 20), accept=tuple(outcome.overridable)), Moved)


async def test_hard_reasons_cannot_be_accepted(world: World) -> None:
    booking = await book(world)
    world.calendars.occupy(world.main, paris(25, 10), paris(25, 11))
    assert isinstance(await move(world, booking, paris(25, 10), accept=tuple(ReasonKind)), SlotJustTaken)


@pytest.mark.parametrize("failure", list(ReadFailure))
async def test_nothing_is_moved_on_partial_knowledge(world: World, failure: ReadFailure) -> None:
    booking = await book(world)
    world.calendars.read_failures[world.private.ref] = failure
    assert isinstance(await move(world, booking, paris(25, 10)), Unreadable)
    assert stored(world, booking).claimed == (booking.interval,)
    assert world.faults.calls["move"] == 0


async def test_two_moves_that_only_need_each_others_buffer_do_not_refuse_each_other_both(world: World) -> None:
    world.prefer(buffer_before=timedelta(minutes=15), buffer_after=timedelta(minutes=15))
    one, other = await book(world, 10), await book(world, 12, key="other")
    outcomes = await asyncio.gather(move(world, one, paris(25, 10)), move(world, other, paris(25, 10, 30)))
    assert Counter(type(outcome) for outcome in outcomes) == {Moved: 1, SlotJustTaken: 1}


async def test_a_move_and_a_booking_that_need_each_others_buffer_do_not_refuse_each_other_both(world: World) -> None:
    world.prefer(buffer_before=timedelta(minutes=15), buffer_after=timedelta(minutes=15))
    booking = await book(world, 10)
    outcomes = await asyncio.gather(
        move(world, booking, paris(25, 10)),
        world.desk.commit(await world.profile(), world.form(paris(25, 10, 30), key="new")),
    )
    assert Counter(type(outcome) for outcome in outcomes) in (
        {Moved: 1, SlotJustTaken: 1},
        {SlotJustTaken: 1, Confirmed: 1},
    )


async def test_two_that_swap_are_both_told_that_the_time_is_taken(world: World) -> None:
    one, other = await book(world, 10), await book(world, 12, key="other")
    outcomes = await asyncio.gather(move(world, one, paris(24, 12)), move(world, other, paris(24, 10)))
    assert [type(outcome) for outcome in outcomes] == [SlotJustTaken, SlotJustTaken]


# Whose, and of which version


async def test_nobody_moves_or_cancels_what_is_anothers(world: World) -> None:
    booking = await book(world)
    world.bookings.put(replace(booking, host=PersonId(99)))
    assert await move(world, booking, paris(25, 10)) == NoSuchBooking()
    assert await cancel(world, booking) == NoSuchBooking()
    slot = Interval(paris(25, 10), paris(25, 11))
    assert await world.change_desk.offer_move(await world.profile(), booking.id, slot) == NoSuchBooking()
    assert await world.change_desk.move(await world.profile(), uuid4(), 1, paris(25, 10), HALF) == NoSuchBooking()
    assert world.faults.calls["standing"] == 0


async def test_a_repeated_tap_answers_with_what_the_first_one_came_to(world: World) -> None:
    booking = await book(world)
    first = await move(world, booking, paris(25, 10))
    second = await move(world, booking, paris(25, 10))
    assert isinstance(first, Moved)
    assert isinstance(second, Moved)
    assert (second.repeated, second.was, second.booking) == (True, None, first.booking)
    assert world.calendars.mails == ["moved"]

    done = await cancel(world, first.booking)
    again = await cancel(world, first.booking)
    assert isinstance(done, Cancelled)
    assert isinstance(again, Cancelled)
    assert again.repeated
    assert world.calendars.mails == ["moved", "Sorry"]


async def test_a_repeated_tap_after_the_host_moved_it_elsewhere_does_not_say_moved(world: World) -> None:
    booking = await book(world)
    await move(world, booking, paris(25, 10))
    (event,) = world.calendars.events_in(world.clients)
    world.calendars.move_event(event, Interval(paris(26, 9), paris(26, 10)))
    outcome = await move(world, booking, paris(25, 10))
    assert isinstance(outcome, Overtaken)
    assert outcome.booking.interval == Interval(paris(26, 9), paris(26, 10))


@pytest.mark.parametrize("desks", [1, 2])
async def test_ten_simultaneous_taps_move_once(world: World, desks: int) -> None:
    booking = await book(world)
    several = [world.new_change_desk() for _ in range(desks)]
    outcomes = await asyncio.gather(*(move(world, booking, paris(25, 10), desk=several[i % desks]) for i in range(10)))
    assert all(isinstance(outcome, Moved) for outcome in outcomes)
    assert Counter(outcome.repeated for outcome in outcomes if isinstance(outcome, Moved)) == {False: 1, True: 9}
    assert world.calendars.mails == ["moved"]


async def test_ten_simultaneous_taps_cancel_once(world: World) -> None:
    booking = await book(world)
    outcomes = await asyncio.gather(*(cancel(world, booking) for _ in range(10)))
    assert Counter(outcome.repeated for outcome in outcomes if isinstance(outcome, Cancelled)) == {False: 1, True: 9}
    assert world.calendars.mails == ["Sorry"]


async def test_of_two_different_moves_at_once_one_is_overtaken(world: World) -> None:
    booking = await book(world)
    outcomes = await asyncio.gather(move(world, booking, paris(25, 10)), move(world, booking, paris(26, 10)))
    assert Counter(type(outcome) for outcome in outcomes) == {Moved: 1, Overtaken: 1}
    assert world.calendars.mails == ["moved"]


async def test_a_move_and_a_cancellation_at_once_leave_one_truth(world: World) -> None:
    booking = await book(world)
    outcomes = await asyncio.gather(move(world, booking, paris(25, 10)), cancel(world, booking))
    assert Counter(type(outcome) for outcome in outcomes) in ({Moved: 1, Overtaken: 1}, {Cancelled: 1, Overtaken: 1})
    assert len(world.calendars.mails) == 1


async def test_an_old_card_is_overtaken(world: World) -> None:
    booking = await book(world)
    moved = await move(world, booking, paris(25, 10))
    assert isinstance(moved, Moved)
    for version in (booking.version, 0, -1, moved.booking.version + 1, 10**30):
        outcome = await move(world, booking, paris(26, 10), version=version)
        assert outcome == Overtaken(moved.booking)
        assert await cancel(world, booking, version=version) == Overtaken(moved.booking)
    assert world.calendars.mails == ["moved"]


async def test_a_change_under_way_is_awaited_briefly(world: World) -> None:
    booking = await book(world)
    released = world.faults.hold("change_asked")
    first = asyncio.create_task(move(world, booking, paris(25, 10)))
    await world.faults.reached("change_asked").wait()
    for second in (await move(world, booking, paris(25, 10)), await cancel(world, booking)):
        assert isinstance(second, ChangeInProgress)
    released.set()
    assert isinstance(await first, Moved)


async def test_what_is_not_booked_yet_cannot_be_moved(world: World) -> None:
    world.faults.before("write", SILENT)
    await world.desk.commit(await world.profile(), world.form())
    (pending,) = world.bookings.in_state(BookingState.PENDING)
    assert isinstance(await move(world, pending, paris(25, 10)), ChangeInProgress)
    released = world.bookings.put(replace(pending, state=BookingState.RELEASED))
    assert await cancel(world, released) == Overtaken(released)


async def test_a_cancelled_booking_is_not_moved(world: World) -> None:
    booking = await book(world)
    await cancel(world, booking)
    outcome = await move(world, booking, paris(25, 10))
    assert isinstance(outcome, Overtaken)
    assert outcome.booking.state is BookingState.CANCELLED


# What Outlook says otherwise


async def test_an_event_deleted_in_outlook_is_cancelled_and_nobody_is_mailed(world: World) -> None:
    for act in (move(world, one := await book(world), paris(25, 10)), cancel(world, one)):
        world.calendars.delete_event(one.event)  # type: ignore[arg-type]
        outcome = await act
        assert isinstance(outcome, Cancelled)
        assert stored(world, one).state is BookingState.CANCELLED
        assert world.calendars.mails == []


async def test_an_event_that_another_organises_is_left_alone(world: World) -> None:
    booking = await book(world)
    assert booking.event
    world.calendars.now_organized_by_another(booking.event)
    for outcome in (await move(world, booking, paris(25, 10)), await cancel(world, booking)):
        assert isinstance(outcome, NotOrganizer)
    assert stored(world, booking).change is None
    assert (world.faults.calls["move"], world.faults.calls["cancel"]) == (0, 0)


async def test_an_event_made_recurring_in_outlook_is_not_changed_as_a_series(world: World) -> None:
    booking = await book(world)
    assert booking.event
    world.calendars.made_series(booking.event)
    for outcome in (await move(world, booking, paris(25, 10)), await cancel(world, booking)):
        assert isinstance(outcome, ChangeFailed)
        assert outcome.why is FailureKind.SERIES
    assert stored(world, booking).change is None
    assert (world.faults.calls["move"], world.faults.calls["cancel"]) == (0, 0)


@pytest.mark.parametrize("do", ["move", "cancel"])
async def test_an_event_moved_in_outlook_overtakes_the_card_and_is_followed(world: World, do: str) -> None:
    booking = await book(world)
    assert booking.event
    elsewhere = Interval(paris(26, 9), paris(26, 10))
    world.calendars.move_event(booking.event, elsewhere)
    outcome = await (move(world, booking, paris(25, 10)) if do == "move" else cancel(world, booking))
    assert isinstance(outcome, Overtaken)
    assert outcome.booking == stored(world, booking)
    assert (outcome.booking.interval, outcome.booking.change) == (elsewhere, None)
    assert world.calendars.mails == []
    again = outcome.booking
    done = await (move(world, again, paris(25, 10)) if do == "move" else cancel(world, again))
    assert isinstance(done, Moved | Cancelled)


async def test_an_event_that_the_host_moved_to_the_wanted_time_is_there(world: World) -> None:
    booking = await book(world)
    assert booking.event
    world.calendars.move_event(booking.event, Interval(paris(25, 10), paris(25, 10, 30)))
    outcome = await move(world, booking, paris(25, 10))
    assert isinstance(outcome, Moved)
    assert outcome.repeated
    assert world.calendars.mails == []


async def test_an_event_changed_between_the_look_and_the_write_is_not_moved(world: World) -> None:
    booking = await book(world)
    assert booking.event
    released = world.faults.hold("change_asked")
    moving = asyncio.create_task(move(world, booking, paris(25, 10)))
    await world.faults.reached("change_asked").wait()
    world.calendars.move_event(booking.event, Interval(paris(26, 9), paris(26, 10)))
    released.set()
    outcome = await moving
    assert isinstance(outcome, Overtaken)
    assert outcome.booking.interval == Interval(paris(26, 9), paris(26, 10))
    assert world.calendars.mails == []


async def test_an_event_in_another_calendar_of_the_mailbox_is_moved_there(world: World) -> None:
    booking = await book(world)
    assert booking.event
    world.calendars.move_to_calendar(booking.event, world.main)
    world.calendars.remove(world.clients)
    outcome = await move(world, booking, paris(25, 10))
    assert isinstance(outcome, Moved)
    assert outcome.calendar == world.main


async def test_without_its_account_a_booking_cannot_be_changed(world: World) -> None:
    booking = await book(world)
    await world.accounts.disconnect(world.camille.id, world.work.id)
    for outcome in (await move(world, booking, paris(25, 10)), await cancel(world, booking)):
        assert isinstance(outcome, TargetUnavailable)
        assert outcome.why is TargetProblem.GONE
    assert stored(world, booking) == booking


async def test_a_calendar_that_became_read_only_is_named(world: World) -> None:
    booking = await book(world)
    world.calendars.change(world.clients, can_edit=False)
    outcome = await move(world, booking, paris(25, 10))
    assert isinstance(outcome, TargetUnavailable)
    assert outcome.why is TargetProblem.READ_ONLY
    assert stored(world, booking).change is None


# Bad values


@pytest.mark.parametrize(
    ("start", "minutes", "field", "fault"),
    [
        (paris(23, 8), 30, Field.START, FieldFault.IN_THE_PAST),
        (paris(25, 10), 4, Field.DURATION, FieldFault.TOO_SHORT),
        (paris(25, 10), -30, Field.DURATION, FieldFault.TOO_SHORT),
        (paris(25, 10), 24 * 60 + 1, Field.DURATION, FieldFault.TOO_LONG),
        (datetime(2037, 1, 1, tzinfo=UTC), 30, Field.START, FieldFault.TOO_FAR),
        (datetime.max.replace(tzinfo=UTC), 30, Field.START, FieldFault.TOO_FAR),
        (datetime.min.replace(tzinfo=UTC), 30, Field.START, FieldFault.IN_THE_PAST),
        (datetime(2026, 11, 25, 10), 30, Field.START, FieldFault.MALFORMED),  # noqa: DTZ001
    ],
)
async def test_an_absurd_time_is_refused(
    world: World, start: datetime, minutes: int, field: Field, fault: FieldFault
) -> None:
    booking = await book(world)
    outcome = await move(world, booking, start, timedelta(minutes=minutes))
    assert isinstance(outcome, InvalidChange)
    assert [(one.field, one.fault) for one in outcome.problems] == [(field, fault)]
    assert stored(world, booking) == booking


async def test_seconds_are_cut(world: World) -> None:
    booking = await book(world)
    outcome = await move(world, booking, paris(25, 10).replace(second=59, microsecond=7), HALF + timedelta(seconds=9))
    assert isinstance(outcome, Moved)
    assert outcome.booking.interval == Interval(paris(25, 10), paris(25, 10, 30))


async def test_a_meeting_that_is_over_is_neither_moved_nor_cancelled(world: World) -> None:
    booking = await book(world)
    world.clock.set(paris(24, 15, 30))
    for outcome in (await move(world, booking, paris(25, 10)), await cancel(world, booking)):
        assert isinstance(outcome, ChangeFailed)
        assert outcome.why is FailureKind.ALREADY_OVER
    offer = await world.change_desk.offer_move(
        await world.profile(), booking.id, Interval(paris(25, 10), paris(25, 11))
    )
    assert isinstance(offer, ChangeFailed)


async def test_a_meeting_in_progress_may_be_cancelled(world: World) -> None:
    booking = await book(world)
    world.clock.set(paris(24, 15, 10))
    assert isinstance(await cancel(world, booking), Cancelled)


async def test_a_meeting_that_only_seems_over_is_followed(world: World) -> None:
    booking = await book(world)
    assert booking.event
    world.calendars.move_event(booking.event, Interval(paris(26, 9), paris(26, 10)))
    world.clock.set(paris(24, 16))
    outcome = await cancel(world, booking)
    assert isinstance(outcome, Overtaken)
    assert isinstance(await cancel(world, outcome.booking), Cancelled)


async def test_a_repeated_tap_after_the_meeting_still_says_moved(world: World) -> None:
    booking = await book(world)
    await move(world, booking, paris(25, 10))
    world.clock.set(paris(25, 12))
    assert isinstance(await move(world, booking, paris(25, 10)), Moved)


async def test_a_message_is_cut_and_cleaned(world: World) -> None:
    booking = await book(world)
    await cancel(world, booking, " \x1b[31mSorry\u2028\n" + "x" * 2000)
    (mail,) = world.calendars.mails
    assert mail.startswith("[31mSorry\nxxx")
    assert len(mail) == MESSAGE_LIMIT


async def test_without_invitees_nobody_is_told(world: World) -> None:
    outcome = await cancel(world, await book(world, invitees=()))
    assert isinstance(outcome, Cancelled)
    assert not outcome.had_invitees


# Offers


async def test_an_offer_sets_the_booking_aside(world: World) -> None:
    world.prefer(conflict_calendars=frozenset({world.clients.ref}))
    booking = await book(world)
    offer = await world.change_desk.offer_move(
        await world.profile(), booking.id, Interval(paris(24, 15, 15), paris(24, 15, 45))
    )
    assert isinstance(offer, MoveOffer)
    assert (offer.verdict.state, offer.booking, offer.calendar) == (State.FREE, booking, world.clients)


async def test_an_offer_of_a_busy_slot_comes_with_alternatives(world: World) -> None:
    booking = await book(world)
    world.calendars.occupy(world.main, paris(25, 10), paris(25, 11))
    slot = Interval(paris(25, 10), paris(25, 10, 30))
    offer = await world.change_desk.offer_move(await world.profile(), booking.id, slot)
    assert isinstance(offer, MoveOffer)
    assert offer.verdict.state is State.BUSY
    assert len(offer.alternatives) == 3


async def test_an_offer_follows_outlook_first(world: World) -> None:
    booking = await book(world)
    assert booking.event
    elsewhere = Interval(paris(26, 9), paris(26, 10))
    world.calendars.move_event(booking.event, elsewhere)
    slot = Interval(paris(25, 10), paris(25, 11))
    offer = await world.change_desk.offer_move(await world.profile(), booking.id, slot)
    assert isinstance(offer, MoveOffer)
    assert offer.booking == stored(world, booking)
    assert offer.booking.interval == elsewhere
    assert isinstance(await move(world, offer.booking, paris(25, 10)), Moved)


async def test_an_offer_for_what_is_gone_says_so(world: World) -> None:
    booking = await book(world)
    assert booking.event
    world.calendars.delete_event(booking.event)
    slot = Interval(paris(25, 10), paris(25, 11))
    for repeated in (False, True):
        offer = await world.change_desk.offer_move(await world.profile(), booking.id, slot)
        assert isinstance(offer, Cancelled)
        assert (offer.by_outlook, offer.repeated) == (not repeated, repeated)


# Faults


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (CalendarError(ReadFailure.THROTTLED, 429), FailureKind.THROTTLED),
        (CalendarError(ReadFailure.UNAVAILABLE, 400), FailureKind.UNAVAILABLE),
        (CalendarError(ReadFailure.FORBIDDEN, 403), TargetProblem.NEEDS_PERMISSION),
        (CalendarError(ReadFailure.RECONNECT, 401), TargetProblem.RECONNECT),
        (ReconnectNeeded(1), TargetProblem.RECONNECT),  # type: ignore[arg-type]
        (IdentityUnavailable(), FailureKind.UNAVAILABLE),
    ],
)
@pytest.mark.parametrize("do", ["move", "cancel"])
@pytest.mark.parametrize("step", ["standing", "write"])
async def test_a_refusal_drops_the_change_and_says_why(
    world: World, do: str, step: str, error: Exception, expected: FailureKind | TargetProblem
) -> None:
    booking = await book(world)
    world.faults.before(do if step == "write" else "standing", error)
    outcome = await (move(world, booking, paris(25, 10)) if do == "move" else cancel(world, booking))
    assert isinstance(outcome, ChangeFailed | TargetUnavailable)
    assert outcome.why is expected
    assert (stored(world, booking).change, stored(world, booking).interval) == (None, booking.interval)
    assert world.calendars.mails == []
    assert stored(world, booking).is_as_shown(booking.version)


@pytest.mark.parametrize("do", ["move", "cancel"])
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_lost_answer_is_looked_up_and_mails_once(world: World, do: str, moment: str) -> None:
    booking = await book(world)
    getattr(world.faults, moment)(do, LOST)
    outcome = await (move(world, booking, paris(25, 10)) if do == "move" else cancel(world, booking))
    assert isinstance(outcome, Moved | Cancelled)
    assert len(world.calendars.mails) == 1
    assert world.faults.calls[do] == (2 if moment == "before" else 1)


@pytest.mark.parametrize("do", ["move", "cancel"])
async def test_what_stays_undone_is_pending_and_asked_again_later(world: World, do: str) -> None:
    booking = await book(world)
    world.faults.before(do, LOST, times=2)
    outcome = await (move(world, booking, paris(25, 10)) if do == "move" else cancel(world, booking))
    assert isinstance(outcome, ChangePending)
    assert world.faults.calls[do] == 2
    assert [one for one, _ in world.jobs.settling] == [booking.id]
    assert await world.settler.settle_due() == []
    world.clock.advance(timedelta(seconds=30))
    (settled,) = await world.settler.settle_due()
    assert settled.result is (SettleResult.MOVED if do == "move" else SettleResult.CANCELLED)
    assert settled.changed
    assert settled.was == booking.interval
    assert len(world.calendars.mails) == 1


@pytest.mark.parametrize("do", ["move", "cancel"])
async def test_after_a_time_out_it_is_not_asked_again_in_the_same_turn(world: World, do: str) -> None:
    """The first request may still be under way: a second one might mail the invitees twice."""
    booking = await book(world)
    world.faults.before(do, SILENT)
    outcome = await (move(world, booking, paris(25, 10)) if do == "move" else cancel(world, booking))
    assert isinstance(outcome, ChangePending)
    assert world.faults.calls[do] == 1


@pytest.mark.parametrize("do", ["move", "cancel"])
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_an_answer_that_cannot_be_looked_up_is_pending(world: World, do: str, moment: str) -> None:
    booking = await book(world)
    getattr(world.faults, moment)(do, LOST)
    act = asyncio.create_task(move(world, booking, paris(25, 10)) if do == "move" else cancel(world, booking))
    await world.faults.reached(do).wait()
    world.faults.before("standing", LOST)
    assert isinstance(await act, ChangePending)
    world.clock.advance(timedelta(seconds=30))
    (settled,) = await world.settler.settle_due()
    assert settled.result in {SettleResult.MOVED, SettleResult.CANCELLED}
    assert len(world.calendars.mails) == 1


async def test_the_same_tap_on_a_pending_change_says_pending(world: World) -> None:
    booking = await book(world)
    world.faults.before("move", LOST, times=2)
    await move(world, booking, paris(25, 10))
    assert isinstance(await move(world, booking, paris(25, 10)), ChangePending)
    assert isinstance(await cancel(world, booking), ChangeInProgress)
    world.clock.advance(timedelta(seconds=30))
    # Due: whoever comes first sees to it.
    assert isinstance(await move(world, booking, paris(25, 10)), Moved)
    assert world.calendars.mails == ["moved"]


async def test_a_pending_move_keeps_both_times(world: World) -> None:
    booking = await book(world)
    world.faults.before("move", LOST, times=2)
    await move(world, booking, paris(25, 10))
    for number, when in enumerate((paris(24, 15), paris(25, 10))):
        form = world.form(when, key=f"other-{number}")
        assert isinstance(await world.desk.commit(await world.profile(), form), SlotJustTaken)


async def test_a_store_that_fails_after_the_write_is_pending_and_told_so(world: World) -> None:
    booking = await book(world)
    world.faults.before("end_change", StoreUnavailable())
    assert isinstance(await move(world, booking, paris(25, 10)), ChangePending)
    world.clock.advance(timedelta(minutes=3))
    (settled,) = await world.settler.settle_due()
    assert settled.result is SettleResult.MOVED
    assert world.calendars.mails == ["moved"]


async def test_a_job_queue_that_is_down_loses_nothing(world: World) -> None:
    booking = await book(world)
    world.faults.before("move", SILENT)
    world.faults.before("settle_booking", StoreUnavailable())
    assert isinstance(await move(world, booking, paris(25, 10)), ChangePending)
    world.clock.advance(timedelta(minutes=1))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.MOVED]


async def test_a_change_dropped_while_it_was_checked_is_not_asked(world: World) -> None:
    booking = await book(world)
    released = world.faults.hold("change_asked")
    slow = asyncio.create_task(move(world, booking, paris(25, 10)))
    await world.faults.reached("change_asked").wait()
    world.clock.advance(timedelta(minutes=3))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.NOT_CHANGED]
    released.set()
    outcome = await slow
    assert isinstance(outcome, ChangeFailed)
    assert outcome.why is FailureKind.TOO_SLOW
    assert world.faults.calls["move"] == 0


async def test_a_change_that_crashed_before_it_was_asked_gives_way_when_it_is_due(world: World) -> None:
    booking = await book(world)
    world.faults.before("change_asked", asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await move(world, booking, paris(25, 10))
    form = world.form(paris(25, 10), key="other")
    assert isinstance(await world.desk.commit(await world.profile(), form), SlotJustTaken)
    world.clock.advance(timedelta(minutes=3))
    assert isinstance(await world.desk.commit(await world.profile(), form), Confirmed)
    assert stored(world, booking).claimed == (booking.interval,)
