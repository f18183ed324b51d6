"""What calendar sync and notices keep. Each method is one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.calendar_sync.watch import Watch
from bot.model import AccountId, PersonId
from bot.notices.notice import NewNotice, Notice


class Watches(Protocol):
    """The watched calendars. A ``client_state`` is kept as a digest only: who reads the table can forge nothing."""

    async def of(self, account_id: AccountId) -> Sequence[Watch]: ...

    async def ensure(self, now: datetime) -> int:
        """A row, due now, for every calendar that holds a booking which is not over and has none; how many were made.

        Calendars of accounts that are connected no more are left out.
        """
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[AccountId]:
        """Accounts of which a watch or a booking's check is due, the longest due first."""
        ...

    async def expect(self, watch: Watch, client_state: str) -> Watch | None:
        """Know notifications with ``client_state`` from here on as this watch's, before Graph is asked for them.

        The former one is known until the next ``expect``. None where the version is not the known one any more.
        """
        ...

    async def keep(self, watch: Watch) -> Watch | None:
        """Replace the version ``watch.version``; None where another was quicker or it is gone."""
        ...

    async def by_state(self, client_state: str) -> Watch | None:
        """Whose notification this is; None where nobody expects such a one."""
        ...

    async def by_states(self, client_states: Collection[str]) -> Mapping[str, Watch]:
        """Whose notifications these are, in one statement; a state that nobody expects is missing."""
        ...

    async def hurry(self, watch: Watch, now: datetime, *, renew: bool = False, reset: bool = False) -> None:
        """Have it attended to now: its changes read and all its bookings looked at.

        ``renew``: its subscription renewed too; ``reset``: its subscription is gone, a new one is to be made.
        """
        ...

    async def drop(self, watch: Watch) -> None: ...


class Notices(Protocol):
    """Notices as rows. ``bot.ports.bookings`` writes them with the bookings that cause them."""

    async def add(self, notices: Sequence[NewNotice], now: datetime) -> int:
        """Write those whose fact the recipient has no row of yet; how many."""
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[PersonId]:
        """People with a notice that waits and is due, or that is *sending* past its lease."""
        ...

    async def claim(self, recipient: PersonId, now: datetime, lease_until: datetime) -> Notice | None:
        """The recipient's next due notice, oldest first, marked *sending* for this caller alone; None where none is.

        A notice waits behind an older one of the same recipient that is *sending* within its lease. Its ``reason`` is
        why the former attempt failed: empty where there was none, or where that died without a word.
        """
        ...

    async def sent(self, notice: Notice, message_id: str, now: datetime) -> bool:
        """Teams took it; False where the claim was lost meanwhile."""
        ...

    async def later(self, notice: Notice, due_at: datetime, reason: str) -> None:
        """It could not be sent now; no other of this recipient goes before it."""
        ...

    async def park(self, notice: Notice, reason: str) -> None:
        """It cannot be sent until the recipient shows up again."""
        ...

    async def drop(self, notice: Notice, reason: str) -> None: ...

    async def unpark(self, recipient: PersonId, now: datetime) -> int:
        """The recipient is in touch again: what was parked waits anew, and what waits is due; how many."""
        ...

    async def get(self, recipient: PersonId, notice_id: int) -> Notice | None: ...


class SyncFigures(Protocol):
    """What an operator wants to know, by :meth:`read`."""

    async def read(self, now: datetime) -> Mapping[str, float]:
        """Figures by name and label, as ``subscriptions{state="active"}``; seconds where a name ends so."""
        ...


class Addresses(Protocol):
    """Which known person an address is proved to belong to (DESIGN, "Who an invitee is")."""

    async def prove(self, person_id: PersonId, addresses: Collection[str], now: datetime) -> None:
        """Replace what is known of the person's own addresses, in the person's tenant; case does not count."""
        ...

    async def proved_at(self, person_id: PersonId) -> datetime | None:
        """When that was last done."""
        ...

    async def stale(self, before: datetime, limit: int) -> Sequence[PersonId]:
        """People of whom this was last done before then, the longest ago first."""
        ...

    async def owners(self, tenant_id: str, addresses: Collection[str]) -> Mapping[str, PersonId]:
        """Of each given address whose it is, in that tenant; an address that two people claim is nobody's."""
        ...
