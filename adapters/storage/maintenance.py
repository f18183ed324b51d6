"""Work that nobody waits for: what has expired is deleted, what is under an old key is written anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, and_, delete, exists, func, or_, select, type_coerce, update
from sqlalchemy.orm import InstrumentedAttribute

from adapters.storage.cipher import Cipher
from adapters.storage.database import Database
from adapters.storage.sync_tables import NoticeRow, WatchRow
from adapters.storage.tables import AccountRow, BookingRow, SeenActivityRow, SignInRow
from bot.model import BookingState
from bot.notices.notice import NoticeState

# Teams delivers again within minutes.
SEEN_FOR = timedelta(days=1)
# The row is also what keeps a fact from being told twice, which is why its booking has to be over as well.
TOLD_FOR = timedelta(days=30)
PARKED_FOR = timedelta(days=90)
_SECRETS: tuple[tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]], ...] = (
    (AccountRow.id, AccountRow.token_cache),
    (SignInRow.id, SignInRow.flow),
    (SignInRow.id, SignInRow.response),
    (SignInRow.id, SignInRow.signed_in),
    (SignInRow.id, SignInRow.code),
    (WatchRow.id, WatchRow.delta_link),
)


class Maintenance:
    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def purge(self, now: datetime) -> int:
        """Delete expired sign-ins, activities seen more than a day ago, and old notices of bookings that are over.

        How many rows.
        """
        async with self._database.transaction() as session:
            expired = await session.scalars(
                delete(SignInRow).where(SignInRow.expires_at <= now).returning(SignInRow.id)
            )
            old = await session.scalars(
                delete(SeenActivityRow)
                .where(SeenActivityRow.seen_at <= now - SEEN_FOR)
                .returning(SeenActivityRow.digest)
            )
            told = await session.scalars(delete(NoticeRow).where(_is_old(now)).returning(NoticeRow.id))
            return len(expired.all()) + len(old.all()) + len(told.all())

    async def rotate(self) -> int:
        """Write every secret that an older key wrote under the newest; how many. Then the older key may be dropped."""
        return sum([await self._rotate(key, column) for key, column in _SECRETS])

    async def _rotate(self, key: InstrumentedAttribute[Any], column: InstrumentedAttribute[Any]) -> int:
        stored = type_coerce(column, LargeBinary)
        written = 0
        async with self._database.transaction() as session:
            rows = (await session.execute(select(key, stored).where(column.is_not(None)))).all()
            for identity, token in rows:
                if (fresh := self._cipher.rewrite(bytes(token))) is not None:
                    result = await session.scalars(
                        update(key.class_)
                        .where(key == identity, stored == token)
                        .values({column: type_coerce(fresh, LargeBinary)})
                        .returning(key)
                        .execution_options(synchronize_session=False)
                    )
                    written += len(result.all())
        return written


def _is_old(now: datetime) -> ColumnElement[bool]:
    """Notices that were told or dropped a month ago, or could not be delivered for three, their booking being over."""
    notice, booking = NoticeRow, BookingRow
    over_states = [state.value for state in (BookingState.RELEASED, BookingState.CANCELLED)]
    ends_at = func.coalesce(booking.event_ends_at, booking.ends_at)
    is_ahead = exists().where(booking.id == notice.booking_id, booking.state.not_in(over_states), ends_at > now)
    is_told = and_(
        notice.state.in_([NoticeState.SENT.value, NoticeState.DROPPED.value]), notice.created_at <= now - TOLD_FOR
    )
    is_parked = and_(notice.state == NoticeState.PARKED.value, notice.created_at <= now - PARKED_FOR)
    return and_(or_(is_told, is_parked), ~is_ahead)
