"""Recording what a verdict means, and telling it: one transaction each, so that neither happens without the other."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.bookings.telling import Telling
from bot.calendar_sync.looking import Look
from bot.calendar_sync.names import CalendarNames
from bot.calendar_sync.verdict import Verdict
from bot.model import Account, AccountId, Booking, BookingState, GoneHow, Interval, LostEvent, Standing
from bot.notices import recipients
from bot.notices.notice import NewNotice, Source
from bot.ports import Bookings, Clock, Notices

log = logging.getLogger(__name__)


class Applying:
    """Every method raises VersionConflict where the booking changed since it was read, and other StoreErrors."""

    def __init__(
        self, bookings: Bookings, notices: Notices, telling: Telling, names: CalendarNames, clock: Clock
    ) -> None:
        self._bookings = bookings
        self._notices = notices
        self._telling = telling
        self._names = names
        self._clock = clock

    async def end(self, booking: Booking, how: GoneHow, source: Source) -> Booking:
        """The meeting is gone and the booking ends with it; its host and the guests that are known hear of it."""
        guests = await self._telling.guests_of(booking)
        told = recipients.cancelled(booking, how, source, guests)
        ended = await self._bookings.advance(booking, BookingState.CANCELLED, now=self._clock.now(), notices=told)
        log.info("a booking was cancelled in Outlook", extra=_ids(booking) | {"how": how.value, "source": source.value})
        await self._telling.wake(told)
        return ended

    async def lose(self, booking: Booking, how: GoneHow, source: Source) -> Booking:
        """The meeting is gone and the booking stands, as the host wants; one hint."""
        now = self._clock.now()
        told = recipients.lost(booking, how, source)
        lost = await self._bookings.lose(booking, LostEvent(now, how), now, notices=told)
        log.info("a booking lost its event", extra=_ids(booking) | {"how": how.value, "source": source.value})
        await self._telling.wake(told)
        return lost

    async def hold(self, account_id: AccountId, gone: Sequence[tuple[Booking, GoneHow]], source: Source) -> None:
        """Too many are gone at once: all stand, and the host is asked once about all of them."""
        now = self._clock.now()
        told = recipients.held(account_id, [booking for booking, _ in gone], source)
        lost = [(booking, LostEvent(now, how, is_held=True)) for booking, how in gone]
        await self._bookings.lose_all(lost, now, notices=told)
        log.warning("many events are gone at once", extra={"account_id": account_id, "bookings": len(gone)})
        await self._telling.wake(told)

    async def stands(self, look: Look, source: Source) -> Booking:
        """The event is there: what differs is followed or asked about, and what invitees answered is told.

        Where the row names an account of earlier, that is put right in silence.
        """
        account, booking, standing, verdict = look.account, look.booking, look.standing, look.verdict
        event = standing.event
        if event is None:
            raise ValueError("this event does not stand")
        now, told = self._clock.now(), await self._told(account, booking, standing, verdict, source)
        if verdict.follows or look.is_rehomed:
            as_recorded = event if verdict.follows else replace(event, interval=booking.interval)
            target = booking.draft.target if look.is_rehomed else None
            booking = await self._bookings.follow(booking, as_recorded, now, target=target, notices=told)
            log.info("a booking follows its event", extra=_ids(booking) | {"source": source.value})
        elif verdict.is_back:
            booking = await self._bookings.lose(booking, None, now, notices=told)
            log.info("a lost booking has its event again", extra=_ids(booking))
        elif told and not await self._notices.add(told, now):
            return booking
        await self._telling.wake(told)
        return booking

    async def answers(self, booking: Booking, verdict: Verdict, source: Source) -> None:
        """What invitees answered, told once each; no state changes by it."""
        told = _answered(booking, verdict, source)
        if told and await self._notices.add(told, self._clock.now()):
            await self._telling.wake(told)

    async def _told(
        self, account: Account, booking: Booking, standing: Standing, verdict: Verdict, source: Source
    ) -> tuple[NewNotice, ...]:
        told: tuple[NewNotice, ...] = ()
        if (to := verdict.moved_to) is not None and verdict.follows:
            guests = await self._telling.guests_of(booking, standing)
            overlaps = await self.overlaps(booking, to)
            told += recipients.moved(booking, to, source, guests, overlaps=overlaps)
        elif to is not None:
            told += recipients.not_followed(booking, to, source)
        if verdict.lies_in is not None:
            name = await self._names.of(account, verdict.lies_in)
            told += recipients.elsewhere(booking, verdict.lies_in, name, source)
        return told + _answered(booking, verdict, source)

    async def overlaps(self, booking: Booking, to: Interval) -> bool:
        """Whether another booking of the host claims any of ``to``."""
        return any(one.id != booking.id for one in await self._bookings.claims(booking.host, to))


def _answered(booking: Booking, verdict: Verdict, source: Source) -> tuple[NewNotice, ...]:
    return tuple(one for answer in verdict.answers for one in recipients.answered(booking, answer, source))


def _ids(booking: Booking) -> dict[str, str | int]:
    return {"booking_id": str(booking.id), "person_id": booking.host}
