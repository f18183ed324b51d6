"""What becomes of bookings that a crash or a lost answer left open: the calendar is asked, nothing is guessed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.bookings.booking_outcome import Settled
from bot.bookings.change_settling import ChangeSettler, IsStillFree
from bot.bookings.homes import at_home, look_up
from bot.bookings.settle_result import SettleResult
from bot.bookings.telling import Telling
from bot.errors import CalendarError, IdentityError, StoreUnavailable, VersionConflict
from bot.model import Booking, BookingState, WrittenEvent
from bot.notices import recipients
from bot.ports import Accounts, Bookings, Calendars, Clock

log = logging.getLogger(__name__)

SOONEST = timedelta(seconds=30)
LATEST = timedelta(hours=1)
GIVE_UP = timedelta(days=7)

_RESULTS = {
    BookingState.CONFIRMED: SettleResult.CONFIRMED,
    BookingState.RELEASED: SettleResult.RELEASED,
    BookingState.CANCELLED: SettleResult.RELEASED,
}


class Settler:
    """Looks an unsettled booking's event up: found, it is confirmed; proved absent, its time is released.

    What is decided is told by a notice that is written with it: the host was promised so when the outcome was unknown.
    Where nothing can be proved any more the time is released too, and the result says so: nobody may be told then that
    there is no event.
    """

    def __init__(
        self,
        calendars: Calendars,
        accounts: Accounts,
        bookings: Bookings,
        clock: Clock,
        recheck: IsStillFree | None = None,
        *,
        telling: Telling,
    ) -> None:
        self._calendars = calendars
        self._accounts = accounts
        self._bookings = bookings
        self._clock = clock
        self._telling = telling
        self._changes = ChangeSettler(calendars, accounts, bookings, clock, recheck, telling=telling)

    async def settle_due(self, limit: int = 50) -> list[Settled]:
        """Settle what is due, oldest first as the store gives it.

        One booking that fails holds up no other. Raises StoreUnavailable.
        """
        results: list[Settled] = []
        now = self._clock.now()
        due = [*await self._bookings.unsettled(now, limit), *await self._bookings.changing(now, limit)]
        for booking in due:
            try:
                results.append(await self.settle(booking))
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("booking not settled", extra={"booking_id": str(booking.id)})
        return results

    async def settle(self, booking: Booking) -> Settled:
        """Decide one booking or its change, or set when to look again. Raises StoreError."""
        if booking.change is None and booking.state not in {BookingState.RESERVED, BookingState.PENDING}:
            return Settled(booking, _RESULTS[booking.state])
        try:
            return await (self._changes.settle(booking) if booking.change else self._settle(booking))
        except VersionConflict:
            # Somebody else moved the row: what it says now is the truth.
            current = await self._bookings.get(booking.host, booking.id) or booking
            if current.change is not None:
                return Settled(current, SettleResult.LATER, change=current.change)
            return Settled(current, _RESULTS.get(current.state, SettleResult.LATER))

    async def _settle(self, booking: Booking) -> Settled:
        accounts = await self._accounts.of(booking.host)
        try:
            home = await at_home(booking, accounts, self._calendars)
            if home is None:
                # Disconnected meanwhile: nothing can be proved or managed now, and the claim must not stand for ever.
                log.warning("booking released without its account", extra={"booking_id": str(booking.id)})
                return await self._release(booking, is_proved=False)
            event = await look_up(*home, self._calendars)
        except (CalendarError, IdentityError):
            return await self._later(booking)
        if event is not None:
            return await self._confirm(booking, event)
        now = self._clock.now()
        if booking.expires_at is not None and now < booking.expires_at:
            # Absent so far, but the write may still be under way.
            return await self._postpone(booking, booking.expires_at)
        return await self._release(booking)

    async def _confirm(self, booking: Booking, event: WrittenEvent) -> Settled:
        told = recipients.settled(booking, SettleResult.CONFIRMED)
        confirmed = await self._bookings.advance(
            booking, BookingState.CONFIRMED, now=self._clock.now(), event=event, notices=told
        )
        await self._telling.wake(told)
        return Settled(confirmed, SettleResult.CONFIRMED, changed=True)

    async def _release(self, booking: Booking, *, is_proved: bool = True) -> Settled:
        """A row that is still *reserved* was never written, which is proof enough."""
        is_proved = is_proved or booking.state is BookingState.RESERVED
        result = SettleResult.RELEASED if is_proved else SettleResult.GIVEN_UP
        told = recipients.settled(booking, result)
        released = await self._bookings.advance(
            booking, BookingState.RELEASED, now=self._clock.now(), is_proved=is_proved, notices=told
        )
        await self._telling.wake(told)
        return Settled(released, result, changed=True)

    async def _later(self, booking: Booking) -> Settled:
        """No answer: look again after as long as the booking is old (a doubling wait), for a week at most."""
        now = self._clock.now()
        age = now - booking.created_at
        expired = booking.expires_at is not None and booking.expires_at <= now
        if (booking.state is BookingState.RESERVED and expired) or age > GIVE_UP:
            log.warning("booking released unproved", extra={"booking_id": str(booking.id)})
            return await self._release(booking, is_proved=False)
        return await self._postpone(booking, now + min(max(age, SOONEST), LATEST))

    async def _postpone(self, booking: Booking, until: datetime) -> Settled:
        if booking.state is BookingState.PENDING:
            booking = await self._bookings.advance(
                booking, BookingState.PENDING, now=self._clock.now(), settle_at=until
            )
        return Settled(booking, SettleResult.LATER)
