"""The change desk: move a booking to another time, or cancel it, once and for certain.

A change (1) is recorded in the booking's row, where a move claims its new time beside the old one under the same
exclusion constraint that guards every claim, (2) is checked: the conflict calendars are read live with the booking's
own event set aside, and the event itself, which may have been deleted or moved in Outlook, (3) is marked as asked and
asked of Outlook, (4) is done only when the event reads so. The mark before the write makes every crash decidable: a
change that was not asked is dropped, one that was is looked at by :class:`bot.bookings.settling.Settler` until it is
known.
"""

from __future__ import annotations

import asyncio
import contextlib
import unicodedata
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from bot.answers.free_time import alternatives_to
from bot.availability import ReasonKind, State
from bot.bookings.booking import DeskTimes
from bot.bookings.booking_form import FARTHEST, FieldFault, FieldProblem, time_problems
from bot.bookings.booking_outcome import FailureKind, TargetUnavailable
from bot.bookings.change_outcome import (
    Cancelled,
    CancelOutcome,
    ChangeFailed,
    ChangeInProgress,
    ChangeMade,
    ChangePending,
    InvalidChange,
    MoveOffer,
    MoveOutcome,
    NoMoveOffer,
    NoSuchBooking,
    NotOrganizer,
    Overtaken,
)
from bot.bookings.change_steps import ChangeSteps, keeps_without_event
from bot.bookings.settling import Settler
from bot.bookings.target import target_problem
from bot.bookings.telling import Telling
from bot.errors import VersionConflict
from bot.mailboxes.live import LiveCalendars
from bot.model import Account, Booking, BookingState, ChangeKind, Interval, ReadFailure, Standing, WrittenEvent
from bot.ports import Bookings, Calendars, Clock, Jobs
from bot.profile import Profile

MESSAGE_LIMIT = 1000
_ROUNDS = 4
_MINUTE = timedelta(minutes=1)
_NEVER = frozenset({"Cc", "Cs", "Zl", "Zp"})
_NOTHING_ACCEPTED: frozenset[ReasonKind] = frozenset()

T = TypeVar("T")


class ChangeDesk:
    def __init__(
        self,
        live: LiveCalendars,
        calendars: Calendars,
        bookings: Bookings,
        jobs: Jobs,
        clock: Clock,
        settler: Settler,
        *,
        telling: Telling,
        times: DeskTimes | None = None,
    ) -> None:
        self._bookings = bookings
        self._clock = clock
        self._settler = settler
        self._telling = telling
        self._times = times or DeskTimes()
        self._steps = ChangeSteps(live, calendars, bookings, jobs, clock, settler, telling, self._times)

    async def offer_move(self, profile: Profile, booking_id: UUID, slot: Interval) -> MoveOffer | NoMoveOffer:
        """What a form that moves the booking to ``slot`` starts from, read live. Raises StoreError.

        The offer's booking may be newer than the card that asked for it: where the host moved or deleted the event in
        Outlook, that is recorded first.
        """
        booking = await self._bookings.get(profile.person.id, booking_id)
        if booking is None:
            return NoSuchBooking()
        if booking.state is BookingState.CANCELLED:
            return Cancelled(booking, repeated=True)
        if booking.change is not None and booking.change.due_at <= self._clock.now():
            booking = (await self._settler.settle(booking)).booking
        if booking.state is not BookingState.CONFIRMED or booking.change is not None:
            return ChangeInProgress(booking)
        target = booking.draft.target
        account = await self._steps.account_of(profile, booking)
        if not isinstance(account, Account):
            return account
        read, seen = await asyncio.gather(self._steps.read(profile, slot), self._steps.standing(account, booking))
        if isinstance(seen, ReadFailure):
            return self._steps.refused(booking, seen)
        if seen.is_gone or seen.event is None:
            return await self._found_gone(profile, booking, seen)
        if seen.is_series:
            return ChangeFailed(FailureKind.SERIES, booking)
        if not seen.is_organizer:
            return NotOrganizer(booking)
        if seen.event.interval != booking.interval:
            booking = await self._follow(booking, seen, seen.event)
        if seen.event.interval.end <= self._clock.now():
            return ChangeFailed(FailureKind.ALREADY_OVER, booking)
        where = seen.calendar or target
        if problem := target_problem(read, where):
            return problem
        availability = read.availability(ignore=booking)
        verdict = availability.check(slot)
        return MoveOffer(
            booking=booking,
            slot=slot,
            verdict=verdict,
            alternatives=alternatives_to(slot, availability) if verdict.state is State.BUSY else (),
            calendar=read.survey.known(where),
            account=account,
            checked=read.checked,
        )

    async def move(
        self,
        profile: Profile,
        booking_id: UUID,
        version: int,
        start: datetime,
        duration: timedelta,
        accept: Collection[ReasonKind] = _NOTHING_ACCEPTED,
    ) -> MoveOutcome:
        """Move a booking of the host's to ``start`` (to the minute), if it stands as ``version`` of it showed.

        A repeated tap answers with what the first one came to. ``accept`` names the soft reasons that the host sets
        aside. Raises StoreError where the store fails before anything was asked of Outlook.
        """
        to, problems = self._wanted(start, duration)

        async def begin(booking: Booking) -> MoveOutcome | None:
            if to is None or (problems and booking.interval != to):
                return InvalidChange(problems, booking)
            if booking.interval == to:
                return await self._recheck(profile, booking) or self._steps.moved(booking, repeated=True)
            if not booking.is_as_shown(version):
                return Overtaken(booking)
            if booking.interval.end <= self._clock.now():
                return await self._recheck(profile, booking) or ChangeFailed(FailureKind.ALREADY_OVER, booking)
            return await self._steps.move(profile, booking, to, frozenset(accept))

        return await self._rounds(profile, booking_id, ChangeKind.MOVE, to, begin)

    async def cancel(self, profile: Profile, booking_id: UUID, version: int, message: str) -> CancelOutcome:
        """Cancel a booking of the host's with a message to its invitees, if it stands as ``version`` of it showed.

        Raises StoreError where the store fails before anything was asked of Outlook.
        """

        async def begin(booking: Booking) -> ChangeMade | TargetUnavailable | None:
            if not booking.is_as_shown(version):
                return Overtaken(booking)
            if booking.interval.end <= self._clock.now():
                found = await self._recheck(profile, booking, cancelling=True)
                return found or ChangeFailed(FailureKind.ALREADY_OVER, booking)
            return await self._steps.cancel(profile, booking, _cleaned(message))

        return await self._rounds(profile, booking_id, ChangeKind.CANCEL, None, begin)

    # Before anything begins

    def _wanted(self, start: datetime, duration: timedelta) -> tuple[Interval | None, tuple[FieldProblem, ...]]:
        """The time that is wanted, where it can be one, and what is wrong with it as the aim of a move."""
        now = self._clock.now()
        problems = tuple(time_problems(start, duration, now))
        if {one.fault for one in problems} - {FieldFault.IN_THE_PAST} or abs(start - now) > FARTHEST:
            return None, problems
        start = start.astimezone(UTC).replace(second=0, microsecond=0)
        return Interval(start, start + _MINUTE * (duration // _MINUTE)), problems

    async def _rounds(
        self,
        profile: Profile,
        booking_id: UUID,
        kind: ChangeKind,
        to: Interval | None,
        begin: Callable[[Booking], Awaitable[T | None]],
    ) -> T | ChangeMade:
        """``begin`` on the booking as soon as no other change of it is under way; again where that was overtaken."""
        booking: Booking | None = None
        for _ in range(_ROUNDS):
            booking = await self._bookings.get(profile.person.id, booking_id)
            if booking is None:
                return NoSuchBooking()
            booking = await self._await_end(booking)
            if booking.change is not None:
                is_same = (booking.change.kind, booking.change.interval) == (kind, to)
                return ChangePending(booking) if is_same and booking.change.is_asked else ChangeInProgress(booking)
            match booking.state:
                case BookingState.CONFIRMED:
                    if outcome := await begin(booking):
                        return outcome
                case BookingState.CANCELLED if kind is ChangeKind.CANCEL:
                    return Cancelled(booking, repeated=True)
                case BookingState.RESERVED | BookingState.PENDING:
                    return ChangeInProgress(booking)
                case _:
                    return Overtaken(booking)
        return ChangeFailed(FailureKind.TOO_SLOW, booking) if booking else NoSuchBooking()

    async def _await_end(self, booking: Booking) -> Booking:
        """Wait briefly for a change that another request is making; one that nobody attends to is settled here."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._times.wait.total_seconds()
        while booking.change is not None:
            if booking.change.due_at <= self._clock.now():
                return (await self._settler.settle(booking)).booking
            if loop.time() >= deadline:
                break
            await asyncio.sleep(self._times.poll.total_seconds())
            booking = await self._bookings.get(booking.host, booking.id) or booking
        return booking

    async def _recheck(
        self, profile: Profile, booking: Booking, *, cancelling: bool = False
    ) -> Overtaken | Cancelled | ChangeFailed | None:
        """What Outlook says otherwise than the row, recorded; None where nothing, or where it does not answer."""
        account = await self._steps.account_of(profile, booking)
        if not isinstance(account, Account):
            return None
        seen = await self._steps.standing(account, booking)
        if isinstance(seen, ReadFailure):
            return None
        if seen.is_gone or seen.event is None:
            return await self._found_gone(profile, booking, seen, cancelling=cancelling)
        if seen.event.interval == booking.interval:
            return None
        return Overtaken(await self._follow(booking, seen, seen.event))

    async def _follow(self, booking: Booking, seen: Standing, event: WrittenEvent) -> Booking:
        """The host moved it in Outlook, and is at it again: wherever it goes from here, it goes from there.

        The switch that keeps bookings from following their events does not count while the host moves this very one.
        """
        told = await self._steps.moved_in_outlook(booking, seen)
        with contextlib.suppress(VersionConflict):
            booking = await self._bookings.follow(booking, event, self._clock.now(), notices=told)
            await self._telling.wake(told)
        return booking

    async def _found_gone(
        self, profile: Profile, booking: Booking, seen: Standing, *, cancelling: bool = False
    ) -> Cancelled | ChangeFailed:
        if keeps_without_event(profile, booking, cancelling=cancelling):
            return ChangeFailed(FailureKind.EVENT_GONE, await self._steps.lost(booking, seen))
        told = await self._steps.cancelled_in_outlook(booking, seen)
        with contextlib.suppress(VersionConflict):
            booking = await self._bookings.advance(booking, BookingState.CANCELLED, now=self._clock.now(), notices=told)
            await self._telling.wake(told)
        return Cancelled(booking, by_outlook=True)


def _cleaned(message: str) -> str:
    """A message as it is sent: without control characters, at most ``MESSAGE_LIMIT`` long."""
    kept = (char for char in message if char in "\n\t" or unicodedata.category(char) not in _NEVER)
    return "".join(kept).strip()[:MESSAGE_LIMIT]
