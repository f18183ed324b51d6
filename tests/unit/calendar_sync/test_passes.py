from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from bot.errors import CalendarError, ReconnectNeeded, StoreUnavailable, VersionConflict
from bot.model import (
    Account,
    AccountHealth,
    AccountKind,
    Booking,
    BookingState,
    ChangeKind,
    GoneHow,
    Interval,
    Invitee,
    InviteeAnswer,
    InviteeResponse,
    ReadFailure,
    Standing,
)
from bot.notices.notice import NoticeKind, Source
from tests.support.sync_world import ANNA, SyncWorld
from tests.support.world import paris

CONFIRMED, CANCELLED = BookingState.CONFIRMED, BookingState.CANCELLED
UNKNOWN = [
    CalendarError(ReadFailure.UNAVAILABLE, 503),
    CalendarError(ReadFailure.FORBIDDEN, 403, "ErrorAccessDenied"),
    CalendarError(ReadFailure.NOT_FOUND, 404, "ErrorItemNotFound"),
    CalendarError(ReadFailure.THROTTLED, 429),
    CalendarError(ReadFailure.NO_MAILBOX, 404, "MailboxNotEnabledForRESTAPI"),
    CalendarError(ReadFailure.TIMED_OUT),
    RuntimeError("a defect"),
]


# Gone


@pytest.mark.parametrize("how", list(GoneHow))
async def test_what_ended_in_outlook_ends_here_and_is_told_once(world: SyncWorld, how: GoneHow) -> None:
    booking = await world.booked(invitees=(ANNA,))
    event = world.event(booking)
    acts = {
        GoneHow.DELETED: world.calendars.delete_event,
        GoneHow.CANCELLED: world.calendars.cancel_event,
        GoneHow.DECLINED: world.calendars.decline_event,
    }
    acts[how](event)
    hints = world.feed.hints()
    await world.told_by_graph(hints)
    await world.told_by_graph(hints)
    await world.swept()
    assert world.row(booking).state is CANCELLED
    (told,) = world.told()
    assert (told.kind, told.details.how, told.details.source) == (NoticeKind.CANCELLED, how, Source.NOTIFICATION)
    assert told.details.was == booking.interval
    assert world.kinds(world.anna) == [NoticeKind.GUEST_CANCELLED]
    assert set(world.jobs.delivering) == {world.camille.id, world.anna.id}
    # Exchange has mailed the invitees already.
    assert world.calendars.mails == []
    assert world.bookings.claimants(world.camille.id, booking.interval) == []


async def test_a_lost_notification_costs_minutes(world: SyncWorld) -> None:
    booking = await world.booked()
    world.calendars.delete_event(world.event(booking))
    world.feed.lose_notifications()
    await world.swept(timedelta(minutes=6))
    assert world.row(booking).state is CANCELLED
    assert [one.details.source for one in world.told(NoticeKind.CANCELLED)] == [Source.CHECK]


async def test_without_deltas_it_is_found_by_the_survey(world: SyncWorld) -> None:
    booking = await world.booked()
    world.feed.no_delta.add(world.clients.ref)
    world.calendars.delete_event(world.event(booking))
    world.feed.lose_notifications()
    await world.swept(timedelta(minutes=6))
    assert world.row(booking).state is CANCELLED


async def test_a_booking_stays_where_the_host_wants_it_to(world: SyncWorld) -> None:
    world.prefer(sync_cancellations=False)
    booking = await world.booked(invitees=(ANNA,))
    world.calendars.delete_event(world.event(booking))
    for _ in range(3):
        await world.told_by_graph()
        await world.swept()
    row = world.row(booking)
    assert (row.state, row.lost is not None and row.lost.how) == (CONFIRMED, GoneHow.DELETED)
    assert world.kinds() == [NoticeKind.LOST]
    assert world.kinds(world.anna) == []
    assert world.bookings.claimants(world.camille.id, booking.interval) == [row]


async def test_a_lost_booking_whose_event_is_back_is_lost_no_more(world: SyncWorld) -> None:
    world.prefer(sync_cancellations=False)
    booking = await world.booked()
    event = world.event(booking)
    world.calendars.delete_event(event)
    await world.told_by_graph()
    world.calendars.restore_event(event, booking)
    await world.told_by_graph()
    assert world.row(booking).lost is None
    world.calendars.delete_event(event)
    await world.told_by_graph()
    assert world.kinds() == [NoticeKind.LOST, NoticeKind.LOST]


@pytest.mark.parametrize("error", UNKNOWN, ids=lambda one: str(getattr(one, "failure", one)))
async def test_what_is_unknown_cancels_nothing_and_is_asked_again_later(world: SyncWorld, error: Exception) -> None:
    booking = await world.booked()
    world.calendars.delete_event(world.event(booking))
    world.faults.before("standing", error, times=1)
    await world.told_by_graph()
    row = world.row(booking)
    assert (row.state, world.told()) == (CONFIRMED, [])
    assert row.check_at is not None
    assert row.check_at > world.clock.now()
    await world.swept(timedelta(hours=1))
    assert world.row(booking).state is CANCELLED
    assert world.kinds() == [NoticeKind.CANCELLED]


async def test_a_calendar_that_is_away_makes_its_bookings_unknown(world: SyncWorld) -> None:
    booking = await world.booked()
    world.calendars.delete_event(world.event(booking))
    world.calendars.remove(world.clients)
    for _ in range(5):
        await world.swept(timedelta(hours=1))
    assert (world.row(booking).state, world.told()) == (CONFIRMED, [])


async def test_a_false_removal_cancels_nothing(world: SyncWorld) -> None:
    booking = await world.booked()
    world.feed.false_removals.add(world.event(booking).event_id)
    looks = world.faults.calls["standing"]
    await world.swept(timedelta(minutes=6))
    assert world.faults.calls["standing"] == looks + 1
    assert (world.row(booking).state, world.told()) == (CONFIRMED, [])


async def test_an_expired_link_is_no_loss(world: SyncWorld) -> None:
    booking = await world.booked()
    world.calendars.delete_event(world.event(booking))
    world.feed.lose_notifications()
    world.feed.expire_links()
    await world.swept(timedelta(minutes=6))
    assert world.row(booking).state is CANCELLED
    assert world.watches.rows == {} or world.feed.rounds.count(world.clients.ref) == 2


# The bot's own writes


async def test_own_writes_are_no_news(world: SyncWorld) -> None:
    booking = await world.booked(invitees=(ANNA,))
    world.calendars.edit_event(world.event(booking))
    await world.told_by_graph()
    moved = await world.change_desk.move(
        await world.profile(), booking.id, booking.version, paris(24, 16), timedelta(minutes=30)
    )
    await world.told_by_graph()
    await world.swept()
    await world.change_desk.cancel(await world.profile(), booking.id, moved.booking.version, "")  # type: ignore[union-attr]
    await world.told_by_graph()
    await world.swept()
    assert world.told() == []
    assert world.kinds(world.anna) == [NoticeKind.GUEST_MOVED, NoticeKind.GUEST_CANCELLED]
    assert [one.details.source for one in world.told(to=world.anna)] == [Source.CHAT, Source.CHAT]


@pytest.mark.parametrize("kind", list(ChangeKind))
@pytest.mark.parametrize("step", ["move_or_cancel", "end_change"])
async def test_a_notification_in_the_middle_of_an_own_change_is_left_to_it(
    world: SyncWorld, kind: ChangeKind, step: str
) -> None:
    booking = await world.booked()
    profile = await world.profile()
    at = kind.value if step == "move_or_cancel" else step
    hold = world.faults.hold(at)
    if kind is ChangeKind.MOVE:
        task = asyncio.create_task(
            world.change_desk.move(profile, booking.id, booking.version, paris(24, 16), timedelta(minutes=30))
        )
    else:
        task = asyncio.create_task(world.change_desk.cancel(profile, booking.id, booking.version, ""))  # type: ignore[arg-type]
    await world.faults.reached(at).wait()
    world.bookings.rows[booking.id] = replace(world.row(booking), check_at=world.clock.now())
    await world.passes()
    assert world.told() == []
    hold.set()
    await task
    await world.passes()
    assert world.told() == []
    assert world.row(booking).state is (CONFIRMED if kind is ChangeKind.MOVE else CANCELLED)


async def test_a_change_that_begins_while_the_event_is_read_wins(world: SyncWorld) -> None:
    """Read as gone, and in the meantime the host cancels in chat: one end, told as the host's own."""
    booking = await world.booked(invitees=(ANNA,))
    world.calendars.delete_event(world.event(booking))
    world.faults.before("advance_cancelled", VersionConflict())
    await world.told_by_graph()
    assert world.row(booking).state is CANCELLED
    assert world.kinds() == [NoticeKind.CANCELLED]


# Moved


async def test_a_move_is_followed_and_told_once(world: SyncWorld) -> None:
    booking = await world.booked(invitees=(ANNA,))
    to = Interval(paris(25, 9), paris(25, 10))
    world.calendars.move_event(world.event(booking), to)
    hints = world.feed.hints()
    await world.told_by_graph(hints)
    await world.told_by_graph(hints)
    await world.swept()
    assert world.row(booking).interval == to
    (told,) = world.told()
    assert (told.kind, told.details.was, told.details.to) == (NoticeKind.MOVED, booking.interval, to)
    assert not told.details.overlaps
    assert world.kinds(world.anna) == [NoticeKind.GUEST_MOVED]


async def test_who_was_taken_off_the_list_does_not_hear_where_the_others_meet(world: SyncWorld) -> None:
    booking = await world.booked(invitees=(ANNA,))
    world.calendars.uninvite(world.event(booking), ANNA)
    world.calendars.move_event(world.event(booking), Interval(paris(25, 9), paris(25, 10)))
    await world.told_by_graph()
    assert (world.kinds(), world.kinds(world.anna)) == ([NoticeKind.MOVED], [])


async def test_a_move_onto_another_booking_is_followed_and_said_to_be(world: SyncWorld) -> None:
    other = await world.booked("key-2", hour=10)
    booking = await world.booked(invitees=(ANNA,))
    world.calendars.move_event(world.event(booking), other.interval)
    await world.told_by_graph()
    assert world.row(booking).interval == other.interval
    assert [one.details.overlaps for one in world.told()] == [True]
    assert [one.details.overlaps for one in world.told(to=world.anna)] == [False]


async def test_a_move_that_the_host_does_not_want_followed_is_told_once_a_time(world: SyncWorld) -> None:
    world.prefer(sync_moves=False)
    booking = await world.booked(invitees=(ANNA,))
    for day in (25, 26, 26):
        world.calendars.move_event(world.event(booking), Interval(paris(day, 9), paris(day, 10)))
        await world.told_by_graph()
        await world.swept()
    assert world.row(booking).interval == booking.interval
    assert world.kinds() == [NoticeKind.NOT_FOLLOWED, NoticeKind.NOT_FOLLOWED]
    assert world.kinds(world.anna) == []


async def test_another_calendar_is_asked_about_once_and_its_times_are_followed(world: SyncWorld) -> None:
    booking = await world.booked()
    world.calendars.move_to_calendar(world.event(booking), world.main)
    await world.told_by_graph()
    await world.swept()
    (told,) = world.told()
    assert (told.kind, told.details.calendar, told.details.calendar_name) == (
        NoticeKind.ELSEWHERE,
        world.main.ref,
        "Calendar",
    )
    assert world.row(booking).draft.target == world.clients.ref
    to = Interval(paris(25, 9), paris(25, 10))
    world.calendars.move_event(world.event(booking), to)
    await world.swept()
    await world.swept()
    assert (world.row(booking).interval, world.kinds()) == (to, [NoticeKind.ELSEWHERE, NoticeKind.MOVED])


async def test_a_series_or_a_whole_day_breaks_nothing(world: SyncWorld) -> None:
    booking = await world.booked()
    world.calendars.made_series(world.event(booking))
    await world.told_by_graph()
    assert world.told() == []
    day = Interval(paris(25, 0), paris(26, 0))
    world.calendars.move_event(world.event(booking), day)
    await world.told_by_graph()
    assert world.row(booking).interval == day


async def test_what_was_moved_into_the_past_is_over(world: SyncWorld) -> None:
    booking = await world.booked()
    past = Interval(paris(20, 9), paris(20, 10))
    world.calendars.move_event(world.event(booking), past)
    await world.told_by_graph()
    world.calendars.delete_event(world.event(booking))
    await world.told_by_graph()
    await world.swept()
    assert (world.row(booking).interval, world.row(booking).state) == (past, CONFIRMED)
    assert world.kinds() == [NoticeKind.MOVED]


# Answers


async def test_an_invitees_answer_changes_nothing_and_is_told_once(world: SyncWorld) -> None:
    booking = await world.booked(invitees=(ANNA,))
    version = world.row(booking).version
    who = Invitee(ANNA)
    answers = [
        InviteeAnswer(who, InviteeResponse.ACCEPTED, world.clock.now()),
        InviteeAnswer(who, InviteeResponse.DECLINED, world.clock.now()),
        InviteeAnswer(who, InviteeResponse.TENTATIVE, world.clock.now(), Interval(paris(25, 9), paris(25, 10))),
    ]
    for answer in answers:
        world.calendars.answer_event(world.event(booking), answer)
        hints = world.feed.hints()
        await world.told_by_graph(hints)
        await world.told_by_graph(hints)
        await world.swept()
    assert (world.row(booking).state, world.row(booking).version) == (CONFIRMED, version)
    assert [one.details.answer for one in world.told(NoticeKind.ANSWERED)] == answers[1:]
    assert world.kinds() == [NoticeKind.ANSWERED] * 2


async def test_an_answer_that_no_notification_told_is_told_by_the_survey(world: SyncWorld) -> None:
    booking = await world.booked(invitees=(ANNA,))
    world.feed.no_delta.add(world.clients.ref)
    answer = InviteeAnswer(Invitee(ANNA), InviteeResponse.DECLINED, world.clock.now())
    world.calendars.answer_event(world.event(booking), answer)
    world.feed.lose_notifications()
    await world.swept()
    await world.swept()
    assert world.kinds() == [NoticeKind.ANSWERED]


# The brake


async def several(world: SyncWorld, count: int) -> list[Booking]:
    return [await world.booked(f"key-{number}", 24 + number // 6, 9 + number % 6) for number in range(count)]


@pytest.mark.parametrize("sync", [True, False])
async def test_many_at_once_are_held_and_asked_about_once(world: SyncWorld, sync: bool) -> None:
    world.prefer(sync_cancellations=sync)
    bookings = await several(world, 4)
    for booking in bookings[:3]:
        world.calendars.delete_event(world.event(booking))
    await world.told_by_graph()
    for _ in range(4):
        await world.swept()
    rows = [world.row(one) for one in bookings]
    assert [row.state for row in rows] == [CONFIRMED] * 4
    assert [bool(row.lost and row.lost.is_held) for row in rows] == [True, True, True, False]
    (told,) = world.told()
    assert (told.kind, set(told.details.bookings)) == (NoticeKind.HELD, {one.id for one in bookings[:3]})


async def test_two_notifications_are_enough_to_see_the_third(world: SyncWorld) -> None:
    bookings = await several(world, 4)
    for booking in bookings[:3]:
        world.calendars.delete_event(world.event(booking))
    hints = world.feed.hints()[:2]
    assert len({one.event_id for one in hints}) == 2
    await world.told_by_graph(hints)
    assert world.kinds() == [NoticeKind.HELD]
    assert [world.row(one).state for one in bookings] == [CONFIRMED] * 4


async def test_two_are_believed(world: SyncWorld) -> None:
    bookings = await several(world, 4)
    for booking in bookings[:2]:
        world.calendars.delete_event(world.event(booking))
    await world.told_by_graph()
    assert [world.row(one).state for one in bookings] == [CANCELLED, CANCELLED, CONFIRMED, CONFIRMED]
    assert world.kinds() == [NoticeKind.CANCELLED] * 2


async def test_many_of_which_few_can_be_looked_at_are_held_too(
    world: SyncWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mailbox that is asked for many events at once throttles: one seen at a time, each would be believed."""
    bookings = await several(world, 6)
    for booking in bookings:
        world.calendars.delete_event(world.event(booking))
    look, asked = world.calendars.standing, itertools.count(1)

    async def every_fifth(account: Account, booking: Booking) -> Standing:
        if next(asked) % 5:
            raise CalendarError(ReadFailure.THROTTLED, 429)
        return await look(account, booking)

    monkeypatch.setattr(world.calendars, "standing", every_fifth)
    await world.told_by_graph()
    for _ in range(12):
        await world.swept(timedelta(minutes=2))
    assert [world.row(one).state for one in bookings] == [CONFIRMED] * 6
    assert set(world.kinds()) == {NoticeKind.HELD}


async def test_whatever_goes_while_the_host_is_asked_is_held_too(world: SyncWorld) -> None:
    bookings = await several(world, 5)
    for booking in bookings[:3]:
        world.calendars.delete_event(world.event(booking))
    await world.told_by_graph()
    world.calendars.delete_event(world.event(bookings[3]))
    await world.told_by_graph()
    assert [world.row(one).state for one in bookings] == [CONFIRMED] * 5
    assert [one.details.bookings for one in world.told()][1:] == [(bookings[3].id,)]
    # Days later, one that is deleted is one that is deleted.
    world.clock.advance(timedelta(hours=12))
    world.calendars.delete_event(world.event(bookings[4]))
    await world.told_by_graph()
    assert world.row(bookings[4]).state is CANCELLED


async def test_what_was_held_and_comes_back_is_held_no_more(world: SyncWorld) -> None:
    bookings = await several(world, 3)
    events = [world.event(one) for one in bookings]
    for event in events:
        world.calendars.delete_event(event)
    await world.told_by_graph()
    for event, booking in zip(events, bookings, strict=True):
        world.calendars.restore_event(event, booking)
    await world.swept()
    assert [world.row(one).lost for one in bookings] == [None] * 3
    assert world.kinds() == [NoticeKind.HELD]


async def test_one_that_changes_while_it_is_held_does_not_spoil_the_others(world: SyncWorld) -> None:
    bookings = await several(world, 4)
    for booking in bookings:
        world.calendars.delete_event(world.event(booking))
    hold = world.faults.hold("lose_all")
    task = asyncio.create_task(world.told_by_graph())
    await world.faults.reached("lose_all").wait()
    world.bookings.rows[bookings[0].id] = replace(world.row(bookings[0]), version=99)
    hold.set()
    await task
    await world.swept()
    assert [world.row(one).state for one in bookings] == [CONFIRMED] * 4
    assert all(row.lost and row.lost.is_held for row in map(world.row, bookings))
    asked: set[UUID] = set().union(*(one.details.bookings for one in world.told(NoticeKind.HELD)))
    assert asked == {one.id for one in bookings}


# One booking's trouble is its own


async def test_a_mailbox_that_does_not_answer_holds_up_no_other(world: SyncWorld) -> None:
    """Each booking that is asked about takes as long as patience lasts."""
    bookings = await several(world, 5)
    world.calendars.delete_event(world.event(bookings[4]))
    await world.waking.connected(world.work)
    world.faults.before("standing", CalendarError(ReadFailure.TIMED_OUT), times=1000)
    asked = world.faults.calls["standing"]
    await world.passes()
    # At its beginning, and again for what its calendar's survey brought up.
    assert world.faults.calls["standing"] - asked <= 2
    assert [world.row(one).state for one in bookings] == [CONFIRMED] * 5
    world.faults.clear()
    await world.swept(timedelta(minutes=2))
    assert [world.row(one).state for one in bookings] == [CONFIRMED] * 4 + [CANCELLED]


async def test_a_booking_that_fails_holds_up_no_other(world: SyncWorld) -> None:
    bookings = await several(world, 2)
    for booking in bookings:
        world.calendars.delete_event(world.event(booking))
    world.faults.before("advance_cancelled", RuntimeError("a defect"))
    await world.told_by_graph()
    assert sorted(world.row(one).state for one in bookings) == [CANCELLED, CONFIRMED]
    await world.swept()
    assert [world.row(one).state for one in bookings] == [CANCELLED, CANCELLED]
    assert world.kinds() == [NoticeKind.CANCELLED] * 2


async def test_a_store_that_is_away_ends_the_pass_and_nothing_is_lost(world: SyncWorld) -> None:
    booking = await world.booked()
    world.calendars.delete_event(world.event(booking))
    world.faults.before("advance_cancelled", StoreUnavailable())
    with pytest.raises(StoreUnavailable):
        await world.told_by_graph()
    await world.swept(timedelta(minutes=1))
    assert (world.row(booking).state, world.kinds()) == (CANCELLED, [NoticeKind.CANCELLED])


async def test_an_answer_that_was_lost_after_the_commit_tells_nobody_twice(world: SyncWorld) -> None:
    booking = await world.booked()
    world.calendars.delete_event(world.event(booking))
    world.faults.after("advance_cancelled", StoreUnavailable())
    with pytest.raises(StoreUnavailable):
        await world.told_by_graph()
    await world.swept()
    assert (world.row(booking).state, world.kinds()) == (CANCELLED, [NoticeKind.CANCELLED])


async def test_two_passes_at_once_end_it_once(world: SyncWorld) -> None:
    booking = await world.booked(invitees=(ANNA,))
    world.calendars.delete_event(world.event(booking))
    await world.inbox.receive(world.feed.hints())
    await asyncio.gather(world.sync.sync(world.work.id), world.new_sync().sync(world.work.id))
    assert world.row(booking).state is CANCELLED
    assert (world.kinds(), world.kinds(world.anna)) == ([NoticeKind.CANCELLED], [NoticeKind.GUEST_CANCELLED])


async def test_a_hint_after_the_look_and_before_its_record_is_not_lost(world: SyncWorld) -> None:
    booking = await world.booked()
    world.calendars.edit_event(world.event(booking))
    held = world.hold("checked")
    task = asyncio.create_task(world.told_by_graph())
    await held.reached()
    world.calendars.delete_event(world.event(booking))
    await world.inbox.receive(world.feed.hints())
    held.release()
    await task
    assert world.row(booking).state is CANCELLED


# The sign-in


async def test_a_lost_sign_in_cancels_nothing_and_asks_rarely(world: SyncWorld) -> None:
    bookings = await several(world, 5)
    for booking in bookings:
        world.calendars.delete_event(world.event(booking))
    refused = ReconnectNeeded(world.work.id)
    for step in ("standing", "changes", "survey", "renew", "subscribe"):
        world.faults.before(step, refused, times=1000)
    asked, fed = world.faults.calls["standing"], len(world.feed.calls)
    await world.told_by_graph()
    # One refusal speaks for the whole mailbox.
    assert world.faults.calls["standing"] == asked + 1
    asked += 1
    for _ in range(10):
        await world.swept(timedelta(minutes=1))
    assert len(world.feed.calls) - fed <= 1
    assert [world.row(one).state for one in bookings] == [CONFIRMED] * 5
    assert world.told() == []
    assert world.faults.calls["standing"] - asked <= 1
    assert world.accounts.stored[0].health is AccountHealth.RECONNECT
    world.faults.clear()
    await world.waking.connected(world.work)
    await world.passes()
    assert world.kinds() == [NoticeKind.HELD]
    assert world.accounts.stored[0].health is AccountHealth.OK


@pytest.mark.parametrize("is_told", [True, False])
async def test_a_mailbox_connected_anew_is_watched_again(world: SyncWorld, is_told: bool) -> None:
    """At once; and if nobody is told that it was connected, in its turn."""
    booking = await world.booked()
    await world.accounts.disconnect(world.camille.id, world.work.id)
    anew = world.accounts.add(world.camille.id)
    world.calendars.calendars[anew.id] = [
        replace(one, ref=replace(one.ref, account_id=anew.id)) for one in world.calendars.calendars.pop(world.work.id)
    ]
    world.calendars.events = {
        key: (replace(ref, account_id=anew.id), event, written)
        for key, (ref, event, written) in world.calendars.events.items()
    }
    if is_told:
        await world.waking.connected(anew)
        await world.passes(anew)
    else:
        await world.swept(timedelta(hours=7))
    assert world.row(booking).draft.target.account_id == anew.id
    assert world.row(booking).interval == booking.interval
    assert world.told() == []
    await world.swept()
    assert [one.account_id for one in world.watches.rows] == [anew.id]
    world.calendars.delete_event(world.event(booking))
    await world.told_by_graph()
    assert world.row(booking).state is CANCELLED


async def test_a_booking_of_a_mailbox_that_is_gone_is_looked_at_rarely(world: SyncWorld) -> None:
    booking = await world.booked()
    await world.accounts.disconnect(world.camille.id, world.work.id)
    world.accounts.add(world.camille.id, "camille@fabrikam.example", kind=AccountKind.WORK)
    await world.swept(timedelta(hours=7))
    await world.swept(timedelta(hours=7))
    row = world.row(booking)
    assert (row.state, row.lost, world.told()) == (CONFIRMED, None, [])
    assert row.check_at is not None
    assert row.check_at > world.clock.now()
