"""Whom the facts about a booking concern, and waking whoever delivers them."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import Booking, PersonId, Standing
from bot.notices.notice import NewNotice
from bot.notices.recipients import Guests
from bot.ports import Jobs


class Telling:
    """Notices are rows, written with what causes them; this finds their recipients before and wakes them after."""

    def __init__(self, guests: Guests, jobs: Jobs) -> None:
        self._guests = guests
        self._jobs = jobs

    async def guests_of(self, booking: Booking, seen: Standing | None = None) -> tuple[PersonId, ...]:
        """The booking's invitees whom the bot knows; where its event was ``seen``, who is still invited to it.

        Raises StoreError.
        """
        return await self._guests.of(booking, seen.attendees if seen and seen.event else None)

    async def wake(self, notices: Iterable[NewNotice]) -> None:
        """Have what was written delivered soon; one whose job is lost is found by the sweep."""
        for person_id in dict.fromkeys(one.recipient for one in notices):
            await self._jobs.deliver(person_id)
