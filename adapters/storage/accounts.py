"""Connected mailboxes and their token caches."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, delete, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import defer

from adapters.storage import convert
from adapters.storage.cipher import Undecipherable
from adapters.storage.database import Database
from adapters.storage.locks import one_writer
from adapters.storage.tables import AccountRow, KnownMailboxRow, PreferencesRow
from bot.errors import AccountTaken, VersionConflict
from bot.model import Account, AccountHealth, AccountId, PersonId
from bot.ports import SignedIn

log = logging.getLogger(__name__)

# A row that the statement itself inserted was never locked or updated by anyone.
_IS_NEW = literal_column("(accounts.xmax = 0)", Boolean())


class AccountsTable:
    """Fulfils :class:`bot.ports.Accounts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person_id: PersonId) -> Sequence[Account]:
        async with self._database.transaction() as session:
            rows = await session.scalars(
                select(AccountRow)
                .options(defer(AccountRow.token_cache))
                .where(AccountRow.person_id == person_id)
                .order_by(AccountRow.connected_at, AccountRow.id)
            )
            return tuple(convert.account(row) for row in rows)

    async def find(self, account_id: AccountId) -> Account | None:
        async with self._database.transaction() as session:
            row = await session.scalar(
                select(AccountRow).options(defer(AccountRow.token_cache)).where(AccountRow.id == account_id)
            )
            return convert.account(row) if row else None

    async def connect(self, person_id: PersonId, signed_in: SignedIn, now: datetime) -> tuple[Account, bool]:
        fresh = {
            "kind": signed_in.kind.value,
            "tenant_id": signed_in.tenant_id,
            "username": convert.storable(signed_in.username),
            "display_name": convert.storable(signed_in.display_name),
            "health": AccountHealth.OK.value,
            "token_cache": signed_in.token_cache,
        }
        keys = {"person_id": person_id, "home_account_id": signed_in.home_account_id}
        async with self._database.transaction() as session:
            row = (
                await session.execute(
                    insert(AccountRow)
                    .values(**keys, **fresh, connected_at=now)
                    .on_conflict_do_update(
                        index_elements=["home_account_id"],
                        set_=fresh | {"token_version": AccountRow.token_version + 1},
                        where=AccountRow.person_id == person_id,
                    )
                    .returning(AccountRow, _IS_NEW)
                )
            ).one_or_none()
            if row is None:
                raise AccountTaken(signed_in.home_account_id)
            mailbox = KnownMailboxRow
            await session.execute(
                update(mailbox)
                .where(mailbox.account_id == row[0].id, mailbox.is_broken)
                .values(is_broken=False, version=mailbox.version + 1)
            )
            return convert.account(row[0]), row[1]

    async def disconnect(self, person_id: PersonId, account_id: AccountId) -> bool:
        async with self._database.transaction() as session:
            await one_writer(session, person_id)
            theirs = (AccountRow.id == account_id, AccountRow.person_id == person_id)
            if await session.scalar(select(AccountRow.id).where(*theirs)) is None:
                return False
            if (row := await session.get(PreferencesRow, person_id)) is not None:
                row.version += 1
                if row.target_account_id == account_id:
                    row.target_account_id = row.target_calendar_id = None
                await session.flush()
            await session.execute(delete(AccountRow).where(*theirs))
            return True

    async def set_health(self, account_id: AccountId, health: AccountHealth) -> None:
        async with self._database.transaction() as session:
            await session.execute(update(AccountRow).where(AccountRow.id == account_id).values(health=health.value))

    async def load_tokens(self, account_id: AccountId) -> tuple[str, int] | None:
        """As the port says; tokens under a key that was thrown away are as good as gone."""
        async with self._database.transaction() as session:
            try:
                row = (
                    await session.execute(
                        select(AccountRow.token_cache, AccountRow.token_version).where(AccountRow.id == account_id)
                    )
                ).one_or_none()
            except Undecipherable:
                log.warning("a token cache is under none of TOKEN_KEYS", extra={"account_id": account_id})
                return None
            return (row.token_cache, row.token_version) if row else None

    async def save_tokens(self, account_id: AccountId, cache: str, version: int) -> int:
        async with self._database.transaction() as session:
            saved: int | None = await session.scalar(
                update(AccountRow)
                .where(AccountRow.id == account_id, AccountRow.token_version == version)
                .values(token_cache=cache, token_version=version + 1)
                .returning(AccountRow.token_version)
            )
            if saved is None:
                raise VersionConflict("the account's tokens changed, or it was disconnected")
            return saved
