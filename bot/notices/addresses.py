"""Proving whose an address is (DESIGN, "Who an invitee is").

Two sources prove it: the mailbox of a *work* account of the person's own Teams organisation (``/me`` mail, principal
name and proxy addresses), and the roster of the personal chat. Personal accounts prove nothing, as their addresses say
nothing about the organisation; display names are never looked at.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import CalendarError, ChannelError, IdentityError
from bot.model import Account, AccountKind, Person, PersonId
from bot.ports import Accounts, Addresses, Clock, Directory, People

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(days=7)
"""Mailboxes change their addresses seldom, and one that was taken away must not prove anything for ever."""
STANDS_FOR = timedelta(days=30)
"""An address may be somebody else's one day: what could not be proved again for so long proves nothing any more."""
AT_MOST_EACH = timedelta(days=1)
AT_ONCE = 4
REMEMBERED = 10_000


class MailboxAddresses(Protocol):
    """What a mailbox says of its own addresses; fulfilled by the calendar adapter."""

    async def own_addresses(self, account: Account) -> Collection[str]:
        """Raises CalendarError or IdentityError."""
        ...


class AddressProof:
    """Keeps the proofs fresh: at a person's first contact, after connecting, and weekly; failing tries once a day."""

    def __init__(
        self,
        people: People,
        accounts: Accounts,
        addresses: Addresses,
        mailboxes: MailboxAddresses,
        directory: Directory,
        clock: Clock,
    ) -> None:
        self._people = people
        self._accounts = accounts
        self._addresses = addresses
        self._mailboxes = mailboxes
        self._directory = directory
        self._clock = clock
        self._look_again: OrderedDict[PersonId, datetime] = OrderedDict()
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def in_passing(self, person: Person) -> None:
        """Prove again what is older than a week; looks at memory alone if it looked lately. Raises StoreError."""
        now = self._clock.now()
        again = self._look_again.get(person.id)
        if again is not None and now < again:
            return
        self._remember(person.id, now + AT_MOST_EACH)
        proved = await self._addresses.proved_at(person.id)
        if proved is None or now - proved >= AGAIN_AFTER:
            await self.prove(person)

    async def connected(self, account: Account) -> None:
        """What it proves is wanted at once, but nobody waits for it."""
        task = asyncio.create_task(self._prove_of(account))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def disconnecting(self, account: Account) -> None:
        """What it proved stays the person's until it is proved anew."""

    async def close(self) -> None:
        """End what is under way."""
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def refresh_stale(self, limit: int = 50) -> int:
        """Prove again what nobody's contact has for a week; how many were tried. Raises StoreError."""
        now, tried = self._clock.now(), 0
        for person_id in await self._addresses.stale(now - AGAIN_AFTER, limit):
            person = await self._people.get(person_id)
            if person is None or now < self._look_again.get(person_id, now):
                continue
            self._remember(person_id, now + AT_MOST_EACH)
            await self.prove(person)
            tried += 1
        return tried

    async def prove(self, person: Person) -> bool:
        """Replace what is proved by what the sources say now; False where one of them did not answer.

        What was proved before stands then, for ``STANDS_FOR`` at most. Raises StoreError.
        """
        async with self._at_once:
            found: set[str] = set()
            is_whole = True
            for account in await self._accounts.of(person.id):
                if account.kind is not AccountKind.WORK or not _is_same(account.tenant_id, person.user.tenant_id):
                    continue
                try:
                    found |= set(await self._mailboxes.own_addresses(account))
                except (CalendarError, IdentityError) as error:
                    is_whole = False
                    log.info(
                        "a mailbox did not tell its addresses", extra={"account_id": account.id, "why": _kind(error)}
                    )
            try:
                found |= set(await self._by_roster(person))
            except ChannelError as error:
                is_whole = False
                log.info("the roster did not tell addresses", extra={"person_id": person.id, "why": _kind(error)})
            now = self._clock.now()
            if not is_whole:
                proved = await self._addresses.proved_at(person.id)
                stands = now - proved < STANDS_FOR if proved is not None else not found
                if stands:
                    return False
            await self._addresses.prove(person.id, found, now)
            return is_whole

    async def _prove_of(self, account: Account) -> None:
        try:
            person = await self._people.get(account.person_id)
            if person is not None:
                self._remember(person.id, self._clock.now() + AT_MOST_EACH)
                await self.prove(person)
        except Exception:
            log.warning("a new account's addresses were not proved", extra={"account_id": account.id}, exc_info=True)

    async def _by_roster(self, person: Person) -> Collection[str]:
        reference = await self._people.reference(person.id)
        return await self._directory.addresses(reference, person.user) if reference else ()

    def _remember(self, person_id: PersonId, again: datetime) -> None:
        self._look_again[person_id] = again
        self._look_again.move_to_end(person_id)
        if len(self._look_again) > REMEMBERED:
            self._look_again.popitem(last=False)


def _is_same(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()


def _kind(error: Exception) -> str:
    return type(error).__name__
