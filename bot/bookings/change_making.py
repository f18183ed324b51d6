"""Asking Outlook for a change until it is known what came of it: mark the row, write once, look, and only then repeat.

Every write that Outlook takes mails the invitees, so that nothing is written twice on a guess: after an answer that
says nothing (5xx, a broken connection) the event is read before it is asked for again, and after a time-out, when the
request may still be under way, it is not asked for again in the same turn.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from bot.errors import CalendarError, IdentityError, StoreError
from bot.mailboxes.live import failure_of
from bot.model import Account, Booking, ChangeKind, ReadFailure, Standing
from bot.notices.notice import NewNotice
from bot.ports import Bookings, Calendars, Clock

log = logging.getLogger(__name__)

# The event was changed since it was read (graph facts, Errors): nothing was done, and reading it again tells more.
_CHANGED_SINCE = frozenset({409, 412})


class Look(StrEnum):
    """What an event's standing says of the change that was asked for."""

    DONE = "done"
    GONE = "gone"
    ELSEWHERE = "elsewhere"
    AS_BEFORE = "as_before"


@dataclass(frozen=True, slots=True)
class Ended:
    """It is known what became of it; the row is to be ended by ``seen``."""

    booking: Booking
    seen: Standing
    look: Look


@dataclass(frozen=True, slots=True)
class Refused:
    """Outlook said no, and the event was not touched."""

    booking: Booking
    failure: ReadFailure


@dataclass(frozen=True, slots=True)
class Open:
    """It may have been done, or be done yet."""

    booking: Booking


Made: TypeAlias = Ended | Refused | Open


@dataclass(frozen=True, slots=True)
class MakingTimes:
    """``lease``: how long whoever asks has the row for itself. ``backoff``: the wait before the second attempt."""

    lease: timedelta = timedelta(minutes=2)
    backoff: timedelta = timedelta(milliseconds=400)


def look_at(booking: Booking, seen: Standing) -> Look:
    """What the event as it stands says of the booking's change under way."""
    change = booking.change
    if change is None or change.kind is ChangeKind.CANCEL:
        # An event that was moved meanwhile is to be cancelled all the same.
        return Look.DONE if seen.is_gone else Look.AS_BEFORE
    if seen.is_gone or seen.event is None:
        return Look.GONE
    if seen.event.interval == change.interval:
        return Look.DONE
    return Look.AS_BEFORE if seen.event.interval == booking.interval else Look.ELSEWHERE


class ChangeMaker:
    def __init__(
        self, calendars: Calendars, bookings: Bookings, clock: Clock, times: MakingTimes | None = None
    ) -> None:
        self._calendars = calendars
        self._bookings = bookings
        self._clock = clock
        self._times = times or MakingTimes()

    async def make(self, account: Account, booking: Booking, seen: Standing, *, attempts: int) -> Made:
        """Ask for the change under way of an event that stands as ``seen``, at most ``attempts`` times.

        Raises StoreError, VersionConflict among them, only where nothing was asked by this call.
        """
        backoff = self._times.backoff.total_seconds()
        is_doubtful = False
        for attempt in range(attempts):
            now = self._clock.now()
            try:
                # The mark is also what two that would ask at once meet in: one of them loses.
                booking = await self._bookings.change_asked(booking, now, now + self._times.lease)
            except StoreError:
                if attempt == 0:
                    raise
                return Open(booking)
            error = await self._write(account, booking, seen)
            is_doubtful = is_doubtful or (error is not None and error.outcome_unknown)
            found = await self._look(account, booking)
            if error is None and found is not None and look_at(booking, found) is Look.AS_BEFORE:
                # Accepted, and not to be seen yet.
                await asyncio.sleep(backoff)
                found = await self._look(account, booking)
            if found is None:
                is_refused = error is not None and not is_doubtful
                return Refused(booking, error.failure) if error and is_refused else Open(booking)
            look = look_at(booking, found)
            if look is not Look.AS_BEFORE:
                return Ended(booking, found, look)
            if error is None or error.failure is ReadFailure.TIMED_OUT:
                return Open(booking)
            if not error.outcome_unknown and error.status not in _CHANGED_SINCE:
                return Open(booking) if is_doubtful else Refused(booking, error.failure)
            seen = found
            if attempt + 1 < attempts:
                await asyncio.sleep(backoff)
        return Open(booking)

    async def end(self, ended: Ended, notices: Sequence[NewNotice] = ()) -> Booking:
        """Record what became of the change, and ``notices`` with it. Raises StoreError."""
        now, booking, seen = self._clock.now(), ended.booking, ended.seen
        if seen.is_gone:
            return await self._bookings.end_change(booking, now, cancelled=True, notices=notices)
        return await self._bookings.end_change(booking, now, event=seen.event, notices=notices)

    async def _write(self, account: Account, booking: Booking, seen: Standing) -> CalendarError | None:
        change = booking.change
        if change is None:
            raise ValueError("no change is under way")
        try:
            if change.interval is not None:
                await self._calendars.move(account, booking, change.interval, etag=seen.etag)
            else:
                await self._calendars.cancel(account, booking, has_attendees=seen.has_attendees, message=change.message)
        except CalendarError as error:
            log.warning(
                "a change was not answered",
                extra={
                    "booking_id": str(booking.id),
                    "kind": change.kind.value,
                    "failure": error.failure.value,
                    "outcome_unknown": error.outcome_unknown,
                },
            )
            return error
        except IdentityError as error:
            return CalendarError(failure_of(error))
        return None

    async def _look(self, account: Account, booking: Booking) -> Standing | None:
        try:
            return await self._calendars.standing(account, booking)
        except (CalendarError, IdentityError):
            return None
