"""Work that nobody waits for: what has expired is deleted, what is under an old key is written anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import LargeBinary, delete, select, type_coerce, update
from sqlalchemy.orm import InstrumentedAttribute

from adapters.storage.cipher import Cipher
from adapters.storage.database import Database
from adapters.storage.tables import AccountRow, SeenActivityRow, SignInRow

# Teams delivers again within minutes.
SEEN_FOR = timedelta(days=1)
_SECRETS: tuple[tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]], ...] = (
    (AccountRow.id, AccountRow.token_cache),
    (SignInRow.id, SignInRow.flow),
    (SignInRow.id, SignInRow.response),
    (SignInRow.id, SignInRow.signed_in),
    (SignInRow.id, SignInRow.code),
)


class Maintenance:
    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def purge(self, now: datetime) -> int:
        """Delete expired sign-ins and activities seen more than a day ago; how many rows."""
        async with self._database.transaction() as session:
            expired = await session.scalars(
                delete(SignInRow).where(SignInRow.expires_at <= now).returning(SignInRow.id)
            )
            old = await session.scalars(
                delete(SeenActivityRow)
                .where(SeenActivityRow.seen_at <= now - SEEN_FOR)
                .returning(SeenActivityRow.digest)
            )
            return len(expired.all()) + len(old.all())

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
