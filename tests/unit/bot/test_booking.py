from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from bot.availability import ReasonKind, State
from bot.bookings.booking import BookingDesk
from bot.bookings.booking_form import Field
from bot.bookings.booking_outcome import (
    Confirmed,
    Failed,
    FailureKind,
    InProgress,
    Invalid,
    Offer,
    Outcome,
    Pending,
    SlotJustTaken,
    TargetProblem,
    TargetUnavailable,
    Unreadable,
)
from bot.bookings.settle_result import SettleResult
from bot.errors import (
    CalendarError,
    IdentityUnavailable,
    ReconnectNeeded,
    StoreUnavailable,
    UnknownAccount,
    VersionConflict,
)
from bot.model import Booking, BookingDraft, BookingState, CalendarRef, Interval, ReadFailure, ShowAs
from tests.support.world import PARIS, World, paris

LOST = CalendarError(ReadFailure.TIMED_OUT, outcome_unknown=True)
REFUSED = CalendarError(ReadFailure.UNAVAILABLE, 503)


async def commit(
    world: World, desk: BookingDesk | None = None, accept: tuple[ReasonKind, ...] = (), **fields: object
) -> Outcome:
    return await (desk or world.desk).commit(await world.profile(), world.form(**fields), accept=accept)  # type: ignore[arg-type]


def claim(
    world: World, interval: Interval, state: BookingState = BookingState.CONFIRMED, key: str = "other"
) -> Booking:
    draft = BookingDraft(key, interval, world.clients.ref, "Europe/Paris", "Earlier")
    return world.bookings.put(
        Booking(
            uuid4(),
            world.camille.id,
            draft,
            state,
            created_at=world.clock.now() - timedelta(minutes=1),
            expires_at=world.clock.now() + timedelta(minutes=1),
        )
    )


def starts(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, SlotJustTaken)
    return [f"{one.start.astimezone(PARIS):%a %H:%M}" for one in outcome.alternatives]


def claiming(world: World) -> list[Booking]:
    return world.bookings.in_state(BookingState.RESERVED, BookingState.PENDING, BookingState.CONFIRMED)


async def test_a_booking_lands_in_the_target_calendar_and_is_read_back(world: World) -> None:
    outcome = await commit(world, invitees=("anna@contoso.example",), teams_link=True, location="Room 1")
    assert isinstance(outcome, Confirmed)
    assert outcome.calendar == world.clients
    assert not outcome.repeated
    assert not outcome.link_missing
    assert outcome.booking.state is BookingState.CONFIRMED
    (event,) = world.calendars.events_in(world.clients)
    assert outcome.booking.event == event
    assert event.interval == Interval(paris(24, 15), paris(24, 15, 30))
    assert outcome.booking.draft.zone == "Europe/Paris"
    assert world.bookings.rows[outcome.booking.id] == outcome.booking


async def test_the_steps_are_taken_in_their_order(world: World) -> None:
    order: list[str] = []
    enter = world.faults.enter

    async def noted(step: str) -> None:
        order.append(step)
        await enter(step)

    world.faults.enter = noted  # type: ignore[method-assign]
    await commit(world)
    steps = [
        step
        for step in order
        if step in {"reserve", "read", "advance_pending", "write", "read_back", "advance_confirmed"}
    ]
    assert steps == ["reserve", "read", "read", "read", "advance_pending", "write", "read_back", "advance_confirmed"]


async def test_a_booking_knows_whether_its_target_is_anothers(world: World) -> None:
    outcome = await commit(world)
    assert isinstance(outcome, Confirmed)
    assert not outcome.booking.draft.target_is_shared

    office = world.calendars.add(world.work, "Office", owner_address="office@contoso.example")
    world.prefer(target=office.ref)
    # Another process, which has not listed it yet.
    outcome = await commit(world, world.new_desk(), start=paris(24, 10), key="second")
    assert isinstance(outcome, Confirmed)
    assert outcome.booking.draft.target_is_shared
    assert len(world.bookings.in_state(BookingState.CONFIRMED)) == len(world.calendars.events) == 2
    stored = world.bookings.rows[outcome.booking.id]
    assert stored.draft.target_is_shared


async def test_every_conflict_calendar_and_the_target_are_read_live(world: World) -> None:
    await commit(world)
    assert {ref for ref, _ in world.calendars.windows_read} == {
        world.main.ref,
        world.private.ref,
        world.clients.ref,
    }


async def test_a_calendar_that_is_only_the_target_does_not_block(world: World) -> None:
    world.calendars.occupy(world.clients, paris(24, 15), paris(24, 16))
    assert isinstance(await commit(world), Confirmed)


async def test_a_slot_just_taken_is_refused_with_the_next_three(world: World) -> None:
    event = world.calendars.occupy(world.private, paris(24, 15, 15), paris(24, 15, 45))
    outcome = await commit(world)
    assert isinstance(outcome, SlotJustTaken)
    assert [reason.block for reason in outcome.reasons] == [event]
    assert starts(outcome) == ["Tue 16:00", "Tue 16:30", "Wed 09:00"]
    assert outcome.overridable == frozenset()
    assert world.calendars.events == {}
    assert claiming(world) == []


async def test_another_claim_of_the_same_time_refuses_and_offers_the_next(world: World) -> None:
    other = claim(world, Interval(paris(24, 15), paris(24, 16)))
    outcome = await commit(world)
    assert isinstance(outcome, SlotJustTaken)
    assert [reason.booking for reason in outcome.reasons] == [other]
    assert starts(outcome)[0] == "Tue 16:00"


async def test_an_own_soft_rule_refuses_unless_it_is_accepted(world: World) -> None:
    saturday = paris(28, 20)
    outcome = await commit(world, start=saturday)
    assert isinstance(outcome, SlotJustTaken)
    assert outcome.overridable == {ReasonKind.WORKING_DAY}
    again = await commit(world, start=saturday, accept=tuple(outcome.overridable))
    assert isinstance(again, Confirmed)


async def test_a_calendars_status_and_an_own_booking_cannot_be_accepted(world: World) -> None:
    world.calendars.occupy(world.main, paris(24, 15), paris(24, 16))
    assert isinstance(await commit(world, accept=tuple(ReasonKind)), SlotJustTaken)
    claim(world, Interval(paris(25, 15), paris(25, 16)))
    assert isinstance(await commit(world, key="k2", start=paris(25, 15), accept=tuple(ReasonKind)), SlotJustTaken)


async def test_statuses_block_by_the_switches_at_commit_too(world: World) -> None:
    world.calendars.occupy(world.main, paris(24, 15), paris(24, 16), ShowAs.OUT_OF_OFFICE)
    assert isinstance(await commit(world), Confirmed)
    world.prefer(block_out_of_office=True)
    assert isinstance(await commit(world, key="k2", start=paris(24, 15, 30)), SlotJustTaken)


@pytest.mark.parametrize("failure", list(ReadFailure))
async def test_nothing_is_booked_on_partial_knowledge(world: World, failure: ReadFailure) -> None:
    world.calendars.read_failures[world.private.ref] = failure
    outcome = await commit(world)
    assert isinstance(outcome, Unreadable)
    assert [(one.calendar.name, one.failure) for one in outcome.calendars] == [("Private", failure)]
    assert world.calendars.events == {}
    assert claiming(world) == []


async def test_a_failing_account_is_unreadable_too(world: World) -> None:
    world.calendars.list_failures[world.home.id] = ReadFailure.NO_MAILBOX
    assert isinstance(await commit(world), Unreadable)


async def test_without_conflict_calendars_the_host_may_book_deliberately(world: World) -> None:
    world.prefer(conflict_calendars=frozenset())
    assert isinstance(await commit(world), Confirmed)


async def test_without_a_target_nothing_is_booked(world: World) -> None:
    world.prefer(target=None)
    assert await commit(world) == TargetUnavailable(TargetProblem.NONE_CHOSEN)


async def test_another_persons_calendar_is_no_target(world: World) -> None:
    world.prefer(target=CalendarRef(world.accounts.add(7).id, "theirs"))
    slot = Interval(paris(24, 15), paris(24, 16))
    for outcome in (await commit(world), await world.desk.offer(await world.profile(), slot)):
        assert isinstance(outcome, TargetUnavailable)
        assert outcome.why is TargetProblem.GONE


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"can_edit": False}, TargetProblem.READ_ONLY),
        ({"needs_permission": True}, TargetProblem.NEEDS_PERMISSION),
        (None, TargetProblem.GONE),
    ],
)
async def test_a_target_that_cannot_take_an_event_is_refused_and_never_replaced(
    world: World, change: dict[str, object] | None, why: TargetProblem
) -> None:
    if change is None:
        world.calendars.remove(world.clients)
    else:
        world.calendars.change(world.clients, **change)
    for outcome in (
        await commit(world),
        await world.desk.offer(await world.profile(), Interval(paris(24, 15), paris(24, 16))),
    ):
        assert isinstance(outcome, TargetUnavailable)
        assert outcome.why is why
    assert world.calendars.events == {}
    assert claiming(world) == []


async def test_a_renamed_target_takes_the_event(world: World) -> None:
    renamed = world.calendars.change(world.clients, name="Key clients")
    outcome = await commit(world)
    assert isinstance(outcome, Confirmed)
    assert outcome.calendar == renamed


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (ReadFailure.RECONNECT, TargetProblem.RECONNECT),
        (ReadFailure.NO_MAILBOX, TargetProblem.NO_MAILBOX),
        (ReadFailure.FORBIDDEN, TargetProblem.NEEDS_PERMISSION),
        (ReadFailure.NOT_FOUND, TargetProblem.GONE),
    ],
)
async def test_a_target_account_that_fails_for_good_is_named(
    world: World, failure: ReadFailure, why: TargetProblem
) -> None:
    world.prefer(conflict_calendars=frozenset({world.private.ref}))
    world.calendars.read_failures[world.clients.ref] = failure
    outcome = await commit(world)
    assert isinstance(outcome, TargetUnavailable)
    assert outcome.why is why


async def test_a_target_whose_list_fails_for_a_passing_reason_is_written_to_by_its_id(world: World) -> None:
    await commit(world)
    world.calendars.list_failures[world.work.id] = ReadFailure.FORBIDDEN
    outcome = await commit(world, key="key-2", start=paris(24, 16))
    assert isinstance(outcome, Confirmed)
    assert len(world.calendars.events_in(world.clients)) == 2


async def test_a_target_that_was_last_listed_read_only_is_refused_while_its_list_fails(world: World) -> None:
    world.clients = world.calendars.change(world.clients, can_edit=False)
    assert isinstance(await commit(world), TargetUnavailable)
    world.calendars.list_failures[world.work.id] = ReadFailure.UNAVAILABLE
    outcome = await commit(world)
    assert isinstance(outcome, TargetUnavailable)
    assert outcome.why is TargetProblem.READ_ONLY


@pytest.mark.parametrize("failure", [ReadFailure.THROTTLED, ReadFailure.UNAVAILABLE, ReadFailure.TIMED_OUT])
async def test_a_target_that_does_not_answer_now_is_unreadable(world: World, failure: ReadFailure) -> None:
    world.calendars.read_failures[world.clients.ref] = failure
    outcome = await commit(world)
    assert isinstance(outcome, Unreadable)
    assert [one.calendar for one in outcome.calendars] == [world.clients]


async def test_bad_input_books_nothing_and_reserves_nothing(world: World) -> None:
    outcome = await commit(world, start=paris(23, 8), subject="")
    assert isinstance(outcome, Invalid)
    assert {one.field for one in outcome.problems} == {Field.START, Field.SUBJECT}
    assert world.bookings.rows == {}


async def test_the_hosts_own_address_is_no_invitee(world: World) -> None:
    outcome = await commit(world, invitees=("CAMILLE@contoso.example", "anna@contoso.example"))
    assert isinstance(outcome, Confirmed)
    assert [one.address for one in outcome.booking.draft.invitees] == ["anna@contoso.example"]


async def test_a_link_that_the_calendar_cannot_give_is_not_asked_for_and_its_absence_is_told(world: World) -> None:
    world.prefer(target=world.private.ref)
    outcome = await commit(world, teams_link=True)
    assert isinstance(outcome, Confirmed)
    assert outcome.link_missing
    ((_, _, asked),) = world.calendars.events.values()
    assert not asked.draft.teams_link


# The same key again


async def test_the_same_key_again_answers_with_the_earlier_booking(world: World) -> None:
    first = await commit(world)
    second = await commit(world, subject="Edited", start=paris(25, 15))
    assert isinstance(first, Confirmed)
    assert isinstance(second, Confirmed)
    assert second.repeated
    assert second.booking == first.booking
    assert second.calendar == world.clients
    assert len(world.calendars.events) == 1


@pytest.mark.parametrize("desks", [1, 2])
async def test_ten_simultaneous_commits_of_one_key_make_one_event(world: World, desks: int) -> None:
    several = [world.new_desk() for _ in range(desks)]
    outcomes = await asyncio.gather(*(commit(world, several[i % desks]) for i in range(10)))
    assert len(world.calendars.events) == 1
    assert all(isinstance(outcome, Confirmed) for outcome in outcomes)
    assert Counter(outcome.repeated for outcome in outcomes if isinstance(outcome, Confirmed)) == {False: 1, True: 9}


async def test_ten_simultaneous_commits_of_one_slot_make_one_event(world: World) -> None:
    outcomes = await asyncio.gather(*(commit(world, key=f"key-{i}") for i in range(10)))
    assert Counter(type(outcome) for outcome in outcomes) == {Confirmed: 1, SlotJustTaken: 9}
    assert len(world.calendars.events) == 1
    assert len(claiming(world)) == 1


async def test_two_that_only_need_each_others_buffer_do_not_refuse_each_other_both(world: World) -> None:
    world.prefer(buffer_before=timedelta(minutes=15), buffer_after=timedelta(minutes=15))
    outcomes = await asyncio.gather(commit(world), commit(world, key="k2", start=paris(24, 15, 30)))
    assert Counter(type(outcome) for outcome in outcomes) == {Confirmed: 1, SlotJustTaken: 1}


async def test_a_booking_that_is_through_counts_though_it_began_later(world: World) -> None:
    world.prefer(buffer_after=timedelta(minutes=15))
    later = claim(world, Interval(paris(24, 15, 30), paris(24, 16)))
    world.bookings.put(replace(later, created_at=world.clock.now() + timedelta(seconds=1)))
    outcome = await commit(world)
    assert isinstance(outcome, SlotJustTaken)
    assert outcome.overridable == {ReasonKind.BUFFER}


async def test_a_failure_of_the_check_gives_the_time_back_at_once(world: World) -> None:
    world.faults.before("claims", StoreUnavailable())
    with pytest.raises(StoreUnavailable):
        await commit(world)
    assert claiming(world) == []


async def test_ten_simultaneous_taps_on_a_busy_slot_write_nothing_and_end(world: World) -> None:
    world.calendars.occupy(world.main, paris(24, 15), paris(24, 16))
    outcomes = await asyncio.gather(*(commit(world) for _ in range(10)))
    assert {type(outcome) for outcome in outcomes} <= {SlotJustTaken, Failed, InProgress}
    assert any(isinstance(outcome, SlotJustTaken) for outcome in outcomes)
    assert world.calendars.events == {}
    assert claiming(world) == []


async def test_a_repeated_tap_does_not_wait_for_ever(world: World) -> None:
    released = world.faults.hold("advance_pending")
    first = asyncio.create_task(commit(world))
    await world.faults.reached("advance_pending").wait()
    assert isinstance(await commit(world), InProgress)
    released.set()
    assert isinstance(await first, Confirmed)


async def test_a_released_key_may_be_tried_again(world: World) -> None:
    block = world.calendars.occupy(world.main, paris(24, 15), paris(24, 16))
    assert isinstance(await commit(world), SlotJustTaken)
    world.calendars.blocks[world.main.ref].remove(block)
    assert isinstance(await commit(world), Confirmed)
    assert isinstance(repeated := await commit(world), Confirmed)
    assert repeated.repeated


async def test_a_key_is_not_tried_for_ever(world: World) -> None:
    world.calendars.occupy(world.main, paris(24, 15), paris(24, 16))
    outcomes = [await commit(world) for _ in range(21)]
    assert outcomes[-1] == Failed(FailureKind.TOO_MANY_ATTEMPTS)


async def test_the_same_key_after_a_crash_settles_it_and_tries_again(world: World) -> None:
    world.faults.before("advance_pending", asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await commit(world)
    assert isinstance(await commit(world), InProgress)
    world.clock.advance(timedelta(minutes=2))
    outcome = await commit(world)
    assert isinstance(outcome, Confirmed)
    assert not outcome.repeated


async def test_the_same_key_after_a_lost_answer_finds_its_event(world: World) -> None:
    world.faults.after("write", asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await commit(world)
    world.clock.advance(timedelta(minutes=2))
    outcome = await commit(world)
    assert isinstance(outcome, Confirmed)
    assert outcome.repeated
    assert len(world.calendars.events) == 1


async def test_a_cancelled_bookings_form_does_not_book_anew(world: World) -> None:
    done = await commit(world)
    assert isinstance(done, Confirmed)
    world.bookings.put(replace(done.booking, state=BookingState.CANCELLED))
    outcome = await commit(world)
    assert isinstance(outcome, Failed)
    assert outcome.why is FailureKind.CANCELLED_SINCE


async def test_the_key_of_one_person_says_nothing_of_anothers(world: World) -> None:
    claim(world, Interval(paris(24, 15), paris(24, 16)), key="key-1")
    only = next(iter(world.bookings.rows.values()))
    world.bookings.put(replace(only, host=99))
    assert isinstance(await commit(world), Confirmed)


# A key whose earlier attempt was given up


async def given_up(world: World, *, is_written: bool) -> Booking:
    """Written or not, and then the account was disconnected before anybody could look."""
    (world.faults.after if is_written else world.faults.before)("write", LOST)
    await commit(world)
    await world.accounts.disconnect(world.camille.id, world.work.id)
    world.clock.advance(timedelta(minutes=3))
    (settled,) = await world.settler.settle_due()
    assert settled.result is SettleResult.GIVEN_UP
    assert not settled.booking.is_proved
    return settled.booking


def reconnect(world: World) -> None:
    """The same mailbox as another account; its calendars and their ids are what they were."""
    old, new = world.work, world.accounts.add(world.camille.id, "camille.again@contoso.example")
    moved = {one.ref: replace(one, ref=CalendarRef(new.id, one.ref.calendar_id)) for one in (world.main, world.clients)}
    world.calendars.calendars[new.id] = list(moved.values())
    world.calendars.calendars.pop(old.id)
    world.calendars.events = {
        key: (moved[ref].ref, event, booking) for key, (ref, event, booking) in world.calendars.events.items()
    }
    world.prefer(target=moved[world.clients.ref].ref, conflict_calendars=frozenset({world.private.ref}))


async def test_an_old_form_after_reconnecting_finds_the_event_of_the_attempt_that_was_given_up(world: World) -> None:
    earlier = await given_up(world, is_written=True)
    reconnect(world)
    outcome = await commit(world)
    assert isinstance(outcome, Confirmed)
    assert (outcome.booking.id, outcome.repeated) == (earlier.id, True)
    assert len(world.calendars.events) == 1
    assert [one.id for one in claiming(world)] == [earlier.id]
    assert (await commit(world)).booking == world.bookings.rows[earlier.id]  # type: ignore[union-attr]


async def test_an_old_form_after_reconnecting_books_where_the_earlier_attempt_is_proved_absent(world: World) -> None:
    await given_up(world, is_written=False)
    reconnect(world)
    assert isinstance(await commit(world), Confirmed)
    assert len(world.calendars.events) == 1


@pytest.mark.parametrize("is_written", [True, False])
async def test_an_old_form_books_nothing_while_nobody_can_tell(world: World, is_written: bool) -> None:
    earlier = await given_up(world, is_written=is_written)
    world.prefer(target=world.private.ref, conflict_calendars=frozenset({world.private.ref}))
    # The mailbox is still away.
    outcome = await commit(world)
    assert outcome == Failed(FailureKind.UNPROVED, earlier)
    reconnect(world)
    world.faults.before("find", REFUSED)
    outcome = await commit(world)
    assert isinstance(outcome, Failed)
    assert (outcome.why, outcome.failure) == (FailureKind.UNPROVED, ReadFailure.UNAVAILABLE)
    assert len(world.calendars.events) == is_written
    assert claiming(world) == []


async def test_an_attempt_that_was_released_with_proof_is_not_looked_up(world: World) -> None:
    block = world.calendars.occupy(world.main, paris(24, 15), paris(24, 16))
    await commit(world)
    world.calendars.blocks[world.main.ref].remove(block)
    assert isinstance(await commit(world), Confirmed)
    assert world.faults.calls["find"] == 0


# When the write goes wrong


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (CalendarError(ReadFailure.THROTTLED, 429), FailureKind.THROTTLED),
        (CalendarError(ReadFailure.UNAVAILABLE, 503), FailureKind.UNAVAILABLE),
        (CalendarError(ReadFailure.FORBIDDEN, 403), TargetProblem.NEEDS_PERMISSION),
        (CalendarError(ReadFailure.NOT_FOUND, 404), TargetProblem.GONE),
        (CalendarError(ReadFailure.RECONNECT, 401), TargetProblem.RECONNECT),
        (ReconnectNeeded(1), TargetProblem.RECONNECT),
        (IdentityUnavailable(), FailureKind.UNAVAILABLE),
    ],
)
async def test_a_refused_write_releases_the_time_and_says_why(
    world: World, error: Exception, expected: FailureKind | TargetProblem
) -> None:
    world.faults.before("write", error)
    outcome = await commit(world)
    assert isinstance(outcome, Failed | TargetUnavailable)
    assert outcome.why is expected
    assert claiming(world) == []


@pytest.mark.parametrize("is_written", [True, False])
async def test_an_unknown_outcome_is_pending_and_settled_later(world: World, is_written: bool) -> None:
    (world.faults.after if is_written else world.faults.before)("write", LOST)
    outcome = await commit(world)
    assert isinstance(outcome, Pending)
    assert outcome.booking.state is BookingState.PENDING
    assert [one for one, _ in world.jobs.settling] == [outcome.booking.id]
    assert await world.settler.settle_due() == []
    world.clock.advance(timedelta(seconds=30))
    (settled,) = await world.settler.settle_due()
    if is_written:
        assert (settled.result, settled.changed) == (SettleResult.CONFIRMED, True)
    else:
        # Absent so far; the write may be under way until the reservation has expired.
        assert (settled.result, settled.changed) == (SettleResult.LATER, False)
        world.clock.advance(timedelta(minutes=2))
        (settled,) = await world.settler.settle_due()
        assert (settled.result, settled.changed) == (SettleResult.RELEASED, True)
    again = await commit(world)
    assert isinstance(again, Confirmed)
    assert again.repeated is is_written
    assert len(world.calendars.events) == 1


async def test_a_pending_booking_keeps_its_time(world: World) -> None:
    world.faults.before("write", LOST)
    await commit(world)
    assert isinstance(await commit(world, key="k2"), SlotJustTaken)
    assert isinstance(await commit(world), Pending)


async def test_an_event_that_cannot_be_read_back_is_pending_and_not_failed(world: World) -> None:
    world.faults.before("read_back", REFUSED)
    assert isinstance(await commit(world), Pending)
    world.clock.advance(timedelta(minutes=1))
    (settled,) = await world.settler.settle_due()
    assert settled.result is SettleResult.CONFIRMED


async def test_a_store_that_fails_after_the_write_is_pending_and_told_so(world: World) -> None:
    world.faults.before("advance_confirmed", StoreUnavailable())
    assert isinstance(await commit(world), Pending)
    world.clock.advance(timedelta(minutes=3))
    (settled,) = await world.settler.settle_due()
    assert settled.result is SettleResult.CONFIRMED
    assert len(world.calendars.events) == 1


async def test_a_job_queue_that_is_down_loses_nothing(world: World) -> None:
    world.faults.after("write", LOST)
    world.faults.before("settle_booking", StoreUnavailable())
    assert isinstance(await commit(world), Pending)
    world.clock.advance(timedelta(minutes=1))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.CONFIRMED]


async def test_a_reservation_that_was_given_up_meanwhile_is_not_written(world: World) -> None:
    released = world.faults.hold("advance_pending")
    slow = asyncio.create_task(commit(world))
    await world.faults.reached("advance_pending").wait()
    world.clock.advance(timedelta(minutes=3))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.RELEASED]
    released.set()
    outcome = await slow
    assert isinstance(outcome, Failed)
    assert outcome.why is FailureKind.TOO_SLOW
    assert world.calendars.events == {}


async def test_a_write_that_outlives_its_reservation_is_still_a_booking(world: World) -> None:
    released = world.faults.hold("write")
    slow = asyncio.create_task(commit(world))
    await world.faults.reached("write").wait()
    world.clock.advance(timedelta(minutes=5))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.RELEASED]
    released.set()
    outcome = await slow
    assert isinstance(outcome, Confirmed)
    assert world.bookings.rows[outcome.booking.id].state is BookingState.CONFIRMED


async def test_a_crashed_reservation_gives_way_as_soon_as_it_has_expired(world: World) -> None:
    claim(world, Interval(paris(24, 15), paris(24, 16)), BookingState.RESERVED)
    assert isinstance(await commit(world), SlotJustTaken)
    world.clock.advance(timedelta(minutes=2))
    assert isinstance(await commit(world), Confirmed)


async def test_a_late_write_is_told_even_where_its_row_cannot_be_restored(world: World) -> None:
    world.faults.before("advance_confirmed", VersionConflict(), times=2)
    outcome = await commit(world)
    assert isinstance(outcome, Confirmed)
    assert outcome.booking.event == world.calendars.events_in(world.clients)[0]


async def test_an_account_disconnected_in_between_is_no_target(world: World) -> None:
    world.faults.before("reserve", UnknownAccount())
    outcome = await commit(world)
    assert isinstance(outcome, TargetUnavailable)
    assert outcome.why is TargetProblem.GONE


async def test_a_refusal_is_told_even_where_its_time_could_not_be_released(world: World) -> None:
    world.calendars.occupy(world.main, paris(24, 15), paris(24, 16))
    world.faults.before("advance_released", StoreUnavailable())
    assert isinstance(await commit(world), SlotJustTaken)
    world.clock.advance(timedelta(minutes=3))
    assert [one.result for one in await world.settler.settle_due()] == [SettleResult.RELEASED]


# Offers


async def test_an_offer_names_the_target_and_judges_the_slot(world: World) -> None:
    slot = Interval(paris(24, 15), paris(24, 15, 30))
    first = await world.desk.offer(await world.profile(), slot)
    second = await world.desk.offer(await world.profile(), slot)
    assert isinstance(first, Offer)
    assert isinstance(second, Offer)
    assert first.key != second.key
    assert (first.target, first.account, first.teams_link) == (world.clients, world.work, True)
    assert first.verdict.state is State.FREE
    assert len(first.checked.calendars) == 2


async def test_an_offer_of_a_busy_slot_comes_with_alternatives(world: World) -> None:
    world.calendars.occupy(world.main, paris(24, 15), paris(24, 16))
    offer = await world.desk.offer(await world.profile(), Interval(paris(24, 15), paris(24, 15, 30)))
    assert isinstance(offer, Offer)
    assert offer.verdict.state is State.BUSY
    assert len(offer.alternatives) == 3


async def test_an_offer_does_not_tick_a_link_that_the_calendar_cannot_give(world: World) -> None:
    world.prefer(target=world.private.ref)
    offer = await world.desk.offer(await world.profile(), Interval(paris(24, 15), paris(24, 16)))
    assert isinstance(offer, Offer)
    assert not offer.teams_link


async def test_an_offer_without_a_target_is_refused(world: World) -> None:
    world.prefer(target=None)
    outcome = await world.desk.offer(await world.profile(), Interval(paris(24, 15), paris(24, 16)))
    assert outcome == TargetUnavailable(TargetProblem.NONE_CHOSEN)
