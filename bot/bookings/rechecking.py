"""Whether the time of a move that Outlook did not answer is still free when it is about to be asked for again."""

from __future__ import annotations

from bot.availability import State
from bot.bookings.claims import claims_against
from bot.mailboxes.live import LiveCalendars
from bot.model import Booking, Interval
from bot.ports import People
from bot.profile import Profile, Profiles


class Recheck:
    def __init__(self, people: People, profiles: Profiles, live: LiveCalendars) -> None:
        self._people = people
        self._profiles = profiles
        self._live = live

    async def __call__(self, booking: Booking, to: Interval) -> State:
        """Busy where an event or another booking took the time, unknown where that cannot be told now.

        The host's own rules do not count any more: they were kept, or set aside, when the host asked.

        Raises StoreError.
        """
        person = await self._people.get(booking.host)
        profile = await self._profiles.load(person) if person else None
        if not isinstance(profile, Profile):
            return State.UNKNOWN
        read = await self._live.read(profile, to)
        verdict = read.availability(claims=claims_against(booking, read.claims), ignore=booking).check(to)
        if any(reason.is_hard for reason in verdict.reasons):
            return State.BUSY
        return State.UNKNOWN if verdict.unreadable else State.FREE
