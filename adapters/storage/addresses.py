"""Which addresses are proved to be whose."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from adapters.storage.convert import storable
from adapters.storage.database import Database
from adapters.storage.locks import one_writer
from adapters.storage.sync_tables import AddressRow
from adapters.storage.tables import PersonRow
from bot.model import PersonId


class AddressesTable:
    """Fulfils :class:`bot.ports.Addresses`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prove(self, person_id: PersonId, addresses: Collection[str], now: datetime) -> None:
        """As the port says. Raises VersionConflict where there is no such person any more."""
        folded = {_fold(one) for one in addresses} - {""}
        async with self._database.transaction() as session:
            await one_writer(session, person_id)
            tenant_id = await session.scalar(
                update(PersonRow)
                .where(PersonRow.id == person_id)
                .values(addresses_at=now)
                .returning(PersonRow.tenant_id)
            )
            await session.execute(delete(AddressRow).where(AddressRow.person_id == person_id))
            if folded:
                rows = [{"person_id": person_id, "address": one, "tenant_id": tenant_id} for one in sorted(folded)]
                await session.execute(insert(AddressRow), rows)

    async def proved_at(self, person_id: PersonId) -> datetime | None:
        async with self._database.transaction() as session:
            at: datetime | None = await session.scalar(select(PersonRow.addresses_at).where(PersonRow.id == person_id))
            return at

    async def stale(self, before: datetime, limit: int) -> Sequence[PersonId]:
        row = PersonRow
        async with self._database.transaction() as session:
            found = await session.scalars(
                select(row.id).where(row.addresses_at < before).order_by(row.addresses_at, row.id).limit(limit)
            )
            return tuple(PersonId(one) for one in found)

    async def owners(self, tenant_id: str, addresses: Collection[str]) -> Mapping[str, PersonId]:
        """As the port says; an address is spelled in the answer as it was given."""
        folded = {one: _fold(one) for one in addresses}
        row = AddressRow
        async with self._database.transaction() as session:
            found = await session.execute(
                select(row.address, func.min(row.person_id))
                .where(row.tenant_id == tenant_id, row.address.in_(sorted(set(folded.values()) - {""})))
                .group_by(row.address)
                .having(func.count() == 1)
            )
            owner = {address: PersonId(person_id) for address, person_id in found}
        return {given: owner[one] for given, one in folded.items() if one in owner}


def _fold(address: str) -> str:
    return storable(address).strip().casefold()
