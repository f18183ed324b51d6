"""Bookings and their claims on the host's time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import exists, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.storage import convert
from adapters.storage.database import Database, violated
from adapters.storage.locks import one_writer
from adapters.storage.tables import ONE_CLAIM_AT_A_TIME, AccountRow, BookingRow
from bot.errors import AlreadyBooked, SlotTaken, StoreError, UnknownAccount, VersionConflict
from bot.model import Booking, BookingChange, BookingDraft, BookingState, Interval, PersonId, WrittenEvent

CLAIMING = (BookingState.RESERVED, BookingState.PENDING, BookingState.CONFIRMED)

ALLOWED: dict[BookingState, frozenset[BookingState]] = {
    BookingState.RESERVED: frozenset({BookingState.PENDING, BookingState.CONFIRMED, BookingState.RELEASED}),
    BookingState.PENDING: frozenset({BookingState.PENDING, BookingState.CONFIRMED, BookingState.RELEASED}),
    BookingState.CONFIRMED: frozenset({BookingState.CONFIRMED, BookingState.CANCELLED}),
    # An event that turned up after its reservation was given up: what stands in the calendar is recorded.
    BookingState.RELEASED: frozenset({BookingState.CONFIRMED}),
    BookingState.CANCELLED: frozenset(),
}


class BookingsTable:
    """Fulfils :class:`bot.ports.Bookings`."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
            if earlier := await _by_key(session, host, draft.key):
                raise AlreadyBooked(earlier)
            theirs = select(AccountRow.id).where(AccountRow.id == draft.target.account_id, AccountRow.person_id == host)
            if await session.scalar(theirs) is None:
                raise UnknownAccount("the target calendar's account is not the host's")
            try:
                async with session.begin_nested():
                    row = await session.scalar(insert(BookingRow).values(values).returning(BookingRow))
            except IntegrityError as error:
                # Which constraint spoke first does not matter: the key goes before the time.
                if earlier := await _by_key(session, host, draft.key):
                    raise AlreadyBooked(earlier) from None
                if violated(error) == ONE_CLAIM_AT_A_TIME:
                    raise SlotTaken("another booking of this host claims the time") from None
                raise
            if row is None:
                raise StoreError("the booking was not stored")
            if await _is_moved_to(session, row, draft.interval):
                raise SlotTaken("another booking of this host moves to that time")
            return convert.booking(row)

    async def by_key(self, host: PersonId, key: str) -> Booking | None:
        async with self._database.transaction() as session:
            return await _by_key(session, host, key)

    async def get(self, host: PersonId, booking_id: UUID) -> Booking | None:
        async with self._database.transaction() as session:
            row = await session.scalar(
                select(BookingRow).where(BookingRow.id == booking_id, BookingRow.host_id == host)
            )
            return convert.booking(row) if row else None

    async def find(self, booking_id: UUID) -> Booking | None:
        """A booking by its id alone: for jobs, which act for nobody."""
        async with self._database.transaction() as session:
            row = await session.get(BookingRow, booking_id)
            return convert.booking(row) if row else None

    async def claims(self, host: PersonId, window: Interval) -> Sequence[Booking]:
        async with self._database.transaction() as session:
            rows = await session.scalars(
                select(BookingRow)
                .where(
                    BookingRow.host_id == host,
                    BookingRow.state.in_([state.value for state in CLAIMING]),
                    BookingRow.during.overlaps([Range(window.start, window.end, bounds="[)")]),
                )
                .order_by(func.lower(BookingRow.during), BookingRow.id)
            )
            return tuple(convert.booking(row) for row in rows)

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
    ) -> Booking:
        """As the port says. A pending booking without ``settle_at`` is due at once.

        An event that stands where another booking of the host does is recorded all the same, as not exclusive. A change
        under way ends with the booking.

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
        }
        if state is not BookingState.CONFIRMED:
            values |= convert.change_values(None)
        return await self._record(booking, values, event)

    async def begin_change(self, booking: Booking, change: BookingChange, now: datetime) -> Booking:
        """As the port says: the exclusion constraint over both times of the booking is the lock."""
        if booking.state is not BookingState.CONFIRMED or booking.change is not None:
            raise VersionConflict("the booking cannot be changed now")
        values = convert.change_values(change) | {"version": booking.version + 1, "updated_at": now}
        async with self._database.transaction() as session:
            await one_writer(session, booking.host)
            try:
                row = await _compare_and_set(session, booking, values)
            except IntegrityError as error:
                if violated(error) == ONE_CLAIM_AT_A_TIME:
                    raise SlotTaken("another booking of this host claims the time") from None
                raise
            if row is None:
                raise VersionConflict("the booking changed since it was read")
            # The constraint passes over a booking that stands on another one's time already.
            if change.interval and not row.exclusive and await _is_claimed(session, booking, change.interval):
                raise SlotTaken("another booking of this host claims the time")
            if change.interval and await _is_moved_to(session, row, change.interval):
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
        return await self._record(booking, values)

    async def end_change(
        self, booking: Booking, now: datetime, *, event: WrittenEvent | None = None, cancelled: bool = False
    ) -> Booking:
        values: dict[str, Any] = {"version": booking.version + 1, "updated_at": now} | convert.change_values(None)
        if cancelled:
            values["state"] = BookingState.CANCELLED.value
        if cancelled or event is not None:
            values["as_of"] = booking.version + 1
        return await self._record(booking, values, event)

    async def follow(self, booking: Booking, event: WrittenEvent, now: datetime) -> Booking:
        if booking.state is not BookingState.CONFIRMED:
            raise VersionConflict("only a confirmed booking has an event to follow")
        values = {"version": booking.version + 1, "updated_at": now, "as_of": booking.version + 1}
        return await self._record(booking, values, event)

    async def changing(self, now: datetime, limit: int) -> Sequence[Booking]:
        async with self._database.transaction() as session:
            rows = await session.scalars(
                select(BookingRow)
                .where(BookingRow.change_kind.is_not(None), BookingRow.change_due_at <= now)
                .order_by(BookingRow.change_due_at, BookingRow.id)
                .limit(limit)
            )
            return tuple(convert.booking(row) for row in rows)

    async def _record(self, booking: Booking, values: dict[str, Any], event: WrittenEvent | None = None) -> Booking:
        """Write ``values`` into a row of known version. An event of another claim's time is not exclusive."""
        if event is not None:
            values |= convert.event_values(event) | {"exclusive": True}
        async with self._database.transaction() as session:
            await one_writer(session, booking.host)
            try:
                async with session.begin_nested():
                    row = await _compare_and_set(session, booking, values)
            except IntegrityError as error:
                if event is None or violated(error) != ONE_CLAIM_AT_A_TIME:
                    raise
                row = await _compare_and_set(session, booking, values | {"exclusive": False})
            if row is None:
                raise VersionConflict("the booking changed since it was read")
            return convert.booking(row)

    async def unsettled(self, now: datetime, limit: int) -> Sequence[Booking]:
        """As the port says, the longest due first."""
        due = func.coalesce(BookingRow.settle_at, BookingRow.expires_at)
        async with self._database.transaction() as session:
            rows = await session.scalars(
                select(BookingRow)
                .where(
                    or_(
                        BookingRow.state == BookingState.RESERVED.value,
                        BookingRow.state == BookingState.PENDING.value,
                    ),
                    due <= now,
                )
                .order_by(due, BookingRow.id)
                .limit(limit)
            )
            return tuple(convert.booking(row) for row in rows)


async def _by_key(session: AsyncSession, host: PersonId, key: str) -> Booking | None:
    row = await session.scalar(select(BookingRow).where(BookingRow.host_id == host, BookingRow.key == key))
    return convert.booking(row) if row else None


async def _is_claimed(session: AsyncSession, booking: Booking, interval: Interval) -> bool:
    """Whether another booking of the host claims any of ``interval``."""
    other = exists().where(
        BookingRow.host_id == booking.host,
        BookingRow.id != booking.id,
        BookingRow.state.in_([state.value for state in CLAIMING]),
        BookingRow.during.overlaps([Range(interval.start, interval.end, bounds="[)")]),
    )
    return bool(await session.scalar(select(other)))


async def _is_moved_to(session: AsyncSession, row: BookingRow, interval: Interval) -> bool:
    """Whether another booking, one that the constraint passes over, is being moved to any of ``interval``."""
    other = exists().where(
        BookingRow.host_id == row.host_id,
        BookingRow.id != row.id,
        BookingRow.state == BookingState.CONFIRMED.value,
        BookingRow.exclusive.is_(False),
        BookingRow.change_starts_at < interval.end,
        BookingRow.change_ends_at > interval.start,
    )
    return bool(await session.scalar(select(other)))


async def _compare_and_set(session: AsyncSession, booking: Booking, values: dict[str, Any]) -> BookingRow | None:
    found: BookingRow | None = await session.scalar(
        update(BookingRow)
        .where(
            BookingRow.id == booking.id,
            BookingRow.host_id == booking.host,
            BookingRow.version == booking.version,
            BookingRow.state == booking.state.value,
        )
        .values(values)
        .returning(BookingRow)
    )
    return found
