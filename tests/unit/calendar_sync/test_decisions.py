from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from bot.bookings.booking_outcome import Confirmed, Failed, FailureKind, SlotJustTaken
from bot.bookings.change_outcome import Moved
from bot.bookings.putting_back import PUT_BACK_FOR, may_put_back
from bot.calendar_sync.decided import (
    Adopted,
    Followed,
    Freed,
    GoneMeanwhile,
    HeldDecided,
    Kept,
    MovedBack,
    NoSuchNotice,
    NotNow,
    NotPutBack,
    NoWayBack,
    Outdated,
    PutBack,
    StandsAgain,
)
from bot.errors import CalendarError
from bot.model import Booking, BookingState, Interval, LostEvent, Person, ReadFailure
from bot.notices.notice import Notice, NoticeKind, NoticeState, Source
from bot.profile import Profile
from tests.support.sync_world import ANNA, SyncWorld
from tests.support.world import paris

CONFIRMED, CANCELLED = BookingState.CONFIRMED, BookingState.CANCELLED
TO = Interval(paris(25, 9), paris(25, 10))


async def cancelled(world: SyncWorld, **fields: object) -> tuple[Booking, Notice]:
    """Deleted in Outlook, and told."""
    booking = await world.booked(invitees=(ANNA,), **fields)  # type: ignore[arg-type]
    world.calendars.delete_event(world.event(booking))
    await world.told_by_graph()
    (notice,) = world.told(NoticeKind.CANCELLED)
    return world.row(booking), sent(world, notice)


async def lost(world: SyncWorld) -> tuple[Booking, Notice]:
    world.prefer(sync_cancellations=False)
    booking = await world.booked(invitees=(ANNA,))
    world.calendars.delete_event(world.event(booking))
    await world.told_by_graph()
    (notice,) = world.told(NoticeKind.LOST)
    return world.row(booking), sent(world, notice)


async def held(world: SyncWorld) -> tuple[list[Booking], Notice]:
    bookings = [await world.booked(f"key-{number}", hour=9 + number, invitees=(ANNA,)) for number in range(3)]
    for booking in bookings:
        world.calendars.delete_event(world.event(booking))
    await world.told_by_graph()
    (notice,) = world.told(NoticeKind.HELD)
    return [world.row(one) for one in bookings], sent(world, notice)


async def not_followed(world: SyncWorld) -> tuple[Booking, Notice]:
    world.prefer(sync_moves=False)
    booking = await world.booked(invitees=(ANNA,))
    world.calendars.move_event(world.event(booking), TO)
    await world.told_by_graph()
    (notice,) = world.told(NoticeKind.NOT_FOLLOWED)
    return world.row(booking), sent(world, notice)


def sent(world: SyncWorld, notice: Notice) -> Notice:
    world.notices.rows[notice.id] = replace(notice, state=NoticeState.SENT, sent_at=world.clock.now())
    return world.notices.rows[notice.id]


def stranger(world: SyncWorld) -> Person:
    return world.anna


async def as_stranger(world: SyncWorld) -> Profile:
    return replace(await world.profile(), person=world.anna)


# Putting back


async def test_a_meeting_is_put_back_as_a_new_event(world: SyncWorld) -> None:
    gone, notice = await cancelled(world)
    assert may_put_back(notice, gone, world.clock.now())
    outcome = await world.decisions.put_back(await world.profile(), notice.id)
    assert isinstance(outcome, PutBack)
    assert isinstance(outcome.outcome, Confirmed)
    anew = outcome.outcome.booking
    assert (anew.id != gone.id, anew.interval, anew.draft.invitees) == (True, gone.interval, gone.draft.invitees)
    assert (anew.draft.subject, anew.draft.target, anew.draft.teams_link) == (
        gone.draft.subject,
        gone.draft.target,
        gone.draft.teams_link,
    )
    assert anew.transaction_id != gone.transaction_id
    assert world.row(gone).state is CANCELLED


async def test_ten_taps_put_it_back_once(world: SyncWorld) -> None:
    _, notice = await cancelled(world)
    profile = await world.profile()
    outcomes = [await world.decisions.put_back(profile, notice.id) for _ in range(10)]
    world.clock.advance(PUT_BACK_FOR * 2)
    outcomes.append(await world.decisions.put_back(profile, notice.id))
    made = [one.outcome for one in outcomes if isinstance(one, PutBack) and isinstance(one.outcome, Confirmed)]
    assert len(made) == 11
    assert [one.repeated for one in made] == [False, *[True] * 10]
    assert len({one.booking.id for one in made}) == 1
    assert len(world.calendars.events_in(world.clients)) == 1


async def test_it_goes_where_it_was_whatever_the_target_is_now(world: SyncWorld) -> None:
    _, notice = await cancelled(world)
    world.prefer(target=world.main.ref)
    outcome = await world.decisions.put_back(await world.profile(), notice.id)
    assert isinstance(outcome, PutBack)
    assert len(world.calendars.events_in(world.clients)) == 1
    assert world.calendars.events_in(world.main) == []


async def test_what_took_its_time_meanwhile_keeps_it(world: SyncWorld) -> None:
    gone, notice = await cancelled(world)
    world.calendars.occupy(world.main, gone.interval.start, gone.interval.end)
    outcome = await world.decisions.put_back(await world.profile(), notice.id)
    assert isinstance(outcome, PutBack)
    assert isinstance(outcome.outcome, SlotJustTaken)
    assert world.calendars.events_in(world.clients) == []


async def test_rules_that_were_set_aside_once_do_not_count(world: SyncWorld) -> None:
    _, notice = await cancelled(world)
    world.prefer(minimum_notice=timedelta(days=30))
    outcome = await world.decisions.put_back(await world.profile(), notice.id)
    assert isinstance(outcome, PutBack)
    assert isinstance(outcome.outcome, Confirmed)


async def test_the_offer_ends(world: SyncWorld) -> None:
    gone, notice = await cancelled(world)
    world.clock.advance(PUT_BACK_FOR + timedelta(seconds=1))
    assert not may_put_back(notice, gone, world.clock.now())
    outcome = await world.decisions.put_back(await world.profile(), notice.id)
    assert outcome == NotPutBack(NoWayBack.TOO_LATE, gone)


async def test_what_is_over_is_not_put_back(world: SyncWorld) -> None:
    gone, notice = await cancelled(world)
    world.clock.set(gone.interval.start)
    sent(world, notice)
    assert not may_put_back(notice, gone, world.clock.now())
    assert await world.decisions.put_back(await world.profile(), notice.id) == NotPutBack(NoWayBack.OVER, gone)


async def test_what_the_host_restored_in_outlook_is_not_booked_beside_itself(world: SyncWorld) -> None:
    """Also where the target is no conflict calendar, so that the live check would not see it."""
    gone, notice = await cancelled(world)
    world.prefer(conflict_calendars=frozenset())
    event = world.event(gone)
    world.calendars.restore_event(event, gone)
    outcome = await world.decisions.put_back(await world.profile(), notice.id)
    assert outcome == NotPutBack(NoWayBack.STANDS, gone)
    assert world.calendars.events_in(world.clients) == [event]
    world.calendars.delete_event(event)
    assert isinstance(await world.decisions.put_back(await world.profile(), notice.id), PutBack)


async def test_while_outlook_does_not_say_whether_it_stands_nothing_is_put_back(world: SyncWorld) -> None:
    gone, notice = await cancelled(world)
    world.faults.before("standing", CalendarError(ReadFailure.UNAVAILABLE))
    outcome = await world.decisions.put_back(await world.profile(), notice.id)
    assert outcome == NotNow(gone, ReadFailure.UNAVAILABLE)
    assert world.calendars.events_in(world.clients) == []


async def test_what_another_organised_is_not_put_back(world: SyncWorld) -> None:
    gone, notice = await cancelled(world)
    theirs = world.bookings.put(replace(gone, draft=replace(gone.draft, target_is_shared=True)))
    assert not may_put_back(notice, theirs, world.clock.now())
    assert await world.decisions.put_back(await world.profile(), notice.id) == NotPutBack(NoWayBack.NOT_OURS, theirs)


async def test_what_was_put_back_and_cancelled_again_is_not_put_back_by_an_old_card(world: SyncWorld) -> None:
    _, notice = await cancelled(world)
    profile = await world.profile()
    outcome = await world.decisions.put_back(profile, notice.id)
    assert isinstance(outcome, PutBack)
    assert isinstance(outcome.outcome, Confirmed)
    await world.change_desk.cancel(profile, outcome.outcome.booking.id, outcome.outcome.booking.version, "")
    again = await world.decisions.put_back(profile, notice.id)
    assert isinstance(again, PutBack)
    assert isinstance(again.outcome, Failed)
    assert again.outcome.why is FailureKind.CANCELLED_SINCE


async def test_a_failed_attempt_can_be_repeated(world: SyncWorld) -> None:
    _, notice = await cancelled(world)
    world.faults.before("write", CalendarError(ReadFailure.THROTTLED, 429))
    profile = await world.profile()
    first = await world.decisions.put_back(profile, notice.id)
    second = await world.decisions.put_back(profile, notice.id)
    assert isinstance(first, PutBack)
    assert isinstance(first.outcome, Failed)
    assert isinstance(second, PutBack)
    assert isinstance(second.outcome, Confirmed)


async def test_a_lost_booking_gets_an_event_again(world: SyncWorld) -> None:
    stands, notice = await lost(world)
    world.clock.advance(PUT_BACK_FOR * 3)
    assert may_put_back(notice, stands, world.clock.now())
    outcome = await world.decisions.put_back(await world.profile(), notice.id)
    assert isinstance(outcome, PutBack)
    assert isinstance(outcome.outcome, Confirmed)
    assert world.row(stands).state is CANCELLED
    # The new invitation tells them.
    assert world.kinds(world.anna) == []


async def test_a_lost_booking_whose_event_is_back_needs_no_other(world: SyncWorld) -> None:
    stands, notice = await lost(world)
    assert stands.event is not None
    world.calendars.restore_event(stands.event, stands)
    outcome = await world.decisions.put_back(await world.profile(), notice.id)
    assert isinstance(outcome, StandsAgain)
    assert world.row(stands).lost is None
    assert len(world.calendars.events_in(world.clients)) == 1


async def test_one_of_several_that_were_held_is_put_back(world: SyncWorld) -> None:
    bookings, notice = await held(world)
    outcome = await world.decisions.put_back(await world.profile(), notice.id, bookings[1].id)
    assert isinstance(outcome, PutBack)
    assert isinstance(outcome.outcome, Confirmed)
    assert outcome.outcome.booking.interval == bookings[1].interval
    assert [world.row(one).state for one in bookings] == [CONFIRMED, CANCELLED, CONFIRMED]


# Lost


async def test_a_lost_booking_is_let_go(world: SyncWorld) -> None:
    stands, notice = await lost(world)
    outcome = await world.decisions.free(world.camille, notice.id)
    assert isinstance(outcome, Freed)
    assert world.row(stands).state is CANCELLED
    assert [(one.kind, one.details.source) for one in world.told(to=world.anna)] == [
        (NoticeKind.GUEST_CANCELLED, Source.CHAT)
    ]
    assert world.kinds() == [NoticeKind.LOST]
    again = await world.decisions.free(world.camille, notice.id)
    assert isinstance(again, Freed)
    assert again.repeated
    assert len(world.told(to=world.anna)) == 1


async def test_nothing_is_let_go_that_stands_in_outlook(world: SyncWorld) -> None:
    stands, notice = await lost(world)
    assert stands.event is not None
    world.calendars.restore_event(stands.event, stands)
    assert isinstance(await world.decisions.free(world.camille, notice.id), StandsAgain)
    assert (world.row(stands).state, world.row(stands).lost) == (CONFIRMED, None)


async def test_nothing_is_let_go_while_outlook_does_not_answer(world: SyncWorld) -> None:
    stands, notice = await lost(world)
    world.faults.before("standing", CalendarError(ReadFailure.UNAVAILABLE, 503))
    assert await world.decisions.free(world.camille, notice.id) == NotNow(world.row(stands), ReadFailure.UNAVAILABLE)
    assert world.row(stands).state is CONFIRMED


async def test_what_no_mailbox_can_speak_of_any_more_is_let_go(world: SyncWorld) -> None:
    stands, notice = await lost(world)
    await world.accounts.disconnect(world.camille.id, world.work.id)
    assert isinstance(await world.decisions.free(world.camille, notice.id), Freed)
    assert world.row(stands).state is CANCELLED


async def test_a_lost_booking_is_kept(world: SyncWorld) -> None:
    stands, notice = await lost(world)
    assert await world.decisions.keep(world.camille, notice.id) == Kept(world.row(stands))
    await world.decisions.free(world.camille, notice.id)
    assert isinstance(await world.decisions.keep(world.camille, notice.id), Outdated)


# Held


async def test_all_that_are_held_are_cancelled(world: SyncWorld) -> None:
    bookings, notice = await held(world)
    assert bookings[2].event is not None
    world.calendars.restore_event(bookings[2].event, bookings[2])
    decided = await world.decisions.apply_held(world.camille, notice.id)
    assert isinstance(decided, HeldDecided)
    assert {one.id for one in decided.cancelled} == {one.id for one in bookings[:2]}
    assert [one.id for one in decided.back] == [bookings[2].id]
    assert world.row(bookings[2]).lost is None
    assert world.kinds(world.anna) == [NoticeKind.GUEST_CANCELLED] * 2
    again = await world.decisions.apply_held(world.camille, notice.id)
    assert isinstance(again, HeldDecided)
    assert len(again.cancelled) == 2
    assert len(world.told(to=world.anna)) == 2


async def test_what_cannot_be_looked_at_waits(world: SyncWorld) -> None:
    bookings, notice = await held(world)
    world.faults.before("standing", CalendarError(ReadFailure.UNAVAILABLE, 503), times=3)
    decided = await world.decisions.apply_held(world.camille, notice.id)
    assert isinstance(decided, HeldDecided)
    assert len(decided.unknown) == 3
    assert [world.row(one).state for one in bookings] == [CONFIRMED] * 3


async def test_all_that_are_held_are_kept(world: SyncWorld) -> None:
    bookings, notice = await held(world)
    decided = await world.decisions.keep_held(world.camille, notice.id)
    assert isinstance(decided, HeldDecided)
    assert len(decided.kept) == 3
    for _ in range(3):
        await world.swept(timedelta(hours=1))
    assert [(world.row(one).state, world.row(one).lost is not None) for one in bookings] == [(CONFIRMED, True)] * 3
    assert not any(row.lost.is_held for one in bookings if (row := world.row(one)).lost)
    assert world.kinds() == [NoticeKind.HELD]


# Moved


async def test_the_booking_follows_when_the_host_says_so(world: SyncWorld) -> None:
    booking, notice = await not_followed(world)
    outcome = await world.decisions.follow(world.camille, notice.id)
    assert isinstance(outcome, Followed)
    assert (outcome.was, outcome.booking.interval, outcome.overlaps) == (booking.interval, TO, False)
    assert world.kinds(world.anna) == [NoticeKind.GUEST_MOVED]
    again = await world.decisions.follow(world.camille, notice.id)
    assert isinstance(again, Followed)
    assert again.repeated
    assert world.kinds(world.anna) == [NoticeKind.GUEST_MOVED]


async def test_it_is_said_that_a_followed_time_overlaps(world: SyncWorld) -> None:
    await world.booked("key-2", 25, 9)
    _, notice = await not_followed(world)
    outcome = await world.decisions.follow(world.camille, notice.id)
    assert isinstance(outcome, Followed)
    assert outcome.overlaps


async def test_the_event_is_moved_back(world: SyncWorld) -> None:
    booking, notice = await not_followed(world)
    outcome = await world.decisions.move_back(await world.profile(), notice.id)
    assert isinstance(outcome, MovedBack)
    assert isinstance(outcome.outcome, Moved)
    assert world.event(booking).interval == booking.interval == outcome.wanted
    assert [one.interval for one in world.calendars.events_in(world.clients)] == [booking.interval]
    assert world.calendars.mails == ["moved"]


async def test_a_followed_move_is_undone(world: SyncWorld) -> None:
    booking = await world.booked(invitees=(ANNA,))
    world.calendars.move_event(world.event(booking), TO)
    await world.told_by_graph()
    (notice,) = world.told(NoticeKind.MOVED)
    outcome = await world.decisions.move_back(await world.profile(), notice.id)
    assert isinstance(outcome, MovedBack)
    assert world.row(booking).interval == booking.interval
    assert world.kinds(world.anna) == [NoticeKind.GUEST_MOVED] * 2


async def test_it_is_not_moved_back_onto_what_took_its_time(world: SyncWorld) -> None:
    booking, notice = await not_followed(world)
    world.calendars.occupy(world.main, booking.interval.start, booking.interval.end)
    outcome = await world.decisions.move_back(await world.profile(), notice.id)
    assert isinstance(outcome, MovedBack)
    assert isinstance(outcome.outcome, SlotJustTaken)
    assert world.row(booking).interval == TO


@pytest.mark.parametrize("what", ["follow", "move_back", "adopt"])
async def test_what_is_gone_meanwhile_is_left_to_the_next_look(world: SyncWorld, what: str) -> None:
    if what == "adopt":
        booking = await world.booked()
        world.calendars.move_to_calendar(world.event(booking), world.main)
        await world.told_by_graph()
        (notice,) = world.told(NoticeKind.ELSEWHERE)
        outcome: object = await _after_deletion(world, booking, notice, what)
    else:
        booking, notice = await not_followed(world)
        outcome = await _after_deletion(world, booking, notice, what)
    assert isinstance(outcome, GoneMeanwhile)
    assert world.row(booking).state is CONFIRMED
    await world.passes()
    assert world.row(booking).state is CANCELLED


async def _after_deletion(world: SyncWorld, booking: Booking, notice: Notice, what: str) -> object:
    world.calendars.delete_event(world.event(booking))
    if what == "move_back":
        return await world.decisions.move_back(await world.profile(), notice.id)
    decide = world.decisions.follow if what == "follow" else world.decisions.adopt
    return await decide(world.camille, notice.id)


# Elsewhere


async def test_the_booking_goes_into_the_other_calendar_when_the_host_says_so(world: SyncWorld) -> None:
    booking = await world.booked()
    world.calendars.move_to_calendar(world.event(booking), world.main)
    await world.told_by_graph()
    (notice,) = world.told(NoticeKind.ELSEWHERE)
    outcome = await world.decisions.adopt(world.camille, notice.id)
    assert isinstance(outcome, Adopted)
    assert (outcome.calendar.name, world.row(booking).draft.target) == ("Calendar", world.main.ref)
    again = await world.decisions.adopt(world.camille, notice.id)
    assert isinstance(again, Adopted)
    assert again.repeated
    await world.swept()
    assert set(world.watches.rows) == {world.main.ref}
    assert world.kinds() == [NoticeKind.ELSEWHERE]


async def test_what_has_gone_on_to_a_third_calendar_is_not_adopted_into_the_second(world: SyncWorld) -> None:
    booking = await world.booked()
    world.calendars.move_to_calendar(world.event(booking), world.main)
    await world.told_by_graph()
    (notice,) = world.told(NoticeKind.ELSEWHERE)
    third = world.calendars.add(world.work, "Third")
    world.calendars.move_to_calendar(world.event(booking), third)
    assert isinstance(await world.decisions.adopt(world.camille, notice.id), Outdated)
    assert world.row(booking).draft.target == world.clients.ref


# Whose it is


async def test_nobody_decides_on_what_is_anothers(world: SyncWorld) -> None:
    stands, notice = await lost(world)
    who, profile = stranger(world), await as_stranger(world)
    decisions = world.decisions
    for outcome in (
        await decisions.put_back(profile, notice.id),
        await decisions.free(who, notice.id),
        await decisions.keep(who, notice.id),
        await decisions.apply_held(who, notice.id),
        await decisions.keep_held(who, notice.id),
        await decisions.follow(who, notice.id),
        await decisions.move_back(profile, notice.id),
        await decisions.adopt(who, notice.id),
    ):
        assert outcome == NoSuchNotice()
    assert world.row(stands) == stands


async def test_a_notice_answers_its_own_question_about_its_own_bookings_only(world: SyncWorld) -> None:
    stands, notice = await lost(world)
    other = await world.booked("key-2", hour=10)
    profile = await world.profile()
    for booking_id in (other.id, uuid4()):
        assert await world.decisions.put_back(profile, notice.id, booking_id) == NoSuchNotice()
        assert await world.decisions.free(world.camille, notice.id, booking_id) == NoSuchNotice()
        assert await world.decisions.keep(world.camille, notice.id, booking_id) == NoSuchNotice()
    assert await world.decisions.apply_held(world.camille, notice.id) == NoSuchNotice()
    assert await world.decisions.follow(world.camille, notice.id) == NoSuchNotice()
    assert await world.decisions.adopt(world.camille, notice.id) == NoSuchNotice()
    assert await world.decisions.put_back(profile, 999) == NoSuchNotice()
    assert world.row(stands) == stands


async def test_a_guests_notice_decides_nothing_about_the_hosts_booking(world: SyncWorld) -> None:
    gone, _ = await cancelled(world)
    (notice,) = world.told(NoticeKind.GUEST_CANCELLED, to=world.anna)
    assert await world.decisions.put_back(await as_stranger(world), notice.id) == NoSuchNotice()
    assert await world.decisions.keep(world.anna, notice.id) == NoSuchNotice()
    assert world.row(gone) == gone


async def test_a_booking_that_stands_is_not_let_go_by_an_old_card(world: SyncWorld) -> None:
    stands, notice = await lost(world)
    world.bookings.put(replace(stands, lost=None))
    assert isinstance(await world.decisions.free(world.camille, notice.id), StandsAgain)
    assert isinstance(await world.decisions.put_back(await world.profile(), notice.id), StandsAgain)
    lost_again = replace(stands, lost=LostEvent(world.clock.now(), stands.lost.how))  # type: ignore[union-attr]
    world.bookings.put(lost_again)
    assert isinstance(await world.decisions.free(world.camille, notice.id), Freed)
