"""Who is woken when: the sweep over all that is due, and what a turn in the chat brings about at once."""

from __future__ import annotations

from bot.bookings.booking_form import FARTHEST
from bot.calendar_sync.watching import Watching
from bot.model import Account, Interval
from bot.ports import Bookings, Clock, Jobs, Notices, Watches

MOST = 1_000


class Waking:
    def __init__(
        self, watches: Watches, bookings: Bookings, notices: Notices, watching: Watching, jobs: Jobs, clock: Clock
    ) -> None:
        self._watches = watches
        self._bookings = bookings
        self._notices = notices
        self._watching = watching
        self._jobs = jobs
        self._clock = clock

    async def wake_due(self) -> None:
        """Wake every account and every recipient of which something is due. Raises StoreError."""
        now = self._clock.now()
        for person_id in await self._notices.due(now, MOST):
            await self._jobs.deliver(person_id)
        await self._watches.ensure(now)
        for account_id in await self._watches.due(now, MOST):
            await self._jobs.sync_account(account_id)

    async def connected(self, account: Account) -> None:
        """The sign-in holds (again): what waited for it waits no longer. Raises StoreError."""
        now = self._clock.now()
        for watch in await self._watches.of(account.id):
            await self._watches.hurry(watch, now, renew=True)
        # A mailbox that is connected anew is another account: until its bookings are found in it, nobody watches them.
        claims = await self._bookings.claims(account.person_id, Interval(now, now + FARTHEST))
        await self._bookings.hint(account.id, [one.event.event_id for one in claims if one.event], now)
        await self._jobs.sync_account(account.id)

    async def disconnecting(self, account: Account) -> None:
        """The account is about to go, with its tokens: its subscriptions end before. Raises StoreError."""
        await self._watching.farewell(account)
