"""The steps of one change of a booking, once it is clear that it is to be made: claim, check, ask, record.

Each step leaves a row from which the next one can be found; see :mod:`bot.bookings.changing`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

from bot.answers.free_time import alternatives_to, with_alternatives
from bot.availability import ReasonKind, State
from bot.bookings.booking import DeskTimes
from bot.bookings.booking_outcome import FailureKind, SlotJustTaken, TargetProblem, TargetUnavailable, Unreadable
from bot.bookings.change_making import ChangeMaker, Ended, Look, MakingTimes, Open, Refused
from bot.bookings.change_outcome import (
    Cancelled,
    ChangeFailed,
    ChangeMade,
    ChangePending,
    Moved,
    MoveOutcome,
    NoSuchBooking,
    NotOrganizer,
    Overtaken,
)
from bot.bookings.claims import claims_against, is_abandoned
from bot.bookings.homes import at_home
from bot.bookings.settling import Settler
from bot.bookings.target import TARGET_PROBLEMS, target_problem
from bot.bookings.telling import Telling
from bot.errors import CalendarError, IdentityError, SlotTaken, StoreError, VersionConflict
from bot.mailboxes.live import LiveCalendars, LiveRead, failure_of
from bot.model import (
    Account,
    Booking,
    BookingChange,
    BookingState,
    CalendarRef,
    ChangeKind,
    GoneHow,
    Interval,
    LostEvent,
    PersonId,
    ReadFailure,
    Standing,
)
from bot.notices import recipients
from bot.notices.notice import NewNotice, Source
from bot.ports import Bookings, Calendars, Clock, Jobs
from bot.profile import Profile

log = logging.getLogger(__name__)

_FAILURES = {
    ReadFailure.THROTTLED: FailureKind.THROTTLED,
    ReadFailure.UNAVAILABLE: FailureKind.UNAVAILABLE,
    ReadFailure.TIMED_OUT: FailureKind.UNAVAILABLE,
}


class ChangeSteps:
    def __init__(
        self,
        live: LiveCalendars,
        calendars: Calendars,
        bookings: Bookings,
        jobs: Jobs,
        clock: Clock,
        settler: Settler,
        telling: Telling,
        times: DeskTimes,
    ) -> None:
        self._live = live
        self._calendars = calendars
        self._bookings = bookings
        self._jobs = jobs
        self._clock = clock
        self._settler = settler
        self._telling = telling
        self._times = times
        making = MakingTimes(lease=times.reservation, backoff=times.backoff)
        self._maker = ChangeMaker(calendars, bookings, clock, making)

    async def move(
        self, profile: Profile, booking: Booking, to: Interval, accept: frozenset[ReasonKind]
    ) -> MoveOutcome | None:
        """None where the row changed meanwhile."""
        account = await self.account_of(profile, booking)
        if not isinstance(account, Account):
            return account
        try:
            changing = await self._begin(booking, ChangeKind.MOVE, to=to)
            if changing is None:
                return await self._taken(profile, booking, to)
            try:
                ready = await self._check(profile, account, changing, to, accept)
            except Exception:
                await self._drop(changing)
                raise
        except VersionConflict:
            return None
        return await self._make(account, changing, ready) if isinstance(ready, Standing) else ready

    async def cancel(self, profile: Profile, booking: Booking, message: str) -> ChangeMade | TargetUnavailable | None:
        """None where the row changed meanwhile."""
        account = await self.account_of(profile, booking)
        if not isinstance(account, Account):
            return account
        try:
            changing = await self._begin(booking, ChangeKind.CANCEL, message=message)
            if changing is None:
                return None
            ready = await self._changeable(profile, changing, await self.standing(account, changing))
        except VersionConflict:
            return None
        return await self._make(account, changing, ready) if isinstance(ready, Standing) else ready

    async def _begin(
        self, booking: Booking, kind: ChangeKind, *, to: Interval | None = None, message: str = ""
    ) -> Booking | None:
        """Step 1. None where another claim holds the new time. Raises VersionConflict."""
        now = self._clock.now()
        change = BookingChange(kind, now, now + self._times.reservation, interval=to, message=message)
        try:
            return await self._bookings.begin_change(booking, change, now)
        except SlotTaken:
            if to is None or not await self._drop_abandoned(booking.host, to):
                return None
        try:
            return await self._bookings.begin_change(booking, change, now)
        except SlotTaken:
            return None

    async def _drop_abandoned(self, host: PersonId, interval: Interval) -> bool:
        """Settle what a crash left in the way, rather than when the sweep comes by."""
        claims = await self._bookings.claims(host, interval)
        abandoned = [claim for claim in claims if is_abandoned(claim, self._clock.now())]
        for claim in abandoned:
            await self._settler.settle(claim)
        return bool(abandoned)

    async def _check(
        self, profile: Profile, account: Account, booking: Booking, to: Interval, accept: frozenset[ReasonKind]
    ) -> Standing | MoveOutcome:
        """Step 2. A refusal, with the change dropped, or how the event stands. Raises VersionConflict."""
        read, seen = await asyncio.gather(self.read(profile, to), self.standing(account, booking))
        ready = await self._changeable(profile, booking, seen)
        if not isinstance(ready, Standing):
            return ready
        refusal: MoveOutcome | None = target_problem(read, ready.calendar or booking.draft.target)
        if refusal is None:
            against = claims_against(booking, read.claims)
            verdict = read.availability(claims=against, ignore=booking).check(to).accepting(accept)
            if verdict.state is State.BUSY:
                alternatives = alternatives_to(to, read.availability(ignore=booking))
                refusal = SlotJustTaken(to, verdict.reasons, alternatives)
            elif verdict.state is State.UNKNOWN:
                refusal = Unreadable(verdict.unreadable)
        if refusal is None:
            return ready
        await self._drop(booking)
        return refusal

    async def _changeable(
        self, profile: Profile, booking: Booking, seen: Standing | ReadFailure
    ) -> Standing | ChangeMade | TargetUnavailable:
        """The event as it stands, if it can be changed; else why not, with the change ended. Raises VersionConflict."""
        now = self._clock.now()
        if isinstance(seen, ReadFailure):
            return self.refused(await self._drop(booking), seen)
        if seen.is_gone or seen.event is None:
            if keeps_without_event(profile, booking):
                return ChangeFailed(FailureKind.EVENT_GONE, await self.lost(await self._drop(booking), seen))
            told = await self.cancelled_in_outlook(booking, seen)
            ended = await self._bookings.end_change(booking, now, cancelled=True, notices=told)
            await self._telling.wake(told)
            return Cancelled(ended, by_outlook=True)
        if seen.is_series:
            return ChangeFailed(FailureKind.SERIES, await self._drop(booking))
        if not seen.is_organizer:
            return NotOrganizer(await self._drop(booking))
        if seen.event.interval == booking.interval:
            return seen
        # The host moved it in Outlook: the card that asked shows what is no more.
        told = await self.moved_in_outlook(booking, seen)
        followed = await self._bookings.end_change(booking, now, event=seen.event, notices=told)
        await self._telling.wake(told)
        is_there = booking.change is not None and seen.event.interval == booking.change.interval
        return self.moved(followed, seen.calendar, repeated=True) if is_there else Overtaken(followed)

    async def _make(self, account: Account, booking: Booking, seen: Standing) -> ChangeMade | TargetUnavailable:
        """Steps 3 and 4. From here on the answer is what Outlook says."""
        try:
            made = await self._maker.make(account, booking, seen, attempts=self._times.attempts)
        except VersionConflict:
            return await self._decided_by_another(booking)
        except StoreError:
            await self._drop(booking)
            raise
        if isinstance(made, Open):
            return await self._pend(made.booking)
        if isinstance(made, Refused):
            return self.refused(await self._drop(made.booking), made.failure)
        try:
            told = await self._done(made)
            ended = await self._maker.end(made, told)
            await self._telling.wake(told)
        except VersionConflict:
            return await self._decided_by_another(booking, made.seen)
        except StoreError:
            # It is done; the row is due and will say so when the store is back.
            log.exception("a change was not recorded", extra=_ids(booking))
            return ChangePending(made.booking)
        return self._told(booking, ended, made, had_invitees=seen.has_attendees)

    def _told(self, before: Booking, now: Booking, made: Ended, *, had_invitees: bool) -> ChangeMade:
        if made.look is Look.ELSEWHERE:
            return Overtaken(now)
        if made.look is Look.GONE:
            return Cancelled(now, by_outlook=True)
        if made.seen.is_gone:
            return Cancelled(now, had_invitees=had_invitees)
        return self.moved(now, made.seen.calendar, was=before.interval)

    async def _decided_by_another(self, booking: Booking, seen: Standing | None = None) -> ChangeMade:
        """The row moved while Outlook was asked: settled by a job, or dropped as this process was too slow.

        Where it was dropped and Outlook did it after all (``seen``), the row follows what stands there.
        """
        current = await self._bookings.get(booking.host, booking.id)
        event = seen.event if seen else None
        is_settled = current and current.state is BookingState.CONFIRMED and current.change is None
        if current and event and is_settled and current.interval != event.interval:
            guests = await self._telling.guests_of(current, seen)
            told = recipients.moved(current, event.interval, Source.CHAT, guests, tell_host=False)
            with contextlib.suppress(VersionConflict):
                current = await self._bookings.follow(current, event, self._clock.now(), notices=told)
                await self._telling.wake(told)
        if current is None:
            return NoSuchBooking()
        if current.change is not None:
            return ChangePending(current)
        is_move = booking.change is not None and booking.change.kind is ChangeKind.MOVE
        if current.state is BookingState.CANCELLED:
            return Cancelled(current, repeated=not is_move, by_outlook=is_move)
        if is_move and booking.change and current.interval == booking.change.interval:
            return self.moved(current, was=booking.interval)
        return ChangeFailed(FailureKind.TOO_SLOW, current)

    # What is told of it. The host reads it in the turn's own answer.

    async def cancelled_in_outlook(self, booking: Booking, seen: Standing) -> tuple[NewNotice, ...]:
        """This turn came upon a meeting that is gone. Raises StoreError."""
        guests = await self._telling.guests_of(booking)
        return recipients.cancelled(booking, seen.how_gone, Source.TURN, guests, tell_host=False)

    async def moved_in_outlook(self, booking: Booking, seen: Standing) -> tuple[NewNotice, ...]:
        """This turn came upon a meeting that the host had moved in Outlook. Raises StoreError."""
        if seen.event is None:
            return ()
        guests = await self._telling.guests_of(booking, seen)
        return recipients.moved(booking, seen.event.interval, Source.TURN, guests, tell_host=False)

    async def lost(self, booking: Booking, seen: Standing) -> Booking:
        """The booking stands without its event, as the host wants; the hint about it says what can be done.

        Raises StoreError.
        """
        if booking.lost is not None or booking.state is not BookingState.CONFIRMED or booking.change is not None:
            return booking
        how, now = seen.how_gone or GoneHow.DELETED, self._clock.now()
        told = recipients.lost(booking, how, Source.TURN)
        with contextlib.suppress(VersionConflict):
            booking = await self._bookings.lose(booking, LostEvent(now, how), now, notices=told)
            await self._telling.wake(told)
        return booking

    async def _done(self, made: Ended) -> tuple[NewNotice, ...]:
        """What the guests hear of a change that Outlook was asked for, or of what was found in its place."""
        booking, seen = made.booking, made.seen
        if seen.is_gone or seen.event is None:
            if made.look is Look.GONE:
                return await self.cancelled_in_outlook(booking, seen)
            guests = await self._telling.guests_of(booking)
            return recipients.cancelled(booking, None, Source.CHAT, guests, tell_host=False)
        if made.look is Look.ELSEWHERE:
            return await self.moved_in_outlook(booking, seen)
        guests = await self._telling.guests_of(booking, seen)
        return recipients.moved(booking, seen.event.interval, Source.CHAT, guests, tell_host=False)

    # When a step says no

    async def _taken(self, profile: Profile, booking: Booking, to: Interval) -> MoveOutcome:
        read = await self.read(profile, to)
        availability = read.availability(ignore=booking)
        return SlotJustTaken(to, availability.check(to).reasons, alternatives_to(to, availability))

    async def _pend(self, booking: Booking) -> ChangePending:
        """The outcome is unknown: ask for a look soon; the row is due by itself if that cannot be stored."""
        now = self._clock.now()
        with contextlib.suppress(StoreError):
            booking = await self._bookings.change_asked(booking, now, now + self._times.settle_after)
            await self._jobs.settle_booking(booking.id, delay=self._times.settle_after)
        return ChangePending(booking)

    async def _drop(self, booking: Booking) -> Booking:
        """The booking stays as it was; where the store does not take that, the change's due time sees to it."""
        try:
            return await self._bookings.end_change(booking, self._clock.now())
        except StoreError:
            log.warning("a change was not dropped", extra=_ids(booking))
            return booking

    def refused(self, booking: Booking, failure: ReadFailure) -> ChangeFailed | TargetUnavailable:
        """Outlook refused, or did not answer, and nothing was changed."""
        target = booking.draft.target
        if failure in TARGET_PROBLEMS:
            return TargetUnavailable(TARGET_PROBLEMS[failure], target, self._live.name_of(target))
        return ChangeFailed(_FAILURES.get(failure, FailureKind.REFUSED), booking, failure)

    def moved(
        self,
        booking: Booking,
        calendar: CalendarRef | None = None,
        *,
        was: Interval | None = None,
        repeated: bool = False,
    ) -> Moved:
        return Moved(booking, self._live.name_of(calendar or booking.draft.target), was, repeated)

    # Reading

    async def account_of(self, profile: Profile, booking: Booking) -> Account | ChangeFailed | TargetUnavailable:
        """The connected account in whose mailbox the booking's event is, or why there is none to ask."""
        try:
            home = await at_home(booking, profile.accounts, self._calendars)
        except (CalendarError, IdentityError) as error:
            return self.refused(booking, failure_of(error))
        if home is not None:
            return home[0]
        target = booking.draft.target
        return TargetUnavailable(TargetProblem.GONE, target, self._live.name_of(target))

    async def read(self, profile: Profile, slot: Interval) -> LiveRead:
        return await self._live.read(profile, with_alternatives(slot, profile, self._clock.now()))

    async def standing(self, account: Account, booking: Booking) -> Standing | ReadFailure:
        try:
            return await self._calendars.standing(account, booking)
        except (CalendarError, IdentityError) as error:
            return failure_of(error)


def keeps_without_event(profile: Profile, booking: Booking, *, cancelling: bool = False) -> bool:
    """Whether a booking whose event is gone stands all the same: as the host wants, but not one being cancelled."""
    is_cancel = cancelling or (booking.change is not None and booking.change.kind is ChangeKind.CANCEL)
    return not is_cancel and not profile.preferences.sync_cancellations


def _ids(booking: Booking) -> dict[str, str | int]:
    return {"booking_id": str(booking.id), "person_id": booking.host}
