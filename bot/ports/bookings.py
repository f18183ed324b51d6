"""Bookings and their claims on the host's time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from datetime import datetime
from typing import Protocol
from uuid import UUID

from bot.model import (
    Account,
    AccountId,
    Booking,
    BookingChange,
    BookingDraft,
    BookingState,
    CalendarRef,
    Interval,
    LostEvent,
    PersonId,
    WrittenEvent,
)
from bot.notices.notice import NewNotice


class Bookings(Protocol):
    async def reserve(self, host: PersonId, draft: BookingDraft, now: datetime, expires_at: datetime) -> Booking:
        """Insert a *reserved* row, the exclusion constraint being the lock. Raises SlotTaken, AlreadyBooked."""
        ...

    async def by_key(self, host: PersonId, key: str) -> Booking | None: ...

    async def get(self, host: PersonId, booking_id: UUID) -> Booking | None: ...

    async def claims(self, host: PersonId, window: Interval) -> Sequence[Booking]:
        """The host's reserved, pending and confirmed bookings that touch ``window``."""
        ...

    async def last_change(self, host: PersonId) -> datetime | None:
        """When one of the host's bookings was last made, moved, settled or cancelled; released ones do not count."""
        ...

    async def advance(
        self,
        booking: Booking,
        state: BookingState,
        *,
        now: datetime,
        event: WrittenEvent | None = None,
        settle_at: datetime | None = None,
        is_proved: bool = True,
        notices: Sequence[NewNotice] = (),
    ) -> Booking:
        """Move a booking of known version to ``state``, and write ``notices`` with it. Raises VersionConflict.

        A released booking may still be confirmed: its event turned up after all. ``is_proved`` is false where a booking
        is released although nobody knows whether its event was written.
        """
        ...

    async def begin_change(self, booking: Booking, change: BookingChange, now: datetime) -> Booking:
        """Record what the host asked of a confirmed booking of known version; a move claims its new time.

        Raises SlotTaken where another claim holds that time, VersionConflict where the booking changed, also where
        another change is under way.
        """
        ...

    async def change_asked(self, booking: Booking, now: datetime, due_at: datetime) -> Booking:
        """From here on Graph may have done it (``is_asked``); look again at ``due_at``. Raises VersionConflict."""
        ...

    async def end_change(
        self,
        booking: Booking,
        now: datetime,
        *,
        event: WrittenEvent | None = None,
        cancelled: bool = False,
        notices: Sequence[NewNotice] = (),
    ) -> Booking:
        """The change is over: the booking stands as ``event``, is ``cancelled``, or (neither) stays as it was.

        ``notices`` are written with it.

        Raises VersionConflict.
        """
        ...

    async def follow(
        self,
        booking: Booking,
        event: WrittenEvent,
        now: datetime,
        *,
        target: CalendarRef | None = None,
        notices: Sequence[NewNotice] = (),
    ) -> Booking:
        """Record how the event of a confirmed booking stands in Outlook now, ``notices`` with it; it is not lost then.

        ``target`` is the calendar it lies in from now on, where that changed. Raises VersionConflict.
        """
        ...

    async def lose(
        self, booking: Booking, lost: LostEvent | None, now: datetime, *, notices: Sequence[NewNotice] = ()
    ) -> Booking:
        """Record that the event of a confirmed booking is gone and the booking stands all the same (None: it is back).

        ``notices`` are written with it. Raises VersionConflict.
        """
        ...

    async def lose_all(
        self, lost: Sequence[tuple[Booking, LostEvent]], now: datetime, *, notices: Sequence[NewNotice] = ()
    ) -> Sequence[Booking]:
        """As :meth:`lose` for several bookings of one host at once, all of them or none. Raises VersionConflict."""
        ...

    async def find(self, booking_id: UUID) -> Booking | None:
        """A booking by its id alone: for jobs, which act for nobody."""
        ...

    async def to_check(self, account: Account, now: datetime, limit: int) -> Sequence[Booking]:
        """Confirmed bookings of the account that are not over and whose ``check_at`` has come, the longest due first.

        Those of the same host whose account is connected no more are among them: the mailbox may have been connected
        anew. A booking with a change under way is left to whoever settles that.
        """
        ...

    async def standing_in(self, calendar: CalendarRef, now: datetime) -> Sequence[Booking]:
        """Confirmed bookings whose target is this calendar and that are not over, by their time."""
        ...

    async def standing_of(self, account_id: AccountId, now: datetime) -> Sequence[Booking]:
        """Confirmed bookings of the account that are not over, by their time."""
        ...

    async def hint(self, account_id: AccountId, event_ids: Collection[str], now: datetime) -> int:
        """Have the bookings of these events looked at now (``check_at``); how many there are.

        Only of the person whose account it is, and only those not over. No version is counted.
        """
        ...

    async def hint_all(self, named: Mapping[AccountId, Collection[str]], now: datetime) -> Set[AccountId]:
        """:meth:`hint` for many accounts in one go; those of them that have bookings of these events."""
        ...

    async def checked(self, booking: Booking, next_at: datetime, *, copy_id: str = "") -> None:
        """The event was looked at: next at ``next_at``, unless a hint came since the booking was read.

        ``copy_id`` is kept with its event, where one was seen (:class:`bot.model.WrittenEvent`).
        ``booking.check_at`` is what it was read with; no version is counted.
        """
        ...

    async def changing(self, now: datetime, limit: int) -> Sequence[Booking]:
        """Bookings whose change is due to be looked at, the longest due first."""
        ...

    async def unsettled(self, now: datetime, limit: int) -> Sequence[Booking]:
        """Pending bookings that are due, and reserved ones past their expiry (a crash between two steps)."""
        ...
