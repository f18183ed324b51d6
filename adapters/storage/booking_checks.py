"""What jobs look up among the bookings: what is due, what stands where, and when an event is next looked at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, Text, and_, cast, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.storage import convert
from adapters.storage.database import Database
from adapters.storage.tables import AccountRow, BookingRow
from bot.model import Account, AccountId, Booking, BookingState, CalendarRef

# The least that a column of instants tells apart.
_A_MOMENT = timedelta(microseconds=1)


class BookingChecks:
    """The part of :class:`bot.ports.Bookings` that acts for nobody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, booking_id: UUID) -> Booking | None:
        async with self._database.transaction() as session:
            row = await session.get(BookingRow, booking_id)
            return convert.booking(row) if row else None

    async def to_check(self, account: Account, now: datetime, limit: int) -> Sequence[Booking]:
        row = BookingRow
        connected = select(AccountRow.id).where(AccountRow.person_id == account.person_id)
        return await self._read(
            select(row)
            .where(
                stands(now),
                is_to_check(now),
                row.host_id == account.person_id,
                or_(row.target_account_id == account.id, row.target_account_id.not_in(connected)),
            )
            .order_by(row.check_at, row.id)
            .limit(limit)
        )

    async def standing_in(self, calendar: CalendarRef, now: datetime) -> Sequence[Booking]:
        return await self._read(
            _by_time(
                _standing_of(calendar.account_id, now).where(BookingRow.target_calendar_id == calendar.calendar_id)
            )
        )

    async def standing_of(self, account_id: AccountId, now: datetime) -> Sequence[Booking]:
        return await self._read(_by_time(_standing_of(account_id, now)))

    async def hint(self, account_id: AccountId, event_ids: Collection[str], now: datetime) -> int:
        return len(await self._hint({account_id: event_ids}, now))

    async def hint_all(self, named: Mapping[AccountId, Collection[str]], now: datetime) -> Set[AccountId]:
        return {AccountId(account_id) for _, account_id in await self._hint(named, now)}

    async def _hint(self, named: Mapping[AccountId, Collection[str]], now: datetime) -> set[tuple[UUID, int]]:
        """The bookings, each with the account that named it.

        One that is due already becomes due a moment longer, so that :meth:`checked` sees it.
        """
        pairs = [(account_id, convert.storable(one)) for account_id, ids in named.items() for one in ids]
        if not pairs:
            return set()
        row = BookingRow
        pair = (
            func.unnest(
                cast([account_id for account_id, _ in pairs], ARRAY(BigInteger)),
                cast([event_id for _, event_id in pairs], ARRAY(Text)),
            )
            .table_valued("account_id", "event_id", name="named")
            .render_derived()
        )
        # In one order: two notifications that name the same events never wait for each other in a circle.
        in_order = (
            select(row.id, pair.c.account_id)
            .join(pair, pair.c.event_id == row.event_id)
            .join(AccountRow, and_(AccountRow.id == pair.c.account_id, AccountRow.person_id == row.host_id))
            .where(stands(now))
            .order_by(row.id)
            .with_for_update(key_share=True, of=row)
        )
        async with self._database.transaction() as session:
            found = {(booking_id, account_id) for booking_id, account_id in await session.execute(in_order)}
            if found:
                await session.execute(
                    update(row)
                    .where(row.id.in_({booking_id for booking_id, _ in found}))
                    .values(check_at=func.least(row.check_at - _A_MOMENT, now))
                    .execution_options(synchronize_session=False)
                )
            return found

    async def checked(self, booking: Booking, next_at: datetime, *, copy_id: str = "") -> None:
        row = BookingRow
        values: dict[str, Any] = {"check_at": next_at} | ({"event_copy_id": copy_id} if copy_id else {})
        async with self._database.transaction() as session:
            await session.execute(
                update(row)
                .where(
                    row.id == booking.id,
                    row.host_id == booking.host,
                    row.state == BookingState.CONFIRMED.value,
                    row.check_at.is_not_distinct_from(booking.check_at),
                )
                .values(values)
                .execution_options(synchronize_session=False)
            )

    async def changing(self, now: datetime, limit: int) -> Sequence[Booking]:
        row = BookingRow
        return await self._read(
            select(row)
            .where(row.change_kind.is_not(None), row.change_due_at <= now)
            .order_by(row.change_due_at, row.id)
            .limit(limit)
        )

    async def unsettled(self, now: datetime, limit: int) -> Sequence[Booking]:
        """As the port says, the longest due first."""
        row = BookingRow
        due = func.coalesce(row.settle_at, row.expires_at)
        is_open = or_(row.state == BookingState.RESERVED.value, row.state == BookingState.PENDING.value)
        return await self._read(select(row).where(is_open, due <= now).order_by(due, row.id).limit(limit))

    async def _read(self, query: Select[BookingRow]) -> Sequence[Booking]:
        async with self._database.transaction() as session:
            return tuple(convert.booking(row) for row in await session.scalars(query))


def stands(now: datetime) -> ColumnElement[bool]:
    """Confirmed and not over, as the partial indexes of checks have it."""
    ends_at = func.coalesce(BookingRow.event_ends_at, BookingRow.ends_at)
    return and_(BookingRow.state == BookingState.CONFIRMED.value, ends_at > now)


def is_to_check(now: datetime) -> ColumnElement[bool]:
    """Due to be looked at, and not left to whoever settles a change of it."""
    return and_(BookingRow.check_at <= now, BookingRow.change_kind.is_(None))


def _standing_of(account_id: AccountId, now: datetime) -> Select[BookingRow]:
    return select(BookingRow).where(BookingRow.target_account_id == account_id, stands(now))


def _by_time(query: Select[BookingRow]) -> Select[BookingRow]:
    return query.order_by(func.lower(BookingRow.during), BookingRow.id)
