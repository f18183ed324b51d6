"""Looking at the event of one booking, in whichever connected mailbox it lives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.bookings.homes import at_home
from bot.calendar_sync.verdict import Verdict, verdict
from bot.errors import CalendarError, IdentityError
from bot.mailboxes.mailbox_reader import failure_of
from bot.model import Account, Booking, Preferences, ReadFailure, Standing
from bot.ports import Accounts, Calendars, Clock


@dataclass(frozen=True, slots=True)
class Look:
    """What one look gave. ``booking`` is as of ``account``; ``is_rehomed``: its row names an account of earlier."""

    account: Account
    booking: Booking
    standing: Standing
    verdict: Verdict
    is_rehomed: bool = False


@dataclass(frozen=True, slots=True)
class Unseen:
    """Nobody can tell now how the event stands; ``is_homeless``: its mailbox is connected no more."""

    booking: Booking
    failure: ReadFailure
    is_homeless: bool = False


class LookCounts(Protocol):
    def verified(self, verdict: str) -> None:
        """Count one look by what it gave."""
        ...


class Looking:
    def __init__(
        self, calendars: Calendars, accounts: Accounts, clock: Clock, counts: LookCounts | None = None
    ) -> None:
        self._calendars = calendars
        self._accounts = accounts
        self._clock = clock
        self._counts = counts

    async def look(self, booking: Booking, preferences: Preferences) -> Look | Unseen:
        """How the event stands at this moment and what that means, by the host's ``preferences``. Raises StoreError."""
        seen = await self._look(booking, preferences)
        if self._counts:
            self._counts.verified(_kind(seen))
        return seen

    async def _look(self, booking: Booking, preferences: Preferences) -> Look | Unseen:
        accounts = await self._accounts.of(booking.host)
        try:
            home = await at_home(booking, accounts, self._calendars)
            if home is None:
                return Unseen(booking, ReadFailure.NOT_FOUND, is_homeless=True)
            account, here = home
            standing = await self._calendars.standing(account, here)
        except (CalendarError, IdentityError) as error:
            return Unseen(booking, failure_of(error))
        is_rehomed = here.draft.target != booking.draft.target
        return Look(account, here, standing, verdict(here, standing, preferences, self._clock.now()), is_rehomed)


def _kind(seen: Look | Unseen) -> str:
    if isinstance(seen, Unseen):
        return "unknown"
    found = seen.verdict
    if found.gone is not None:
        return found.gone.value
    if found.moved_to is not None:
        return "moved"
    if found.lies_in is not None:
        return "elsewhere"
    return "back" if found.is_back else "unchanged"
