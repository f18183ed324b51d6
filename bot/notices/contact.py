"""A person is in touch: what could not be delivered is delivered now, and addresses are proved in passing."""

from __future__ import annotations

import logging

from bot.conversation import Event, Removed, Scope
from bot.errors import CreneauError
from bot.notices.addresses import AddressProof
from bot.ports import Clock, Jobs, Notices, People

log = logging.getLogger(__name__)


class Contact:
    """Called by the channel once an event of a person has been answered, so that nothing comes before the answer."""

    def __init__(self, people: People, notices: Notices, jobs: Jobs, proof: AddressProof, clock: Clock) -> None:
        self._people = people
        self._notices = notices
        self._jobs = jobs
        self._proof = proof
        self._clock = clock

    async def after(self, event: Event) -> None:
        """Two cheap queries where there is nothing to do; a failure is logged: the next contact makes up for it."""
        if isinstance(event, Removed) or event.where.scope is not Scope.PERSONAL:
            return
        try:
            person = await self._people.meet(event.sender, name="", locale="", zone="", reference=None)
            if await self._notices.unpark(person.id, self._clock.now()):
                await self._jobs.deliver(person.id)
            await self._proof.in_passing(person)
        except CreneauError:
            log.warning("a contact was not made use of", exc_info=True)
