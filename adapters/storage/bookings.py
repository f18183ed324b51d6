"""Bookings and their claims on the host's time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from adapters.storage import booking_rows as rows
from adapters.storage import convert
from adapters.storage import notices as notice_rows
from adapters.storage.booking_checks import BookingChecks
from adapters.storage.database import Database, violated
from adapters.storage.locks import one_writer
from adapters.storage.tables import ONE_CLAIM_AT_A_TIME, AccountRow, BookingRow
from bot.errors import AlreadyBooked, SlotTaken, StoreError, UnknownAccount, VersionConflict
from bot.model import (
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

FIRST_CHECK = timedelta(minutes=10)
"""When the event of a booking that was just confirmed is looked at, if nothing is heard of it before."""

ALLOWED: dict[BookingState, frozenset[BookingState]] = {
    BookingState.RESERVED: frozenset({BookingState.PENDING, BookingState.CONFIRMED, BookingState.RELEASED}),
    BookingState.PENDING: frozenset({BookingState.PENDING, BookingState.CONFIRMED, BookingState.RELEASED}),
    BookingState.CONFIRMED: frozenset({BookingState.CONFIRMED, BookingState.CANCELLED}),
    # An event that turned up after its reservation was given up: what stands in the calendar is recorded.
    BookingState.RELEASED: frozenset({BookingState.CONFIRMED}),
    BookingState.CANCELLED: frozenset(),
}


class BookingsTable(BookingChecks):
    """Fulfils :class:`bot.ports.Bookings`.

    Notices are written in the transaction of the change that causes them, or not at all.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)

    async def reserve(self, host: PersonId, draft: BookingDraft, now: datetime, expires_at: datetime) -> Booking:
        """As the port says; a target account that is not the host's raises UnknownAccount."""
        values = convert.draft_values(draft) | {
            "id": uuid4(),
            "host_id": host,
            "state": BookingState.RESERVED.value,
            "created_at": now,
            "updated_at": now,
            "expires_at": expires_at,
        }
        async with self._database.transaction() as session:
            await one_writer(session, host)
            if earlier := await rows.by_key(session, host, draft.key):
                raise AlreadyBooked(earlier)
            theirs = select(AccountRow.id).where(AccountRow.id == draft.target.account_id, AccountRow.person_id == host)
            if await session.scalar(theirs) is None:
                raise UnknownAccount("the target calendar's account is not the host's")
            try:
                async with session.begin_nested():
                    row = await session.scalar(insert(BookingRow).values(values).returning(BookingRow))
            except IntegrityError as error:
                # Which constraint spoke first does not matter: the key goes before the time.
                if earlier := await rows.by_key(session, host, draft.key):
                    raise AlreadyBooked(earlier) from None
                if violated(error) == ONE_CLAIM_AT_A_TIME:
                    raise SlotTaken("another booking of this host claims the time") from None
                raise
            if row is None:
                raise StoreError("the booking was not stored")
            if await rows.is_moved_to(session, row, draft.interval):
                raise SlotTaken("another booking of this host moves to that time")
            return convert.booking(row)

    async def by_key(self, host: PersonId, key: str) -> Booking | None:
        async with self._database.transaction() as session:
            return await rows.by_key(session, host, key)

    async def get(self, host: PersonId, booking_id: UUID) -> Booking | None:
        async with self._database.transaction() as session:
            row = await session.scalar(
                select(BookingRow).where(BookingRow.id == booking_id, BookingRow.host_id == host)
            )
            return convert.booking(row) if row else None

    async def claims(self, host: PersonId, window: Interval) -> Sequence[Booking]:
        async with self._database.transaction() as session:
            found = await session.scalars(
                select(BookingRow)
                .where(
                    BookingRow.host_id == host,
                    BookingRow.state.in_([state.value for state in rows.CLAIMING]),
                    BookingRow.during.overlaps([Range(window.start, window.end, bounds="[)")]),
                )
                .order_by(func.lower(BookingRow.during), BookingRow.id)
            )
            return tuple(convert.booking(row) for row in found)

    async def last_change(self, host: PersonId) -> datetime | None:
        async with self._database.transaction() as session:
            changed: datetime | None = await session.scalar(
                select(func.max(BookingRow.updated_at)).where(
                    BookingRow.host_id == host, BookingRow.state != BookingState.RELEASED.value
                )
            )
            return changed

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
        """As the port says. A pending booking without ``settle_at`` is due at once.

        An event that stands where another booking of the host does is recorded all the same, as not exclusive. A change
        under way ends with the booking. The event of a confirmed one is looked at after ``FIRST_CHECK``, or before.

        Raises:
            ValueError: bookings do not go from their state to ``state``.
        """
        if state not in ALLOWED[booking.state]:
            raise ValueError(f"a {booking.state} booking does not become {state}")
        values: dict[str, Any] = {
            "state": state.value,
            "version": booking.version + 1,
            "updated_at": now,
            "settle_at": (settle_at or now) if state is BookingState.PENDING else None,
            "as_of": booking.version + 1,
            "is_proved": is_proved,
            "check_at": None,
        }
        values |= convert.lost_values(None)
        if state is BookingState.CONFIRMED:
            values["check_at"] = func.least(BookingRow.check_at, now + FIRST_CHECK)
        else:
            values |= convert.change_values(None)
        return await self._record(booking, values, now, event, notices)

    async def begin_change(self, booking: Booking, change: BookingChange, now: datetime) -> Booking:
        """As the port says: the exclusion constraint over both times of the booking is the lock."""
        if booking.state is not BookingState.CONFIRMED or booking.change is not None:
            raise VersionConflict("the booking cannot be changed now")
        values = convert.change_values(change) | {"version": booking.version + 1, "updated_at": now}
        async with self._database.transaction() as session:
            await one_writer(session, booking.host)
            try:
                row = await rows.compare_and_set(session, booking, values)
            except IntegrityError as error:
                if violated(error) == ONE_CLAIM_AT_A_TIME:
                    raise SlotTaken("another booking of this host claims the time") from None
                raise
            if row is None:
                raise VersionConflict("the booking changed since it was read")
            # The constraint passes over a booking that stands on another one's time already.
            if change.interval and not row.exclusive and await rows.is_claimed(session, booking, change.interval):
                raise SlotTaken("another booking of this host claims the time")
            if change.interval and await rows.is_moved_to(session, row, change.interval):
                raise SlotTaken("another booking of this host moves to that time")
            return convert.booking(row)

    async def change_asked(self, booking: Booking, now: datetime, due_at: datetime) -> Booking:
        """As the port says.

        Raises:
            ValueError: no change is under way.
        """
        if booking.change is None:
            raise ValueError("no change is under way")
        values = {
            "version": booking.version + 1,
            "updated_at": now,
            "change_is_asked": True,
            "change_due_at": due_at,
        }
        return await self._record(booking, values, now)

    async def end_change(
        self,
        booking: Booking,
        now: datetime,
        *,
        event: WrittenEvent | None = None,
        cancelled: bool = False,
        notices: Sequence[NewNotice] = (),
    ) -> Booking:
        """As the port says; with an ``event``, or cancelled, the booking is not lost any more."""
        values: dict[str, Any] = {"version": booking.version + 1, "updated_at": now} | convert.change_values(None)
        if cancelled:
            values |= {"state": BookingState.CANCELLED.value, "check_at": None}
        if cancelled or event is not None:
            values |= convert.lost_values(None) | {"as_of": booking.version + 1}
        return await self._record(booking, values, now, event, notices)

    async def follow(
        self,
        booking: Booking,
        event: WrittenEvent,
        now: datetime,
        *,
        target: CalendarRef | None = None,
        notices: Sequence[NewNotice] = (),
    ) -> Booking:
        """As the port says. An event cannot go from one mailbox to another, so that a ``target`` of another account
        than the booking's raises UnknownAccount, unless that one is connected no more and the other is the host's too
        (the same mailbox, connected anew).
        """
        values = self._standing_anew(booking, now) | convert.lost_values(None)
        if target is not None:
            values |= {"target_account_id": target.account_id, "target_calendar_id": target.calendar_id}
        return await self._record(booking, values, now, event, notices)

    async def lose(
        self, booking: Booking, lost: LostEvent | None, now: datetime, *, notices: Sequence[NewNotice] = ()
    ) -> Booking:
        values = self._standing_anew(booking, now) | convert.lost_values(lost)
        return await self._record(booking, values, now, None, notices)

    async def lose_all(
        self, lost: Sequence[tuple[Booking, LostEvent]], now: datetime, *, notices: Sequence[NewNotice] = ()
    ) -> Sequence[Booking]:
        """As the port says; all of them are of the first one's host."""
        recorded: list[Booking] = []
        if not lost:
            return recorded
        async with self._database.transaction() as session:
            await one_writer(session, lost[0][0].host)
            await rows.lock(session, [booking.id for booking, _ in lost])
            for booking, how in lost:
                values = self._standing_anew(booking, now) | convert.lost_values(how)
                row = await rows.compare_and_set(session, booking, values)
                if row is None or booking.host != lost[0][0].host:
                    raise VersionConflict("a booking changed since it was read")
                recorded.append(replace(convert.booking(row), check_at=booking.check_at))
            await notice_rows.write(session, notices, now)
        return recorded

    @staticmethod
    def _standing_anew(booking: Booking, now: datetime) -> dict[str, Any]:
        if booking.state is not BookingState.CONFIRMED:
            raise VersionConflict("only a confirmed booking has an event to follow")
        return {"version": booking.version + 1, "updated_at": now, "as_of": booking.version + 1}

    async def _record(
        self,
        booking: Booking,
        values: dict[str, Any],
        now: datetime,
        event: WrittenEvent | None = None,
        notices: Sequence[NewNotice] = (),
    ) -> Booking:
        """Write ``values`` into a row of known version, and ``notices``. An event of another claim's time is not
        exclusive.

        A hint that came since the booking was read stays one: what is returned has the ``check_at`` that was read, so
        that :meth:`checked` leaves the newer one alone.
        """
        if event is not None:
            values |= convert.event_values(event) | {"exclusive": True}
        async with self._database.transaction() as session:
            await one_writer(session, booking.host)
            if "target_account_id" in values:
                await rows.refuse_other_mailbox(session, booking, values["target_account_id"])
            try:
                async with session.begin_nested():
                    row = await rows.compare_and_set(session, booking, values)
            except IntegrityError as error:
                if event is None or violated(error) != ONE_CLAIM_AT_A_TIME:
                    raise
                row = await rows.compare_and_set(session, booking, values | {"exclusive": False})
            if row is None:
                raise VersionConflict("the booking changed since it was read")
            await notice_rows.write(session, notices, now)
            recorded = convert.booking(row)
            return recorded if "check_at" in values else replace(recorded, check_at=booking.check_at)
