"""What becomes of a move or a cancellation that a crash or a lost answer left open: Outlook is asked until it is known.

A change that was not asked of Outlook is dropped. One that was is looked at: what the event shows is recorded and told,
and as long as it stands as before it is asked for again, after waits that double, for a day at most.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

from bot.availability import State
from bot.bookings.booking_outcome import Settled
from bot.bookings.change_making import ChangeMaker, Ended, Look, Refused, look_at
from bot.bookings.homes import at_home
from bot.bookings.settle_result import SettleResult
from bot.bookings.telling import Telling
from bot.errors import CalendarError, IdentityError
from bot.model import Account, Booking, BookingChange, Interval, ReadFailure, Standing
from bot.notices import recipients
from bot.notices.notice import NewNotice, Source
from bot.ports import Accounts, Bookings, Calendars, Clock

log = logging.getLogger(__name__)

SOONEST = timedelta(seconds=30)
LATEST = timedelta(hours=1)
GIVE_UP = timedelta(days=1)
_PASSING = frozenset({ReadFailure.THROTTLED, ReadFailure.UNAVAILABLE, ReadFailure.TIMED_OUT, ReadFailure.RECONNECT})

IsStillFree: TypeAlias = Callable[[Booking, Interval], Awaitable[State]]


class ChangeSettler:
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
        self._recheck = recheck
        self._telling = telling
        self._maker = ChangeMaker(calendars, bookings, clock)

    async def settle(self, booking: Booking) -> Settled:
        """Decide one booking's change that is due, or set when to look again. Raises StoreError."""
        change = booking.change
        if change is None or change.due_at > self._clock.now():
            # Whoever asked may still be at it.
            return Settled(booking, SettleResult.LATER, change=change)
        if not change.is_asked:
            return await self._drop(booking, SettleResult.NOT_CHANGED)
        accounts = await self._accounts.of(booking.host)
        try:
            home = await at_home(booking, accounts, self._calendars)
            if home is None:
                # Disconnected meanwhile: nothing can be proved any more.
                return await self._drop(booking, SettleResult.CHANGE_GIVEN_UP)
            account, _ = home
            seen = await self._calendars.standing(account, booking)
        except (CalendarError, IdentityError):
            return await self._later(booking, change, None)
        look = look_at(booking, seen)
        if look is not Look.AS_BEFORE:
            return await self._end(booking, Ended(booking, seen, look))
        too_old = self._clock.now() - change.asked_at > GIVE_UP
        # Past its day a change is looked at and no longer asked for: what is asked may still be done after the look.
        if not seen.is_organizer or seen.is_series or too_old or self._is_pointless(booking, change):
            return await self._drop(booking, SettleResult.NOT_CHANGED)
        return await self._ask_again(account, booking, change, seen)

    async def _ask_again(self, account: Account, booking: Booking, change: BookingChange, seen: Standing) -> Settled:
        if change.interval is not None and self._recheck is not None:
            state = await self._recheck(booking, change.interval)
            if state is State.BUSY:
                return await self._drop(booking, SettleResult.NOT_CHANGED)
            if state is State.UNKNOWN:
                return await self._later(booking, change, seen)
        made = await self._maker.make(account, booking, seen, attempts=1)
        if isinstance(made, Ended):
            return await self._end(booking, made)
        if isinstance(made, Refused) and made.failure not in _PASSING:
            return await self._drop(made.booking, SettleResult.NOT_CHANGED)
        return await self._wait(made.booking, change)

    def _is_pointless(self, booking: Booking, change: BookingChange) -> bool:
        """Nobody wants a meeting moved into the past, or one that is over cancelled."""
        when = change.interval.start if change.interval else booking.interval.end
        return when <= self._clock.now()

    async def _end(self, before: Booking, ended: Ended) -> Settled:
        if ended.seen.is_gone:
            result = SettleResult.CANCELLED
        else:
            result = SettleResult.MOVED if ended.look is Look.DONE else SettleResult.NOT_CHANGED
        told = await self._told(ended, result, before.change)
        booking = await self._maker.end(ended, told)
        await self._telling.wake(told)
        return Settled(booking, result, changed=True, change=before.change, was=before.interval)

    async def _told(self, ended: Ended, result: SettleResult, change: BookingChange | None) -> tuple[NewNotice, ...]:
        """What the host and the guests hear; also guests of a meeting that the host moved elsewhere meanwhile."""
        booking, event = ended.booking, ended.seen.event
        guests = await self._telling.guests_of(booking, ended.seen)
        to = event.interval if event and result is not SettleResult.CANCELLED else None
        told = recipients.settled(booking, result, guests, change=change, to=to)
        if to is not None and result is SettleResult.NOT_CHANGED and to != booking.interval:
            told += recipients.moved(booking, to, Source.CHECK, guests, tell_host=False)
        return told

    async def _drop(self, booking: Booking, result: SettleResult) -> Settled:
        told = recipients.settled(booking, result, change=booking.change)
        dropped = await self._bookings.end_change(booking, self._clock.now(), notices=told)
        await self._telling.wake(told)
        log.info("a change was dropped", extra={"booking_id": str(booking.id), "result": result.value})
        return Settled(dropped, result, changed=True, change=booking.change, was=booking.interval)

    async def _later(self, booking: Booking, change: BookingChange, seen: Standing | None) -> Settled:
        """Look again after as long as the change is old (a doubling wait); after a day say what Outlook shows."""
        now = self._clock.now()
        age = now - change.asked_at
        if age > GIVE_UP:
            return await self._drop(booking, SettleResult.CHANGE_GIVEN_UP if seen is None else SettleResult.NOT_CHANGED)
        return await self._wait(booking, change)

    async def _wait(self, booking: Booking, change: BookingChange) -> Settled:
        now = self._clock.now()
        wait = min(max(now - change.asked_at, SOONEST), LATEST)
        booking = await self._bookings.change_asked(booking, now, now + wait)
        return Settled(booking, SettleResult.LATER, change=booking.change)
