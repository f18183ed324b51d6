"""The store as a whole: one database, one repository a port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from adapters.storage import migrate
from adapters.storage.accounts import AccountsTable
from adapters.storage.addresses import AddressesTable
from adapters.storage.bookings import BookingsTable
from adapters.storage.cipher import Cipher
from adapters.storage.database import Database
from adapters.storage.figures import Figures
from adapters.storage.health import StoreHealth
from adapters.storage.mailboxes import MailboxesTable
from adapters.storage.maintenance import Maintenance
from adapters.storage.notices import NoticesTable
from adapters.storage.people import PeopleTable
from adapters.storage.preferences import PreferencesTable
from adapters.storage.sign_ins import SignInsTable
from adapters.storage.watches import WatchesTable


@dataclass(frozen=True, slots=True)
class Storage:
    """The repositories over one pool of connections; close it at the end, or use it by ``async with``."""

    database: Database
    people: PeopleTable
    accounts: AccountsTable
    preferences: PreferencesTable
    sign_ins: SignInsTable
    bookings: BookingsTable
    mailboxes: MailboxesTable
    watches: WatchesTable
    notices: NoticesTable
    addresses: AddressesTable
    figures: Figures
    maintenance: Maintenance
    health: StoreHealth

    @classmethod
    async def open(cls, url: str, keys: Sequence[str], *, migrated: bool = False) -> Self:
        """Connect to ``url`` (``postgresql+psycopg://...``) and bring the database to this version's schema.

        ``keys`` are Fernet keys, newest first. ``migrated`` says that the schema is known to be right.

        Raises:
            ValueError: a key is none.
            StoreUnavailable: no connection.
            StoreError: the address is none, or the database is of a newer version.
        """
        cipher = Cipher(keys)
        database = Database(url, cipher)
        if not migrated:
            try:
                await migrate.upgrade(database.engine)
            except BaseException:
                await database.close()
                raise
        return cls(
            database=database,
            people=PeopleTable(database),
            accounts=AccountsTable(database),
            preferences=PreferencesTable(database),
            sign_ins=SignInsTable(database),
            bookings=BookingsTable(database),
            mailboxes=MailboxesTable(database),
            watches=WatchesTable(database),
            notices=NoticesTable(database),
            addresses=AddressesTable(database),
            figures=Figures(database),
            maintenance=Maintenance(database, cipher),
            health=StoreHealth(database),
        )

    async def close(self) -> None:
        await self.health.close()
        await self.database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
