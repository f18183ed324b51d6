"""One booking's row: read, compared and set, and held against the others of its host."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.storage import convert
from adapters.storage.tables import AccountRow, BookingRow
from bot.errors import UnknownAccount
from bot.model import Booking, BookingState, Interval, PersonId

CLAIMING = (BookingState.RESERVED, BookingState.PENDING, BookingState.CONFIRMED)


async def by_key(session: AsyncSession, host: PersonId, key: str) -> Booking | None:
    row = await session.scalar(select(BookingRow).where(BookingRow.host_id == host, BookingRow.key == key))
    return convert.booking(row) if row else None


async def refuse_other_mailbox(session: AsyncSession, booking: Booking, account_id: int) -> None:
    """Raises UnknownAccount where the booking's event cannot lie in that account (see ``follow``)."""
    before = booking.draft.target.account_id
    if account_id == before:
        return
    theirs = set(await session.scalars(select(AccountRow.id).where(AccountRow.person_id == booking.host)))
    if before in theirs or account_id not in theirs:
        raise UnknownAccount("the calendar is not one of the booking's mailbox")


async def is_claimed(session: AsyncSession, booking: Booking, interval: Interval) -> bool:
    """Whether another booking of the host claims any of ``interval``."""
    other = exists().where(
        BookingRow.host_id == booking.host,
        BookingRow.id != booking.id,
        BookingRow.state.in_([state.value for state in CLAIMING]),
        BookingRow.during.overlaps([Range(interval.start, interval.end, bounds="[)")]),
    )
    return bool(await session.scalar(select(other)))


async def is_moved_to(session: AsyncSession, row: BookingRow, interval: Interval) -> bool:
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


async def compare_and_set(session: AsyncSession, booking: Booking, values: dict[str, Any]) -> BookingRow | None:
    """Write ``values`` into the row if it still is as ``booking`` was read; None where it is not."""
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


async def lock(session: AsyncSession, ids: Collection[UUID]) -> None:
    """Hold these rows from here on, in the one order in which hints take them, so that nobody waits in a circle."""
    rows = select(BookingRow.id).where(BookingRow.id.in_(ids)).order_by(BookingRow.id)
    await session.execute(rows.with_for_update(key_share=True))
