"""Facts that a turn in the chat causes or comes upon: guests are told, and the host by the turn's own answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.bookings.booking_outcome import FailureKind
from bot.bookings.change_outcome import Cancelled, ChangeFailed, Moved, MoveOffer, Overtaken
from bot.errors import CalendarError
from bot.model import BookingState, ChangeKind, GoneHow, Interval, ReadFailure
from bot.notices.notice import NoticeKind, Source
from tests.support.sync_world import ANNA, SyncWorld
from tests.support.world import paris

TO = Interval(paris(25, 9), paris(25, 10))
HALF = timedelta(minutes=30)


def guests_heard(world: SyncWorld) -> list[tuple[NoticeKind, Source | None]]:
    return [(one.kind, one.details.source) for one in world.told(to=world.anna)]


async def test_guests_hear_of_what_the_host_does_in_the_chat(world: SyncWorld) -> None:
    booking = await world.booked(invitees=(ANNA,))
    profile = await world.profile()
    moved = await world.change_desk.move(profile, booking.id, booking.version, paris(25, 9), HALF)
    assert isinstance(moved, Moved)
    cancelled = await world.change_desk.cancel(profile, booking.id, moved.booking.version, "Sorry")
    assert isinstance(cancelled, Cancelled)
    assert guests_heard(world) == [
        (NoticeKind.GUEST_MOVED, Source.CHAT),
        (NoticeKind.GUEST_CANCELLED, Source.CHAT),
    ]
    assert world.told() == []
    assert world.anna.id in world.jobs.delivering


async def test_a_change_that_was_refused_is_told_to_nobody(world: SyncWorld) -> None:
    booking = await world.booked(invitees=(ANNA,))
    world.faults.before("move", CalendarError(ReadFailure.FORBIDDEN, 403))
    await world.change_desk.move(await world.profile(), booking.id, booking.version, paris(25, 9), HALF)
    assert guests_heard(world) == []


@pytest.mark.parametrize("act", ["offer", "move", "cancel"])
@pytest.mark.parametrize("sync", [True, False])
async def test_a_turn_comes_upon_a_meeting_that_is_gone(world: SyncWorld, act: str, sync: bool) -> None:
    world.prefer(sync_cancellations=sync)
    booking = await world.booked(invitees=(ANNA,))
    world.calendars.delete_event(world.event(booking))
    desk, profile = world.change_desk, await world.profile()
    outcome: object
    if act == "offer":
        outcome = await desk.offer_move(profile, booking.id, TO)
    elif act == "move":
        outcome = await desk.move(profile, booking.id, booking.version, TO.start, HALF)
    else:
        outcome = await desk.cancel(profile, booking.id, booking.version, "")
    row = world.row(booking)
    if sync or act == "cancel":
        assert isinstance(outcome, Cancelled)
        assert outcome.by_outlook
        assert row.state is BookingState.CANCELLED
        assert guests_heard(world) == [(NoticeKind.GUEST_CANCELLED, Source.TURN)]
        assert world.told() == []
    else:
        assert isinstance(outcome, ChangeFailed)
        assert outcome.why is FailureKind.EVENT_GONE
        assert (row.state, row.lost is not None and row.lost.how) == (BookingState.CONFIRMED, GoneHow.DELETED)
        assert (row.change, guests_heard(world), world.kinds()) == (None, [], [NoticeKind.LOST])
    # Whoever looks at it later has nothing to add.
    await world.told_by_graph()
    await world.swept()
    assert len(world.told()) == (0 if sync or act == "cancel" else 1)
    assert len(world.told(to=world.anna)) == (1 if sync or act == "cancel" else 0)


@pytest.mark.parametrize("act", ["offer", "move", "cancel"])
async def test_a_turn_comes_upon_a_meeting_that_was_moved(world: SyncWorld, act: str) -> None:
    booking = await world.booked(invitees=(ANNA,))
    world.calendars.move_event(world.event(booking), TO)
    desk, profile = world.change_desk, await world.profile()
    if act == "offer":
        assert isinstance(await desk.offer_move(profile, booking.id, Interval(paris(26, 9), paris(26, 10))), MoveOffer)
    elif act == "move":
        outcome = await desk.move(profile, booking.id, booking.version, paris(26, 9), HALF)
        assert isinstance(outcome, Overtaken)
    else:
        assert isinstance(await desk.cancel(profile, booking.id, booking.version, ""), Overtaken)
    assert world.row(booking).interval == TO
    assert guests_heard(world) == [(NoticeKind.GUEST_MOVED, Source.TURN)]
    await world.told_by_graph()
    await world.swept()
    assert world.told() == []
    assert len(guests_heard(world)) == 1


@pytest.mark.parametrize("kind", list(ChangeKind))
async def test_what_was_left_open_is_told_when_it_is_known(world: SyncWorld, kind: ChangeKind) -> None:
    booking = await world.booked(invitees=(ANNA,))
    world.faults.after(kind.value, CalendarError(ReadFailure.TIMED_OUT, outcome_unknown=True))
    profile, desk = await world.profile(), world.change_desk
    # The look before the change succeeds, the one after it does not.
    standing = world.calendars.standing
    looks = 0

    async def once(*args: object) -> object:
        nonlocal looks
        looks += 1
        if looks > 1:
            raise CalendarError(ReadFailure.UNAVAILABLE, 503)
        return await standing(*args)  # type: ignore[arg-type]

    world.calendars.standing = once  # type: ignore[method-assign, assignment]
    if kind is ChangeKind.MOVE:
        await desk.move(profile, booking.id, booking.version, TO.start, HALF)
    else:
        await desk.cancel(profile, booking.id, booking.version, "")
    assert guests_heard(world) == []
    # While it is open nobody else draws conclusions.
    world.calendars.standing = standing  # type: ignore[method-assign]
    await world.told_by_graph()
    assert world.told() == []
    world.clock.advance(timedelta(minutes=5))
    await world.settler.settle_due()
    expected = NoticeKind.GUEST_MOVED if kind is ChangeKind.MOVE else NoticeKind.GUEST_CANCELLED
    assert guests_heard(world) == [(expected, Source.CHAT)]
    assert world.kinds() == [NoticeKind.SETTLED]
    await world.swept()
    assert (world.kinds(), len(guests_heard(world))) == ([NoticeKind.SETTLED], 1)
