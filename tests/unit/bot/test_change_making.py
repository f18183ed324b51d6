"""Asking Outlook: what each pair of answer and reading is taken for, and how often it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from bot.bookings.change_making import ChangeMaker, Ended, Look, MakingTimes, Open, Refused, look_at
from bot.errors import CalendarError, StoreUnavailable, VersionConflict
from bot.model import (
    Account,
    AccountId,
    Booking,
    BookingChange,
    BookingDraft,
    BookingState,
    CalendarRef,
    ChangeKind,
    Interval,
    PersonId,
    ReadFailure,
    Standing,
    WrittenEvent,
)
from tests.support.fakes import FakeBookings, FakeClock
from tests.support.world import World, paris

OLD = Interval(paris(24, 15), paris(24, 15, 30))
NEW = Interval(paris(25, 10), paris(25, 10, 30))
OTHER = Interval(paris(26, 9), paris(26, 10))
LOST = CalendarError(ReadFailure.UNAVAILABLE, 503, outcome_unknown=True)
SILENT = CalendarError(ReadFailure.TIMED_OUT, outcome_unknown=True)
NO = CalendarError(ReadFailure.FORBIDDEN, 403)
CHANGED = CalendarError(ReadFailure.UNAVAILABLE, 412)


def event_at(when: Interval) -> Standing:
    return Standing(WrittenEvent("event-1", when, "Budget"), etag=str(when.start))


class Script:
    """Answers as told: to a write None or an error, to a look a standing or an error. ``etags``: what was given."""

    def __init__(self, answers: list[CalendarError | None], looks: list[Standing | CalendarError]) -> None:
        self.answers, self.looks = answers, looks
        self.etags: list[str] = []

    async def move(self, account: Account, booking: Booking, to: Interval, *, etag: str = "") -> None:
        self.etags.append(etag)
        if answer := self.answers.pop(0):
            raise answer

    async def cancel(self, account: Account, booking: Booking, *, has_attendees: bool, message: str) -> None:
        await self.move(account, booking, OLD)

    async def standing(self, account: Account, booking: Booking) -> Standing:
        look = self.looks.pop(0)
        if isinstance(look, CalendarError):
            raise look
        return look


async def make(world: World, script: Script, kind: ChangeKind = ChangeKind.MOVE) -> Ended | Refused | Open:
    bookings, clock = world.bookings, world.clock
    maker = ChangeMaker(script, bookings, clock, MakingTimes(backoff=timedelta(0)))  # type: ignore[arg-type]
    booking = changing(bookings, clock, kind)
    return await maker.make(world.work, booking, event_at(OLD), attempts=2)


def changing(bookings: FakeBookings, clock: FakeClock, kind: ChangeKind = ChangeKind.MOVE) -> Booking:
    change = BookingChange(kind, clock.now(), clock.now(), interval=NEW if kind is ChangeKind.MOVE else None)
    draft = BookingDraft("key-1", OLD, CalendarRef(AccountId(1), "clients"), "Europe/Paris", "Budget")
    event = WrittenEvent("event-1", OLD, "Budget")
    booking = Booking(uuid4(), PersonId(1), draft, BookingState.CONFIRMED, event=event, version=5, change=change)
    return bookings.put(booking)


BEFORE, DONE, MOVED_AWAY, GONE = event_at(OLD), event_at(NEW), event_at(OTHER), Standing()


@pytest.mark.parametrize(
    ("answers", "looks", "expected"),
    [
        # Accepted, and read so.
        ([None], [DONE], Look.DONE),
        # Accepted, and to be seen a moment later.
        ([None], [BEFORE, DONE], Look.DONE),
        # Done although the answer was lost: not asked for a second time.
        ([LOST], [DONE], Look.DONE),
        ([SILENT], [DONE], Look.DONE),
        # Not done: asked for again.
        ([LOST, None], [BEFORE, DONE], Look.DONE),
        ([CHANGED, None], [BEFORE, DONE], Look.DONE),
        # Somebody else did something.
        ([CHANGED], [MOVED_AWAY], Look.ELSEWHERE),
        ([LOST], [GONE], Look.GONE),
        ([CalendarError(ReadFailure.NOT_FOUND, 404)], [GONE], Look.GONE),
    ],
)
async def test_what_is_known_ends_it(
    world: World, answers: list[CalendarError | None], looks: list[Standing | CalendarError], expected: Look
) -> None:
    script = Script(answers, looks)
    made = await make(world, script)
    assert isinstance(made, Ended)
    assert made.look is expected
    assert (script.answers, script.looks) == ([], [])


@pytest.mark.parametrize(
    ("answers", "looks"),
    [
        # Accepted, and not to be seen: never a second write, which would be a second mail.
        ([None], [BEFORE, BEFORE]),
        ([None], [LOST]),
        ([None], [BEFORE, LOST]),
        # Silent: the request may still be under way.
        ([SILENT], [BEFORE]),
        ([LOST], [LOST]),
        ([LOST, LOST], [BEFORE, BEFORE]),
        # Refused now, but the one before may have been taken.
        ([LOST, NO], [BEFORE, BEFORE]),
        ([LOST, NO], [BEFORE, LOST]),
        ([CHANGED, CHANGED], [BEFORE, BEFORE]),
    ],
)
async def test_what_is_not_known_stays_open(
    world: World, answers: list[CalendarError | None], looks: list[Standing | CalendarError]
) -> None:
    script = Script(answers, looks)
    made = await make(world, script)
    assert isinstance(made, Open)
    assert made.booking == world.bookings.rows[made.booking.id]
    assert (script.answers, script.looks) == ([], [])


@pytest.mark.parametrize("looks", [[BEFORE], [LOST]])
async def test_a_definite_no_is_one(world: World, looks: list[Standing | CalendarError]) -> None:
    made = await make(world, Script([NO], looks))
    assert isinstance(made, Refused)
    assert made.failure is ReadFailure.FORBIDDEN


async def test_each_write_is_marked_first_and_names_the_state_it_was_read_in(world: World) -> None:
    script = Script([CHANGED, None], [replace(BEFORE, etag="second"), DONE])
    await make(world, script)
    assert script.etags == [BEFORE.etag, "second"]
    assert world.faults.calls["change_asked"] == 2


async def test_who_lost_the_row_writes_nothing(world: World) -> None:
    script = Script([], [])
    world.faults.before("change_asked", VersionConflict())
    with pytest.raises(VersionConflict):
        await make(world, script)


@pytest.mark.parametrize("error", [VersionConflict(), StoreUnavailable()])
async def test_who_loses_the_row_after_writing_leaves_it_open(world: World, error: Exception) -> None:
    script = Script([LOST], [BEFORE])
    marks = iter([None, error])
    asked = world.bookings.change_asked

    async def second_fails(*arguments: object) -> Booking:
        if problem := next(marks):
            raise problem
        return await asked(*arguments)  # type: ignore[arg-type]

    world.bookings.change_asked = second_fails  # type: ignore[method-assign, assignment]
    assert isinstance(await make(world, script), Open)


@pytest.mark.parametrize(("seen", "look"), [(GONE, Look.DONE), (BEFORE, Look.AS_BEFORE), (MOVED_AWAY, Look.AS_BEFORE)])
def test_a_cancellation_is_done_when_the_event_is_gone_wherever_it_stood(
    world: World, seen: Standing, look: Look
) -> None:
    assert look_at(changing(world.bookings, world.clock, ChangeKind.CANCEL), seen) is look
    cancelled = replace(BEFORE, is_cancelled=True)
    assert look_at(changing(world.bookings, world.clock), cancelled) is Look.GONE
